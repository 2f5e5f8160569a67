//! What the lines of a scenario mean.

use portolan::diag::Phase;

use super::compare::{Order, Table};
use super::effects::Effects;
use super::gherkin::{self, Argument};
use super::term::Term;

/// A step, understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The graph to start with: one of the named ones, or an empty one.
    Graph(Option<String>),
    /// A query that makes the graph.
    SetUp(String),
    /// Values by name.
    Parameters(Vec<(String, Term)>),
    /// A procedure that queries can call.
    Procedure(Procedure),
    /// The query that is asked, or another one that looks at what it did.
    Query(String),
    /// Its rows.
    Result(Table, Order),
    /// It has no rows.
    Empty,
    /// What it did to the graph.
    SideEffects(Effects),
    /// How it fails.
    Error(WantedError),
}

/// An error as the suite names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedError {
    /// Such as `SyntaxError`.
    pub kind: String,
    /// `None`: at any time.
    pub phase: Option<Phase>,
    /// `None`: any detail.
    pub detail: Option<String>,
}

/// A procedure that is a table: it gives the rows whose first columns are its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// With its dots.
    pub name: String,
    /// Names and types of the arguments, such as `INTEGER?`.
    pub arguments: Vec<(String, String)>,
    /// Names and types of the results.
    pub results: Vec<(String, String)>,
    /// Arguments, then results.
    pub rows: Vec<Vec<Term>>,
}

/// What a step of a feature file means.
///
/// # Errors
/// A step that is not known, or without what should stand below it.
pub fn understand(step: &gherkin::Step) -> Result<Step, String> {
    let text = step.text.as_str();
    let result = |of_rows, of_lists| Ok(Step::Result(result(step)?, Order { of_rows, of_lists }));
    match text {
        "an empty graph" | "any graph" => nothing(step).map(|()| Step::Graph(None)),
        "having executed:" => query(step).map(Step::SetUp),
        "executing query:" | "executing control query:" => query(step).map(Step::Query),
        "parameters are:" => parameters(step),
        "the result should be, in any order:" => result(false, true),
        "the result should be, in order:" => result(true, true),
        "the result should be (ignoring element order for lists):" => result(false, false),
        "the result should be, in order (ignoring element order for lists):" => result(true, false),
        "the result should be empty" => nothing(step).map(|()| Step::Empty),
        "the side effects should be:" => Effects::read(table(step)?).map(Step::SideEffects),
        "no side effects" => nothing(step).map(|()| Step::SideEffects(Effects::default())),
        _ => {
            if let Some(signature) = text.strip_prefix("there exists a procedure ") {
                return procedure(signature, table(step)?).map(Step::Procedure);
            }
            nothing(step)?;
            let unknown = || format!("unknown step `{text}`");
            if let Some(name) = text.strip_prefix("the ").and_then(|rest| rest.strip_suffix(" graph")) {
                let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                return if is_name { Ok(Step::Graph(Some(name.to_owned()))) } else { Err(unknown()) };
            }
            wanted_error(text).map(Step::Error).ok_or_else(unknown)
        }
    }
}

fn nothing(step: &gherkin::Step) -> Result<(), String> {
    match step.argument {
        Argument::Nothing => Ok(()),
        Argument::Text(_) | Argument::Table(_) => Err(format!("nothing can stand below `{}`", step.text)),
    }
}

fn query(step: &gherkin::Step) -> Result<String, String> {
    match &step.argument {
        Argument::Text(text) => Ok(text.clone()),
        Argument::Nothing | Argument::Table(_) => Err(format!("no query below `{}`", step.text)),
    }
}

fn table(step: &gherkin::Step) -> Result<&[Vec<String>], String> {
    match &step.argument {
        Argument::Table(rows) => Ok(rows),
        Argument::Nothing | Argument::Text(_) => Err(format!("no table below `{}`", step.text)),
    }
}

fn result(step: &gherkin::Step) -> Result<Table, String> {
    let (header, rows) = table(step)?.split_first().ok_or("a table without a header")?;
    Ok(Table { columns: header.clone(), rows: terms(rows)? })
}

fn terms(rows: &[Vec<String>]) -> Result<Vec<Vec<Term>>, String> {
    rows.iter().map(|row| row.iter().map(|cell| Term::read(cell)).collect()).collect()
}

fn parameters(step: &gherkin::Step) -> Result<Step, String> {
    let parameter = |row: &Vec<String>| match row.as_slice() {
        [name, cell] => Ok((name.clone(), Term::read(cell)?)),
        _ => Err("parameters are a table of two columns".to_owned()),
    };
    table(step)?.iter().map(parameter).collect::<Result<_, _>>().map(Step::Parameters)
}

/// `name(a :: INTEGER?) :: (b :: STRING?):`, with a table whose header names them all.
fn procedure(signature: &str, table: &[Vec<String>]) -> Result<Procedure, String> {
    let parts = || {
        let (name, rest) = signature.split_once('(')?;
        let (arguments, rest) = rest.split_once(')')?;
        let results = rest.trim().strip_prefix("::")?.trim().strip_suffix(':')?.trim();
        let results = results.strip_prefix('(')?.strip_suffix(')')?;
        Some((name.to_owned(), fields(arguments)?, fields(results)?))
    };
    let (name, arguments, results) = parts().ok_or_else(|| format!("`{signature}` is not the type of a procedure"))?;
    let (header, rows) = table.split_first().ok_or("a procedure without a table")?;
    if !header.iter().eq(arguments.iter().chain(&results).map(|(name, _)| name)) {
        return Err(format!("the table of procedure `{name}` does not have its arguments and results as columns"));
    }
    Ok(Procedure { name, arguments, results, rows: terms(rows)? })
}

fn fields(text: &str) -> Option<Vec<(String, String)>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let field = |field: &str| {
        let (name, kind) = field.split_once("::")?;
        Some((name.trim().to_owned(), kind.trim().to_owned()))
    };
    text.split(',').map(field).collect()
}

/// `a TYPE should be raised at PHASE: DETAIL`.
fn wanted_error(text: &str) -> Option<WantedError> {
    let rest = text.strip_prefix("a ").or_else(|| text.strip_prefix("an "))?;
    let (kind, rest) = rest.split_once(" should be raised at ")?;
    let (phase, detail) = rest.split_once(": ")?;
    let phase = match phase {
        "compile time" => Some(Phase::CompileTime),
        "runtime" => Some(Phase::Runtime),
        "any time" => None,
        _ => return None,
    };
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
    let detail = (detail != "*").then(|| detail.to_owned());
    let is_known = is_word(kind) && detail.as_deref().is_none_or(is_word);
    is_known.then(|| WantedError { kind: kind.to_owned(), phase, detail })
}

#[cfg(test)]
mod tests {
    use super::{Argument, Phase, Step, WantedError, gherkin, understand};

    fn step(text: &str, argument: Argument) -> Result<Step, String> {
        understand(&gherkin::Step { text: text.to_owned(), argument })
    }

    fn table(rows: &[&[&str]]) -> Argument {
        Argument::Table(rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect())
    }

    #[test]
    fn an_error_is_read_with_its_type_phase_and_detail() {
        let wanted = |text: &str| match step(text, Argument::Nothing) {
            Ok(Step::Error(wanted)) => wanted,
            other => panic!("{text}: {other:?}"),
        };
        let kind = || "TypeError".to_owned();
        let detail = || Some("InvalidArgumentType".to_owned());
        assert_eq!(
            wanted("a TypeError should be raised at compile time: InvalidArgumentType"),
            WantedError { kind: kind(), phase: Some(Phase::CompileTime), detail: detail() }
        );
        assert_eq!(
            wanted("a TypeError should be raised at runtime: *"),
            WantedError { kind: kind(), phase: Some(Phase::Runtime), detail: None }
        );
        assert_eq!(
            wanted("a TypeError should be raised at any time: *"),
            WantedError { kind: kind(), phase: None, detail: None }
        );
    }

    #[test]
    fn a_procedure_is_read_with_its_types_and_rows() {
        let text = "there exists a procedure test.my.proc(in :: INTEGER?) :: (a :: STRING?, b :: FLOAT?) :";
        let read = step(text, table(&[&["in", "a", "b"], &["1", "'x'", "null"]]));
        let Ok(Step::Procedure(procedure)) = read else { panic!("{read:?}") };
        assert_eq!(procedure.name, "test.my.proc");
        assert_eq!(procedure.arguments, [("in".to_owned(), "INTEGER?".to_owned())]);
        assert_eq!(procedure.results.len(), 2);
        assert_eq!(procedure.rows.len(), 1);
        assert!(step(text, table(&[&["in", "b", "a"]])).is_err());
        assert!(step("there exists a procedure p() :: ():", table(&[&[]])).is_ok());
        assert!(step("there exists a procedure p():", table(&[&[]])).is_err());
        assert!(step("there exists a procedure p() :: ():", Argument::Nothing).is_err());
    }

    #[test]
    fn a_step_that_is_not_known_is_an_error() {
        let wrong = [
            "a full graph",
            "the graph",
            "the big red graph",
            "executing",
            "executing query",
            "the result should be, in some order:",
            "the result should be",
            "side effects",
            "a SyntaxError should be raised at compile time",
            "a SyntaxError should be raised at dawn: *",
            "a Syntax Error should be raised at runtime: *",
            "SyntaxError should be raised at runtime: *",
            "a SyntaxError should be raised at runtime: Two Words",
            "",
        ];
        for text in wrong {
            assert!(step(text, Argument::Nothing).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_stands_below_a_step_must_be_what_it_needs() {
        let text = || Argument::Text("RETURN 1".to_owned());
        let rows = || table(&[&["a"], &["1"]]);
        assert!(step("executing query:", text()).is_ok());
        assert!(step("executing query:", rows()).is_err());
        assert!(step("executing query:", Argument::Nothing).is_err());
        assert!(step("no side effects", Argument::Nothing).is_ok());
        assert!(step("no side effects", rows()).is_err());
        assert!(step("any graph", text()).is_err());
        assert!(step("the result should be, in order:", rows()).is_ok());
        assert!(step("the result should be, in order:", text()).is_err());
        assert!(step("the result should be empty", rows()).is_err());
        assert!(step("a TypeError should be raised at runtime: *", text()).is_err());
        assert!(step("parameters are:", rows()).is_err());
        assert!(step("the result should be, in order:", table(&[&["a"], &["(A)"]])).is_err());
    }
}
