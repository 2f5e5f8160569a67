// 37. If the EU bans a supplier of 65 % or more, which strategic raw materials have a second one above 15 %?
//
// Imports of the Union in 2024. A supplier counts that has 65 % by value or by quantity; the next largest one
// stands beside it on both, since the two disagree. The list is Annex I of the Critical Raw Materials Act,
// whose own 65 % counts consumption; magnets are not on it. Where no second one stands, the graph holds no
// other supplier. A share of 2024 does not tell whether somebody could deliver more.
AS OF '2025-01-01'
MATCH (x:Material)-[:LISTED_ON]->(:List {name: 'Strategic raw materials of the European Union'}),
      (o:Observation {year: 2024})-[:OBSERVES {role: 'of'}]->(x),
      (o)-[:OBSERVES {role: 'partner'}]->(banned:Country),
      (o)-[:OBSERVES {role: 'in'}]->(eu:Bloc {name: 'European Union'})
WHERE o.indicator IN ['import-value-share', 'import-quantity-share'] AND o.value >= 65
WITH DISTINCT x, eu, banned, ['import-value-share', 'import-quantity-share'] AS indicators
MATCH (x)<-[:OBSERVES {role: 'of'}]-(o:Observation {year: 2024})-[:OBSERVES {role: 'partner'}]->(banned),
      (o)-[:OBSERVES {role: 'in'}]->(eu)
WHERE o.indicator IN indicators
OPTIONAL CALL (x, eu, banned, o) {
  MATCH (s:Observation {year: 2024, indicator: o.indicator})-[:OBSERVES {role: 'of'}]->(x),
        (s)-[:OBSERVES {role: 'in'}]->(eu),
        (s)-[:OBSERVES {role: 'partner'}]->(other:Country)
  WHERE other <> banned
  RETURN other.name AS second, s.value AS share ORDER BY share DESC, second LIMIT 1
}
RETURN x.name AS material, o.scope AS scope, o.basis AS basis, banned.name AS banned, o.value AS `share, %`,
       second, share AS `second, %`, share > 15 AS enough
ORDER BY material, basis DESC;
