//! Files that come in and go out.
//!
//! Nouns: import (a file with a map, queued → running → done or failed), export (a stream).
//! An import stores chunk after chunk, each with its progress in one transaction, so it survives a kill.

pub mod api;
pub mod chunks;
mod dry;
pub mod export;
pub mod jobs;
pub mod pages;
pub mod preview;
mod rejects;
pub mod rules;
pub mod run;
pub mod source;
pub mod store;
mod stretch;
#[cfg(test)]
pub(crate) mod tests;
pub mod upload;

use kit::db::Query;
use kit::{Error, Result, Tx};
use serde_json::json;
use uuid::Uuid;

pub use dry::{Told, dry};
pub use rules::map::{Kind, Map};
use store::ImportRow;

use crate::surveys;
use crate::surveys::store::SurveyRow;

/// The name of an import's job; there is one at a time.
#[must_use]
pub fn job_name(id: Uuid) -> String {
    format!("import:{id}")
}

/// The survey that a map names, by id or code.
///
/// # Errors
/// `Invalid` on `map.survey`.
pub async fn survey_of(q: &impl Query, org: Uuid, map: &Map) -> Result<SurveyRow> {
    let name =
        map.survey.as_deref().map(str::trim).filter(|s| !s.is_empty()).ok_or_else(|| Error::field("map.survey", "required"))?;
    let unknown = || Error::field("map.survey", "unknown");
    if name.len() > 200 || name.contains('\0') {
        return Err(unknown());
    }
    let found = match Uuid::try_parse(name) {
        Ok(id) => surveys::store::survey(q, org, id).await?,
        Err(_) => surveys::store::survey_by_code(q, name).await?.filter(|s| s.org == org),
    };
    found.ok_or_else(unknown)
}

/// A file that lies ready.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: Uuid,
    pub name: String,
    pub size: i64,
    pub header: Vec<String>,
}

/// Begins an import: checks that map, file and survey fit, and hands it to the job. With `inline` the caller runs it, and
/// the job takes over only when the caller dies.
///
/// # Errors
/// `Invalid` with everything that does not fit; `Forbidden` when a token without `history` brings answers with their dates.
pub async fn begin(tx: &Tx, kind: Kind, map: &Map, file: &Upload, inline: bool) -> Result<ImportRow> {
    let form = if kind == Kind::Responses {
        let survey = survey_of(tx, tx.org(), map).await?;
        // Old answers may come before the first new one: the draft is frozen, and stays closed.
        let survey = surveys::freeze(tx, survey.id).await?;
        let version = survey.published.ok_or_else(|| Error::field("map.survey", "not-published"))?;
        Some(surveys::counter(tx, tx.org(), survey.id, version).await?.form().clone())
    } else {
        None
    };
    let plan = map.plan(kind, &file.header, form.as_ref())?;
    if kind == Kind::Responses && plan.column_of("at").is_some() && tx.actor.via == kit::actor::Via::Token {
        crate::doors::may_back_date(&tx.actor)?;
    }
    let row = ImportRow {
        id: file.id,
        kind: kind.as_str().into(),
        map: serde_json::to_string(map)?,
        file_name: file.name.clone(),
        file_size: file.size,
        state: "queued".into(),
        rows_total: 0,
        rows_done: 0,
        accepted: 0,
        duplicates: 0,
        rejected: 0,
        errors: "[]".into(),
        found: None,
        rejects_size: 0,
        failure: None,
        member: tx.actor.member,
        created_at: tx.now.0,
        finished_at: None,
    };
    store::insert(tx, tx.org(), &row).await?;
    tx.record("import.created", row.id, None, Some(json!({"kind": kind, "file": file.name, "survey": map.survey}))).await?;
    let run_at = if inline { tx.now.plus(kit::time::MINUTE) } else { tx.now };
    kit::jobs::enqueue(tx, &tx.ground, Some(tx.org()), jobs::RUN, &json!({"id": row.id}), run_at, Some(&job_name(row.id)))
        .await?;
    Ok(row)
}

/// An import of this company.
///
/// # Errors
/// `NotFound`.
pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<ImportRow> {
    store::find(q, org, id).await?.ok_or(Error::NotFound)
}
