// 53. How do the United States and the EU treat electric cars from China?
//
// Duties on electric cars, or on a code that they are classified in, that hit China, a maker there or every
// origin: a row for each target and rate, with the periods. A duty that has a rate for each maker has none
// for China as a whole. Duties of the same time add up. In the United States the duties on all goods of China
// come on top, those of question 27, and Section 232 has one on passenger vehicles of every origin: that it
// hits electric cars too, the graph does not say.
WHEN
MATCH (:Product {name: 'battery electric vehicle'})-[:HAS_CODE]->{0,1}()<-[:COVERS]-(m:ImportMeasure),
      (m)-[t:TARGETS]->(hit),
      (m)<-[:PROVIDES]-(:Instrument)-[:ISSUED_BY]->()-[:PART_OF]->{0,2}(by)
WHERE by.name IN ['United States', 'European Union'] AND coalesce(t.rate, m.rate) IS NOT NULL
RETURN DISTINCT by.name AS `by`, m.name AS measure, hit.name AS target, coalesce(t.rate, m.rate) AS `rate, %`
ORDER BY `by`, measure, `rate, %`, target;
