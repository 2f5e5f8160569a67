// 62. What did the United States charge on an electric car of China, from before the rise of Section 301 to 2026?
//
// The duties in addition to the ordinary one, layer by layer. A layer at 0 is there and gives way: reciprocal duty and
// surcharge are not charged beside a duty of Section 232. The 25 % of Section 301 before 27 September 2024 are a note of the measure
// only, because the lines of List 1 are in the graph for critical materials.

UNWIND ['2024-09-26', '2024-09-27', '2025-04-02', '2025-04-20', '2025-10-01', '2026-03-01'] AS day
OPTIONAL CALL trade.tariff('battery-electric-vehicle', 'united-states', 'china', day) YIELD layer, high
WITH day, layer.name + ' ' + toString(high) AS layer, high ORDER BY day, layer
RETURN day, sum(high) AS `additional duty, %`, collect(layer) AS layers
ORDER BY day;

// What was there before
MATCH (m:Measure {id: 'us-s301-review-2024#electric-vehicles'}) RETURN m.name AS duty, note(m) AS note;
