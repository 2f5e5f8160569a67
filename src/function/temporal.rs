//! Dates and times: made of a text, of components, of other dates and times, or of the clock.

use crate::diag::code;
use crate::value::{
    Date, DateTime, Instant, LocalDateTime, LocalTime, Offset, Parts, TemporalError, Time, Value, Zone,
};

use super::temporal_map::{Base, compose};
use super::{Context, FunctionError, ScalarFunction, truncate, wrong_type};

/// The types that are a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Date,
    LocalTime,
    Time,
    LocalDateTime,
    DateTime,
}

impl Kind {
    /// The name of its function.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Date => "date",
            Kind::LocalTime => "localtime",
            Kind::Time => "time",
            Kind::LocalDateTime => "localdatetime",
            Kind::DateTime => "datetime",
        }
    }

    pub(super) fn has_date(self) -> bool {
        !matches!(self, Kind::LocalTime | Kind::Time)
    }

    pub(super) fn has_time(self) -> bool {
        self != Kind::Date
    }

    pub(super) fn has_zone(self) -> bool {
        matches!(self, Kind::Time | Kind::DateTime)
    }

    /// The value of these parts: midnight where there is no time, UTC where there is no zone; null where the day is asked and
    /// there is none. A time with a named zone has the zone's offset at `now`.
    pub(super) fn of_parts(self, parts: &Parts, now: Instant) -> Value {
        let time = parts.time.unwrap_or(LocalTime::MIDNIGHT);
        let zone = parts.zone.clone().unwrap_or(Zone::UTC);
        match (self, parts.days) {
            (Kind::LocalTime, _) => Value::LocalTime(time),
            (Kind::Time, _) => {
                let offset = parts.offset.unwrap_or_else(|| zone.offset_at(now.nanos()));
                Value::Time(Time { local: time, offset })
            }
            (Kind::Date, Some(days)) => Date::of_days(days).map_or(Value::Null, Value::Date),
            (Kind::LocalDateTime, Some(days)) => Value::LocalDateTime(LocalDateTime { days, time }),
            (Kind::DateTime, Some(days)) => {
                Value::from(DateTime::new(LocalDateTime { days, time }, &zone, parts.offset))
            }
            (Kind::Date | Kind::LocalDateTime | Kind::DateTime, None) => Value::Null,
        }
    }

    fn read(self, text: &str) -> Result<Value, TemporalError> {
        Ok(match self {
            Kind::Date => Value::Date(Date::read(text)?),
            Kind::LocalTime => Value::LocalTime(LocalTime::read(text)?),
            Kind::Time => Value::Time(Time::read(text)?),
            Kind::LocalDateTime => Value::LocalDateTime(LocalDateTime::read(text)?),
            Kind::DateTime => Value::from(DateTime::read(text)?),
        })
    }

    /// The parts that a value of this type takes from another value.
    ///
    /// # Errors
    /// Where the other has no date, or no time, and this type needs it.
    pub(super) fn select(self, value: &Value, parts: Parts) -> Result<Parts, FunctionError> {
        if self.has_date() && parts.days.is_none() {
            return Err(wrong_type(self.name(), value, "something with a date"));
        }
        if !self.has_date() && parts.time.is_none() {
            return Err(wrong_type(self.name(), value, "something with a time of day"));
        }
        Ok(parts)
    }
}

impl From<TemporalError> for FunctionError {
    fn from(wrong: TemporalError) -> Self {
        FunctionError { code: code::ARGUMENT_VALUE, message: wrong.to_string() }
    }
}

/// Whether it is a date of which the day is not known; what is made of it is not known either.
pub(super) fn is_vague(value: &Value) -> bool {
    matches!(value, Value::Date(date) if date.days().is_none())
}

/// An instant as a zone's clocks show it.
pub(super) fn current(kind: Kind, zone: &Zone, instant: Instant) -> Result<Value, FunctionError> {
    let at = Value::from(DateTime::of_instant(instant, zone)?);
    Ok(Parts::of(&at).map_or(Value::Null, |parts| kind.of_parts(&parts, instant)))
}

/// `date(…)` and the other functions that bear the name of a type.
fn make(kind: Kind, arguments: &[Value], context: &Context<'_>) -> Result<Value, FunctionError> {
    match arguments.first() {
        None => current(kind, &Zone::UTC, context.now),
        Some(Value::Text(text)) => Ok(kind.read(text)?),
        Some(Value::Map(map)) => compose(kind, map, Base::default(), context.now),
        Some(date @ Value::Date(_)) if kind == Kind::Date => Ok(date.clone()),
        Some(date) if is_vague(date) => Ok(Value::Null),
        Some(value) => match Parts::of(value) {
            Some(parts) => Ok(kind.of_parts(&kind.select(value, parts)?, context.now)),
            None => Err(wrong_type(kind.name(), value, "a text, a map of components, or another date or time")),
        },
    }
}

/// `date.statement(zone?)` and the other functions that read a clock.
fn clock(kind: Kind, arguments: &[Value], instant: Instant) -> Result<Value, FunctionError> {
    match arguments.first() {
        None => current(kind, &Zone::UTC, instant),
        Some(Value::Text(zone)) => current(kind, &Zone::read(zone)?, instant),
        Some(other) => Err(wrong_type(kind.name(), other, "a time zone such as '+01:00' or 'Europe/Stockholm'")),
    }
}

macro_rules! instants {
    ($($name:ident $transaction:ident $statement:ident $realtime:ident $truncate:ident
        = $kind:ident $text:literal $what:literal $example:literal gives $shown:literal
        truncated $truncated:literal gives $rest:literal;)*) => {
        $(
            #[doc = concat!("`", $text, "(text, map or value?)`.")]
            pub(super) static $name: ScalarFunction = ScalarFunction {
                name: $text,
                arity: (0, 1),
                signature: concat!("(text or components or value?) → ", $text),
                summary: concat!("Now as ", $what, ", or one from a text, components or another value."),
                example: ($example, $shown),
                constant: true,
                strict: true,
                eval: |arguments, context| make(Kind::$kind, arguments, context),
            };
            #[doc = concat!("`", $text, ".transaction(zone?)`.")]
            pub(super) static $transaction: ScalarFunction = ScalarFunction {
                name: concat!($text, ".transaction"),
                arity: (0, 1),
                signature: concat!("(zone?) → ", $text),
                summary: concat!("Now as ", $what, ", the same in all of a transaction."),
                example: (concat!($text, ".transaction() = ", $text, "()"), "true"),
                constant: true,
                strict: true,
                eval: |arguments, context| clock(Kind::$kind, arguments, context.now),
            };
            #[doc = concat!("`", $text, ".statement(zone?)`.")]
            pub(super) static $statement: ScalarFunction = ScalarFunction {
                name: concat!($text, ".statement"),
                arity: (0, 1),
                signature: concat!("(zone?) → ", $text),
                summary: concat!("Now as ", $what, ", the same in all of a statement."),
                example: (concat!($text, ".statement() = ", $text, "()"), "true"),
                constant: true,
                strict: true,
                eval: |arguments, context| clock(Kind::$kind, arguments, context.now),
            };
            #[doc = concat!("`", $text, ".realtime(zone?)`.")]
            pub(super) static $realtime: ScalarFunction = ScalarFunction {
                name: concat!($text, ".realtime"),
                arity: (0, 1),
                signature: concat!("(zone?) → ", $text),
                summary: concat!("Now as ", $what, ", each time anew."),
                example: (concat!($text, ".realtime() IS NULL"), "false"),
                constant: false,
                strict: true,
                eval: |arguments, context| {
                    let _ = context;
                    clock(Kind::$kind, arguments, Instant::now())
                },
            };
            #[doc = concat!("`", $text, ".truncate(unit, value?, components?)`.")]
            pub(super) static $truncate: ScalarFunction = ScalarFunction {
                name: concat!($text, ".truncate"),
                arity: (1, 3),
                signature: concat!("(unit, value?, components?) → ", $text),
                summary: concat!("Where the unit of a value begins, as ", $what, ", with smaller components set."),
                example: ($truncated, $rest),
                constant: true,
                strict: true,
                eval: |arguments, context| truncate::truncate(Kind::$kind, arguments, context),
            };
        )*
    };
}

instants! {
    DATE DATE_TRANSACTION DATE_STATEMENT DATE_REALTIME DATE_TRUNCATE
        = Date "date" "a date" "date('2025-10-21')" gives "'2025-10-21'"
        truncated "date.truncate('week', date('2025-10-21'), {dayOfWeek: 4})" gives "'2025-10-23'";
    LOCAL_TIME LOCAL_TIME_TRANSACTION LOCAL_TIME_STATEMENT LOCAL_TIME_REALTIME LOCAL_TIME_TRUNCATE
        = LocalTime "localtime" "a time of day" "localtime({hour: 12, minute: 31})" gives "'12:31'"
        truncated "localtime.truncate('hour', localtime('12:31:14'))" gives "'12:00'";
    TIME TIME_TRANSACTION TIME_STATEMENT TIME_REALTIME TIME_TRUNCATE
        = Time "time" "a time of day with an offset" "time('12:31+0100')" gives "'12:31+01:00'"
        truncated "time.truncate('minute', time('12:31:14-08'))" gives "'12:31-08:00'";
    LOCAL_DATE_TIME LOCAL_DATE_TIME_TRANSACTION LOCAL_DATE_TIME_STATEMENT LOCAL_DATE_TIME_REALTIME
        LOCAL_DATE_TIME_TRUNCATE
        = LocalDateTime "localdatetime" "a date and time" "localdatetime('2015-W30T2140')" gives "'2015-07-20T21:40'"
        truncated "localdatetime.truncate('quarter', date('2025-11-11'))" gives "'2025-10-01T00:00'";
    DATE_TIME DATE_TIME_TRANSACTION DATE_TIME_STATEMENT DATE_TIME_REALTIME DATE_TIME_TRUNCATE
        = DateTime "datetime" "a date and time in a zone"
        "datetime({year: 2025, month: 7, day: 1, timezone: 'Europe/Stockholm'})"
        gives "'2025-07-01T00:00+02:00[Europe/Stockholm]'"
        truncated "datetime.truncate('year', date('2025-10-21'))" gives "'2025-01-01T00:00Z'";
}

/// The date and time of seconds or milliseconds after 1970-01-01 UTC.
fn epoch(function: &str, arguments: &[Value], nanos_of_unit: i128) -> Result<Value, FunctionError> {
    let whole = |value: &Value| match value {
        Value::Int(value) => Ok(i128::from(*value)),
        other => Err(wrong_type(function, other, "a whole number")),
    };
    let nanos = whole(&arguments[0])? * nanos_of_unit + arguments.get(1).map_or(Ok(0), whole)?;
    Ok(Value::from(DateTime::of_instant(Instant::of_nanos(nanos), &Zone::Fixed(Offset::UTC))?))
}

/// `timestamp() → int`.
pub(super) static TIMESTAMP: ScalarFunction = ScalarFunction {
    name: "timestamp",
    arity: (0, 0),
    signature: "() → integer",
    summary: "Now, in milliseconds after 1970-01-01 in UTC.",
    example: ("timestamp() = datetime().epochMillis", "true"),
    constant: true,
    strict: true,
    eval: |_, context| Ok(Value::Int(context.now.nanos().div_euclid(1_000_000) as i64)),
};

/// `datetime.fromepoch(seconds, nanoseconds?) → datetime`.
pub(super) static FROM_EPOCH: ScalarFunction = ScalarFunction {
    name: "datetime.fromepoch",
    arity: (1, 2),
    signature: "(seconds: number, nanoseconds?: number) → datetime",
    summary: "The date and time so many seconds after 1970-01-01 in UTC.",
    example: ("datetime.fromepoch(416779, 999999999)", "'1970-01-05T19:46:19.999999999Z'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        epoch("datetime.fromepoch", arguments, 1_000_000_000)
    },
};

/// `datetime.fromepochmillis(milliseconds) → datetime`.
pub(super) static FROM_EPOCH_MILLIS: ScalarFunction = ScalarFunction {
    name: "datetime.fromepochmillis",
    arity: (1, 1),
    signature: "(milliseconds: number) → datetime",
    summary: "The date and time so many milliseconds after 1970-01-01 in UTC.",
    example: ("datetime.fromepochmillis(237821673987)", "'1977-07-15T13:34:33.987Z'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        epoch("datetime.fromepochmillis", arguments, 1_000_000)
    },
};

/// `partial_date(text) → date`.
pub(super) static PARTIAL_DATE: ScalarFunction = ScalarFunction {
    name: "partial_date",
    arity: (1, 1),
    signature: "(text or date) → date",
    summary: "The date of a text at the precision it is written with: 2025, 2025-11, ~2025-11-08 (about).",
    example: ("partial_date('~2025-11')", "'~2025-11'"),
    constant: true,
    strict: true,
    eval: |arguments, context| {
        let _ = context;
        match &arguments[0] {
            Value::Text(text) => match text.parse::<Date>() {
                Ok(date) => Ok(Value::Date(date)),
                Err(wrong) => Err(FunctionError { code: code::ARGUMENT_VALUE, message: wrong.to_string() }),
            },
            date @ Value::Date(_) => Ok(date.clone()),
            other => Err(wrong_type("partial_date", other, "a text such as '2025-11'")),
        }
    },
};
