// 55. How do the one-year suspensions of the US and China after Busan compare: start, end, instrument?
//
// Measures that are suspended on 11 November 2025 and not without end. `when` has the first day and the first
// day after the announced end: where a source prints the last day of a suspension as its end, it is the day
// before. `by` has the acts of these weeks that amend the measure or its act; of the port fees the graph has
// none. Where a measure has two rows, the first is the suspension by earlier acts. The second answer adds
// what was lowered or dropped instead.

// Suspensions
WHEN
MATCH (act:Instrument)-[:PROVIDES]->(m:Measure), (act)-[:ISSUED_BY]->()-[:PART_OF]->{0,2}(c:Country)
WHERE status(m) = 'suspended' AND status(m, date('2025-11-11')) = 'suspended'
  AND status(m, date('2027-01-01')) <> 'suspended' AND c.name IN ['United States', 'China']
RETURN DISTINCT c.name AS country, m.name AS measure, status(m, date('2026-11-23')) AS afterwards,
       COLLECT {
         MATCH (by:Instrument)-[:AMENDS]->{1,3}(x) WHERE x IN [m, act] AND by.published > date('2025-10-26')
         RETURN by.name ORDER BY by.name
       } AS `by`
ORDER BY country, measure;

// Acts that are based on the arrangement, and what they amend
MATCH (by:Instrument)-[:BASED_ON]->(:Agreement {name: 'Arrangement of Kuala Lumpur and Busan'}),
      (by)-[:ISSUED_BY]->()-[:PART_OF]->{0,2}(c:Country)
OPTIONAL MATCH (by)-[:AMENDS]->(x)
WITH DISTINCT c, by, x ORDER BY x.name
RETURN c.name AS country, by.name AS act, by.published AS published, collect(x.name) AS amends
ORDER BY country, published, act;
