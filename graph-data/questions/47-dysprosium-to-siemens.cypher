// 47. What is the shortest path from dysprosium to Siemens?
//
// A way through parts only, from a material up to what contains it and to who makes or uses that, would show
// a possible dependence. The graph has one for Siemens Gamesa and none for Siemens itself: that its motors
// hold such magnets stands in no source that was read. The second answer lets the way turn round: Siemens is
// said to use neodymium, which is in the same magnets. That is a hint, not a dependence.

// Through parts, for every company of the name
MATCH p = ALL SHORTEST (:Element {name: 'dysprosium'})<-[:CONTAINS|MAKES|USES]-+(c:Company)
WHERE c.name STARTS WITH 'Siemens'
RETURN c.name AS company, length(p) AS steps, [n IN nodes(p) | n.name] AS way,
       [r IN relationships(p) | modality(r)] AS moods
ORDER BY steps, company, way;

// In any direction, to Siemens, and who says so
WHY
MATCH p = ALL SHORTEST (:Element {name: 'dysprosium'})-[:CONTAINS|MAKES|USES]-+(c:Company {name: 'Siemens'})
RETURN c.name AS company, length(p) AS steps, [n IN nodes(p) | n.name] AS way
ORDER BY steps, way;
