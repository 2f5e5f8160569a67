// 11. Which of those exceed the CRMA 65 % line and are strategic raw materials?
//
// The line of the act is drawn at 65 % of the Union’s consumption, which no source of the graph measures. The
// rows use one country’s share of import value in 2024, which only approaches it. `strategic as` and
// `critical as` give the entries of the lists under which the good falls, a magnet by all materials in it.
// The lists name grades, the figures do not; which rare earths the Union counts as heavy or light the graph
// does not say. An empty list is “not listed” as far as the line below the answer goes.
AS OF '2024-12-31'
MATCH (o:Observation {indicator: 'import-value-share', year: 2024})-[:OBSERVES {role: 'of'}]->(x),
      (o)-[:OBSERVES {role: 'in'}]->(:Bloc {name: 'European Union'}),
      (o)-[:OBSERVES {role: 'partner'}]->(from:Country)
WHERE o.value > 65
RETURN x.name AS good, o.scope AS scope, from.name AS `from`, o.value AS `% of import value`,
       COLLECT {
         MATCH (x)<-[:BROADER]-{0,1}()-[:CONTAINS]->{0,1}()-[:BROADER]->{0,1}(e)-[:LISTED_ON]->(l:List)
         WHERE 'SRM' IN l.aliases RETURN DISTINCT e.name ORDER BY e.name
       } AS `strategic as`,
       COLLECT {
         MATCH (x)<-[:BROADER]-{0,1}()-[:CONTAINS]->{0,1}()-[:BROADER]->{0,1}(e)-[:LISTED_ON]->(l:List)
         WHERE 'CRM' IN l.aliases RETURN DISTINCT e.name ORDER BY e.name
       } AS `critical as`
ORDER BY size(`strategic as`) = 0, `% of import value` DESC, good;
