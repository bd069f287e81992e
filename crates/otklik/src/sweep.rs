//! What nobody needs any more goes by itself, four times a day: files that were sent and never used, spent links, old
//! sessions, answers kept for repetitions. What was left in the morning is gone by the next.

use std::time::{Duration, UNIX_EPOCH};

use kit::jobs::{Job, Registry, enqueue};
use kit::time::{DAY, HOUR};
use kit::{Ground, Result, Timestamp};
use serde_json::json;

use crate::app::App;
use crate::{access, imports, standards, surveys};

/// Clears up.
pub const SWEEP: &str = "house.sweep";
/// So often.
const EVERY: i64 = 6 * HOUR;
/// What was sent and not used for so long is abandoned. Longer by far than an upload whose row is being written, or a backup.
pub const ABANDONED: i64 = 12 * HOUR;
/// A repetition with the same key is recognised for so long; a day is promised.
const REPEATED: i64 = 2 * DAY;
/// A spent or old link says for so long what it was.
const LINKS: i64 = 30 * DAY;

/// Names the handler.
pub fn register(jobs: &mut Registry<App>) {
    jobs.on(SWEEP, sweep);
}

/// Sees to it that the next round comes; once, however many ask.
///
/// # Errors
/// Those of the database.
pub async fn next(ground: &Ground, at: Timestamp) -> Result<()> {
    let dedup = format!("{SWEEP}/{}", at.0.div_euclid(EVERY));
    enqueue(&ground.db, ground, None, SWEEP, &json!({}), at, Some(&dedup)).await
}

async fn sweep(app: App, _: Job) -> Result<()> {
    let ground = &app.ground;
    let now = ground.now();
    next(ground, now.plus(EVERY)).await?;
    access::store::people::forget_old(&ground.db, now.0, now.0 - LINKS).await?;
    let keys = kit::tx::forget_keys(&ground.db, now.0 - REPEATED).await?;
    let before = now.0 - ABANDONED;
    let files = standards::editing::examples::sweep(&app, before).await?;
    let since = UNIX_EPOCH + Duration::from_micros(u64::try_from(before).unwrap_or(0));
    let uploads = imports::upload::sweep(ground, since).await?;
    let mixed = surveys::mix_closed_days(ground).await?;
    if keys + files + uploads + mixed > 0 {
        tracing::info!(keys, files, uploads, mixed, "cleared up");
    }
    Ok(())
}
