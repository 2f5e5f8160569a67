//! Every function's example gives what it says: the examples are what help and the manual show.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use portolan::format::curated;
use portolan::function::{AGGREGATES, scalars};
use portolan::graph::{
    Builder, ChainEntry, Citation, Completeness, End, LabelDef, Meta, NewEntry, NewNode, NewRel, Schema, Snapshot,
    Source, Start, State, Validity, WrittenPeriod,
};
use portolan::limits::Limits;
use portolan::procedure::PROCEDURES;
use portolan::session::Engine;
use portolan::value::text::Shown;
use portolan::value::{Date, NodeId, Value};

/// What the examples call `n`, `r`, `p` and `m`.
const VARIABLES: &str = "MATCH p = (:Product)-[:CONTAINS]->(:Product)-[r:CONTAINS]->(n:Material), (m:Measure)";

fn node(builder: &mut Builder, id: &str, label: &str, histories: Vec<(String, Vec<(Value, Meta)>)>) -> NodeId {
    let meta = Meta { validity: Validity::Always, ..Meta::default() };
    builder.node(NewNode { id: id.into(), labels: vec![label.into()], histories, meta, ..NewNode::default() }).unwrap()
}

/// A product in a product with an element in it, as a voice says; and a measure in force whose rate changed.
fn graph() -> Snapshot {
    let mut schema = Schema::default();
    schema.labels.insert("Element".into(), LabelDef { is: vec!["Material".into()], ..LabelDef::default() });
    let mut builder = Builder::new(schema);
    let source =
        Source { id: "notice".into(), publisher: "MOFCOM".into(), title: "Notice".into(), ..Source::default() };
    let source = builder.source(source).unwrap();
    let citations = vec![Citation { source, at: Some("item 1".into()), quote: None, retrieved: None }];
    let dysprosium = node(&mut builder, "dysprosium", "Element", vec![]);
    let car = node(&mut builder, "electric-car", "Product", vec![]);
    let magnet = node(&mut builder, "ndfeb-magnet", "Product", vec![]);
    let voice = node(&mut builder, "IEA", "Organisation", vec![]);
    let from = |day: &str| Start::On(day.parse().unwrap());
    let during = |from, to| Validity::In(vec![WrittenPeriod { from, to }]);
    let since = Meta { validity: during(from("2025-04-04"), End::Unknown), citations, ..Meta::default() };
    let rates = vec![("rate".to_owned(), vec![(Value::Int(20), since.clone())])];
    let measure = node(&mut builder, "cn-2025-18", "Measure", rates);
    let until = End::Until("2026-11-11".parse().unwrap());
    let learnt = Some("2025-04-04".parse().unwrap());
    let note = Some("with later\n  amendments".into());
    let said =
        Meta { validity: during(from("2025-04-04"), until), learnt, claimed_by: vec![voice], note, ..since.clone() };
    let rel =
        |start, end, meta| NewRel { kind: "CONTAINS".into(), start, end, properties: vec![], histories: vec![], meta };
    builder.rel(rel(car, magnet, Meta { validity: Validity::Always, ..Meta::default() }));
    builder.rel(rel(magnet, dysprosium, said));
    let on = "2025-04-04".parse().unwrap();
    let entry = ChainEntry {
        state: State::InForce,
        on,
        end: End::Unknown,
        by: None,
        de_facto: false,
        part: None,
        assumed: false,
        meta: since,
    };
    builder.status(NewEntry { of: vec![measure], entry });
    let to = "2026-11-10".parse::<Date>().unwrap().day();
    builder.complete(Completeness { what: "CONTAINS".into(), of: car, to, meta: Meta::default() });
    builder.finish()
}

#[test]
fn every_example_gives_what_it_says() {
    let engine = Engine::new(graph(), &[]).unwrap();
    let scalar = scalars().map(|function| (format!("{VARIABLES} RETURN {}", function.example.0), function.example.1));
    let aggregate = AGGREGATES.iter().map(|function| (function.example.0.to_owned(), function.example.1));
    let mut wrong = Vec::new();
    let procedure = PROCEDURES.iter().map(|procedure| (procedure.example.0.to_string(), procedure.example.1.as_ref()));
    let ships = curated::read(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("graph-data")]).unwrap();
    let ships = Engine::new(ships.snapshot, &ships.rules).unwrap();
    for (query, expected) in scalar.chain(aggregate).chain(procedure) {
        // What is of trade policy asks the graph that ships.
        let engine = if query.starts_with("CALL trade.") { &ships } else { &engine };
        let shown = match engine.session().run(&query, &Limits::default()) {
            Ok(answer) => match answer.rows.as_slice() {
                [row] => Shown(&row[0], &answer.entities).to_string(),
                rows => format!("{} rows", rows.len()),
            },
            Err(diagnostics) => format!("{diagnostics:?}"),
        };
        if shown != expected {
            wrong.push(format!("{query}\n    gives {shown}\n    not   {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_function_is_called_however_its_name_is_capitalised() {
    let engine = Engine::new(graph(), &[]).unwrap();
    let query = "RETURN Duration.BETWEEN(DATE('2025-01-01'), date . truncate('YEAR', date('2026-05-05')))";
    let answer = engine.session().run(query, &Limits::default()).unwrap();
    assert_eq!(answer.rows[0][0].to_string(), "'P1Y'");
}

#[test]
fn the_clock_stands_still_within_a_query() {
    let engine = Engine::new(graph(), &[]).unwrap();
    let query =
        "UNWIND range(1, 1000) AS i WITH datetime() AS now RETURN count(DISTINCT now), collect(DISTINCT now.timezone)";
    let answer = engine.session().run(query, &Limits::default()).unwrap();
    assert_eq!((answer.rows[0][0].to_string(), answer.rows[0][1].to_string()), ("1".into(), "['Z']".into()));
}

/// What an expression gives, or the message of what is wrong with it.
fn gives(expression: &str) -> String {
    let engine = Engine::new(Builder::new(Schema::default()).finish(), &[]).unwrap();
    match engine.session().run(&format!("RETURN {expression}"), &Limits::default()) {
        Ok(answer) => answer.rows[0][0].to_string(),
        Err(diagnostics) => format!("{}: {}", diagnostics[0].code.id, diagnostics[0].message),
    }
}

fn all_give(table: &[(&str, &str)]) {
    for (expression, expected) in table {
        assert_eq!(gives(expression), *expected, "{expression}");
    }
}

#[test]
fn a_selected_date_keeps_what_no_component_overrides() {
    all_give(&[
        ("date({date: date('1984-11-11'), year: 28})", "'0028-11-11'"),
        ("date({date: date('1984-11-30'), month: 2})", "'1984-02-29'"),
        ("date({date: date('1984-02-29'), year: 1985})", "'1985-02-28'"),
        ("date({date: date('1984-11-11'), week: 1})", "'1984-01-08'"),
        ("date({date: date('1984-11-11'), ordinalDay: 28})", "'1984-01-28'"),
        ("date({date: date('1984-11-11'), quarter: 3})", "'1984-08-11'"),
        ("date({date: date('1984-11-11'), dayOfQuarter: 1})", "'1984-10-01'"),
        ("date({date: date('2020-12-31'), year: 2021, dayOfWeek: 1})", "'2021-12-27'"),
        ("localtime({time: localtime('12:31:14.645'), millisecond: 2})", "'12:31:14.002'"),
        (
            "datetime({datetime: datetime('2025-07-01T12:00[Europe/Stockholm]'), month: 12})",
            "'2025-12-01T12:00+01:00[Europe/Stockholm]'",
        ),
    ]);
}

#[test]
fn a_zone_is_where_an_instant_is_seen_from_but_for_what_has_none() {
    all_give(&[
        (
            "datetime({datetime: datetime('2025-07-01T12:00Z'), timezone: 'Europe/Stockholm'})",
            "'2025-07-01T14:00+02:00[Europe/Stockholm]'",
        ),
        (
            "datetime({datetime: localdatetime('2025-07-01T12:00'), timezone: 'Europe/Stockholm'})",
            "'2025-07-01T12:00+02:00[Europe/Stockholm]'",
        ),
        ("time({time: time('09:30:14+0100'), timezone: '-0500'})", "'03:30:14-05:00'"),
        ("time({time: localtime(time('09:30:14+0100')), timezone: '-0500'})", "'09:30:14-05:00'"),
        (
            "datetime({epochSeconds: 416779, nanosecond: 999999999, timezone: '+01:00'})",
            "'1970-01-05T20:46:19.999999999+01:00'",
        ),
        ("datetime({epochMillis: -1})", "'1969-12-31T23:59:59.999Z'"),
        (
            "datetime.truncate('hour', datetime('2025-07-01T12:31-01:00'), {timezone: '+01:00'})",
            "'2025-07-01T12:00+01:00'",
        ),
    ]);
}

#[test]
fn what_is_not_known_gives_null() {
    all_give(&[
        ("date(null)", "null"),
        ("date({year: 2025, month: null})", "null"),
        ("duration({days: null})", "null"),
        ("localdatetime(partial_date('2025-11'))", "null"),
        ("datetime({date: partial_date('2025-11'), hour: 1})", "null"),
        ("partial_date('2025-11') + duration('P1D')", "null"),
        ("duration.between(partial_date('2025-11'), date())", "null"),
        (
            "[partial_date('2025-11').year, partial_date('2025-11').month, partial_date('2025-11').day]",
            "[2025, 11, null]",
        ),
        ("date.truncate('day', null)", "null"),
    ]);
}

#[test]
fn differences_count_hours_as_they_pass() {
    let midnight = "datetime({year: 2017, month: 10, day: 29, timezone: 'Europe/Stockholm'})";
    for (from, to, expected) in [
        (midnight, "localdatetime('2017-10-29T04:00')", "'PT5H'"),
        (midnight, "localtime('04:00')", "'PT5H'"),
        (midnight, "date('2017-10-30')", "'PT25H'"),
        ("date('2017-10-30')", midnight, "'PT-25H'"),
        ("localtime('04:00')", midnight, "'PT-5H'"),
        ("date('-999999999-01-01')", "date('+999999999-12-31')", "'PT17531639991192H'"),
        ("time('14:30')", "time('16:30+0100')", "'PT1H'"),
    ] {
        assert_eq!(gives(&format!("duration.inSeconds({from}, {to})")), expected, "{from} {to}");
    }
    all_give(&[
        ("duration.between(date('-999999999-01-01'), date('+999999999-12-31'))", "'P1999999998Y11M30D'"),
        ("duration.between(date('1984-10-11'), localtime('16:30'))", "'PT16H30M'"),
        (
            "datetime('2017-10-28T12:00[Europe/Stockholm]') + duration('P1D')",
            "'2017-10-29T12:00+01:00[Europe/Stockholm]'",
        ),
        (
            "datetime('2017-10-28T12:00[Europe/Stockholm]') + duration('PT24H')",
            "'2017-10-29T11:00+01:00[Europe/Stockholm]'",
        ),
        ("date('2011-01-31') + duration('P1M') + duration('P12M')", "'2012-02-28'"),
        ("duration('P1M') + duration('P12M') + date('2011-01-31')", "'2012-02-29'"),
        ("-duration('P1M') * 2.5", "'P-2M-15DT-5H-14M-33S'"),
        ("duration('P0.7M') / 7", "'P3DT1H2M54.6S'"),
    ]);
}

#[test]
fn a_mistake_says_what_was_given_and_what_was_expected() {
    all_give(&[
        ("date('2025-02-29')", "R202: `2025-02-29` is not a date: the calendar has no such day"),
        ("date({year: 2025, month: 13})", "R203: `date` was given {month: 13, year: 2025}: there is no such day"),
        ("date({year: 2025, day: 2})", "R202: `date` was given `day` without `month`"),
        ("date({month: 2})", "R202: `date` was given `month` without `year`"),
        (
            "date({year: 2025, month: 2, week: 3})",
            "R202: `date` was given both `month` and `week`; expected one way to name a day",
        ),
        ("localtime({hour: 1, second: 2})", "R202: `localtime` was given `second` without `minute`"),
        ("localtime({hour: 25})", "R203: `localtime` was given {hour: 25}: there is no such time of day"),
        (
            "localtime({hour: 1, minute: 1, second: 1, millisecond: 1, microsecond: 1000})",
            "R203: `localtime` was given 1000 as `microsecond`; expected less than 1000",
        ),
        ("date(localtime())", "R201: `date` was given a local time; expected something with a date"),
        ("date(1)", "R201: `date` was given an integer; expected a text, a map of components, or another date or time"),
        (
            "datetime('2025-07-01T12:00[Europe/Atlantis]')",
            "R202: there is no time zone `Europe/Atlantis`: expected an offset such as `+01:00` or a name such as `Europe/Stockholm`",
        ),
        (
            "date.truncate('hour', datetime())",
            "R202: `date.truncate` cannot truncate a date and time to the hour: a date has no unit shorter than a day",
        ),
        (
            "duration({fortnights: 1}).days",
            "R202: a duration has no amount `fortnights`; expected one of years, quarters, months, weeks, days, hours, minutes, \
             seconds, milliseconds, microseconds, nanoseconds",
        ),
        ("date('2025-01-01').hour", "R208: a date has no component `hour`"),
        (
            "date('+999999999-12-31') + duration('P1D')",
            "R204: the date is out of range: expected years from -999999999 to 999999999, and durations that fit 64-bit integers",
        ),
        ("duration('P1D') / 0", "R204: division by zero"),
        ("date('2025-01-01') - date('2024-01-01')", "R201: `-` does not work on a date and a date"),
    ]);
}

#[test]
fn what_is_rounded_is_the_number_as_it_is_written() {
    all_give(&[
        ("round(0.49999999999999994)", "0.0"),
        ("[round(0.5), round(-0.5), round(-1.5)]", "[1.0, 0.0, -1.0]"),
        ("round(1.005, 2)", "1.01"),
        ("round(-1.55, 1)", "-1.6"),
        ("[round(1234.5, -2), round(60, -2), round(6, -2), round(6, -2, 'UP')]", "[1200.0, 100.0, 0.0, 100.0]"),
        ("round(9.99, 1)", "10.0"),
        ("round(1e300, 2)", "1e300"),
        ("round(0.0 / 0.0, 2)", "NaN"),
        (
            "round(1, 1, 'SIDEWAYS')",
            "R202: `round` has no mode `SIDEWAYS`; expected one of UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN, HALF_EVEN",
        ),
    ]);
}

#[test]
fn a_value_is_of_the_type_that_it_has() {
    let engine = Engine::new(graph(), &[]).unwrap();
    for value in
        VALUES.iter().copied().chain(["null", "[]", "[null]", "[1, null, 'a', 1]", "[[1], [1.5, {}]]", "[n, r, p]"])
    {
        let run = |query: String| engine.session().run(&query, &Limits::default()).unwrap().rows[0][0].to_string();
        let found = run(format!("{VARIABLES} RETURN valueType({value})"));
        let holds = run(format!("{VARIABLES} RETURN {value} IS :: {}", found.trim_matches('\'')));
        assert_eq!(holds, "true", "{value} IS :: {found}");
    }
    all_give(&[
        ("valueType(null)", "'NULL'"),
        ("valueType([])", "'LIST<NOTHING> NOT NULL'"),
        ("valueType([null])", "'LIST<NULL> NOT NULL'"),
        ("valueType(['a', 1, 2])", "'LIST<ANY<INTEGER NOT NULL | STRING NOT NULL>> NOT NULL'"),
    ]);
}

#[test]
fn a_mode_of_rounding_says_which_neighbour_it_is() {
    let modes = "['UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'half_even']";
    let all = |number: &str| gives(&format!("[mode IN {modes} | round({number}, 0, mode)]"));
    assert_eq!(all("2.5"), "[3.0, 2.0, 3.0, 2.0, 3.0, 2.0, 2.0]");
    assert_eq!(all("-2.5"), "[-3.0, -2.0, -2.0, -3.0, -3.0, -2.0, -2.0]");
    assert_eq!(all("3.5"), "[4.0, 3.0, 4.0, 3.0, 4.0, 3.0, 4.0]");
    assert_eq!(all("2.1"), "[3.0, 2.0, 3.0, 2.0, 2.0, 2.0, 2.0]");
}

#[test]
fn a_range_reaches_both_ends_of_the_integers() {
    let all = "range(-9223372036854775808, 9223372036854775807, 9223372036854775807)";
    all_give(&[
        (all, "[-9223372036854775808, -1, 9223372036854775806]"),
        ("range(9223372036854775807, 9223372036854775806, -9223372036854775808)", "[9223372036854775807]"),
    ]);
}

/// A value of each type, as a query writes it.
const VALUES: &[&str] =
    &["true", "1", "1.5", "'a'", "{a: 1}", "[1]", "[true]", "n", "r", "p", "date('2025-01-01')", "duration('P1D')"];

/// What a signature does not name is refused before the query runs; then it must not be taken during the run either, where it
/// comes from something that nothing is known of.
#[test]
fn a_signature_refuses_nothing_that_its_function_takes() {
    let engine = Engine::new(graph(), &[]).unwrap();
    let runs = |argument: &str, function: &str| {
        let query = format!("{VARIABLES} RETURN {function}({argument}) AS x");
        engine.session().run(&query, &Limits::default()).is_ok()
    };
    let mut lies = Vec::new();
    let mut refused = 0;
    for function in scalars().filter(|function| (function.arity.0..=function.arity.1).contains(&1)) {
        for value in VALUES {
            if !runs(value, function.name) {
                refused += 1;
                if runs(&format!("coalesce({value}, 1)"), function.name) {
                    lies.push(format!("{}({value}), but its signature is {}", function.name, function.signature));
                }
            }
        }
    }
    assert!(refused > 100, "{refused}");
    assert!(lies.is_empty(), "{lies:#?}");
}

#[test]
fn an_argument_that_no_signature_takes_is_refused_before_anything_runs() {
    all_give(&[
        ("toUpper(1)", "B108: `toUpper` was given a number"),
        ("size(1.5)", "B108: `size` was given a floating-point number"),
        ("properties([true])", "B108: `properties` was given a list"),
        ("length(size('a'))", "B108: `length` was given a number"),
        ("toUpper(null)", "null"),
    ]);
}
