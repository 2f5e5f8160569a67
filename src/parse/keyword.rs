//! The words of the language, for completion, colours and `:help`.

/// A word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word, in capitals.
    pub word: &'static str,
    /// The chapter of `docs/language.md` that shows it.
    pub chapter: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// A statement that uses it, to be asked of the graph that ships.
    pub example: &'static str,
}

/// Whether `word` is a keyword, in whatever case; most of them may be names all the same.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search_by(|keyword| keyword.word.cmp(word.to_ascii_uppercase().as_str())).is_ok()
}

const fn keyword(word: &'static str, chapter: &'static str, summary: &'static str, example: &'static str) -> Keyword {
    Keyword { word, chapter, summary, example }
}

const FINDING: &str = "Finding";
const ROWS: &str = "Rows";
const SUBQUERIES: &str = "Subqueries and procedures";
const EXPRESSIONS: &str = "Expressions";
const PATHS: &str = "Paths";
const WRITING: &str = "Writing";
const FRAME: &str = "The frame";
const REASONS: &str = "Reasons";
const DEFINITIONS: &str = "Definitions";
const PLANS: &str = "Plans";
const FILES: &str = "CSV files";
const LATER: &str = "Not in this version";
const OVER_TIME: &str = "When, what changed, what if";

/// All keywords, in alphabetical order.
#[rustfmt::skip] // One keyword, one line.
pub static KEYWORDS: &[Keyword] = &[
    keyword("ACYCLIC", PATHS, "keeps paths that visit no node twice", "MATCH p = ACYCLIC (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name, length(p)"),
    keyword("ALL", PATHS, "everything: all rows of a union, all paths; or whether a condition holds for all elements of a list", "RETURN all(x IN [1, 2] WHERE x > 0) AS answer"),
    keyword("ALLSHORTESTPATHS", PATHS, "all shortest paths between two nodes", "MATCH p = allShortestPaths((a:Company {id: 'jl-mag'})-[:SUPPLIES*]->(b:Company)) RETURN b.name, length(p)"),
    keyword("AND", EXPRESSIONS, "both conditions hold", "MATCH (o:Observation) WHERE o.year = 2024 AND o.value > 90 RETURN o.indicator, o.value"),
    keyword("ANY", PATHS, "one path, or so many; or whether a condition holds for some element of a list", "MATCH p = ANY (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name"),
    keyword("AS", ROWS, "gives a name; before a query `AS OF` chooses the day", "MATCH (m:Measure) RETURN m.name AS name"),
    keyword("ASC", ROWS, "sorts upwards", "MATCH (m:Measure) RETURN m.name ORDER BY m.name ASC"),
    keyword("ASCENDING", ROWS, "sorts upwards", "MATCH (m:Measure) RETURN m.name ORDER BY m.name ASCENDING"),
    keyword("ASSUMING", OVER_TIME, "asks the query of the graph with these updates, which are never saved", "ASSUMING { MATCH (m:Measure {id: 'cn-2025-18#1'}) DETACH DELETE m } MATCH (m:Measure) RETURN count(m) AS measures"),
    keyword("BETWEEN", FRAME, "what holds on some day of a range, both days included", "FOR VALID_TIME BETWEEN '2025-01-01' AND '2025-12-31' MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("BY", ROWS, "as in `ORDER BY`, `GROUP BY` and `CLAIMED BY`", "MATCH (m:Measure) RETURN m.name ORDER BY m.name"),
    keyword("CALL", SUBQUERIES, "runs a procedure, or a subquery for each row", "CALL db.labels() YIELD label RETURN label"),
    keyword("CASE", EXPRESSIONS, "chooses a value by conditions", "RETURN CASE WHEN 1 < 2 THEN 'yes' ELSE 'no' END AS answer"),
    keyword("CHANGES", OVER_TIME, "rows gained and lost: between two days, two days of knowing, or by an assumption", "CHANGES FROM '2025-11-06' TO '2025-11-11' MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("CITING", WRITING, "names the sources of what is created", "CREATE (m:Measure) CITING 'cn18'"),
    keyword("CLAIMED", WRITING, "`CLAIMED BY` names the voices that say what is created", "CREATE (m:Measure) CLAIMED BY 'reuters'"),
    keyword("COLLECT", SUBQUERIES, "the values of a subquery as a list", "MATCH (m:Measure) RETURN m.name, COLLECT { MATCH (m)-[:COVERS]->(x) RETURN x.name } AS names"),
    keyword("CONTAINS", EXPRESSIONS, "whether a text contains another", "MATCH (m:Material) WHERE m.name CONTAINS 'ium' RETURN m.name"),
    keyword("COUNT", SUBQUERIES, "how many rows a subquery has", "MATCH (m:Measure) RETURN m.name, COUNT { (m)-[:COVERS]->() } AS n"),
    keyword("CREATE", WRITING, "creates nodes and relationships", "CREATE (m:Measure {name: 'test'})"),
    keyword("CSV", FILES, "as in `LOAD CSV`", "LOAD CSV WITH HEADERS FROM 'file.csv' AS row RETURN row"),
    keyword("DEFINE", DEFINITIONS, "names a derived label or relationship, which patterns can then use", "DEFINE (a:Company)-[:SUPPLIES_FAR]->(b:Company) AS MATCH (a)-[:SUPPLIES]->{2,5}(b)"),
    keyword("DELETE", WRITING, "deletes nodes and relationships", "MATCH (a:Company)-[r:SUPPLIES]->() DELETE r"),
    keyword("DEPRECATED", FRAME, "includes statements known to be wrong", "INCLUDING DEPRECATED MATCH (c:Company)-[r:USES]->(x) RETURN c.name, x.name"),
    keyword("DESC", ROWS, "sorts downwards", "MATCH (o:Observation) RETURN o.indicator, o.value ORDER BY o.value DESC"),
    keyword("DESCENDING", ROWS, "sorts downwards", "MATCH (o:Observation) RETURN o.indicator, o.value ORDER BY o.value DESCENDING"),
    keyword("DETACH", WRITING, "with a node, its relationships are deleted", "MATCH (c:Claim) DETACH DELETE c"),
    keyword("DIFFERENT", PATHS, "`DIFFERENT RELATIONSHIPS`: none twice in one `MATCH`, which is the default", "MATCH DIFFERENT RELATIONSHIPS (a)-[:SUPPLIES]->(b)<-[:SUPPLIES]-(c) RETURN a.name, c.name"),
    keyword("DISTINCT", ROWS, "equal rows or values once", "MATCH (o:Observation) RETURN DISTINCT o.indicator"),
    keyword("EDGES", PATHS, "GQL’s word for relationships, in a match mode", "MATCH DIFFERENT EDGES (a)-[:SUPPLIES]->(b)<-[:SUPPLIES]-(c) RETURN a.name, c.name"),
    keyword("ELEMENTS", PATHS, "as in `REPEATABLE ELEMENTS`", "MATCH REPEATABLE ELEMENTS (a)-[:SUPPLIES]->(b)<-[:SUPPLIES]-(c) RETURN a.name, c.name"),
    keyword("ELSE", EXPRESSIONS, "the value where no condition of a `CASE` holds", "RETURN CASE 1 WHEN 2 THEN 'a' ELSE 'b' END AS x"),
    keyword("ENACT", WRITING, "a measure comes into force", "MATCH (m:Measure {id: 'cn-2025-57#1'}) ENACT m FROM '2026-12-01'"),
    keyword("END", EXPRESSIONS, "ends a `CASE`", "RETURN CASE WHEN true THEN 1 END AS x"),
    keyword("ENDS", EXPRESSIONS, "`ENDS WITH`: whether a text ends with another", "MATCH (m:Material) WHERE m.name ENDS WITH 'ium' RETURN m.name"),
    keyword("EXISTS", SUBQUERIES, "whether a subquery has a row", "MATCH (m:Material) WHERE EXISTS { (m)<-[:COVERS]-() } RETURN m.name"),
    keyword("EXPLAIN", PLANS, "shows the plan and runs nothing", "EXPLAIN MATCH (m:Measure) RETURN m.name"),
    keyword("FALSE", EXPRESSIONS, "the truth value of what does not hold", "RETURN false AS x"),
    keyword("FIELDTERMINATOR", FILES, "the separator of a CSV file", "LOAD CSV FROM 'file.csv' AS row FIELDTERMINATOR ';' RETURN row"),
    keyword("FILTER", FINDING, "keeps rows for which a condition holds", "MATCH (o:Observation) FILTER o.value > 90 RETURN o.indicator, o.value"),
    keyword("FINISH", ROWS, "ends a query that returns nothing", "CREATE (m:Measure) FINISH"),
    keyword("FOR", ROWS, "a row for each element of a list; before a query, chooses the time", "FOR x IN [1, 2, 3] RETURN x"),
    keyword("FOREACH", WRITING, "updates for each element of a list", "FOREACH (x IN [1, 2] | CREATE (:Event {number: x}))"),
    keyword("FROM", FRAME, "the first day, or the file that is read", "FOR VALID_TIME FROM '2025-01-01' TO '2026-01-01' MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("GROUP", ROWS, "`GROUP BY`: one row for each group; after `SHORTEST k`, the paths of a length", "MATCH (o:Observation) RETURN o.indicator, count(*) AS n GROUP BY o.indicator"),
    keyword("GROUPS", PATHS, "the paths of the k shortest lengths", "MATCH p = SHORTEST 2 GROUPS (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name, length(p)"),
    keyword("HEADERS", FILES, "the first line of a CSV file names its columns", "LOAD CSV WITH HEADERS FROM 'file.csv' AS row RETURN row"),
    keyword("IN", EXPRESSIONS, "whether a list contains a value", "MATCH (m:Element) WHERE m.symbol IN ['Dy', 'Tb'] RETURN m.name"),
    keyword("INCLUDING", FRAME, "shows statements that are hidden by default", "INCLUDING UNREALISED, UNKNOWN MATCH (p:Plan) RETURN p.name"),
    keyword("INSERT", WRITING, "creates nodes and relationships; GQL’s name of `CREATE`", "INSERT (m:Measure {name: 'test'})"),
    keyword("IS", EXPRESSIONS, "tests for null, a label or a type", "MATCH (o:Observation) WHERE o.year IS NOT NULL RETURN o.indicator"),
    keyword("KNOWN", FRAME, "`AS KNOWN ON`: what was known on a day", "AS KNOWN ON '2025-10-15' MATCH (m:Measure) RETURN m.name"),
    keyword("LABELED", EXPRESSIONS, "whether something has a label", "MATCH (m) WHERE m IS LABELED Element RETURN m.name"),
    keyword("LET", ROWS, "names values", "MATCH (o:Observation) LET part = o.value / 100 RETURN part"),
    keyword("LIMIT", ROWS, "at most so many rows", "MATCH (m:Measure) RETURN m.name LIMIT 10"),
    keyword("LOAD", FILES, "reads a CSV file", "LOAD CSV FROM 'file.csv' AS row RETURN row"),
    keyword("MATCH", FINDING, "finds patterns in the graph", "MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("MERGE", WRITING, "finds a pattern or creates it", "MERGE (m:Measure {name: 'test'})"),
    keyword("NEXT", ROWS, "the rows of the query before feed the query after", "MATCH (m:Measure) RETURN m NEXT RETURN m.name"),
    keyword("NONE", EXPRESSIONS, "no element of a list fulfils a condition", "RETURN none(x IN [1, 2] WHERE x > 2) AS answer"),
    keyword("NOT", EXPRESSIONS, "the condition does not hold", "MATCH (m:Material) WHERE NOT m.name CONTAINS 'ium' RETURN m.name"),
    keyword("NULL", EXPRESSIONS, "no value", "RETURN null AS x"),
    keyword("OF", FRAME, "`AS OF`: what holds on a day", "AS OF '2025-10-21' MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("OFFSET", ROWS, "GQL’s name of `SKIP`; after `FOR`, a position counted from 0", "MATCH (m:Measure) RETURN m.name OFFSET 10"),
    keyword("ON", WRITING, "as in `ON CREATE SET`, `ON MATCH SET` and `KNOWN ON`", "MERGE (m:Measure {name: 'test'}) ON CREATE SET m.kind = 'new'"),
    keyword("OPTIONAL", FINDING, "keeps the row where nothing matches", "MATCH (c:Company) OPTIONAL MATCH (c)-[:SUPPLIES]->(d) RETURN c.name, d.name"),
    keyword("OR", EXPRESSIONS, "one of the conditions holds, or both", "MATCH (o:Observation) WHERE o.value < 1 OR o.value > 90 RETURN o.indicator, o.value"),
    keyword("ORDER", ROWS, "`ORDER BY` sorts the rows", "MATCH (m:Measure) RETURN m.name ORDER BY m.name"),
    keyword("ORDINALITY", ROWS, "`WITH ORDINALITY`: a position counted from 1", "FOR x IN ['a', 'b'] WITH ORDINALITY i RETURN x, i"),
    keyword("PATH", PATHS, "may follow a selector or a restrictor, and says nothing more", "MATCH p = ANY SHORTEST PATH (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name"),
    keyword("PATHS", PATHS, "may follow a selector or a restrictor, and says nothing more", "MATCH p = ALL SHORTEST PATHS (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name"),
    keyword("PROFILE", PLANS, "runs the query and shows what each step cost", "PROFILE MATCH (m:Measure) RETURN m.name"),
    keyword("REDUCE", EXPRESSIONS, "folds a list into one value", "RETURN reduce(sum = 0, x IN [1, 2, 3] | sum + x) AS sum"),
    keyword("REINSTATE", WRITING, "a suspended measure comes back into force", "MATCH (m:Measure {id: 'cn-2025-57#1'}) REINSTATE m FROM '2026-12-01'"),
    keyword("RELATIONSHIPS", PATHS, "as in `DIFFERENT RELATIONSHIPS`", "MATCH DIFFERENT RELATIONSHIPS (a)-[:SUPPLIES]->(b)<-[:SUPPLIES]-(c) RETURN a.name, c.name"),
    keyword("REMOVE", WRITING, "removes properties and labels", "MATCH (c:Company) REMOVE c.place"),
    keyword("REPEAL", WRITING, "a measure ends", "MATCH (m:Measure {id: 'cn-2025-57#1'}) REPEAL m FROM '2026-12-01'"),
    keyword("REPEATABLE", PATHS, "`REPEATABLE ELEMENTS`: a relationship may match twice", "MATCH REPEATABLE ELEMENTS (a)-[:SUPPLIES]->(b)<-[:SUPPLIES]-(c) RETURN a.name, c.name"),
    keyword("RETURN", ROWS, "says what the rows are made of", "MATCH (m:Measure) RETURN m.name, status(m)"),
    keyword("ROW", LATER, "as in `IN TRANSACTIONS OF 1 ROW`", "MATCH (m:Measure) CALL (m) { SET m.kind = 'x' } IN TRANSACTIONS OF 1 ROW FINISH"),
    keyword("ROWS", LATER, "as in `IN TRANSACTIONS OF 10 ROWS`", "MATCH (m:Measure) CALL (m) { SET m.kind = 'x' } IN TRANSACTIONS OF 10 ROWS FINISH"),
    keyword("SET", WRITING, "sets properties and labels", "MATCH (m:Measure {id: 'cn-2025-57#1'}) SET m.kind = 'control'"),
    keyword("SHORTEST", PATHS, "the k shortest paths between two nodes", "MATCH p = SHORTEST 3 (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name, length(p)"),
    keyword("SHORTESTPATH", PATHS, "a shortest path between two nodes", "MATCH p = shortestPath((a:Company {id: 'jl-mag'})-[:SUPPLIES*]->(b:Company)) RETURN b.name, length(p)"),
    keyword("SIMPLE", PATHS, "keeps paths that visit no node twice, but may end where they start", "MATCH p = SIMPLE (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name, length(p)"),
    keyword("SINGLE", EXPRESSIONS, "exactly one element of a list fulfils a condition", "RETURN single(x IN [1, 2] WHERE x > 1) AS answer"),
    keyword("SKIP", ROWS, "leaves out the first rows", "MATCH (m:Measure) RETURN m.name SKIP 10"),
    keyword("STARTS", EXPRESSIONS, "`STARTS WITH`: whether a text starts with another", "MATCH (m:Material) WHERE m.name STARTS WITH 'rare' RETURN m.name"),
    keyword("SUSPEND", WRITING, "a measure is not in force for a time", "MATCH (m:Measure {id: 'cn-2025-18#1'}) SUSPEND m FROM '2026-12-01' UNTIL '2027-12-01'"),
    keyword("SYSTEM_TIME", FRAME, "the time of knowing", "FOR SYSTEM_TIME AS OF '2025-10-15' MATCH (m:Measure) RETURN m.name"),
    keyword("THEN", EXPRESSIONS, "the value of a branch of a `CASE`", "RETURN CASE WHEN true THEN 1 END AS x"),
    keyword("TO", FRAME, "the second day, which is not included", "FOR VALID_TIME FROM '2025-01-01' TO '2026-01-01' MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("TRAIL", PATHS, "keeps paths that use no relationship twice", "MATCH p = TRAIL (a:Company {id: 'jl-mag'})-[:SUPPLIES]->+(b) RETURN b.name, length(p)"),
    keyword("TRANSACTIONS", LATER, "as in `IN TRANSACTIONS`, which is refused: a statement is one transaction", "MATCH (m:Measure) CALL (m) { SET m.kind = 'x' } IN TRANSACTIONS FINISH"),
    keyword("TRUE", EXPRESSIONS, "the truth value of what holds", "RETURN true AS x"),
    keyword("TYPED", EXPRESSIONS, "whether a value is of a type, as `IS ::`", "RETURN 1 IS TYPED INTEGER AS answer"),
    keyword("UNION", ROWS, "the rows of both queries, equal ones once; with `ALL`, every row", "RETURN 1 AS x UNION RETURN 2 AS x"),
    keyword("UNKNOWN", FRAME, "includes what is of unknown status", "INCLUDING UNKNOWN MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("UNREALISED", FRAME, "includes what is planned, considered, proposed, threatened or expected", "INCLUDING UNREALISED MATCH (p:Plan) RETURN p.name"),
    keyword("UNTIL", WRITING, "the first day on which something no longer holds", "CREATE (m:Measure) VALID FROM '2025-01-01' UNTIL '2026-01-01'"),
    keyword("UNWIND", ROWS, "a row for each element of a list", "UNWIND [1, 2, 3] AS x RETURN x"),
    keyword("VALID", WRITING, "`VALID FROM`: the first day on which what is created holds", "CREATE (m:Measure) VALID FROM '2025-01-01'"),
    keyword("VALID_TIME", FRAME, "the time in which statements hold", "FOR VALID_TIME ALL MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("WALK", PATHS, "keeps all paths, whatever they repeat", "MATCH p = WALK (a:Company {id: 'jl-mag'})-[:SUPPLIES]->{1,3}(b) RETURN b.name, length(p)"),
    keyword("WHEN", EXPRESSIONS, "a branch of a `CASE`; before a query, each row with the periods in which it holds", "RETURN CASE WHEN 1 < 2 THEN 'yes' ELSE 'no' END AS answer"),
    keyword("WHERE", FINDING, "keeps what fulfils a condition", "MATCH (o:Observation) WHERE o.value > 90 RETURN o.indicator, o.value"),
    keyword("WHY", REASONS, "each row with the statements it rests on and their sources", "WHY MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name LIMIT 3"),
    keyword("WITH", ROWS, "passes rows on to the next part of a query", "MATCH (o:Observation) WITH o.indicator AS indicator, count(*) AS n WHERE n > 10 RETURN indicator, n"),
    keyword("XOR", EXPRESSIONS, "one of two conditions holds, and not both", "RETURN true XOR false AS answer"),
    keyword("YIELD", SUBQUERIES, "names the columns of a procedure that are wanted", "CALL db.labels() YIELD label RETURN label"),
];

#[cfg(test)]
mod tests {
    use super::KEYWORDS;

    #[test]
    fn every_keyword_has_an_example_that_uses_it_and_parses() {
        for keyword in KEYWORDS {
            assert!(keyword.example.to_uppercase().contains(keyword.word), "{} is not in its example", keyword.word);
            let parsed = crate::parse::parse(keyword.example);
            assert!(parsed.is_ok(), "{}: {:?}", keyword.example, parsed.err());
        }
    }

    #[test]
    fn keywords_are_in_alphabetical_order() {
        assert!(KEYWORDS.is_sorted_by(|a, b| a.word < b.word));
    }
}
