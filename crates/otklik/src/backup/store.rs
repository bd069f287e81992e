//! Statements of backup and restore: across companies, by their nature.

use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The migrations that have run.
pub async fn migrations(q: &impl Query) -> Result<Vec<String>> {
    let rows = q.rows("select version from seaql_migrations order by version", args![]).await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// No process of this installation is at work yet, whatever the rows say.
pub async fn release_jobs(q: &impl Query) -> Result<()> {
    q.run("update job set leased_until = null where leased_until is not null", args![]).await?;
    Ok(())
}

/// A file that a row names.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FileRow {
    pub org: Uuid,
    pub id: Uuid,
    pub hash: String,
}

/// The next files along their key.
pub async fn files(q: &impl Query, after: (Uuid, Uuid)) -> Result<Vec<FileRow>> {
    let sql = "select org, id, hash from file where (org, id) > ($1, $2) order by org, id limit 1000";
    q.all(sql, args![after.0, after.1]).await
}
