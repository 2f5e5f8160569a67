// 61. For how many days did the United States charge 145 % on goods of China, and what stood before and after?
//
// Each duty has a history of rates, and a rate counts on the days on which its measure was in force. The sum of the two duties is
// worked out; days are those on which the same parts held. Both were struck down on 20 February 2026, and collected until the 24th.

// Each pair of rates with its days
FOR VALID_TIME FROM '2025-02-04' TO '2026-02-24'
WHEN
MATCH (fentanyl:ImportTariff {id: 'us-eo-14195#1'})-[:TARGETS]->(:Country {name: 'China'})
OPTIONAL MATCH (reciprocal:ImportTariff {id: 'us-eo-14257#1'})-[:TARGETS]->(:Country {name: 'China'})
RETURN fentanyl.rate AS `fentanyl duty, %`, reciprocal.rate AS `reciprocal duty, %`,
       fentanyl.rate + coalesce(reciprocal.rate, 0) AS `together, %`;

// The days at the peak
MATCH (reciprocal:ImportTariff {id: 'us-eo-14257#1'})
RETURN days_in_force(reciprocal, '2025-04-10', '2025-05-13') AS `days at 145 %`;
