//! The words of the language, for completion, colours and `:help`.

/// A word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word, in capitals.
    pub word: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// A statement that uses it.
    pub example: &'static str,
}

/// Whether `word` is a keyword, in whatever case; most of them may be names all the same.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search_by(|keyword| keyword.word.cmp(word.to_ascii_uppercase().as_str())).is_ok()
}

const fn keyword(word: &'static str, summary: &'static str, example: &'static str) -> Keyword {
    Keyword { word, summary, example }
}

/// All keywords, in alphabetical order.
#[rustfmt::skip] // One keyword, one line.
pub static KEYWORDS: &[Keyword] = &[
    keyword("ACYCLIC", "keeps paths that visit no node twice", "MATCH ACYCLIC (a)-[:SUPPLIES]->+(b) RETURN a, b"),
    keyword("ALL", "keeps everything: all rows of a union, all paths, all elements of a list", "RETURN 1 AS x UNION ALL RETURN 1 AS x"),
    keyword("ALLSHORTESTPATHS", "all shortest paths between two nodes", "MATCH p = allShortestPaths((a)-[*]->(b)) RETURN p"),
    keyword("AND", "both conditions hold", "MATCH (m) WHERE m.rate > 10 AND m.rate < 20 RETURN m"),
    keyword("ANY", "one path, or some element of a list", "MATCH ANY (a)-[:SUPPLIES]->+(b) RETURN a, b"),
    keyword("AS", "gives a name; before a query, `AS OF` chooses the day", "MATCH (m:Measure) RETURN m.name AS name"),
    keyword("ASC", "sorts upwards", "MATCH (m:Measure) RETURN m.name ORDER BY m.name ASC"),
    keyword("ASCENDING", "sorts upwards", "MATCH (m:Measure) RETURN m.name ORDER BY m.name ASCENDING"),
    keyword("ASSUMING", "asks the query of the graph with these updates, which are never saved", "ASSUMING { MATCH (m:Measure) SUSPEND m FROM '2026-01-01' } MATCH (m:Measure) RETURN m"),
    keyword("BETWEEN", "chooses statements that hold on some day of a closed range", "FOR VALID_TIME BETWEEN '2025-01-01' AND '2025-12-31' MATCH (m:Measure) RETURN m"),
    keyword("BY", "as in `ORDER BY`, `GROUP BY` and `CLAIMED BY`", "MATCH (m:Measure) RETURN m.name ORDER BY m.name"),
    keyword("CALL", "runs a procedure or a subquery", "CALL graph.pagerank() YIELD node, score RETURN node, score"),
    keyword("CASE", "chooses a value by conditions", "RETURN CASE WHEN 1 < 2 THEN 'yes' ELSE 'no' END AS answer"),
    keyword("CHANGES", "rows gained and lost between two days", "CHANGES FROM '2025-01-01' TO '2026-01-01' MATCH (m:Measure) RETURN m.name"),
    keyword("CITING", "names the sources of what is created", "CREATE (m:Measure) CITING 'source-id'"),
    keyword("CLAIMED", "`CLAIMED BY` names the voices that say what is created", "CREATE (m:Measure) CLAIMED BY 'reuters'"),
    keyword("COLLECT", "the values of a subquery as a list", "MATCH (m) RETURN COLLECT { MATCH (m)-->(x) RETURN x.name } AS names"),
    keyword("CONTAINS", "whether a text contains another", "MATCH (m) WHERE m.name CONTAINS 'ore' RETURN m"),
    keyword("COUNT", "how many rows there are", "MATCH (m) RETURN COUNT { (m)-->() } AS n"),
    keyword("CREATE", "creates nodes and relationships", "CREATE (m:Measure {name: 'test'})"),
    keyword("CSV", "as in `LOAD CSV`", "LOAD CSV WITH HEADERS FROM 'file.csv' AS row RETURN row"),
    keyword("DEFINE", "names a derived relationship, which patterns can then use", "DEFINE (a)-[:SUPPLIES_FAR]->(b) AS MATCH (a)-[:SUPPLIES]->{2,5}(b)"),
    keyword("DELETE", "deletes nodes and relationships", "MATCH (m:Draft) DELETE m"),
    keyword("DEPRECATED", "includes statements known to be wrong", "INCLUDING DEPRECATED MATCH (m:Measure) RETURN m"),
    keyword("DESC", "sorts downwards", "MATCH (m:Measure) RETURN m.rate ORDER BY m.rate DESC"),
    keyword("DESCENDING", "sorts downwards", "MATCH (m:Measure) RETURN m.rate ORDER BY m.rate DESCENDING"),
    keyword("DETACH", "deletes a node with its relationships", "MATCH (m:Draft) DETACH DELETE m"),
    keyword("DIFFERENT", "`DIFFERENT RELATIONSHIPS`: none twice in one `MATCH` (the default)", "MATCH DIFFERENT RELATIONSHIPS (a)-->(b)-->(c) RETURN a"),
    keyword("DISTINCT", "equal rows or values once", "MATCH (m:Measure) RETURN DISTINCT m.kind"),
    keyword("EDGES", "another word for relationships in a match mode", "MATCH DIFFERENT EDGES (a)-->(b) RETURN a"),
    keyword("ELEMENTS", "as in `REPEATABLE ELEMENTS`", "MATCH REPEATABLE ELEMENTS (a)-->(b)-->(c) RETURN a"),
    keyword("ELSE", "the value where no condition of a `CASE` holds", "RETURN CASE 1 WHEN 2 THEN 'a' ELSE 'b' END AS x"),
    keyword("ENACT", "a measure comes into force", "MATCH (m:Measure) ENACT m FROM '2026-01-01'"),
    keyword("END", "ends a `CASE`", "RETURN CASE WHEN true THEN 1 END AS x"),
    keyword("ENDS", "`ENDS WITH`: whether a text ends with another", "MATCH (m) WHERE m.name ENDS WITH 'ore' RETURN m"),
    keyword("EXISTS", "whether a subquery has a row", "MATCH (m) WHERE EXISTS { (m)-->() } RETURN m"),
    keyword("EXPLAIN", "shows the plan and runs nothing", "EXPLAIN MATCH (m:Measure) RETURN m"),
    keyword("FALSE", "the truth value", "RETURN false AS x"),
    keyword("FIELDTERMINATOR", "the separator of a CSV file", "LOAD CSV FROM 'file.csv' AS row FIELDTERMINATOR ';' RETURN row"),
    keyword("FILTER", "keeps rows for which a condition holds", "MATCH (m:Measure) FILTER m.rate > 10 RETURN m"),
    keyword("FINISH", "ends a query that updates and returns nothing", "CREATE (m:Measure) FINISH"),
    keyword("FOR", "a row for each element of a list; before a query, chooses the time", "FOR x IN [1, 2, 3] RETURN x"),
    keyword("FOREACH", "updates for each element of a list", "FOREACH (x IN [1, 2] | CREATE (:Draft {number: x}))"),
    keyword("FROM", "the first day, or the source of a file", "FOR VALID_TIME FROM '2025-01-01' TO '2026-01-01' MATCH (m:Measure) RETURN m"),
    keyword("GROUP", "`GROUP BY`: one row for each group", "MATCH (m:Measure) RETURN m.kind, count(*) GROUP BY m.kind"),
    keyword("GROUPS", "the paths of the k shortest lengths", "MATCH SHORTEST 2 GROUPS (a)-[:SUPPLIES]->+(b) RETURN a, b"),
    keyword("HEADERS", "the first line of a CSV file names its columns", "LOAD CSV WITH HEADERS FROM 'file.csv' AS row RETURN row"),
    keyword("IN", "whether a list contains a value", "MATCH (m) WHERE m.kind IN ['quota', 'ban'] RETURN m"),
    keyword("INCLUDING", "shows statements that are hidden by default", "INCLUDING UNREALISED, UNKNOWN MATCH (m:Measure) RETURN m"),
    keyword("INSERT", "creates nodes and relationships, as `CREATE`", "INSERT (m:Measure {name: 'test'})"),
    keyword("IS", "tests for null, a label or a type", "MATCH (m) WHERE m.rate IS NOT NULL RETURN m"),
    keyword("KNOWN", "what was known on a day", "AS KNOWN ON '2025-10-15' MATCH (m:Measure) RETURN m"),
    keyword("LABELED", "whether something has a label", "MATCH (m) WHERE m IS LABELED Measure RETURN m"),
    keyword("LET", "names values", "MATCH (m:Measure) LET rate = m.rate / 100 RETURN rate"),
    keyword("LIMIT", "at most so many rows", "MATCH (m:Measure) RETURN m LIMIT 10"),
    keyword("LOAD", "reads a CSV file", "LOAD CSV FROM 'file.csv' AS row RETURN row"),
    keyword("MATCH", "finds patterns in the graph", "MATCH (m:Measure)-[:COVERS]->(x) RETURN m, x"),
    keyword("MERGE", "finds a pattern or creates it", "MERGE (m:Measure {name: 'test'})"),
    keyword("NEXT", "the rows of the query before feed the query after", "MATCH (m:Measure) RETURN m NEXT RETURN m.name"),
    keyword("NONE", "no element of a list fulfils a condition", "RETURN none(x IN [1, 2] WHERE x > 2) AS answer"),
    keyword("NOT", "the condition does not hold", "MATCH (m) WHERE NOT m.rate > 10 RETURN m"),
    keyword("NULL", "no value", "RETURN null AS x"),
    keyword("OF", "as in `AS OF`", "AS OF '2025-10-21' MATCH (m:Measure) RETURN m"),
    keyword("OFFSET", "leaves out the first rows; or a position counted from 0", "MATCH (m:Measure) RETURN m OFFSET 10"),
    keyword("ON", "as in `ON CREATE SET` and `KNOWN ON`", "MERGE (m:Measure) ON CREATE SET m.new = true"),
    keyword("OPTIONAL", "keeps the row where nothing matches", "OPTIONAL MATCH (m:Measure) RETURN m"),
    keyword("OR", "one of the conditions holds", "MATCH (m) WHERE m.rate < 10 OR m.rate > 20 RETURN m"),
    keyword("ORDER", "`ORDER BY` sorts the rows", "MATCH (m:Measure) RETURN m.name ORDER BY m.name"),
    keyword("ORDINALITY", "a position counted from 1", "FOR x IN ['a', 'b'] WITH ORDINALITY i RETURN x, i"),
    keyword("PATH", "may follow a selector or a restrictor", "MATCH ANY SHORTEST PATH (a)-[:SUPPLIES]->+(b) RETURN a"),
    keyword("PATHS", "may follow a selector or a restrictor", "MATCH ALL SHORTEST PATHS (a)-[:SUPPLIES]->+(b) RETURN a"),
    keyword("PROFILE", "runs the query and shows what each step cost", "PROFILE MATCH (m:Measure) RETURN m"),
    keyword("REDUCE", "folds a list into one value", "RETURN reduce(sum = 0, x IN [1, 2, 3] | sum + x) AS sum"),
    keyword("REINSTATE", "a suspended measure comes back into force", "MATCH (m:Measure) REINSTATE m FROM '2026-01-01'"),
    keyword("RELATIONSHIPS", "as in `DIFFERENT RELATIONSHIPS`", "MATCH DIFFERENT RELATIONSHIPS (a)-->(b) RETURN a"),
    keyword("REMOVE", "removes properties and labels", "MATCH (m:Draft) REMOVE m.note"),
    keyword("REPEAL", "a measure ends", "MATCH (m:Measure) REPEAL m FROM '2026-01-01'"),
    keyword("REPEATABLE", "`REPEATABLE ELEMENTS`: a relationship may match twice", "MATCH REPEATABLE ELEMENTS (a)-->(b)-->(c) RETURN a"),
    keyword("RETURN", "says what the rows are made of", "MATCH (m:Measure) RETURN m.name, m.rate"),
    keyword("ROW", "as in `IN TRANSACTIONS OF 1 ROW`", "CALL { MATCH (m) RETURN m } IN TRANSACTIONS OF 1 ROW RETURN m"),
    keyword("ROWS", "as in `IN TRANSACTIONS OF 10 ROWS`", "CALL { MATCH (m) RETURN m } IN TRANSACTIONS OF 10 ROWS RETURN m"),
    keyword("SET", "sets properties and labels", "MATCH (m:Draft) SET m.rate = 10"),
    keyword("SHORTEST", "the k shortest paths between two nodes", "MATCH SHORTEST 3 (a)-[:SUPPLIES]->+(b) RETURN a, b"),
    keyword("SHORTESTPATH", "a shortest path between two nodes", "MATCH p = shortestPath((a)-[*]->(b)) RETURN p"),
    keyword("SIMPLE", "keeps paths that visit no node twice, but may end where they start", "MATCH SIMPLE (a)-[:SUPPLIES]->+(a) RETURN a"),
    keyword("SINGLE", "exactly one element of a list fulfils a condition", "RETURN single(x IN [1, 2] WHERE x > 1) AS answer"),
    keyword("SKIP", "leaves out the first rows", "MATCH (m:Measure) RETURN m SKIP 10"),
    keyword("STARTS", "`STARTS WITH`: whether a text starts with another", "MATCH (m) WHERE m.name STARTS WITH 'Rare' RETURN m"),
    keyword("SUSPEND", "a measure is not in force for a time", "MATCH (m:Measure) SUSPEND m FROM '2025-11-07' UNTIL '2026-11-11'"),
    keyword("SYSTEM_TIME", "the time of knowing", "FOR SYSTEM_TIME AS OF '2025-10-15' MATCH (m:Measure) RETURN m"),
    keyword("THEN", "the value of a branch of a `CASE`", "RETURN CASE WHEN true THEN 1 END AS x"),
    keyword("TO", "the second day, not included", "FOR VALID_TIME FROM '2025-01-01' TO '2026-01-01' MATCH (m:Measure) RETURN m"),
    keyword("TRAIL", "keeps paths that use no relationship twice", "MATCH TRAIL (a)-[:SUPPLIES]->+(b) RETURN a, b"),
    keyword("TRANSACTIONS", "as in `IN TRANSACTIONS`", "CALL { MATCH (m) RETURN m } IN TRANSACTIONS RETURN m"),
    keyword("TRUE", "the truth value", "RETURN true AS x"),
    keyword("TYPED", "whether a value is of a type, as `IS ::`", "RETURN 1 IS TYPED INTEGER AS answer"),
    keyword("UNION", "the rows of both queries", "RETURN 1 AS x UNION RETURN 2 AS x"),
    keyword("UNKNOWN", "includes what is of unknown status", "INCLUDING UNKNOWN MATCH (m:Measure) RETURN m"),
    keyword("UNREALISED", "includes what is planned, considered, proposed, threatened or expected", "INCLUDING UNREALISED MATCH (m:Measure) RETURN m"),
    keyword("UNTIL", "the first day on which what is created no longer holds", "CREATE (m:Measure) VALID FROM '2025-01-01' UNTIL '2026-01-01'"),
    keyword("UNWIND", "a row for each element of a list", "UNWIND [1, 2, 3] AS x RETURN x"),
    keyword("VALID", "`VALID FROM`: the first day on which what is created holds", "CREATE (m:Measure) VALID FROM '2025-01-01'"),
    keyword("VALID_TIME", "the time in which statements hold", "FOR VALID_TIME ALL MATCH (m:Measure) RETURN m"),
    keyword("WALK", "keeps all paths, repeated or not", "MATCH WALK (a)-[:SUPPLIES]->{1,3}(b) RETURN a, b"),
    keyword("WHEN", "each row with the periods in which it holds; or a branch of a `CASE`", "WHEN MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("WHERE", "keeps what fulfils a condition", "MATCH (m:Measure) WHERE m.rate > 10 RETURN m"),
    keyword("WHY", "each row with the statements it rests on and their sources", "WHY MATCH (m:Measure)-[:COVERS]->(x) RETURN m.name, x.name"),
    keyword("WITH", "passes rows on to the next part of a query", "MATCH (m:Measure) WITH m.kind AS kind, count(*) AS n RETURN kind, n"),
    keyword("XOR", "exactly one of two conditions holds", "MATCH (m) WHERE m.a XOR m.b RETURN m"),
    keyword("YIELD", "names what a procedure gives", "CALL graph.pagerank() YIELD node RETURN node"),
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
