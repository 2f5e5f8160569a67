// 65. Through which goods does Volkswagen come to depend on China, and how much of each comes from there?
//
// A way leads from the company over what it makes, and what is in that, to the share of China in the imports of the Union, where its seat
// is; the share is that of the last year by the day. It is the share of the Union, not of the company: the grade is `possible`. A
// supplier with its seat in China is a way as well, without a share.

CALL trade.exposure('volkswagen', 'china', '2025-10-21', 'import-value-share') YIELD path, share, low, high, grade
RETURN [n IN nodes(path) WHERE NOT n:Observation | n.name] AS way, round(share, 2) AS share, [low, high] AS `at least and at most`, grade
ORDER BY share DESC, way;

// The figures behind it
MATCH (o:Observation {indicator: 'import-value-share', year: 2024})-[:OBSERVES {role: 'partner'}]->(:Country {name: 'China'}),
      (o)-[:OBSERVES {role: 'of'}]->(good)
WHERE good.name IN ['rare-earth permanent magnet', 'graphite', 'cobalt', 'lithium']
RETURN good.name AS good, o.value AS `share, %`, o.denominator AS `share of`, o.year AS year, [s IN sources(o) | s.publisher] AS sources
ORDER BY good;
