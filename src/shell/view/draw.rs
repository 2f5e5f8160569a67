//! `portolan view` and `:view`: a query is asked, and the picture of its answer is a new file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, SourceText, code};
use crate::limits::Limits;
use crate::session::{Answer, Session};

use super::super::command::{Done, Refusal, refused, say};
use super::super::report::report;
use super::super::state::Shell;
use super::super::{Settings, footer, wrong_usage};
use super::medium::Medium;

/// What is to be drawn, and where to.
#[derive(Debug, clap::Args)]
pub(in super::super) struct View {
    /// Folders and files of the graph; without any, the graph that ships.
    paths: Vec<PathBuf>,
    /// What is asked; its rows name what is drawn.
    #[arg(short = 'c', long = "command", value_name = "QUERY")]
    query: String,
    /// The file to write: .svg, .dot or .mmd.
    #[arg(short = 'o', long, value_name = "FILE")]
    output: PathBuf,
}

/// `portolan view`; gives the exit code.
pub(in super::super) fn view(asked: &View, settings: &Settings) -> io::Result<u8> {
    let nowhere = SourceText::new("", "");
    let tell = |wrong: &Diagnostic, source: &SourceText| {
        writeln!(io::stderr(), "{}", report(wrong, source, settings.color.of_messages()))
    };
    let medium = match Medium::of(&asked.output) {
        Ok(medium) => medium,
        Err(wrong) => {
            tell(&wrong, &nowhere)?;
            return Ok(2);
        }
    };
    if asked.output.exists() {
        return wrong_usage(taken(&asked.output), "give `-o` a name that is free");
    }
    let session = match super::super::session(&asked.paths, settings)? {
        Ok(session) => session,
        Err(code) => return Ok(code),
    };
    let source = SourceText::new("query", asked.query.clone());
    let answer = match ask(&session, &asked.query, &Limits::default()) {
        Ok(answer) => answer,
        Err(wrong) => {
            wrong.iter().try_for_each(|wrong| tell(wrong, &source))?;
            return Ok(1);
        }
    };
    answer.warnings.iter().try_for_each(|warning| tell(warning, &source))?;
    match write(&answer, medium, &asked.output) {
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

/// `:view FILE QUERY`.
pub(in super::super) fn command(shell: &mut Shell, text: &str) -> Done {
    let (path, query) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if path.is_empty() {
        return Err(refused("a file is missing"));
    }
    let path = Path::new(path);
    let medium = Medium::of(path).map_err(Refusal::Wrong)?;
    if path.exists() {
        return Err(refused(taken(path)));
    }
    let query = query.trim();
    if query.is_empty() {
        return Err(refused("a query is missing"));
    }
    let limits = shell.limits();
    let _attending = shell.attend(&limits);
    let source = SourceText::new("query", query);
    let answer = match ask(&shell.session, query, &limits) {
        Ok(answer) => answer,
        Err(wrong) => return Ok(shell.failed(&wrong, &source)?),
    };
    answer.warnings.iter().try_for_each(|warning| shell.say(warning, &source, 0))?;
    let said = write(&answer, medium, path).map_err(Refusal::Wrong)?;
    say(shell, &said)
}

fn ask(session: &Session, query: &str, limits: &Limits) -> Result<Answer, Vec<Diagnostic>> {
    session.run(query, limits)
}

fn taken(path: &Path) -> String {
    format!("there is a file `{}` already", path.display())
}

/// Writes the picture of an answer; says what is in it. A file is there whole or not at all.
fn write(answer: &Answer, medium: &Medium, path: &Path) -> Result<String, Diagnostic> {
    let (text, about) = medium.picture(answer)?;
    let unwritable = |error: io::Error| {
        let message = if error.kind() == io::ErrorKind::AlreadyExists {
            taken(path)
        } else {
            format!("cannot write `{}`: {error}", path.display())
        };
        Diagnostic::new(code::UNWRITABLE, message)
    };
    let mut file = File::create_new(path).map_err(unwritable)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        drop(fs::remove_file(path));
        unwritable(error)
    })?;
    Ok(format!("{about} written to {} as {}, {}", path.display(), medium.title, footer::asked(answer)))
}
