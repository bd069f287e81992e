//! The door that clients come through. No cookie, no Origin check; a GET changes nothing.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use kit::actor::Idempotency;
use kit::web::{answer, from_json, is_json, read_body};
use kit::{Error, Result, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::intake::{Coming, Origin, prepare};
use super::rules::answers::Answers;
use crate::app::App;

/// An answer as JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submitted {
    answers: Answers,
    branch: Option<String>,
    employee: Option<String>,
    touchpoint: Option<String>,
    channel: Option<String>,
    lang: Option<kit::i18n::Lang>,
    at: Option<Timestamp>,
    client: Option<String>,
}

/// Takes an answer: JSON from a program. (The page's form comes through the same door.)
pub async fn submit(State(app): State<App>, Path(code): Path<String>, req: Request) -> Result<Response> {
    let open = app.memory.survey(&app.ground, &code).await?.ok_or(Error::NotFound)?;
    if !is_json(req.headers()) {
        return Err(Error::UnsupportedMedia);
    }
    let key = req.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let bytes = read_body(req, &()).await?;
    let once = key.map(|key| Idempotency { key, path: format!("/s/{code}"), body_hash: kit::ids::sha256_hex(&bytes) });
    let given: Submitted = from_json(&bytes)?;
    let origin = Origin {
        branch: given.branch,
        employee: given.employee,
        touchpoint: given.touchpoint,
        channel: given.channel,
        signature: None,
    };
    let coming = Coming { origin, lang: given.lang, once, source: "api", strict: true, at: given.at, client: given.client };
    let submission = prepare(&app.ground, &app.memory, &open, &given.answers, coming).await?;
    let receipt = app.answers.submit(submission).await?;
    answer(201, &json!({"id": receipt.id}))
}
