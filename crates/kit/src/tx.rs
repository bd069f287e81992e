//! A verb's transaction: the actor, one moment, the history and the jobs, all or nothing.

use std::sync::Arc;

use sea_orm::{FromQueryResult, QueryResult, Value};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::actor::Actor;
use crate::args;
use crate::db::{Batch, Engine, Query};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::ids::sha256_hex;
use crate::time::Timestamp;

/// An open act of one actor. Dropped without `commit`, nothing happened.
#[derive(Debug)]
pub struct Tx {
    batch: Batch,
    pub now: Timestamp,
    pub actor: Actor,
    pub ground: Arc<Ground>,
}

#[derive(FromQueryResult)]
struct Head {
    seq: i64,
    hash: String,
}

/// Forgets answers that were kept for requests with an `Idempotency-Key`, made before this moment.
///
/// # Errors
/// Those of the database.
pub async fn forget_keys(q: &impl Query, before: i64) -> Result<u64> {
    q.run("delete from idempotency where created_at < $1", args![before]).await
}

/// What only this installation can put under the last line of a company's history.
#[must_use]
pub fn seal(key: &[u8], org: Uuid, seq: i64, hash: &str) -> String {
    crate::secret::keyed_hash(key, &format!("history head {org} {seq} {hash}"))
}

impl Tx {
    pub(crate) fn new(batch: Batch, now: Timestamp, actor: Actor, ground: Arc<Ground>) -> Self {
        Self { batch, now, actor, ground }
    }

    /// The company of the actor.
    #[must_use]
    pub fn org(&self) -> Uuid {
        self.actor.org
    }

    /// A new time-ordered id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.ground.entropy.id(self.now)
    }

    /// Writes one line of history: `verb` such as `survey.published`, the thing, and what it was and became.
    /// Secrets do not belong in `before` and `after`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(&self, verb: &str, id: impl ToString, before: Option<Json>, after: Option<Json>) -> Result<()> {
        let org = self.org();
        // The head row is locked by the update, so two acts of one company cannot take the same number.
        self.run("insert into history_head (org, seq, hash) values ($1, 0, '') on conflict (org) do nothing", args![org]).await?;
        self.run("update history_head set seq = seq + 1 where org = $1", args![org]).await?;
        let head: Head = self
            .one("select seq, hash from history_head where org = $1", args![org])
            .await?
            .ok_or_else(|| Error::Internal("history head is missing".into()))?;
        let noun = verb.split('.').next().unwrap_or(verb);
        let id = id.to_string();
        let before = before.map(|v| v.to_string());
        let after = after.map(|v| v.to_string());
        let entry = HistoryLine {
            org,
            seq: head.seq,
            at: self.now.0,
            actor: self.actor.member,
            actor_name: &self.actor.name,
            via: self.actor.via.as_str(),
            verb,
            noun,
            noun_id: &id,
            before: before.as_deref(),
            after: after.as_deref(),
        };
        let hash = entry.hash(&head.hash)?;
        self.run(
            "insert into history (org, seq, at, actor, actor_name, via, verb, noun, noun_id, before, after, prev, hash)
             values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)",
            args![
                org,
                head.seq,
                self.now.0,
                self.actor.member,
                &*self.actor.name,
                entry.via,
                verb,
                noun,
                &*id,
                before.clone(),
                after.clone(),
                &*head.hash,
                &*hash
            ],
        )
        .await?;
        let sealed = seal(&self.ground.signing_key, org, head.seq, &hash);
        self.run("update history_head set hash = $2, seal = $3 where org = $1", args![org, hash, sealed]).await?;
        Ok(())
    }

    /// Puts a job into this transaction; it runs after the commit, at least once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enqueue(&self, kind: &str, payload: Json) -> Result<()> {
        crate::jobs::enqueue(self, &self.ground, Some(self.org()), kind, &payload, self.now, None).await
    }

    /// The open transaction itself, for whoever began it.
    #[must_use]
    pub fn into_batch(self) -> Batch {
        self.batch
    }

    /// # Errors
    /// When the commit failed; then nothing was stored.
    pub async fn commit(self) -> Result<()> {
        self.batch.commit().await
    }

    /// Commits together with the answer that a repeated request with the same `Idempotency-Key` gets.
    /// Of `secret` answers (new tokens, links) everything but the secret is kept: it is shown once.
    ///
    /// # Errors
    /// `Replay` when another request with this key was faster.
    pub async fn finish(self, status: u16, location: Option<&str>, body: &impl Serialize, secret: bool) -> Result<()> {
        if let Some(idem) = self.actor.idempotency.clone() {
            let text = if secret {
                let mut kept = serde_json::to_value(body)?;
                forget_secrets(&mut kept);
                kept.to_string()
            } else {
                serde_json::to_string(body)?
            };
            let done = self
                .run(
                    "insert into idempotency (org, actor, key, path, body_hash, status, location, body, created_at)
                     values ($1,$2,$3,$4,$5,$6,$7,$8,$9) on conflict (org, actor, key, path) do nothing",
                    args![
                        self.org(),
                        &*self.actor.credential,
                        idem.key,
                        idem.path,
                        idem.body_hash,
                        i64::from(status),
                        location.map(str::to_owned),
                        text,
                        self.now.0
                    ],
                )
                .await?;
            if done == 0 {
                return Err(Error::Replay);
            }
        }
        self.commit().await
    }
}

/// The fields in which an answer carries a secret.
const SECRETS: [&str; 4] = ["token", "link", "url", "code"];

fn forget_secrets(body: &mut Json) {
    match body {
        Json::Object(fields) => {
            fields.retain(|name, _| !SECRETS.contains(&name.as_str()));
            fields.values_mut().for_each(forget_secrets);
        }
        Json::Array(items) => items.iter_mut().for_each(forget_secrets),
        _ => {}
    }
}

/// The part of a history row that its hash covers.
#[derive(Serialize)]
pub struct HistoryLine<'a> {
    pub org: Uuid,
    pub seq: i64,
    pub at: i64,
    pub actor: Option<Uuid>,
    pub actor_name: &'a str,
    pub via: &'a str,
    pub verb: &'a str,
    pub noun: &'a str,
    pub noun_id: &'a str,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
}

impl HistoryLine<'_> {
    /// SHA-256 over the hash before it and the line itself.
    ///
    /// # Errors
    /// Never in practice: all fields are plain.
    pub fn hash(&self, prev: &str) -> Result<String> {
        Ok(sha256_hex(format!("{prev}\n{}", serde_json::to_string(self)?).as_bytes()))
    }
}

impl Query for Tx {
    fn engine(&self) -> Engine {
        self.batch.engine
    }

    async fn rows(&self, sql: &str, args: Vec<Value>) -> Result<Vec<QueryResult>> {
        self.batch.rows(sql, args).await
    }

    async fn run(&self, sql: &str, args: Vec<Value>) -> Result<u64> {
        self.batch.run(sql, args).await
    }
}
