// 17. What was in force against rare earths on 21 October 2025?
//
// Export measures, of any country, on goods that are or hold rare earths, and on know-how named after them.
// Of No. 61 only the third clause is among them: the others were not due before 1 December. The second answer
// has what was announced and not yet in force, the third the days on which each held, also measures of which
// the graph has no act. Bans on dual-use items in general and on single companies are left out: they do not
// name rare earths.

// In force
AS OF '2025-10-21'
MATCH (act:Instrument)-[:PROVIDES]->(m:ExportMeasure)-[:COVERS]->(x)
WHERE EXISTS { (x)-[:CONTAINS|BROADER]->{0,4}(:Material {name: 'rare earths'}) }
   OR any(word IN ['rare earth', 'rare-earth'] WHERE x.name CONTAINS word)
RETURN DISTINCT act.name AS act, m.name AS measure,
       CASE WHEN x:Technology THEN 'know-how' ELSE 'goods' END AS `of`, status(m) AS status
ORDER BY act, measure, `of`;

// Announced, and not in force on the day
MATCH (act:Instrument)-[:PROVIDES]->(m:ExportMeasure)-[:COVERS]->(x)
WHERE (EXISTS { (x)-[:CONTAINS|BROADER]->{0,4}(:Material {name: 'rare earths'}) }
   OR any(word IN ['rare earth', 'rare-earth'] WHERE x.name CONTAINS word))
  AND status(m, date('2025-10-21')) IN ['announced', 'suspended']
RETURN DISTINCT act.name AS act, m.name AS measure, status(m, date('2025-10-21')) AS status
ORDER BY act, measure;

// The days on which each held
WHEN
MATCH (m:ExportMeasure)-[:COVERS]->(x)
WHERE EXISTS { (x)-[:CONTAINS|BROADER]->{0,4}(:Material {name: 'rare earths'}) }
   OR any(word IN ['rare earth', 'rare-earth'] WHERE x.name CONTAINS word)
RETURN DISTINCT m.name AS measure
ORDER BY measure;
