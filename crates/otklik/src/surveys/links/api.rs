//! The JSON door of links and QR codes.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kit::web::{Id, List, Paging, Params, answer};
use kit::{Actor, Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Per, address, links, query, svg};
use crate::app::App;
use crate::surveys::intake::Origin;

/// What links are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// One link for each `branch` (when not given), `employee` or `touchpoint`.
    #[param(inline)]
    pub per: Option<Per>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// The cursor that the part before ended with.
    pub after: Option<String>,
}

/// A way to the survey.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LinkOut {
    /// The branch, employee or touchpoint.
    pub id: Uuid,
    pub label: String,
    pub url: String,
    /// Where its QR code (SVG) lies.
    pub qr: String,
}

/// Lists signed links for branches, employees or touchpoints, by name.
#[utoipa::path(get, path = "/surveys/{id}/links", tag = "surveys", params(("id" = Uuid, Path), Wanted),
    responses((status = 200, body = List<LinkOut>)))]
pub async fn list(State(app): State<App>, actor: Actor, id: Id, wanted: Params<Wanted>) -> Result<Response> {
    let paging = Paging { limit: wanted.0.limit, after: wanted.0.after };
    let limit = paging.limit()?;
    let after = after(&paging)?;
    let row = crate::surveys::find(&app.ground.db, actor.org, id.0).await?;
    let found =
        links(&app.ground.db, &app.ground, &actor, &row.code, (wanted.0.per.unwrap_or_default(), ""), after, limit).await?;
    let base = format!("{}/api/v1/surveys/{}/qr.svg", app.ground.public_url, row.id);
    let cut = List::cut(found, limit, |l| vec![l.label.clone(), l.id.to_string()]);
    answer(200, &cut.map(|l| LinkOut { id: l.id, qr: format!("{base}?{}", l.query), label: l.label, url: l.url }))
}

/// Where a list of links goes on.
///
/// # Errors
/// `Invalid` when the cursor is not one of ours.
pub fn after(paging: &Paging) -> Result<Option<(String, Uuid)>> {
    let Some(parts) = paging.cursor()? else { return Ok(None) };
    let bad = || Error::field("after", "bad-cursor");
    let [name, id] = parts.as_slice() else { return Err(bad()) };
    Ok(Some((name.clone(), Uuid::try_parse(id).map_err(|_| bad())?)))
}

/// What a QR code leads to.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Leads {
    #[param(max_length = 50)]
    pub branch: Option<String>,
    #[param(max_length = 50)]
    pub employee: Option<String>,
    #[param(max_length = 50)]
    pub touchpoint: Option<String>,
    #[param(max_length = 50)]
    pub channel: Option<String>,
    /// The signature of a link; it is written anew.
    pub k: Option<String>,
}

/// Draws the QR code of the survey's page, for a branch, employee, touchpoint or channel if named.
#[utoipa::path(get, path = "/surveys/{id}/qr.svg", tag = "surveys", params(("id" = Uuid, Path), Leads),
    responses((status = 200, content_type = "image/svg+xml", body = String)))]
pub async fn qr(State(app): State<App>, actor: Actor, id: Id, leads: Params<Leads>) -> Result<Response> {
    let row = crate::surveys::find(&app.ground.db, actor.org, id.0).await?;
    let Leads { branch, employee, touchpoint, channel, .. } = leads.0;
    let mut faults = kit::Faults::default();
    for (name, value) in [("branch", &branch), ("employee", &employee), ("touchpoint", &touchpoint), ("channel", &channel)] {
        if let Some(value) = value {
            faults.optional(name, value, 50);
        }
    }
    faults.check()?;
    let origin = Origin { branch, employee, touchpoint, channel, signature: None };
    let text = address(&app.ground, &row.code, &query(&app.ground, &row.code, &origin));
    let name = format!("inline; filename=\"otklik-{}.svg\"", row.code);
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CONTENT_DISPOSITION, &name)], svg(&text)?).into_response())
}
