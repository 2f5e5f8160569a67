// 51. Which Western plants sit on the separation or magnet stage?
//
// Western is taken as: in a member of the European Union or the G7 or in Australia, or run by a company with
// its seat there and not in China; Japan is in the G7. `mood` tells what runs (`fact`) from what is planned.
// A plant runs as a whole while some of its products are only planned, so each good is named. Of MP Materials
// the graph has the mine at Mountain Pass, without a separation stage, and magnet plants as planned.

// Plants
INCLUDING UNREALISED
MATCH (c:Company)-[runs:OPERATES]->(plant:Facility)-[m:MAKES]->(good)
WHERE m.stage IN ['separation', 'magnet making']
OPTIONAL MATCH (plant)-[:LOCATED_IN]->(place:Country)
OPTIONAL MATCH (c)-[:HEADQUARTERED_IN]->(seat:Country)
WITH c, plant, m, good, place, seat
WHERE coalesce(place.name, '') <> 'China'
  AND any(k IN [place, seat] WHERE k.name = 'Australia'
            OR EXISTS { (k)-[:MEMBER_OF]->(b:Bloc) WHERE b.name IN ['European Union', 'G7'] })
WITH * ORDER BY good.name
RETURN m.stage AS stage, plant.name AS plant, place.name AS place, c.name AS company, seat.name AS seat,
       modality(m) AS mood, min(valid_from(m)) AS since, collect(DISTINCT good.name) AS goods
ORDER BY stage DESC, mood, plant;

// Companies that make magnets or their alloys and whose plant is not in the graph
MATCH (c:Company)-[:MAKES]->(good)-[:BROADER]->{0,1}(kind), (c)-[:HEADQUARTERED_IN]->(seat:Country)
WHERE (kind.name = 'rare-earth permanent magnet' OR good.name IN ['NdFeB alloy', 'SmCo alloy'])
  AND (EXISTS { (seat)-[:MEMBER_OF]->(b:Bloc) WHERE b.name IN ['European Union', 'G7'] }
       OR seat.name = 'Australia')
  AND NOT EXISTS { (c)-[:OPERATES]->(:Facility)-[:MAKES]->(good) }
RETURN c.name AS company, seat.name AS seat, collect(DISTINCT good.name) AS goods
ORDER BY company;
