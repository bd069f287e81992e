//! Periods: their keys as the API writes them, and the ones that a figure is compared with.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use kit::time::{date_of, day_number, month_number, month_start};

use crate::figures::{self, Period, Range};

/// The period that a day lies in.
#[must_use]
pub fn of(period: Period, day: i64) -> i64 {
    match period {
        Period::None => 0,
        Period::Day => day,
        Period::Week => figures::week_of(day),
        Period::Month => month_number(date_of(day)),
    }
}

/// The first day of a period.
#[must_use]
pub fn start(period: Period, number: i64) -> i64 {
    match period {
        Period::None => 0,
        Period::Day => number,
        Period::Week => figures::week_start(number),
        Period::Month => day_number(month_start(number)),
    }
}

/// `2026-11-21`, `2026-W47`, `2026-11`.
#[must_use]
pub fn key(period: Period, number: i64) -> String {
    let date = date_of(start(period, number));
    match period {
        Period::None => "all".into(),
        Period::Day => date.to_string(),
        Period::Week => {
            let week: ISOWeekDate = date.iso_week_date();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        Period::Month => format!("{:04}-{:02}", date.year(), date.month()),
    }
}

/// The same place one period, or one year, before.
#[must_use]
pub fn before(period: Period, number: i64, year: bool) -> i64 {
    match (period, year) {
        (Period::Day, true) => day_number(year_before(date_of(number))),
        (Period::Week, true) => number - 52,
        (Period::Month, true) => number - 12,
        _ => number - 1,
    }
}

/// The same date a year before; 29 February becomes the 28th.
#[must_use]
pub fn year_before(date: Date) -> Date {
    let year = date.year().saturating_sub(1);
    Date::new(year, date.month(), date.day()).or_else(|_| Date::new(year, date.month(), 28)).unwrap_or(date)
}

/// The equally long range before this one, or the same dates a year before. `None` for an open range.
#[must_use]
pub fn range_before(range: Range, year: bool) -> Option<Range> {
    let (from, to) = (range.from?, range.to?);
    let shifted = if year {
        (day_number(year_before(date_of(from))), day_number(year_before(date_of(to))))
    } else {
        (from - (to - from), from)
    };
    Some(Range { from: Some(shifted.0), to: Some(shifted.1) })
}

/// Is the day the first of a week or of a month?
#[must_use]
pub fn opens_week_or_month(day: i64) -> bool {
    let date = date_of(day);
    date.weekday() == Weekday::Monday || date.day() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i16, m: i8, d: i8) -> i64 {
        day_number(Date::constant(y, m, d))
    }

    #[test]
    fn keys_are_those_of_the_contract() {
        let d = day(2026, 11, 21);
        assert_eq!(key(Period::Day, of(Period::Day, d)), "2026-11-21");
        assert_eq!(key(Period::Week, of(Period::Week, d)), "2026-W47");
        assert_eq!(key(Period::Month, of(Period::Month, d)), "2026-11");
        // The year of a week is not always that of its Monday.
        assert_eq!(key(Period::Week, of(Period::Week, day(2027, 1, 1))), "2026-W53");
        assert_eq!(key(Period::Week, of(Period::Week, day(1969, 12, 29))), "1970-W01");
    }

    #[test]
    fn what_was_before() {
        let range = Range { from: Some(day(2024, 2, 29)), to: Some(day(2024, 3, 10)) };
        assert_eq!(range_before(range, false), Some(Range { from: Some(day(2024, 2, 19)), to: Some(day(2024, 2, 29)) }));
        assert_eq!(range_before(range, true), Some(Range { from: Some(day(2023, 2, 28)), to: Some(day(2023, 3, 10)) }));
        assert_eq!(range_before(Range::default(), false), None);
        assert!(
            opens_week_or_month(day(2026, 11, 1))
                && opens_week_or_month(day(2026, 11, 16))
                && !opens_week_or_month(day(2026, 11, 17))
        );
    }
}
