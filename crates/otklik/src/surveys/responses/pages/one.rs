//! One answer in full.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result};
use serde_json::Value as Json;
use uuid::Uuid;

use super::super::show;
use super::{Known, when};
use crate::access::{Noun, change, reach, see};
use crate::app::App;
use crate::doors::frame;
use crate::layout::{Frame, render};
use crate::surveys::rules::form::{Question, Type};

struct Line {
    title: String,
    value: String,
}

#[derive(Template)]
#[template(path = "surveys/pages/response.html")]
struct OnePage {
    frame: Frame,
    id: Uuid,
    lines: Vec<Line>,
    facts: Vec<Line>,
    protected: bool,
    may_remove: bool,
}

/// One answer in full.
pub async fn one(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let t = T::new(actor.lang);
    let shown = show(&app.ground.db, &actor, id.0, app.today(&actor)).await?;
    let known = Known::of(&app, &actor, std::slice::from_ref(&shown), true).await?;
    let line = |title: &str, value: String| Line { title: title.to_owned(), value };
    let lines = shown
        .form
        .questions
        .iter()
        .filter_map(|q| Some(line(t.label(&q.title), spoken(q, shown.answers.get(&q.key)?, t))))
        .collect();
    let mut facts = vec![line(&t.s("responses-when"), when(&shown, &actor, t))];
    let place = |id: Option<Uuid>| id.and_then(|i| known.places.get(&i).cloned());
    let raw: Option<Json> = shown.row.raw.as_deref().and_then(|r| serde_json::from_str(r).ok());
    let stray = raw
        .as_ref()
        .and_then(Json::as_object)
        .map(|o| o.iter().map(|(k, v)| format!("{k}: {}", v.as_str().unwrap_or(""))).collect::<Vec<_>>().join(", "));
    let more = [
        ("branch", place(shown.row.branch)),
        ("employee", place(shown.row.employee)),
        ("touchpoint", place(shown.row.touchpoint)),
        ("channel", shown.channel.as_deref().map(|c| crate::access::rules::places::channel(t, c))),
        ("version", Some(t.int(shown.row.version))),
        ("external", shown.row.external_id.clone()),
        ("raw", stray),
    ];
    facts.extend(more.into_iter().filter_map(|(key, value)| Some(line(&t.s(&format!("responses-{key}")), value?))));
    let name = t.label(&shown.form.name);
    let mut frame = frame(&actor, t.s("responses-one"), "responses");
    if reach(actor.role, see(Noun::Survey)).is_some() {
        frame = frame.crumb(t.s("surveys-title"), "/surveys").crumb(name, format!("/surveys/{}", shown.row.survey));
    }
    let frame = frame.crumb(t.s("responses-title"), format!("/surveys/{}/responses", shown.row.survey));
    let may_remove = reach(actor.role, change(Noun::Response)).is_some();
    Ok(render(StatusCode::OK, &OnePage { frame, id: id.0, lines, facts, protected: shown.protected, may_remove }))
}

/// An answer in words.
fn spoken(q: &Question, value: &Json, t: T) -> String {
    let option = |key: &str| q.option(key).map_or_else(|| key.to_owned(), |o| t.label(&o.title).to_owned());
    match (q.kind, value) {
        (Type::Choice | Type::ScoredChoice, Json::String(key)) => option(key),
        (Type::Choices, Json::Array(keys)) => keys.iter().filter_map(Json::as_str).map(option).collect::<Vec<_>>().join(", "),
        (Type::Matrix, Json::Object(rows)) => {
            let title =
                |key: &str| q.rows.iter().find(|r| r.key == key).map_or_else(|| key.to_owned(), |r| t.label(&r.title).to_owned());
            let said = |v: &Json| v.as_str().map_or_else(|| v.to_string(), option);
            rows.iter().map(|(k, v)| format!("{}: {}", title(k), said(v))).collect::<Vec<_>>().join("\n")
        }
        (Type::Contact, Json::Object(fields)) => {
            let said = |k: &str, v: &str| if k == "phone" { kit::mail::show_phone(v) } else { v.to_owned() };
            fields.iter().filter_map(|(k, v)| Some(said(k, v.as_str()?))).collect::<Vec<_>>().join(", ")
        }
        (Type::Consent, _) => t.s("responses-agreed"),
        (_, Json::Number(n)) => match q.scale() {
            Some(scale) => t.w2("responses-score", "value", n, "max", scale.max),
            None => n.to_string(),
        },
        (_, other) => other.as_str().map_or_else(|| other.to_string(), str::to_owned),
    }
}

/// Removes an answer for good.
pub async fn remove(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = crate::surveys::store::response(&tx, actor.org, id.0).await?.ok_or(Error::NotFound)?;
    crate::surveys::remove_response(&tx, id.0).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/surveys/{}/responses?done=removed", row.survey)).into_response())
}
