// 66. What happened to Nexperia, in order, and whom did it reach?
//
// The timeline of a thing has its dated statements, and what happened and was said about it. A day known as a month stays a month.

CALL trade.timeline('nexperia') YIELD from, until, subject, what, sources
RETURN from, until, coalesce(subject.name, subject.text) AS subject, what, sources;

// What the Netherlands and China decided
MATCH (act:Instrument)-[:PROVIDES]->(m:Measure)-[r:TARGETS|COVERS|EXCLUDES]->(x)
WHERE x.name CONTAINS 'Nexperia'
RETURN act.name AS act, m.name AS measure, type(r) AS how, x.name AS what, validity(r)[0].from AS from, status(m) AS status
ORDER BY from, measure;

// Who was short of chips
MATCH (c)-[a:AFFECTED_BY]->(e:Event)-[:ABOUT]->(:Company {name: 'Nexperia'})
RETURN c.name AS who, a.effect AS effect, validity(a)[0].from AS from, note(a) AS note
ORDER BY from, who;
