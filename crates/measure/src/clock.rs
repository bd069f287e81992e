//! The working-time clock of service promises: how much working time lies between two instants, and when a given amount
//! of it is used up.
//!
//! A calendar speaks local wall-clock time, the clock counts real seconds: of a repeated autumn hour both passes count,
//! a missing spring hour does not. All intervals are half-open. The clock walks over open intervals, not over minutes.

mod calendar;
mod open;

use jiff::Timestamp;
use jiff::civil::Date;

pub use calendar::{Calendar, CalendarError, Clock, Hours, Weekly};
use open::{Span, SpanWalk, merge, without};

/// How a deadline in days counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// Every day counts; a deadline on a day off rolls to the next working day.
    Calendar,
    /// Only days with open hours count.
    Working,
}

/// A due instant further away than this many days does not exist: the calendar has no hours to speak of.
const HORIZON_DAYS: i64 = 36_600;

/// Bounds of what a timestamp can hold, with room for any offset.
const FIRST_SECOND: i64 = -377_000_000_000;
const LAST_SECOND: i64 = 253_000_000_000;

fn second(at: Timestamp) -> i64 {
    at.as_second().clamp(FIRST_SECOND, LAST_SECOND)
}

fn pauses_of(pauses: &[(Timestamp, Timestamp)]) -> Vec<Span> {
    merge(pauses.iter().map(|&(from, to)| (second(from), second(to))).collect())
}

impl Clock {
    /// Working seconds in `[start, end)`, pauses left out. Pauses may overlap, reach beyond the range or be empty.
    /// Zero when `end` is not after `start`. Fractions of a second are cut.
    pub fn elapsed_seconds(&self, start: Timestamp, end: Timestamp, pauses: &[(Timestamp, Timestamp)]) -> i64 {
        let (start, end) = (second(start), second(end));
        let pauses = pauses_of(pauses);
        SpanWalk::new(self, start, end).map(|span| without(span, &pauses).map(|(a, b)| b - a).sum::<i64>()).sum()
    }

    /// Full working minutes in `[start, end)`; see [`Clock::elapsed_seconds`].
    pub fn elapsed_minutes(&self, start: Timestamp, end: Timestamp, pauses: &[(Timestamp, Timestamp)]) -> i64 {
        self.elapsed_seconds(start, end, pauses) / 60
    }

    /// Earliest instant t with `minutes` of working time in `[start, t)`. Work that is filled exactly at closing time is
    /// due at the closing instant, not at the next opening; nothing to do is due at once. `None` when the calendar does
    /// not offer that much time within a hundred years.
    pub fn due(&self, start: Timestamp, minutes: i64, pauses: &[(Timestamp, Timestamp)]) -> Option<Timestamp> {
        if minutes <= 0 {
            return Some(start);
        }
        let from = second(start);
        let horizon = from.saturating_add(HORIZON_DAYS * 86_400).min(LAST_SECOND);
        let pauses = pauses_of(pauses);
        let mut left = minutes.checked_mul(60)?;
        for span in SpanWalk::new(self, from, horizon) {
            for (a, b) in without(span, &pauses) {
                if left <= b - a {
                    return Timestamp::from_second(a + left).ok();
                }
                left -= b - a;
            }
        }
        None
    }

    /// Deadline of `days` days: the closing time of the last day. The day of the start is day zero. Calendar days roll to
    /// the next working day, working days count only days with open hours. `None` when no working day comes within a
    /// hundred years.
    pub fn due_in_days(&self, start: Timestamp, days: u32, rule: Days) -> Option<Timestamp> {
        let mut date = self.date_of(start);
        let mut left = days;
        for _ in 0..HORIZON_DAYS {
            let rolled = left == 0 && self.is_working_day(date);
            if rolled {
                return self.closing_time(date);
            }
            date = date.tomorrow().ok()?;
            let counts = rule == Days::Calendar || self.is_working_day(date);
            if counts {
                left = left.saturating_sub(1);
            }
        }
        None
    }

    /// Local date of an instant.
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.zone().to_datetime(at).date()
    }

    /// Has the date any open hours?
    pub fn is_working_day(&self, date: Date) -> bool {
        !self.hours_on(date).is_empty()
    }

    /// Is the clock running at this instant?
    pub fn is_open(&self, at: Timestamp) -> bool {
        let at = second(at);
        SpanWalk::new(self, at, at.saturating_add(1)).next().is_some()
    }

    /// The instant at which the last open interval of a date ends. `None` on a day off.
    pub fn closing_time(&self, date: Date) -> Option<Timestamp> {
        let minutes = i64::from(self.hours_on(date).last()?.1);
        let midnight = date.to_datetime(jiff::civil::Time::midnight());
        let local = midnight.checked_add(jiff::SignedDuration::from_mins(minutes)).ok()?;
        // Of a repeated hour the second pass is the one that closes the day.
        self.zone().to_ambiguous_timestamp(local).later().ok()
    }
}

#[cfg(test)]
mod tests;
