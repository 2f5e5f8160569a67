// 20. Which measures were announced but never entered into force?
//
// Measures without a day in force up to the last day on which somebody looked, and not due on a later one.
// What was only proposed or threatened is among them and says so; what is only claimed to have been a measure
// is not. The duties of 34 % stand here by the 24 points above 10 %: those were never charged, neither in
// April 2025 nor after the truces. `status` is that of 23 November 2026; where it is unknown, no page tells
// whether the measure came after all.
INCLUDING UNREALISED
MATCH (m:Measure)
WHERE days_in_force(m) = 0 AND modality(m) <> 'claim'
  AND NOT in_force(m, date('2026-11-23')) AND NOT in_force(m, date('2030-01-01'))
RETURN m.name AS measure, valid_from(m) AS since, modality(m) AS modality,
       status(m, date('2026-11-23')) AS status
ORDER BY since, measure;
