//! What could have stood at a place, in words instead of names of rules.

use super::grammar::Rule;

/// More expectations than these help nobody.
const MAX_EXPECTED: usize = 5;

/// From this rank on, an expectation is told only where there is no better one.
const REMOTE: u8 = 6;

/// `expected a, b or c`, the most telling first.
pub fn sentence(rules: &[Rule]) -> String {
    // Where an operand could start, each kind of operand is refused by itself: together they are an expression.
    let operand = rules.contains(&Rule::integer) && rules.contains(&Rule::string) && rules.contains(&Rule::list);
    let told = rules.iter().filter(|rule| !(operand && OPERANDS.contains(rule)));
    let mut phrases: Vec<(u8, String)> = told.filter_map(|rule| words(*rule)).collect();
    if operand {
        phrases.push((0, "an expression".to_owned()));
    }
    phrases.sort();
    // `.` or `[` may follow any expression; that helps only where nothing else is expected.
    if phrases.first().is_some_and(|(rank, _)| *rank < REMOTE) {
        phrases.retain(|(rank, _)| *rank < REMOTE);
    }
    let mut seen = Vec::new();
    for (_, phrase) in phrases {
        if !seen.contains(&phrase) {
            seen.push(phrase);
        }
    }
    seen.truncate(MAX_EXPECTED);
    match seen.split_last() {
        None => "expected something else".to_owned(),
        Some((only, [])) => format!("expected {only}"),
        Some((last, others)) => format!("expected {} or {last}", others.join(", ")),
    }
}

/// The keywords that could have stood there.
pub fn keywords(rules: &[Rule]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for rule in rules {
        match rule {
            Rule::clause | Rule::query | Rule::single | Rule::statement | Rule::block => {
                words.extend(CLAUSE_WORDS.iter().map(|word| (*word).to_owned()));
            }
            Rule::r#where => words.push("WHERE".to_owned()),
            Rule::paging | Rule::order_by | Rule::skip | Rule::limit => {
                words.extend(["ORDER", "SKIP", "LIMIT"].map(str::to_owned));
            }
            Rule::yields => words.push("YIELD".to_owned()),
            Rule::union => words.push("UNION".to_owned()),
            Rule::case_branch => words.push("WHEN".to_owned()),
            Rule::case_else => words.push("ELSE".to_owned()),
            Rule::starts_with => words.push("STARTS".to_owned()),
            Rule::ends_with => words.push("ENDS".to_owned()),
            Rule::descending => words.extend(["DESC", "DESCENDING"].map(str::to_owned)),
            Rule::ascending => words.extend(["ASC", "ASCENDING"].map(str::to_owned)),
            Rule::projection => words.push("DISTINCT".to_owned()),
            rule => words.extend(keyword(*rule)),
        }
    }
    words
}

/// Whether `word` was probably meant as a name: nothing else could have stood there, or one could, no value could, and it begins
/// no clause.
pub fn is_name(rules: &[Rule], word: &str) -> bool {
    let name = |rule: &Rule| matches!(rule, Rule::variable | Rule::name);
    let only = !rules.is_empty() && rules.iter().all(name);
    let begins_a_clause = CLAUSE_WORDS.contains(&word.to_uppercase().as_str());
    only || (rules.iter().any(name) && !rules.contains(&Rule::integer) && !begins_a_clause)
}

/// Whether what failed is the inside of `-[…]-`.
pub fn in_relationship(rules: &[Rule]) -> bool {
    let has = |wanted: &[Rule]| wanted.iter().any(|rule| rules.contains(rule));
    rules.contains(&Rule::close_bracket) && has(&[Rule::length, Rule::exactly, Rule::dots]) && !has(&[Rule::add])
}

const OPERANDS: &[Rule] = &[
    Rule::least_integer,
    Rule::float,
    Rule::integer,
    Rule::string,
    Rule::parameter,
    Rule::k_null,
    Rule::k_true,
    Rule::k_false,
    Rule::k_case,
    Rule::case_expr,
    Rule::k_count,
    Rule::count_star,
    Rule::k_exists,
    Rule::k_collect,
    Rule::subquery,
    Rule::quantified,
    Rule::reduce,
    Rule::shortest,
    Rule::k_shortestpath,
    Rule::k_allshortestpaths,
    Rule::paren,
    Rule::pattern_predicate,
    Rule::list,
    Rule::map,
    Rule::list_comprehension,
    Rule::pattern_comprehension,
    Rule::function_call,
    Rule::function_name,
    Rule::map_projection,
    Rule::variable,
    Rule::k_not,
    Rule::negative,
    Rule::positive,
];

const CLAUSE_WORDS: &[&str] = &[
    "MATCH",
    "OPTIONAL",
    "RETURN",
    "WITH",
    "UNWIND",
    "CREATE",
    "MERGE",
    "SET",
    "REMOVE",
    "DELETE",
    "DETACH",
    "CALL",
    "FOREACH",
    "LOAD",
    "FILTER",
    "LET",
    "FOR",
    "ORDER",
    "SKIP",
    "LIMIT",
    "NEXT",
    "FINISH",
    "INSERT",
    "SUSPEND",
    "REINSTATE",
    "REPEAL",
    "ENACT",
    "WHERE",
    "UNION",
];

fn keyword(rule: Rule) -> Option<String> {
    format!("{rule:?}").strip_prefix("k_").map(str::to_uppercase)
}

/// How telling an expectation is (0 first), and its words; `None`: it says nothing by itself.
pub fn words(rule: Rule) -> Option<(u8, String)> {
    let (rank, phrase) = match rule {
        Rule::expr | Rule::expr_before_bar | Rule::case_subject | Rule::measure | Rule::paren | Rule::sort_item => {
            (0, "an expression")
        }
        Rule::projection | Rule::projection_item => (0, "an expression or `*`"),
        Rule::statement | Rule::clause | Rule::single | Rule::query | Rule::order_clause => {
            (1, "a clause such as `MATCH`")
        }
        Rule::block | Rule::open_brace => (0, "`{`"),
        Rule::path_pattern | Rule::path_union | Rule::path | Rule::node | Rule::group | Rule::new_pattern => {
            (0, "a pattern such as `(m:Measure)`")
        }
        Rule::bare_patterns => (1, "a pattern such as `(m:Measure)`"),
        Rule::relationship | Rule::relationship_detail => (3, "a relationship such as `-[:COVERS]->`"),
        Rule::arrow_left | Rule::arrow_right | Rule::dash => (2, "an arrow such as `->`"),
        Rule::label_expr | Rule::label_and | Rule::label_unary => (0, "a label such as `Measure`"),
        Rule::labels => (4, "a label such as `:Measure`"),
        Rule::has_labels | Rule::has_labels_before_bar => (6, "a label such as `:Measure`"),
        Rule::variable
        | Rule::function_name
        | Rule::path_variable
        | Rule::imports
        | Rule::map_projection
        | Rule::map_entry
        | Rule::let_item => (0, "a name"),
        Rule::name
        | Rule::procedure
        | Rule::yield_item
        | Rule::property
        | Rule::own_property
        | Rule::every_property => (
            if matches!(rule, Rule::property) { 6 } else { 0 },
            if matches!(rule, Rule::property) { "`.`" } else { "a name" },
        ),
        Rule::map | Rule::list => (5, if matches!(rule, Rule::map) { "`{`" } else { "`[`" }),
        Rule::set_item | Rule::remove_item | Rule::target | Rule::set_property => (0, "a property such as `x.name`"),
        Rule::parameter => (5, "a parameter such as `$name`"),
        Rule::string => (0, "a text in quotes"),
        Rule::integer | Rule::count | Rule::least | Rule::most | Rule::exactly | Rule::float | Rule::least_integer => {
            (1, "a number")
        }
        Rule::day | Rule::valid_of => (0, "a day such as `date('2025-10-21')`"),
        Rule::valid | Rule::known | Rule::including => (6, "a frame such as `AS OF '2025-10-21'`"),
        Rule::valid_from => (2, "`FROM`"),
        Rule::valid_between => (2, "`BETWEEN`"),
        Rule::included => (0, "`UNREALISED`, `UNKNOWN`, `DEPRECATED` or `ALL`"),
        Rule::why | Rule::why_not | Rule::when | Rule::changes | Rule::changes_assuming | Rule::assuming => {
            (6, "a question such as `WHY`")
        }
        Rule::mode => (6, "`EXPLAIN` or `PROFILE`"),
        Rule::define => (6, "`DEFINE`"),
        Rule::type_union | Rule::type_name | Rule::list_type | Rule::list_word | Rule::any_type | Rule::type_word => {
            (0, "a type such as `INTEGER`")
        }
        Rule::length => (4, "a length such as `*1..3`"),
        Rule::quantifier => (4, "a quantifier such as `{1,3}`"),
        Rule::different | Rule::repeatable | Rule::selector | Rule::restrictor | Rule::shortest => {
            (6, "a selector such as `ANY SHORTEST`")
        }
        Rule::r#where | Rule::where_before_bar => (2, "`WHERE`"),
        Rule::group_by | Rule::k_group => (6, "`GROUP BY`"),
        Rule::paging | Rule::order_by | Rule::k_order => (3, "`ORDER BY`"),
        Rule::skip => (4, "`SKIP`"),
        Rule::limit => (4, "`LIMIT`"),
        Rule::descending | Rule::ascending => (4, "`DESC`"),
        Rule::union => (5, "`UNION`"),
        Rule::yields => (3, "`YIELD`"),
        Rule::arguments | Rule::open_paren => (1, "`(`"),
        Rule::in_transactions => (6, "`IN TRANSACTIONS`"),
        Rule::ordinality | Rule::offset => (4, "`WITH ORDINALITY`"),
        Rule::headers => (4, "`WITH HEADERS`"),
        Rule::merge_action => (3, "`ON CREATE SET`"),
        Rule::set => (1, "`SET`"),
        Rule::valid_since => (5, "`VALID FROM`"),
        Rule::until => (5, "`UNTIL`"),
        Rule::known_on => (5, "`KNOWN ON`"),
        Rule::citing => (4, "`CITING`"),
        Rule::claimed_by => (5, "`CLAIMED BY`"),
        Rule::modality => (5, "`AS` and a modality"),
        Rule::case_branch => (1, "`WHEN`"),
        Rule::case_else => (2, "`ELSE`"),
        Rule::subscript => (6, "`[`"),
        Rule::dots => (2, "`..`"),
        Rule::path_operator | Rule::bar => (3, "`|`"),
        Rule::bang | Rule::label_any => (5, "a label such as `Measure`"),
        Rule::close_paren => (0, "`)`"),
        Rule::close_bracket => (0, "`]`"),
        Rule::close_brace => (0, "`}`"),
        Rule::comma => (2, "`,`"),
        Rule::colon => (0, "`:`"),
        Rule::equals => (1, "`=`"),
        Rule::semicolon => (7, "`;`"),
        Rule::star => (2, "`*`"),
        Rule::EOI => (7, "the end of the query"),
        Rule::k_is => (6, "`IS`"),
        Rule::k_or
        | Rule::k_xor
        | Rule::k_and
        | Rule::k_in
        | Rule::k_contains
        | Rule::k_starts
        | Rule::k_ends
        | Rule::starts_with
        | Rule::ends_with
        | Rule::matches
        | Rule::equal
        | Rule::not_equal
        | Rule::less
        | Rule::less_equal
        | Rule::greater
        | Rule::greater_equal
        | Rule::concat
        | Rule::add
        | Rule::subtract
        | Rule::multiply
        | Rule::divide
        | Rule::modulo
        | Rule::power
        | Rule::is_null
        | Rule::is_type
        | Rule::is_type_before_bar
        | Rule::is_labeled
        | Rule::is_labeled_before_bar => (4, "an operator such as `+` or `AND`"),
        _ => return keyword(rule).map(|word| (2, format!("`{word}`"))),
    };
    Some((rank, phrase.to_owned()))
}
