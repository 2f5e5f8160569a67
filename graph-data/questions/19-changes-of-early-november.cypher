// 19. What changed between 6 and 11 November 2025?
//
// First the measures that were in force on the one day and not on the other, or at another rate, with what
// made the difference. Then the measures whose state changed without being in force on either day. A
// suspension that follows another without a gap, as that of the 24 points of both sides on 10 November,
// changes no state: the third answer has all acts that took hold in these days, and what they amend.

// In force, and at which rate
CHANGES FROM '2025-11-06' TO '2025-11-11'
WHY
MATCH (m:Measure) WHERE in_force(m)
RETURN m.name AS measure, m.rate AS `rate, %`
ORDER BY measure, `rate, %`;

// Changed from one state to another without being in force
CHANGES FROM '2025-11-06' TO '2025-11-11'
MATCH (act:Instrument)-[:PROVIDES]->(m:Measure)
WHERE NOT in_force(m, date('2025-11-06')) AND NOT in_force(m, date('2025-11-11'))
RETURN act.name AS act, m.name AS measure, status(m) AS status
ORDER BY act, measure;

// Acts that took hold in between
CHANGES FROM '2025-11-06' TO '2025-11-11'
MATCH (act:Instrument)-[:AMENDS]->(x)
RETURN act.name AS act, act.published AS published, collect(x.name) AS amends
ORDER BY published, act;
