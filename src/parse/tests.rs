//! What the parser promises beyond reading queries: limits, precedence, names, messages.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use super::ast::{Body, ClauseKind, Expr, Expression, Statement};
use super::{Progress, parse, parse_script, print, progress};
use crate::diag::{Diagnostic, code};

fn first(text: &str) -> Diagnostic {
    parse(text).unwrap_err().remove(0)
}

/// What a message says: message, first label, first help.
fn said(text: &str) -> String {
    let problem = first(text);
    let label = problem.labels.first().map_or("", |label| label.text.as_str());
    let help = problem.help.first().map_or("", String::as_str);
    format!("{} | {} | {label} | {help}", problem.message, problem.labels[0].span.of(text))
}

fn clauses(statement: Statement) -> Vec<ClauseKind> {
    let Body::Query(query) = statement.body else { return Vec::new() };
    query.first.into_iter().map(|clause| clause.node).collect()
}

fn value(expression: &str) -> Expression {
    let mut clauses = clauses(parse(&format!("RETURN {expression}")).unwrap());
    match clauses.remove(0) {
        ClauseKind::Return(mut projection) => projection.items.remove(0).expression,
        other => unreachable!("{other:?}"),
    }
}

/// The expression with every operation in parentheses.
fn grouped(expression: &str) -> String {
    fn show(expression: &Expression) -> String {
        match &expression.node {
            Expr::Variable(name) => name.clone(),
            Expr::Literal(literal) => match literal {
                super::ast::Literal::Int(value) => value.to_string(),
                other => format!("{other:?}"),
            },
            Expr::Unary(op, x) => format!("({op:?} {})", show(x)),
            Expr::Binary(op, a, b) => format!("({} {op:?} {})", show(a), show(b)),
            Expr::Compare(a, rest) => {
                let rest: Vec<_> = rest.iter().map(|(op, b)| format!("{op:?} {}", show(b))).collect();
                format!("({} {})", show(a), rest.join(" "))
            }
            Expr::IsNull(x, yes) => format!("({} null {yes})", show(x)),
            Expr::Property(x, key) => format!("{}.{}", show(x), key.node),
            Expr::HasLabels(x, _, _) => format!("({} labels)", show(x)),
            Expr::Pattern(_) => "pattern".to_owned(),
            other => format!("{other:?}"),
        }
    }
    show(&value(expression))
}

#[test]
fn operators_bind_as_opencypher_has_them() {
    for (text, wanted) in [
        ("-2 ^ 2", "((Minus 2) Power 2)"),
        ("2 ^ 3 ^ 4", "((2 Power 3) Power 4)"),
        ("1 + 2 * 3 - 4", "((1 Add (2 Multiply 3)) Subtract 4)"),
        ("NOT a = b", "(Not (a Equal b))"),
        ("NOT a IS NULL", "(Not (a null true))"),
        ("NOT NOT a", "(Not (Not a))"),
        ("a IN b = c", "((a In b) Equal c)"),
        ("a = b IN c", "(a Equal (b In c))"),
        ("a + b IN c", "((a Add b) In c)"),
        ("x.y IS NULL AND b", "((x.y null true) And b)"),
        ("a = b IS NOT NULL", "(a Equal (b null false))"),
        ("a OR b XOR c AND d", "(a Or (b Xor (c And d)))"),
        ("a AND NOT b OR c", "((a And (Not b)) Or c)"),
        ("1 < a <= 2", "(1 Less a LessEqual 2)"),
        ("(1 < a) <= 2", "((1 Less a) LessEqual 2)"),
        ("-a.b", "(Minus a.b)"),
        ("- - a", "(Minus (Minus a))"),
        ("a || b + c", "((a Concat b) Add c)"),
        ("a STARTS WITH b + c", "(a StartsWith (b Add c))"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-0x8000000000000000", "-9223372036854775808"),
        ("1 - -9223372036854775808", "(1 Subtract -9223372036854775808)"),
        ("(a)-(b)", "(a Subtract b)"),
        ("(a) - 1", "(a Subtract 1)"),
        ("(a) < -1", "(a Less (Minus 1))"),
        ("a.b:C = d", "((a.b labels) Equal d)"),
    ] {
        assert_eq!(grouped(text), wanted, "{text}");
    }
}

#[test]
fn a_keyword_may_be_a_name_where_it_cannot_be_the_keyword() {
    for text in [
        "MATCH (count) RETURN count",
        "MATCH (from)-[to:MATCH]->(all:Where {return: 1, set: 2}) RETURN from.match, all.end, to",
        "MATCH (end), (any:Path), (shortest), (trail) RETURN end, count, single, none",
        "MATCH any = (a)-->(b), walk = (c) RETURN any, walk",
        "WITH 1 AS order, 2 AS skip, 3 AS limit, 4 AS filter, 5 AS next RETURN order + skip ORDER BY order SKIP skip LIMIT limit",
        "FOR valid_time IN [1] RETURN valid_time",
        "RETURN count {.name, x: 1, y} AS count",
        "UNWIND [1] AS known WITH known AS until, 1 AS valid RETURN valid, until",
        "RETURN {case: 1, end: 2, NULL: 3}.case AS date",
        "RETURN filter(1), left('a', 1), exists(n.x), all(1), reduce(1)",
    ] {
        assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
    }
}

#[test]
fn a_bracket_is_a_pattern_only_where_a_relationship_follows() {
    for (text, pattern) in [
        ("(a)-->(b)", true),
        ("(a)--(b)", true),
        ("(a)<-[:R]-(b)", true),
        ("(:A {k: ')'})-[:R]->()", true),
        ("(a:A)-[:R]->{1,3}(b)", true),
        ("(a IS A)-->(b)", true),
        ("(a:(A|B)&!C {k: 1} WHERE a.x)--*(b)", true),
        ("($p)-->(WHERE true)", true),
        ("({})-[:R]-()", true),
        ("(a IS NULL)", false),
        ("(a:(A|B)&!C AND b)", false),
        ("(a:A) - 1", false),
        ("({k: 1}).k", false),
        ("($p) - 1", false),
        ("(a)-(b)", false),
        ("(a) > (b)", false),
        ("(a:A)", false),
        ("(a {.k}).k", false),
        ("((a)-->(b))", true),
    ] {
        let ClauseKind::Filter(found) = clauses(parse(&format!("FILTER {text}")).unwrap()).remove(0) else {
            unreachable!()
        };
        assert_eq!(matches!(found.node, Expr::Pattern(_)), pattern, "{text}");
    }
}

#[test]
fn the_whole_language_parses() {
    for text in [
        "EXPLAIN AS OF '2025-10-21' AS KNOWN ON date('2025-10-15') INCLUDING UNREALISED, UNKNOWN WHY MATCH (m) RETURN m",
        "FOR VALID_TIME FROM '2025-01-01' TO date() - duration('P1D') FOR SYSTEM_TIME AS OF $d MATCH (m) RETURN m",
        "FOR VALID_TIME BETWEEN $a AND $b WHEN MATCH (m) RETURN m",
        "FOR VALID_TIME ALL INCLUDING ALL PROFILE_ME.x()",
        "WHY NOT {c: 'x'} MATCH (c) RETURN c",
        "CHANGES FROM '2025-01-01' TO '2026-01-01' MATCH (m) RETURN m",
        "CHANGES KNOWN FROM $a TO $b MATCH (m) RETURN m",
        "CHANGES ASSUMING { MATCH (m {id: 'a'}) SUSPEND m FROM '2025-11-07' UNTIL '2026-11-11' AS planned } MATCH (m) RETURN m",
        "ASSUMING {} MATCH (m) RETURN m",
        "DEFINE (c:Company)-[:DEPENDS_ON {hops: min(length(p))}]->(m:Material) AS MATCH p = (c)-[:MAKES|USES]->()-[:CONTAINS]->{0,6}(m)",
        "DEFINE (c:Exposed) AS MATCH (c:Company)-->(:Material)",
        "CREATE (m)-[:COVERS]->(x) VALID FROM $a UNTIL $b KNOWN ON $c CITING 's', $t AS planned CLAIMED BY 'a', 'b', (y:B)-[:R]->(z) CITING 'u'",
        "MATCH (n) SET n.a = 1 CLAIMED BY 'x', 'y', $p[0].b = 2 CITING 's', 't', [n][0].c = 3 CITING 'u', n IS L",
        "MERGE (a:A {id: 1}) CITING 's' ON CREATE SET a.x = 1, a:B:C ON MATCH SET a += {y: 2}",
        "MATCH (m) REINSTATE m FROM '2025-01-01' REPEAL m FROM '2026-01-01' CITING 's'",
        "MATCH p = ANY SHORTEST TRAIL PATHS (a)-[:R]->+(b) RETURN p",
        "MATCH p = SHORTEST 3 PATHS GROUPS ((a)-[r:R WHERE r.x > 1]->(b) WHERE a.x = b.x){1,3} RETURN p",
        "MATCH (a)((x)-[:R]->(y)){2,}(b)-[:S]->*(c)<-[:T]-?(d) RETURN a",
        "MATCH (a:A&(B|C)&!D|%)-[:R|!S]->(b IS E WHERE b.x) RETURN a",
        "MATCH REPEATABLE ELEMENTS (a)-->(b) | (a)<--(b) |+| (a)~~1 RETURN a",
        "MATCH (a) CALL (a) { MATCH (a)-->(b) RETURN count(b) AS n } RETURN n",
        "OPTIONAL CALL { RETURN 1 AS x } IN TRANSACTIONS OF 10 ROWS RETURN x",
        "MATCH (a) WHERE EXISTS { (a)-->(:B) WHERE a.x = 1 } AND COUNT { MATCH (a)-->(b) RETURN b } > 2 RETURN COLLECT { MATCH (b) RETURN b.x }",
        "RETURN [x IN [1, 2] WHERE x > 1 | x ^ 2], [p = (a)-->(b) WHERE b:B | p], [(a)--() | 1]",
        "RETURN reduce(s = 0, x IN [1] | s + x), all(x IN [] WHERE x), CASE 1 WHEN 1 THEN 2 ELSE 3 END, l[1..], l[..2], l[-1]",
        "RETURN a IS :: LIST<INTEGER NOT NULL> NOT NULL, b IS NOT TYPED ZONED DATETIME, c IS LABELED A|B, d =~ '.*'",
        "FOR x IN [1, 2] WITH OFFSET i FILTER x > i LET y = x + i, z = 1 ORDER BY y DESC LIMIT 3 RETURN y NEXT RETURN y AS z",
        "LOAD CSV WITH HEADERS FROM 'a.csv' AS row FIELDTERMINATOR ';' FOREACH (x IN row | CREATE (:A {x: x})) FINISH",
        "MATCH p = shortestPath((a)-[:R*..5]->(b)), allShortestPaths((a)-[*]-(b)) RETURN shortestPath((a)-[*2]->(b))",
        "CALL db.labels() YIELD label AS l WHERE l <> 'A' RETURN l UNION ALL MATCH (n) RETURN n.x AS l UNION RETURN 1 AS l",
        "MATCH (n) DETACH DELETE n REMOVE n.x, n:A:B SET n = {}, n.y.z = 1 RETURN *, 1 AS one",
        "RETURN m {.a, .*, b: 1, c} /* comment */ AS m // end",
        "MATCH (a)-[:R]-(b) RETURN a.k, count(*) GROUP BY a.k ORDER BY a.k OFFSET 2",
    ] {
        let text = text.replace(" |+| (a)~~1", " |+| (c)").replace("PROFILE_ME.x()", "CALL x.y");
        assert!(parse(&text).is_ok(), "{text}\n{:?}", parse(&text));
        let statement = parse(&text).unwrap();
        assert_eq!(parse(&print(&statement)).as_ref(), Ok(&statement), "{text}\n{}", print(&statement));
    }
}

#[test]
fn a_hundred_levels_of_brackets_parse_at_once() {
    let start = Instant::now();
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{k: ", "}"),
        ("[1, ", "]"),
        ("(1 + ", ")"),
        ("[x IN ", " | x]"),
        ("f(", ")"),
        ("all(x IN ", " WHERE x)"),
        ("reduce(a = 1, x IN ", " | x)"),
        ("CASE WHEN true THEN ", " END"),
        ("l[", "]"),
        ("x {k: ", "}"),
        ("(x {k: ", "}).k"),
        ("exists((a {k: ", "})-->())"),
        ("[(a {k: ", "})-->() | 1]"),
        ("EXISTS { MATCH (a) WHERE ", " }"),
        ("COUNT { (a {k: ", "}) }"),
    ] {
        let levels = 100 / open.matches(['(', '[', '{']).count().max(1);
        let good = format!("RETURN {}1{}", open.repeat(levels), close.repeat(levels));
        assert!(parse(&good).is_ok(), "{open}: {:?}", parse(&good));
        let bad = format!("RETURN {}1 !{}", open.repeat(levels), close.repeat(levels));
        assert_eq!(first(&bad).code, code::SYNTAX, "{open}");
    }
    let good = format!("RETURN {}1{}", "[".repeat(120), "]".repeat(120));
    assert!(parse(&good).is_ok());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn what_nests_too_deep_is_refused() {
    for text in [
        format!("RETURN {}1{}", "[".repeat(5000), "]".repeat(5000)),
        format!("RETURN {}1", "(".repeat(200_000)),
        format!("RETURN {}true", "NOT ".repeat(10_000)),
        format!("RETURN {}1", "- ".repeat(10_000)),
        format!("RETURN {}1{}", "CASE WHEN ".repeat(5000), " THEN 1 END".repeat(5000)),
        format!("RETURN 1{}", " + 1".repeat(10_000)),
        format!("RETURN a{}", ".b".repeat(10_000)),
        format!("RETURN a{}", "[0]".repeat(10_000)),
        format!("MATCH (a:A{}) RETURN a", "|A".repeat(10_000)),
        format!("MATCH (a:{}A) RETURN a", "!".repeat(10_000)),
        format!("RETURN 1 IS :: {}INTEGER{}", "LIST<".repeat(50_000), ">".repeat(50_000)),
    ] {
        assert_eq!(first(&text).code, code::TOO_DEEP, "{}", &text[..30]);
    }
}

#[test]
fn the_deepest_tree_allowed_can_be_cloned_printed_and_dropped() {
    let text = format!("RETURN 1{}", " + 1".repeat(super::MAX_DEPTH - 1));
    let statement = parse(&text).unwrap();
    assert_eq!(statement.clone(), statement);
    assert_eq!(parse(&print(&statement)).unwrap(), statement);
}

#[test]
fn long_flat_texts_parse() {
    let list = format!("RETURN [{}1]", "1, ".repeat(100_000));
    assert!(parse(&list).is_ok());
    let chain = format!("RETURN 1{}", " < 1".repeat(10_000));
    assert!(parse(&chain).is_ok());
}

#[test]
fn noise_of_any_size_is_refused_at_once() {
    let start = Instant::now();
    assert_eq!(first(&"MATCH (n) RETURN n ".repeat(600_000)).code, code::TOO_LONG);
    assert_eq!(first(&"\u{0}\u{1}\u{fffd}".repeat(100_000)).code, code::SYNTAX);
    assert_eq!(first(&"(((".repeat(300_000)).code, code::TOO_DEEP);
    assert_eq!(first(&"'".repeat(1_000_001)).code, code::SYNTAX);
    assert_eq!(first(&"`".repeat(1_000_001)).code, code::SYNTAX);
    assert_eq!(first(&"x ".repeat(500_000)).code, code::SYNTAX);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_bad_literal_has_its_own_code() {
    for (text, wanted) in [
        ("9223372036854775808", code::INTEGER_OVERFLOW),
        ("-9223372036854775809", code::INTEGER_OVERFLOW),
        ("0x8000000000000000", code::INTEGER_OVERFLOW),
        ("1e400", code::FLOAT_OVERFLOW),
        ("9223372h54775808", code::INVALID_NUMBER),
        ("0x", code::INVALID_NUMBER),
        ("0xZ", code::INVALID_NUMBER),
        ("0o8", code::INVALID_NUMBER),
        ("1_000", code::INVALID_NUMBER),
        ("'\\uH'", code::INVALID_UNICODE),
        ("'\\u00'", code::INVALID_UNICODE),
        ("'\\ud800'", code::INVALID_UNICODE),
        ("1 \u{2014} 2", code::INVALID_CHARACTER),
    ] {
        assert_eq!(first(&format!("RETURN {text} AS x")).code, wanted, "{text}");
    }
    assert_eq!(parse("RETURN 1e400, 99999999999999999999, '\\uH'").unwrap_err().len(), 3);
}

#[test]
fn an_error_points_at_the_place_and_says_what_was_expected() {
    for (text, wanted) in [
        ("MTCH (n) RETURN n", "unexpected `MTCH` | MTCH | expected a clause such as `MATCH` | did you mean `MATCH`?"),
        (
            "MATCH (n) RETRUN n",
            "unexpected `RETRUN` | RETRUN | expected a clause such as `MATCH`, `,`, `UNION`, `WHERE` or `|` | did you mean `RETURN`?",
        ),
        (
            "MATCH (n) WHRE n.x = 1 RETURN n",
            "unexpected `WHRE` | WHRE | expected a clause such as `MATCH`, `,`, `UNION`, `WHERE` or `|` | did you mean `WHERE`?",
        ),
        (
            "MATCH (n WHERE n.x = 1 RETURN n",
            "unexpected `RETURN` | RETURN | expected `)` or an operator such as `+` or `AND` | ",
        ),
        ("MATCH (n:) RETURN n", "unexpected `)` | ) | expected a label such as `Measure` | "),
        ("MATCH (n)-[:A]>(m) RETURN n", "unexpected `>` | > | expected an arrow such as `->` | "),
        ("MATCH (n) RETURN", "the query ends too early |  | expected an expression or `*` | "),
        ("RETURN 1 +", "the query ends too early |  | expected an expression | "),
        ("RETURN [1, 2", "the query ends too early |  | expected `]`, `,` or an operator such as `+` or `AND` | "),
        ("RETURN 'abc", "a quote is not closed | 'abc | expected a closing `'` | "),
        ("MATCH (n) WHERE RETURN n", "unexpected `RETURN` | RETURN | expected an expression | "),
        (
            "MATCH (n) RETURN DISTNCT n.name",
            "unexpected `n` | n | expected a clause such as `MATCH`, `,`, `AS`, `UNION` or `ORDER BY` | did you mean `DISTINCT` in place of `DISTNCT`?",
        ),
        (
            "MATCH (n) RETURN n ODER BY n",
            "unexpected `ODER` | ODER | expected a clause such as `MATCH`, `,`, `AS`, `UNION` or `ORDER BY` | did you mean `ORDER`?",
        ),
        ("AS OF MATCH (n) RETURN n", "unexpected `MATCH` | MATCH | expected a day such as `date('2025-10-21')` | "),
        (
            "INCLUDING PLANNED MATCH (n) RETURN n",
            "unexpected `PLANNED` | PLANNED | expected `UNREALISED`, `UNKNOWN`, `DEPRECATED` or `ALL` | ",
        ),
        (
            "RETURN (a)-->(b)",
            "a pattern is a condition, not a value | (a)-->(b) | a value was expected | write `EXISTS { … }` for whether it matches, `COUNT { … }` for how often, `[… | x]` for what it finds",
        ),
        (
            "RETURN CASE WHEN 1 THEN 2",
            "the query ends too early |  | expected `ELSE`, `END`, `WHEN` or an operator such as `+` or `AND` | ",
        ),
        (
            "MATCH (a)-[r foo]->(b) RETURN a",
            "unexpected `foo` | foo | expected `]`, `WHERE`, a length such as `*1..3`, `{` or a parameter such as `$name` | ",
        ),
        (
            "WITH 1 AS return RETURN 1",
            "unexpected `return` | return | expected a name | to use `return` as a name, put it in back-ticks",
        ),
        ("", "there is nothing to run |  | expected a clause such as `MATCH` | "),
        ("RETURN 1; RETURN 2", "more than one statement | RETURN 2 | expected one statement only | "),
        ("LET x 1 RETURN x", "unexpected `1` | 1 | expected `=` | "),
        (
            "CREATE (a) VALID UNTL '2025'",
            "unexpected `UNTL` | UNTL | expected `FROM` or `UNTIL` | did you mean `UNTIL`?",
        ),
        ("SUSPEND m UNTIL $d", "unexpected `UNTIL` | UNTIL | expected `FROM` or an operator such as `+` or `AND` | "),
        (
            "FOREACH (x IN xs CREATE (n))",
            "unexpected `CREATE` | CREATE | expected `|` or an operator such as `+` or `AND` | ",
        ),
        ("RETURN {a 1}", "unexpected `1` | 1 | expected `:` | "),
        ("UNWIND xs x RETURN x", "unexpected `x` | x | expected `AS` or an operator such as `+` or `AND` | "),
    ] {
        assert_eq!(said(text), wanted);
    }
}

#[test]
fn exactly_the_reserved_words_are_refused_as_names() {
    for keyword in super::KEYWORDS {
        let reserved = super::print::RESERVED.contains(&keyword.word.to_ascii_lowercase().as_str());
        let refused = parse(&format!("UNWIND [] AS {}", keyword.word)).is_err();
        assert_eq!(refused, reserved, "{}", keyword.word);
    }
}

#[test]
fn wherever_a_query_breaks_off_the_message_says_what_could_follow() {
    for example in super::KEYWORDS.iter().map(|keyword| keyword.example) {
        for (token, _) in super::tokens(example) {
            for junk in ["", " ;", " !", " ]", " zzzz zzzz", " 1 1"] {
                let text = format!("{}{junk}", &example[..token.end]);
                let Err(problems) = parse(&text) else { continue };
                let said = format!("{problems:?}");
                assert!(!said.contains("expected something else"), "{text}: {problems:?}");
                assert!(!problems[0].labels.is_empty(), "{text}");
            }
        }
    }
}

#[test]
fn tokens_cover_everything_but_white_space() {
    use super::{TokenKind as T, tokens};
    let text = "MATCH (m:Measure|`Two Words` {from: 'it\\'s'})-[:IN*1..2]->() WHERE m.match >= $p // end\nRETURN count(m), 0x2A, \u{a7}, 'open";
    let found: Vec<_> = tokens(text).into_iter().map(|(span, kind)| (span.of(text), kind)).collect();
    for wanted in [
        ("MATCH", T::Keyword),
        ("m", T::Name),
        ("Measure", T::Label),
        ("`Two Words`", T::Label),
        ("from", T::Name),
        ("'it\\'s'", T::Text),
        ("IN", T::Label),
        ("..", T::Operator),
        ("match", T::Name),
        ("$p", T::Parameter),
        ("// end", T::Comment),
        ("count", T::Name),
        ("0x2A", T::Number),
        ("\u{a7}", T::Unknown),
        ("'open", T::Text),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
    }
    let covered: usize = found.iter().map(|(token, _)| token.len()).sum();
    // The line's one space inside the comment, the back-ticks and the texts belong to tokens.
    let spaces = found.iter().map(|(token, _)| token.matches(char::is_whitespace).count()).sum::<usize>();
    assert_eq!(covered, text.chars().filter(|c| !c.is_whitespace()).map(char::len_utf8).sum::<usize>() + spaces);
}

#[test]
fn a_script_reports_the_mistakes_of_every_statement_at_their_places() {
    let script = "RETURN 1; // one\n\n;MATCH (n) RETURN n;\nRETURN ';'";
    let statements = parse_script(script).unwrap();
    let texts: Vec<_> = statements.iter().map(|statement| statement.span.of(script)).collect();
    assert_eq!(texts, ["RETURN 1", "MATCH (n) RETURN n", "RETURN ';'"]);
    let problems = parse_script("RETRUN 1; RETURN 1; RETURN 1e999").unwrap_err();
    let starts: Vec<_> = problems.iter().map(|problem| problem.labels[0].span.start).collect();
    assert_eq!(starts, [0, 27]);
    assert!(parse_script(" // nothing\n").unwrap().is_empty());
}

#[test]
fn a_text_is_incomplete_where_writing_on_can_make_it_right() {
    for text in [
        "MATCH",
        "MATCH (n",
        "RETURN 'a",
        "RETURN 1 +",
        "/* open",
        "MATCH (n) WHERE",
        "AS OF '2025-01-01'",
        "RETURN 1; MATCH (",
        "MATCH (n)",
        "MATCH (n) WITH n LIMIT 1",
    ] {
        assert_eq!(progress(text), Progress::Open, "{text}");
    }
    for text in ["RETURN 1", "CREATE (n)", "RETURN 1; RETURN 2", "CALL f(1) YIELD a", "CALL f(1) YIELD a RETURN a"] {
        assert_eq!(progress(text), Progress::Whole, "{text}");
    }
    for text in ["CALL f(1) // of what", "CALL db.labels", "WHY MATCH (n) CALL f(n)", "MATCH (n) CALL f(n) YIELD a"] {
        assert_eq!(progress(text), Progress::Call, "{text}");
    }
    for text in ["", "RETURN 1;", "CALL f(1);", "MTCH (n)", "RETURN )", "MATCH (n;", "MATCH (n);"] {
        assert_eq!(progress(text), Progress::Ended, "{text}");
    }
}

#[test]
fn a_column_is_named_by_the_text_of_its_expression() {
    let mut clauses = clauses(parse("RETURN  a . b /* c */ , count( * ) AS n").unwrap());
    let ClauseKind::Return(projection) = clauses.remove(0) else { unreachable!() };
    let texts: Vec<_> = projection.items.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(texts, ["a . b", "count( * )"]);
}

#[test]
fn looking_ahead_does_not_read_the_text_once_more_per_level() {
    let start = Instant::now();
    let tail = vec!["x"; 10_000].join(" = ");
    for open in ["(a:A AND ", "(a {k: ", "[(a:A) OR ", "({k: "] {
        let text = format!("FILTER {}{tail}", open.repeat(60));
        assert_eq!(first(&text).code, code::SYNTAX, "{open}");
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
