//! The word of the head: a draft is sent, agreed to or sent back. Any later change of the draft needs a new word.

use kit::db::Query;
use kit::{Error, Faults, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{Standard, find, store};

/// Sends the draft to its approver.
///
/// # Errors
/// `NotFound`; `Conflict` when nobody is named, or the draft is there already.
pub async fn send(tx: &Tx, id: Uuid) -> Result<Standard> {
    let standard = find(tx, tx.org(), id).await?;
    if standard.row.approver.is_none() {
        return Err(Error::Conflict("no-approver"));
    }
    if !store::set_stage(tx, id, "draft", "review").await? {
        return Err(Error::Conflict("not-draft"));
    }
    tx.record("standard.sent", id, None, Some(json!({"approver": standard.row.approver}))).await?;
    find(tx, tx.org(), id).await
}

/// Takes the draft back from its approver.
///
/// # Errors
/// `NotFound`; `Conflict` when it is not there.
pub async fn take_back(tx: &Tx, id: Uuid) -> Result<()> {
    find(tx, tx.org(), id).await?;
    if !store::set_stage(tx, id, "review", "draft").await? {
        return Err(Error::Conflict("not-in-review"));
    }
    tx.record("standard.taken-back", id, None, None).await
}

fn own_word(tx: &Tx, standard: &Standard) -> Result<()> {
    let own = standard.row.approver.is_some() && standard.row.approver == tx.actor.member;
    if own { Ok(()) } else { Err(Error::Forbidden("not-approver")) }
}

/// The approver agrees to exactly this draft.
///
/// # Errors
/// `NotFound`; `Forbidden` for anybody else; `Conflict` when it was not sent, or changed since.
pub async fn approve(tx: &Tx, id: Uuid) -> Result<Standard> {
    let standard = find(tx, tx.org(), id).await?;
    own_word(tx, &standard)?;
    if !store::set_stage(tx, id, "review", "approved").await? {
        return Err(Error::Conflict("not-in-review"));
    }
    tx.record("standard.approved", id, None, None).await?;
    find(tx, tx.org(), id).await
}

/// The approver sends the draft back and says why; also after an approval that nobody has used yet.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid` without a reason, `Conflict` when there is nothing to send back.
pub async fn send_back(tx: &Tx, id: Uuid, reason: &str) -> Result<()> {
    let standard = find(tx, tx.org(), id).await?;
    own_word(tx, &standard)?;
    let mut faults = Faults::default();
    faults.text("reason", reason, 1000);
    faults.check()?;
    if !store::set_stage(tx, id, "review", "draft").await? && !store::set_stage(tx, id, "approved", "draft").await? {
        return Err(Error::Conflict("not-in-review"));
    }
    tx.record("standard.returned", id, None, Some(json!({"reason": reason.trim()}))).await
}

/// Who sent a draft back, when, and why.
#[derive(Clone, Debug)]
pub struct Returned {
    pub by: String,
    pub at: i64,
    pub reason: String,
}

/// Why the draft came back, while nobody has sent it again.
///
/// # Errors
/// Those of the database.
pub async fn returned(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<Returned>> {
    let row = store::last_word(q, org, id).await?;
    let Some(row) = row.filter(|r| r.verb == "standard.returned") else { return Ok(None) };
    let said: serde_json::Value = serde_json::from_str(row.after.as_deref().unwrap_or("{}"))?;
    Ok(Some(Returned { by: row.actor_name, at: row.at, reason: said["reason"].as_str().unwrap_or("").to_owned() }))
}
