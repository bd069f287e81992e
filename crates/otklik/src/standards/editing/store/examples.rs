//! Rows of files that show a rule: photos and recordings.

use kit::db::Query;
use kit::{Result, Tx, args};
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
