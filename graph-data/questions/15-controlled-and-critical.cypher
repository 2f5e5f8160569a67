// 15. Which materials under a Chinese control in force on 1 Jan 2026 are also on the US 2025 critical list?
//
// A material is under a control that names it, or an item of nothing else: so graphite counts, and cobalt,
// which comes in with SmCo magnets, does not. `listed` tells whether it is on the list; the graph states that
// it holds the whole list for the days of its publication, as the line below the answer says. Bans on
// countries, companies or dual-use items in general name no material and are not counted.
AS OF '2026-01-01'
MATCH (:Country {name: 'China'})<-[:PART_OF]-{1,3}()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ExportMeasure)-[:COVERS]->(x)-[:CONTAINS]->{0,1}(material:Material)
WHERE x = material OR COUNT { (x)-[:CONTAINS]->() } = 1
WITH DISTINCT material, m ORDER BY m.name
RETURN material.name AS material,
       EXISTS { (material)-[:LISTED_ON]->(:List {name: 'US List of Critical Minerals 2025'}) } AS listed,
       collect(m.name) AS controls
ORDER BY listed DESC, material;
