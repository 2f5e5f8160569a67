// 18. What was in force against rare earths on 10 November 2025?
//
// The query of question 17, as of another day. For goods only No. 18 of April is left: the announcements of
// October are suspended, and the ban of 2023 is on know-how. The second answer says what was lost in between,
// and by what.

// In force
AS OF '2025-11-10'
MATCH (act:Instrument)-[:PROVIDES]->(m:ExportMeasure)-[:COVERS]->(x)
WHERE EXISTS { (x)-[:CONTAINS|BROADER]->{0,4}(:Material {name: 'rare earths'}) }
   OR any(word IN ['rare earth', 'rare-earth'] WHERE x.name CONTAINS word)
RETURN DISTINCT act.name AS act, m.name AS measure,
       CASE WHEN x:Technology THEN 'know-how' ELSE 'goods' END AS `of`, status(m) AS status
ORDER BY act, measure, `of`;

// What changed between the two days, and why
CHANGES FROM '2025-10-21' TO '2025-11-10'
WHY
MATCH (act:Instrument)-[:PROVIDES]->(m:ExportMeasure)-[:COVERS]->(x)
WHERE EXISTS { (x)-[:CONTAINS|BROADER]->{0,4}(:Material {name: 'rare earths'}) }
   OR any(word IN ['rare earth', 'rare-earth'] WHERE x.name CONTAINS word)
RETURN DISTINCT act.name AS act, m.name AS measure
ORDER BY act, measure;
