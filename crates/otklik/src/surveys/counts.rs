//! How many answers each survey has.

use std::collections::HashMap;

use kit::Result;
use kit::db::Query;
use uuid::Uuid;

use crate::figures::{self, Anonymity, guard};

/// How many answers each survey has; of a guarded one those that are shown. `today` is the company's, in days since 1970.
///
/// # Errors
/// Those of the database.
pub async fn answer_counts(q: &impl Query, org: Uuid, today: i64) -> Result<HashMap<Uuid, i64>> {
    let all = figures::all_series(q, org).await?;
    let counted = all.iter().filter(|s| s.key.kind == figures::Kind::Responses);
    let (exact, guarded): (Vec<_>, Vec<_>) = counted.partition(|s| s.key.anonymity == Anonymity::Identified);
    let slice = |series: &[&figures::Series], by_period| figures::Slice {
        series: series.iter().map(|s| s.id).collect(),
        dim: figures::Dim::All,
        keys: figures::Keys::Whole,
        range: figures::Range::default(),
        by_key: false,
        by_period,
        by_series: true,
    };
    let mut out = HashMap::new();
    let source = |id: Option<i64>| all.iter().find(|s| Some(s.id) == id).map(|s| s.key.source);
    for row in figures::read(q, org, &slice(&exact, figures::Period::None)).await? {
        if let Some(survey) = source(row.series) {
            *out.entry(survey).or_insert(0) += row.hist.n;
        }
    }
    if guarded.is_empty() {
        return Ok(out);
    }
    let mut weeks: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
    for row in figures::read(q, org, &slice(&guarded, figures::Period::Week)).await? {
        if let (Some(series), Some(week)) = (row.series, row.period) {
            weeks.entry(series).or_default().push((week, row.hist.n));
        }
    }
    for row in figures::read(q, org, &slice(&guarded, figures::Period::None)).await? {
        let Some((survey, series)) = source(row.series).zip(row.series) else { continue };
        let mine = weeks.get(&series).map_or(&[][..], Vec::as_slice);
        let cut = guard::blocks(mine, figures::week_of(today));
        let shown: i64 = mine.iter().filter(|(w, _)| cut.holding(*w).is_some()).map(|(_, n)| n).sum();
        let undated = row.hist.n - mine.iter().map(|(_, n)| n).sum::<i64>();
        *out.entry(survey).or_insert(0) += shown + if undated >= guard::LEAST { undated } else { 0 };
    }
    Ok(out)
}
