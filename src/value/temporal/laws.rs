//! Laws of the calendar, of reading and writing, and of durations, over the whole range.

use jiff::civil;
use proptest::prelude::*;

use super::{
    Between, Date, DateTime, Duration, Instant, LocalDateTime, LocalTime, NANOS_PER_DAY, NANOS_PER_SECOND, Offset,
    Parts, Ratio, Time, Zone, between, calendar, shift,
};
use crate::value::Value;

fn days() -> impl Strategy<Value = i64> {
    prop_oneof![
        calendar::FIRST_DAY..=calendar::LAST_DAY,
        -800_000..800_000_i64,
        Just(calendar::FIRST_DAY),
        Just(calendar::LAST_DAY),
    ]
}

fn time() -> impl Strategy<Value = LocalTime> {
    let nanos = prop_oneof![0..NANOS_PER_DAY, (0..86_400_i64).prop_map(|seconds| seconds * NANOS_PER_SECOND)];
    nanos.prop_map(|nanos| LocalTime::wrapping(i128::from(nanos)))
}

fn local() -> impl Strategy<Value = LocalDateTime> {
    (days(), time()).prop_map(|(days, time)| LocalDateTime { days, time })
}

fn offset() -> impl Strategy<Value = Offset> {
    (-64_800..=64_800_i64).prop_map(|seconds| Offset::new(seconds).unwrap_or_default())
}

fn zone() -> impl Strategy<Value = Zone> {
    let places = ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
    let named = prop::sample::select(places.to_vec()).prop_map(|name| Zone::named(name).unwrap_or(Zone::UTC));
    prop_oneof![offset().prop_map(Zone::Fixed), named]
}

fn date_time() -> impl Strategy<Value = DateTime> {
    // Two days from the ends, so that no zone leads out of the calendar.
    let days = prop_oneof![calendar::FIRST_DAY + 2..calendar::LAST_DAY - 2, -100_000..100_000_i64];
    let instant = (days, time()).prop_map(|(days, time)| LocalDateTime { days, time }.nanos());
    (instant, zone())
        .prop_filter_map("in the calendar", |(nanos, zone)| DateTime::of_instant(Instant::of_nanos(nanos), &zone).ok())
}

fn duration() -> impl Strategy<Value = Duration> {
    let amount = || prop_oneof![-1000..1000_i64, any::<i64>()];
    (amount(), amount(), amount(), 0..1_000_000_000_i128).prop_map(|(months, days, seconds, nanos)| {
        Duration::new(months, days, i128::from(seconds) * 1_000_000_000 + nanos).unwrap_or_default()
    })
}

fn parts(value: impl Into<Value>) -> Parts {
    Parts::of(&value.into()).unwrap_or_default()
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        days in days(), time in time(), offset in offset(), local in local(), at in date_time(), duration in duration(),
    ) {
        let date = Date::of_days(days).ok_or(TestCaseError::reject("no day"))?;
        prop_assert_eq!(Date::read(&date.to_string()), Ok(date));
        prop_assert_eq!(date.to_string().parse(), Ok(date));
        prop_assert_eq!(LocalTime::read(&time.to_string()), Ok(time));
        let zoned = Time { local: time, offset };
        prop_assert_eq!(Time::read(&zoned.to_string()), Ok(zoned));
        prop_assert_eq!(LocalDateTime::read(&local.to_string()), Ok(local));
        prop_assert_eq!(DateTime::read(&at.to_string()), Ok(at));
        prop_assert_eq!(duration.to_string().parse(), Ok(duration));
    }

    #[test]
    fn a_day_has_one_name_in_each_way_to_name_it(days in days()) {
        let (year, month, day) = calendar::to_ymd(days);
        prop_assert_eq!(calendar::from_ymd(year, month, day), Some(days));
        prop_assert_eq!(calendar::from_ordinal(year, calendar::ordinal_day(days)), Some(days));
        let quarter = calendar::quarter(month);
        prop_assert_eq!(calendar::from_quarter(year, quarter, calendar::day_of_quarter(days)), Some(days));
        let (week_year, week) = calendar::to_week(days);
        if calendar::YEARS.contains(&week_year) {
            prop_assert_eq!(calendar::from_week(week_year, week, calendar::weekday(days)), Some(days));
        }
    }

    #[test]
    fn the_calendar_is_that_of_jiff_where_jiff_has_one(days in -4_000_000..2_900_000_i64, months in -5_000..5_000_i64) {
        let epoch = civil::Date::constant(1970, 1, 1);
        let date = epoch.checked_add(jiff::SignedDuration::from_hours(days * 24));
        let date = date.map_err(|_| TestCaseError::reject("out of reach"))?;
        let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
        prop_assert_eq!(calendar::to_ymd(days), (year, month, day));
        prop_assert_eq!(calendar::weekday(days), i64::from(date.weekday().to_monday_one_offset()));
        prop_assert_eq!(calendar::ordinal_day(days), i64::from(date.day_of_year()));
        let week = date.iso_week_date();
        prop_assert_eq!(calendar::to_week(days), (i64::from(week.year()), i64::from(week.week())));
        if let Ok(later) = date.checked_add(jiff::Span::new().months(months)) {
            let later = calendar::from_ymd(i64::from(later.year()), i64::from(later.month()), i64::from(later.day()));
            prop_assert_eq!(calendar::add_months(days, months), later);
        }
    }

    #[test]
    fn an_instant_is_the_same_in_every_zone(at in date_time(), zone in zone()) {
        if let Ok(elsewhere) = DateTime::of_instant(at.instant(), &zone) {
            prop_assert_eq!(elsewhere.instant(), at.instant());
            prop_assert!(elsewhere.order(&at).is_eq());
            prop_assert_eq!(DateTime::new(elsewhere.local(), &zone, Some(elsewhere.offset())), elsewhere);
        }
    }

    #[test]
    fn what_lies_between_two_leads_from_one_to_the_other(a in local(), b in local()) {
        for what in [Between::All, Between::Seconds] {
            let Ok(way) = between(&parts(Value::LocalDateTime(a)), &parts(Value::LocalDateTime(b)), what) else {
                continue;
            };
            prop_assert_eq!(shift(&Value::LocalDateTime(a), way), Some(Ok(Value::LocalDateTime(b))));
        }
    }

    #[test]
    fn in_a_zone_too(a in date_time(), b in date_time()) {
        for what in [Between::All, Between::Seconds] {
            let Ok(way) = between(&parts(a.clone()), &parts(b.clone()), what) else { continue };
            let reached = shift(&Value::from(a.clone()), way);
            let Some(Ok(Value::DateTime(reached))) = reached else {
                return Err(TestCaseError::fail(format!("{a} + {way} = {reached:?}")));
            };
            prop_assert!(reached.order(&b).is_eq(), "{} + {} = {}, not {}", a, way, reached, b);
        }
    }

    #[test]
    fn whole_units_between_two_are_not_more_than_lie_between_them(a in days(), b in days()) {
        let date = |days| parts(Value::from(Date::of_days(days).map(Value::Date)));
        let months = between(&date(a), &date(b), Between::Months).map(Duration::months);
        let all = between(&date(a), &date(b), Between::All);
        prop_assert_eq!(months, all.clone().map(Duration::months));
        prop_assert!(all.is_ok_and(|all| all.days().abs() < 31 && all.days().signum() * (b - a).signum() >= 0));
        prop_assert_eq!(between(&date(a), &date(b), Between::Days).map(Duration::days), Ok(b - a));
    }

    #[test]
    fn sums_and_multiples_of_durations_go_back(a in duration(), b in duration(), n in 1..1000_i64) {
        if let Ok(sum) = a.plus(b) {
            prop_assert_eq!(sum.minus(b), Ok(a));
        }
        let factor = Ratio::of(&Value::Int(n)).ok_or(TestCaseError::reject("no number"))?;
        if let (Ok(product), Some(divisor)) = (a.times(factor), factor.inverse()) {
            prop_assert_eq!(product.times(divisor), Ok(a));
        }
    }

    #[test]
    fn only_equal_durations_have_the_same_place_in_the_order(a in duration(), b in duration()) {
        prop_assert_eq!(a.order(b).is_eq(), a == b);
        prop_assert_eq!(a.order(b), b.order(a).reverse());
    }
}
