//! The table of stable codes.
//!
//! The letter says which stage speaks: `P` parse, `B` bind, `R` running, `D` data files, `X` exchange formats, `S` shell.
//! Where openCypher names the error, the code carries its type, phase and detail.

use super::Severity;

/// When a mistake is found, as openCypher distinguishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before the query runs.
    CompileTime,
    /// While it runs.
    Runtime,
}

/// The error type openCypher gives.
pub type ErrorType = &'static str;

/// One kind of mistake.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable name, such as `B103`.
    pub id: &'static str,
    /// What is wrong, in a sentence.
    pub meaning: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// openCypher's error type, such as `SyntaxError`; empty where the standard has none.
    pub kind: ErrorType,
    /// openCypher's phase.
    pub phase: Phase,
    /// openCypher's detail, such as `UndefinedVariable`; empty where the standard has none.
    pub detail: &'static str,
}

impl Code {
    /// What openCypher calls it: `SyntaxError, compile time: UndefinedVariable`; empty where the standard has none.
    ///
    /// # Examples
    /// ```
    /// use portolan::diag::code;
    /// assert_eq!(code::UNDEFINED_VARIABLE.standard(), "SyntaxError, compile time: UndefinedVariable");
    /// ```
    #[must_use]
    pub fn standard(&self) -> String {
        let phase = match self.phase {
            Phase::CompileTime => "compile time",
            Phase::Runtime => "runtime",
        };
        match (self.kind, self.detail) {
            ("", _) => String::new(),
            (kind, "") => format!("{kind}, {phase}"),
            (kind, detail) => format!("{kind}, {phase}: {detail}"),
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal $severity:ident $kind:literal $phase:ident $detail:literal;)*) => {
        $($(#[doc = $doc])* pub static $name: &Code = &Code {
            id: $id, meaning: concat!($($doc),*).trim_ascii(), severity: Severity::$severity, kind: $kind, phase: Phase::$phase, detail: $detail,
        };)*
        /// Every code, in order.
        pub static CODES: &[&Code] = &[$($name),*];
    };
}

codes! {
    /// The text is not a query.
    SYNTAX = "P001" Error "SyntaxError" CompileTime "UnexpectedSyntax";
    /// Nested deeper than the limit.
    TOO_DEEP = "P002" Error "SyntaxError" CompileTime "";
    /// Longer than the limit.
    TOO_LONG = "P003" Error "SyntaxError" CompileTime "";
    /// A number literal is out of range.
    INTEGER_OVERFLOW = "P004" Error "SyntaxError" CompileTime "IntegerOverflow";
    /// A float literal is out of range.
    FLOAT_OVERFLOW = "P005" Error "SyntaxError" CompileTime "FloatingPointOverflow";
    /// A number literal is malformed.
    INVALID_NUMBER = "P006" Error "SyntaxError" CompileTime "InvalidNumberLiteral";
    /// A `\u` escape is malformed.
    INVALID_UNICODE = "P007" Error "SyntaxError" CompileTime "InvalidUnicodeLiteral";
    /// A character that the language does not know.
    INVALID_CHARACTER = "P008" Error "SyntaxError" CompileTime "InvalidUnicodeCharacter";
    /// A relationship pattern is malformed.
    INVALID_RELATIONSHIP_PATTERN = "P009" Error "SyntaxError" CompileTime "InvalidRelationshipPattern";

    /// A name that is not in sight.
    UNDEFINED_VARIABLE = "B101" Error "SyntaxError" CompileTime "UndefinedVariable";
    /// A name that is taken.
    VARIABLE_ALREADY_BOUND = "B102" Error "SyntaxError" CompileTime "VariableAlreadyBound";
    /// No node has this label.
    UNKNOWN_LABEL = "B103" Warning "" CompileTime "";
    /// No relationship has this type.
    UNKNOWN_TYPE = "B104" Warning "" CompileTime "";
    /// Nothing has this property.
    UNKNOWN_PROPERTY = "B105" Warning "" CompileTime "";
    /// No such function.
    UNKNOWN_FUNCTION = "B106" Error "SyntaxError" CompileTime "UnknownFunction";
    /// A function got too few or too many arguments.
    NUMBER_OF_ARGUMENTS = "B107" Error "SyntaxError" CompileTime "InvalidNumberOfArguments";
    /// An argument of the wrong kind, known before the query runs.
    ARGUMENT_TYPE = "B108" Error "SyntaxError" CompileTime "InvalidArgumentType";
    /// A parameter was not given.
    MISSING_PARAMETER = "B109" Error "ParameterMissing" CompileTime "MissingParameter";
    /// A name of one kind used as another.
    VARIABLE_TYPE_CONFLICT = "B110" Error "SyntaxError" CompileTime "VariableTypeConflict";
    /// An aggregate where none may stand.
    INVALID_AGGREGATION = "B111" Error "SyntaxError" CompileTime "InvalidAggregation";
    /// Plain and aggregated values mixed in one expression.
    AMBIGUOUS_AGGREGATION = "B112" Error "SyntaxError" CompileTime "AmbiguousAggregationExpression";
    /// `WITH` needs a name for an expression.
    NO_EXPRESSION_ALIAS = "B113" Error "SyntaxError" CompileTime "NoExpressionAlias";
    /// Two columns of one name.
    COLUMN_NAME_CONFLICT = "B114" Error "SyntaxError" CompileTime "ColumnNameConflict";
    /// `UNION` parts have different columns.
    DIFFERENT_COLUMNS = "B115" Error "SyntaxError" CompileTime "DifferentColumnsInUnion";
    /// A clause where it cannot stand.
    INVALID_CLAUSE = "B116" Error "SyntaxError" CompileTime "InvalidClauseComposition";
    /// `*` with nothing in sight.
    NO_VARIABLES = "B117" Error "SyntaxError" CompileTime "NoVariablesInScope";
    /// `SKIP` or `LIMIT` is not a constant.
    NON_CONSTANT = "B118" Error "SyntaxError" CompileTime "NonConstantExpression";
    /// `SKIP` or `LIMIT` is negative.
    NEGATIVE_INTEGER = "B119" Error "SyntaxError" CompileTime "NegativeIntegerArgument";
    /// A relationship used twice in one pattern.
    RELATIONSHIP_UNIQUENESS = "B120" Error "SyntaxError" CompileTime "RelationshipUniquenessViolation";
    /// `UNION` and `UNION ALL` mixed.
    MIXED_UNION = "B121" Error "SyntaxError" CompileTime "InvalidClauseComposition";
    /// A part of the language this version does not run.
    NOT_SUPPORTED = "B122" Error "SyntaxError" CompileTime "";
    /// A date of the frame is not a date.
    FRAME_DATE = "B123" Error "SyntaxError" CompileTime "";
    /// A definition cannot be used.
    BAD_DEFINITION = "B125" Error "SyntaxError" CompileTime "";
    /// A property of a variable that cannot have one.
    INVALID_PROPERTY_ACCESS = "B126" Error "SyntaxError" CompileTime "InvalidArgumentType";
    /// Nested aggregates.
    NESTED_AGGREGATION = "B127" Error "SyntaxError" CompileTime "NestedAggregation";
    /// `LIMIT` or `SKIP` of a wrong type.
    INVALID_COUNT = "B128" Error "SyntaxError" CompileTime "InvalidArgumentType";
    /// A parameter where the properties of a pattern have to be written out.
    INVALID_PARAMETER_USE = "B129" Error "SyntaxError" CompileTime "InvalidParameterUse";
    /// A relationship to be created has no type, or several.
    NO_SINGLE_TYPE = "B130" Error "SyntaxError" CompileTime "NoSingleRelationshipType";
    /// A relationship to be created has no direction.
    NO_DIRECTION = "B131" Error "SyntaxError" CompileTime "RequiresDirectedRelationship";
    /// A relationship to be created has a variable length.
    CREATING_VAR_LENGTH = "B132" Error "SyntaxError" CompileTime "CreatingVarLength";
    /// A label or type cannot be deleted.
    INVALID_DELETE = "B133" Error "SyntaxError" CompileTime "InvalidDelete";
    /// No such procedure.
    UNKNOWN_PROCEDURE = "B135" Error "ProcedureError" CompileTime "ProcedureNotFound";
    /// A procedure inside a query needs its arguments written out.
    ARGUMENT_PASSING = "B136" Error "SyntaxError" CompileTime "InvalidArgumentPassingMode";
    /// No such column of a procedure.
    UNKNOWN_COLUMN = "B137" Error "SyntaxError" CompileTime "UndefinedVariable";
    /// A property of a value that has none, known before the query runs.
    PROPERTY_OF_VALUE = "B138" Error "TypeError" CompileTime "InvalidArgumentType";
    /// A path pattern that would match without end.
    ENDLESS_WALK = "B139" Error "SyntaxError" CompileTime "";
    /// No mood of statements has this name.
    UNKNOWN_MOOD = "B141" Error "SyntaxError" CompileTime "";
    /// No type of values has this name.
    UNKNOWN_VALUE_TYPE = "B140" Error "SyntaxError" CompileTime "";
    /// A frame or question before a statement that writes.
    FRAME_ON_WRITE = "B134" Error "SyntaxError" CompileTime "";

    /// A value of the wrong type.
    TYPE_ERROR = "R201" Error "TypeError" Runtime "InvalidArgumentType";
    /// A value out of range.
    ARGUMENT_VALUE = "R202" Error "ArgumentError" Runtime "InvalidArgumentValue";
    /// A number out of range.
    NUMBER_OUT_OF_RANGE = "R203" Error "ArgumentError" Runtime "NumberOutOfRange";
    /// Division of an integer by zero, or an integer too large.
    ARITHMETIC = "R204" Error "ArithmeticError" Runtime "";
    /// An element of a map was asked of something else.
    MAP_ELEMENT_ACCESS = "R205" Error "TypeError" Runtime "MapElementAccessByNonString";
    /// An element of a list was asked by something else.
    LIST_ELEMENT_ACCESS = "R206" Error "TypeError" Runtime "ListElementAccessByNonInteger";
    /// Something other than a list or map was indexed.
    INVALID_ELEMENT_ACCESS = "R207" Error "TypeError" Runtime "InvalidArgumentType";
    /// A property was asked of something that has none.
    PROPERTY_ACCESS = "R208" Error "TypeError" Runtime "InvalidPropertyType";
    /// Stopped by the user.
    STOPPED = "R209" Error "" Runtime "";
    /// Out of time.
    DEADLINE = "R210" Error "" Runtime "";
    /// Out of the memory allowed.
    OUT_OF_MEMORY = "R211" Error "" Runtime "";
    /// A history read outside a single-day frame.
    HISTORY_TODAY = "R212" Warning "" Runtime "";
    /// `MERGE` on a null property, which nothing would ever match.
    MERGE_NULL = "R213" Error "SemanticError" Runtime "MergeReadOwnWrites";
    /// Something was read of a thing that the statement has deleted.
    DELETED_ENTITY = "R214" Error "EntityNotFound" Runtime "DeletedEntityAccess";
    /// A node that still has relationships cannot be deleted.
    CONNECTED_NODE = "R215" Error "ConstraintVerificationFailed" Runtime "DeleteConnectedNode";
    /// A value that no property can hold.
    PROPERTY_TYPE = "R216" Error "TypeError" Runtime "InvalidPropertyType";
    /// `SKIP` or `LIMIT` turned out to be negative.
    NEGATIVE_COUNT = "R219" Error "SyntaxError" Runtime "NegativeIntegerArgument";
    /// `SKIP` or `LIMIT` turned out to be of a wrong type.
    COUNT_TYPE = "R220" Error "SyntaxError" Runtime "InvalidArgumentType";
    /// A value that a function cannot take or convert.
    CONVERSION = "R221" Error "TypeError" Runtime "InvalidArgumentValue";
    /// A stage or a year that no figure of a material has.
    UNKNOWN_FIGURE = "R236" Warning "" Runtime "";
    /// A source, a voice or a node that the graph does not have.
    UNKNOWN_REFERENCE = "R224" Error "" Runtime "";
    /// No node has this name, id or key, and there are no rows.
    NOBODY_NAMED = "R226" Warning "" Runtime "";
    /// A part of the stored graph that is damaged, which was found when it was first looked at.
    DAMAGED = "R227" Error "" Runtime "";
    /// A file that a query may not read, or cannot.
    UNREADABLE_FILE = "R222" Error "" Runtime "";
    /// A file that is not CSV.
    BAD_CSV = "R223" Error "" Runtime "";
    /// A change that the graph does not allow.
    REFUSED_CHANGE = "R217" Error "ConstraintVerificationFailed" Runtime "";
    /// The graph was changed by somebody else meanwhile.
    CONFLICT = "R218" Error "" Runtime "";
    /// A change could not be written to the log, and was not made.
    NOT_KEPT = "R225" Error "" Runtime "";

    /// The file is not YAML.
    BAD_YAML = "D301" Error "" CompileTime "";
    /// A key that the format does not know.
    UNKNOWN_KEY = "D302" Error "" CompileTime "";
    /// An id that nothing declares.
    DANGLING_ID = "D303" Error "" CompileTime "";
    /// An id declared twice.
    DUPLICATE_ID = "D304" Error "" CompileTime "";
    /// Not a date.
    BAD_DATE = "D305" Error "" CompileTime "";
    /// A statement without a source.
    NO_CITATION = "D306" Error "" CompileTime "";
    /// A source that nothing declares.
    UNKNOWN_SOURCE = "D307" Error "" CompileTime "";
    /// A label or type that the schema does not declare.
    UNKNOWN_IN_SCHEMA = "D308" Error "" CompileTime "";
    /// A relationship between the wrong kinds of node.
    WRONG_ENDS = "D309" Error "" CompileTime "";
    /// A value that does not fit the property's type.
    BAD_VALUE = "D310" Error "" CompileTime "";
    /// A period that ends before it starts.
    BAD_PERIOD = "D311" Error "" CompileTime "";
    /// A part that must be there is missing.
    MISSING_KEY = "D312" Error "" CompileTime "";
    /// A value of the wrong shape.
    WRONG_SHAPE = "D313" Error "" CompileTime "";
    /// A file or folder that cannot be read.
    UNREADABLE = "D314" Error "" CompileTime "";
    /// A key written twice in one mapping.
    DUPLICATE_KEY = "D316" Error "" CompileTime "";
    /// A stored graph that cannot be opened.
    UNOPENED = "D318" Error "" CompileTime "";
    /// A source that no statement cites.
    UNUSED_SOURCE = "D317" Warning "" CompileTime "";

    /// An exchange file cannot be read.
    BAD_RDF = "X401" Error "" CompileTime "";
    /// A SPARQL query cannot be used.
    BAD_SPARQL = "X402" Error "" CompileTime "";
    /// No such format.
    UNKNOWN_FORMAT = "X403" Error "" CompileTime "";
    /// A file cannot be written.
    UNWRITABLE = "X404" Error "" Runtime "";
    /// Something in an exchange file that this graph has no place for.
    FOREIGN_RDF = "X405" Warning "" CompileTime "";
    /// A format that cannot hold what is to be written.
    NOT_IN_FORMAT = "X406" Error "" CompileTime "";
    /// Not an IRI that others can stand below.
    BAD_BASE = "X407" Error "" CompileTime "";

    /// No such shell command.
    UNKNOWN_COMMAND = "S501" Error "" CompileTime "";
    /// A shell command with the wrong arguments.
    COMMAND_ARGUMENT = "S502" Error "" CompileTime "";
    /// The input is not text.
    NOT_TEXT = "S503" Error "" CompileTime "";
    /// The log of an earlier session that cannot be used.
    BAD_LOG = "S504" Error "" CompileTime "";
    /// A statement of an earlier session that does not apply any more.
    NOT_RECOVERED = "S505" Warning "" Runtime "";
    /// A change that no curated file can add.
    NOT_SAVED = "S506" Warning "" Runtime "";
    /// A change that was saved without a source.
    SAVED_WITHOUT_SOURCE = "S507" Warning "" Runtime "";
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn every_code_says_in_a_sentence_what_it_means() {
        for code in CODES {
            assert!(code.meaning.ends_with('.') && !code.meaning.starts_with(' '), "{}: {}", code.id, code.meaning);
        }
    }

    #[test]
    fn no_two_codes_share_an_id() {
        let mut ids: Vec<_> = CODES.iter().map(|code| code.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CODES.len());
    }
}
