//! A page of prose: what in it is written anew, and what its chapters show.
//!
//! A fenced block ```` ```portolan ```` is a transcript of a session of its own on the graph that ships, ```` ```portolan empty ````
//! on an empty one, ```` ```portolan goes on ```` of the session before. Between `<!-- keywords -->` and `<!-- end -->` stands the table of
//! the chapter's keywords, between `<!-- types -->` and `<!-- end -->` that of the types of values.

use std::fmt::Write;

use portolan::parse::KEYWORDS;
use portolan::value::TYPES;

use super::table;
use super::transcript::{empty, repeat, ships};

/// A chapter, begun by `##`.
#[derive(Default)]
pub struct Chapter {
    pub title: String,
    /// The statements of its transcripts.
    pub statements: Vec<String>,
    /// It holds the table of its keywords.
    pub has_keywords: bool,
}

/// The page with everything anew that is not prose.
pub fn anew(name: &str, text: &str) -> String {
    let mut out = String::new();
    let (mut session, mut chapter) = (empty(), "");
    let mut lines = text.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        chapter = line.strip_prefix("## ").unwrap_or(chapter);
        out.push_str(line);
        out.push('\n');
        if let Some(graph) = line.strip_prefix("```portolan") {
            match graph.trim() {
                "" => session = ships(),
                "empty" => session = empty(),
                "goes on" => {}
                other => panic!("{name}:{}: no graph `{other}`", at + 1),
            }
            let block: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            out.push_str(&repeat(&block.join("\n"), &session, &format!("{name}:{}", at + 1)));
            out.push_str("```\n");
        } else if line == "<!-- keywords -->" {
            keywords(&mut out, chapter);
            lines.by_ref().take_while(|(_, line)| *line != "<!-- end -->").for_each(drop);
            out.push_str("<!-- end -->\n");
        } else if line == "<!-- types -->" {
            types(&mut out);
            lines.by_ref().take_while(|(_, line)| *line != "<!-- end -->").for_each(drop);
            out.push_str("<!-- end -->\n");
        } else if line == table::HEAD {
            while let Some((_, row)) = lines.next_if(|(_, line)| line.starts_with('|')) {
                out.push_str(&table::anew(row));
                out.push('\n');
            }
        }
    }
    out
}

fn keywords(out: &mut String, chapter: &str) {
    out.push_str("| | |\n| --- | --- |\n");
    for keyword in KEYWORDS.iter().filter(|keyword| keyword.chapter == chapter) {
        let _ = writeln!(out, "| `{}` | {} |", keyword.word, keyword.summary.replace('|', "\\|"));
    }
}

fn types(out: &mut String) {
    out.push_str("| | |\n| --- | --- |\n");
    for named in TYPES {
        let names: Vec<String> = named.names.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(out, "| {} | {} |", names.join(", "), named.summary);
    }
}

/// The chapters of a page, in order.
pub fn chapters(text: &str) -> Vec<Chapter> {
    let mut found: Vec<Chapter> = Vec::new();
    let mut follows = false;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            found.push(Chapter { title: title.to_owned(), ..Chapter::default() });
        }
        let Some(chapter) = found.last_mut() else { continue };
        chapter.has_keywords |= line == "<!-- keywords -->";
        let Some(statement) = line.strip_prefix('>') else {
            follows = false;
            continue;
        };
        match chapter.statements.last_mut() {
            Some(last) if follows => *last = format!("{last}\n{}", statement.trim()),
            _ => chapter.statements.push(statement.trim().to_owned()),
        }
        follows = true;
    }
    found
}
