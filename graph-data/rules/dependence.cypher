// A company depends on a material that it makes or uses, or that is in a product it makes or uses, or in the sort of product
// that this is. The grade says how much that proves: `proven` where the company itself uses the material and this is a fact,
// `reported` where somebody claims so, `possible` where the way leads through goods in general.
// A statement that says *no* wins over the ways that lead through what it denies.
DEFINE (c:Company)-[:DEPENDS_ON {
  hops: min(length(p)),
  grade: CASE max(CASE WHEN length(p) > 1 THEN 1 WHEN modality(relationships(p)[0]) = 'fact' THEN 3 ELSE 2 END)
         WHEN 3 THEN 'proven' WHEN 2 THEN 'reported' ELSE 'possible' END
}]->(m:Material) AS
MATCH p = (c)-[:MAKES|USES]->()-[:BROADER]->{0,1}()-[:CONTAINS]->{0,6}(m)
WHERE NOT EXISTS {
  MATCH (c)-[no:USES]->(x)
  WHERE polarity(no) = 'not' AND x IN nodes(p) AND (no.in IS NULL OR any(n IN nodes(p) WHERE n.id = no.in))
};
