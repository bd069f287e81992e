//! Questions to the cells: which keys, which days, and the histogram that answers. A range is read from the fewest cells.

use kit::time::{date_of, day_number, month_number, month_start};
use uuid::Uuid;

use super::{Counts, Dim, SLOTS, UNDATED};

/// Half-open range of days since 1970 in the company's time zone; an open end is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// A stretch of cells of one grain, half-open; open ends are `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// 0 days, 1 months: the unit of the ends too.
    pub grain: i64,
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// 1 adds, −1 takes away.
    pub sign: i64,
}

impl Range {
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    #[must_use]
    pub fn contains(&self, day: Option<i64>) -> bool {
        match day {
            None => self.is_all(),
            Some(d) => self.from.is_none_or(|f| d >= f) && self.to.is_none_or(|t| d < t),
        }
    }

    /// The range from the fewest cells: whole months, and at a cut edge either the days that belong to it or, when those
    /// are fewer, the whole month without the days that do not. Sums are exact either way.
    #[must_use]
    pub fn stretches(&self) -> Vec<Stretch> {
        let month = |m: i64| day_number(month_start(m));
        let month_of = |day: i64| month_number(date_of(day));
        if let (Some(from), Some(to)) = (self.from, self.to)
            && (from >= to || month_of(from) == month_of(to - 1))
        {
            let (low, high) = (month_of(from), month_of(from) + 1);
            if from < to && from == month(low) && to == month(high) {
                return vec![Stretch { grain: 1, from: Some(low), to: Some(high), sign: 1 }];
            }
            return days(from, to, 1);
        }
        let mut edges = Vec::new();
        // Undated facts lie far below any month; a range that begins or ends somewhere leaves them out.
        let mut low = self.to.map(|_| UNDATED + 1);
        if let Some(from) = self.from {
            let (begin, end) = (month(month_of(from)), month(month_of(from) + 1));
            let whole = from - begin < end - from;
            low = Some(month_of(from) + i64::from(!whole));
            edges.extend(if whole { days(begin, from, -1) } else { days(from, end, 1) });
        }
        let mut high = None;
        if let Some(to) = self.to {
            let (begin, end) = (month(month_of(to)), month(month_of(to) + 1));
            let whole = end - to < to - begin;
            high = Some(month_of(to) + i64::from(whole));
            edges.extend(if whole { days(to, end, -1) } else { days(begin, to, 1) });
        }
        let mut out = vec![Stretch { grain: 1, from: low, to: high, sign: 1 }];
        out.retain(|s| !matches!((s.from, s.to), (Some(a), Some(b)) if a >= b));
        out.extend(edges);
        out
    }
}

fn days(from: i64, to: i64, sign: i64) -> Vec<Stretch> {
    if from < to { vec![Stretch { grain: 0, from: Some(from), to: Some(to), sign }] } else { Vec::new() }
}

/// Which keys of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The one key of `Dim::All`.
    Whole,
    These(Vec<Uuid>),
}

/// What the rows of an answer stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    None,
    Day,
    Week,
    Month,
}

/// Days since 1970 of the Monday of a week; week 0 begins on 1969-12-29.
#[must_use]
pub fn week_start(week: i64) -> i64 {
    week * 7 - 3
}

/// The week that a day since 1970 lies in.
#[must_use]
pub fn week_of(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

/// A question to the cells.
#[derive(Clone, Debug)]
pub struct Slice {
    pub series: Vec<i64>,
    pub dim: Dim,
    pub keys: Keys,
    pub range: Range,
    /// One row for each key?
    pub by_key: bool,
    /// One row for each period?
    pub by_period: Period,
    /// One row for each series?
    pub by_series: bool,
}

/// How often each value came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hist {
    /// Facts, with or without a value.
    pub n: i64,
    /// The values added up.
    pub sum: i64,
    /// Value → how often, ascending, without zeros.
    pub values: Vec<(i64, i64)>,
}

impl Hist {
    /// Adds another; both stay sorted.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        for (v, c) in &other.values {
            self.put(*v, *c);
        }
    }

    /// Adds a value `count` times (its share of `n` and `sum` is the caller's).
    pub fn put(&mut self, value: i64, count: i64) {
        match self.values.binary_search_by_key(&value, |x| x.0) {
            Ok(i) => self.values[i].1 += count,
            Err(i) => self.values.insert(i, (value, count)),
        }
    }

    /// Adds a row of cells.
    pub fn put_chunk(&mut self, chunk: i64, counts: &Counts) {
        self.n += counts.n;
        self.sum += counts.sum;
        let base = chunk * i64::try_from(SLOTS).unwrap_or(12);
        for (value, count) in (base..).zip(counts.slots) {
            if count != 0 {
                self.put(value, count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;

    fn day(y: i16, m: i8, d: i8) -> i64 {
        day_number(Date::constant(y, m, d))
    }

    /// Counts by brute force what the stretches cover: each day so often as it is added less taken away.
    fn covered(range: Range) -> Vec<i64> {
        let mut out = Vec::new();
        for d in day(2024, 1, 1)..day(2026, 1, 1) {
            let inside = |s: &&Stretch| {
                let p = if s.grain == 0 { d } else { month_number(date_of(d)) };
                s.from.is_none_or(|f| p >= f) && s.to.is_none_or(|t| p < t)
            };
            let times: i64 = range.stretches().iter().filter(inside).map(|s| s.sign).sum();
            assert!(times == 0 || times == 1, "{range:?}: {} {times} times", date_of(d));
            out.extend((times == 1).then_some(d));
        }
        out
    }

    #[test]
    fn a_range_reads_few_days() {
        for (from, to) in [((2024, 2, 28), (2025, 2, 27)), ((2024, 3, 15), (2025, 3, 17)), ((2024, 5, 30), (2024, 7, 2))] {
            let range = Range { from: Some(day(from.0, from.1, from.2)), to: Some(day(to.0, to.1, to.2)) };
            let edges: i64 = range.stretches().iter().filter(|s| s.grain == 0).map(|s| s.to.unwrap() - s.from.unwrap()).sum();
            assert!(edges <= 31, "{range:?}: {edges} days");
        }
    }

    #[test]
    fn a_range_is_covered_once_and_wholly() {
        let edges = [
            day(2024, 2, 1),
            day(2024, 2, 10),
            day(2024, 2, 29),
            day(2024, 3, 1),
            day(2024, 3, 31),
            day(2024, 4, 1),
            day(2024, 4, 2),
            day(2025, 1, 1),
            day(2025, 6, 15),
        ];
        let mut ranges = vec![Range::default()];
        for a in edges {
            ranges.push(Range { from: Some(a), to: None });
            ranges.push(Range { from: None, to: Some(a) });
            ranges.extend(edges.iter().map(|b| Range { from: Some(a), to: Some(*b) }));
        }
        for r in ranges {
            let want: Vec<i64> = (day(2024, 1, 1)..day(2026, 1, 1)).filter(|d| r.contains(Some(*d))).collect();
            assert_eq!(covered(r), want, "{r:?} {:?}", r.stretches());
        }
    }

    #[test]
    fn undated_facts_count_in_all_time_only() {
        let covers = |r: Range| {
            r.stretches().iter().any(|s| s.grain == 1 && s.from.is_none_or(|f| UNDATED >= f) && s.to.is_none_or(|t| UNDATED < t))
        };
        assert!(covers(Range::default()));
        assert!(!covers(Range { from: None, to: Some(day(2024, 1, 1)) }));
        assert!(!covers(Range { from: Some(day(2024, 1, 1)), to: None }));
    }

    #[test]
    fn histograms_add_up() {
        let mut h = Hist::default();
        let mut slots = [0; SLOTS];
        slots[3] = 2;
        h.put_chunk(1, &Counts { n: 2, sum: 30, slots });
        h.merge(&Hist { n: 1, sum: 3, values: vec![(3, 1)] });
        assert_eq!(h, Hist { n: 3, sum: 33, values: vec![(3, 1), (15, 2)] });
    }
}
