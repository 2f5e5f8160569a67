// 67. Who stood still in 2025 for lack of magnets or chips, when and for how long?
//
// Stoppages as companies and reporters tell of them. A missing end is not known, a day known as a month stays a month;
// the note has what there is to know of plants and numbers. Who only warned, or says that nothing was missing, has another effect
// and is in the second answer.

MATCH (c)-[a:AFFECTED_BY]->(cause)
WHERE a.effect CONTAINS 'stoppage'
RETURN c.name AS who, a.effect AS effect, validity(a)[0].from AS from, validity(a)[0].until AS until, cause.name AS cause,
       note(a) AS note, [s IN sources(a) | s.publisher] AS sources
ORDER BY from, who;

// Who felt something else
MATCH (c)-[a:AFFECTED_BY]->(cause)
WHERE NOT a.effect CONTAINS 'stoppage'
RETURN a.effect AS effect, count(c) AS how_many, collect(c.name)[..4] AS `among them`
ORDER BY how_many DESC, effect;
