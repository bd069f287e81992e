//! Steps of knowledge → cells: the whole company, a standard, an item; by branch, position and day.

use std::collections::HashMap;

use kit::db::Query;
use kit::{Result, Timestamp};
use uuid::Uuid;

use super::store::people::Known;
use super::store::reads;
use crate::figures::{self, About, Anonymity, Cells, Dims, Kind, Recount, Series, SeriesKey};

/// The key of a series: of a standard (nil: of all of them), of one item or of all its items.
#[must_use]
pub fn key(standard: Uuid, item: Option<Uuid>) -> SeriesKey {
    SeriesKey {
        kind: Kind::Knowledge,
        source: standard,
        question: item.map_or(String::new(), |i| i.to_string()),
        about: About::Staff,
        anonymity: Anonymity::Identified,
        lo: 0,
        hi: 1,
        best_is_max: true,
    }
}

/// The number of a series among a company's; `None` before anything was counted.
#[must_use]
pub fn find(all: &[Series], standard: Uuid, item: Option<Uuid>) -> Option<i64> {
    let key = key(standard, item);
    all.iter().find(|s| s.key == key).map(|s| s.id)
}

/// Adds steps of one day to cells. The items of a company are many and its branches too, so an item is kept by branch and
/// by position only as it stands now; its past in one branch is added up from the steps themselves.
fn fold(cells: &mut Cells, series: &HashMap<SeriesKey, i64>, standards: &HashMap<Uuid, Uuid>, day: i64, steps: &[Known]) {
    for k in steps {
        let standard = standards.get(&k.item).copied().unwrap_or_default();
        let place = Dims { branch: Some(k.place.branch), position: k.place.position, ..Dims::default() };
        let mut add = |key: &SeriesKey| {
            let Some(id) = series.get(key) else { return };
            if key.question.is_empty() {
                cells.step(*id, &place, Some(day), k.required, k.known);
            } else {
                cells.step(*id, &place, None, k.required, k.known);
                cells.step_dated(*id, day, k.required, k.known);
            }
        };
        add(&key(Uuid::nil(), None));
        add(&key(standard, None));
        add(&key(standard, Some(k.item)));
    }
}

/// Counts these steps of a day into the company's cells. `standards` says which standard an item belongs to.
///
/// # Errors
/// Those of the database.
pub async fn add(
    q: &impl Query,
    org: Uuid,
    standards: &HashMap<Uuid, Uuid>,
    day: i64,
    steps: &[Known],
    now: Timestamp,
) -> Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let series = numbers(q, org, standards, steps, now).await?;
    let mut cells = Cells::default();
    fold(&mut cells, &series, standards, day, steps);
    cells.tidy();
    figures::add(q, org, &cells).await
}

async fn numbers(
    q: &impl Query,
    org: Uuid,
    standards: &HashMap<Uuid, Uuid>,
    steps: &[Known],
    now: Timestamp,
) -> Result<HashMap<SeriesKey, i64>> {
    let mut items: Vec<Uuid> = steps.iter().map(|s| s.item).collect();
    items.sort_unstable();
    items.dedup();
    let mut sources: Vec<Uuid> = items.iter().filter_map(|i| standards.get(i).copied()).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut keys = vec![key(Uuid::nil(), None)];
    keys.extend(sources.iter().map(|s| key(*s, None)));
    keys.extend(items.iter().filter_map(|i| Some(key(*standards.get(i)?, Some(*i)))));
    Ok(figures::series(q, org, &keys, now).await?.into_iter().map(|s| (s.key, s.id)).collect())
}

const PAGE: i64 = 20_000;

/// Every cell of knowledge, counted again from its steps.
///
/// # Errors
/// Those of the database.
pub async fn recount(q: &impl Query, org: Uuid, into: &mut Recount) -> Result<()> {
    let standards = reads::standards(q, org).await?;
    let series: HashMap<SeriesKey, i64> = figures::all_series(q, org).await?.into_iter().map(|s| (s.key, s.id)).collect();
    let mut after = 0;
    loop {
        let rows = reads::steps(q, org, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.0;
        for (_, day, step) in &rows {
            into.add(|cells| fold(cells, &series, &standards, *day, std::slice::from_ref(step)));
        }
    }
}
