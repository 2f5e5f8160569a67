// 26. On which dates did the additional US rate on China change in 2025?
//
// The duties of the United States on all goods of China, added up for each day and the day before it; duties
// on certain goods only, under Sections 301 and 232, are left out. What counts is the rate that is charged:
// on 12 August only a suspension was made longer, and the 100 % of 1 November were a threat. The second
// answer has the same as a timetable, the third the single duties.

// The dates
MATCH (:Country {name: 'United States'})<-[:PART_OF]-()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ImportTariff)-[:TARGETS]->(:Country {name: 'China'}),
      (m)-[:COVERS]->(:Product {name: 'all goods'})
WITH collect(DISTINCT m) AS duties
UNWIND range(0, 364) AS n
LET day = date('2025-01-01') + duration({days: n})
LET eve = day - duration('P1D')
LET before = reduce(sum = 0, m IN [m IN duties WHERE in_force(m, eve)] |
      sum + coalesce(last([h IN history(m, 'rate') WHERE h.from <= eve | h.value]), properties(m).rate)),
    after = reduce(sum = 0, m IN [m IN duties WHERE in_force(m, day)] |
      sum + coalesce(last([h IN history(m, 'rate') WHERE h.from <= day | h.value]), properties(m).rate))
FILTER before <> after
RETURN day, before AS `before, %`, after AS `after, %`
ORDER BY day;

// The timetable
FOR VALID_TIME FROM '2025-01-20' TO '2026-01-01'
WHEN
MATCH (:Country {name: 'United States'})<-[:PART_OF]-()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ImportTariff)-[:TARGETS]->(:Country {name: 'China'}),
      (m)-[:COVERS]->(:Product {name: 'all goods'})
RETURN sum(m.rate) AS `additional rate, %`;

// The single duties
FOR VALID_TIME FROM '2025-01-20' TO '2026-01-01'
WHEN
MATCH (:Country {name: 'United States'})<-[:PART_OF]-()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ImportTariff)-[:TARGETS]->(:Country {name: 'China'}),
      (m)-[:COVERS]->(:Product {name: 'all goods'})
RETURN act.name AS act, m.name AS duty, m.rate AS `rate, %`;
