//! Commands of the shell: they begin with a colon, and say what they did. [`COMMANDS`] is the whole list.

use std::fs::File;
use std::io;

use crate::diag::{Diagnostic, SourceText, code};
use crate::graph::{Including, ValidTime};
use crate::session::Asked;
use crate::value::{Date, Day, Value};

use super::state::{Outcome, Shell};
use super::{describe, help, keep, render, scenario, screen, script, view};

/// Why a command could not do its work.
pub(super) enum Refusal {
    /// What was asked cannot be done.
    Wrong(Diagnostic),
    /// Standard output or error is closed.
    Io(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Refusal::Io(error)
    }
}

pub(super) type Done = Result<(), Refusal>;

/// A command.
pub struct Command {
    /// Its name, without the colon.
    pub name: &'static str,
    /// What follows it.
    pub arguments: &'static str,
    /// What it does.
    pub summary: &'static str,
    run: fn(&mut Shell, &str) -> Done,
}

/// Every command, in the order of `:help`.
pub static COMMANDS: &[Command] = &[
    Command { name: "help", arguments: "[WORD]", summary: "tells what can be asked, or what a word means", run: help },
    Command {
        name: "schema",
        arguments: "[LABEL | TYPE | PROPERTY]",
        summary: "shows labels, types and properties",
        run: schema,
    },
    Command { name: "describe", arguments: "ID", summary: "shows everything said about a node", run: describe_node },
    Command { name: "asof", arguments: "[DAY | off]", summary: "asks as of a day from now on", run: as_of },
    Command { name: "known", arguments: "[DAY | off]", summary: "asks as known on a day from now on", run: known },
    Command {
        name: "including",
        arguments: "[unrealised | unknown | deprecated | all | off]",
        summary: "shows what is hidden by default",
        run: including,
    },
    Command { name: "param", arguments: "[NAME = EXPRESSION]", summary: "sets a parameter", run: param },
    Command {
        name: "save",
        arguments: "FILE.yaml",
        summary: "writes what this session added as a curated file",
        run: save,
    },
    Command {
        name: "store",
        arguments: "FILE.portolan",
        summary: "writes the graph, with what this session changed, as one file",
        run: store,
    },
    Command {
        name: "recover",
        arguments: "[discard]",
        summary: "does again what earlier sessions changed and nobody saved",
        run: recover,
    },
    Command {
        name: "assume",
        arguments: "[SCENARIO [= { UPDATES } | off] | off]",
        summary: "names updates, and has statements assume them from now on",
        run: scenario::assume,
    },
    Command { name: "drop", arguments: "SCENARIO", summary: "forgets a scenario", run: scenario::drop },
    Command { name: "read", arguments: "FILE", summary: "runs a script", run: read },
    Command { name: "mode", arguments: "[MODE]", summary: "sets how rows are written", run: mode },
    Command { name: "out", arguments: "[FILE | off]", summary: "sends results to a file", run: out },
    Command {
        name: "sources",
        arguments: "[TEXT]",
        summary: "lists the documents, those with a text in them",
        run: sources,
    },
    Command {
        name: "complete",
        arguments: "[LABEL | TYPE | ID]",
        summary: "lists for what the graph is stated to be complete",
        run: complete,
    },
    Command { name: "cite", arguments: "", summary: "says how to cite the last answer", run: cite },
    #[cfg(feature = "rdf")]
    Command {
        name: "export",
        arguments: "FILE [reified | rdf12 | none] [QUERY]",
        summary: "writes the graph, or what a query names, as RDF",
        run: export,
    },
    Command {
        name: "view",
        arguments: "FILE [timeline] QUERY",
        summary: "draws what a query names, or its measures over time: a file .svg, .html, .dot …",
        run: view::command,
    },
    #[cfg(feature = "rdf")]
    Command { name: "sparql", arguments: "QUERY", summary: "asks the graph in SPARQL", run: sparql },
    Command { name: "why", arguments: "[ROW]", summary: "shows what a row of the last answer follows from", run: why },
    Command { name: "explain", arguments: "QUERY", summary: "shows the plan of a query", run: explain },
    Command {
        name: "rows",
        arguments: "[N | all]",
        summary: "sets how many rows a table shows on the screen",
        run: rows,
    },
    Command { name: "timing", arguments: "[on | off]", summary: "shows how long a query took", run: timing },
    Command { name: "quit", arguments: "", summary: "leaves", run: quit },
];

/// Where the command ends that `text` begins with: with its line, or with the updates of a scenario. `None`: it goes on.
pub(super) fn end(text: &str) -> Option<usize> {
    let line = text.find('\n').unwrap_or(text.len());
    if text[..line].starts_with(":assume ") { scenario::end(text) } else { Some(line) }
}

/// Runs a line that begins with a colon.
pub(super) fn run(shell: &mut Shell, line: &str) -> io::Result<()> {
    let line = line.trim_start_matches(':').trim_end().trim_end_matches(';');
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let wrong = Diagnostic::new(code::UNKNOWN_COMMAND, format!("no command `:{name}`")).nearest_as(
            ":",
            name,
            COMMANDS.iter().map(|command| command.name),
        );
        return shell.wrong(&wrong.note("`:help` lists them"));
    };
    match (command.run)(shell, rest.trim()) {
        Ok(()) => shell.session.engine.snapshot().damage().map_or(Ok(()), |damage| shell.wrong(&damage)),
        Err(Refusal::Io(error)) => Err(error),
        Err(Refusal::Wrong(wrong)) => {
            shell.wrong(&wrong.note(format!("`:{} {}` {}", command.name, command.arguments, command.summary)))
        }
    }
}

pub(super) fn refused(message: impl Into<String>) -> Refusal {
    Refusal::Wrong(Diagnostic::new(code::COMMAND_ARGUMENT, message))
}

pub(super) fn say(shell: &Shell, text: &str) -> Done {
    Ok(shell.tell(text)?)
}

fn help(shell: &mut Shell, text: &str) -> Done {
    if text.is_empty() {
        shell.put("A statement of the query language, such as\n")?;
        shell.put("    AS OF '2025-10-21' MATCH (m:Measure)-[:COVERS]->(x:Material) RETURN m.name, x.name\n")?;
        shell.put(
            "`WHY` before it shows the sources, `EXPLAIN` the plan. `:help WORD` explains a command, a keyword,",
        )?;
        shell.put("a function, a label or a relationship type; docs/language.md explains the language. Commands:\n")?;
        for command in COMMANDS {
            let called = format!("{} {}", command.name, command.arguments);
            shell.put(&format!("    :{called:<44} {}", command.summary))?;
        }
        return Ok(());
    }
    let meanings = help::meanings(text, &shell.session);
    if meanings.is_empty() {
        let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("nothing is called `{text}`"));
        let words = help::words(&shell.session);
        return Err(Refusal::Wrong(wrong.nearest(text.trim_start_matches(':'), words.iter().map(String::as_str))));
    }
    Ok(meanings.iter().try_for_each(|line| shell.put(line))?)
}

fn schema(shell: &mut Shell, name: &str) -> Done {
    let lines = describe::schema(&shell.session.engine, name);
    if lines.is_empty() {
        let snapshot = shell.session.engine.snapshot();
        let schema = snapshot.schema();
        let names = schema.labels.keys().chain(schema.relationships.keys()).chain(schema.properties.keys());
        let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("the schema has no `{name}`"));
        return Err(Refusal::Wrong(wrong.nearest(name, names.map(String::as_str))));
    }
    lines.iter().try_for_each(|line| shell.put(line))?;
    Ok(())
}

fn describe_node(shell: &mut Shell, id: &str) -> Done {
    let snapshot = match shell.session.version(&shell.limits()) {
        Ok(snapshot) => snapshot,
        Err(wrong) => return Ok(shell.failed(&wrong, &SourceText::new("query", ""))?),
    };
    let lines = describe::node(&snapshot, shell.session.frame, id).map_err(Refusal::Wrong)?;
    Ok(lines.iter().try_for_each(|line| shell.put(line))?)
}

fn day(text: &str) -> Option<Day> {
    text.trim_matches(['\'', '"']).parse::<Date>().ok().and_then(Date::day)
}

fn as_of(shell: &mut Shell, text: &str) -> Done {
    match (text, day(text)) {
        ("", _) => {}
        ("off", _) => shell.session.frame.valid = ValidTime::All,
        (_, Some(day)) => shell.session.frame.valid = ValidTime::AsOf(day),
        (_, None) => return Err(refused(format!("`{text}` is not a day such as 2025-10-21"))),
    }
    say(shell, &format!("frame: {}", shell.session.frame))
}

fn known(shell: &mut Shell, text: &str) -> Done {
    match (text, day(text)) {
        ("", _) => {}
        ("off", _) => shell.session.frame.known = None,
        (_, Some(day)) => shell.session.frame.known = Some(day),
        (_, None) => return Err(refused(format!("`{text}` is not a day such as 2025-10-15"))),
    }
    say(shell, &format!("frame: {}", shell.session.frame))
}

fn including(shell: &mut Shell, text: &str) -> Done {
    let on = &mut shell.session.frame.including;
    match text {
        "" => {}
        "off" => *on = Including::default(),
        "unrealised" => on.unrealised = true,
        "unknown" => on.unknown = true,
        "deprecated" => on.deprecated = true,
        "all" => *on = Including::ALL,
        _ => return Err(refused(format!("nothing is called `{text}`"))),
    }
    say(shell, &format!("frame: {}", shell.session.frame))
}

fn param(shell: &mut Shell, text: &str) -> Done {
    if text.is_empty() {
        let known: Vec<String> =
            shell.session.params.iter().map(|(name, value)| format!("${name} = {value}")).collect();
        shell.tell(if known.is_empty() { "no parameters" } else { "parameters:" })?;
        return Ok(known.iter().try_for_each(|line| shell.put(line))?);
    }
    let Some((name, expression)) = text.split_once('=') else {
        return Err(refused("a parameter is written `name = value`"));
    };
    let name = name.trim().trim_start_matches('$').to_owned();
    let query = format!("RETURN {} AS value", expression.trim());
    let limits = shell.limits();
    let _attending = shell.attend(&limits);
    match shell.session.run(&query, &limits) {
        Ok(answer) => {
            let value = answer.rows.into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or(Value::Null);
            let text = format!("${name} = {value}");
            shell.session.params.insert(name, value);
            say(shell, &text)
        }
        Err(wrong) => Ok(shell.failed(&wrong, &SourceText::new("parameter", query))?),
    }
}

fn read(shell: &mut Shell, path: &str) -> Done {
    match script::run_file(shell, path.as_ref())? {
        Ok(()) => Ok(()),
        Err(message) => Err(refused(message)),
    }
}

fn save(shell: &mut Shell, path: &str) -> Done {
    super::save::save(shell, path)?.map_err(Refusal::Wrong)
}

fn store(shell: &mut Shell, path: &str) -> Done {
    super::store::store(shell, path)?.map_err(Refusal::Wrong)
}

fn recover(shell: &mut Shell, text: &str) -> Done {
    match text {
        "" => {
            if !keep::recover(shell)? {
                shell.outcome = shell.outcome.max(Outcome::Wrong);
            }
            Ok(())
        }
        "discard" => Ok(keep::discard(shell)?),
        _ => Err(refused(format!("`{text}` is not `discard`"))),
    }
}

fn mode(shell: &mut Shell, name: &str) -> Done {
    if name.is_empty() {
        for renderer in render::RENDERERS {
            let here = if renderer.name == shell.mode.name { "*" } else { " " };
            shell.put(&format!("  {here} {:<10} {}", renderer.name, renderer.summary))?;
        }
        return Ok(());
    }
    match render::find(name) {
        Some(renderer) => {
            shell.mode = renderer;
            say(shell, &format!("rows are written as {}", renderer.summary))
        }
        None => {
            let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("no mode `{name}`"));
            Err(Refusal::Wrong(wrong.nearest(name, render::RENDERERS.iter().map(|renderer| renderer.name))))
        }
    }
}

fn out(shell: &mut Shell, path: &str) -> Done {
    match path {
        "" => {
            let place = shell.file.as_ref().map_or("standard output", |(name, _)| name.as_str());
            shell.tell(&format!("results go to {place}")).map_err(Refusal::Io)
        }
        "off" => {
            shell.file = None;
            say(shell, "results go to standard output")
        }
        _ => match File::create(path) {
            Ok(file) => {
                shell.file = Some((path.to_owned(), file));
                say(shell, &format!("results go to {path}"))
            }
            Err(error) => Err(refused(format!("cannot write `{path}`: {error}"))),
        },
    }
}

fn why(shell: &mut Shell, text: &str) -> Done {
    let number = if text.is_empty() { "1" } else { text };
    let Some(row) = number.parse::<usize>().ok().filter(|row| *row > 0) else {
        return Err(refused(format!("`{text}` is no number of a row, such as 1")));
    };
    let Some(query) = shell.last.as_ref().and_then(Asked::text) else {
        return Err(refused("no query was asked yet"));
    };
    let limits = shell.limits();
    let _attending = shell.attend(&limits);
    match shell.session.proof(&query, row - 1, &limits) {
        Ok(proof) => {
            shell.put(&format!("row {row}"))?;
            Ok(proof.lines().iter().try_for_each(|line| shell.put(&screen::printable(line)))?)
        }
        Err(wrong) => Ok(shell.failed(&wrong, &SourceText::new("query", query))?),
    }
}

fn sources(shell: &mut Shell, text: &str) -> Done {
    let lines = describe::sources(&shell.session.engine.snapshot(), text);
    let n = lines.len();
    lines.iter().try_for_each(|line| shell.put(line))?;
    say(shell, &format!("{n} sources"))
}

fn complete(shell: &mut Shell, name: &str) -> Done {
    let lines = describe::complete(&shell.session.engine.snapshot(), shell.session.frame, name);
    let n = lines.len();
    lines.iter().try_for_each(|line| shell.put(line))?;
    let of = if name.is_empty() { String::new() } else { format!(" about `{name}`") };
    say(shell, &format!("{}{of}; of anything else no rows is not “no”", super::screen::counted(n, "statement")))
}

fn cite(shell: &mut Shell, _: &str) -> Done {
    let Some(citation) = shell.last.as_ref().map(Asked::citation) else {
        return Err(refused("nothing was asked yet"));
    };
    shell.put(&format!("{citation}\n\n{}", citation.bibtex()))?;
    Ok(shell.unkept()?)
}

#[cfg(feature = "rdf")]
fn export(shell: &mut Shell, text: &str) -> Done {
    use super::exchange::Target;
    use crate::rdf::{Extent, Style, WriteError};

    let (path, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if path.is_empty() {
        return Err(refused("a file is missing"));
    }
    let file = std::path::Path::new(path);
    if !shell.exported.contains(file) {
        super::new_file::free(file).map_err(Refusal::Wrong)?;
    }
    let rest = rest.trim_start();
    let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (style, query) = if Style::parse(word).is_some() { (word, after.trim()) } else { ("reified", rest) };
    let limits = shell.limits();
    let _attending = shell.attend(&limits);
    let done = if query.is_empty() {
        let graph = shell.session.graph(&limits);
        graph.map(|snapshot| (snapshot, shell.session.frame, None))
    } else {
        let answer = shell.session.run(query, &limits);
        answer.and_then(|answer| {
            let statements = answer.statements();
            let nothing = || {
                vec![
                    Diagnostic::new(code::COMMAND_ARGUMENT, "the rows name no statement")
                        .help("return nodes, relationships or paths, or ask `WHY`"),
                ]
            };
            let snapshot = answer.snapshot.filter(|_| !statements.is_empty()).ok_or_else(nothing)?;
            Ok((snapshot, answer.frame, Some(statements)))
        })
    };
    let (snapshot, frame, statements) = match done {
        Ok(done) => done,
        Err(wrong) => return Ok(shell.failed(&wrong, &SourceText::new("query", query))?),
    };
    let target = Target::new(None, Some(file), style, None, &snapshot).map_err(Refusal::Wrong)?;
    let extent = statements.as_ref().map_or(Extent::Whole, Extent::Of);
    match target.write(&snapshot, frame, extent, Some(file)) {
        Ok(said) => {
            shell.exported.insert(file.to_owned());
            match shell.session.scenarios.on() {
                [] => say(shell, &said),
                names => say(shell, &format!("{said}, assuming {}", names.join(", "))),
            }
        }
        Err(WriteError::Refused(wrong)) => Err(Refusal::Wrong(*wrong)),
        Err(WriteError::Io(error)) => Err(Refusal::Io(error)),
    }
}

#[cfg(feature = "rdf")]
fn sparql(shell: &mut Shell, text: &str) -> Done {
    let limits = shell.limits();
    let style = crate::rdf::Style::Reified;
    let _attending = shell.attend(&limits);
    match super::exchange::ask(&shell.session, text, style, &limits) {
        Ok(results) => {
            shell.last = Some(Asked::otherwise(&shell.session, "SPARQL", text));
            shell.show(&super::exchange::answer(&results, shell.session.frame), &limits)?;
            Ok(shell.cite_last()?)
        }
        Err(wrong) => Ok(shell.failed(&wrong, &SourceText::new("query", text))?),
    }
}

fn explain(shell: &mut Shell, query: &str) -> Done {
    if query.is_empty() {
        return Err(refused("a query is missing"));
    }
    let text = format!("EXPLAIN {query}");
    let source = SourceText::new("query", text);
    script::run_text(shell, &source).map_err(Refusal::Io)
}

fn rows(shell: &mut Shell, text: &str) -> Done {
    shell.rows = match (text, text.parse()) {
        ("", _) => shell.rows,
        ("all", _) => None,
        (_, Ok(n)) if n > 0 => Some(n),
        _ => return Err(refused(format!("`{text}` is neither a number of rows nor `all`"))),
    };
    let shown =
        shell.rows.map_or_else(|| "all rows".to_owned(), |n| format!("at most {n} rows, the first and the last"));
    say(shell, &format!("a table on the screen shows {shown}"))
}

fn timing(shell: &mut Shell, text: &str) -> Done {
    shell.timing = match text {
        "" => !shell.timing,
        "on" => true,
        "off" => false,
        _ => return Err(refused(format!("`{text}` is neither `on` nor `off`"))),
    };
    say(shell, if shell.timing { "timing is shown" } else { "timing is not shown" })
}

#[expect(clippy::unnecessary_wraps, reason = "every command has this form")]
fn quit(shell: &mut Shell, _: &str) -> Done {
    shell.done = true;
    Ok(())
}
