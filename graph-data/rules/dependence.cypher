// A company depends on a material that it makes or uses, or that is in a product it makes or uses, or in the sort of product
// that this is. The grade says how much that proves: `proven` where the company itself uses the material and this is a fact,
// `reported` where somebody claims so, `possible` where the way leads through goods in general.
// A statement that says *no* wins over the ways that lead through what it denies: that the company does not use something or rely on
// it, that it does not make a good, that a good does not contain something or is not of a sort.
DEFINE (c:Company)-[:DEPENDS_ON {
  hops: min(length(p)),
  grade: CASE max(CASE WHEN length(p) > 1 THEN 1 WHEN modality(relationships(p)[0]) = 'fact' THEN 3 ELSE 2 END)
         WHEN 3 THEN 'proven' WHEN 2 THEN 'reported' ELSE 'possible' END
}]->(m:Material) AS
MATCH p = (c)-[way:MAKES|USES]->(good)-[:BROADER]->{0,1}()-[:CONTAINS]->{0,6}(m)
WHERE NOT EXISTS {
  MATCH (c)-[no:USES|RELIES_ON]->(x)
  WHERE polarity(no) = 'not' AND x IN nodes(p) AND (no.in IS NULL OR any(n IN nodes(p) WHERE n.id = no.in))
} AND NOT EXISTS {
  MATCH (c)-[no:MAKES]->(good)
  WHERE polarity(no) = 'not' AND no.in IS NULL AND type(way) = 'MAKES'
} AND NOT EXISTS {
  UNWIND nodes(p)[1..] AS whole
  MATCH (whole)-[no:CONTAINS|BROADER]->(x)
  WHERE polarity(no) = 'not' AND x IN nodes(p) AND (no.in IS NULL OR any(n IN nodes(p) WHERE n.id = no.in))
};
