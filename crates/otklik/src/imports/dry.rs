//! What a file would do, row by row: every row is read and none stored.

use std::sync::Arc;

use kit::i18n::T;
use kit::{Actor, Error, Ground, Result};
use uuid::Uuid;

use super::chunks::{self, Goal, MOST_ERRORS, RowError, Work};
use super::rules::map::{Kind, Map};
use super::rules::responses::Reader;
use super::run::{blocking, book, produce};
use super::source;

/// What a file would do, row by row.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub rejected: i64,
    pub errors: Vec<RowError>,
}

/// Reads every row of a file that lies ready and stores none.
///
/// # Errors
/// `Invalid` when file or map cannot be used.
pub async fn dry(ground: &Arc<Ground>, actor: &Actor, kind: Kind, map: &Map, id: Uuid) -> Result<Told> {
    let form = if kind == Kind::Responses { Some(super::preview::form_of(ground, actor.org, map).await?) } else { None };
    let path = source::path_of(ground, id);
    let (look_path, zone, look_map, look_form) = (path.clone(), actor.zone.clone(), map.clone(), form.clone());
    let looked = blocking(move || source::first_look(&look_path, &look_map, kind, look_form.as_ref(), &zone)).await?;
    let (dialect, plan, findings) = looked.map_err(super::upload::refusal)?;
    let now = ground.now();
    let goal = form.map(|form| Goal {
        survey: Uuid::nil(),
        version: 1,
        anonymity: form.anonymity,
        reader: Reader::new(plan.clone(), form, findings.clone(), actor.zone.clone(), now),
        counter: None,
    });
    let t = T::new(actor.lang);
    let work = Arc::new(Work {
        ground: Arc::clone(ground),
        now,
        actor: actor.clone(),
        dialect,
        plan,
        findings,
        goal,
        t,
        skip: 0,
        chunk: chunks::ROWS,
    });
    let mut chunks = produce(&work, book(ground, actor.org).await?, path);
    let mut told = Told::default();
    while let Some(chunk) = chunks.recv().await {
        let chunk = chunk.map_err(|f| Error::field("file", f.code))?;
        told.rejected += chunk.rejected;
        told.errors.extend(chunk.errors);
        told.errors.truncate(MOST_ERRORS);
    }
    Ok(told)
}
