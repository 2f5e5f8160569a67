// 27. What additional US rate applied to China on 20 April 2025, 1 June 2025, 1 January and 1 March 2026?
//
// The duties of the United States on all goods of China, summed: the graph stores the parts, not the sums.
// Duties under Sections 301 and 232 fall on certain goods only and are left out by that; goods that a duty
// exempts pay less. The timetable at the end has every step. From 24 July 2026, the announced end of the
// surcharge of Section 122, no page tells whether it went on.

// On the four days
UNWIND ['2025-04-20', '2025-06-01', '2026-01-01', '2026-03-01'] AS day
CALL trade.tariff('all-goods', 'united-states', 'china', day) YIELD layer, law, rate, high, because
RETURN day, sum(high) AS `additional rate, %`, collect(layer.name || ' ' || toString(rate)) AS parts,
       collect(DISTINCT law.name) AS laws
ORDER BY day;

// Every step of the second term
FOR VALID_TIME FROM '2025-01-20' TO '2026-11-24' INCLUDING UNKNOWN
WHEN
MATCH (:Country {id: 'united-states'})<-[:PART_OF]-()<-[:ISSUED_BY]-(act:Instrument),
      (act)-[:PROVIDES]->(m:ImportTariff),
      (m)-[:TARGETS]->(:Country {id: 'china'}), (m)-[:COVERS]->(:Product {name: 'all goods'})
RETURN sum(CASE WHEN in_force(m) THEN m.rate END) AS `in force, %`,
       sum(CASE status(m) WHEN 'unknown' THEN m.rate END) AS `of unknown status, %`;
