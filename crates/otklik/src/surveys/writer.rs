//! The writer of answers. Whatever waits is committed together, and every reply is sent after its commit,
//! so a receipt means stored. The queue is bounded: beyond it a client is told to come back in a moment.

use std::collections::HashMap;
use std::sync::Arc;

use kit::db::{Batch, Query};
use kit::{Error, Ground, Result, args};
use sea_orm::FromQueryResult;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::rules::answers::Answers;
use super::rules::facts::Counter;
use super::store::NewResponse;
use crate::figures::Dims;

/// An answer that was checked and may be stored.
#[derive(Clone, Debug)]
pub struct Submission {
    pub row: NewResponse,
    pub answers: Answers,
    pub dims: Dims,
    pub counter: Arc<Counter>,
    pub channel_name: Option<String>,
    /// Key, path and body hash of a request that may be repeated.
    pub once: Option<kit::actor::Idempotency>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub id: Uuid,
    /// The same request was stored before; this is its receipt again.
    pub again: bool,
}

struct Waiting {
    submission: Submission,
    reply: oneshot::Sender<Result<Receipt>>,
}

/// The door to the writer.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
}

/// How many answers may wait.
const QUEUE: usize = 4096;
/// How many are committed together at most.
pub const BATCH: usize = 512;

impl Writer {
    /// Starts the writer; it ends when the last door to it is dropped and the queue is empty.
    #[must_use]
    pub fn start(ground: Arc<Ground>, batch: usize) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, inbox) = mpsc::channel(QUEUE);
        let task = tokio::spawn(run(ground, inbox, batch.clamp(1, BATCH)));
        (Self { queue }, task)
    }

    /// Stores an answer; returns after it is on disk.
    ///
    /// # Errors
    /// `Busy` when too many wait or the database does not answer.
    pub async fn submit(&self, submission: Submission) -> Result<Receipt> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Waiting { submission, reply }).map_err(|_| Error::Busy(1))?;
        answer.await.unwrap_or(Err(Error::Busy(1)))
    }

    /// How many answers wait at the moment.
    #[must_use]
    pub fn waiting(&self) -> usize {
        QUEUE - self.queue.capacity()
    }
}

async fn run(ground: Arc<Ground>, mut inbox: mpsc::Receiver<Waiting>, batch: usize) {
    let mut waiting = Vec::with_capacity(batch);
    while inbox.recv_many(&mut waiting, batch).await > 0 {
        let group = std::mem::take(&mut waiting);
        let (submissions, replies): (Vec<_>, Vec<_>) = group.into_iter().map(|w| (w.submission, w.reply)).unzip();
        match store_group(&ground, &submissions).await {
            Ok(receipts) => {
                for (reply, receipt) in replies.into_iter().zip(receipts) {
                    let _ = reply.send(Ok(receipt));
                }
            }
            // The database is away for everybody: say so at once, so that nobody waits for a line of time-outs.
            Err(Error::Busy(s)) => {
                for reply in replies {
                    let _ = reply.send(Err(Error::Busy(s)));
                }
            }
            // One bad answer must not fail its neighbours: each again by itself.
            Err(first) if submissions.len() > 1 => {
                tracing::warn!(error = %first, n = submissions.len(), "a group failed, each is tried alone");
                for (submission, reply) in submissions.iter().zip(replies) {
                    let one = store_group(&ground, std::slice::from_ref(submission)).await;
                    let _ = reply.send(one.and_then(|r| r.first().copied().ok_or(Error::Busy(1))));
                }
            }
            Err(error) => {
                for reply in replies.into_iter().take(1) {
                    let _ = reply.send(Err(Error::Internal(error.to_string())));
                }
            }
        }
    }
}

async fn store_group(ground: &Ground, group: &[Submission]) -> Result<Vec<Receipt>> {
    let batch = ground.db.begin().await?;
    let known = claim_keys(&batch, group).await?;
    let fresh: Vec<&Submission> = group.iter().filter(|s| !known.contains_key(&s.row.id)).collect();
    super::backfill::store(&batch, &fresh).await?;
    batch.commit().await?;
    Ok(group
        .iter()
        .map(|s| known.get(&s.row.id).map_or(Receipt { id: s.row.id, again: false }, |id| Receipt { id: *id, again: true }))
        .collect())
}

#[derive(FromQueryResult)]
struct KeyRow {
    path: String,
    body: String,
}

/// Takes the keys of requests that may be repeated. Returns, by the id a submission would get, the id it got before.
async fn claim_keys(batch: &Batch, group: &[Submission]) -> Result<HashMap<Uuid, Uuid>> {
    let mut known = HashMap::new();
    for s in group {
        let Some(once) = &s.once else { continue };
        let actor = "public";
        let fresh = batch
            .run(
                "insert into idempotency (org, actor, key, path, body_hash, status, body, created_at) values ($1,$2,$3,$4,$5,201,$6,$7)
                 on conflict (org, actor, key) do nothing",
                args![s.row.org, actor, &*once.key, &*once.path, &*once.body_hash, s.row.id.to_string(), s.row.received_at],
            )
            .await?;
        if fresh == 0 {
            let row: Option<KeyRow> = batch
                .one("select path, body from idempotency where org = $1 and actor = $2 and key = $3", args![s.row.org, actor, &*once.key])
                .await?;
            let before = row.filter(|r| r.path == once.path).and_then(|r| Uuid::try_parse(&r.body).ok()).unwrap_or(s.row.id);
            known.insert(s.row.id, before);
        }
    }
    Ok(known)
}
