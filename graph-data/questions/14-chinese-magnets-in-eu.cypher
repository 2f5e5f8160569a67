// 14. How much of the EU’s magnet use came from China in 2024?
//
// First the shares that somebody states; `from` is the lower end of “over 90 %”. They are shares of different
// things: of imports by value, of imports by weight, of supply. Then the share computed of tonnes: what came
// from China of what was used, both in the words of one voice and of one year. A year that is empty stands in
// no source.

// As stated
MATCH (o:Observation)-[:OBSERVES {role: 'of'}]->(:Product {name: 'rare-earth permanent magnet'}),
      (o)-[:OBSERVES {role: 'in'}]->(:Bloc {name: 'European Union'}),
      (o)-[:OBSERVES {role: 'partner'}]->(:Country {name: 'China'})
WHERE o.unit = 'percent' AND coalesce(o.year, 2024) = 2024
RETURN o.indicator AS indicator, o.value AS `%`, o.low AS `from, %`, o.denominator AS denominator,
       o.year AS year, modality(o) AS modality, claimed_by(o) AS voices,
       [s IN sources(o) | s.publisher] AS sources
ORDER BY year, indicator, voices;

// Computed of tonnes
MATCH (used:Observation {indicator: 'consumption'}),
      (used)-[:OBSERVES {role: 'in'}]->(eu:Bloc {name: 'European Union'}),
      (used)-[:OBSERVES {role: 'of'}]->(magnet:Product {name: 'rare-earth permanent magnet'}),
      (o:Observation {indicator: 'import-quantity'})-[:OBSERVES {role: 'of'}]->(magnet),
      (o)-[:OBSERVES {role: 'in'}]->(eu), (o)-[:OBSERVES {role: 'partner'}]->(from:Country)
WHERE o.year = used.year AND o.unit = used.unit AND claimed_by(o) = claimed_by(used)
RETURN used.year AS year, from.name AS `from`, o.value AS `imported, t`, used.value AS `used, t`,
       round(100 * o.value / used.value, 1) AS `%`, claimed_by(o) AS voices,
       [s IN sources(o) | s.publisher] AS sources
ORDER BY year, `%` DESC, `from`;
