//! Lines of the history as the check of its chain reads them.

use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::places::{HISTORY, HistoryRow};

/// A line of the history with what chains it to the line before.
#[derive(FromQueryResult)]
pub struct Line {
    #[sea_orm(nested)]
    pub row: HistoryRow,
    pub prev: String,
    pub hash: String,
}

/// The last line: its number and hash.
#[derive(FromQueryResult)]
pub struct Head {
    pub seq: i64,
    pub hash: String,
    pub seal: String,
}

/// The head of a company's history; `None` before its first line.
pub async fn head(q: &impl Query, org: Uuid) -> Result<Option<Head>> {
    q.one("select seq, hash, seal from history_head where org = $1", args![org]).await
}

/// The next thousand lines after one, up to the last that counts.
pub async fn lines(q: &impl Query, org: Uuid, after: i64, last: i64) -> Result<Vec<Line>> {
    let sql =
        format!("select {HISTORY}, prev, hash from history where org = $1 and seq > $2 and seq <= $3 order by seq limit 1000");
    q.all(&sql, args![org, after, last]).await
}

/// Every company's id and name.
pub async fn companies(q: &impl Query) -> Result<Vec<(Uuid, String)>> {
    let rows = q.rows("select id, name from org order by id", args![]).await?;
    rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?))).collect()
}
