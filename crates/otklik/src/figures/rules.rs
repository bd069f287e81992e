//! Facts, cells and slices: what adds up to what. No SQL, no clock.

use kit::time::{date_of, day_number, month_number, month_start};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::pack::{self, Pack};

/// Slots in one row of cells. Scales up to 0–11 fit into one row; larger ones and logarithmic buckets take several.
pub const SLOTS: usize = 12;
/// The month of facts without a date. They count in all time only.
pub const UNDATED: i64 = -1_000_000;

/// Whom a survey asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum About {
    #[default]
    Clients,
    Staff,
}

impl About {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Staff => "staff",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Clients, Self::Staff].into_iter().find(|a| a.as_str() == text)
    }
}

/// What is known of who answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Anonymity {
    #[default]
    Identified,
    Confidential,
    Anonymous,
}

impl Anonymity {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identified => "identified",
            Self::Confidential => "confidential",
            Self::Anonymous => "anonymous",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Identified, Self::Confidential, Self::Anonymous].into_iter().find(|a| a.as_str() == text)
    }
}

/// What a series counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Answers as such: one fact for each.
    Responses,
    Nps,
    Csat,
    Ces,
    Rating,
    /// Points of a scored choice.
    Points,
    /// A choice: the question itself counts who answered it, `question=option` who chose the option.
    Choice,
    /// Answers of a quiz about an item: 1 right, 0 not. The source is the standard, the question the item's id.
    Quiz,
    /// Who has to know an item (`n`) and who does (`sum`): a stock, so its cells are steps.
    Knowledge,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Responses,
        Self::Nps,
        Self::Csat,
        Self::Ces,
        Self::Rating,
        Self::Points,
        Self::Choice,
        Self::Quiz,
        Self::Knowledge,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Nps => "nps",
            Self::Csat => "csat",
            Self::Ces => "ces",
            Self::Rating => "rating",
            Self::Points => "points",
            Self::Choice => "choice",
            Self::Quiz => "quiz",
            Self::Knowledge => "knowledge",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// What makes a series one: a question of a source on one scale.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeriesKey {
    pub kind: Kind,
    /// The survey.
    pub source: Uuid,
    /// The question's key; `question.row` for a row of a matrix; empty for the answers as such.
    pub question: String,
    pub about: About,
    pub anonymity: Anonymity,
    /// The ends of the scale.
    pub lo: i64,
    pub hi: i64,
    /// Is the upper end the good one?
    pub best_is_max: bool,
}

/// A series with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub id: i64,
    pub key: SeriesKey,
}

/// One dimension at a time; combinations are folded from the facts themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dim {
    All = 0,
    Branch = 1,
    Employee = 2,
    Touchpoint = 3,
    Channel = 4,
    Version = 5,
    Position = 6,
}

impl Dim {
    pub const EACH: [Self; 7] =
        [Self::All, Self::Branch, Self::Employee, Self::Touchpoint, Self::Channel, Self::Version, Self::Position];
}

/// Where a fact happened, frozen when it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dims {
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<Uuid>,
    pub version: Option<Uuid>,
    pub position: Option<Uuid>,
}

impl Dims {
    #[must_use]
    pub fn get(&self, dim: Dim) -> Option<Uuid> {
        match dim {
            Dim::All => Some(Uuid::nil()),
            Dim::Branch => self.branch,
            Dim::Employee => self.employee,
            Dim::Touchpoint => self.touchpoint,
            Dim::Channel => self.channel,
            Dim::Version => self.version,
            Dim::Position => self.position,
        }
    }
}

/// The key of a survey's version in the cells.
#[must_use]
pub fn version_key(survey: Uuid, version: i64) -> Uuid {
    kit::ids::named_id("version", &format!("{survey}/{version}"))
}

/// Something that happened once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub series: i64,
    /// The value on the series' scale; `None` where only the happening counts.
    pub value: Option<i64>,
    /// Days since 1970 in the company's time zone; `None` for a fact without a date.
    pub day: Option<i64>,
    pub dims: Dims,
    /// 1 adds, −1 takes back.
    pub sign: i64,
}

/// The grain of all time.
pub const ALL_TIME: i64 = 2;

/// Where a pack of cells lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackKey {
    pub dim: Dim,
    pub key: Uuid,
    /// 0 a day, 1 a month, 2 all time (stocks only, so that "now" is one row).
    pub grain: i64,
    pub period: i64,
    pub pack: i64,
}

/// How often each of twelve neighbouring values came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub n: i64,
    pub sum: i64,
    pub slots: [i64; SLOTS],
}

impl Counts {
    /// Adds a fact whose value lies in this slot, or takes it back.
    pub fn add(&mut self, value: Option<i64>, slot: usize, sign: i64) {
        self.n += sign;
        if let Some(value) = value {
            self.sum += sign * value;
            if let Some(s) = self.slots.get_mut(slot) {
                *s += sign;
            }
        }
    }

    /// Adds another of the same place.
    pub fn merge(&mut self, other: &Self) {
        self.merge_signed(other, 1);
    }

    /// Adds another of the same place (sign 1), or takes it away (−1).
    pub fn merge_signed(&mut self, other: &Self, sign: i64) {
        self.n += sign * other.n;
        self.sum += sign * other.sum;
        self.slots.iter_mut().zip(other.slots).for_each(|(a, b)| *a += sign * b);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Cells that were added up in memory.
#[derive(Clone, Debug, Default)]
pub struct Cells(pub FxHashMap<PackKey, Pack>);

impl Cells {
    /// Adds a step of a stock: so many more have to know, so many more do. `day`: also by day and month.
    pub fn step(&mut self, series: i64, dims: &Dims, day: Option<i64>, required: i64, known: i64) {
        let dated = day.map(|d| [(0, d), (1, month_number(date_of(d)))]);
        for (grain, period) in dated.into_iter().flatten().chain([(ALL_TIME, 0)]) {
            for dim in Dim::EACH {
                let Some(key) = dims.get(dim) else { continue };
                self.stock(PackKey { dim, key, grain, period, pack: pack::of(series) }, series, required, known);
            }
        }
    }

    /// The same by day and month of the whole company only.
    pub fn step_dated(&mut self, series: i64, day: i64, required: i64, known: i64) {
        for (grain, period) in [(0, day), (1, month_number(date_of(day)))] {
            let at = PackKey { dim: Dim::All, key: Uuid::nil(), grain, period, pack: pack::of(series) };
            self.stock(at, series, required, known);
        }
    }

    /// Those who know stand in the slot of the value 1, so that their sum follows from it.
    fn stock(&mut self, at: PackKey, series: i64, required: i64, known: i64) {
        let counts = self.0.entry(at).or_default().at(series, 0);
        counts.n += required;
        counts.sum += known;
        counts.slots[1] += known;
    }

    /// Adds another's; both may hold the same place.
    pub fn merge(&mut self, other: Self) {
        for (at, pack) in other.0 {
            self.0.entry(at).or_default().merge(&pack);
        }
    }

    /// Lets go of what counts nothing.
    pub fn tidy(&mut self) {
        self.0.retain(|_, p| {
            p.tidy();
            !p.is_empty()
        });
    }

    /// Adds facts.
    pub fn fold(&mut self, facts: &[Fact]) {
        let slots = i64::try_from(SLOTS).unwrap_or(12);
        let alike = |a: &Fact, b: &Fact| a.day == b.day && a.dims == b.dims && pack::of(a.series) == pack::of(b.series);
        // The facts of one answer share their place and period: one look for all of them.
        for group in facts.chunk_by(alike) {
            let Some(first) = group.first() else { continue };
            let periods = match first.day {
                Some(day) => [Some((0, day)), Some((1, month_number(date_of(day))))],
                None => [None, Some((1, UNDATED))],
            };
            for dim in Dim::EACH {
                let Some(key) = first.dims.get(dim) else { continue };
                for (grain, period) in periods.into_iter().flatten() {
                    let at = PackKey { dim, key, grain, period, pack: pack::of(first.series) };
                    let pack = self.0.entry(at).or_default();
                    for f in group {
                        let value = f.value.unwrap_or(0);
                        let slot = usize::try_from(value.rem_euclid(slots)).unwrap_or(0);
                        pack.at(f.series, value.div_euclid(slots)).add(f.value, slot, f.sign);
                    }
                }
            }
        }
        // A fact that was added and taken back within one batch leaves nothing.
        if facts.iter().any(|f| f.sign < 0) {
            self.0.retain(|_, p| {
                p.tidy();
                !p.is_empty()
            });
        }
    }
}

/// Half-open range of days; an open end is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// A stretch of cells of one grain, half-open; open ends are `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
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
    fn what_is_taken_back_leaves_nothing() {
        let fact = Fact {
            series: 1,
            value: Some(9),
            day: Some(20_000),
            dims: Dims { branch: Some(Uuid::from_u128(7)), ..Dims::default() },
            sign: 1,
        };
        let mut cells = Cells::default();
        cells.fold(&[fact]);
        assert_eq!(cells.0.len(), 4);
        cells.fold(&[Fact { sign: -1, ..fact }]);
        assert!(cells.0.is_empty());
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
