//! Keys of answers that may come again: taken in the answer's own transaction.

use kit::actor::Idempotency;
use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Clients have no credential of their own; their keys stand under this one.
const ACTOR: &str = "public";

/// What a key was taken with, and the id of its answer.
#[derive(FromQueryResult)]
pub struct KeyRow {
    pub body_hash: String,
    pub body: String,
}

/// Takes a key for the answer `id`; false when it was taken before.
pub async fn claim_key(q: &impl Query, org: Uuid, once: &Idempotency, id: Uuid, at: i64) -> Result<bool> {
    let fresh = q
        .run(
            "insert into idempotency (org, actor, key, path, body_hash, status, body, created_at) values ($1,$2,$3,$4,$5,201,$6,$7)
             on conflict (org, actor, key, path) do nothing",
            args![org, ACTOR, &*once.key, &*once.path, &*once.body_hash, id.to_string(), at],
        )
        .await?;
    Ok(fresh == 1)
}

/// The request that took a key before.
pub async fn kept_key(q: &impl Query, org: Uuid, once: &Idempotency) -> Result<Option<KeyRow>> {
    q.one(
        "select body_hash, body from idempotency where org = $1 and actor = $2 and key = $3 and path = $4",
        args![org, ACTOR, &*once.key, &*once.path],
    )
    .await
}
