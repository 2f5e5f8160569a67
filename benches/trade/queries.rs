//! What a trade researcher asks of the generated graph, in openCypher: as the other engines get it.

/// Whether a relationship is in force on the day.
const SUPPLIED: &str = "s.since <= $d AND (s.until IS NULL OR s.until > $d)";
const LICENSED: &str =
    "MATCH (k:Country {iso: $iso})-[:IMPOSES]->(x:Measure {kind: 'licence'})-[v:COVERS]->(m:Material)
    WHERE v.valid_from <= $d AND (v.valid_to IS NULL OR v.valid_to > $d) WITH DISTINCT m";

/// A line of the table: its name and its statements. Those of q11 are added up by country, as for every engine of openCypher.
pub fn queries() -> Vec<(&'static str, Vec<String>)> {
    let one = |name, text: &str| (name, vec![text.to_owned()]);
    let exposure = "MATCH (m:Material {id: $m})<-[u:USES]-";
    let by_country = "-[:LOCATED_IN]->(k:Country) RETURN k.iso, sum";
    vec![
        one("q1", "MATCH (c:Company {id: $id}) RETURN c.name, c.revenue"),
        one(
            "q2",
            &format!(
                "MATCH (c:Company {{id: $id}})-[s:SUPPLIES]->(t:Company) WHERE s.share > 0.05 AND {SUPPLIED} RETURN t.id, s.share"
            ),
        ),
        one("q3", &format!("{LICENSED} MATCH (m)<-[:USES]-(c:Company) RETURN count(DISTINCT c.id)")),
        one(
            "q4",
            &format!(
                "{LICENSED} MATCH (m)<-[:CONTAINS*1..4]-(p:Product) WITH DISTINCT p MATCH (p)<-[:USES]-(c:Company) RETURN count(DISTINCT c.id)"
            ),
        ),
        one("q5", "MATCH (a:Company {id: $id})-[:SUPPLIES*1..3]->(b:Company) RETURN count(DISTINCT b.id)"),
        one(
            "q6",
            "MATCH (a:Company {id: $a}), (b:Company {id: $b}) MATCH p = shortestPath((a)-[:SUPPLIES*..10]->(b)) RETURN length(p)",
        ),
        one(
            "q7",
            "MATCH (a:Company)-[:SUPPLIES]->(b:Company)-[:SUPPLIES]->(c:Company)-[:SUPPLIES]->(a) RETURN count(*)",
        ),
        one(
            "q8",
            "MATCH (a:Company)-[:SUPPLIES]->(b:Company)-[:SUPPLIES]->(c:Company)-[:LOCATED_IN]->(k:Country)
             RETURN k.iso, count(*) AS n ORDER BY n DESC, k.iso LIMIT 10",
        ),
        one(
            "q9",
            &format!(
                "MATCH (k:Country)<-[:LOCATED_IN]-(a:Company)-[s:SUPPLIES]->(b:Company) WHERE {SUPPLIED} RETURN k.iso, count(*)"
            ),
        ),
        one("q10a", "MATCH (c:Company) WHERE c.name STARTS WITH $p RETURN count(*)"),
        one("q10b", "MATCH (c:Company) WHERE c.name CONTAINS $p RETURN count(*)"),
        (
            "q11",
            vec![
                format!("{exposure}(c:Company){by_country}(u.share)"),
                format!("{exposure}(c0:Company)-[s:SUPPLIES]->(c:Company){by_country}(u.share * s.share)"),
                format!(
                    "{exposure}(c0:Company)-[s:SUPPLIES]->(c1:Company)-[s2:SUPPLIES]->(c:Company){by_country}(u.share * s.share * s2.share)"
                ),
            ],
        ),
        one(
            "q12a",
            "CALL graph.components({labels: ['Company'], types: ['SUPPLIES']}) YIELD component RETURN max(component)",
        ),
        one(
            "q12b",
            "CALL graph.pagerank({labels: ['Company'], types: ['SUPPLIES'], rounds: 20}) YIELD node, score RETURN node.id LIMIT 5",
        ),
    ]
}
