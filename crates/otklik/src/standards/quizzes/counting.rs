//! First runs → figures: what the wording of an item is understood as.

use std::collections::{BTreeMap, HashMap};

use kit::Result;
use kit::db::Query;
use uuid::Uuid;

use super::rules::Judged;
use super::store;
use crate::figures::{self, About, Anonymity, Dims, Fact, Kind, Recount, SeriesKey};

/// The series that counts the answers about one item.
#[must_use]
pub fn series_key(standard: Uuid, item: Uuid) -> SeriesKey {
    SeriesKey {
        kind: Kind::Quiz,
        source: standard,
        question: item.to_string(),
        about: About::Staff,
        anonymity: Anonymity::Identified,
        lo: 0,
        hi: 1,
        best_is_max: true,
    }
}

pub(super) fn facts(judged: &BTreeMap<String, Judged>, series: &HashMap<String, i64>, day: i64, dims: Dims) -> Vec<Fact> {
    let fact = |j: &Judged| {
        let series = *series.get(&j.item.to_string())?;
        Some(Fact { series, value: Some(i64::from(j.right)), day: Some(day), dims, sign: 1 })
    };
    judged.values().filter_map(fact).collect()
}

/// Hands every fact of the first runs to `each`, in the order of the runs.
///
/// # Errors
/// Those of the database.
pub async fn fold(q: &impl Query, org: Uuid, mut each: impl FnMut(&[Fact]) + Send) -> Result<()> {
    let all = figures::all_series(q, org).await?;
    let mut of: HashMap<Uuid, HashMap<String, i64>> = HashMap::new();
    for s in all.into_iter().filter(|s| s.key.kind == Kind::Quiz) {
        of.entry(s.key.source).or_default().insert(s.key.question, s.id);
    }
    let (none, mut after) = (HashMap::new(), Uuid::nil());
    loop {
        let rows = store::firsts(q, org, after, 5000).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        for row in &rows {
            let judged: BTreeMap<String, Judged> = serde_json::from_str(&row.answers)?;
            let dims = Dims { branch: Some(row.branch), employee: Some(row.employee), ..Dims::default() };
            each(&facts(&judged, of.get(&row.standard).unwrap_or(&none), row.day, dims));
        }
    }
}

/// Counts everything anew from the runs.
///
/// # Errors
/// Those of the database.
pub async fn recount(q: &impl Query, org: Uuid, into: &mut Recount) -> Result<()> {
    fold(q, org, |facts| into.add(|cells| cells.fold(facts))).await
}
