// 52. How do the export measures of China, DR Congo and Indonesia on raw materials compare, by type and year?
//
// Measures on exports that cover a raw material, or an item of a control list that contains it, and were in
// force on some day; what was announced and never began is left out. Who imposes a measure is read from its
// act; the bans of Indonesia have none in the graph and are found by their name. China's quotas and duties of
// before 2015 have none either and are missing. Where nobody looked after a day, the law counts as it was
// written.

// From when to when
WHEN
MATCH (c:Country), (m:ExportMeasure)-[:COVERS]->(good)-[:CONTAINS]->{0,1}(x:Material)
WHERE c.name IN ['China', 'DR Congo', 'Indonesia'] AND (good = x OR good:ControlledItem)
  AND (EXISTS { (m)<-[:PROVIDES]-(:Instrument)-[:ISSUED_BY]->()-[:PART_OF]->{0,2}(c) }
       OR NOT EXISTS { (m)<-[:PROVIDES]-(:Instrument) } AND m.name CONTAINS 'of ' || c.name || ' on')
WITH DISTINCT c, m, x ORDER BY x.name
RETURN c.name AS country, head([l IN labels(m) WHERE NOT l IN ['Measure', 'ExportMeasure']]) AS type,
       m.name AS measure, collect(x.name) AS materials
ORDER BY country, type, measure;

// Years of each type
UNWIND range(2020, 2026) AS year
MATCH (c:Country), (m:ExportMeasure)-[:COVERS]->(good)-[:CONTAINS]->{0,1}(x:Material)
WHERE c.name IN ['China', 'DR Congo', 'Indonesia'] AND (good = x OR good:ControlledItem)
  AND (EXISTS { (m)<-[:PROVIDES]-(:Instrument)-[:ISSUED_BY]->()-[:PART_OF]->{0,2}(c) }
       OR NOT EXISTS { (m)<-[:PROVIDES]-(:Instrument) } AND m.name CONTAINS 'of ' || c.name || ' on')
  AND days_in_force(m, date({year: year, month: 1, day: 1}), date({year: year, month: 12, day: 31})) > 0
RETURN c.name AS country, head([l IN labels(m) WHERE NOT l IN ['Measure', 'ExportMeasure']]) AS type,
       year, count(DISTINCT m) AS measures
ORDER BY country, type, year;
