// 32. What is the total EU duty on a Cupra Tavascan of VW Anhui on 1 February and on 1 March 2026?
//
// The layers that the Union charges on the car of this maker, their sum, and why each is what it is: from
// 10 February an undertaking frees the car from the countervailing duty, as long as its terms (a minimum
// price, a quota, investments) are met; whether they are is not in the graph. That the maker is one of those
// that cooperated is the rate that is stated for it, not a finding of ours.
UNWIND ['2026-02-01', '2026-03-01'] AS day
CALL trade.tariff('cupra-tavascan', 'european-union', 'volkswagen-anhui', day) YIELD layer, high, because
WITH day, layer, high, because ORDER BY high DESC
RETURN day, sum(high) AS `duty, %`,
       collect(layer.name || ' ' || toString(high) || ': ' || reduce(all = '', why IN because | all || why || '; ')) AS layers
ORDER BY day;
