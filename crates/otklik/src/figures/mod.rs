//! How anything is counted: facts → daily and monthly cells → metrics.
//!
//! A verb records facts in its own transaction; they add up into cells. A metric is a formula over cells, so a
//! dashboard over ten million answers reads a few thousand rows. Deleting a fact subtracts it; a recount from the
//! facts gives the same cells, exactly.
//!
//! `rules` says what adds up to what, `pack` how neighbouring series share a row, `store` reads and writes the rows,
//! `recount` counts everything anew.

mod pack;
mod recount;
mod rules;
mod store;

use kit::{Query, Result};
use uuid::Uuid;

pub use recount::Recount;
pub use rules::{
    About, Anonymity, Cells, Dim, Dims, Fact, Hist, Keys, Kind, Period, Range, Series, SeriesKey, Slice, UNDATED, guard,
    version_key, week_of, week_start,
};
pub use store::Row;

/// Adds facts (or takes them away, where their sign says so) in the caller's transaction.
///
/// # Errors
/// Those of the database.
pub async fn record(q: &impl Query, org: Uuid, facts: &[Fact]) -> Result<()> {
    let mut cells = Cells::default();
    cells.fold(facts);
    add(q, org, &cells).await
}

/// Adds cells that were folded before, for many facts at once. From here to its end the transaction holds the company's
/// cells, and whoever adds next waits for it: so an act that writes history too writes that first, else two acts wait for
/// each other.
///
/// # Errors
/// Those of the database.
pub async fn add(q: &impl Query, org: Uuid, cells: &Cells) -> Result<()> {
    store::add(q, org, cells).await
}

/// The same for an import: what a day has little of is written behind what is stored, unread; [`pack::each`] reads both as
/// their sum.
///
/// # Errors
/// Those of the database.
pub async fn append(q: &impl Query, org: Uuid, cells: Cells) -> Result<()> {
    store::append(q, org, cells).await
}

/// The series of these keys, in their order; those that are new are made. Whoever makes one holds the cells: see [`add`].
///
/// # Errors
/// Those of the database.
pub async fn series(q: &impl Query, org: Uuid, keys: &[SeriesKey], now: kit::Timestamp) -> Result<Vec<Series>> {
    let mut known = store::series(q, org).await?;
    if keys.iter().any(|key| known.iter().all(|s| s.key != *key)) {
        // Two acts at once would give the same number to two series.
        store::alone(q, org).await?;
        known = store::series(q, org).await?;
    }
    let mut out = Vec::with_capacity(keys.len());
    for key in keys {
        let found = match known.iter().find(|s| s.key == *key) {
            Some(found) => found.clone(),
            None => {
                let made = store::make_series(q, org, key, now).await?;
                known.push(made.clone());
                made
            }
        };
        out.push(found);
    }
    Ok(out)
}

/// All series of a company.
///
/// # Errors
/// Those of the database.
pub async fn all_series(q: &impl Query, org: Uuid) -> Result<Vec<Series>> {
    store::series(q, org).await
}

/// Reads cells: one row for each key, period or series, as the slice asks.
///
/// # Errors
/// Those of the database.
pub async fn read(q: &impl Query, org: Uuid, slice: &Slice) -> Result<Vec<Row>> {
    store::read(q, org, slice).await
}

/// Stocks as they stand now: `(key, series, n, sum)` of these keys of a dimension; of [`Kind::Knowledge`], `n` who have to
/// know and `sum` who do.
///
/// # Errors
/// Those of the database.
pub async fn stock(q: &impl Query, org: Uuid, dim: Dim, keys: &[Uuid], series: &[i64]) -> Result<Vec<(Uuid, i64, i64, i64)>> {
    store::stock(q, org, dim, keys, series).await
}

/// The first and the last day (since 1970, in the company's time zone) that hold a fact of these series; `None` when there is none.
///
/// # Errors
/// Those of the database.
pub async fn span(q: &impl Query, org: Uuid, series: &[i64]) -> Result<Option<(i64, i64)>> {
    store::span(q, org, series).await
}

/// Holds a company's cells to the end of the transaction: whoever counts waits, so nothing is counted meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn hold(q: &impl Query, org: Uuid) -> Result<()> {
    store::alone(q, org).await
}

/// Compares the stored cells with a recount; says how many differ, and with `repair` sets them right. Both must be of one
/// moment: a snapshot, or a transaction that [`hold`]s the cells.
///
/// # Errors
/// Those of the database and of the disk.
pub async fn check(q: &impl Query, org: Uuid, recount: Recount, repair: bool) -> Result<usize> {
    store::check(q, org, recount, repair).await
}
