// 8. Which three magnet makers got the first general licences, and when?
//
// Licences under a control of the commerce ministry that are named general, of the first day on which there
// were any. They are reported, not published: `voices` names whose word each is, speaker first. That others
// got one that day and nobody wrote of it cannot be ruled out.
MATCH (l:Licence)-[g:GRANTED_TO]->(c:Company), (l)-[:UNDER]->(m:Measure)
WHERE l.name STARTS WITH 'General licence'
WITH min(valid_from(g)) AS first
MATCH (l:Licence)-[g:GRANTED_TO]->(c:Company), (l)-[:UNDER]->(m:Measure)
WHERE l.name STARTS WITH 'General licence' AND valid_from(g) = first
RETURN first AS since, c.name AS company, m.name AS `under the control`, modality(g) AS modality,
       claimed_by(g) AS voices, [s IN sources(g) | s.publisher] AS sources
ORDER BY since, company;
