// 50. Which materials have a different top miner and top refiner?
//
// The largest miner by output of 2024, and the country of which somebody says that it refines half of the
// world's output or more: a smaller share does not tell who is first. Shares of several years and sources
// stand as a range, and “over 90 %” counts as 90. The second answer has the materials of which no such share is in the graph; what it holds
// of their refining stands beside them: the largest share, and what is claimed without a figure.

// Miner against refiner
MATCH (o:Observation {indicator: 'mine-output', year: 2024})-[:OBSERVES {role: 'of'}]->(x:Material),
      (o)-[:OBSERVES {role: 'in'}]->(c:Country)
WITH x, c, o ORDER BY o.value DESC, c.name
WITH x, collect(c)[0] AS miner
MATCH (o:Observation {indicator: 'refining-share'})-[:OBSERVES {role: 'of'}]->(x),
      (o)-[:OBSERVES {role: 'in'}]->(refiner:Country)
WHERE coalesce(o.value, o.low) >= 50
RETURN x.name AS material, miner.name AS `top miner`, refiner.name AS `top refiner`,
       miner <> refiner AS different, min(coalesce(o.value, o.low)) AS `refines, %, from`,
       max(coalesce(o.value, o.low)) AS to,
       collect(DISTINCT claimed_by(o)[0]) AS voices
ORDER BY different DESC, material, `top refiner`;

// No share of half or more
MATCH (o:Observation {indicator: 'mine-output', year: 2024})-[:OBSERVES {role: 'of'}]->(x:Material),
      (o)-[:OBSERVES {role: 'in'}]->(c:Country)
WHERE NOT EXISTS {
  MATCH (r:Observation {indicator: 'refining-share'})-[:OBSERVES {role: 'of'}]->(x),
        (r)-[:OBSERVES {role: 'in'}]->(:Country)
  WHERE coalesce(r.value, r.low) >= 50
}
WITH x, c, o ORDER BY o.value DESC, c.name
WITH x, collect(c)[0] AS miner
OPTIONAL CALL (x) {
  MATCH (r:Observation {indicator: 'refining-share'})-[:OBSERVES {role: 'of'}]->(x),
        (r)-[:OBSERVES {role: 'in'}]->(c:Country)
  RETURN c.name AS refiner, coalesce(r.value, r.low) AS share ORDER BY share DESC, refiner LIMIT 1
}
RETURN x.name AS material, miner.name AS `top miner`, refiner AS refiner, share AS `share, %`,
       COLLECT { MATCH (x)<-[:ABOUT]-(c:Claim) WHERE c.text CONTAINS 'refiner'
                 RETURN c.text ORDER BY c.text } AS claims
ORDER BY material;
