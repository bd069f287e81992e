//! Rows of the doors: answers that are kept under a key.

use kit::actor::Actor;
use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;

/// An answer that was given under a key of idempotency.
#[derive(FromQueryResult)]
pub struct Kept {
    pub path: String,
    pub body_hash: String,
    pub status: i64,
    pub location: Option<String>,
    pub body: String,
}

/// The answer that this credential got under a key before.
pub async fn kept(q: &impl Query, actor: &Actor, key: &str) -> Result<Option<Kept>> {
    q.one(
        "select path, body_hash, status, location, body from idempotency where org = $1 and actor = $2 and key = $3",
        args![actor.org, &*actor.credential, key],
    )
    .await
}
