// 33. How does the headline fall from 57 to 47 % compare with the statutory stack?
//
// First what was said: averages over all duties together, the method not told, as claims with their voices.
// Then what the law charges on all goods of China on the day before and on the day of the change, and the
// parts. The two differ in kind, not only in number: the averages count Section 301, 232 and ordinary duties
// by a weight that nobody published.

// What officials said
MATCH (o:Observation {indicator: 'average-tariff'})-[:OBSERVES {role: 'of'}]->(:Country {id: 'china'}),
      (o)-[:OBSERVES {role: 'in'}]->(:Country {id: 'united-states'})
RETURN o.value AS `said, %`, o.scope AS scope, modality(o) AS modality, claimed_by(o) AS voices,
       [s IN sources(o) | s.publisher] AS sources
ORDER BY o.value DESC, scope;

// What the law charges on all goods
FOR VALID_TIME FROM '2025-11-09' TO '2025-11-12'
WHEN
MATCH (:Country {id: 'united-states'})<-[:PART_OF]-()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ImportTariff),
      (m)-[:TARGETS]->(:Country {id: 'china'}), (m)-[:COVERS]->(:Product {name: 'all goods'})
WITH m ORDER BY m.id
RETURN sum(m.rate) AS `statutory, %`, collect(m.name || ' ' || toString(m.rate)) AS parts;
