// 22. Which suspended measures are due to revive in November 2026, and on which day each?
//
// Asked as of what was known on 1 December 2025. `suspended through` is the last day of the suspension, `back
// on` the day after: so an inclusive end is read, as the notices of the commerce ministry print it. English
// accounts of them (third answer) take the end itself for the day of the revival: then it is the column
// before. What became of each is the second answer, as known today: of most nobody tells, and the duty of the
// United States was struck down long before.

// Due, as known on 1 December 2025
AS KNOWN ON '2025-12-01'
MATCH (act:Instrument)-[:PROVIDES]->(m:Measure)
UNWIND range(0, 29) AS n
LET day = date('2026-11-01') + duration({days: n})
FILTER status(m, day - duration('P1D')) = 'suspended' AND status(m, day) = 'in force'
RETURN act.name AS act, m.name AS measure, day - duration('P1D') AS `suspended through`, day AS `back on`
ORDER BY `back on`, act, measure;

// What became of them
MATCH (act:Instrument)-[:PROVIDES]->(m:Measure)
WHERE status(m, date('2025-12-01')) = 'suspended' AND status(m, date('2026-12-01')) <> 'suspended'
RETURN act.name AS act, collect(m.name) AS measures, status(m, date('2026-11-23')) AS `on 23 November 2026`,
       status(m, date('2026-11-28')) AS `on 28 November 2026`
ORDER BY act, `on 23 November 2026`;

// What was said of the end
MATCH (who:Actor)-[s:STATED]->(c:Claim)-[:ABOUT]->(x)
WHERE c.text CONTAINS 'suspen' AND c.text CONTAINS 'November 2026'
RETURN who.name AS speaker, valid_from(s) AS day, c.text AS claim, collect(x.name) AS about,
       [x IN sources(s) | x.publisher] AS sources
ORDER BY day, speaker, claim;
