//! Every query of the openCypher suite parses, or fails to, as its scenario says; what parses is printed so that it
//! reads back the same.

use portolan::parse::{parse, print};

use super::gherkin::Argument;
use super::say;
use super::suite::{Instance, Suite};

/// Details that parsing itself reports; every other error is for a later stage, so that its query must parse.
const OURS: &[&str] = &[
    "UnexpectedSyntax",
    "IntegerOverflow",
    "FloatingPointOverflow",
    "InvalidNumberLiteral",
    "InvalidUnicodeLiteral",
    "InvalidUnicodeCharacter",
    "InvalidRelationshipPattern",
];

#[test]
fn every_query_of_the_suite_parses_or_fails_as_its_scenario_says() {
    let suite = match Suite::find() {
        Ok(suite) => suite,
        Err(message) => return say(&format!("tck: parsing skipped: {message}\n")),
    };
    let (mut n_queries, mut wrong) = (0, Vec::new());
    for instance in suite.read().unwrap() {
        check(&instance, &mut n_queries, &mut wrong);
    }
    if !wrong.is_empty() {
        let message = format!("{} of {n_queries} queries:\n\n{}\n", wrong.len(), wrong.join("\n\n"));
        assert!(!suite.is_ours, "{message}");
        say(&message);
    }
}

fn check(instance: &Instance, n_queries: &mut usize, wrong: &mut Vec<String>) {
    let steps = &instance.scenario.steps;
    let raised = steps.iter().find(|step| step.text.contains("should be raised at"));
    // The error is that of the last query.
    let detail = raised.and_then(|step| step.text.rsplit(": ").next()).filter(|detail| OURS.contains(detail));
    let queries = steps.iter().filter_map(|step| match &step.argument {
        Argument::Text(query) => Some(query),
        Argument::Nothing | Argument::Table(_) => None,
    });
    let mut queries = queries.peekable();
    while let Some(query) = queries.next() {
        *n_queries += 1;
        let wanted = detail.filter(|_| queries.peek().is_none());
        let parsed = parse(query);
        if let Ok(statement) = &parsed {
            let printed = print(statement);
            if parse(&printed).as_ref() != Ok(statement) {
                wrong.push(format!("{query}\n  is printed as\n{printed}\n  {:?}", parse(&printed).err()));
            }
        }
        let got = parsed.err().and_then(|problems| problems.into_iter().next());
        if got.as_ref().map(|problem| problem.code.detail) != wanted {
            let got = got.map_or_else(|| "it parses".to_owned(), |problem| format!("{problem}: {:?}", problem.labels));
            wrong.push(format!("{}\n{query}\n  wanted {wanted:?}, but {got}", instance.key()));
        }
    }
}
