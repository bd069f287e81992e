//! What goes out of the house (letters, later messages and webhooks), and its pause: a restored copy begins with it, so that
//! a drill writes to nobody. Jobs that send something wait meanwhile; nothing of them is lost.

use kit::db::Query;
use kit::{Error, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::store::outgoing as store;

/// How it stands.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing {
    pub paused_at: Option<i64>,
    /// What waits to go out.
    pub waiting: i64,
}

/// How it stands in a company.
///
/// # Errors
/// Those of the database.
pub async fn outgoing(q: &impl Query, org: Uuid) -> Result<Outgoing> {
    let jobs = crate::app::jobs();
    Ok(Outgoing { paused_at: store::paused_at(q, org).await?, waiting: store::waiting(q, org, jobs.outgoing()).await? })
}

/// Holds back whatever would go out.
///
/// # Errors
/// `Conflict` when it is held back already.
pub async fn pause(tx: &Tx) -> Result<Outgoing> {
    if !store::pause(tx).await? {
        return Err(Error::Conflict("outgoing-paused"));
    }
    tx.record("org.outgoing-paused", tx.org(), None, None).await?;
    outgoing(tx, tx.org()).await
}

/// Lets it go again.
///
/// # Errors
/// `NotFound` when nothing is held back.
pub async fn resume(tx: &Tx) -> Result<()> {
    if !store::resume(tx).await? {
        return Err(Error::NotFound);
    }
    tx.record("org.outgoing-resumed", tx.org(), None, None).await
}

/// A company came back from a backup made at that moment: it begins paused, and its history says so.
///
/// # Errors
/// Those of the database.
pub async fn restored(tx: &Tx, made_at: &str) -> Result<()> {
    store::pause(tx).await?;
    super::store::people::end_tokens(tx).await?;
    tx.record("org.restored", tx.org(), None, Some(json!({"made_at": made_at}))).await
}

/// How many companies of this installation are paused: for the log at the start.
///
/// # Errors
/// Those of the database.
pub async fn paused_companies(q: &impl Query) -> Result<i64> {
    store::paused_companies(q).await
}
