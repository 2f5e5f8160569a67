DEFINE (c:Company)-[:DEPENDS_ON {steps: min(length(p))}]->(m:Material) AS
MATCH (c)-[:MAKES]->(g:Product), p = (g)-[:CONTAINS]->+(m)
WHERE NOT EXISTS { (c)-[no:USES]->(m) WHERE polarity(no) = 'not' };

DEFINE (c:Dependent) AS MATCH (c:Company)-[:DEPENDS_ON]->(:Material);
