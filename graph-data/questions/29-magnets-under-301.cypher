// 29. Which US Section 301 rate applies to sintered NdFeB magnets from China in 2025 and 2026?
//
// The measures that are based on Section 301 and cover the line of the US tariff that the magnets are
// classified in. A row without a measure tells that none covers the line in that period. The line pools all
// permanent magnets of metal (`extent`). What an exclusion frees is left out. Section 301 was last looked at
// in June 2026; later days are the law as it was written then.
FOR VALID_TIME FROM '2025-01-01' TO '2027-01-01'
WHEN
MATCH (magnet:Product {name: 'NdFeB magnet'})-[h:HAS_CODE]->(line:ProductCode {nomenclature: 'HTS'})
OPTIONAL MATCH (line)<-[:COVERS]-(m:ImportTariff)-[:TARGETS]->(:Country {id: 'china'}),
               (m)<-[:PROVIDES]-(:Instrument)-[:BASED_ON]->(:Instrument {id: 'us-trade-act-301'})
RETURN line.name AS line, h.extent AS extent, m.name AS measure, m.rate AS `rate, %`
ORDER BY line, measure;
