// 28. What did China levy on all goods of the United States on 1 May 2025 and on 1 January 2026?
//
// The duties of China on all goods of the United States, summed: the graph stores the parts, not the sums.
// What certain goods pay on top (coal, oil, farm goods, the lists of 2018 and 2019) is left out, and so is
// what is excluded from the duty. The timetable at the end has every step. Of the 24 points that were
// suspended until 10 November 2026 no page tells what followed.

// On the two days
UNWIND ['2025-05-01', '2026-01-01'] AS day
CALL trade.tariff('all-goods', 'china', 'united-states', day) YIELD layer, rate, high
RETURN day, sum(high) AS `additional rate, %`, collect(layer.name || ' ' || toString(rate)) AS parts
ORDER BY day;

// Every step of 2025 and 2026
FOR VALID_TIME FROM '2025-01-20' TO '2026-11-24' INCLUDING UNKNOWN
WHEN
MATCH (:Country {id: 'china'})<-[:PART_OF]-()<-[:ISSUED_BY]-(:Instrument)-[:PROVIDES]->(m:ImportTariff),
      (m)-[:TARGETS]->(:Country {id: 'united-states'}), (m)-[:COVERS]->(:Product {name: 'all goods'})
RETURN sum(CASE WHEN in_force(m) THEN m.rate END) AS `in force, %`,
       sum(CASE status(m) WHEN 'unknown' THEN m.rate END) AS `of unknown status, %`;
