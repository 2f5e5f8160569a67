//! Procedure: what `CALL` can name. [`PROCEDURES`] is the list of those that are built in; an engine may be given more.
//!
//! A procedure takes values, reads the graph through the query's frame, and gives rows of typed columns.

mod argument;
mod called;
mod complete;
mod graph;
mod schema;
mod trade;

pub use called::Called;
pub use graph::OPTIONS;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::{Code, Diagnostic, code};
use crate::graph::{Cuts, GraphView, Statement};
use crate::limits::{Limits, Stopped};
use crate::value::{NodeId, Value};

/// What a procedure may look at beside its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Context<'q> {
    /// The graph through the query's frame.
    pub view: GraphView<'q>,
    /// For long work; every loop over the graph asks it.
    pub limits: &'q Limits,
    /// What was cut from this view for a row before.
    pub cuts: &'q Cuts,
    /// What the procedure warns of.
    pub told: &'q Told,
}

/// What procedures warn of, each thing once; whoever called them says where.
#[derive(Debug, Default)]
pub struct Told(Mutex<Vec<Diagnostic>>);

impl Told {
    /// Warns of something.
    pub fn tell(&self, warning: Diagnostic) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.contains(&warning) {
            told.push(warning);
        }
    }

    /// All that was told.
    #[must_use]
    pub fn all(self) -> Vec<Diagnostic> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a procedure gave no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcedureError {
    /// Stopped by its limits.
    Stopped(Stopped),
    /// A value was wrong: which kind of mistake, and what was expected.
    Value(&'static Code, String),
}

impl From<Stopped> for ProcedureError {
    fn from(stopped: Stopped) -> Self {
        ProcedureError::Stopped(stopped)
    }
}

/// The type of an argument or column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Anything.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number; whole ones are converted.
    Float,
    /// A whole number or another.
    Number,
    /// Text.
    String,
    /// A list.
    List,
    /// A map.
    Map,
    /// A node.
    Node,
    /// A relationship.
    Relationship,
    /// A path.
    Path,
}

impl Type {
    /// Every type with its word in signatures.
    pub const ALL: [(Type, &'static str); 11] = [
        (Type::Any, "ANY"),
        (Type::Boolean, "BOOLEAN"),
        (Type::Integer, "INTEGER"),
        (Type::Float, "FLOAT"),
        (Type::Number, "NUMBER"),
        (Type::String, "STRING"),
        (Type::List, "LIST"),
        (Type::Map, "MAP"),
        (Type::Node, "NODE"),
        (Type::Relationship, "RELATIONSHIP"),
        (Type::Path, "PATH"),
    ];

    /// Its word in signatures.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("ANY", |(_, word)| word)
    }

    /// Whether an argument of this type takes a value; null is taken where it is `nullable`.
    #[must_use]
    pub fn takes(self, value: &Value) -> bool {
        match self {
            Type::Any => true,
            Type::Boolean => matches!(value, Value::Bool(_)),
            Type::Integer => matches!(value, Value::Int(_)),
            Type::Float | Type::Number => matches!(value, Value::Int(_) | Value::Float(_)),
            Type::String => matches!(value, Value::Text(_)),
            Type::List => matches!(value, Value::List(_)),
            Type::Map => matches!(value, Value::Map(_) | Value::Node(_) | Value::Rel(_)),
            Type::Node => matches!(value, Value::Node(_)),
            Type::Relationship => matches!(value, Value::Rel(_)),
            Type::Path => matches!(value, Value::Path(_)),
        }
    }
}

/// An argument or a column.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its type.
    pub kind: Type,
    /// It may be null.
    pub nullable: bool,
    /// What an argument is where it is left out. Those that have one come last; a column has none.
    pub default: Option<fn() -> Value>,
}

/// The rows of a procedure, each as wide as its columns.
pub type Rows = Result<Vec<Vec<Value>>, ProcedureError>;

/// A row of a procedure, with the statements that it rests on beside what it shows: `WHY` cites them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cited {
    /// As wide as the procedure's columns.
    pub values: Vec<Value>,
    /// What the row would not be there without, or not as it is.
    pub rests_on: Vec<Statement>,
}

impl From<Vec<Value>> for Cited {
    fn from(values: Vec<Value>) -> Self {
        Self { values, rests_on: Vec::new() }
    }
}

/// A column of many rows, of values of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Nodes.
    Nodes(Vec<NodeId>),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Numbers.
    Floats(Vec<f64>),
}

impl Column {
    fn get(&self, row: usize) -> Option<Value> {
        match self {
            Column::Nodes(nodes) => nodes.get(row).map(|node| Value::Node(*node)),
            Column::Ints(values) => values.get(row).map(|value| Value::Int(*value)),
            Column::Floats(values) => values.get(row).map(|value| Value::Float(*value)),
        }
    }
}

/// The rows of a procedure by column, one for each that it gives, all equally long.
pub type Columns = Result<Vec<Column>, ProcedureError>;

/// What a procedure gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Row by row.
    Rows(Vec<Cited>),
    /// Column by column.
    Columns(Vec<Column>),
}

impl Found {
    /// Row by row.
    #[must_use]
    pub fn rows(self) -> Vec<Cited> {
        match self {
            Found::Rows(rows) => rows,
            Found::Columns(columns) => {
                let row = |row| columns.iter().map(|column| column.get(row)).collect::<Option<Vec<_>>>();
                (0..).map_while(row).take_while(|values| !values.is_empty()).map(Cited::from).collect()
            }
        }
    }
}

/// The rows of a procedure, with what they rest on.
pub type CitedRows = Result<Vec<Cited>, ProcedureError>;

/// A procedure of the program around an engine.
pub type Given = dyn Fn(&[Value], &Context<'_>) -> Rows + Send + Sync;

/// How a procedure's rows come about.
#[derive(Clone)]
pub enum Run {
    /// Built in.
    Built(fn(&[Value], &Context<'_>) -> Rows),
    /// Built in, and gives as many rows as there are nodes.
    Columns(fn(&[Value], &Context<'_>) -> Columns),
    /// Built in, and names what its rows rest on.
    Cited(fn(&[Value], &Context<'_>) -> CitedRows),
    /// Given to an engine by the program around it.
    Given(Arc<Given>),
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Run::Built(_) => "Built",
            Run::Columns(_) => "Columns",
            Run::Cited(_) => "Cited",
            Run::Given(_) => "Given",
        })
    }
}

/// A procedure.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name, with dots.
    pub name: Cow<'static, str>,
    /// What it takes.
    pub arguments: Cow<'static, [Field]>,
    /// The columns it gives; without any, a row that calls it goes on as it was.
    pub yields: Cow<'static, [Field]>,
    /// Meaning in one line.
    pub summary: Cow<'static, str>,
    /// What else there is to know: units, limits, mistakes, and where it is from; empty where there is nothing to say.
    pub notes: Cow<'static, str>,
    /// A query and the only value of its only row; empty where whoever gives the procedure shows none.
    pub example: (Cow<'static, str>, Cow<'static, str>),
    /// Its rows.
    pub run: Run,
}

impl Procedure {
    /// Arguments and columns in words: `(name :: STRING?, options :: MAP = {}) :: (city :: STRING?)`.
    #[must_use]
    pub fn signature(&self) -> String {
        let fields = |fields: &[Field]| {
            let field = |f: &Field| {
                let default = f.default.map_or(String::new(), |default| format!(" = {}", default()));
                format!("{} :: {}{}{default}", f.name, f.kind.word(), if f.nullable { "?" } else { "" })
            };
            fields.iter().map(field).collect::<Vec<_>>().join(", ")
        };
        format!("({}) :: ({})", fields(&self.arguments), fields(&self.yields))
    }

    /// How many of its arguments cannot be left out.
    #[must_use]
    pub fn n_required(&self) -> usize {
        self.arguments.iter().take_while(|field| field.default.is_none()).count()
    }

    /// Its rows for these arguments, which are converted to its types; defaults stand for what is left out.
    ///
    /// # Errors
    /// An argument of another type; what the procedure itself says.
    pub fn call(&self, mut values: Vec<Value>, context: &Context<'_>) -> Result<Found, ProcedureError> {
        values.extend(
            self.arguments.iter().skip(values.len()).filter_map(|field| field.default).map(|default| default()),
        );
        for (value, field) in values.iter_mut().zip(self.arguments.iter()) {
            if let (Type::Float, Value::Int(whole)) = (field.kind, &value) {
                *value = Value::Float(*whole as f64);
            }
            if !(field.kind.takes(value) || (value.is_null() && field.nullable)) {
                let message = format!(
                    "`{}` was given {} as `{}`; expected {}",
                    self.name,
                    value.described(),
                    field.name,
                    field.kind.word()
                );
                return Err(ProcedureError::Value(code::TYPE_ERROR, message));
            }
        }
        let uncited = |rows: Vec<Vec<Value>>| Found::Rows(rows.into_iter().map(Cited::from).collect());
        let named = |wrong| match wrong {
            ProcedureError::Value(code, message) => ProcedureError::Value(code, format!("`{}`: {message}", self.name)),
            stopped @ ProcedureError::Stopped(_) => stopped,
        };
        match &self.run {
            Run::Built(run) => run(&values, context).map(uncited).map_err(named),
            Run::Columns(run) => run(&values, context).map(Found::Columns).map_err(named),
            Run::Cited(run) => run(&values, context).map(Found::Rows).map_err(named),
            Run::Given(run) => run(&values, context).map(uncited),
        }
    }
}

/// Every procedure that is built in.
pub static PROCEDURES: &[&Procedure] = &[
    &schema::LABELS,
    &schema::PROPERTY_KEYS,
    &schema::RELATIONSHIP_TYPES,
    &complete::COMPLETE,
    &graph::SHORTEST_PATH,
    &graph::K_SHORTEST,
    &graph::COMPONENTS,
    &graph::STRONG_COMPONENTS,
    &graph::CYCLES,
    &graph::TOPOLOGICAL_ORDER,
    &graph::DOMINATORS,
    &graph::BRIDGES,
    &graph::ARTICULATION_POINTS,
    &graph::MAX_FLOW,
    &graph::MIN_CUT,
    &graph::PAGERANK,
    &graph::BETWEENNESS,
    &trade::IN_FORCE,
    &trade::ENDINGS,
    &trade::TIMELINE,
    &trade::TARIFF,
    &trade::EXPOSURE,
    &trade::CHOKEPOINTS,
    &trade::CONCENTRATION,
    &trade::CONFLICTS,
    &trade::PANEL,
];

/// What a procedure that is built in looks for: relationship types, and labels of nodes. Where it gives no rows, these are what the graph
/// would have to be complete of for that to be a no.
#[must_use]
pub fn looks_for(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    let known = trade::LOOKS_FOR.iter().find(|(procedure, ..)| procedure.name.eq_ignore_ascii_case(name));
    known.map_or((&[], &[]), |(_, types, labels)| (types, labels))
}

/// The procedures that a query can name.
#[derive(Clone, Debug, Default)]
pub struct Procedures {
    given: Vec<Arc<Procedure>>,
}

impl Procedures {
    /// Adds a procedure; one of the same name is replaced.
    pub fn add(&mut self, procedure: Procedure) {
        self.given.retain(|other| other.name != procedure.name);
        self.given.push(Arc::new(procedure));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Procedure> {
        PROCEDURES.iter().copied().chain(self.given.iter().map(AsRef::as_ref))
    }

    /// The procedure of a name; letter case plays no part.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Procedure> {
        self.iter().find(|procedure| procedure.name.eq_ignore_ascii_case(name))
    }
}

const fn column(name: &'static str, kind: Type) -> Field {
    Field { name: Cow::Borrowed(name), kind, nullable: false, default: None }
}

/// A column that may be null.
const fn maybe(name: &'static str, kind: Type) -> Field {
    Field { name: Cow::Borrowed(name), kind, nullable: true, default: None }
}
