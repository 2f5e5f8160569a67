// 23. How did China’s share of EU gallium imports move from 2021 to 2024?
//
// Shares of import value, as a data set computed them from the statistics of Eurostat; `change` is in points,
// against the year before. Beside them the days of the year on which exports of gallium from China needed a
// licence: what the two have to do with each other the rows do not say. The second answer has the figures of
// other kinds, which do not belong into this row: a share by weight, and a share of supply of which no year
// is printed.

// By value
MATCH (o:Observation {indicator: 'import-value-share'}),
      (o)-[:OBSERVES {role: 'of'}]->(x:Element {name: 'gallium'}),
      (o)-[:OBSERVES {role: 'in'}]->(:Bloc {name: 'European Union'}),
      (o)-[:OBSERVES {role: 'partner'}]->(:Country {name: 'China'})
WITH x, collect({year: o.year, share: o.value, voices: claimed_by(o)}) AS figures
UNWIND figures AS f
LET before = head([b IN figures WHERE b.year = f.year - 1 | b.share])
MATCH (m:ExportLicensingRequirement)-[:COVERS]->(x)
RETURN f.year AS year, f.share AS `% of import value`, round(f.share - before, 2) AS change,
       sum(days_in_force(m, date({year: f.year, month: 1, day: 1}), date({year: f.year, month: 12, day: 31})))
         AS `days under licence`, f.voices AS voices
ORDER BY year, voices;

// Shares of other kinds
MATCH (o:Observation {unit: 'percent'})-[:OBSERVES {role: 'of'}]->(x:Element {name: 'gallium'}),
      (o)-[:OBSERVES {role: 'in'}]->(:Bloc {name: 'European Union'}),
      (o)-[:OBSERVES {role: 'partner'}]->(:Country {name: 'China'})
WHERE o.indicator <> 'import-value-share'
RETURN o.indicator AS indicator, o.value AS `%`, o.year AS year, o.denominator AS denominator,
       claimed_by(o) AS voices
ORDER BY indicator, year, voices;
