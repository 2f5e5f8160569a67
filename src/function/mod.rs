//! Function: what expressions can call. [`FUNCTIONS`] and [`AGGREGATES`] are the whole list; binder, help, completion and
//! manual (`docs/functions.md`) read them.

mod aggregate;
mod chance;
mod convert;
mod convert_list;
mod duration;
mod graph;
mod hyperbolic;
mod kind;
mod list;
mod math;
mod number;
mod round;
mod statement;
mod temporal;
mod temporal_map;
mod text;
mod truncate;

use std::any::Any;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::diag::{Code, code};
use crate::graph::{GraphView, Statement};
use crate::limits::Limits;
use crate::value::{Instant, Value};

pub use list::Progression;

/// What a function may look at beside its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Context<'q> {
    /// The graph through the query's frame.
    pub view: GraphView<'q>,
    /// The clock, one instant for the whole query.
    pub now: Instant,
    /// For functions that can make long work of it.
    pub limits: &'q Limits,
}

/// Why a function gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// Which kind of mistake.
    pub code: &'static Code,
    /// What was wrong and what was expected.
    pub message: String,
}

/// A function of values.
#[derive(Debug)]
pub struct ScalarFunction {
    /// The name; compared without letter case.
    pub name: &'static str,
    /// Fewest and most arguments.
    pub arity: (usize, usize),
    /// The arguments and the result, such as `(text, from: integer, length?: integer) → text`. A word that is a type is a
    /// promise: an argument of another type is refused, where it can be told before the query runs.
    pub signature: &'static str,
    /// Meaning in one line.
    pub summary: &'static str,
    /// An expression and what it gives.
    pub example: (&'static str, &'static str),
    /// The same arguments give the same value within a query.
    pub constant: bool,
    /// A null argument gives null, without calling `eval`.
    pub strict: bool,
    /// The function.
    pub eval: fn(&[Value], &Context<'_>) -> Result<Value, FunctionError>,
}

/// What a signature says that its argument `at` is, counted from 0, and nothing where it has none.
///
/// # Examples
/// ```
/// use portolan::function::{argument, result};
/// let signature = "(list or text, from: integer, length?) → text";
/// assert_eq!(argument(signature, 0), Some("list or text"));
/// assert_eq!(argument(signature, 1), Some("integer"));
/// assert_eq!(argument(signature, 2), Some("length"));
/// assert_eq!(argument(signature, 3), None);
/// assert_eq!(result(signature), "text");
/// ```
#[must_use]
pub fn argument(signature: &str, at: usize) -> Option<&str> {
    let (arguments, _) = signature.strip_prefix('(')?.rsplit_once(") → ")?;
    let argument = arguments.split(", ").nth(at).filter(|word| !word.is_empty())?;
    Some(argument.split_once(": ").map_or(argument.trim_end_matches('?'), |(_, words)| words))
}

/// What a signature says of what a function gives.
#[must_use]
pub fn result(signature: &str) -> &str {
    signature.rsplit_once("→ ").map_or("", |(_, result)| result)
}

/// Whether what it gives of the same arguments may differ between frames: it reads what is visible, not what is stored.
#[must_use]
pub fn reads_frame(function: &ScalarFunction) -> bool {
    let reading = [
        &statement::STATUS,
        &statement::IN_FORCE,
        &statement::HISTORY,
        &graph::LABELS,
        &graph::PROPERTIES,
        &graph::KEYS,
    ];
    reading.into_iter().any(|other| std::ptr::eq(function, other))
}

/// Writes the text that a function makes of a text and its other arguments behind what was written before.
pub type Writer = fn(&str, &[Value], &mut String) -> Result<(), FunctionError>;

/// What writes the text that a function makes of a text; `None` of a function that makes something else.
///
/// # Examples
/// ```
/// use portolan::function::{scalar, writer};
/// let (mut made, lower) = (String::from("é "), writer(scalar("toLower").unwrap()).unwrap());
/// lower("ABC", &[], &mut made).unwrap();
/// assert_eq!(made, "é abc");
/// ```
#[must_use]
pub fn writer(function: &ScalarFunction) -> Option<Writer> {
    text::WRITERS.iter().find(|(other, _)| std::ptr::eq(*other, function)).map(|(_, write)| *write)
}

/// A function of groups of rows.
#[derive(Debug)]
pub struct AggregateFunction {
    /// The name; compared without letter case.
    pub name: &'static str,
    /// Number of arguments.
    pub arity: usize,
    /// The arguments and the result in words.
    pub signature: &'static str,
    /// Meaning in one line.
    pub summary: &'static str,
    /// A query and the only value of its only row.
    pub example: (&'static str, &'static str),
    /// Begins, with no group; none where rows are counted by who groups them.
    pub start: Option<fn() -> Box<dyn Accumulators>>,
}

/// The groups of an aggregate in the making. Rows whose first argument is null are not added, `DISTINCT` is settled before.
pub trait Accumulators: Any + Send {
    /// From now on there are so many groups.
    fn grow(&mut self, n_groups: usize);

    /// Takes one row's arguments for a group.
    ///
    /// # Errors
    /// [`FunctionError`] where a value is of the wrong type.
    fn add(&mut self, group: u32, arguments: &[Value]) -> Result<(), FunctionError>;

    /// Takes the only arguments of rows, whole numbers, each for the group of its row.
    ///
    /// # Errors
    /// As [`Self::add`].
    fn add_ints(&mut self, groups: &[u32], values: &[i64]) -> Result<(), FunctionError>;

    /// The same of floats.
    ///
    /// # Errors
    /// As [`Self::add`].
    fn add_floats(&mut self, groups: &[u32], values: &[f64]) -> Result<(), FunctionError>;

    /// Takes over what others of the same aggregate have made of later rows: each of their groups is one of these.
    ///
    /// # Errors
    /// As [`Self::add`].
    fn join(&mut self, groups: &[u32], others: Box<dyn Accumulators>) -> Result<(), FunctionError>;

    /// The values of the groups, those without rows included.
    fn finish(self: Box<Self>) -> Vec<Value>;
}

/// Functions that belong together.
#[derive(Debug)]
pub struct Family {
    /// What they are of.
    pub name: &'static str,
    /// What holds of all of them, in a sentence; empty where there is nothing to say.
    pub about: &'static str,
    /// Its functions.
    pub functions: &'static [&'static ScalarFunction],
}

/// Every scalar function, family by family.
pub static FUNCTIONS: &[Family] = &[
    Family {
        name: "Texts",
        about: "What counts characters counts Unicode characters; a position begins at 0.",
        functions: &[
            &text::TO_LOWER,
            &text::TO_UPPER,
            &text::REPLACE,
            &text::SPLIT,
            &text::SUBSTRING,
            &text::TRIM,
            &text::LEFT,
            &text::RIGHT,
            &text::L_TRIM,
            &text::R_TRIM,
            &text::B_TRIM,
            &text::CHAR_LENGTH,
            &text::UPPER,
            &text::LOWER,
            &text::RANDOM_UUID,
        ],
    },
    Family {
        name: "Numbers",
        about: "A whole number has 64 bits, any other is a double as IEEE 754 has it.",
        functions: &[&number::ABS, &number::CEIL, &number::FLOOR, &round::ROUND, &number::SIGN, &number::SQRT],
    },
    Family {
        name: "Logarithms, angles and chance",
        about: "Angles are in radians.",
        functions: &[
            &math::ACOS,
            &math::ASIN,
            &math::ATAN,
            &math::COS,
            &math::COT,
            &math::DEGREES,
            &math::EXP,
            &math::HAVERSIN,
            &math::LOG,
            &math::LOG10,
            &math::RADIANS,
            &math::SIN,
            &math::TAN,
            &hyperbolic::COSH,
            &hyperbolic::COTH,
            &hyperbolic::SINH,
            &hyperbolic::TANH,
            &math::ATAN2,
            &math::E,
            &math::PI,
            &math::IS_NAN,
            &math::RAND,
        ],
    },
    Family {
        name: "Conversions",
        about: "What cannot be converted gives null or is an error, as each says; `…OrNull` is never an error.",
        functions: &[
            &text::TO_STRING,
            &number::TO_FLOAT,
            &number::TO_INTEGER,
            &convert::TO_BOOLEAN,
            &convert::TO_BOOLEAN_OR_NULL,
            &convert::TO_FLOAT_OR_NULL,
            &convert::TO_INTEGER_OR_NULL,
            &convert::TO_STRING_OR_NULL,
            &convert_list::TO_BOOLEAN_LIST,
            &convert_list::TO_FLOAT_LIST,
            &convert_list::TO_INTEGER_LIST,
            &convert_list::TO_STRING_LIST,
            &kind::VALUE_TYPE,
        ],
    },
    Family {
        name: "Lists and null",
        about: "",
        functions: &[
            &list::COALESCE,
            &list::HEAD,
            &list::LAST,
            &list::RANGE,
            &list::REVERSE,
            &list::SIZE,
            &list::TAIL,
            &list::IS_EMPTY,
            &list::NULL_IF,
            &list::EXISTS,
        ],
    },
    Family {
        name: "Nodes, relationships and paths",
        about: "",
        functions: &[
            &graph::ELEMENT_ID,
            &graph::END_NODE,
            &graph::KEYS,
            &graph::LABELS,
            &graph::LENGTH,
            &graph::NODES,
            &graph::PROPERTIES,
            &graph::RELATIONSHIPS,
            &graph::START_NODE,
            &graph::TYPE,
            &graph::ID,
        ],
    },
    Family {
        name: "Dates and times",
        about: "Each is made from a text, from a map of components, from another value, or from the clock, which is read once a query.",
        functions: &[
            &temporal::DATE,
            &temporal::DATE_TRANSACTION,
            &temporal::DATE_STATEMENT,
            &temporal::DATE_REALTIME,
            &temporal::DATE_TRUNCATE,
            &temporal::LOCAL_TIME,
            &temporal::LOCAL_TIME_TRANSACTION,
            &temporal::LOCAL_TIME_STATEMENT,
            &temporal::LOCAL_TIME_REALTIME,
            &temporal::LOCAL_TIME_TRUNCATE,
            &temporal::TIME,
            &temporal::TIME_TRANSACTION,
            &temporal::TIME_STATEMENT,
            &temporal::TIME_REALTIME,
            &temporal::TIME_TRUNCATE,
            &temporal::LOCAL_DATE_TIME,
            &temporal::LOCAL_DATE_TIME_TRANSACTION,
            &temporal::LOCAL_DATE_TIME_STATEMENT,
            &temporal::LOCAL_DATE_TIME_REALTIME,
            &temporal::LOCAL_DATE_TIME_TRUNCATE,
            &temporal::DATE_TIME,
            &temporal::DATE_TIME_TRANSACTION,
            &temporal::DATE_TIME_STATEMENT,
            &temporal::DATE_TIME_REALTIME,
            &temporal::DATE_TIME_TRUNCATE,
            &temporal::TIMESTAMP,
            &temporal::FROM_EPOCH,
            &temporal::FROM_EPOCH_MILLIS,
            &temporal::PARTIAL_DATE,
        ],
    },
    Family {
        name: "Durations",
        about: "Months, days, seconds and nanoseconds are four amounts that never turn into one another.",
        functions: &[
            &duration::DURATION,
            &duration::BETWEEN,
            &duration::IN_MONTHS,
            &duration::IN_DAYS,
            &duration::IN_SECONDS,
        ],
    },
    Family {
        name: "Statements",
        about: "What is said about a node or a relationship: when it holds, since when it is known, who says so, where it is written.",
        functions: &[
            &statement::CLAIMED_BY,
            &statement::HISTORY,
            &statement::IN_FORCE,
            &statement::DAYS_IN_FORCE,
            &statement::MODALITY,
            &statement::NOTE,
            &statement::POLARITY,
            &statement::RECORDED,
            &statement::SOURCES,
            &statement::STATUS,
            &statement::VALID_FROM,
            &statement::VALID_TO,
            &statement::VALIDITY,
        ],
    },
];

/// What `history` calls the chain of a measure.
pub const CHAIN: &str = "status";

/// Every aggregate function.
pub static AGGREGATES: &[&AggregateFunction] = &[
    &aggregate::AVG,
    &aggregate::COLLECT,
    &aggregate::COUNT,
    &aggregate::MAX,
    &aggregate::MIN,
    &aggregate::PERCENTILE_CONT,
    &aggregate::PERCENTILE_DISC,
    &aggregate::ST_DEV,
    &aggregate::ST_DEV_P,
    &aggregate::SUM,
];

/// The answer of a function that was given a value of the wrong type.
fn wrong_type(function: &str, given: &Value, expected: &str) -> FunctionError {
    FunctionError {
        code: code::TYPE_ERROR,
        message: format!("`{function}` was given {}; expected {expected}", given.described()),
    }
}

/// The answer of a conversion that was given a value it cannot convert.
fn unconvertible(function: &str, given: &Value, expected: &str) -> FunctionError {
    FunctionError { code: code::CONVERSION, ..wrong_type(function, given, expected) }
}

/// The statements that the value of a function rests on, beside its arguments.
#[must_use]
pub fn evidence(function: &ScalarFunction, arguments: &[Value], context: &Context<'_>) -> Vec<Statement> {
    statement::evidence(function, arguments, context)
}

/// Whether the value of a function is the law as written, on a day that is asked for and is later than the last on which somebody looked.
#[must_use]
pub fn projects(function: &ScalarFunction, arguments: &[Value], context: &Context<'_>) -> bool {
    asks_of_the_day(function) && statement::projects(function, arguments, context)
}

/// Whether what a function gives depends on the frame's day beyond what is visible on it.
#[must_use]
pub fn asks_of_the_day(function: &ScalarFunction) -> bool {
    [&statement::STATUS, &statement::IN_FORCE].into_iter().any(|other| std::ptr::eq(other, function))
}

/// Every scalar function, in the order of [`FUNCTIONS`].
pub fn scalars() -> impl Iterator<Item = &'static ScalarFunction> {
    FUNCTIONS.iter().flat_map(|family| family.functions).copied()
}

/// The scalar function of a name.
#[must_use]
pub fn scalar(name: &str) -> Option<&'static ScalarFunction> {
    /// By their names: a function is looked for in every row.
    static BY_NAME: LazyLock<FxHashMap<&str, &ScalarFunction>> =
        LazyLock::new(|| scalars().map(|function| (function.name, function)).collect());
    let as_written = BY_NAME.get(name).copied();
    as_written.or_else(|| scalars().find(|function| function.name.eq_ignore_ascii_case(name)))
}

/// The function of a name, if it reads what is said about a statement: people look for that among the properties.
#[must_use]
pub fn of_statements(name: &str) -> Option<&'static ScalarFunction> {
    let family = FUNCTIONS.iter().find(|family| family.name == "Statements")?;
    family.functions.iter().find(|function| function.name.eq_ignore_ascii_case(name)).copied()
}

/// Why a function or procedure that people know from another engine is not here.
#[must_use]
pub fn foreign(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    match name.split_once('.').map_or(name.as_str(), |(library, _)| library) {
        "point" | "distance" => Some("a graph of trade has no coordinates; places are nodes"),
        "apoc" | "gds" | "algo" | "dbms" => Some("it belongs to the library of another engine"),
        _ => None,
    }
}

/// The aggregate function of a name.
#[must_use]
pub fn aggregate(name: &str) -> Option<&'static AggregateFunction> {
    AGGREGATES.iter().copied().find(|function| function.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{AGGREGATES, scalars};

    #[test]
    fn no_two_functions_share_a_name() {
        let names = scalars().map(|f| f.name).chain(AGGREGATES.iter().map(|f| f.name));
        let mut names: Vec<String> = names.map(str::to_lowercase).collect();
        let n = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n);
    }
}
