//! A standard goes out of force: nobody has to know it any more. What was written, signed and said of it stays.

use kit::db::Query;
use kit::{Error, Faults, Result, Tx};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Standard, find, store};
use crate::standards::duties;

/// Why a standard goes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalForm {
    /// Shown to everybody who opens the standard.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// Takes a standard out of force. Open duties are lifted in this very act; signatures, versions and threads stay.
/// Says whether everybody is counted anew already; if not, a job goes through the branches.
///
/// # Errors
/// `NotFound`; `Invalid` without a reason; `Conflict` when it was never published, or is withdrawn already.
pub async fn withdraw(tx: &Tx, id: Uuid, form: &WithdrawalForm) -> Result<(Standard, bool)> {
    let standard = find(tx, tx.org(), id).await?;
    let mut faults = Faults::default();
    faults.text("reason", &form.reason, 1000);
    faults.check()?;
    let Some(number) = standard.row.published else { return Err(Error::Conflict("standard-not-published")) };
    let reason = form.reason.trim();
    if !store::withdraw(tx, id, reason).await? {
        return Err(Error::Conflict("standard-withdrawn"));
    }
    let settled = duties::force_changed(tx, id).await?;
    tx.record("standard.withdrawn", id, Some(json!({"version": number})), Some(json!({"reason": reason}))).await?;
    Ok((find(tx, tx.org(), id).await?, settled))
}

/// Puts a withdrawn standard back in force: what was signed counts again, what was not is asked with a new day.
///
/// # Errors
/// `NotFound`; `Conflict` when it is not withdrawn.
pub async fn restore(tx: &Tx, id: Uuid) -> Result<(Standard, bool)> {
    let standard = find(tx, tx.org(), id).await?;
    if !store::restore(tx, id).await? {
        return Err(Error::Conflict("standard-not-withdrawn"));
    }
    let settled = duties::force_changed(tx, id).await?;
    let before = json!({"reason": standard.row.withdrawn_why});
    tx.record("standard.restored", id, Some(before), Some(json!({"version": standard.row.published}))).await?;
    Ok((find(tx, tx.org(), id).await?, settled))
}

/// Something that happened to a standard beside its versions.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A property that no version keeps got another value: `kind`, `owner`, `review_on`.
    Changed {
        field: &'static str,
        was: String,
        is: String,
    },
    Withdrawn {
        reason: String,
    },
    Restored,
}

/// An act with who did it and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Acted {
    pub by: String,
    pub at: i64,
    pub act: Act,
}

/// The properties of a standard that are in force as soon as they are saved.
const AT_ONCE: [&str; 3] = ["kind", "owner", "review_on"];

/// What happened to a standard beside its versions, newest first: who made what of its kind, owner and day of review,
/// when it went and came back.
///
/// # Errors
/// Those of the database.
pub async fn acts(q: &impl Query, org: Uuid, id: Uuid) -> Result<Vec<Acted>> {
    let mut out = Vec::new();
    for row in store::head_acts(q, org, id, 200).await? {
        let read = |text: &Option<String>| text.as_deref().and_then(|t| serde_json::from_str::<Json>(t).ok()).unwrap_or_default();
        let (was, is) = (read(&row.before), read(&row.after));
        let said = |act| Acted { by: row.actor_name.clone(), at: row.at, act };
        match row.verb.as_str() {
            "standard.withdrawn" => {
                out.push(said(Act::Withdrawn { reason: is["reason"].as_str().unwrap_or_default().to_owned() }));
            }
            "standard.restored" => out.push(said(Act::Restored)),
            _ => {
                for field in AT_ONCE.into_iter().filter(|f| was[*f] != is[*f]) {
                    let text = |v: &Json| v[field].as_str().unwrap_or_default().to_owned();
                    out.push(said(Act::Changed { field, was: text(&was), is: text(&is) }));
                }
            }
        }
    }
    Ok(out)
}
