//! Rows of series and cells: the series here, cells that are written in `write`, cells that are read in `read`.

use kit::{Query, Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::rules::{About, Anonymity, Kind, Series, SeriesKey};

mod read;
mod write;

pub use read::{Row, read, span, stock};
pub use write::{add, alone, append, check};

#[derive(FromQueryResult)]
struct SeriesRow {
    id: i64,
    kind: String,
    source: Uuid,
    question: String,
    about: String,
    anonymity: String,
    lo: i64,
    hi: i64,
    best: String,
}

impl SeriesRow {
    fn series(self) -> Option<Series> {
        Some(Series {
            id: self.id,
            key: SeriesKey {
                kind: Kind::parse(&self.kind)?,
                source: self.source,
                question: self.question,
                about: About::parse(&self.about)?,
                anonymity: Anonymity::parse(&self.anonymity)?,
                lo: self.lo,
                hi: self.hi,
                best_is_max: self.best == "max",
            },
        })
    }
}

/// Every series of a company, in the order of its number.
pub async fn series(q: &impl Query, org: Uuid) -> Result<Vec<Series>> {
    let rows: Vec<SeriesRow> = q
        .all(
            "select id, kind, source, question, about, anonymity, lo, hi, best from series where org = $1 order by id",
            args![org],
        )
        .await?;
    Ok(rows.into_iter().filter_map(SeriesRow::series).collect())
}

/// Makes a series with the next number; one of the same key made meanwhile is taken instead.
pub async fn make_series(q: &impl Query, org: Uuid, key: &SeriesKey, now: kit::Timestamp) -> Result<Series> {
    let best = if key.best_is_max { "max" } else { "min" };
    q.run(
        "insert into series (org, id, kind, source, question, about, anonymity, lo, hi, best, created_at)
         select $1, coalesce(max(id), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 from series where org = $1
         on conflict (org, source, question, kind, lo, hi, best) do nothing",
        args![
            org,
            key.kind.as_str(),
            key.source,
            &*key.question,
            key.about.as_str(),
            key.anonymity.as_str(),
            key.lo,
            key.hi,
            best,
            now.0
        ],
    )
    .await?;
    let id: Option<i64> = q
        .scalar(
            "select id from series where org = $1 and source = $2 and question = $3 and kind = $4 and lo = $5 and hi = $6 and best = $7",
            args![org, key.source, &*key.question, key.kind.as_str(), key.lo, key.hi, best],
        )
        .await?;
    id.map(|id| Series { id, key: key.clone() }).ok_or_else(|| kit::Error::Internal("a series vanished".into()))
}
