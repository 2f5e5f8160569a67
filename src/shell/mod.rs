//! Shell: the command line, the interactive prompt and its commands. Results go to standard output, all else to standard error.
//!
//! Exit codes: 0 fine, 1 a wrong query or graphs that differ, 2 a wrong command line, 3 wrong data, 130 stopped.

mod command;
pub mod complete;
mod describe;
mod diff;
#[cfg(feature = "rdf")]
mod exchange;
mod folder;
mod footer;
mod graph;
mod help;
pub mod highlight;
mod import;
mod interrupt;
mod keep;
mod matching;
mod new_file;
mod progress;
pub mod render;
#[cfg(feature = "shell")]
mod repl;
mod report;
mod save;
mod scenario;
mod screen;
mod script;
mod state;
mod store;
mod tidy;
pub mod view;

pub use command::{COMMANDS, Command};
pub use footer::footer;
pub use report::report;
pub use screen::Colour;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand};

use crate::diag::code::{self, CODES};
use crate::diag::{Diagnostic, SourceText};
use crate::format::curated;
use crate::graph::{Frame, ValidTime};
use crate::session::{Reading, Session};
use crate::value::{Date, Value};

use state::{Citing, Outcome, Shell};

/// Asks a trade-policy graph: who imposes what on whom, from when to when, and who says so.
#[derive(Debug, Parser)]
#[command(name = "portolan", version, about, subcommand_precedence_over_arg = true)]
struct Arguments {
    /// Folders and files of the graph; without any, the graph that ships.
    paths: Vec<PathBuf>,
    /// Runs statements and leaves.
    #[arg(short = 'c', long = "command", value_name = "QUERY")]
    queries: Vec<String>,
    /// Runs a script and leaves.
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    script: Option<PathBuf>,
    /// Does again what earlier sessions changed and nobody saved.
    #[arg(long, conflicts_with = "scratch")]
    recover: bool,
    /// Keeps nothing of what statements change.
    #[arg(long)]
    scratch: bool,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    action: Option<Action>,
}

impl Arguments {
    /// Whether it says what only the prompt and scripts have a use for.
    fn asks_at_the_prompt(&self) -> bool {
        let asks = !self.paths.is_empty() || !self.queries.is_empty() || self.script.is_some();
        asks || self.recover || self.scratch
    }
}

/// A time as the command line gives it.
#[derive(Clone, Copy, Debug)]
struct Seconds(Duration);

impl std::str::FromStr for Seconds {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        seconds.map(Seconds).ok_or("expected seconds, such as 30 or 0.5")
    }
}

#[derive(Debug, clap::Args)]
struct Settings {
    /// How rows are written: table, line, csv, json, jsonl, markdown, prov.
    #[arg(long, value_name = "MODE", default_value = "table")]
    mode: String,
    /// Asks as of this day where a query does not say another.
    #[arg(long, value_name = "DAY", global = true)]
    as_of: Option<String>,
    /// Asks as known on this day where a query does not say another.
    #[arg(long, value_name = "DAY", global = true)]
    known_on: Option<String>,
    /// A parameter, such as `name=dysprosium`; a number, `true` and `false` are taken as such.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// Stops a query after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<Seconds>,
    /// Stops a query that holds more than so many MiB.
    #[arg(long, value_name = "MIB")]
    memory: Option<usize>,
    /// Lets `LOAD CSV` read any file, not only those in the working folder.
    #[arg(long)]
    allow_read: bool,
    /// Follows every answer, on standard error, by how to cite it: as text and for BibTeX.
    #[arg(long)]
    cite: bool,
    /// When messages are coloured.
    #[arg(long, value_enum, default_value_t, global = true)]
    color: Colour,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Checks curated files and reports every mistake.
    Check {
        /// Folders and files; without any, the graph that ships.
        paths: Vec<PathBuf>,
    },
    /// Lays out the entries of curated files in one form; comments and the order of things stay.
    Fmt {
        /// Folders and files; without any, the graph that ships.
        paths: Vec<PathBuf>,
        /// Writes nothing and names the files that are laid out otherwise; leaves with 1 where there is one.
        #[arg(long)]
        check: bool,
    },
    /// Writes what files of a graph may say, for editors.
    Schema {
        /// The folder of a graph; without one, the graph that ships.
        paths: Vec<PathBuf>,
        /// How it is written.
        #[arg(long, value_enum, default_value_t)]
        format: SchemaFormat,
    },
    /// Compares two versions of a graph, statement by statement; leaves with 0 where they are equal, with 1 where not.
    Diff(diff::Diff),
    /// Reads tables by a mapping, beside a graph, and writes what they add as a curated file.
    Import(import::Import),
    /// Finds the nodes that the names of a list may mean, with a score, for review.
    Match(matching::Matching),
    /// Writes the graph as RDF.
    #[cfg(feature = "rdf")]
    Export(exchange::Export),
    /// Asks the graph in SPARQL.
    #[cfg(feature = "rdf")]
    Sparql(exchange::Sparql),
    /// Draws what the rows of a query name, or writes it for other tools that draw.
    View(view::View),
    /// Writes the completions of a command-line shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How a schema is written.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum SchemaFormat {
    /// A JSON Schema (draft 2020-12) of curated files.
    #[default]
    JsonSchema,
}

/// Runs the command line; gives the exit code.
///
/// # Errors
/// Standard input cannot be read, or an output cannot be written. A closed pipe is no error.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> io::Result<u8> {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            let _ = wrong.print();
            return Ok(u8::try_from(wrong.exit_code()).unwrap_or(2));
        }
    };
    if arguments.action.is_some() && arguments.asks_at_the_prompt() {
        return wrong_usage(
            "files, queries, `--recover` or `--scratch` before a subcommand".to_owned(),
            "give the files after it: `portolan check DIR`, `portolan export DIR`, `portolan sparql QUERY DIR`; the rest is for \
             `portolan` alone",
        );
    }
    let result = match &arguments.action {
        Some(Action::Check { paths }) => check(paths, arguments.settings.color),
        Some(Action::Fmt { paths, check }) => tidy::fmt(paths, *check, arguments.settings.color),
        Some(Action::Schema { paths, format: SchemaFormat::JsonSchema }) => schema(paths, arguments.settings.color),
        Some(Action::Diff(pair)) => diff::diff(pair, &arguments.settings),
        Some(Action::Match(names)) => matching::matching(names, &arguments.settings),
        Some(Action::Import(tables)) => import::import(tables, &arguments.settings),
        #[cfg(feature = "rdf")]
        Some(Action::Export(export)) => exchange::export(export, &arguments.settings),
        #[cfg(feature = "rdf")]
        Some(Action::Sparql(sparql)) => exchange::sparql(sparql, &arguments.settings),
        Some(Action::View(picture)) => view::view(picture, &arguments.settings),
        Some(Action::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "portolan", &mut text);
            io::stdout().write_all(&text).map(|()| 0)
        }
        None => work(&arguments),
    };
    match result {
        // The reader of our output has what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
        other => other,
    }
}

/// Mistakes of data that are shown at once; of more, only how many there are.
const MOST_MISTAKES: usize = 1000;
/// Mistakes of one kind in one file that are shown: of a thousand alike some tell what to do.
const MOST_ALIKE: usize = 50;

/// Writes messages about data; gives the exit code for it.
fn wrong_data(wrong: &[Diagnostic], colour: Colour) -> io::Result<u8> {
    let nothing = SourceText::new("", "");
    let mut out = io::stderr().lock();
    let (shown, alike) = few_alike(wrong);
    for diagnostic in shown.iter().take(MOST_MISTAKES) {
        writeln!(out, "{}\n", report::report(diagnostic, &nothing, colour.of_messages()))?;
    }
    for ((file, code), n) in &alike {
        let place = if file.is_empty() { String::new() } else { format!(" in {}", screen::printable(file)) };
        writeln!(out, "… and {n} more of {code}{place}")?;
    }
    if shown.len() > MOST_MISTAKES {
        writeln!(out, "… and {} more, which are not shown", shown.len() - MOST_MISTAKES)?;
    }
    let mistakes = if wrong.len() == 1 { "1 mistake".to_owned() } else { format!("{} mistakes", wrong.len()) };
    writeln!(out, "{mistakes}; nothing was loaded")?;
    Ok(3)
}

/// The first mistakes of each kind in each file, and by file and kind how many there are beyond these.
fn few_alike(wrong: &[Diagnostic]) -> (Vec<&Diagnostic>, BTreeMap<(&str, &'static str), usize>) {
    let mut met: BTreeMap<(&str, &'static str), usize> = BTreeMap::new();
    let mut shown = Vec::new();
    for diagnostic in wrong {
        let file = diagnostic.file.as_ref().map_or("", |file| file.name.as_str());
        let n = met.entry((file, diagnostic.code.id)).or_default();
        *n += 1;
        if *n <= MOST_ALIKE {
            shown.push(diagnostic);
        }
    }
    met.retain(|_, n| *n > MOST_ALIKE);
    for n in met.values_mut() {
        *n -= MOST_ALIKE;
    }
    (shown, met)
}

fn wrong_usage(message: String, help: &str) -> io::Result<u8> {
    let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, message).help(help);
    report::tell(&wrong, &SourceText::new("", ""), Colour::Auto)?;
    Ok(2)
}

fn check(paths: &[PathBuf], colour: Colour) -> io::Result<u8> {
    let read = match graph::read_whole(paths) {
        Ok(read) => read,
        Err(wrong) => return wrong_data(&wrong, colour),
    };
    let catalog = read.snapshot.catalog();
    let counts = [(read.files, "file"), (catalog.n_nodes(), "node"), (catalog.n_rels(), "relationship")];
    if let Err(wrong) = crate::session::Engine::new(read.snapshot, &read.rules) {
        return wrong_data(&wrong, colour);
    }
    let counts = counts.map(|(n, what)| screen::counted(n, what));
    writeln!(io::stdout(), "{}: no mistake", counts.join(", "))?;
    warn(&read.warnings, colour)?;
    Ok(0)
}

fn schema(paths: &[PathBuf], colour: Colour) -> io::Result<u8> {
    let read = if graph::is_whole(paths) {
        graph::read(paths).map(|read| read.snapshot.schema().clone())
    } else {
        graph::places(paths).and_then(|paths| curated::schema(&paths))
    };
    match read {
        Ok(schema) => writeln!(io::stdout(), "{:#}", curated::json_schema(&schema)).map(|()| 0),
        Err(wrong) => wrong_data(&wrong, colour),
    }
}

/// Shows warnings about the files, a few of each kind.
fn warn(warnings: &[Diagnostic], colour: Colour) -> io::Result<()> {
    const SHOWN: usize = 3;
    let nowhere = SourceText::new("", "");
    for code in CODES {
        let of_kind: Vec<&Diagnostic> = warnings.iter().filter(|warning| warning.code == *code).collect();
        for warning in of_kind.iter().take(SHOWN) {
            report::tell(warning, &nowhere, colour)?;
        }
        if of_kind.len() > SHOWN {
            writeln!(io::stderr(), "and {} more of this kind", of_kind.len() - SHOWN)?;
        }
    }
    Ok(())
}

fn work(arguments: &Arguments) -> io::Result<u8> {
    let settings = &arguments.settings;
    let Some(mode) = render::find(&settings.mode) else {
        let names: Vec<&str> = render::RENDERERS.iter().map(|renderer| renderer.name).collect();
        return wrong_usage(format!("no mode `{}`", settings.mode), &format!("the modes are {}", names.join(", ")));
    };
    let opened = graph::places(&arguments.paths).and_then(|paths| Ok((graph::open(&paths)?, paths)));
    let ((engine, warnings), paths) = match opened {
        Ok(opened) => opened,
        Err(wrong) => return wrong_data(&wrong, settings.color),
    };
    warn(&warnings, settings.color)?;
    let engine = if arguments.scratch { engine } else { keep::with_log(engine, &paths) };
    let mut shell = Shell::new(engine.session(), settings.color);
    shell.paths = paths;
    shell.mode = mode;
    shell.session.frame = match frame(settings) {
        Ok(frame) => frame,
        Err((message, help)) => return wrong_usage(message, help),
    };
    if settings.cite {
        shell.citing = Citing::Every;
    }
    shell.timeout = settings.timeout.map(|seconds| seconds.0);
    shell.memory = settings.memory.map_or(usize::MAX, |mib| mib.saturating_mul(1 << 20));
    let folder = std::env::current_dir()?;
    shell.session.reading = if settings.allow_read { Reading::Anything(folder) } else { Reading::Within(folder) };
    for param in &settings.params {
        let Some((name, value)) = param.split_once('=') else {
            return wrong_usage(format!("`{param}` is no parameter"), "write it as NAME=VALUE");
        };
        shell.session.params.insert(name.to_owned(), literal(value));
    }
    stop_on_interrupt(&shell);
    let is_script = !arguments.queries.is_empty() || arguments.script.is_some();
    if !keep::begin(&mut shell, arguments.recover, !is_script && is_typed_into())? {
        return Ok(3);
    }
    for query in &arguments.queries {
        if !shell.is_stopped() {
            script::run(&mut shell, "query", query.as_bytes())?;
        }
    }
    if let Some(path) = arguments.script.as_ref().filter(|_| !shell.is_stopped())
        && let Err(message) = script::run_file(&mut shell, path)?
    {
        return wrong_usage(message, "give a script");
    }
    if !is_script {
        interact(&mut shell)?;
    }
    keep::end(&mut shell)?;
    // The signal may come when the last statement has just been done: what was to follow was left out all the same.
    Ok(match if shell.is_stopped() { Outcome::Stopped } else { shell.outcome } {
        Outcome::Fine => 0,
        Outcome::Wrong => 1,
        Outcome::Stopped => 130,
    })
}

/// The frame that the command line asks for, or what is wrong with it and what to do.
fn frame(settings: &Settings) -> Result<Frame, (String, &'static str)> {
    let day = |text: &String| {
        let day = text.parse::<Date>().ok().and_then(Date::day);
        day.ok_or_else(|| (format!("`{text}` is not a day"), "write it as 2025-10-21"))
    };
    let mut frame = Frame::default();
    if let Some(text) = &settings.as_of {
        frame.valid = ValidTime::AsOf(day(text)?);
    }
    frame.known = settings.known_on.as_ref().map(day).transpose()?;
    Ok(frame)
}

/// A session on the files, in the frame of the command line; or the exit code, where that cannot be.
fn session(paths: &[PathBuf], settings: &Settings) -> io::Result<Result<Session, u8>> {
    let frame = match frame(settings) {
        Ok(frame) => frame,
        Err((message, help)) => return wrong_usage(message, help).map(Err),
    };
    match graph::open(paths) {
        Ok((engine, warnings)) => {
            warn(&warnings, settings.color)?;
            Ok(Ok(Session { frame, ..engine.session() }))
        }
        Err(wrong) => wrong_data(&wrong, settings.color).map(Err),
    }
}

/// The prompt where somebody types, a script where not.
fn interact(shell: &mut Shell) -> io::Result<()> {
    #[cfg(feature = "shell")]
    if is_typed_into() {
        return repl::run(shell);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    script::run(shell, "standard input", &bytes)
}

/// Whether somebody types, and can be asked.
fn is_typed_into() -> bool {
    cfg!(feature = "shell") && io::stdin().is_terminal()
}

fn stop_on_interrupt(shell: &Shell) {
    let interrupt = shell.interrupt.clone();
    // It can only fail where a handler is set already: then that one decides.
    let _ = ctrlc::set_handler(move || {
        if interrupt.pressed() {
            leave();
        }
    });
}

#[expect(clippy::exit, reason = "nothing runs that would have to be put away")]
fn leave() {
    std::process::exit(130)
}

/// A parameter's value: a number, a truth value, or a text.
fn literal(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => text
            .parse()
            .map(Value::Int)
            .or_else(|_| text.parse().map(Value::Float))
            .unwrap_or_else(|_| Value::text(text)),
    }
}
