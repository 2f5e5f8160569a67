//! The questions that users ask, over the graph that ships.
//!
//! Each is a file of `graph-data/questions/`: the question in words, how to read the answer, the statements. `docs/cookbook.md` shows
//! them all with their answers, and this test repeats them. `PORTOLAN_MANUAL=rewrite cargo test --test questions` writes the
//! page anew; read the difference before you keep it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::print_stderr, reason = "a test says what it skipped")]

#[allow(dead_code, reason = "the page repeats single answers only")]
mod transcript;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// A question as its file has it.
struct Question {
    file: String,
    /// Its number and words.
    title: String,
    /// Paragraphs and statements in the order of the file.
    parts: Vec<Part>,
}

enum Part {
    Prose(String),
    Statement(String),
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn questions() -> Vec<Question> {
    let entries = fs::read_dir(path("graph-data/questions")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|ext| ext == "cypher")).collect();
    paths.sort();
    paths.iter().map(|path| question(path)).collect()
}

fn question(path: &Path) -> Question {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let title = lines.next().and_then(|line| line.strip_prefix("// ")).unwrap_or_default().to_owned();
    let (mut parts, mut prose, mut statement) = (Vec::new(), String::new(), String::new());
    let end_prose = |prose: &mut String, parts: &mut Vec<Part>| {
        let paragraph = std::mem::take(prose);
        if !paragraph.trim().is_empty() {
            parts.push(Part::Prose(paragraph.trim().to_owned()));
        }
    };
    for line in lines {
        match line.strip_prefix("//") {
            Some(comment) if statement.is_empty() && !comment.trim().is_empty() => {
                prose.push_str(comment.trim());
                prose.push('\n');
            }
            _ if statement.is_empty() && line.trim_start_matches('/').trim().is_empty() => {
                end_prose(&mut prose, &mut parts);
            }
            _ => {
                end_prose(&mut prose, &mut parts);
                statement.push_str(line);
                statement.push('\n');
                if line.ends_with(';') {
                    let ended = std::mem::take(&mut statement);
                    parts.push(Part::Statement(ended.trim_end().trim_end_matches(';').to_owned()));
                }
            }
        }
    }
    if !statement.trim().is_empty() {
        parts.push(Part::Statement(statement.trim_end().to_owned()));
    }
    Question { file: path.file_name().unwrap().to_string_lossy().into_owned(), title, parts }
}

const HEAD: &str = "# Cookbook\n
Questions that users ask of the graph that ships, each with the query that answers it and the answer. Every question is a file of
`graph-data/questions/` that can be run and changed:\n
    portolan -f graph-data/questions/17-in-force-on-rare-earths.cypher\n
The answers are written by the test that repeats them. A line below an answer tells the frame it was asked in, what was hidden, and
where no rows are not “no”.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for question in questions() {
        let _ = write!(page, "\n## {}\n`{}`\n", question.title, question.file);
        let session = transcript::ships();
        for part in &question.parts {
            match part {
                Part::Prose(text) => {
                    let _ = write!(page, "\n{text}\n");
                }
                Part::Statement(text) => {
                    let answer = transcript::answer(&session, text);
                    assert!(!answer.contains("error["), "{}: {answer}", question.file);
                    assert!(!answer.contains("warning["), "{}: {answer}", question.file);
                    let (rows, footer) = split(&answer);
                    let _ = write!(page, "\n```cypher\n{text}\n```\n\n{rows}\n{footer}");
                }
            }
        }
    }
    page
}

/// The rows of an answer, and the lines below them, each a line of its own.
fn split(answer: &str) -> (String, String) {
    let lines = answer.lines().filter(|line| !line.is_empty());
    let (rows, below): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with('|'));
    (rows.join("\n") + "\n", below.join("\\\n") + "\n")
}

#[test]
fn the_cookbook_answers_as_it_says() {
    let (was, now) = (fs::read_to_string(path("docs/cookbook.md")).unwrap_or_default(), page());
    if std::env::var_os("PORTOLAN_MANUAL").is_some_and(|value| value == "rewrite") {
        fs::write(path("docs/cookbook.md"), now).unwrap();
    } else if let Some(wrong) = transcript::difference("docs/cookbook.md", &was, &now) {
        panic!("{wrong}");
    }
}

#[test]
fn every_question_has_a_number_of_its_own_that_its_file_begins_with() {
    let mut numbers = BTreeSet::new();
    for question in questions() {
        let number = question.title.split('.').next().unwrap().parse::<u32>();
        let number = number.unwrap_or_else(|_| panic!("{}: no number in `{}`", question.file, question.title));
        assert!(question.file.starts_with(&format!("{number:02}-")), "{}: {}", question.file, question.title);
        assert!(numbers.insert(number), "{number} twice");
        assert!(question.parts.iter().any(|part| matches!(part, Part::Statement(_))), "{}", question.file);
    }
}

#[test]
fn every_competency_question_is_asked() {
    let Ok(asked) = fs::read_to_string(path("../shared/questions.md")) else {
        eprintln!("skipped: the list of competency questions is not here");
        return;
    };
    let number = |line: &str| line.split_once(". ").and_then(|(number, _)| number.parse::<u32>().ok());
    let wanted: BTreeSet<u32> = asked.lines().filter_map(number).collect();
    let there: BTreeSet<u32> = questions().iter().filter_map(|question| number(&question.title)).collect();
    assert!(wanted.is_subset(&there), "not asked: {:?}", wanted.difference(&there));
}
