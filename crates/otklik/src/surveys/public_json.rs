//! The client's door for programs: an answer as JSON.

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use kit::actor::Idempotency;
use kit::i18n::Lang;
use kit::limits::Rule;
use kit::web::{answer, from_json, read_body};
use kit::{Error, Result, Timestamp};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::intake::{Coming, Open, Origin, prepare};
use super::public::{client_ip, find, is_test, within_limits};
use super::public_form::{Sent, pairs};
use super::rules::answers::Answers;
use crate::access;
use crate::app::App;

/// An answer as JSON.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Submitted {
    /// The key of each question with its value, as the type of the question has it.
    #[schema(value_type = Object)]
    answers: Answers,
    branch: Option<String>,
    employee: Option<String>,
    touchpoint: Option<String>,
    channel: Option<String>,
    lang: Option<Lang>,
    /// When it was given; needs a token with the scope `history`.
    at: Option<Timestamp>,
    /// Who answered; needs a token with the scope `history`.
    client: Option<String>,
}

/// What an answer gets.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Stored {
    id: Uuid,
    /// True when staff tried the survey out: nothing was stored.
    test: Option<bool>,
}

pub(super) async fn submit_json(app: &App, code: &str, req: Request) -> Result<Response> {
    app.answers.room()?;
    let open = find(app, code).await?;
    let staff = staff(app, &open, req.headers().get(header::AUTHORIZATION).cloned()).await?;
    if staff.is_none() {
        within_limits(app, &open, client_ip(&req))?;
    }
    let query = pairs(req.uri().query().unwrap_or("").as_bytes()).unwrap_or_default();
    let sent = Sent::read(open.form(), &query, &[]);
    // The signed link says so, or a colleague with a token does.
    let own = staff.is_some_and(|s| s.own);
    let test = is_test(app, code, &sent) || (own && sent.test.as_deref().is_some_and(|t| !t.is_empty()));
    let key = match req.headers().get("idempotency-key").map(|v| v.to_str().unwrap_or("")) {
        Some(key) if key.is_empty() || key.len() > 255 => return Err(Error::field("Idempotency-Key", "bad-idempotency-key")),
        key => key.map(str::to_owned),
    };
    let bytes = read_body(req, &()).await?;
    let once = key.map(|key| Idempotency { key, path: format!("/s/{code}"), body_hash: kit::ids::sha256_hex(&bytes) });
    let given: Submitted = from_json(&bytes)?;
    check_history(&given, staff.is_some_and(|s| s.may_date), app.ground.now())?;
    let origin = Origin {
        branch: given.branch,
        employee: given.employee,
        touchpoint: given.touchpoint,
        channel: given.channel,
        signature: None,
    };
    let coming = Coming {
        origin,
        lang: given.lang,
        once,
        source: "api",
        strict: true,
        at: given.at,
        client: given.client,
        ..Coming::default()
    };
    let submission = prepare(&app.ground, &app.memory, &open, &given.answers, coming).await?;
    if test {
        return answer(201, &json!({"id": submission.row.id, "test": true}));
    }
    let receipt = app.answers.submit(submission).await?;
    answer(201, &json!({"id": receipt.id}))
}

/// What the token that came along lets its bearer do here.
#[derive(Clone, Copy, Debug)]
struct Staff {
    /// Of the survey's own company.
    own: bool,
    /// May say when it happened, and who it was.
    may_date: bool,
}

/// Whose token came along; none is needed.
async fn staff(app: &App, open: &Open, header: Option<HeaderValue>) -> Result<Option<Staff>> {
    let Some(value) = header else { return Ok(None) };
    let token = value.to_str().ok().and_then(|v| v.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, t)| t.trim()).ok_or(Error::Unauthorized)?;
    let actor = access::authenticate_token(&app.ground.db, token, app.ground.now()).await?.ok_or(Error::Unauthorized)?;
    app.ground.limits.check(Rule::ApiToken, &actor.credential).map_err(|wait| Error::TooMany(wait.0))?;
    let own = actor.org == open.org;
    Ok(Some(Staff { own, may_date: own && crate::doors::may_back_date(&actor).is_ok() }))
}

/// The past and the client's name are for programs that were trusted with them.
fn check_history(given: &Submitted, may: bool, now: Timestamp) -> Result<()> {
    let mut faults = kit::Faults::default();
    if given.at.is_some() && !may {
        faults.add("at", "history-needed");
    }
    if given.client.is_some() && !may {
        faults.add("client", "history-needed");
    }
    // Clocks differ a little between machines.
    if given.at.is_some_and(|at| at > now.plus(kit::time::MINUTE)) {
        faults.add("at", "in-future");
    }
    if let Some(client) = &given.client {
        faults.optional("client", client, 200);
    }
    faults.check()
}
