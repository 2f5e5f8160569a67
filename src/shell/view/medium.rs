//! What a picture can be written as: the ending of the file says it.

use std::path::Path;

use crate::diag::{Diagnostic, code};
use crate::session::Answer;
use crate::value::Day;

use super::chart::{self, MOST_ROWS};
use super::layout::{MOST_EDGES, MOST_NODES, lay_out};
use super::picture::Picture;
use super::svg::{self, Place};
use super::timeline::Timeline;
use super::{counted, dot, gexf, graphml, html, mermaid};

/// What a picture can be written as.
#[derive(Debug)]
pub struct Medium {
    /// The ending of such files.
    pub ending: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Writes a picture; or says that it is too much for it.
    write: fn(&Picture) -> Result<String, Diagnostic>,
    /// Writes a timeline, where it can.
    timeline: Option<fn(&Timeline) -> String>,
}

/// Every medium, the one to begin with first.
pub static MEDIA: &[Medium] = &[
    Medium {
        ending: "svg",
        title: "a drawing",
        write: drawn,
        timeline: Some(|timeline| chart::draw(timeline, Place::Alone)),
    },
    Medium { ending: "html", title: "a page with its citations", write: paged, timeline: Some(html::timeline_page) },
    Medium { ending: "dot", title: "Graphviz", write: |picture| Ok(dot::write(picture)), timeline: None },
    Medium {
        ending: "mmd",
        title: "a flowchart of Mermaid",
        write: |picture| Ok(mermaid::write(picture)),
        timeline: None,
    },
    Medium { ending: "gexf", title: "GEXF for Gephi", write: |picture| Ok(gexf::write(picture)), timeline: None },
    Medium { ending: "graphml", title: "GraphML", write: |picture| Ok(graphml::write(picture)), timeline: None },
];

impl Medium {
    /// What the ending of a file says.
    ///
    /// # Errors
    /// There is no such medium.
    pub fn of(path: &Path) -> Result<&'static Self, Diagnostic> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        // Mermaid's own editor writes either.
        let ending = if ending == "mermaid" { "mmd".to_owned() } else { ending };
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

impl Medium {
    /// The timeline of the measures of an answer, and how much is in it. `today` is the day of the line where the frame has none.
    ///
    /// # Errors
    /// The answer names no measure, or more than can be read; this is no medium for it.
    pub fn timeline(&self, answer: &Answer, today: Day) -> Result<(String, String), Diagnostic> {
        let Some(write) = self.timeline else {
            let able = MEDIA.iter().filter(|medium| medium.timeline.is_some());
            let endings: Vec<String> = able.map(|medium| format!(".{}", medium.ending)).collect();
            let wrong = Diagnostic::new(code::NOT_IN_FORMAT, format!("{} has no timeline", self.title));
            return Err(wrong.help(format!("write {}", endings.join(" or "))));
        };
        let timeline = Timeline::of(answer, today).ok_or_else(|| {
            let wrong = Diagnostic::new(code::COMMAND_ARGUMENT, "the rows name no measure that has a status");
            wrong.help("return the measures themselves, as `MATCH (m:Measure) RETURN m` does")
        })?;
        if timeline.rows.len() > MOST_ROWS {
            let message = format!("{} are more than a timeline can show", chart::about(&timeline));
            let wrong = Diagnostic::new(code::NOT_IN_FORMAT, message);
            return Err(wrong.help(format!("ask for at most {MOST_ROWS}: a narrower label, one issuer, `LIMIT`")));
        }
        Ok((write(&timeline), chart::about(&timeline)))
    }
}

fn paged(picture: &Picture) -> Result<String, Diagnostic> {
    let layout = lay_out(picture).ok_or_else(|| too_much(picture))?;
    Ok(html::page(picture, &layout))
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
    wrong.help("ask for less: `AS OF` a day, a narrower label, `LIMIT`; or write .dot or .gexf for Graphviz or Gephi to lay out")
}
