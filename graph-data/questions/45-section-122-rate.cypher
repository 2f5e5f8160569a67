// 45. Is the Section 122 rate 10 or 15 %?
//
// What was charged, with its sources; then every rate that somebody printed, also what is known to be wrong.
// That is the `claim`: 15 % is the most that the law allows, and no act raised the rate to it.

// What was charged
AS OF '2026-03-01'
WHY
MATCH (law:Instrument)<-[:BASED_ON]-(act:Instrument)-[:PROVIDES]->(m:ImportTariff)
WHERE 'Section 122' IN law.aliases
RETURN act.name AS act, m.name AS measure, m.headings AS headings, m.rate AS `rate, %`, status(m) AS status;

// Who prints which rate
INCLUDING DEPRECATED
MATCH (law:Instrument)<-[:BASED_ON]-(:Instrument)-[:PROVIDES]->(m:ImportTariff)
WHERE 'Section 122' IN law.aliases
UNWIND history(m, 'rate') AS entry
UNWIND entry.sources AS source
RETURN entry.value AS `rate, %`, entry.from AS since, entry.modality AS mood, source.publisher AS publisher,
       source.title AS title
ORDER BY mood DESC, `rate, %`, publisher, title;
