// 39. Removing China from rare-earth mining, what is the new HHI and the top supplier for 2024?
//
// The Herfindahl–Hirschman index is the sum of the squared shares in percent: from 0 to 10000, one supplier. It
// is worked out by the sum of the countries and by the printed world total, which is rounded. What others would
// mine instead is not asked.

// As it is, and without China
UNWIND [null, 'china'] AS without
CALL trade.concentration('rare-earths', 'mine', 2024, without) YIELD claimed_by, indicator, total, total_is, unit, hhi, suppliers
WHERE indicator = 'mine-output' AND size(claimed_by) > 0
RETURN coalesce('without ' || without, 'all') AS supply, claimed_by AS source, total, unit, total_is AS `the total is`,
       round(hhi) AS HHI, suppliers[0].supplier.name AS top, round(suppliers[0].share, 1) AS `top, %`
ORDER BY supply, `the total is` DESC;

// All countries without China
MATCH (o:Observation {indicator: 'mine-output', year: 2024})-[:OBSERVES {role: 'of'}]->(x:Material),
      (o)-[:OBSERVES {role: 'in'}]->(c:Country)
WHERE x.name = 'rare earths' AND c.name <> 'China'
RETURN c.name AS country, o.value AS `output, t`, modality(o) AS mood, claimed_by(o) AS voices
ORDER BY `output, t` DESC, country;
