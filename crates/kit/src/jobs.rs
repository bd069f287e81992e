//! Time's door: work that was enqueued in an act's transaction and runs after it, at least once.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::args;
use crate::db::{Engine, Query, list_places};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::time::{MINUTE, SECOND, Timestamp};

/// A job as its handler sees it.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: Uuid,
    pub org: Option<Uuid>,
    pub kind: String,
    pub payload: Json,
    /// How often it was tried before.
    pub attempts: i64,
}

type Work<C> = Box<dyn Fn(C, Job) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// Which handler runs which kind of job.
pub struct Registry<C> {
    work: HashMap<&'static str, Work<C>>,
    outgoing: Vec<&'static str>,
}

impl<C: Clone + Send + Sync + 'static> Default for Registry<C> {
    fn default() -> Self {
        Self { work: HashMap::new(), outgoing: Vec::new() }
    }
}

impl<C: Clone + Send + Sync + 'static> Registry<C> {
    /// Names the handler of a kind. It must be idempotent: a job may run twice after a crash.
    pub fn on<F, Fut>(&mut self, kind: &'static str, work: F)
    where
        F: Fn(C, Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.work.insert(kind, Box::new(move |context, job| Box::pin(work(context, job))));
    }

    /// Names the handler of a kind that sends something out of the house. Such jobs wait while their company pauses what
    /// goes out (`org.outgoing_paused_at`): a restored copy must not write to real people until an owner says so.
    pub fn on_outgoing<F, Fut>(&mut self, kind: &'static str, work: F)
    where
        F: Fn(C, Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.on(kind, work);
        self.outgoing.push(kind);
    }

    /// The kinds that send something out.
    #[must_use]
    pub fn outgoing(&self) -> &[&'static str] {
        &self.outgoing
    }

    /// The kinds that have a handler.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.work.keys().copied()
    }
}

/// Puts a job into the caller's transaction. With `dedup`, a second one of the same name is dropped while the first waits.
///
/// # Errors
/// Those of the database.
pub async fn enqueue(
    q: &impl Query,
    ground: &Ground,
    org: Option<Uuid>,
    kind: &str,
    payload: &Json,
    run_at: Timestamp,
    dedup: Option<&str>,
) -> Result<()> {
    let now = ground.now();
    q.run(
        "insert into job (id, org, kind, payload, dedup, run_at, created_at) values ($1,$2,$3,$4,$5,$6,$7)
         on conflict (dedup) do nothing",
        args![ground.entropy.id(now), org, kind, payload.to_string(), dedup.map(str::to_owned), run_at.0, now.0],
    )
    .await?;
    ground.jobs_due.notify_one();
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    org: Option<Uuid>,
    kind: String,
    payload: String,
    attempts: i64,
}

/// How long a node may hold a job before another may take it over.
const LEASE: i64 = 5 * MINUTE;
/// After this many failures a job is kept for the administrator and no longer tried.
const ATTEMPTS: i64 = 12;

/// Frees what a process that died had claimed. On SQLite there is one server only, so at its start every claim is a dead one's;
/// on PostgreSQL another node may still be at work, and claims run out by themselves.
///
/// # Errors
/// Those of the database.
pub async fn release_dead(ground: &Ground) -> Result<()> {
    if ground.db.engine == Engine::Sqlite {
        ground.db.run("update job set leased_until = null where leased_until is not null", args![]).await?;
    }
    Ok(())
}

async fn claim(ground: &Ground, outgoing: &[&'static str]) -> Result<Option<Job>> {
    let now = ground.now().0;
    let skip = if ground.db.engine == Engine::Postgres { "for update skip locked" } else { "" };
    let mut values = args![now, now + LEASE];
    let held = if outgoing.is_empty() {
        String::new()
    } else {
        let kinds = list_places(values.len(), outgoing.len());
        values.extend(outgoing.iter().map(|kind| sea_orm::Value::from(*kind)));
        // What belongs to no company in particular waits for all of them.
        format!(
            "and (kind not in ({kinds}) or not exists (select 1 from org o where o.outgoing_paused_at is not null \
             and (job.org is null or o.id = job.org)))"
        )
    };
    let sql = format!(
        "update job set leased_until = $2, attempts = attempts + 1 where id in (
           select id from job where run_at <= $1 and failed_at is null and (leased_until is null or leased_until < $1) {held}
           order by run_at limit 1 {skip}) returning id, org, kind, payload, attempts"
    );
    let tx = ground.db.begin().await?;
    let row: Option<Row> = tx.one(&sql, values).await?;
    tx.commit().await?;
    let Some(row) = row else { return Ok(None) };
    let payload = serde_json::from_str(&row.payload)?;
    Ok(Some(Job { id: row.id, org: row.org, kind: row.kind, payload, attempts: row.attempts - 1 }))
}

/// What somebody who panicked said.
fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}

/// Runs every job that is due, one after another; says how many there were.
///
/// # Errors
/// When the database does not answer. A job's own failure, a panic too, is written to the job and tried again later.
pub async fn run_due<C: Clone + Send + Sync + 'static>(ground: &Ground, registry: &Registry<C>, context: &C) -> Result<usize> {
    let mut count = 0;
    while let Some(job) = claim(ground, &registry.outgoing).await? {
        count += 1;
        let outcome = match registry.work.get(job.kind.as_str()) {
            Some(work) => {
                let done = AssertUnwindSafe(async { work(context.clone(), job.clone()).await }).catch_unwind().await;
                done.unwrap_or_else(|panic| Err(Error::Internal(format!("a panic: {}", words_of(&*panic)))))
            }
            None => Err(Error::Internal(format!("no handler for the job {}", job.kind))),
        };
        match outcome {
            Ok(()) => {
                ground.db.run("delete from job where id = $1", args![job.id]).await?;
            }
            Err(error) => {
                let attempts = job.attempts + 1;
                let now = ground.now();
                // Doubling pauses from 10 seconds to about half a day; chance spreads nodes that failed together.
                let pause = (10 * SECOND) << attempts.min(12);
                let jitter = i64::try_from(ground.entropy.below(u64::try_from(pause / 4).unwrap_or(1))).unwrap_or(0);
                let failed = (attempts >= ATTEMPTS).then_some(now.0);
                tracing::warn!(kind = %job.kind, attempts, %error, "a job failed");
                ground
                    .db
                    .run(
                        "update job set run_at = $2, leased_until = null, error = $3, failed_at = $4 where id = $1",
                        args![job.id, now.0 + pause + jitter, error.to_string(), failed],
                    )
                    .await?;
            }
        }
    }
    Ok(count)
}

/// The queue as it stands.
#[derive(Debug, FromQueryResult)]
pub struct Queue {
    /// Jobs that wait or run.
    pub waiting: i64,
    /// Jobs that were given up.
    pub failed: i64,
}

/// How long the queue is, over all companies.
///
/// # Errors
/// Those of the database.
pub async fn queue(q: &impl Query) -> Result<Queue> {
    let found = q.one("select count(*) - count(failed_at) as waiting, count(failed_at) as failed from job", args![]).await?;
    Ok(found.unwrap_or(Queue { waiting: 0, failed: 0 }))
}

/// Runs jobs until `stop` resolves. A job that is under way is finished first.
pub async fn run<C: Clone + Send + Sync + 'static>(
    ground: Arc<Ground>,
    registry: Registry<C>,
    context: C,
    stop: impl Future<Output = ()> + Send,
) {
    tokio::pin!(stop);
    loop {
        if let Err(error) = run_due(&ground, &registry, &context).await {
            tracing::warn!(%error, "jobs wait for the database");
        }
        tokio::select! {
            () = &mut stop => return,
            () = ground.jobs_due.notified() => {}
            () = tokio::time::sleep(std::time::Duration::from_secs(2)) => {}
        }
    }
}
