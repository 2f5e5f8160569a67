//! `portolan view` and `:view`: a query is asked, and the picture of its answer is a new file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, SourceText};
use crate::limits::Limits;
use crate::session::Answer;
use crate::value::Day;

use super::super::command::{Done, Refusal, refused, say};
use super::super::state::Shell;
use super::super::{Settings, footer, new_file, report};
use super::medium::Medium;

/// What is to be drawn, and where to.
#[derive(Debug, clap::Args)]
pub(in super::super) struct View {
    /// Folders and files of the graph; without any, the graph that ships.
    paths: Vec<PathBuf>,
    /// What is asked; its rows name what is drawn.
    #[arg(short = 'c', long = "command", value_name = "QUERY")]
    query: String,
    /// Draws the measures that the rows name over time, instead: .svg or .html.
    #[arg(long)]
    timeline: bool,
    /// The file to write: .svg, .html, .dot, .mmd, .gexf or .graphml.
    #[arg(short = 'o', long, value_name = "FILE")]
    output: PathBuf,
}

/// `portolan view`; gives the exit code.
pub(in super::super) fn view(asked: &View, settings: &Settings) -> io::Result<u8> {
    let nowhere = SourceText::new("", "");
    let tell = |wrong: &Diagnostic, source: &SourceText| report::tell(wrong, source, settings.color);
    let medium = match new_file::free(&asked.output).and_then(|()| Medium::of(&asked.output)) {
        Ok(medium) => medium,
        Err(wrong) => {
            tell(&wrong, &nowhere)?;
            return Ok(2);
        }
    };
    let session = match super::super::session(&asked.paths, settings)? {
        Ok(session) => session,
        Err(code) => return Ok(code),
    };
    let source = SourceText::new("query", asked.query.clone());
    let answer = match session.run(&asked.query, &Limits::default()) {
        Ok(answer) => answer,
        Err(wrong) => {
            wrong.iter().try_for_each(|wrong| tell(wrong, &source))?;
            return Ok(1);
        }
    };
    answer.warnings.iter().try_for_each(|warning| tell(warning, &source))?;
    match write(&answer, medium, &asked.output, asked.timeline) {
        Ok(said) => {
            writeln!(io::stderr(), "{said}")?;
            Ok(0)
        }
        Err(wrong) => {
            tell(&wrong, &nowhere)?;
            Ok(1)
        }
    }
}

/// `:view FILE [timeline] QUERY`.
pub(in super::super) fn command(shell: &mut Shell, text: &str) -> Done {
    let (path, query) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if path.is_empty() {
        return Err(refused("a file is missing"));
    }
    let path = Path::new(path);
    let medium = new_file::free(path).and_then(|()| Medium::of(path)).map_err(Refusal::Wrong)?;
    let query = query.trim();
    let after = query.strip_prefix("timeline").filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    let (timeline, query) = (after.is_some(), after.unwrap_or(query).trim());
    if query.is_empty() {
        return Err(refused("a query is missing"));
    }
    let limits = shell.limits();
    let _attending = shell.attend(&limits);
    let source = SourceText::new("query", query);
    let answer = match shell.session.run(query, &limits) {
        Ok(answer) => answer,
        Err(wrong) => return Ok(shell.failed(&wrong, &source)?),
    };
    answer.warnings.iter().try_for_each(|warning| shell.say(warning, &source, 0))?;
    let said = write(&answer, medium, path, timeline).map_err(Refusal::Wrong)?;
    say(shell, &said)
}

/// Writes the picture of an answer; says what is in it.
fn write(answer: &Answer, medium: &Medium, path: &Path, timeline: bool) -> Result<String, Diagnostic> {
    let (text, about) = if timeline { medium.timeline(answer, Day::today())? } else { medium.picture(answer)? };
    new_file::write(path, &text)?;
    Ok(format!("{about} written to {} as {}, {}", path.display(), medium.title, footer::asked(answer)))
}
