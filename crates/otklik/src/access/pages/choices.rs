//! What fits while somebody types the name of a branch or an employee.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kit::web::Params;
use kit::{Actor, Faults, Result};
use serde::Deserialize;
use serde_json::json;

use crate::access::choose::{self, What};
use crate::app::App;

/// What was typed so far.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    #[serde(default)]
    q: String,
}

async fn offer(app: &App, actor: &Actor, what: What, typing: &Typing) -> Result<Response> {
    let mut faults = Faults::default();
    faults.optional("q", &typing.q, 300);
    faults.check()?;
    let items = choose::offered(&app.ground.db, actor, what, &typing.q).await?;
    // Names are what people typed: no answer of a page's door holds anything that looks like markup.
    let text = json!({"items": items}).to_string().replace('<', "\\u003c");
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// Branches that fit.
///
/// # Errors
/// Those of the database.
pub async fn branches(State(app): State<App>, actor: Actor, typing: Params<Typing>) -> Result<Response> {
    offer(&app, &actor, What::Branch, &typing.0).await
}

/// Open branches that fit.
///
/// # Errors
/// Those of the database.
pub async fn open_branches(State(app): State<App>, actor: Actor, typing: Params<Typing>) -> Result<Response> {
    offer(&app, &actor, What::OpenBranch, &typing.0).await
}

/// Employees that fit.
///
/// # Errors
/// Those of the database.
pub async fn employees(State(app): State<App>, actor: Actor, typing: Params<Typing>) -> Result<Response> {
    offer(&app, &actor, What::Employee, &typing.0).await
}
