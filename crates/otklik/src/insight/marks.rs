//! Marks on the time axis: "new greeting", so that a line can be read beside what was changed.

use kit::{Error, Faults, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::store;

/// Sets a mark, for the company or for one branch.
///
/// # Errors
/// `Invalid` for a bad day, text or branch; `Forbidden` for a branch that is not the own one.
pub async fn add(tx: &Tx, on: &str, text: &str, branch: Option<&str>) -> Result<Uuid> {
    let mut faults = Faults::default();
    faults.text("text", text, 200);
    if super::rules::ask::day(on).is_err() {
        faults.add("on", "bad-date");
    }
    let branch = match branch.map(str::trim).filter(|b| !b.is_empty()) {
        None => None,
        Some(text) if text.contains('\0') => return Err(Error::field("branch", "unknown")),
        Some(text) => {
            let found = store::find(tx, tx.org(), store::Table::Branch, text).await?;
            if found.is_none() {
                faults.add("branch", "unknown");
            }
            found.map(|b| b.id)
        }
    };
    faults.check()?;
    // A branch head marks the own branch; the company's axis is the company's.
    if !tx.actor.reaches(branch) {
        return Err(Error::Forbidden("other-branch"));
    }
    let id = tx.new_id();
    store::insert_mark(tx, id, on, text.trim(), branch).await?;
    tx.record("mark.created", id, None, Some(json!({"on": on, "text": text.trim(), "branch": branch}))).await?;
    Ok(id)
}
