//! RDF at the command line and in the shell: `export` and `sparql`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, SourceText, code};
use crate::graph::{Frame, GraphView, Lens, SharedView, Snapshot};
use crate::limits::Limits;
use crate::parallel;
use crate::rdf::{self, Base, Extent, FORMATS, Format, RESULT_FORMATS, ResultFormat, Results, Style, WriteError};
use crate::session::{Answer, Session};
use crate::value::Value;

use super::new_file::{self, NewFile, unwritable};
use super::render::{self, Renderer, Room};
use super::{Settings, report, screen};

/// What is to be written, and where.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// Folders and files of the graph; without any, the graph that ships.
    paths: Vec<PathBuf>,
    /// turtle, trig, ntriples, nquads, rdfxml or jsonld; without it, what the file's ending says, else turtle.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// How what is said about statements is written: reified, rdf12 or none.
    #[arg(long, value_name = "STYLE", default_value = "reified")]
    statements: String,
    /// The file; without it, standard output.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
    /// What every IRI begins with.
    #[arg(long, value_name = "IRI")]
    base: Option<String>,
}

/// A question in SPARQL.
#[derive(Debug, clap::Args)]
pub(super) struct Sparql {
    /// The query, or `-` for standard input.
    query: String,
    /// Folders and files of the graph; without any, the graph that ships.
    paths: Vec<PathBuf>,
    /// table, line, markdown, jsonl; json, xml, csv, tsv as SPARQL has them; a format of `export` for a graph. Without it, a
    /// table, or Turtle for a graph.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// How what is said about statements is seen: reified, rdf12 or none.
    #[arg(long, value_name = "STYLE", default_value = "reified")]
    statements: String,
    /// Stops after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<super::Seconds>,
    /// Stops when the rows of the answer take more than so many MiB.
    #[arg(long, value_name = "MIB")]
    memory: Option<usize>,
}

/// How a graph is written.
pub(super) struct Target {
    format: Format,
    style: Style,
    base: Base,
}

impl Target {
    /// From the words for format and style; without a format, what the file's ending says, else Turtle.
    pub fn new(
        format: Option<&str>,
        path: Option<&Path>,
        style: &str,
        base: Option<&str>,
        snapshot: &Snapshot,
    ) -> Result<Self, Diagnostic> {
        let ending = path.and_then(Path::extension).map(|ending| ending.to_string_lossy());
        let name = format.or(ending.as_deref()).unwrap_or("turtle");
        let format = Format::parse(name).ok_or_else(|| {
            let names = FORMATS.iter().map(|info| info.name);
            let wrong = Diagnostic::new(code::UNKNOWN_FORMAT, format!("no format `{name}`"));
            wrong.nearest(name, names.clone()).note(format!("the formats are {}", names.collect::<Vec<_>>().join(", ")))
        })?;
        Ok(Self { format, style: style_of(style)?, base: base_of(base, snapshot)? })
    }

    /// Writes a graph to a file, or to standard output; says what it wrote. A file is there whole or not at all.
    pub fn write(
        &self,
        snapshot: &Snapshot,
        frame: Frame,
        extent: Extent<'_>,
        path: Option<&Path>,
    ) -> Result<String, WriteError> {
        let lens = Lens::new(snapshot, frame);
        let view = GraphView::new(snapshot, &lens);
        let write = |out: &mut dyn Write| rdf::write(view, extent, self.style, self.format, &self.base, out);
        let written = match path {
            None => write(&mut io::stdout().lock())?,
            Some(path) => {
                let whole = || {
                    let mut file = NewFile::create(path)?;
                    let written = write(&mut file)?;
                    file.keep()?;
                    Ok(written)
                };
                whole().map_err(|wrong| match wrong {
                    WriteError::Io(error) => WriteError::Refused(Box::new(unwritable(path, error))),
                    refused => refused,
                })?
            }
        };
        let mut said = format!("{} triples as {}, {frame}", written.triples, self.format.info().title);
        if !written.lost.is_empty() {
            let lost: Vec<String> = written.lost.iter().map(ToString::to_string).collect();
            said = format!("{said}; not in it: {}", lost.join(", "));
        }
        Ok(said)
    }
}

fn style_of(name: &str) -> Result<Style, Diagnostic> {
    Style::parse(name).ok_or_else(|| {
        let names = Style::ALL.map(|(_, name, _)| name);
        let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, format!("no way to write statements `{name}`"));
        wrong.nearest(name, names).note(format!("the ways are {}", names.join(", ")))
    })
}

fn base_of(asked: Option<&str>, snapshot: &Snapshot) -> Result<Base, Diagnostic> {
    let declared = Some(snapshot.schema().base.as_str()).filter(|base| !base.is_empty());
    asked.or(declared).map_or_else(|| Ok(Base::default()), Base::new)
}

/// `portolan export`; gives the exit code.
pub(super) fn export(export: &Export, settings: &Settings) -> io::Result<u8> {
    if let Some(Err(taken)) = export.output.as_deref().map(new_file::free) {
        report::tell(&taken, &SourceText::new("", ""), settings.color)?;
        return Ok(2);
    }
    let session = match super::session(&export.paths, settings)? {
        Ok(session) => session,
        Err(code) => return Ok(code),
    };
    let snapshot = match session.graph(&Limits::default()) {
        Ok(snapshot) => snapshot,
        Err(wrong) => return super::wrong_data(&wrong, settings.color),
    };
    let path = export.output.as_deref();
    let base = export.base.as_deref();
    let written = Target::new(export.format.as_deref(), path, &export.statements, base, &snapshot)
        .map_err(|wrong| WriteError::Refused(Box::new(wrong)))
        .and_then(|target| target.write(&snapshot, session.frame, Extent::Whole, path));
    match written {
        Ok(said) => {
            writeln!(io::stderr(), "{said}")?;
            Ok(0)
        }
        Err(WriteError::Refused(wrong)) => {
            report::tell(&wrong, &SourceText::new("", ""), settings.color)?;
            Ok(2)
        }
        Err(WriteError::Io(error)) => Err(error),
    }
}

/// `portolan sparql`; gives the exit code.
pub(super) fn sparql(sparql: &Sparql, settings: &Settings) -> io::Result<u8> {
    let text = if sparql.query == "-" { io::read_to_string(io::stdin())? } else { sparql.query.clone() };
    let source = SourceText::new("query", text);
    let nowhere = SourceText::new("", "");
    let asked = style_of(&sparql.statements)
        .and_then(|style| Ok((style, sparql.format.as_deref().map(Output::parse).transpose()?)));
    let (style, output) = match asked {
        Ok(asked) => asked,
        Err(wrong) => {
            report::tell(&wrong, &nowhere, settings.color)?;
            return Ok(2);
        }
    };
    let session = match super::session(&sparql.paths, settings)? {
        Ok(session) => session,
        Err(code) => return Ok(code),
    };
    let memory = sparql.memory.map_or(usize::MAX, |mib| mib.saturating_mul(1 << 20));
    let allowed = sparql.timeout.map(|seconds| seconds.0);
    let results = match ask(&session, &source.text, style, &Limits::new(memory, allowed)) {
        Ok(results) => results,
        Err(wrong) => {
            wrong.iter().try_for_each(|wrong| report::tell(wrong, &source, settings.color))?;
            return Ok(1);
        }
    };
    let output = output.unwrap_or(if results.is_graph() { Output::Graph(Format::Turtle) } else { Output::TABLE });
    if let Err(wrong) = output.fits(&results) {
        report::tell(&wrong, &nowhere, settings.color)?;
        return Ok(2);
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    output.write(&results, session.frame, &mut out)?;
    out.flush()?;
    writeln!(io::stderr(), "{} · {}", screen::counted(results.rows().len(), "row"), session.frame)?;
    Ok(0)
}

/// Asks the graph in the frame of a session, with everything that its definitions derive.
pub(super) fn ask(session: &Session, text: &str, style: Style, limits: &Limits) -> Result<Results, Vec<Diagnostic>> {
    let snapshot = session.graph(limits)?;
    let base = base_of(None, &snapshot).map_err(|wrong| vec![wrong])?;
    let (graph, text, within) = (SharedView::new(snapshot, session.frame), text.to_owned(), limits.clone());
    // The evaluator asks the limits where it asks the graph, and some products ask it of nothing: those are left behind.
    let answered = parallel::attended(
        move || rdf::query(graph.view(), &text, style, &base, &within),
        || limits.checkpoint().map_err(rdf::stopped),
    );
    answered.and_then(|results| results).map_err(|wrong| vec![wrong])
}

/// Rows of SPARQL as rows of the shell.
pub(super) fn answer(results: &Results, frame: Frame) -> Answer {
    let cell = |text: &String| if text.is_empty() { Value::Null } else { Value::text(text) };
    let rows = results.rows().iter().map(|row| row.iter().map(cell).collect()).collect();
    Answer { columns: results.columns(), rows, frame, ..Answer::default() }
}

/// How the answer to SPARQL is written.
#[derive(Clone, Copy)]
enum Output {
    Rows(ResultFormat),
    Mode(&'static Renderer),
    Graph(Format),
}

impl Output {
    const TABLE: Self = Self::Mode(render::RENDERERS[0]);

    fn parse(name: &str) -> Result<Self, Diagnostic> {
        let rows = RESULT_FORMATS.iter().find(|(_, word)| *word == name).map(|(format, _)| Self::Rows(*format));
        let found =
            rows.or_else(|| render::find(name).map(Self::Mode)).or_else(|| Format::parse(name).map(Self::Graph));
        found.ok_or_else(|| {
            let rows = RESULT_FORMATS.iter().map(|(_, word)| *word);
            let modes = render::RENDERERS.iter().map(|mode| mode.name);
            let mut names: Vec<&str> = modes.chain(rows).chain(FORMATS.iter().map(|info| info.name)).collect();
            names.sort_unstable();
            names.dedup();
            let wrong = Diagnostic::new(code::UNKNOWN_FORMAT, format!("no format `{name}`"));
            wrong.nearest(name, names.iter().copied()).note(format!("the formats are {}", names.join(", ")))
        })
    }

    fn fits(self, results: &Results) -> Result<(), Diagnostic> {
        match self {
            Self::Graph(format) if !results.is_graph() => {
                let message = format!("{} is for a graph, and the answer is rows", format.info().title);
                let wrong = Diagnostic::new(code::UNKNOWN_FORMAT, message);
                Err(wrong.help("ask `CONSTRUCT` or `DESCRIBE`, or write table, json, xml, csv or tsv"))
            }
            _ => Ok(()),
        }
    }

    fn write(self, results: &Results, frame: Frame, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Rows(format) => {
                results.write(format, &mut *out)?;
                if format == ResultFormat::Json || format == ResultFormat::Xml { writeln!(out) } else { Ok(()) }
            }
            Self::Mode(mode) => (mode.write)(&answer(results, frame), Room { width: screen::width(), rows: None }, out),
            Self::Graph(format) => results.write_graph(format, out),
        }
    }
}
