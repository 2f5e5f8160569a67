//! Running one scenario: its steps in order, and a verdict.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use portolan::diag::{Diagnostic, Phase};
use portolan::session::Answer;

use super::compare::{Difference, Order, Table, compare};
use super::effects::{Effects, Graph};
use super::gherkin::{self, Scenario};
use super::step::{Step, WantedError, understand};
use super::term::Term;
use super::world::{World, register_procedure};

/// What is counted of a scenario: the wanted result and side effects, or an error where one is wanted; then the error's
/// type, its phase and its detail, each of which is right, too, where a result is wanted and given.
pub const COUNTS: [&str; 4] = ["outcome", "type", "phase", "detail"];

/// What became of a scenario.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// By [`COUNTS`].
    pub counts: [bool; 4],
    /// Why not all four are true.
    pub failure: Option<Failure>,
    /// Every step, and what it gave.
    pub story: String,
}

/// Why a scenario failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In a few words, the same for scenarios that fail for the same reason.
    pub reason: String,
    /// In full.
    pub message: String,
}

impl Failure {
    fn new(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Failure { reason: reason.into(), message: message.into() }
    }

    /// Of an error where a result was wanted: its code and first words.
    fn unwanted(before: &str, problems: &[Diagnostic]) -> Self {
        let reason = problems.first().map_or_else(
            || "an error without a diagnostic".to_owned(),
            |problem| {
                let words: Vec<&str> = problem.message.split_whitespace().take(8).collect();
                format!("{before}{} {}", problem.code.id, words.join(" "))
            },
        );
        Failure::new(reason, format!("{before}an error that nobody wanted:{}", shown_errors(problems)))
    }
}

/// Runs a scenario; `graphs` is the folder of the named graphs. A panic of the engine is a failure like another.
#[must_use]
pub fn run(scenario: &Scenario, graphs: &Path) -> Verdict {
    let mut run = Run { graphs, world: None, asked: None, n_checks: 0, wrong: None, story: String::new() };
    let ended = catch_unwind(AssertUnwindSafe(|| run.all(&scenario.steps)));
    let ended = ended.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(Failure::new("panic", format!("the engine panicked: {text}")))
    });
    let (counts, failure) = match ended {
        Err(failure) => ([false; 4], Some(failure)),
        Ok(()) => match run.wrong {
            None => ([true; 4], None),
            Some((counts, failure)) => (counts, Some(failure)),
        },
    };
    Verdict { counts, failure, story: run.story }
}

/// The query that was run last.
struct Asked {
    outcome: Result<Answer, Vec<Diagnostic>>,
    before: Graph,
    /// Whether its error, if it is one, was wanted.
    is_excused: bool,
}

struct Run<'s> {
    graphs: &'s Path,
    world: Option<World>,
    asked: Option<Asked>,
    n_checks: usize,
    /// An error that was wanted, but not this one.
    wrong: Option<([bool; 4], Failure)>,
    story: String,
}

impl Run<'_> {
    fn all(&mut self, steps: &[gherkin::Step]) -> Result<(), Failure> {
        // All are read first: what is not understood is known whatever the engine does before it.
        let steps = steps.iter().map(understand).collect::<Result<Vec<Step>, _>>();
        let steps = steps.map_err(|message| Failure::new("not understood by the runner", message))?;
        for step in &steps {
            self.step(step)?;
        }
        self.settle()?;
        if self.n_checks == 0 {
            return Err(Failure::new("not understood by the runner", "the scenario checks nothing"));
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), Failure> {
        match step {
            Step::Graph(name) => self.open(name.as_deref()),
            Step::SetUp(query) => {
                self.say("set up", query);
                self.set_up(query)
            }
            Step::Parameters(parameters) => {
                for (name, term) in parameters {
                    self.say("parameter", &format!("${name} = {term}"));
                    let value =
                        term.value().map_err(|message| Failure::new("not understood by the runner", message))?;
                    self.world()?.set_parameter(name, value);
                }
                Ok(())
            }
            Step::Procedure(procedure) => {
                register_procedure(self.world()?, procedure).map_err(|message| Failure::new(message.clone(), message))
            }
            Step::Query(query) => self.ask(query),
            Step::Result(wanted, order) => self.check_result(wanted, *order),
            Step::Empty => {
                self.say("wanted", "no rows");
                let answer = self.answer()?;
                if answer.rows.is_empty() {
                    return Ok(());
                }
                let message = format!("wanted no rows, got {}", answer.rows.len());
                Err(Failure::new("rows where none are wanted", message))
            }
            Step::SideEffects(wanted) => {
                let got = self.effects()?;
                self.say("side effects", &format!("wanted {wanted}, got {got}"));
                if got == *wanted {
                    return Ok(());
                }
                Err(Failure::new("other side effects", format!("side effects: wanted {wanted}, got {got}")))
            }
            Step::Error(wanted) => self.check_error(wanted),
        }
    }

    fn say(&mut self, what: &str, text: &str) {
        let indented = text.trim_end().replace('\n', "\n    ");
        // Writing to a string cannot fail.
        let _ = writeln!(self.story, "  {what}:\n    {indented}");
    }

    fn world(&mut self) -> Result<&mut World, Failure> {
        self.world.as_mut().ok_or_else(|| Failure::new("not understood by the runner", "no graph is given"))
    }

    fn open(&mut self, name: Option<&str>) -> Result<(), Failure> {
        if self.world.is_some() {
            return Err(Failure::new("not understood by the runner", "a second graph is given"));
        }
        self.world = Some(World::empty().map_err(|problems| Failure::unwanted("no engine: ", &problems))?);
        let Some(name) = name else { return Ok(()) };
        let file = self.graphs.join(name).join(format!("{name}.cypher"));
        let query = std::fs::read_to_string(&file).map_err(|problem| {
            Failure::new("not understood by the runner", format!("no graph `{name}`: {}: {problem}", file.display()))
        })?;
        self.say("graph", name);
        self.set_up(query.trim_end().trim_end_matches(';'))
    }

    fn set_up(&mut self, query: &str) -> Result<(), Failure> {
        self.settle()?;
        self.world()?.run(query).map_err(|problems| Failure::unwanted("set-up: ", &problems))?;
        Ok(())
    }

    fn ask(&mut self, query: &str) -> Result<(), Failure> {
        self.settle()?;
        self.say("query", query);
        let world = self.world()?;
        let before = Graph::from(&*world.graph());
        let outcome = world.run(query);
        match &outcome {
            Ok(answer) => match table(answer) {
                Ok(table) => self.say("got", &table.to_string()),
                Err(message) => self.say("got", &message),
            },
            Err(problems) => self.say("got", shown_errors(problems).trim_start()),
        }
        self.asked = Some(Asked { outcome, before, is_excused: false });
        Ok(())
    }

    /// Leaves the last query behind; an error of it must have been wanted.
    fn settle(&mut self) -> Result<(), Failure> {
        match self.asked.take() {
            Some(Asked { outcome: Err(problems), is_excused: false, .. }) => Err(Failure::unwanted("", &problems)),
            Some(_) | None => Ok(()),
        }
    }

    fn asked(&mut self) -> Result<&mut Asked, Failure> {
        self.n_checks += 1;
        self.asked.as_mut().ok_or_else(|| Failure::new("not understood by the runner", "a check without a query"))
    }

    fn answer(&mut self) -> Result<&Answer, Failure> {
        match &self.asked()?.outcome {
            Ok(answer) => Ok(answer),
            Err(problems) => Err(Failure::unwanted("", problems)),
        }
    }

    fn effects(&mut self) -> Result<Effects, Failure> {
        let after = Graph::from(&*self.world()?.graph());
        let asked = self.asked()?;
        match &asked.outcome {
            Err(problems) if !asked.is_excused => Err(Failure::unwanted("", problems)),
            Ok(_) | Err(_) => Ok(Effects::between(&asked.before, &after)),
        }
    }

    fn check_result(&mut self, wanted: &Table, order: Order) -> Result<(), Failure> {
        self.say("wanted", &wanted.to_string());
        let got = table(self.answer()?).map_err(|message| Failure::new("an answer that cannot be shown", message))?;
        let Err(difference) = compare(wanted, &got, order) else { return Ok(()) };
        let reason = match &difference {
            Difference::Columns => "other columns",
            Difference::RowOrder => "rows in another order",
            Difference::Rows { .. } => "other rows",
        };
        Err(Failure::new(reason, format!("{difference}\n  wanted\n{wanted}  got\n{got}")))
    }

    fn check_error(&mut self, wanted: &WantedError) -> Result<(), Failure> {
        self.say("wanted", &wanted.to_string());
        let detail = wanted.detail.as_deref().unwrap_or("any detail");
        let asked = self.asked()?;
        let Err(problems) = &asked.outcome else {
            let message = format!("wanted {wanted}, but the query runs");
            return Err(Failure::new(format!("no error, wanted {detail}"), message));
        };
        asked.is_excused = true;
        let problem = problems.iter().find(|problem| problem.is_error());
        let Some(code) = problem.map(|problem| problem.code) else {
            return Err(Failure::new("an error without a diagnostic", "the query fails, but no error says why"));
        };
        let kind = code.kind == wanted.kind;
        let phase = wanted.phase.is_none_or(|phase| phase == code.phase);
        let is_detail = wanted.detail.as_deref().is_none_or(|detail| detail == code.detail);
        if !(kind && phase && is_detail) {
            let message = format!("another error: wanted {wanted}, got{}", shown_errors(problems));
            let failure = Failure::new(format!("another error: wanted {detail}, got {}", code.id), message);
            self.wrong = Some(([true, kind, phase, is_detail], failure));
        }
        let effects = self.effects()?;
        if effects != Effects::default() {
            let message = format!("the query fails, but changed the graph: {effects}");
            return Err(Failure::new("a query that fails changed the graph", message));
        }
        Ok(())
    }
}

/// An answer as the suite writes it.
fn table(answer: &Answer) -> Result<Table, String> {
    let row = |row: &Vec<_>| row.iter().map(|value| Term::of(value, &answer.entities)).collect::<Result<Vec<_>, _>>();
    let rows = answer.rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    if let Some(row) = rows.iter().find(|row| row.len() != answer.columns.len()) {
        return Err(format!("a row of {} values under {} columns", row.len(), answer.columns.len()));
    }
    Ok(Table { columns: answer.columns.clone(), rows })
}

fn shown_errors(problems: &[Diagnostic]) -> String {
    let shown = problems.iter().map(|problem| {
        let code = problem.code;
        let labels: Vec<&str> = problem.labels.iter().map(|label| label.text.as_str()).collect();
        let labels = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join("; ")) };
        format!("\n  {problem}{labels} [{} at {}: {}]", code.kind, shown_phase(Some(code.phase)), code.detail)
    });
    shown.collect()
}

fn shown_phase(phase: Option<Phase>) -> &'static str {
    match phase {
        Some(Phase::CompileTime) => "compile time",
        Some(Phase::Runtime) => "runtime",
        None => "any time",
    }
}

impl std::fmt::Display for WantedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}: {}", self.kind, shown_phase(self.phase), self.detail.as_deref().unwrap_or("*"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, gherkin, run};
    use std::path::Path;

    /// The verdict on a scenario with a query and the lines that check it.
    fn verdict(query: &str, checks: &str) -> Verdict {
        verdict_of(&format!("Given any graph\nWhen executing query:\n\"\"\"\n{query}\n\"\"\"\n{checks}"))
    }

    fn verdict_of(steps: &str) -> Verdict {
        let scenarios = gherkin::read(&format!("Feature: f\nScenario: s\n{steps}")).unwrap();
        run(&scenarios[0], Path::new("no graphs here"))
    }

    fn passes(query: &str, checks: &str) -> bool {
        let verdict = verdict(query, checks);
        assert_eq!(verdict.counts == [true; 4], verdict.failure.is_none());
        verdict.failure.is_none()
    }

    #[test]
    fn the_right_result_passes_and_any_other_fails() {
        let any = "Then the result should be, in any order:\n";
        let query = "UNWIND [1, 2] AS n RETURN n, [n, 3] AS l";
        assert!(passes(query, &format!("{any}| n | l |\n| 2 | [2, 3] |\n| 1 | [1, 3] |\nAnd no side effects")));
        assert!(!passes(query, &format!("{any}| n | l |\n| 2 | [2, 3] |\n| 1 | [3, 1] |")));
        assert!(!passes(query, &format!("{any}| n | l |\n| 2 | [2, 3] |")));
        assert!(!passes(query, &format!("{any}| n | l |\n| 2 | [2, 3] |\n| 1.0 | [1, 3] |")));
        assert!(!passes(query, &format!("{any}| l | n |\n| [2, 3] | 2 |\n| [1, 3] | 1 |")));
        assert!(!passes(query, "Then the result should be, in order:\n| n | l |\n| 2 | [2, 3] |\n| 1 | [1, 3] |"));
        assert!(passes(
            query,
            "Then the result should be (ignoring element order for lists):\n| n | l |\n| 1 | [3, 1] |\n| 2 | [2, 3] |"
        ));
        assert!(!passes(query, "Then the result should be empty"));
        assert!(passes("UNWIND [] AS n RETURN n", "Then the result should be empty"));
    }

    #[test]
    fn side_effects_that_are_not_there_fail() {
        let result = "Then the result should be, in any order:\n| n |\n| 1 |\n";
        assert!(passes("RETURN 1 AS n", &format!("{result}And the side effects should be:\n| +nodes | 0 |")));
        assert!(!passes("RETURN 1 AS n", &format!("{result}And the side effects should be:\n| +nodes | 1 |")));
        assert!(!passes("RETURN 1 AS m", &format!("{result}And no side effects")));
    }

    #[test]
    fn an_error_is_compared_in_type_phase_and_detail_each() {
        let against = |wanted: &str| verdict("RETURN x", &format!("Then a {wanted}")).counts;
        let raised = "should be raised at";
        assert_eq!(against(&format!("SyntaxError {raised} compile time: UndefinedVariable")), [true; 4]);
        assert_eq!(against(&format!("SyntaxError {raised} any time: *")), [true; 4]);
        let wrong_kind = against(&format!("TypeError {raised} compile time: UndefinedVariable"));
        assert_eq!(wrong_kind, [true, false, true, true]);
        let wrong_phase = against(&format!("SyntaxError {raised} runtime: UndefinedVariable"));
        assert_eq!(wrong_phase, [true, true, false, true]);
        let wrong_detail = against(&format!("SyntaxError {raised} compile time: VariableAlreadyBound"));
        assert_eq!(wrong_detail, [true, true, true, false]);
    }

    #[test]
    fn an_error_that_is_wanted_must_come_and_one_that_is_not_must_not() {
        let wanted = "Then a SyntaxError should be raised at compile time: UndefinedVariable";
        assert_eq!(verdict("RETURN 1 AS n", wanted).counts, [false; 4]);
        assert_eq!(verdict("RETURN x", "Then the result should be empty").counts, [false; 4]);
        assert_eq!(verdict("RETURN x", "And no side effects").counts, [false; 4]);
        assert!(passes("RETURN x", &format!("{wanted}\nAnd no side effects")));
    }

    #[test]
    fn an_error_before_another_query_fails() {
        let query = |query: &str| format!("When executing query:\n\"\"\"\n{query}\n\"\"\"\n");
        let checks = "Then the result should be, in any order:\n| n |\n| 1 |";
        let both =
            |first: &str| verdict_of(&format!("Given any graph\n{}{}{checks}", query(first), query("RETURN 1 AS n")));
        assert_eq!(both("RETURN 2 AS n").counts, [true; 4]);
        assert_eq!(both("RETURN x").counts, [false; 4]);
        let last = verdict_of(&format!("Given any graph\n{}{checks}\n{}", query("RETURN 1 AS n"), query("RETURN x")));
        assert_eq!(last.counts, [false; 4]);
    }

    #[test]
    fn a_scenario_that_does_not_make_sense_fails() {
        let query = "When executing query:\n\"\"\"\nRETURN 1 AS n\n\"\"\"\n";
        let checks = "Then the result should be, in any order:\n| n |\n| 1 |\n";
        let fails = |steps: &str| verdict_of(steps).failure.unwrap().reason == "not understood by the runner";
        assert!(fails(&format!("{query}{checks}")), "no graph");
        assert!(fails(&format!("Given any graph\nAnd an empty graph\n{query}{checks}")), "two graphs");
        assert!(fails(&format!("Given any graph\n{query}")), "no check");
        assert!(fails(&format!("Given any graph\n{checks}{query}")), "a check before the query");
        assert!(fails(&format!("Given any graph\n{query}{checks}And all is well")), "an unknown step");
        assert!(fails(&format!("Given the binary-tree-9 graph\n{query}{checks}")), "an unknown graph");
        let set_up = "And having executed:\n\"\"\"\nRETURN x\n\"\"\"\n";
        let verdict = verdict_of(&format!("Given any graph\n{set_up}{query}{checks}"));
        assert!(verdict.failure.unwrap().reason.starts_with("set-up: B101"));
    }

    #[test]
    fn parameters_reach_the_query() {
        let steps = |cell: &str| {
            format!(
                "Given any graph\nAnd parameters are:\n| p | {cell} |\nWhen executing query:\n\"\"\"\nRETURN $p AS p\n\"\"\"\nThen the result should be, in any order:\n| p |\n| [1, {{k: 'x'}}] |"
            )
        };
        assert_eq!(verdict_of(&steps("[1, {k: 'x'}]")).counts, [true; 4]);
        assert_eq!(verdict_of(&steps("[1, {k: 'y'}]")).counts, [false; 4]);
    }
}
