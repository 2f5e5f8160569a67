// 1. Which instruments did China’s commerce ministry issue on 9 October 2025, and what does each cover?
//
// A row for each act of the ministry that was published on that day; who issued it stands beside it, since
// four of the six were issued together with the customs administration. What an act covers is what its
// clauses cover, whether or not they came into force: the frame is all time, and question 20 asks what did.
// The items under the headings are not all read.
MATCH (:PublicBody {id: 'mofcom'})<-[:ISSUED_BY]-(act:Instrument {published: date('2025-10-09')})
MATCH (act)-[:PROVIDES]->(:Measure)-[:COVERS]->(x)
WITH act, x ORDER BY x.name
RETURN act.name AS act,
       COLLECT { MATCH (act)-[:ISSUED_BY]->(body) RETURN body.name ORDER BY body.name } AS `issued by`,
       collect(DISTINCT x.name) AS covers
ORDER BY act;
