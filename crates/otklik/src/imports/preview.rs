//! What a file looks like before it comes in.

use kit::i18n::T;
use kit::{Error, Ground, Result};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::rules::map::{Kind, Map};
use super::rules::suggest::{self, Look};
use super::run::{Warning, warnings};
use super::source::{self, Unusable};
use super::store;
use crate::surveys::rules::form::Form;

/// A column of the file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Column {
    pub header: String,
    pub look: Look,
    /// The target that seems to fit: a text or an object as in the map; null when none does.
    #[schema(value_type = Value)]
    pub suggested: Json,
}

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Preview {
    pub encoding: String,
    pub separator: String,
    pub columns: Vec<Column>,
    /// The first twenty rows.
    pub rows: Vec<Vec<String>>,
    /// All rows; only with a map that fits.
    pub rows_total: Option<i64>,
    pub warnings: Vec<Warning>,
}

/// The form that a map's survey has now: the published one, else the draft.
///
/// # Errors
/// `Invalid` on `map.survey`.
pub async fn form_of(ground: &Ground, org: Uuid, map: &Map) -> Result<Form> {
    let survey = super::survey_of(&ground.db, org, map).await?;
    let text = match survey.published {
        Some(n) => crate::surveys::store::version(&ground.db, org, survey.id, n).await?.unwrap_or(survey.draft),
        None => survey.draft,
    };
    Ok(serde_json::from_str(&text)?)
}

/// Looks at a file that lies ready; with columns in the map at the whole of it.
///
/// # Errors
/// `Invalid` when file or map cannot be used.
pub async fn preview(ground: &Ground, actor: &kit::Actor, id: Uuid, kind: Kind, map: &Map) -> Result<Preview> {
    let form = match (kind, &map.survey) {
        (Kind::Responses, Some(_)) => Some(form_of(ground, actor.org, map).await?),
        _ => None,
    };
    let (path, own, t) = (source::path_of(ground, id), map.clone(), T::new(actor.lang));
    let (look_form, zone) = (form.clone(), actor.zone.clone());
    let looked = tokio::task::spawn_blocking(move || -> Result<_, Unusable> {
        let sample = source::sample(&path, &own, 20)?;
        let whole =
            if own.columns.is_empty() { None } else { Some(source::first_look(&path, &own, kind, look_form.as_ref(), &zone)?) };
        Ok((sample, whole))
    });
    let (sample, whole) = looked.await.map_err(|e| Error::Internal(e.to_string()))?.map_err(super::upload::refusal)?;
    let looks: Vec<Look> = (0..sample.header.len()).map(|i| suggest::look(sample.rows.iter().map(|r| r[i].as_str()))).collect();
    let mut suggested = suggest::suggest(kind, &sample.header, &looks, form.as_ref());
    remember(ground, actor.org, kind, map, &sample.header, &mut suggested).await?;
    let dialect = whole.as_ref().map_or(sample.dialect, |w| w.0);
    Ok(Preview {
        encoding: dialect.encoding.as_str().into(),
        separator: char::from(dialect.separator).to_string(),
        columns: sample
            .header
            .into_iter()
            .zip(looks)
            .zip(suggested)
            .map(|((header, look), suggested)| Column { header, look, suggested })
            .collect(),
        rows: sample.rows,
        rows_total: whole.as_ref().map(|w| w.2.rows),
        warnings: whole.map(|(dialect, plan, findings)| warnings(&plan, &findings, dialect, t)).unwrap_or_default(),
    })
}

/// A map that was used for the same headings before is the best guess.
async fn remember(ground: &Ground, org: Uuid, kind: Kind, map: &Map, header: &[String], suggested: &mut [Json]) -> Result<()> {
    for text in store::maps(&ground.db, org, kind.as_str()).await? {
        let Ok(before) = serde_json::from_str::<Map>(&text) else { continue };
        let same = before.survey == map.survey && !before.columns.is_empty() && before.columns.keys().all(|k| header.contains(k));
        if same {
            for (name, place) in header.iter().zip(suggested.iter_mut()) {
                *place = before.columns.get(name).cloned().unwrap_or(Json::Null);
            }
            return Ok(());
        }
    }
    Ok(())
}
