//! From a question to sums of answers: what is exact, what is guarded, what has to be left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kit::db::Query;
use kit::{Actor, Error, Result};
use uuid::Uuid;

use super::read::{self, Plan};
use super::rules::guard::{self, Blocks};
use super::rules::{By, periods};
use super::store::{self, Table};
use crate::figures::{self, Anonymity, Dim, Hist, Keys, Kind, Period, Range, Row, Series, Slice};

/// What an item stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Whole,
    /// Days, weeks or months since 1970, as the question divides time.
    Period(i64),
    /// A branch, an employee and so on; a survey.
    Id(Uuid),
    /// A region.
    Text(String),
    /// A question of a survey, on one scale (the number of its series).
    Series(i64),
}

/// What is wanted of the answers, with every name resolved.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// Each dimension that matters, with its keys.
    pub dims: Vec<(Dim, Option<Vec<Uuid>>)>,
    pub by: Option<By>,
    pub range: Range,
    /// Region of each branch, for `by=region`.
    pub regions: HashMap<Uuid, String>,
}

/// Sums of answers by item and series.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    pub sums: BTreeMap<(Key, i64), Hist>,
    /// Items that have answers which must not be shown.
    pub hidden: BTreeSet<Key>,
    /// Surveys whose answers may not be cut this way.
    pub left_out: BTreeSet<Uuid>,
}

impl Gathered {
    fn put(&mut self, key: Key, series: i64, hist: &Hist) {
        self.sums.entry((key, series)).or_default().merge(hist);
    }
}

/// Everything that reading needs.
pub struct Desk<'a, Q> {
    pub q: &'a Q,
    pub actor: &'a Actor,
    /// Today in the company's time zone, in days since 1970.
    pub today: i64,
}

impl<Q: Query> Desk<'_, Q> {
    /// Reads the sums of these series. `strict`: guarded answers that cannot be cut this way are an error, unless exact
    /// ones are there to answer with.
    ///
    /// # Errors
    /// `Invalid` when only guarded answers could answer and may not; those of the database.
    pub async fn gather(&self, series: &[Series], spec: &Spec, strict: bool) -> Result<Gathered> {
        let (exact, guarded): (Vec<&Series>, Vec<&Series>) =
            series.iter().partition(|s| s.key.anonymity == Anonymity::Identified);
        let mut out = Gathered::default();
        if !exact.is_empty() {
            let plan = Plan {
                series: exact.iter().map(|s| (s.id, s.key.source)).collect(),
                dims: spec.dims.clone(),
                by: spec.by.and_then(By::dim),
                range: spec.range,
                period: spec.by.map_or(Period::None, By::period),
                quizzes: exact.iter().any(|s| s.key.kind == Kind::Quiz),
            };
            let by_id: HashMap<i64, &Series> = exact.iter().map(|s| (s.id, *s)).collect();
            for row in read::rows(self.q, self.actor.org, &self.actor.zone, &plan).await? {
                let Some(series) = row.series.and_then(|id| by_id.get(&id)) else { continue };
                if let Some(key) = key_of(&row, series, spec) {
                    out.put(key, series.id, &row.hist);
                }
            }
        }
        if !guarded.is_empty() {
            match self.refusal(spec, strict) {
                None if spec.dims.is_empty() => self.over_time(&guarded, spec, &mut out).await?,
                None => self.by_group(&guarded, spec, &mut out).await?,
                Some(error) if strict && exact.is_empty() => return Err(error),
                Some(_) => out.left_out.extend(guarded.iter().map(|s| s.key.source)),
            }
        }
        Ok(out)
    }

    /// Why guarded answers cannot be cut this way.
    pub(super) fn refusal(&self, spec: &Spec, strict: bool) -> Option<Error> {
        if spec.by == Some(By::Day) {
            return Some(Error::field("by", "guarded-by-day"));
        }
        if spec.by == Some(By::Region) || !spec.regions.is_empty() {
            return Some(Error::field("by", "guarded-one-dimension"));
        }
        if spec.dims.len() > 1 || (spec.dims.len() == 1 && matches!(spec.by, Some(By::Survey | By::Question))) {
            return Some(Error::field("by", "guarded-one-dimension"));
        }
        if spec.dims.len() == 1 && spec.by.is_some_and(|b| b.period() != Period::None) {
            return Some(Error::field("by", "guarded-one-dimension"));
        }
        let edges = [("from", spec.range.from), ("to", spec.range.to)];
        let cut = edges.into_iter().find(|(_, d)| d.is_some_and(|d| !periods::opens_week_or_month(d) && d <= self.today));
        cut.filter(|_| strict && spec.dims.is_empty()).map(|(field, _)| Error::field(field, "guarded-closed-periods"))
    }

    /// Every week of these series, and the sums of everything (with what has no date).
    async fn weeks(&self, series: &[&Series]) -> Result<(HashMap<i64, Vec<(i64, Hist)>>, HashMap<i64, Hist>)> {
        let slice = |by_period| Slice {
            series: series.iter().map(|s| s.id).collect(),
            dim: Dim::All,
            keys: Keys::Whole,
            range: Range::default(),
            by_key: false,
            by_period,
            by_series: true,
        };
        let mut weeks: HashMap<i64, Vec<(i64, Hist)>> = HashMap::new();
        for row in figures::read(self.q, self.actor.org, &slice(Period::Week)).await? {
            if let (Some(series), Some(week)) = (row.series, row.period) {
                weeks.entry(series).or_default().push((week, row.hist));
            }
        }
        let mut whole = HashMap::new();
        for row in figures::read(self.q, self.actor.org, &slice(Period::None)).await? {
            if let Some(series) = row.series {
                whole.insert(series, row.hist);
            }
        }
        Ok((weeks, whole))
    }

    fn blocks(&self, weeks: &HashMap<i64, Vec<(i64, Hist)>>, base: i64) -> Blocks {
        let counts: Vec<(i64, i64)> = weeks.get(&base).map_or(Vec::new(), |w| w.iter().map(|(week, h)| (*week, h.n)).collect());
        guard::blocks(&counts, figures::week_of(self.today))
    }

    /// Totals and periods: blocks of closed weeks. A week belongs to the month, and to the range, of its Thursday.
    async fn over_time(&self, series: &[&Series], spec: &Spec, out: &mut Gathered) -> Result<()> {
        let (weeks, whole) = self.weeks(series).await?;
        let asked = Weeks::of(spec);
        for s in series {
            let base = base_of(s, series);
            let cut = self.blocks(&weeks, base);
            let mine: &[(i64, Hist)] = weeks.get(&s.id).map_or(&[], Vec::as_slice);
            let place = |week: i64| asked.period_of(week).map_or_else(|| whole_key(s, spec), Key::Period);
            for (week, hist) in mine {
                match asked.shows(&cut, *week) {
                    Some(true) => out.put(place(*week), s.id, hist),
                    Some(false) if hist.n > 0 && *week < cut.tail => _ = out.hidden.insert(place(*week)),
                    _ => {}
                }
            }
            // What waits is hidden whether there is any or not: else the first answer of a week would show.
            let waits = (cut.tail..=figures::week_of(self.today)).filter(|week| asked.shows(&cut, *week).is_some());
            out.hidden.extend(waits.map(&place));
            // What has no date counts in all time, when it is enough by itself.
            if spec.range.is_all() && asked.period == Period::None {
                let without = |id: i64| {
                    let all = whole.get(&id).cloned().unwrap_or_default();
                    weeks.get(&id).into_iter().flatten().fold(all, |sum, (_, h)| less(sum, h))
                };
                let rest = without(s.id);
                if without(base).n >= guard::LEAST {
                    out.put(whole_key(s, spec), s.id, &rest);
                } else if rest.n > 0 {
                    out.hidden.insert(whole_key(s, spec));
                }
            }
        }
        Ok(())
    }

    /// One table over all time for each series: a dimension and nothing else.
    async fn by_group(&self, series: &[&Series], spec: &Spec, out: &mut Gathered) -> Result<()> {
        let Some((dim, wanted)) = spec.dims.first() else { return Ok(()) };
        let (weeks, _) = self.weeks(series).await?;
        let every = self.every(*dim, series).await?;
        for s in series {
            let base = base_of(s, series);
            let cut = self.blocks(&weeks, base);
            // Only the whole of it, or a range that happens to hold the whole of it.
            let days = weeks.get(&base).and_then(|w| Some((w.first()?.0, w.last()?.0)));
            let Some((first, last)) = days else { continue };
            let covers = spec.range.from.is_none_or(|f| f <= figures::week_start(first))
                && spec.range.to.is_none_or(|t| t > figures::week_start(last.min(cut.tail - 1)).min(self.today));
            if !covers {
                out.left_out.insert(s.key.source);
                continue;
            }
            let slice = Slice {
                series: if base == s.id { vec![base] } else { vec![base, s.id] },
                dim: *dim,
                keys: Keys::These(every.clone()),
                // A day long ago keeps what has no date out of the table.
                range: Range { from: Some(-700_000), to: Some(figures::week_start(cut.tail)) },
                by_key: true,
                by_period: Period::Week,
                by_series: true,
            };
            let rows = figures::read(self.q, self.actor.org, &slice).await?;
            let mut table: BTreeMap<i64, HashMap<Uuid, i64>> = BTreeMap::new();
            for row in rows.iter().filter(|r| r.series == Some(base)) {
                if let (Some(key), Some(week)) = (row.key, row.period) {
                    *table.entry(week).or_default().entry(key).or_default() += row.hist.n;
                }
            }
            let totals: Vec<(i64, i64)> = weeks.get(&base).into_iter().flatten().map(|(w, h)| (*w, h.n)).collect();
            let parts = guard::parts(&cut, &totals, &table, figures::week_of(self.today));
            for row in rows.iter().filter(|r| r.series == Some(s.id)) {
                let Some(id) = row.key.filter(|k| wanted.as_ref().is_none_or(|w| w.contains(k))) else { continue };
                let key = if spec.by.is_some() { Key::Id(id) } else { Key::Whole };
                let week = row.period.unwrap_or(i64::MIN);
                if parts.iter().any(|p| p.from <= week && week < p.to && p.visible.contains(&id)) {
                    out.put(key, s.id, &row.hist);
                } else {
                    out.hidden.insert(key);
                }
            }
        }
        Ok(())
    }

    /// Every key of a dimension: the table behind a guarded group must be whole.
    async fn every(&self, dim: Dim, series: &[&Series]) -> Result<Vec<Uuid>> {
        let table = match dim {
            Dim::Branch => Table::Branch,
            Dim::Employee => Table::Employee,
            Dim::Touchpoint => Table::Touchpoint,
            Dim::Channel => Table::Channel,
            Dim::Version => {
                let surveys: Vec<Uuid> = series.iter().map(|s| s.key.source).collect();
                let versions = store::versions(self.q, self.actor.org, &surveys).await?;
                return Ok(versions.iter().map(|v| figures::version_key(v.survey, v.number)).collect());
            }
            Dim::All | Dim::Position => return Ok(vec![Uuid::nil()]),
        };
        Ok(store::names(self.q, self.actor.org, table, None, None, i64::MAX).await?.into_iter().map(|n| n.id).collect())
    }
}

/// How a question cuts guarded weeks. A week belongs to the month, and to the range, of its Thursday.
pub(super) struct Weeks {
    period: Period,
    from: i64,
    to: i64,
}

impl Weeks {
    pub(super) fn of(spec: &Spec) -> Self {
        let (from, to) = (spec.range.from.map_or(i64::MIN, week_from), spec.range.to.map_or(i64::MAX, week_from));
        Self { period: spec.by.map_or(Period::None, By::period), from, to }
    }

    /// The period that the week counts in; `None` where periods are not asked for.
    pub(super) fn period_of(&self, week: i64) -> Option<i64> {
        match self.period {
            Period::Week => Some(week),
            Period::Month => Some(periods::of(Period::Month, figures::week_start(week) + 3)),
            _ => None,
        }
    }

    /// Is this week shown? `None` when it was not asked for.
    pub(super) fn shows(&self, cut: &Blocks, week: i64) -> Option<bool> {
        if week < self.from || week >= self.to {
            return None;
        }
        let (low, high) = match (self.period, self.period_of(week)) {
            (Period::Week, _) => (week, week + 1),
            (_, Some(month)) => {
                let edge = |m: i64| week_from(periods::start(Period::Month, m));
                (edge(month).max(self.from), edge(month + 1).min(self.to))
            }
            _ => (self.from, self.to),
        };
        Some(cut.shows(week, low, high))
    }
}

fn week_from(day: i64) -> i64 {
    figures::week_of(day + 3)
}

/// The series that says how many answered: for an option of a choice that of its question, else the series itself.
fn base_of(s: &Series, all: &[&Series]) -> i64 {
    let Some((question, _)) = s.key.question.split_once('=').filter(|_| s.key.kind == Kind::Choice) else { return s.id };
    all.iter()
        .find(|b| b.key.kind == Kind::Choice && b.key.source == s.key.source && b.key.question == question)
        .map_or(s.id, |b| b.id)
}

fn whole_key(s: &Series, spec: &Spec) -> Key {
    match spec.by {
        Some(By::Survey) => Key::Id(s.key.source),
        Some(By::Question | By::Item) => Key::Series(s.id),
        _ => Key::Whole,
    }
}

fn key_of(row: &Row, series: &Series, spec: &Spec) -> Option<Key> {
    Some(match spec.by {
        None | Some(By::Survey | By::Question | By::Item) => whole_key(series, spec),
        Some(By::Day | By::Week | By::Month) => Key::Period(row.period?),
        Some(By::Region) => Key::Text(spec.regions.get(&row.key?)?.clone()),
        Some(_) => Key::Id(row.key?),
    })
}

/// What is left of a sum without one of its parts.
fn less(mut sum: Hist, part: &Hist) -> Hist {
    sum.n -= part.n;
    sum.sum -= part.sum;
    for (v, c) in &part.values {
        sum.put(*v, -c);
    }
    sum.values.retain(|v| v.1 != 0);
    sum
}
