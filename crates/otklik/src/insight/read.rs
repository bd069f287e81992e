//! Reading what a figure rests on: from cells for one dimension, from the answers for combinations.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use kit::Result;
use kit::db::Query;
use kit::time::{DAY, date_of, start_of_day};
use uuid::Uuid;

use crate::figures::{self, Dim, Fact, Hist, Keys, Period, Range, Row, Slice};
use crate::standards::quizzes;
use crate::surveys::fold::{self, Which};

use super::rules::periods;

/// A reading: these series, narrowed and divided by these dimensions.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Numbers of series with their surveys.
    pub series: Vec<(i64, Uuid)>,
    /// Each dimension that matters, with the keys that are wanted (`None`: any).
    pub dims: Vec<(Dim, Option<Vec<Uuid>>)>,
    /// One row for each key of this one of them.
    pub by: Option<Dim>,
    pub range: Range,
    pub period: Period,
    /// Do they count quizzes? Those are folded from their runs.
    pub quizzes: bool,
}

/// One row for each key, period and series that has facts.
///
/// # Errors
/// Those of the database.
pub async fn rows(q: &impl Query, org: Uuid, zone: &TimeZone, plan: &Plan) -> Result<Vec<Row>> {
    let one = |dim, keys| Slice {
        series: plan.series.iter().map(|s| s.0).collect(),
        dim,
        keys,
        range: plan.range,
        by_key: plan.by.is_some(),
        by_period: plan.period,
        by_series: true,
    };
    let mut out = match plan.dims.as_slice() {
        [] => figures::read(q, org, &one(Dim::All, Keys::Whole)).await?,
        [(dim, Some(keys))] => figures::read(q, org, &one(*dim, Keys::These(keys.clone()))).await?,
        _ => folded(q, org, zone, plan).await?,
    };
    // Answers without a date count in all time, but in none of its months.
    out.retain(|r| r.period != Some(figures::UNDATED));
    Ok(out)
}

async fn folded(q: &impl Query, org: Uuid, zone: &TimeZone, plan: &Plan) -> Result<Vec<Row>> {
    let mut surveys: Vec<Uuid> = plan.series.iter().map(|s| s.1).collect();
    surveys.sort_unstable();
    surveys.dedup();
    // A day more on each side: the company's time zone may have been another when an answer came.
    let at = |day: Option<i64>, more: i64| day.map(|d| start_of_day(date_of(d), zone).0.saturating_add(more));
    let which = Which {
        surveys,
        branches: plan.dims.iter().find(|d| d.0 == Dim::Branch).and_then(|d| d.1.clone()),
        from: at(plan.range.from, -DAY),
        to: at(plan.range.to, DAY),
        undated: plan.range.is_all() && plan.period == Period::None,
    };
    let wanted: std::collections::HashSet<i64> = plan.series.iter().map(|s| s.0).collect();
    let mut sums: HashMap<(Option<Uuid>, Option<i64>, i64), Hist> = HashMap::new();
    let mut each = |fact: &Fact| {
        let inside = wanted.contains(&fact.series)
            && plan.range.contains(fact.day)
            && plan
                .dims
                .iter()
                .all(|(dim, keys)| fact.dims.get(*dim).is_some_and(|k| keys.as_ref().is_none_or(|keys| keys.contains(&k))));
        if !inside {
            return;
        }
        let period = match (plan.period, fact.day) {
            (Period::None, _) => None,
            (_, None) => return,
            (period, Some(day)) => Some(periods::of(period, day)),
        };
        let hist = sums.entry((plan.by.and_then(|d| fact.dims.get(d)), period, fact.series)).or_default();
        hist.n += fact.sign;
        if let Some(value) = fact.value {
            hist.sum += fact.sign * value;
            hist.put(value, fact.sign);
        }
    };
    if plan.quizzes {
        quizzes::fold(q, org, |facts| facts.iter().for_each(&mut each)).await?;
    } else {
        fold::fold(q, org, &which, each).await?;
    }
    Ok(sums.into_iter().map(|((key, period, series), hist)| Row { key, period, series: Some(series), hist }).collect())
}
