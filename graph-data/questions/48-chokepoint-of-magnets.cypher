// 48. Which node, if removed, disconnects most EU manufacturers from the supply of NdFeB magnets?
//
// By shares it is China; the first answer says of what the shares are, and by whom. Along deliveries between
// companies it cannot be said: the second answer has the manufacturers in the Union whose goods hold such
// magnets, and most have no known supplier of them. `denies` tells in what a maker says that it uses none.

// How much of the magnets comes from one country, made there or imported from there
MATCH (o:Observation)-[:OBSERVES {role: 'of'}]->(magnet:Product),
      (o)-[r:OBSERVES]->(c:Country)
WHERE r.role = CASE o.indicator WHEN 'manufacturing-share' THEN 'in' ELSE 'partner' END
  AND magnet.name IN ['NdFeB magnet', 'rare-earth permanent magnet', 'sintered permanent magnet']
  AND o.indicator IN ['manufacturing-share', 'import-share', 'import-value-share', 'import-quantity-share']
  AND coalesce(o.value, o.low) > 1
RETURN c.name AS country, o.indicator AS share, coalesce(toString(o.value), 'over ' || toString(o.low)) AS `%`, magnet.name AS magnet,
       o.denominator AS denominator, o.year AS year, modality(o) AS mood, claimed_by(o) AS voices
ORDER BY coalesce(o.value, o.low) DESC, share, magnet, voices;

// Manufacturers in the Union whose goods hold the magnets, and their known suppliers of them
AS OF '2025-10-21'
MATCH (:Bloc {name: 'European Union'})<-[:MEMBER_OF]-(:Country)<-[:HEADQUARTERED_IN]-(c:Manufacturer),
      p = (c)-[:MAKES|USES]->()-[:BROADER]->{0,1}()-[:CONTAINS]->{0,6}(magnet:Product {name: 'NdFeB magnet'})
RETURN c.name AS manufacturer, min(length(p)) AS steps,
       COLLECT { MATCH (c)<-[d:SUPPLIES]-(s)
                 WHERE d.goods CONTAINS 'magnet' RETURN s.name ORDER BY s.name } AS suppliers,
       COLLECT { MATCH (c)<-[d:SUPPLIES]-()-[:HEADQUARTERED_IN]->(k)
                 WHERE d.goods CONTAINS 'magnet' RETURN DISTINCT k.name ORDER BY k.name } AS seats,
       COLLECT { MATCH (c)-[no:USES]->(magnet) WHERE polarity(no) = 'not' RETURN no.in } AS denies
ORDER BY manufacturer;
