//! Rows of files that show a rule: photos and recordings.

use kit::db::Query;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Names a file of the company, once.
pub async fn note(tx: &Tx, id: Uuid, hash: &str, name: &str, size: i64) -> Result<()> {
    tx.run(
        "insert into file (org, id, hash, name, size, created_at) select $1,$2,$3,$4,$5,$6
         where not exists (select 1 from file where org = $1 and hash = $3)",
        args![tx.org(), id, hash, name, size, tx.now.0],
    )
    .await?;
    Ok(())
}

/// Is there such a file in this company?
pub async fn known(q: &impl Query, org: Uuid, hash: &str) -> Result<bool> {
    Ok(q.scalar::<i64>("select size from file where org = $1 and hash = $2", args![org, hash]).await?.is_some())
}

/// A file that came again is new again.
pub async fn renew(tx: &Tx, hash: &str) -> Result<()> {
    tx.run("update file set created_at = $3 where org = $1 and hash = $2", args![tx.org(), hash, tx.now.0]).await?;
    Ok(())
}

/// A file somewhere on the disk.
#[derive(Debug, FromQueryResult)]
pub struct FileRow {
    pub org: Uuid,
    pub hash: String,
}

/// Files taken in before this moment, of every company.
pub async fn old_files(q: &impl Query, before: i64) -> Result<Vec<FileRow>> {
    q.all("select org, hash from file where created_at < $1 order by org, hash", args![before]).await
}

/// Every text of a company that may name files: drafts, versions, proposals.
pub async fn texts_with_files(q: &impl Query, org: Uuid) -> Result<Vec<String>> {
    let with = "like '%\"example\"%'";
    let sql = format!(
        "select draft as text from item where org = $1 and draft {with} union all \
         select published as text from item where org = $1 and published {with} union all \
         select text from item_version where org = $1 and text {with} union all \
         select text from proposal where org = $1 and text {with}"
    );
    let rows = q.rows(&sql, args![org]).await?;
    rows.iter().map(|r| r.try_get_by_index(0).map_err(Into::into)).collect()
}

/// Forgets a file, unless it was sent again meanwhile.
pub async fn forget_file(q: &impl Query, org: Uuid, hash: &str, before: i64) -> Result<u64> {
    q.run("delete from file where org = $1 and hash = $2 and created_at < $3", args![org, hash, before]).await
}

/// Bytes that a company took in since then.
pub async fn taken_in(q: &impl Query, org: Uuid, since: i64) -> Result<i64> {
    let sql = "select cast(coalesce(sum(size), 0) as bigint) from file where org = $1 and created_at >= $2";
    Ok(q.scalar(sql, args![org, since]).await?.unwrap_or(0))
}
