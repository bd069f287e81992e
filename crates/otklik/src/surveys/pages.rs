//! The pages of surveys: the list, a new one, its publication.

pub mod edit;

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::T;
use kit::web::{Id, Paging, Params};
use kit::{Actor, Error, Result, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::links::{self, Drawn, Per};
use super::rules::form::Form;
use super::store::{self, SurveyRow};
use super::templates;
use crate::access::{Noun, change, reach};
use crate::app::App;
use crate::doors::frame;
use crate::layout::{Errors, Flash, Frame, State as Mood, render};

struct Row {
    href: String,
    name: String,
    code: String,
    mood: Mood,
    state: String,
    answers: String,
    answers_href: String,
    made: String,
}

#[derive(Template)]
#[template(path = "surveys/pages/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    next: String,
    may_change: bool,
}

/// The word and shape of a state.
fn state_of(row: &SurveyRow, t: T) -> (Mood, String) {
    let mood = match row.state.as_str() {
        "open" => Mood::Good,
        "closed" => Mood::Quiet,
        _ => Mood::Note,
    };
    (mood, t.s(&format!("surveys-state-{}", row.state)))
}

fn name_of(row: &SurveyRow, t: T) -> Result<String> {
    let form: Form = serde_json::from_str(&row.draft)?;
    Ok(t.label(&form.name).to_owned())
}

fn may_change(actor: &Actor) -> bool {
    reach(actor.role, change(Noun::Survey)).is_some()
}

/// All surveys, newest first.
pub async fn list(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let t = T::new(actor.lang);
    let before = paging.0.cursor_id()?;
    let limit = paging.0.limit()?;
    let db = &app.ground.db;
    let cut = kit::web::List::cut(store::surveys(db, actor.org, before, limit + 1).await?, limit, |r| vec![r.id.to_string()]);
    let counts = super::answer_counts(db, actor.org, app.today(&actor)).await?;
    let next = cut.next.map(|c| format!("/surveys?after={c}")).unwrap_or_default();
    let row = |r: SurveyRow| {
        let (mood, state) = state_of(&r, t);
        Ok(Row {
            href: format!("/surveys/{}", r.id),
            name: name_of(&r, t)?,
            answers: t.int(counts.get(&r.id).copied().unwrap_or(0)),
            answers_href: format!("/surveys/{}/responses", r.id),
            made: t.date_short(&Timestamp(r.created_at).date(&actor.zone)),
            code: r.code,
            mood,
            state,
        })
    };
    let rows = cut.items.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    let page = ListPage { frame: frame(&actor, t.s("surveys-title"), "surveys"), rows, next, may_change: may_change(&actor) };
    Ok(render(StatusCode::OK, &page))
}

struct Start {
    key: String,
    title: String,
    purpose: String,
    questions: Vec<String>,
}

#[derive(Template)]
#[template(path = "surveys/pages/new.html")]
struct NewPage {
    frame: Frame,
    starts: Vec<Start>,
    name: String,
    errors: Errors,
}

fn new_page(actor: &Actor, name: String, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let start = |s: templates::Template| Start {
        title: t.label(&s.title).to_owned(),
        purpose: t.label(&s.purpose).to_owned(),
        questions: s.form.questions.iter().map(|q| t.label(&q.title).to_owned()).collect(),
        key: s.key,
    };
    let frame = frame(actor, t.s("surveys-new"), "surveys").crumb(t.s("surveys-title"), "/surveys");
    let starts = templates::all()?.into_iter().map(start).collect();
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render(status, &NewPage { frame, starts, name, errors }))
}

/// What a survey may begin with.
pub async fn choose(actor: Actor) -> Result<Response> {
    new_page(&actor, String::new(), Errors::none())
}

#[derive(Debug, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    template: String,
    #[serde(default)]
    name: String,
}

/// Makes a draft from a template or from nothing.
pub async fn create(State(app): State<App>, actor: Actor, Posted(chosen): Posted<Chosen>) -> Result<Response> {
    let t = T::new(actor.lang);
    let form = if chosen.template.is_empty() {
        templates::blank(chosen.name.trim(), actor.lang)
    } else {
        templates::find(&chosen.template)?.form
    };
    let tx = app.write(&actor).await?;
    match super::create(&tx, &form).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(Redirect::to(&format!("/surveys/{}/edit", row.id)).into_response())
        }
        Err(Error::Invalid(fields)) => new_page(&actor, chosen.name, told(&fields, t)),
        Err(other) => Err(other),
    }
}

/// Refused fields as the page shows them.
fn told(fields: &[kit::FieldError], t: T) -> Errors {
    fields.iter().map(|f| (f.field.clone(), kit::web::field_text(f, t))).collect()
}

struct Version {
    number: i64,
    at: String,
    by: String,
    now: bool,
}

struct Way {
    href: String,
    label: String,
    hint: String,
}

#[derive(Template)]
#[template(path = "surveys/pages/show.html")]
struct ShowPage {
    frame: Frame,
    id: Uuid,
    state: String,
    mood: Mood,
    word: String,
    published: bool,
    ahead: bool,
    version: i64,
    url: String,
    test_url: String,
    qr: Drawn,
    versions: Vec<Version>,
    answers: String,
    guarded: bool,
    sheets: Vec<Way>,
    errors: Errors,
    may_change: bool,
    may_invite: bool,
}

#[derive(Debug, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// One survey: its state, its link and code, its versions.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, done: Params<Done>) -> Result<Response> {
    let flash = match done.0.done.as_str() {
        known @ ("published" | "closed") => Some(Flash::good(T::new(actor.lang).s(&format!("surveys-done-{known}")))),
        _ => None,
    };
    page_of(&app, &actor, id.0, flash, Errors::none()).await
}

async fn page_of(app: &App, actor: &Actor, id: Uuid, flash: Option<Flash>, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let row = super::find(db, actor.org, id).await?;
    let (mood, word) = state_of(&row, t);
    let zone = actor.zone.iana_name().unwrap_or("UTC").to_owned();
    let versions: Vec<Version> = store::versions(db, actor.org, id)
        .await?
        .into_iter()
        .map(|v| Version {
            number: v.number,
            at: t.date_time(v.published_at, &zone),
            by: v.author.unwrap_or_default(),
            now: Some(v.number) == row.published,
        })
        .collect();
    let ahead = match row.published {
        Some(n) => {
            let printed = store::version(db, actor.org, id, n).await?.unwrap_or_default();
            serde_json::from_str::<Form>(&printed).ok() != serde_json::from_str::<Form>(&row.draft).ok()
        }
        None => false,
    };
    let counts = super::answer_counts(db, actor.org, app.today(actor)).await?;
    let promised = super::responses::store::versions(db, actor.org, Some(id)).await?;
    let url = links::address(&app.ground, &row.code, "");
    let sheets = Per::ALL
        .into_iter()
        .map(|per| Way {
            href: format!("/surveys/{id}/sheet?per={}", per.as_str()),
            label: t.s(&format!("surveys-sheet-{}", per.as_str())),
            hint: t.s(&format!("surveys-sheet-{}-hint", per.as_str())),
        })
        .collect();
    let mut frame = frame(actor, name_of(&row, t)?, "surveys").crumb(t.s("surveys-title"), "/surveys");
    frame.flash = flash;
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ShowPage {
        frame,
        id,
        mood,
        word,
        published: row.published.is_some(),
        ahead,
        version: row.published.unwrap_or(0),
        test_url: links::test_address(&app.ground, &row.code),
        qr: links::draw(&url)?,
        url,
        versions,
        answers: t.int(counts.get(&id).copied().unwrap_or(0)),
        guarded: promised.iter().any(|v| v.anonymity != "identified"),
        sheets,
        errors,
        may_change: may_change(actor),
        may_invite: reach(actor.role, crate::access::see(Noun::Invitation)).is_some(),
        state: row.state,
    };
    Ok(render(status, &page))
}

/// Publishes from the page; a refusal names the questions.
pub async fn publish(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match super::publish(&tx, id.0).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Redirect::to(&format!("/surveys/{}?done=published", id.0)).into_response())
        }
        Err(Error::Invalid(fields)) => {
            drop(tx);
            let t = T::new(actor.lang);
            let errors = fields.iter().map(|f| ("edit".to_owned(), said(f, t))).collect();
            page_of(&app, &actor, id.0, None, errors).await
        }
        Err(other) => Err(other),
    }
}

/// A fault with the place it concerns: «Вопрос 2: Заполните это поле.»
fn said(fault: &kit::FieldError, t: T) -> String {
    let text = kit::web::field_text(fault, t);
    let number = fault.field.strip_prefix("questions[").and_then(|r| r.split(']').next()).and_then(|n| n.parse::<usize>().ok());
    match (number, fault.field.as_str()) {
        (Some(n), _) => t.w2("surveys-fault-question", "n", n + 1, "text", text),
        (None, "questions") => t.s("surveys-fault-no-questions"),
        (None, _) => text,
    }
}

/// Closes from the page.
pub async fn close(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::close(&tx, id.0).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/surveys/{}?done=closed", id.0)).into_response())
}

/// Copies from the page and opens the copy.
pub async fn copy(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::copy(&tx, id.0).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/surveys/{}/edit", row.id)).into_response())
}
