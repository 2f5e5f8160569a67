// 30. Which US Section 301 rate applies to rare-earth oxides (heading 2846) from China?
//
// Codes of heading 2846, whatever the nomenclature, and what a measure under Section 301 says of them:
// `positive`, it covers them, or `not`, somebody looked and says that it does not. A pattern matches what is
// covered; it also sees a denial where the query asks for the polarity.
MATCH (m:ImportTariff)-[c:COVERS]->(code:ProductCode),
      (m)<-[:PROVIDES]-(:Instrument)-[:BASED_ON]->(:Instrument {id: 'us-trade-act-301'})
WHERE code.code STARTS WITH '2846' AND polarity(c) IN ['positive', 'not']
RETURN code.name AS code, code.aliases AS goods, m.name AS measure, polarity(c) AS covered,
       valid_from(c) AS since, [s IN sources(c) | s.publisher] AS sources
ORDER BY code, measure;
