//! Time's door of imports.

use kit::jobs::Job;
use kit::{Error, Result};
use uuid::Uuid;

use crate::app::App;

/// Runs an import that waits, or goes on with one that broke off.
pub const RUN: &str = "import.run";
/// After so many attempts an import ends as failed, so that nobody waits for ever.
const ATTEMPTS: i64 = 10;

/// # Errors
/// Those of the database; then it is tried again.
pub async fn run(app: App, job: Job) -> Result<()> {
    let id = job.payload["id"].as_str().and_then(|t| Uuid::try_parse(t).ok());
    let (Some(org), Some(id)) = (job.org, id) else { return Err(Error::Internal("an import's job names no import".into())) };
    match super::run::run(&app.ground, org, id, || super::run::Pace::AMONG_OTHERS, |_| {}).await {
        Ok(_) | Err(Error::NotFound) => Ok(()),
        Err(error) if job.attempts >= ATTEMPTS => {
            tracing::error!(%error, %id, "an import is given up");
            super::run::give_up(&app.ground, org, id).await
        }
        Err(error) => Err(error),
    }
}
