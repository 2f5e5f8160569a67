// 24. Show the history of the EU duty on BYD cars.
//
// The countervailing duty is charged on top of the duty of 10 % that every electric car pays; the graph
// stores the parts, and the second answer adds them up. The third has what was proposed in between and never
// charged under that act. A day after the last on which somebody looked is answered with the law as it was
// written.

// The parts
FOR VALID_TIME FROM '2024-01-01' TO '2026-11-24'
WHEN
MATCH (:Bloc {name: 'European Union'})<-[:PART_OF]-{0,1}()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ImportMeasure)-[:COVERS]->(:Product {name: 'battery electric vehicle'}),
      (m)-[t:TARGETS]->(who)
WHERE who.name IN ['BYD', 'All origins']
RETURN act.name AS act, m.name AS duty, coalesce(t.rate, m.rate) AS `rate, %`;

// The sum
FOR VALID_TIME FROM '2024-01-01' TO '2026-11-24'
WHEN
MATCH (:Bloc {name: 'European Union'})<-[:PART_OF]-{0,1}()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ImportMeasure)-[:COVERS]->(:Product {name: 'battery electric vehicle'}),
      (m)-[t:TARGETS]->(who)
WHERE who.name IN ['BYD', 'All origins']
RETURN sum(coalesce(t.rate, m.rate)) AS `duty, %`;

// Proposed
INCLUDING UNREALISED
MATCH (act:Instrument)-[:PROVIDES]->(m:ImportMeasure)-[t:TARGETS]->(:Company {name: 'BYD'})
WHERE modality(t) = 'proposed'
RETURN act.name AS act, valid_from(t) AS day, properties(t).rate AS `rate, %`,
       [s IN sources(t) | s.publisher] AS sources
ORDER BY day, act;
