// 9. What share of rare-earth mine output and of refining is Chinese, by source?
//
// Every share that somebody states stands for itself, with its denominator and with its voices, speaker
// first: 60 and 69 % of mine output are not two measurements of one thing before the denominators agree. A
// year that is empty stands in no source. Shares of single groups (the rare earths of magnets, the heavy
// ones) and of magnets are among them. The second answer is computed of tonnages, against the world total as
// printed and against the sum of the countries.

// As stated
MATCH (o:Observation)-[:OBSERVES {role: 'in'}]->(:Country {name: 'China'}),
      (o)-[:OBSERVES {role: 'of'}]->(x)
WHERE o.indicator IN ['mine-output-share', 'separation-share', 'refining-share', 'manufacturing-share']
  AND (o.stage = 'magnet making' OR EXISTS { (x)-[:BROADER]->{0,2}(:Material {name: 'rare earths'}) })
RETURN o.indicator AS indicator, x.name AS `of`, o.value AS `%`, o.year AS year, o.denominator AS denominator,
       modality(o) AS modality, claimed_by(o) AS voices, [s IN sources(o) | s.publisher] AS sources
ORDER BY CASE indicator WHEN 'mine-output-share' THEN 1 WHEN 'separation-share' THEN 2
                        WHEN 'refining-share' THEN 3 ELSE 4 END, year, `%`, `of`, voices;

// Computed of mined tonnes
MATCH (:Material {name: 'rare earths'})<-[:OBSERVES {role: 'of'}]-(o:Observation),
      (o)-[:OBSERVES {role: 'in'}]->(c:Country)
WHERE o.indicator = 'mine-output' AND o.unit = 't'
WITH o.year AS year, claimed_by(o) AS voices, sum(o.value) AS countries,
     sum(CASE c.name WHEN 'China' THEN o.value END) AS china
MATCH (:Material {name: 'rare earths'})<-[:OBSERVES {role: 'of'}]-(w:Observation {indicator: 'mine-output'})
WHERE w.scope = 'world' AND w.year = year AND claimed_by(w) = voices
RETURN year, china AS `China, t`, w.value AS `world as printed, t`,
       round(100 * china / w.value, 1) AS `% of printed`,
       countries AS `countries added, t`, round(100 * china / countries, 1) AS `% of countries`, voices
ORDER BY year, voices;
