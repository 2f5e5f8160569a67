// 10. For which materials does one country exceed 65 % of EU imports by value in 2024?
//
// Import shares by value as a data set computed them from the statistics of Eurostat. `scope` says which form
// of the material the customs code means: unwrought metal, carbonate, ferro-alloy. A material without a
// figure is not among the rows, which says nothing of it.
MATCH (o:Observation {indicator: 'import-value-share', year: 2024})-[:OBSERVES {role: 'of'}]->(x),
      (o)-[:OBSERVES {role: 'in'}]->(:Bloc {name: 'European Union'}),
      (o)-[:OBSERVES {role: 'partner'}]->(from:Country)
WHERE o.value > 65
RETURN x.name AS good, o.scope AS scope, from.name AS `from`, o.value AS `% of import value`,
       claimed_by(o) AS voices, [s IN sources(o) | s.publisher] AS sources
ORDER BY `% of import value` DESC, good;

// Goods that have such a figure at all, and the largest supplier of those below the line
MATCH (o:Observation {indicator: 'import-value-share', year: 2024})-[:OBSERVES {role: 'of'}]->(x),
      (o)-[:OBSERVES {role: 'in'}]->(:Bloc {name: 'European Union'}),
      (o)-[:OBSERVES {role: 'partner'}]->(from:Country)
WITH x, o, from ORDER BY o.value DESC, from.name
WITH x, collect(o)[0] AS top, collect(from)[0] AS first
FILTER top.value <= 65
RETURN x.name AS good, top.scope AS scope, first.name AS `from`, top.value AS `% of import value`
ORDER BY `% of import value` DESC, good;
