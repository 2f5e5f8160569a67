// 6. When did the EU Anti-Coercion Instrument enter into force, and has it been used?
//
// The first answer gives the status of the act period by period. The second gives who says so; a report that
// takes the day of publication for that of the entry into force is kept as known to be wrong and counts for
// nothing. A use would be an act based on this one: the third answer finds none, but the graph does not claim
// to hold all acts of the Union. The last is what was said of it up to 27 October 2025, the last day on which
// somebody looked.

// When
WHEN
MATCH (aci:Instrument) WHERE 'Anti-Coercion Instrument' IN aci.aliases
RETURN aci.name AS act, status(aci) AS status;

// Who says so
AS OF '2025-10-27'
WHY
MATCH (aci:Instrument) WHERE 'Anti-Coercion Instrument' IN aci.aliases
RETURN aci.name AS act, status(aci) AS status;

// Acts that are based on it
AS OF '2025-10-27'
MATCH (aci:Instrument)<-[:BASED_ON]-(act:Instrument) WHERE 'Anti-Coercion Instrument' IN aci.aliases
RETURN act.name AS act, act.published AS published
ORDER BY published, act;

// What was said of it
AS OF '2025-10-27'
MATCH (aci:Instrument)<-[:ABOUT]-(c:Claim)<-[s:STATED]-(who) WHERE 'Anti-Coercion Instrument' IN aci.aliases
RETURN valid_from(s) AS day, who.name AS speaker, c.text AS claim, [x IN sources(s) | x.publisher] AS sources
ORDER BY day, speaker, claim;
