// 40. Who says that half of the EU's licence applications were approved, and do the sources agree?
//
// All shares of applications that the graph holds, with their words (approved, addressed, processed),
// population, day and voices, speaker first. They agree on a half and not on of what: where the indicator or
// the denominator differs, the figures do not contradict each other, they answer different questions. “Just
// over half” is stored as 50.
MATCH (o:Observation)-[:OBSERVES {role: 'of'}]->(who:Group),
      (o)-[:OBSERVES {role: 'partner'}]->(:Country {name: 'China'})
WHERE o.indicator IN ['approved-share', 'addressed-share', 'processed-share']
RETURN o.indicator AS indicator, o.value AS `%`, who.name AS applicants, o.denominator AS denominator,
       o.scope AS until, claimed_by(o) AS voices, [s IN sources(o) | s.publisher] AS sources
ORDER BY indicator, applicants, `%`, until;

// How many applications there were
MATCH (o:Observation {indicator: 'applications-submitted'})-[:OBSERVES {role: 'of'}]->(who:Group)
RETURN o.value AS applications, who.name AS applicants, o.scope AS scope, claimed_by(o) AS voices
ORDER BY applications, voices;
