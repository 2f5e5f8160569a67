// 2. Which companies took part in the Séjourné videoconference?
//
// The conference is found by the person who led it and by its kind, not by its name. One article carries all
// of it; whether other companies were there it does not say, and no statement of the graph claims that the
// list is complete.
MATCH (:Person {name: 'Stéphane Séjourné'})-[:PARTICIPATED_IN {role: 'leader'}]->(e:Event),
      (c:Company)-[p:PARTICIPATED_IN]->(e)
RETURN e.date AS day, e.name AS event, c.name AS company, [s IN sources(p) | s.publisher] AS sources
ORDER BY day, company;
