//! Rows of imports.

use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// An import as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ImportRow {
    pub id: Uuid,
    pub kind: String,
    pub map: String,
    pub file_name: String,
    pub file_size: i64,
    pub state: String,
    pub rows_total: i64,
    pub rows_done: i64,
    pub accepted: i64,
    pub duplicates: i64,
    pub rejected: i64,
    pub errors: String,
    pub found: Option<String>,
    pub rejects_size: i64,
    pub failure: Option<String>,
    pub member: Option<Uuid>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
}

const IMPORT: &str = "id, kind, map, file_name, file_size, state, rows_total, rows_done, accepted, duplicates, rejected, errors, found, \
                      rejects_size, failure, member, created_at, finished_at";

pub async fn insert(q: &impl Query, org: Uuid, row: &ImportRow) -> Result<()> {
    q.run(
        "insert into import (org, id, kind, map, file_name, file_size, state, member, created_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        args![org, row.id, &*row.kind, &*row.map, &*row.file_name, row.file_size, &*row.state, row.member, row.created_at],
    )
    .await?;
    Ok(())
}

pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<ImportRow>> {
    q.one(&format!("select {IMPORT} from import where org = $1 and id = $2"), args![org, id]).await
}

/// Newest first.
pub async fn list(q: &impl Query, org: Uuid, before: Option<Uuid>, limit: i64) -> Result<Vec<ImportRow>> {
    let sql = format!("select {IMPORT} from import where org = $1 and ($2 = 0 or id < $3) order by id desc limit $4");
    q.all(&sql, args![org, i64::from(before.is_some()), before.unwrap_or_default(), limit]).await
}

/// The maps of this kind that were used last, newest first: to suggest again for the same headings.
pub async fn maps(q: &impl Query, org: Uuid, kind: &str) -> Result<Vec<String>> {
    let rows = q
        .rows("select map from import where org = $1 and kind = $2 and state = 'done' order by id desc limit 20", args![org, kind])
        .await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// Begins or goes on; what was found at the first look is kept.
pub async fn running(q: &impl Query, org: Uuid, id: Uuid, rows_total: i64, found: &str) -> Result<bool> {
    let n = q
        .run(
            "update import set state = 'running', rows_total = $3, found = $4 where org = $1 and id = $2 and state in ('queued', 'running')",
            args![org, id, rows_total, found],
        )
        .await?;
    Ok(n == 1)
}

/// Moves on from a row to a later one, if nobody else did.
pub async fn advance(q: &impl Query, org: Uuid, was: i64, row: &ImportRow) -> Result<bool> {
    let n = q
        .run(
            "update import set rows_done = $4, accepted = $5, duplicates = $6, rejected = $7, errors = $8, rejects_size = $9
             where org = $1 and id = $2 and state = 'running' and rows_done = $3",
            args![org, row.id, was, row.rows_done, row.accepted, row.duplicates, row.rejected, &*row.errors, row.rejects_size],
        )
        .await?;
    Ok(n == 1)
}

/// Ends in one of the two known states; says whether it was this call that ended it.
pub async fn finish(q: &impl Query, org: Uuid, row: &ImportRow, at: i64) -> Result<bool> {
    let n = q
        .run(
            "update import set state = $3, failure = $4, errors = $5, rejected = $6, rejects_size = $7, rows_total = $8, finished_at = $9
             where org = $1 and id = $2 and state in ('queued', 'running')",
            args![
                org, row.id, &*row.state, row.failure.clone(), &*row.errors, row.rejected, row.rejects_size, row.rows_total, at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// The name of whoever began an import.
pub async fn member_name(q: &impl Query, org: Uuid, member: Option<Uuid>) -> Result<Option<String>> {
    q.scalar("select name from member where org = $1 and id = $2", args![org, member]).await
}

/// Puts off the job that takes over when this process dies.
pub async fn put_off(q: &impl Query, dedup: &str, run_at: i64) -> Result<()> {
    q.run("update job set run_at = $2 where dedup = $1 and leased_until is null", args![dedup, run_at]).await?;
    Ok(())
}

/// The job that waited in case this process dies is no longer needed. One that is being worked on ends by itself.
pub async fn drop_own_job(q: &impl Query, dedup: &str) -> Result<()> {
    q.run("delete from job where dedup = $1 and leased_until is null", args![dedup]).await?;
    Ok(())
}

/// A job that works on and on keeps its claim.
pub async fn hold(q: &impl Query, dedup: &str, until: i64) -> Result<()> {
    q.run("update job set leased_until = $2 where dedup = $1 and leased_until is not null", args![dedup, until]).await?;
    Ok(())
}
