//! Dates and times of components: `{year: 2025, week: 30}`, `{date: d, hour: 12}`, `{datetime: t, timezone: '+05:00'}`.
//!
//! Components come from the map, what it leaves out from the values it selects (`date`, `time`, `datetime`); what is in
//! neither has its least value, and then a smaller component may not be given without the larger ones.

use std::collections::BTreeMap;

use crate::diag::code;
use crate::value::{DateTime, Instant, LocalDateTime, LocalTime, Map, Offset, Parts, Time, Value, Zone, calendar};

use super::temporal::{Kind, current, is_vague};
use super::{FunctionError, wrong_type};

const DATE_KEYS: [&str; 8] = ["year", "month", "day", "week", "dayofweek", "quarter", "dayofquarter", "ordinalday"];
const TIME_KEYS: [&str; 6] = ["hour", "minute", "second", "millisecond", "microsecond", "nanosecond"];

/// What components are laid over.
#[derive(Clone, Debug, Default)]
pub(super) struct Base {
    pub parts: Parts,
    /// A given time zone is where the instant is seen from, rather than where the clock shows this.
    pub shifts: bool,
    /// Nanoseconds of the unit below which a fraction of a second is added to the base's; it replaces it where this is 0.
    pub below: i64,
}

/// The map of one call, keys in small letters.
struct Components<'a> {
    kind: Kind,
    entries: BTreeMap<String, &'a Value>,
}

fn wrong(message: String) -> FunctionError {
    FunctionError { code: code::ARGUMENT_VALUE, message }
}

impl<'a> Components<'a> {
    fn new(kind: Kind, map: &'a Map) -> Result<Self, FunctionError> {
        let mut known: Vec<&str> = Vec::new();
        if kind.has_date() {
            known.extend(DATE_KEYS);
            known.push("date");
        }
        if kind.has_time() {
            known.extend(TIME_KEYS);
            known.push("time");
        }
        if kind.has_date() && kind.has_time() {
            known.push("datetime");
        }
        if kind == Kind::DateTime {
            known.extend(["epochseconds", "epochmillis"]);
        }
        known.push("timezone");
        let mut entries = BTreeMap::new();
        for (key, value) in map.iter() {
            let small = match key.to_ascii_lowercase() {
                small if small == "weekday" => "dayofweek".to_owned(),
                small => small,
            };
            if !known.contains(&small.as_str()) {
                let message =
                    format!("`{}` has no component `{key}`; expected one of {}", kind.name(), known.join(", "));
                return Err(wrong(message));
            }
            entries.insert(small, value);
        }
        Ok(Self { kind, entries })
    }

    fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn first_of<'k>(&self, keys: &[&'k str]) -> Option<&'k str> {
        keys.iter().copied().find(|key| self.has(key))
    }

    fn int(&self, key: &str) -> Result<Option<i64>, FunctionError> {
        match self.entries.get(key) {
            None => Ok(None),
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(other) => Err(wrong_type(self.kind.name(), other, &format!("a whole number as `{key}`"))),
        }
    }

    fn parts(&self, key: &str) -> Result<Option<(&'a Value, Parts)>, FunctionError> {
        match self.entries.get(key) {
            None => Ok(None),
            Some(value) => match Parts::of(value) {
                Some(parts) => Ok(Some((value, parts))),
                None => Err(wrong_type(self.kind.name(), value, &format!("a date or time as `{key}`"))),
            },
        }
    }

    fn zone(&self) -> Result<Option<Zone>, FunctionError> {
        match self.entries.get("timezone") {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(Zone::read(text)?)),
            Some(other) => Err(wrong_type(self.kind.name(), other, "a text as `timezone`")),
        }
    }

    /// An error where one of the keys is given and one before it is not.
    fn in_order(&self, keys: &[&str]) -> Result<(), FunctionError> {
        for (larger, smaller) in keys.iter().zip(&keys[1..]) {
            if self.has(smaller) && !self.has(larger) {
                return Err(wrong(format!("`{}` was given `{smaller}` without `{larger}`", self.kind.name())));
            }
        }
        Ok(())
    }

    fn no_such(&self, what: &str) -> FunctionError {
        let given: Vec<String> = self.entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        let message = format!("`{}` was given {{{}}}: there is no such {what}", self.kind.name(), given.join(", "));
        FunctionError { code: code::NUMBER_OUT_OF_RANGE, message }
    }

    /// The day that the components say, over the day of the base.
    fn day(&self, base: Option<i64>) -> Result<Option<i64>, FunctionError> {
        const WAYS: [&[&str]; 4] =
            [&["month", "day"], &["week", "dayofweek"], &["quarter", "dayofquarter"], &["ordinalday"]];
        let mut ways = WAYS.iter().filter_map(|way| Some((way, self.first_of(way)?)));
        let way = ways.next();
        if let (Some((_, one)), Some((_, other))) = (way, ways.next()) {
            let message =
                format!("`{}` was given both `{one}` and `{other}`; expected one way to name a day", self.kind.name());
            return Err(wrong(message));
        }
        let year = self.int("year")?;
        if way.is_none() && year.is_none() {
            return Ok(base);
        }
        let keys = way.map_or(WAYS[0], |(way, _)| way);
        if base.is_none() {
            self.in_order(&[&["year"], keys].concat())?;
        }
        let (large, small) = (self.int(keys[0])?, keys.get(1).map_or(Ok(None), |key| self.int(key))?);
        let (base_year, base_month, base_day) = base.map_or((1, 1, 1), calendar::to_ymd);
        let day = match keys[0] {
            "month" => {
                let (year, month) = (year.unwrap_or(base_year), large.unwrap_or(base_month));
                match small {
                    Some(day) => calendar::from_ymd(year, month, day),
                    None => calendar::from_ymd_at_most(year, month, base_day),
                }
            }
            "week" => {
                let (base_year, base_week) = base.map_or((1, 1), calendar::to_week);
                let year = year.unwrap_or(base_year);
                let week = large.unwrap_or_else(|| base_week.min(calendar::weeks_of_year(year)));
                calendar::from_week(year, week, small.unwrap_or_else(|| base.map_or(1, calendar::weekday)))
            }
            "quarter" => {
                let year = year.unwrap_or(base_year);
                let quarter = large.unwrap_or_else(|| calendar::quarter(base_month));
                match small {
                    Some(day) => calendar::from_quarter(year, quarter, day),
                    None if (1..=4).contains(&quarter) => {
                        calendar::from_ymd_at_most(year, quarter * 3 - 2 + (base_month - 1) % 3, base_day)
                    }
                    None => None,
                }
            }
            _ => calendar::from_ordinal(year.unwrap_or(base_year), large.unwrap_or(1)),
        };
        day.map(Some).ok_or_else(|| self.no_such("day"))
    }

    /// The time of day that the components say, over the time of the base.
    fn time(&self, base: Option<LocalTime>, below: i64) -> Result<Option<LocalTime>, FunctionError> {
        if self.first_of(&TIME_KEYS).is_none() {
            return Ok(base);
        }
        if base.is_none() {
            self.in_order(&TIME_KEYS[..3])?;
            if let Some(fraction) = self.first_of(&TIME_KEYS[3..])
                && !self.has("second")
            {
                return Err(wrong(format!("`{}` was given `{fraction}` without `second`", self.kind.name())));
            }
        }
        let (hour, minute, second, fraction) = base.unwrap_or_default().hmsn();
        let hour = self.int("hour")?.unwrap_or(hour);
        let minute = self.int("minute")?.unwrap_or(minute);
        let second = self.int("second")?.unwrap_or(second);
        let nanos = match self.fraction(if below > 0 { below } else { 1_000_000_000 })? {
            None => fraction,
            Some(nanos) if below > 0 => fraction + nanos,
            Some(nanos) => nanos,
        };
        LocalTime::new(hour, minute, second, nanos).map(Some).ok_or_else(|| self.no_such("time of day"))
    }

    /// The fraction of a second, in nanoseconds below `whole`: each of its components holds what is below the next larger one
    /// that is given.
    fn fraction(&self, whole: i64) -> Result<Option<i64>, FunctionError> {
        let (mut sum, mut below) = (None, whole);
        for (key, nanos) in [("millisecond", 1_000_000), ("microsecond", 1000), ("nanosecond", 1)] {
            let Some(value) = self.int(key)? else { continue };
            if !(0..below / nanos).contains(&value) {
                let message = format!(
                    "`{}` was given {value} as `{key}`; expected less than {}",
                    self.kind.name(),
                    below / nanos
                );
                return Err(FunctionError { code: code::NUMBER_OUT_OF_RANGE, message });
            }
            sum = Some(sum.unwrap_or(0) + value * nanos);
            below = nanos;
        }
        Ok(sum)
    }

    /// The base with what the map selects from other values.
    fn selected(&self, base: Base) -> Result<Base, FunctionError> {
        let Base { mut parts, mut shifts, below } = base;
        let select = |key: &str, kind: Kind| -> Result<Option<Parts>, FunctionError> {
            Ok(match self.parts(key)? {
                Some((value, parts)) => Some(kind.select(value, parts)?),
                None => None,
            })
        };
        if let Some(whole) = select("datetime", Kind::DateTime)? {
            shifts = whole.zone.is_some();
            parts = whole;
        }
        if let Some(date) = select("date", Kind::Date)? {
            parts.days = date.days;
        }
        if let Some(time) = select("time", Kind::Time)? {
            shifts = time.zone.is_some();
            parts = Parts { days: parts.days, ..time };
        }
        let seconds = self.int("epochseconds")?.map(|seconds| i128::from(seconds) * 1_000_000_000);
        let epoch = match self.int("epochmillis")? {
            Some(_) if seconds.is_some() => {
                return Err(wrong("`datetime` was given both `epochSeconds` and `epochMillis`; expected one".into()));
            }
            Some(millis) => Some(i128::from(millis) * 1_000_000),
            None => seconds,
        };
        if let Some(nanos) = epoch {
            shifts = true;
            let at = Value::from(DateTime::of_instant(Instant::of_nanos(nanos), &Zone::UTC)?);
            parts = Parts::of(&at).unwrap_or_default();
        }
        Ok(Base { parts, shifts, below })
    }
}

/// The value of a map's components over a base; null where one of them is null, or a date that is not known to the day.
pub(super) fn compose(kind: Kind, map: &Map, base: Base, now: Instant) -> Result<Value, FunctionError> {
    let components = Components::new(kind, map)?;
    if map.values().any(|value| value.is_null() || is_vague(value)) {
        return Ok(Value::Null);
    }
    let zone = components.zone()?;
    if let Some(zone) = &zone
        && base.parts == Parts::default()
        && map.len() == 1
    {
        return current(kind, zone, now);
    }
    if zone.is_some() && !kind.has_zone() {
        return Err(wrong(format!(
            "`{}` has no time zone; expected `timezone` alone, for now in that zone",
            kind.name()
        )));
    }
    let Base { parts, shifts, below } = components.selected(base)?;
    let days = if kind.has_date() { components.day(parts.days)? } else { None };
    let time = if kind.has_time() { components.time(parts.time, below)? } else { None };
    if kind.has_date() && days.is_none() {
        return Err(wrong(format!("`{}` was given no `year`; expected a year or a `date`", kind.name())));
    }
    if !kind.has_date() && time.is_none() {
        return Err(wrong(format!("`{}` was given no `hour`; expected an hour or a `time`", kind.name())));
    }
    let composed = Parts { days, time, zone: parts.zone, offset: parts.offset };
    Ok(match zone {
        Some(zone) if shifts && composed.zone.is_some() => seen_from(kind, &composed, &zone, now)?,
        Some(zone) => kind.of_parts(&Parts { zone: Some(zone), offset: None, ..composed }, now),
        None => kind.of_parts(&composed, now),
    })
}

/// The same instant in another zone.
fn seen_from(kind: Kind, parts: &Parts, zone: &Zone, now: Instant) -> Result<Value, FunctionError> {
    let time = parts.time.unwrap_or_default();
    let from = parts.zone.clone().unwrap_or(Zone::UTC);
    match parts.days {
        Some(days) if kind == Kind::DateTime => {
            let at = DateTime::new(LocalDateTime { days, time }, &from, parts.offset);
            Ok(Value::from(DateTime::of_instant(at.instant(), zone)?))
        }
        _ => {
            let offset: Offset = parts.offset.unwrap_or_else(|| from.offset_at(now.nanos()));
            Ok(Value::Time(Time { local: time, offset }.at(zone.offset_at(now.nanos()))))
        }
    }
}
