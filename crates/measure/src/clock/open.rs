//! Open intervals in real time.

use jiff::Timestamp;
use jiff::civil::Date;

use super::calendar::Clock;
use super::{FIRST_SECOND, LAST_SECOND};

/// `[from, to)` in seconds, of the Unix epoch or of anything else.
pub(super) type Span = (i64, i64);

/// Sorts, drops empty spans and joins those that touch or overlap.
pub(super) fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|(a, b)| a < b);
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for (a, b) in spans {
        match joined.last_mut() {
            Some(last) if a <= last.1 => last.1 = last.1.max(b),
            _ => joined.push((a, b)),
        }
    }
    joined
}

/// The parts of a span that no pause covers; `pauses` come from [`merge`].
pub(super) fn without(span: Span, pauses: &[Span]) -> impl Iterator<Item = Span> {
    let first = pauses.partition_point(|p| p.1 <= span.0);
    let within: Vec<Span> = pauses.iter().skip(first).take_while(|p| p.0 < span.1).copied().collect();
    let starts: Vec<i64> = std::iter::once(span.0).chain(within.iter().map(|p| p.1)).collect();
    let ends: Vec<i64> = within.iter().map(|p| p.0).chain(std::iter::once(span.1)).collect();
    starts.into_iter().zip(ends).filter(|(a, b)| a < b)
}

/// Days from 1970-01-01 to a date and back.
const EPOCH: Date = Date::constant(1970, 1, 1);

fn date_at(day: i64) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

/// Walks the open spans of a clock inside `[from, to)` in order of real time.
///
/// Time is cut into segments of constant offset; inside a segment real and local time run alike, so days and their hours
/// come in order, and what an offset change repeats or skips is repeated or skipped by the cut itself.
pub(super) struct SpanWalk<'a> {
    clock: &'a Clock,
    to: i64,
    /// Where the current segment starts (never before the range) and ends, and its offset in seconds.
    segment: (i64, i64, i64),
    /// Current local day, counted from the epoch, and its date.
    day: i64,
    date: Option<Date>,
    /// Which interval of the day comes next.
    slot: usize,
}

impl<'a> SpanWalk<'a> {
    pub(super) fn new(clock: &'a Clock, from: i64, to: i64) -> Self {
        let mut walk = Self { clock, to, segment: (from, from, 0), day: 0, date: None, slot: 0 };
        walk.enter(from);
        walk
    }

    /// Enters the segment of constant offset that begins at or contains `from`.
    fn enter(&mut self, from: i64) {
        let at = Timestamp::from_second(from.clamp(FIRST_SECOND, LAST_SECOND)).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = i64::from(self.clock.zone().to_offset(at).seconds());
        let next = self.clock.zone().following(at).next().map_or(LAST_SECOND, |change| change.timestamp().as_second());
        self.segment = (from, next.max(from + 1).min(self.to), offset);
        self.day = (from + offset).div_euclid(86_400);
        self.date = date_at(self.day);
        self.slot = 0;
    }
}

impl Iterator for SpanWalk<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let (from, end, offset) = self.segment;
            if from >= self.to {
                return None;
            }
            let midnight = self.day * 86_400 - offset;
            if midnight >= end {
                self.enter(end);
                continue;
            }
            let hours = self.clock.hours_on(self.date?);
            if let Some(&(open, close)) = hours.get(self.slot) {
                self.slot += 1;
                let a = (midnight + i64::from(open) * 60).max(from);
                let b = (midnight + i64::from(close) * 60).min(end);
                if a < b {
                    return Some((a, b));
                }
                continue;
            }
            self.day += 1;
            self.date = self.date.and_then(|date| date.tomorrow().ok());
            self.slot = 0;
        }
    }
}
