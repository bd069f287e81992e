//! The writer of answers. Whatever waits is committed together, and every reply is sent after its commit,
//! so a receipt means stored. The queue is bounded: beyond it a client is told to come back in a moment.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kit::db::{Batch, Engine};
use kit::{Error, Ground, Result};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::rules::answers::Answers;
use super::rules::facts::Counter;
use super::store::{self, NewResponse};
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
    /// What covers the id that is kept for a repetition.
    pub veil: super::rules::veil::Veil,
    /// The personal link that this answer spends; it gives one answer and no second.
    pub invitation: Option<Invited>,
}

/// A personal link at the moment of its answer.
#[derive(Clone, Debug)]
pub struct Invited {
    pub id: Uuid,
    /// The day, in the company's time zone: nothing finer is kept.
    pub on: String,
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
    stored: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
}

/// How many answers may wait.
const QUEUE: usize = 4096;
/// How many are committed together at most.
pub const BATCH: usize = 512;

impl Writer {
    /// Starts the writer; it ends when the last door to it is dropped and the queue is empty, and the receiver hears of it.
    ///
    /// On SQLite it has a thread of its own: everybody waits for its next statement, so it must not stand in line behind
    /// requests. Connections to PostgreSQL belong to the runtime that opened them, so there it stays with the others.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(ground: Arc<Ground>, batch: usize) -> Result<(Self, oneshot::Receiver<()>)> {
        let (queue, inbox) = mpsc::channel(QUEUE);
        let (ended, end) = oneshot::channel();
        let engine = ground.db.engine;
        let work = async move {
            run(ground, inbox, batch.clamp(1, BATCH)).await;
            let _ = ended.send(());
        };
        if engine == Engine::Sqlite {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            std::thread::Builder::new().name("writer".into()).spawn(move || runtime.block_on(work))?;
        } else {
            tokio::spawn(work);
        }
        Ok((Self { queue, stored: Arc::default(), refused: Arc::default() }, end))
    }

    /// Stores an answer; returns after it is on disk.
    ///
    /// # Errors
    /// `Busy` when too many wait or the database does not answer.
    pub async fn submit(&self, submission: Submission) -> Result<Receipt> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Waiting { submission, reply }).map_err(|_| self.full())?;
        let receipt = answer.await.unwrap_or(Err(Error::Busy(1)));
        if matches!(receipt, Ok(Receipt { again: false, .. })) {
            self.stored.fetch_add(1, Ordering::Relaxed);
        }
        receipt
    }

    /// Is there room for one more? Asked before a program's answer is read, so that turning away the many costs next to nothing.
    ///
    /// # Errors
    /// `Busy` when too many wait.
    pub fn room(&self) -> Result<()> {
        if self.queue.capacity() == 0 { Err(self.full()) } else { Ok(()) }
    }

    /// Come back in one, two or three seconds, by turns: else all who were turned away would be back at the same moment.
    fn full(&self) -> Error {
        Error::Busy(1 + self.refused.fetch_add(1, Ordering::Relaxed) % 3)
    }

    /// How many answers were turned away since the start because too many waited.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// How many answers were stored since the start.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
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
                    let _ = reply.send(receipt.into_result());
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
                    let _ = reply.send(one.and_then(|r| r.first().copied().ok_or(Error::Busy(1))?.into_result()));
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

async fn store_group(ground: &Ground, group: &[Submission]) -> Result<Vec<Outcome>> {
    let batch = ground.db.begin().await?;
    let known = claim(&batch, group).await?;
    let fresh: Vec<&Submission> = group.iter().filter(|s| !known.contains_key(&s.row.id)).collect();
    super::backfill::store(&batch, &fresh).await?;
    batch.commit().await?;
    Ok(group
        .iter()
        .map(|s| match known.get(&s.row.id) {
            None => Outcome::Stored(Receipt { id: s.row.id, again: false }),
            Some(before) => *before,
        })
        .collect())
}

/// What becomes of one answer of a group.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Stored(Receipt),
    /// The key came before with another request.
    KeyReused,
    /// The personal link gave its answer before.
    LinkSpent,
}

impl Outcome {
    fn into_result(self) -> Result<Receipt> {
        match self {
            Self::Stored(receipt) => Ok(receipt),
            Self::KeyReused => Err(Error::field("Idempotency-Key", "key-reused")),
            Self::LinkSpent => Err(Error::Gone("invitation-used")),
        }
    }
}

/// Takes the keys of requests that may be repeated, and spends personal links. Returns, by the id that a submission
/// would get, what became of those that are not to be stored.
async fn claim(batch: &Batch, group: &[Submission]) -> Result<HashMap<Uuid, Outcome>> {
    let mut known = HashMap::new();
    for s in group {
        if let Some(once) = &s.once
            && let Some(before) = claim_key(batch, s, once).await?
        {
            known.insert(s.row.id, before);
        } else if let Some(link) = &s.invitation
            && !store::spend_invitation(batch, s.row.org, link.id, &link.on).await?
        {
            known.insert(s.row.id, Outcome::LinkSpent);
        }
    }
    Ok(known)
}

async fn claim_key(batch: &Batch, s: &Submission, once: &kit::actor::Idempotency) -> Result<Option<Outcome>> {
    let row = &s.row;
    if store::claim_key(batch, row.org, once, s.veil.turn(row.id), row.received_at).await? {
        return Ok(None);
    }
    let kept = store::kept_key(batch, row.org, once).await?;
    let same = kept.filter(|r| r.body_hash == once.body_hash);
    let before = same.and_then(|r| Uuid::try_parse(&r.body).ok());
    Ok(Some(before.map_or(Outcome::KeyReused, |id| Outcome::Stored(Receipt { id: s.veil.turn(id), again: true }))))
}
