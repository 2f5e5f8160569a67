//! SPARQL: a query in the standard language of RDF, answered from the graph itself.

use std::fmt::Write as _;
use std::io::{self, Write};

use oxigraph::model::{NamedNode, Term, Triple, Variable};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{CancellationToken, QueryEvaluationError, QueryResults, SparqlEvaluator};
use spargebra::SparqlParser;

use crate::diag::{Diagnostic, Span, code};
use crate::graph::GraphView;
use crate::limits::{Limits, Stopped};

use super::cross;
use super::dataset::Dataset;
use super::triples::Mapping;
use super::{Base, Format, Style, write};

/// Deeper than this no query is written by hand.
const DEEPEST: usize = 100;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    answer: Answer,
    base: Base,
}

#[derive(Clone, Debug, PartialEq)]
enum Answer {
    /// `SELECT`.
    Rows(Vec<Variable>, Vec<Vec<Option<Term>>>),
    /// `ASK`.
    Truth(bool),
    /// `CONSTRUCT` and `DESCRIBE`.
    Graph(Vec<Triple>),
}

/// How the rows of an answer are written for other programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResultFormat {
    /// SPARQL 1.1 Query Results JSON Format.
    Json,
    /// SPARQL Query Results XML Format.
    Xml,
    /// SPARQL 1.1 Query Results CSV Format.
    Csv,
    /// SPARQL 1.1 Query Results TSV Format.
    Tsv,
}

/// Every format of rows with its word on the command line.
pub static RESULT_FORMATS: &[(ResultFormat, &str)] =
    &[(ResultFormat::Json, "json"), (ResultFormat::Xml, "xml"), (ResultFormat::Csv, "csv"), (ResultFormat::Tsv, "tsv")];

/// Answers a query of SPARQL 1.1, with the triple terms of 1.2, about what [`write`](super::write()) writes in the same
/// style.
///
/// The prefixes `ns: id: stmt: src: meta: rdf: rdfs: dcterms: skos: schema: xsd:` need not be declared. Nothing is fetched
/// from anywhere: `SERVICE` is refused.
///
/// # Errors
/// One diagnostic: the text is not a query, or it was stopped.
///
/// # Examples
/// ```
/// use portolan::graph::{Builder, Frame, GraphView, Lens, NewNode, Schema};
/// use portolan::limits::Limits;
/// use portolan::rdf::{Base, Style, query};
/// let mut builder = Builder::new(Schema::default());
/// builder.node(NewNode { id: "bmw".into(), labels: vec!["Company".into()], ..NewNode::default() }).unwrap();
/// let snapshot = builder.finish();
/// let lens = Lens::new(&snapshot, Frame::default());
/// let view = GraphView::new(&snapshot, &lens);
/// let text = "SELECT ?company { ?company a ns:Company }";
/// let results = query(view, text, Style::Reified, &Base::default(), &Limits::default()).unwrap();
/// assert_eq!(results.rows(), [["id:bmw"]]);
/// ```
pub fn query(
    view: GraphView<'_>,
    text: &str,
    style: Style,
    base: &Base,
    limits: &Limits,
) -> Result<Results, Diagnostic> {
    check_depth(text)?;
    let token = CancellationToken::new();
    let mut parser = SparqlParser::new();
    for (prefix, iri) in write::prefixes(base) {
        parser = parser.with_prefix(prefix, iri).map_err(|wrong| Diagnostic::new(code::BAD_BASE, wrong.to_string()))?;
    }
    let parsed = parser.parse_query(text).map_err(|wrong| syntax(text, &wrong.to_string()))?;
    let evaluator = SparqlEvaluator::new().with_cancellation_token(token.clone());
    let prepared = evaluator.for_query(cross::lateral(parsed));
    let dataset = Dataset::new(Mapping::new(view, style, base.clone()), limits.clone());
    let run = Run { limits, token };
    let answer = match prepared.on_queryable_dataset(dataset).execute() {
        Ok(QueryResults::Boolean(truth)) => Ok(Answer::Truth(truth)),
        Ok(QueryResults::Solutions(solutions)) => {
            let variables = solutions.variables().to_vec();
            let rows = solutions.map(|row| row.map(|row| row.values().to_vec()));
            run.gather(rows, |row| row.iter().flatten().map(size).sum()).map(|rows| Answer::Rows(variables, rows))
        }
        Ok(QueryResults::Graph(triples)) => run.gather(triples, |triple| size(&triple.object)).map(Answer::Graph),
        Err(wrong) => Err(run.failure(&wrong)),
    };
    // A limit met inside an expression is only an error of that expression.
    limits.checkpoint().map_err(stopped)?;
    Ok(Results { answer: answer?, base: base.clone() })
}

/// A query while it runs.
struct Run<'q> {
    limits: &'q Limits,
    token: CancellationToken,
}

impl Run<'_> {
    /// All rows, with the memory they take reserved.
    fn gather<T>(
        &self,
        rows: impl Iterator<Item = Result<T, QueryEvaluationError>>,
        size: impl Fn(&T) -> usize,
    ) -> Result<Vec<T>, Diagnostic> {
        let mut reservation = self.limits.reservation();
        let mut gathered = Vec::new();
        for row in rows {
            let row = row.map_err(|wrong| self.failure(&wrong))?;
            let held = reservation.grow(size(&row) + size_of::<T>());
            if let Err(limit) = held.and_then(|()| self.limits.checkpoint()) {
                self.token.cancel();
                return Err(stopped(limit));
            }
            gathered.push(row);
        }
        Ok(gathered)
    }

    fn failure(&self, wrong: &QueryEvaluationError) -> Diagnostic {
        if let QueryEvaluationError::Dataset(inner) = wrong
            && let Some(limit) = inner.downcast_ref::<Stopped>()
        {
            return stopped(*limit);
        }
        match (wrong, self.limits.checkpoint()) {
            (_, Err(limit)) => stopped(limit),
            (QueryEvaluationError::UnsupportedService(service), _) => {
                Diagnostic::new(code::BAD_SPARQL, format!("the service {service} cannot be asked"))
                    .note("Portolan runs without a network")
            }
            (other, _) => Diagnostic::new(code::BAD_SPARQL, other.to_string()),
        }
    }
}

/// Why a query has no answer.
#[must_use]
pub fn stopped(limit: Stopped) -> Diagnostic {
    match limit {
        Stopped::Cancelled => Diagnostic::new(code::STOPPED, "stopped"),
        Stopped::Deadline(_) => Diagnostic::new(code::DEADLINE, limit.to_string()),
        Stopped::Memory { .. } => {
            Diagnostic::new(code::OUT_OF_MEMORY, limit.to_string()).help("filter sooner, or return less at once")
        }
    }
}

/// Bytes a term takes, about.
fn size(term: &Term) -> usize {
    match term {
        Term::NamedNode(node) => node.as_str().len(),
        Term::BlankNode(node) => node.as_str().len(),
        Term::Literal(literal) => literal.value().len(),
        Term::Triple(triple) => 96 + size(&triple.object),
    }
}

/// Refuses what is nested so deep that reading it could take the whole stack.
fn check_depth(text: &str) -> Result<(), Diagnostic> {
    let (mut depth, mut signs) = (0_usize, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            '!' | '^' | '-' | '+' => signs += 1,
            c if c.is_whitespace() => {}
            _ => signs = 0,
        }
        if depth.max(signs) > DEEPEST {
            let message = format!("the query is nested more than {DEEPEST} deep");
            return Err(Diagnostic::new(code::BAD_SPARQL, message).at(Span::new(at, at + c.len_utf8()), ""));
        }
    }
    Ok(())
}

/// Words that a query is misspelt from.
const WORDS: &[&str] = &[
    "SELECT",
    "CONSTRUCT",
    "DESCRIBE",
    "ASK",
    "PREFIX",
    "DISTINCT",
    "WHERE",
    "OPTIONAL",
    "FILTER",
    "UNION",
    "MINUS",
    "BIND",
    "VALUES",
    "EXISTS",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "COUNT",
    "SAMPLE",
    "REGEX",
    "CONTAINS",
];

/// What the library says of a text that is no query: `error at 1:8: expected one of …`.
///
/// It reads as many letters as a keyword has before it compares them, and reports the place behind them, so that the true
/// place is at most the shortest such word before the reported one.
fn syntax(text: &str, message: &str) -> Diagnostic {
    let place = || {
        let (place, expected) = message.strip_prefix("error at ")?.split_once(": expected ")?;
        let (line, column) = place.split_once(':')?;
        let (line, column) = (line.parse::<usize>().ok()?, column.parse::<usize>().ok()?);
        let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
        let rest = text.get(start..)?;
        let at = start + rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(at, _)| at);
        Some((at, expected))
    };
    let Some((end, expected)) = place() else {
        return Diagnostic::new(code::BAD_SPARQL, message.to_owned());
    };
    if expected.contains("Prefix not found") {
        return unknown_prefix(text, end);
    }
    let is_keyword = |word: &&str| word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let list = expected.strip_prefix("one of ").unwrap_or(expected);
    let overshot = list.split(", ").filter(is_keyword).map(str::len).min().unwrap_or(0);
    let before = text[..end].char_indices().rev().nth(overshot.saturating_sub(1)).map_or(0, |(at, _)| at);
    let from = if overshot == 0 { end } else { before };
    let at = text.len() - text[from..].trim_start().len();
    let word = word_at(text, at);
    let next = text[at..].chars().next().map_or(0, char::len_utf8);
    let diagnostic = Diagnostic::new(code::BAD_SPARQL, "this is not SPARQL")
        .at(Span::new(at, at + word.len().max(next)), "cannot be read from here on");
    let first = text.split_whitespace().next().unwrap_or("").to_uppercase();
    match first.as_str() {
        "INSERT" | "DELETE" | "LOAD" | "CLEAR" | "DROP" | "CREATE" => diagnostic
            .help("SPARQL asks here and does not change the graph; write `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`"),
        "MATCH" => diagnostic.help("this looks like a query of the graph language, which needs no `sparql`"),
        _ => {
            let word = word.to_uppercase();
            if WORDS.contains(&word.as_str()) { diagnostic } else { diagnostic.nearest(&word, WORDS.iter().copied()) }
        }
    }
}

/// A name whose prefix nobody declared; `end` is behind it.
fn unknown_prefix(text: &str, end: usize) -> Diagnostic {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let start = text[..end].trim_end_matches(is_name).len();
    let prefix = text[start..end].split(':').next().unwrap_or_default();
    Diagnostic::new(code::BAD_SPARQL, format!("the prefix `{prefix}` is not declared"))
        .at(Span::new(start, end), "")
        .help("declare it: `PREFIX name: <IRI>`; these need none: ns: id: stmt: src: meta: rdf: rdfs: dcterms: skos: schema: xsd:")
}

fn word_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())]
}

impl Results {
    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        match &self.answer {
            Answer::Rows(variables, _) => variables.iter().map(|variable| variable.as_str().to_owned()).collect(),
            Answer::Truth(_) => vec!["answer".to_owned()],
            Answer::Graph(_) => ["subject", "predicate", "object"].map(str::to_owned).to_vec(),
        }
    }

    /// The rows as text for people: IRIs with their prefix, the value of a literal alone, nothing where nothing is bound.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<String>> {
        match &self.answer {
            Answer::Rows(_, rows) => rows
                .iter()
                .map(|row| {
                    row.iter().map(|term| term.as_ref().map_or_else(String::new, |term| self.shown(term))).collect()
                })
                .collect(),
            Answer::Truth(truth) => vec![vec![truth.to_string()]],
            Answer::Graph(triples) => triples
                .iter()
                .map(|Triple { subject, predicate, object }| {
                    let subject = self.shown(&Term::from(subject.clone()));
                    vec![subject, self.short(predicate), self.shown(object)]
                })
                .collect(),
        }
    }

    /// The answer to `ASK`.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        if let Answer::Truth(truth) = self.answer { Some(truth) } else { None }
    }

    /// Whether the answer is a graph, of `CONSTRUCT` or `DESCRIBE`.
    #[must_use]
    pub fn is_graph(&self) -> bool {
        matches!(self.answer, Answer::Graph(_))
    }

    fn short(&self, iri: &NamedNode) -> String {
        let short = write::prefixes(&self.base).find_map(|(prefix, begin)| {
            let local = iri.as_str().strip_prefix(begin.as_str())?;
            (!local.is_empty()).then(|| format!("{prefix}:{local}"))
        });
        short.unwrap_or_else(|| iri.to_string())
    }

    fn shown(&self, term: &Term) -> String {
        match term {
            Term::NamedNode(iri) => self.short(iri),
            Term::Literal(literal) => literal.value().to_owned(),
            Term::BlankNode(node) => node.to_string(),
            Term::Triple(triple) => {
                let mut text = String::from("<<( ");
                let subject = self.shown(&Term::from(triple.subject.clone()));
                let _ = write!(text, "{subject} {} {} )>>", self.short(&triple.predicate), self.shown(&triple.object));
                text
            }
        }
    }

    /// Writes rows or a truth for other programs; a graph as rows of its three terms.
    ///
    /// # Errors
    /// `out` fails.
    pub fn write(&self, format: ResultFormat, out: impl Write) -> io::Result<()> {
        let serializer = QueryResultsSerializer::from_format(match format {
            ResultFormat::Json => QueryResultsFormat::Json,
            ResultFormat::Xml => QueryResultsFormat::Xml,
            ResultFormat::Csv => QueryResultsFormat::Csv,
            ResultFormat::Tsv => QueryResultsFormat::Tsv,
        });
        let mut out = io::BufWriter::new(out);
        match &self.answer {
            Answer::Truth(truth) => {
                serializer.serialize_boolean_to_writer(&mut out, *truth)?;
            }
            Answer::Rows(variables, rows) => {
                let mut solutions = serializer.serialize_solutions_to_writer(&mut out, variables.clone())?;
                for row in rows {
                    solutions.serialize(
                        variables.iter().zip(row).filter_map(|(variable, term)| Some((variable, term.as_ref()?))),
                    )?;
                }
                solutions.finish()?;
            }
            Answer::Graph(triples) => {
                let variables = ["subject", "predicate", "object"].map(Variable::new_unchecked);
                let mut solutions = serializer.serialize_solutions_to_writer(&mut out, variables.to_vec())?;
                for Triple { subject, predicate, object } in triples {
                    let terms = [Term::from(subject.clone()), Term::from(predicate.clone()), object.clone()];
                    solutions.serialize(variables.iter().zip(&terms))?;
                }
                solutions.finish()?;
            }
        }
        out.flush()
    }

    /// Writes the graph of `CONSTRUCT` or `DESCRIBE`; nothing for other answers.
    ///
    /// # Errors
    /// `out` fails, or the format has no triple terms and the graph has.
    pub fn write_graph(&self, format: Format, out: impl Write) -> io::Result<()> {
        let mut writer = write::serializer(format, &self.base)?.for_writer(io::BufWriter::new(out));
        if let Answer::Graph(triples) = &self.answer {
            for triple in triples {
                writer.serialize_triple(triple.as_ref())?;
            }
        }
        writer.finish()?.flush()
    }
}
