// 42. How long did the halt of shipments to Japan in 2010 last?
//
// No act was published, so the halt is a claim, and so are its ends: a row for each voice. `until` is the
// first day without it. Where a voice names no first day, no length can be given. What China said stands
// below; if it is right, the halt lasted no day at all.

// Who says from when to when
MATCH (m:ExportMeasure {id: 'cn-japan-halt-2010'})-[t:TARGETS]->(x)
RETURN x.name AS target, valid_from(t) AS since, valid_to(t) AS until,
       duration.inDays(valid_from(t), valid_to(t)).days AS days, claimed_by(t) AS voices,
       [s IN sources(t) | s.publisher] AS sources
ORDER BY until DESC, since, target;

// Who says that there was none
MATCH (m:ExportMeasure {id: 'cn-japan-halt-2010'})<-[:ABOUT]-(c:Claim)<-[s:STATED]-(who:Actor)
RETURN c.date AS day, who.name AS speaker, c.text AS claim, claimed_by(s) AS voices,
       [x IN sources(s) | x.publisher] AS sources
ORDER BY day, speaker;

// Shipments of those months
MATCH (o:Observation {year: 2010, indicator: 'export-quantity'})-[:OBSERVES {role: 'of'}]->(x:Material),
      (o)-[:OBSERVES {role: 'partner'}]->(:Country {name: 'Japan'})
WHERE x.name = 'rare earths'
RETURN o.scope AS month, o.value AS `t`, [s IN sources(o) | s.publisher] AS sources
ORDER BY `t`;
