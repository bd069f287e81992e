//! Rows of the doors: answers that are kept under a key.

use kit::actor::{Actor, Idempotency};
use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;

/// An answer that was given under a key of idempotency.
#[derive(FromQueryResult)]
pub struct Kept {
    pub body_hash: String,
    pub status: i64,
    pub location: Option<String>,
    pub body: String,
}

/// The answer that this credential got under a key on a path before.
pub async fn kept(q: &impl Query, actor: &Actor, idem: &Idempotency) -> Result<Option<Kept>> {
    q.one(
        "select body_hash, status, location, body from idempotency where org = $1 and actor = $2 and key = $3 and path = $4",
        args![actor.org, &*actor.credential, &*idem.key, &*idem.path],
    )
    .await
}
