//! A standard goes out of force, and comes back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kit::web::{Id, Input};
use kit::{Actor, Result};

use super::{Full, made};
use crate::app::App;
use crate::standards::duties;
use crate::standards::editing::Standard;
use crate::standards::editing::withdrawal::{self, WithdrawalForm};

/// What is left to be counted anew in a large company is true as soon as the act answers.
async fn settle(app: &App, actor: &Actor, standard: &Standard, settled: bool) -> Result<()> {
    match standard.row.published {
        Some(number) if !settled => duties::settle(app, actor.org, standard.row.id, number).await.map(|_| ()),
        _ => Ok(()),
    }
}

/// Takes a standard out of force: open duties are lifted, nobody finds it among the rules any more, and what was signed,
/// written and said of it stays.
#[utoipa::path(post, path = "/standards/{id}/withdrawal", tag = "standards", params(("id" = Uuid, Path)),
    request_body = WithdrawalForm, responses((status = 201, body = Full)))]
pub async fn withdraw(State(app): State<App>, actor: Actor, id: Id, form: Input<WithdrawalForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let (standard, settled) = withdrawal::withdraw(&tx, id.0, &form.0).await?;
    let response = made(tx, &standard).await?;
    settle(&app, &actor, &standard, settled).await?;
    Ok(response)
}

/// Puts a withdrawn standard back in force: what was signed counts again, the rest is asked with a new day.
#[utoipa::path(delete, path = "/standards/{id}/withdrawal", tag = "standards", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn restore(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let (standard, settled) = withdrawal::restore(&tx, id.0).await?;
    tx.commit().await?;
    settle(&app, &actor, &standard, settled).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
