//! Rows of the pause of what goes out.

use kit::db::{Query, list_places};
use kit::{Result, Tx, args};
use sea_orm::Value;
use uuid::Uuid;

/// Since when nothing goes out; `None` when it goes.
pub async fn paused_at(q: &impl Query, org: Uuid) -> Result<Option<i64>> {
    Ok(q.scalar::<Option<i64>>("select outgoing_paused_at from org where id = $1", args![org]).await?.flatten())
}

/// Jobs of these kinds that wait.
pub async fn waiting(q: &impl Query, org: Uuid, kinds: &[&'static str]) -> Result<i64> {
    let mut values = args![org];
    let list = list_places(values.len(), kinds.len());
    values.extend(kinds.iter().map(|kind| Value::from(*kind)));
    let sql = format!("select count(*) from job where org = $1 and failed_at is null and kind in ({list})");
    Ok(q.scalar(&sql, values).await?.unwrap_or(0))
}

/// Sets the pause where there is none; says whether it did.
pub async fn pause(tx: &Tx) -> Result<bool> {
    let sql = "update org set outgoing_paused_at = $2 where id = $1 and outgoing_paused_at is null";
    Ok(tx.run(sql, args![tx.org(), tx.now.0]).await? == 1)
}

/// Ends the pause; says whether there was one.
pub async fn resume(tx: &Tx) -> Result<bool> {
    let sql = "update org set outgoing_paused_at = null where id = $1 and outgoing_paused_at is not null";
    Ok(tx.run(sql, args![tx.org()]).await? == 1)
}

/// How many companies of this installation are paused.
pub async fn paused_companies(q: &impl Query) -> Result<i64> {
    Ok(q.scalar("select count(*) from org where outgoing_paused_at is not null", args![]).await?.unwrap_or(0))
}
