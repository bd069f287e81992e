//! Tracks: made, changed, listed.

use kit::db::Query;
use kit::filter::Filter;
use kit::web::List;
use kit::{Actor, Error, Result, Tx, args};
use uuid::Uuid;

use super::rules::{self, TrackForm};
use super::starter;
use super::store::{self, TrackRow};
use crate::standards::quizzes::{self, before};

/// A track as the form that made it.
///
/// # Errors
/// When the stored row cannot be read: a defect.
pub fn form_of(row: &TrackRow) -> Result<TrackForm> {
    Ok(TrackForm {
        title: quizzes::label_of(&row.title),
        positions: serde_json::from_str(&row.positions)?,
        steps: serde_json::from_str(&row.steps)?,
        active: row.active,
    })
}

fn row_of(id: Uuid, form: &TrackForm, version: i64, created_at: i64) -> Result<TrackRow> {
    Ok(TrackRow {
        id,
        title: serde_json::to_string(&form.title)?,
        positions: serde_json::to_string(&form.positions)?,
        steps: serde_json::to_string(&form.steps)?,
        active: form.active,
        version,
        created_at,
    })
}

/// Do the standards and quizzes exist here?
async fn check_things(tx: &Tx, form: &TrackForm) -> Result<()> {
    let standards: Vec<Uuid> = form.steps.iter().filter_map(|s| s.standard).collect();
    let quizzes: Vec<Uuid> = form.steps.iter().filter_map(|s| s.quiz).collect();
    let standards = store::known(tx, tx.org(), "standard", &standards).await?;
    let quizzes = store::known(tx, tx.org(), "quiz", &quizzes).await?;
    let mut faults = kit::Faults::default();
    for (i, step) in form.steps.iter().enumerate() {
        for (field, id, known) in [("standard", step.standard, &standards), ("quiz", step.quiz, &quizzes)] {
            if id.is_some_and(|id| !known.contains(&id)) {
                faults.add(format!("steps[{i}].{field}"), "unknown");
            }
        }
    }
    faults.check()
}

/// # Errors
/// `Invalid`.
pub async fn create_track(tx: &Tx, form: &TrackForm) -> Result<TrackRow> {
    let form = rules::check(form)?;
    check_things(tx, &form).await?;
    let row = row_of(tx.new_id(), &form, 1, tx.now.0)?;
    store::insert_track(tx, &row).await?;
    tx.record("track.created", row.id, None, Some(serde_json::to_value(&form)?)).await?;
    Ok(row)
}

/// # Errors
/// `NotFound`.
pub async fn find_track(q: &impl Query, org: Uuid, id: Uuid) -> Result<TrackRow> {
    store::track(q, org, id).await?.ok_or(Error::NotFound)
}

/// Changes a track; those who are on it keep the steps that they began with.
///
/// # Errors
/// `NotFound`, `Conflict` when somebody saved first, `Invalid`.
pub async fn edit_track(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&TrackForm) -> Result<TrackForm>,
) -> Result<TrackRow> {
    let row = find_track(tx, tx.org(), id).await?;
    let before = form_of(&row)?;
    let form = rules::check(&change(&before)?)?;
    check_things(tx, &form).await?;
    let next = row_of(id, &form, row.version, row.created_at)?;
    if store::update_track(tx, version.unwrap_or(row.version), &next).await? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("track.changed", id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    find_track(tx, tx.org(), id).await
}

/// Tracks, newest first.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn tracks(q: &impl Query, actor: &Actor, after: Option<Vec<String>>, limit: i64) -> Result<List<TrackRow>> {
    let mut filter = Filter::of(actor.org);
    if let Some(id) = before(after)? {
        filter.and("id < ?", args![id]);
    }
    let rows = store::tracks(q, filter, limit + 1).await?;
    Ok(List::cut(rows, limit, |r| vec![r.id.to_string()]))
}

/// Adds the track to begin with.
///
/// # Errors
/// Those of the database.
pub async fn add_starter(tx: &Tx) -> Result<TrackRow> {
    create_track(tx, &starter::first_months()).await
}
