//! Citation: what is needed to ask an answer again, and how it is written in a text and in a bibliography.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::diag::Span;
use crate::graph::{self, Frame, Including, Snapshot, ValidTime};
use crate::parse::ast::{self, At, Between, Body, Expr, Expression, Literal, Question};
use crate::parse::{self, TokenKind};
use crate::value::{Date, Day, Instant, Value};

use super::ask::Ask;
use super::{Answer, Session};

/// What was asked, of which version of a graph, and when.
#[derive(Clone, Debug)]
pub struct Asked {
    record: Arc<Snapshot>,
    definitions: BTreeMap<String, Arc<ast::Define>>,
    /// The updates that the session assumed.
    scenarios: Vec<Vec<ast::Clause>>,
    question: Asking,
    params: BTreeMap<String, Value>,
    frame: Frame,
    compared: Option<Frame>,
    day: Day,
}

#[derive(Clone, Debug)]
enum Asking {
    Statement(Arc<ast::Statement>),
    /// In another language, with its name.
    Other(&'static str, String),
}

impl Asked {
    pub(super) fn statement(
        ask: &Ask<'_>,
        record: Arc<Snapshot>,
        statement: Arc<ast::Statement>,
        answer: &Answer,
    ) -> Self {
        let other = Self::otherwise(ask.session, "", "");
        Self {
            record,
            question: Asking::Statement(statement),
            frame: answer.frame,
            compared: answer.compared,
            day: ask.now.day(),
            ..other
        }
    }

    /// A question in another language, asked of a session.
    #[must_use]
    pub fn otherwise(session: &Session, language: &'static str, text: &str) -> Self {
        Self {
            record: session.engine.snapshot(),
            definitions: session.engine.written(),
            scenarios: session.scenarios.updates().cloned().collect(),
            question: Asking::Other(language, text.to_owned()),
            params: session.params.clone(),
            frame: session.frame,
            compared: None,
            day: Instant::now().day(),
        }
    }

    /// The statement that was asked, in its canonical form; of a question in another language none.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match &self.question {
            Asking::Statement(statement) => Some(parse::print(statement)),
            Asking::Other(..) => None,
        }
    }

    /// The citation; reads the whole graph for its hash.
    #[must_use]
    pub fn citation(&self) -> Citation {
        let schema = self.record.schema();
        let (query, used) = match &self.question {
            Asking::Statement(statement) => {
                let query = self.whole(statement);
                let used = parameters(&query);
                (query, used)
            }
            Asking::Other(language, text) => (format!("{language} {}", text.trim()), Vec::new()),
        };
        let given = used.into_iter().filter_map(|name| Some((self.params.get(&name).map(literal)?, name)));
        Citation {
            name: schema.name.clone(),
            graph: graph::hash(&self.record),
            definitions: (!self.definitions.is_empty()).then(|| definitions(&self.definitions)),
            cutoff: schema.cutoff,
            software: concat!("portolan ", env!("CARGO_PKG_VERSION")),
            day: self.day,
            frame: match self.compared {
                Some(from) if from != self.frame => format!("changes from: {from}; to: {}", self.frame),
                _ => self.frame.to_string(),
            },
            params: given.map(|(value, name)| (name, value)).collect(),
            query,
        }
    }

    /// The statement with everything that its session added to it, and its days as days.
    fn whole(&self, statement: &ast::Statement) -> String {
        let mut whole = statement.clone();
        whole.mode = None;
        whole.assuming = self.scenarios.iter().map(|updates| At::new(updates.clone(), NOWHERE)).collect();
        whole.assuming.extend(statement.assuming.iter().cloned());
        if let Body::Query(_) = whole.body {
            whole.frame = written(self.frame);
        }
        if let (Some(from), Some(Question::Changes { between, .. })) =
            (self.compared, whole.question.as_mut().map(|question| &mut question.node))
        {
            match (between, from.valid, self.frame.valid) {
                (Between::Days(a, b), ValidTime::AsOf(from), ValidTime::AsOf(to)) => {
                    (*a, *b) = (day(from), day(to));
                    whole.frame.valid = None;
                }
                (Between::KnownDays(a, b), ..) => {
                    if let (Some(from), Some(to)) = (from.known, self.frame.known) {
                        (*a, *b) = (day(from), day(to));
                        whole.frame.known = None;
                    }
                }
                _ => {}
            }
        }
        let text = parse::print(&whole);
        let line = text.split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
        // A text, or a comment in a column's name, can hold the end of a line.
        if parse::parse(&line).is_ok_and(|read| parse::print(&read) == text) { line } else { text }
    }
}

const NOWHERE: Span = Span { start: 0, end: 0 };

fn day(day: Day) -> Expression {
    At::new(Expr::Literal(Literal::Text(day.to_string())), NOWHERE)
}

/// The prefixes that say a frame.
fn written(frame: Frame) -> ast::Frame {
    let valid = match frame.valid {
        ValidTime::All => None,
        ValidTime::AsOf(on) => Some(ast::ValidTime::AsOf(day(on))),
        ValidTime::During(period) => Some(ast::ValidTime::FromTo(day(period.from), day(period.to))),
    };
    let Including { unrealised, unknown, deprecated } = frame.including;
    let words = [
        (unrealised, ast::Including::Unrealised),
        (unknown, ast::Including::Unknown),
        (deprecated, ast::Including::Deprecated),
    ];
    let including = if frame.including == Including::ALL {
        vec![ast::Including::All]
    } else {
        words.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect()
    };
    ast::Frame {
        valid: valid.map(|valid| At::new(valid, NOWHERE)),
        known: frame.known.map(day),
        including: including.into_iter().map(|word| At::new(word, NOWHERE)).collect(),
    }
}

/// The parameters that a statement names, each once.
fn parameters(query: &str) -> Vec<String> {
    let tokens = parse::tokens(query).into_iter().filter(|(_, kind)| *kind == TokenKind::Parameter);
    let mut names: Vec<String> =
        tokens.map(|(span, _)| span.of(query).trim_start_matches('$').trim_matches('`').to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// A value as an expression that gives it.
fn literal(value: &Value) -> String {
    let text = |text: &str| parse::print_expression(&At::new(Expr::Literal(Literal::Text(text.to_owned())), NOWHERE));
    let call = |function: &str, value: &dyn fmt::Display| format!("{function}({})", text(&value.to_string()));
    match value {
        Value::Text(value) => text(value),
        Value::Date(date) if *date == Date::exact(date.first()) => call("date", date),
        Value::Date(date) => call("partial_date", date),
        Value::LocalTime(time) => call("localtime", time),
        Value::Time(time) => call("time", time),
        Value::LocalDateTime(at) => call("localdatetime", at),
        Value::DateTime(at) => call("datetime", at),
        Value::Duration(duration) => call("duration", duration),
        Value::List(values) => format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<String> =
                map.iter().map(|(key, value)| format!("`{}`: {}", key.replace('`', "``"), literal(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Node(_)
        | Value::Rel(_)
        | Value::Path(_) => value.to_string(),
    }
}

/// Names a set of definitions, as [`graph::hash`] names a graph.
fn definitions(definitions: &BTreeMap<String, Arc<ast::Define>>) -> String {
    graph::digest(|line| {
        for define in definitions.values() {
            line(&parse::print_define(define));
        }
    })
}

/// How an answer is cited: with this, the graph and the definitions anybody gets it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The graph's name.
    pub name: String,
    /// Names the version of the graph: [`graph::hash`].
    pub graph: String,
    /// Names its definitions, where it has some.
    pub definitions: Option<String>,
    /// The last day somebody looked after the graph, where it says so.
    pub cutoff: Option<Day>,
    /// What answered, with its version.
    pub software: &'static str,
    /// The day on which it was asked, which is what `date()` gave.
    pub day: Day,
    /// The frame, in words.
    pub frame: String,
    /// The parameters that the query names, each with an expression that gives its value.
    pub params: Vec<(String, String)>,
    /// The statement with its frame and what it assumes, whatever the session's settings.
    pub query: String,
}

impl Citation {
    /// An entry for BibTeX.
    #[must_use]
    pub fn bibtex(&self) -> String {
        let year = self.day.to_string();
        let fields = [
            ("title", tex(&self.name)),
            ("year", year.split('-').next().unwrap_or_default().to_owned()),
            ("version", self.graph.clone()),
            ("urldate", year.clone()),
            ("note", tex(&self.asked())),
        ];
        let fields: Vec<String> = fields.iter().map(|(name, text)| format!("  {name} = {{{text}}}")).collect();
        format!("@misc{{portolan-{},\n{}\n}}", short(&self.graph), fields.join(",\n"))
    }

    /// Everything but the name of the graph and its version.
    fn asked(&self) -> String {
        let Self { definitions, cutoff, software, day, frame, params, query, .. } = self;
        let definitions =
            definitions.as_ref().map_or_else(String::new, |hash| format!("definitions {}, ", short(hash)));
        let cutoff = cutoff.map_or_else(String::new, |day| format!("data checked until {day}, "));
        let params: Vec<String> = params.iter().map(|(name, value)| format!("${name} = {value}")).collect();
        let params = if params.is_empty() { String::new() } else { format!(" with {}", params.join(", ")) };
        format!("{definitions}{cutoff}asked on {day} of {software} in the frame “{frame}”{params}: {query}")
    }
}

impl fmt::Display for Citation {
    /// `A graph, version 0f1e…, asked on 2025-12-01 of portolan 0.1.0 in the frame “as of 2025-10-21, realised only”: AS OF …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, version {}, {}", self.name, short(&self.graph), self.asked())
    }
}

/// As much of a hash as tells versions apart.
fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}

/// In braces of TeX these signs mean something else.
fn tex(text: &str) -> String {
    let escape = |c: char| if "{}$&#%_\\^~".contains(c) { format!("\\char{}{{}}", u32::from(c)) } else { c.into() };
    text.chars().map(escape).collect()
}
