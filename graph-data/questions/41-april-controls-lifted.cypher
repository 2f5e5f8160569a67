// 41. Did China lift the controls of April 2025?
//
// By the law as it stands in the graph No. 18 stays in force, and what the November announcements changed
// does not name it. Others called general licences a removal. That is a claim, and a claim lifts nothing.
// What was said for and against is in our words; the claims are found by words in them, so one that says it
// otherwise is missed.

// The state of the control after the announcements, and who says so
AS OF '2025-11-10'
WHY
MATCH (act:Instrument {id: 'cn-2025-18'})-[:PROVIDES]->(m:ExportMeasure)
RETURN act.name AS act, status(m) AS status;

// What China's commerce ministry did change in these days: No. 18 is not among the rows
CHANGES FROM '2025-11-06' TO '2025-11-10'
WHY
MATCH (:PublicBody {id: 'mofcom'})<-[:ISSUED_BY]-(act:Instrument)-[:PROVIDES]->(m:ExportMeasure)
WHERE NOT m:EntityListing
RETURN DISTINCT act.name AS act, status(m) AS status
ORDER BY act, status;

// What was said of it
MATCH (:Instrument {id: 'cn-2025-18'})-[:PROVIDES]->(:ExportMeasure)<-[:ABOUT]-(c:Claim),
      (c)<-[s:STATED]-(who:Actor)
WHERE any(word IN ['remov', 'lift', 'suspend'] WHERE c.text CONTAINS word)
RETURN valid_from(s) AS day, who.name AS speaker, c.text AS claim, s.stance AS stance,
       [x IN sources(s) | x.publisher] AS sources
ORDER BY claim, day, speaker;
