// 63. What does aluminium of Russia pay in the United States, and does the general duty come on top?
//
// The duty of Section 232 on aluminium of Russian origin is a rate of its own. That it takes the place of the rate on the
// aluminium of others, and is not charged beside it, is our reading, as the sources tell one rate for Russia; the answer cites both.

UNWIND ['2025-03-11', '2025-03-12', '2025-08-01', '2026-05-01'] AS day
CALL trade.tariff('aluminium-products', 'united-states', 'russia', day) YIELD layer, rate, high, because
RETURN day, layer.name AS layer, rate AS `rate, %`, high AS `charged, %`, because
ORDER BY day, layer;

// What says so
WHY
MATCH (general:ImportTariff)-[no:STACKS_WITH]->(russian:ImportTariff {id: 'us-s232-aluminium#russia'})
WHERE polarity(no) = 'not'
RETURN general.name AS `gives way`, russian.name AS to, claimed_by(no) AS voices
ORDER BY `gives way`;
