//! Diag: one plain-data message for everything that can be wrong.
//!
//! A [`Diagnostic`] says what was wrong (`message`), where (`labels`, byte spans into a [`SourceText`]), what was
//! expected (the text of the labels) and what to do (`help`). It never formats itself: `shell/report.rs` is the only
//! place that draws one, so a library user can read it as data.
//!
//! Style: lower case, no full stop, names in backticks.

pub mod code;
mod nearest;
mod span;

pub use code::{Code, ErrorType, Phase};
pub use nearest::nearest;
pub use span::{Position, SourceText, Span};

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The work goes on; the user should know.
    Warning,
    /// The work stops.
    Error,
}

/// A place in the text, with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What was expected there, or what the place is; may be empty.
    pub text: String,
}

/// A message about a query or a data file.
///
/// # Examples
/// ```
/// use portolan::diag::{code, Diagnostic, Span};
/// let wrong = Diagnostic::new(code::UNKNOWN_LABEL, "no label `Econmy`")
///     .at(Span::new(9, 15), "this graph has 14 labels")
///     .help("did you mean `Economy`?");
/// assert_eq!(wrong.code.id, "B103");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of mistake, stable over versions.
    pub code: &'static Code,
    /// Error or warning.
    pub severity: Severity,
    /// What was wrong, in one line.
    pub message: String,
    /// Where; the first label is the main one.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Vec<String>,
    /// What else is good to know.
    pub notes: Vec<String>,
    /// The data file that the labels point into; `None`: the query text.
    pub file: Option<std::sync::Arc<SourceText>>,
}

impl Diagnostic {
    /// A message of `code`'s own severity, with no place yet.
    #[must_use]
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
            file: None,
        }
    }

    /// Points at `span`; `text` says what was expected there.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds what else is good to know.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds `did you mean …?` where one of `candidates` is near `wrong`.
    #[must_use]
    pub fn nearest<'a>(self, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        self.nearest_as("", wrong, candidates)
    }

    /// The same for names that are written with a sign before them.
    #[must_use]
    pub fn nearest_as<'a>(self, sign: &str, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(wrong, candidates) {
            Some(name) => self.help(format!("did you mean `{sign}{name}`?")),
            None => self,
        }
    }

    /// Says which file the labels point into.
    #[must_use]
    pub fn in_file(mut self, file: &std::sync::Arc<SourceText>) -> Self {
        self.file = Some(file.clone());
        self
    }

    /// Whether this is an error rather than a warning.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.id, self.message)
    }
}

impl std::error::Error for Diagnostic {}
