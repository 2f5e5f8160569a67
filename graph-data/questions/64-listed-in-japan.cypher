// 64. Which of China's measures of 2026 name companies of Japan, how many, and what do they forbid?
//
// The control list forbids dual-use items to a listed company, the watch list asks for stricter licences. Counted are names, not companies
// with their subsidiaries; of the forty names of June 2026 the pages give some only, and the gap shows as fewer names than the
// title of the measure says.

AS OF '2026-08-01'
MATCH (act:Instrument)-[:PROVIDES]->(m:ExportMeasure)-[:TARGETS]->(c:Company)-[:HEADQUARTERED_IN]->(:Country {name: 'Japan'})
RETURN act.name AS act, act.published AS day, m.name AS measure, count(c) AS names, collect(c.name)[..3] AS `among them`
ORDER BY day, measure;

// Measures on users in Japan who are not named
AS OF '2026-08-01'
MATCH (act:Instrument)-[:PROVIDES]->(m:ExportMeasure)-[:TARGETS]->(g:Group)
WHERE g.name CONTAINS 'Japan'
RETURN act.name AS act, m.name AS measure, g.name AS whom, status(m) AS status;
