//! What fits while somebody types the name of a branch or an employee.

use axum::extract::State;
use axum::response::Response;
use kit::web::{Params, answer};
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
    answer(200, &json!({"items": choose::offered(&app.ground.db, actor, what, &typing.q).await?}))
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
