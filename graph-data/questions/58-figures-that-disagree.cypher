// 58. Which pairs of sources disagree on a number for the same material, stage and year?
//
// Two figures of one indicator, thing, place and partner that differ. Where year, unit, basis, denominator,
// stage and scope are the same in both, they disagree; else they are defined differently, and `differ` names in
// what: both may be right. Words can differ and mean the same, so a reader decides.

// What disagrees
CALL trade.conflicts() YIELD kind, a, b, values, voices
WHERE kind = 'disagree' AND a:Observation
MATCH (a)-[:OBSERVES {role: 'of'}]->(x)
OPTIONAL MATCH (a)-[:OBSERVES {role: 'in'}]->(place)
WITH a, b, values, voices, place, x ORDER BY x.name
RETURN a.indicator AS indicator, collect(x.name) AS of, place.name AS place, a.year AS year, values, voices
ORDER BY indicator, of, place, year;

// What is defined differently, of shares of mining and refining
CALL trade.conflicts() YIELD kind, a, b, values, differ, voices
WHERE kind = 'defined differently' AND a.indicator IN ['mine-output-share', 'refining-share', 'refined-output']
MATCH (a)-[:OBSERVES {role: 'of'}]->(x)
OPTIONAL MATCH (a)-[:OBSERVES {role: 'in'}]->(place)
RETURN a.indicator AS indicator, x.name AS of, place.name AS place, values, differ, voices
ORDER BY indicator, of, place, values;
