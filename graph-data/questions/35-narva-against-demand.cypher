// 35. If Lynas and Neo reach their nameplate, how much of the EU's demand for magnets does Narva cover?
//
// Capacity of magnet plants in the European Union, divided by what somebody says the Union uses; each figure
// of either kind is a row, and a planned capacity says so. A capacity is what could be made, not what is made
// or sold in the Union. Lynas makes no magnets: its plants stand in the second answer, in tonnes of oxide,
// which cannot be added to the first.

// Magnets made in the Union, against demand
INCLUDING UNREALISED
MATCH (eu:Bloc {name: 'European Union'})<-[:MEMBER_OF]-(:Country)<-[:LOCATED_IN]-(plant:Facility),
      (plant)<-[:OPERATES]-(c:Company),
      (plant)-[:MAKES]->(:Product)-[:BROADER]->{0,1}(magnet:Product {name: 'rare-earth permanent magnet'}),
      (plant)<-[:OBSERVES]-(capacity:Observation {indicator: 'capacity'}),
      (eu)<-[:OBSERVES {role: 'in'}]-(demand:Observation)-[:OBSERVES {role: 'of'}]->(magnet)
WHERE demand.indicator IN ['demand', 'consumption'] AND demand.unit = 't'
RETURN c.name AS company, plant.name AS plant, capacity.value AS `capacity, t a year`,
       modality(capacity) AS mood, demand.value AS `demand, t`, claimed_by(demand)[0] AS `demand by`,
       round(100 * capacity.value / demand.value, 1) AS `covered, %`
ORDER BY plant, `capacity, t a year`, `demand by`;

// All capacities of the two companies
INCLUDING UNREALISED
MATCH (c:Company)-[:OPERATES]->(plant:Facility)<-[:OBSERVES]-(o:Observation {indicator: 'capacity'}),
      (o)-[:OBSERVES]->(good)
WHERE c.name IN ['Lynas Rare Earths', 'Neo Performance Materials'] AND good <> plant
RETURN c.name AS company, plant.name AS plant, good.name AS good, o.value AS capacity, o.unit AS unit,
       modality(o) AS mood, [s IN sources(o) | s.publisher] AS sources
ORDER BY company, plant, capacity;
