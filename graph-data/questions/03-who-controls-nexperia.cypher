// 3. Who ordered control over Nexperia, under which law, and is it an EU act?
//
// First the order; `since` is the day from which it bound the company, `published` the day on which it was
// made public. `act of` is what the body that issued it belongs to: a country, so the act is national. Then
// the days on which it was in force, up to its suspension. Last the acts of bodies of the European Union that
// aim at Nexperia: the graph has none, and the line below that answer says how far this carries.

// Who, under which law, and whose act
MATCH (act:Instrument)-[:PROVIDES]->(m:Measure)-[aim:TARGETS]->(:Company {name: 'Nexperia'}),
      (act)-[:BASED_ON]->(law:Instrument),
      (act)-[:ISSUED_BY]->(body:PublicBody)-[:PART_OF]->{1,3}(whose:Country|Bloc)
OPTIONAL MATCH (act)-[:ISSUED_BY]->(who:Person)-[post:HOLDS_POST]->(body)
RETURN act.name AS act, body.name AS `ordered by`, who.name AS person, post.title AS post, law.name AS law,
       valid_from(aim) AS since, act.published AS published,
       whose.name AS `act of`, CASE WHEN whose:Bloc THEN 'act of a bloc' ELSE 'national act' END AS kind
ORDER BY act, `ordered by`, person;

// When it was in force
WHEN
MATCH (m:Measure)-[:TARGETS]->(:Company {name: 'Nexperia'})
RETURN m.name AS measure;

// Acts of the European Union on Nexperia
MATCH (:Bloc {name: 'European Union'})<-[:PART_OF]-{0,2}()<-[:ISSUED_BY]-(act:Instrument)-[:PROVIDES]->
      (:Measure)-[:TARGETS]->(:Company {name: 'Nexperia'})
RETURN act.name AS act
ORDER BY act;
