// 5. Which bodies must approve MOFCOM/GAC announcements, and on what legal basis were they issued?
//
// All announcements that the commerce ministry and the customs administration issued together, with the body
// that consented as the text of the act says it, and the laws that the text names: from 2025 on Order No. 792
// of the State Council is among them. An empty field is not a missing consent: no text was read for it. The
// second answer asks the same of export controls that the ministry issued without the customs administration.

// Issued together
MATCH (:PublicBody {id: 'mofcom'})<-[:ISSUED_BY]-(act:Instrument {kind: 'announcement'}),
      (act)-[:ISSUED_BY]->(:PublicBody {id: 'gac'})
OPTIONAL MATCH (act)-[:APPROVED_BY]->(body)
OPTIONAL MATCH (act)-[:BASED_ON]->(law)
WITH act, body, law ORDER BY law.name
RETURN act.name AS act, act.published AS published, body.name AS `approved by`,
       collect(law.name) AS `based on`
ORDER BY published, act;

// Export controls without the customs administration
MATCH (:PublicBody {id: 'mofcom'})<-[:ISSUED_BY]-(act:Instrument {kind: 'announcement'}),
      (act)-[:PROVIDES]->(m:ExportMeasure)
WHERE NOT m:EntityListing AND NOT EXISTS { (act)-[:ISSUED_BY]->(:PublicBody {id: 'gac'}) }
OPTIONAL MATCH (act)-[:APPROVED_BY]->(body)
OPTIONAL MATCH (act)-[:BASED_ON]->(law)
WITH DISTINCT act, body, law ORDER BY law.name
RETURN act.name AS act, act.published AS published, body.name AS `approved by`,
       collect(law.name) AS `based on`
ORDER BY published, act;
