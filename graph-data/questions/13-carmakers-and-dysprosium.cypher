// 13. Which carmakers are exposed to dysprosium through traction motors?
//
// A carmaker is a company that makes a vehicle with such a motor in it. The way leads through goods in
// general, hence the grade `possible`: that an electric car usually has a motor with NdFeB magnets, and these
// usually dysprosium, proves nothing of one model. Whoever denies it is in the second answer only; the denial
// of Renault names two models and leaves the others open. Makers of whom nobody says that they make such a
// car are missing.

// Exposed, with the way and its sources
WHY
MATCH p = (c:Company)-[:MAKES]->(car:Product)-[:BROADER]->{0,1}()
          -[:CONTAINS]->{1,3}(:Component {name: 'permanent-magnet traction motor'})
          -[:CONTAINS]->{1,3}(dy:Element {name: 'dysprosium'}),
      (c)-[d:DEPENDS_ON]->(dy)
RETURN c.name AS carmaker, car.name AS car, [n IN nodes(p)[2..] | n.name] AS way, d.grade AS grade
ORDER BY carmaker, car;

// Who denies it
MATCH (c:Company)-[:MAKES]->(car:Product),
      (car)-[:CONTAINS]->{1,3}(:Component {name: 'permanent-magnet traction motor'}),
      (c)-[no:USES]->(x)-[:CONTAINS]->{0,3}(:Element {name: 'dysprosium'})
WHERE polarity(no) = 'not'
RETURN c.name AS carmaker, car.name AS car, x.name AS `does not use`, no.in AS `in`, claimed_by(no) AS voices,
       [s IN sources(no) | s.publisher] AS sources
ORDER BY carmaker, car;
