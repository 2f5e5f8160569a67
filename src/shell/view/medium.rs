//! What a picture can be written as: the ending of the file says it.

use std::path::Path;

use crate::diag::{Diagnostic, code};
use crate::session::Answer;

use super::layout::{MOST_EDGES, MOST_NODES, lay_out};
use super::picture::Picture;
use super::svg::{self, Place};
use super::{counted, dot, mermaid};

/// What a picture can be written as.
#[derive(Debug)]
pub struct Medium {
    /// The ending of such files.
    pub ending: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Writes a picture; or says that it is too much for it.
    write: fn(&Picture) -> Result<String, Diagnostic>,
}

/// Every medium, the one to begin with first.
pub static MEDIA: &[Medium] = &[
    Medium { ending: "svg", title: "a drawing", write: drawn },
    Medium { ending: "dot", title: "Graphviz", write: |picture| Ok(dot::write(picture)) },
    Medium { ending: "mmd", title: "a flowchart of Mermaid", write: |picture| Ok(mermaid::write(picture)) },
];

impl Medium {
    /// What the ending of a file says.
    ///
    /// # Errors
    /// There is no such medium.
    pub fn of(path: &Path) -> Result<&'static Self, Diagnostic> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        MEDIA.iter().find(|medium| medium.ending == ending).ok_or_else(|| {
            let message = if ending.is_empty() {
                format!("`{}` has no ending that says how to draw", path.display())
            } else {
                format!("no picture is written as `.{ending}`")
            };
            let endings: Vec<String> =
                MEDIA.iter().map(|medium| format!(".{} ({})", medium.ending, medium.title)).collect();
            let wrong = Diagnostic::new(code::UNKNOWN_FORMAT, message);
            wrong
                .nearest_as(".", &ending, MEDIA.iter().map(|medium| medium.ending))
                .note(format!("the endings are {}", endings.join(", ")))
        })
    }

    /// The picture of an answer, and how much is in it.
    ///
    /// # Errors
    /// The answer names nothing that can be drawn, or more than can be read.
    pub fn picture(&self, answer: &Answer) -> Result<(String, String), Diagnostic> {
        let picture = Picture::of(answer).ok_or_else(|| {
            let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, "the rows name no node and no relationship");
            wrong.help("return nodes, relationships or paths, as `RETURN *` or `MATCH p = … RETURN p` do, or ask `WHY`")
        })?;
        Ok(((self.write)(&picture)?, svg::about(&picture)))
    }
}

fn drawn(picture: &Picture) -> Result<String, Diagnostic> {
    let layout = lay_out(picture).ok_or_else(|| too_much(picture))?;
    Ok(svg::draw(picture, &layout, Place::Alone))
}

/// Says that a picture would be more than can be read, and what to do.
fn too_much(picture: &Picture) -> Diagnostic {
    let message = format!("{} are more than a drawing can show", svg::about(picture));
    let most =
        format!("at most {} and {} are laid out", counted(MOST_NODES, "node"), counted(MOST_EDGES, "relationship"));
    let wrong = Diagnostic::new(code::NOT_IN_FORMAT, message).note(most);
    wrong.help("ask for less: `AS OF` a day, a narrower label, `LIMIT`; or write .dot for Graphviz to lay out")
}
