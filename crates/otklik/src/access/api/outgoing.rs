//! The pause of what goes out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kit::web::{answer, created};
use kit::{Actor, Result, Timestamp};
use serde::Serialize;

use crate::access::outgoing;
use crate::app::App;

/// Whether letters and other messages are held back.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OutgoingPause {
    /// Since when; empty when nothing is held back.
    pub paused_at: Option<Timestamp>,
    /// What waits to go out.
    #[schema(minimum = 0)]
    pub waiting: i64,
}

impl From<outgoing::Outgoing> for OutgoingPause {
    fn from(o: outgoing::Outgoing) -> Self {
        Self { paused_at: o.paused_at.map(Timestamp), waiting: o.waiting }
    }
}

/// Says whether what goes out is held back, and how much of it waits.
#[utoipa::path(get, path = "/outgoing-pause", tag = "organisation", responses((status = 200, body = OutgoingPause)))]
pub async fn show(State(app): State<App>, actor: Actor) -> Result<Response> {
    answer(200, &OutgoingPause::from(outgoing::outgoing(&app.ground.db, actor.org).await?))
}

/// Holds back whatever would go out: it waits and is not lost.
#[utoipa::path(post, path = "/outgoing-pause", tag = "organisation", responses((status = 201, body = OutgoingPause)))]
pub async fn create(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let body = OutgoingPause::from(outgoing::pause(&tx).await?);
    let location = "/api/v1/outgoing-pause";
    tx.finish(201, Some(location), &body, false).await?;
    created(location, &body)
}

/// Lets everything that waits go out.
#[utoipa::path(delete, path = "/outgoing-pause", tag = "organisation", responses((status = 204)))]
pub async fn remove(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    outgoing::resume(&tx).await?;
    tx.commit().await?;
    app.ground.jobs_due.notify_one();
    Ok(StatusCode::NO_CONTENT.into_response())
}
