// 34. If Nos. 55-58, 61 and 62 revive, what is licensed again, and which EU companies lie within three steps?
//
// The assumption: each export control that is suspended through 10 November 2026, and of which nobody knows
// what follows, is back in force the day after. The answers are what changes by it; what really happened no
// page tells. A step is one relationship of goods: a company makes or uses a product, which contains or needs
// another, of which the controlled good is a kind. Such a way shows that a company may be hit, not that it
// is.

// What comes under control again
AS OF '2026-12-01'
CHANGES ASSUMING {
  MATCH (m:ExportMeasure)
  WHERE status(m, date('2026-11-10')) = 'suspended' AND status(m, date('2026-11-11')) = 'unknown'
  REINSTATE m FROM '2026-11-11'
}
MATCH (act:Instrument)-[:PROVIDES]->(:ExportMeasure)-[:COVERS]->(x)
WITH act, CASE WHEN x:Element THEN 'element' WHEN x:Technology THEN 'technology' ELSE 'product' END AS kind, x
ORDER BY x.name
RETURN act.name AS act, kind, collect(DISTINCT x.name) AS covered
ORDER BY act, kind;

// Companies of the European Union within three steps of it
AS OF '2026-12-01'
CHANGES ASSUMING {
  MATCH (m:ExportMeasure)
  WHERE status(m, date('2026-11-10')) = 'suspended' AND status(m, date('2026-11-11')) = 'unknown'
  REINSTATE m FROM '2026-11-11'
}
MATCH (act:Instrument)-[:PROVIDES]->(:ExportMeasure)-[:COVERS]->(x),
      p = (x)-[:BROADER]->{0,1}()<-[:CONTAINS|NEEDS]-{0,2}()<-[:MAKES|USES]-(c:Company),
      (c)-[:HEADQUARTERED_IN]->(:Country)-[:MEMBER_OF]->(:Bloc {name: 'European Union'})
WHERE length(p) <= 3
WITH c, act, x, min(length(p)) AS steps ORDER BY x.name
RETURN c.name AS company, act.name AS act, min(steps) AS steps, collect(x.name) AS near
ORDER BY company, act;
