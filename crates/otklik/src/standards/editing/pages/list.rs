//! The list of standards, a new one, the calendar of reviews.

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Paging, Params};
use kit::{Actor, Result};
use serde::Deserialize;

use super::{Typed, audience_words, here, refused, state_for};
use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::{Chip, Errors, Frame, State as Mood, render};
use crate::standards::editing::rules::{Kind, StandardForm};
use crate::standards::editing::{self, Standard, proposals, reading, sees_drafts};
use crate::standards::section;

struct Row {
    href: String,
    title: String,
    kind: String,
    mood: Mood,
    state: String,
    version: String,
    audience: String,
    review: String,
    past: bool,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    chips: Vec<Chip>,
    kinds: Vec<Chip>,
    next: String,
    narrowed: bool,
    may_change: bool,
}

/// What the address carries.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    state: String,
    after: Option<String>,
}

fn address(kind: &str, state: &str) -> String {
    let parts = [("kind", kind), ("state", state)].into_iter().filter(|(_, v)| !v.is_empty());
    let query = parts.map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&");
    if query.is_empty() { "/standards".into() } else { format!("/standards?{query}") }
}

async fn row(app: &App, actor: &Actor, standard: &Standard) -> Result<Row> {
    let t = T::new(actor.lang);
    let (mood, state) = state_for(actor, standard, t);
    let audience = match &standard.force {
        Some(force) if !sees_drafts(actor) => &force.audience,
        _ => &standard.audience,
    };
    let day: Option<jiff::civil::Date> = standard.row.review_on.parse().ok();
    Ok(Row {
        href: format!("/standards/{}", standard.row.id),
        title: t.label(standard.title_for(actor)).to_owned(),
        kind: t.s(&format!("standards-kind-{}", standard.kind.as_str())),
        mood,
        state,
        version: standard.row.published.map(|n| t.w("standards-version-n", "n", n)).unwrap_or_default(),
        audience: audience_words(&app.ground.db, actor.org, audience, t).await?,
        review: day.map(|d| t.date(&d)).unwrap_or_default(),
        past: reading::past_review(actor, app.ground.now(), standard),
    })
}

/// All standards, newest first.
///
/// # Errors
/// Those of the database.
pub async fn list(State(app): State<App>, actor: Actor, wanted: Params<Wanted>) -> Result<Response> {
    let t = T::new(actor.lang);
    let wanted = wanted.0;
    let paging = Paging { limit: None, after: wanted.after.clone() };
    let (published, stage) = match wanted.state.as_str() {
        "published" => (Some(true), None),
        "draft" => (Some(false), None),
        "withdrawn" => (None, None),
        stage @ ("review" | "approved") => (None, Some(stage.to_owned())),
        _ => (None, None),
    };
    // Who only reads finds what is in force; who writes sees what was withdrawn too.
    let withdrawn = match wanted.state.as_str() {
        "withdrawn" => Some(true),
        _ if !sees_drafts(&actor) => Some(false),
        _ => None,
    };
    let which = reading::Which { kind: Kind::parse(&wanted.kind), published, withdrawn, stage };
    let db = &app.ground.db;
    let list = reading::list(db, &actor, &which, paging.cursor()?, paging.limit()?).await?;
    let mut rows = Vec::with_capacity(list.items.len());
    for standard in &list.items {
        rows.push(row(&app, &actor, standard).await?);
    }
    let may_change = sees_drafts(&actor);
    let chip = |state: &str| {
        let label = t.s(&format!("standards-chip-{}", if state.is_empty() { "all" } else { state }));
        Chip::new(label, address(&wanted.kind, state), wanted.state == state)
    };
    let states: &[&str] = if may_change { &["", "published", "draft", "review", "approved", "withdrawn"] } else { &[] };
    let kind = |kind: Kind| {
        let on = wanted.kind == kind.as_str();
        let href = address(if on { "" } else { kind.as_str() }, &wanted.state);
        Chip::new(t.s(&format!("standards-kind-{}", kind.as_str())), href, on)
    };
    let next = list.next.map(|c| {
        let here = address(&wanted.kind, &wanted.state);
        format!("{here}{}after={c}", if here.contains('?') { '&' } else { '?' })
    });
    let waiting = if may_change { proposals::open_count(db, actor.org, None).await? } else { 0 };
    let page = ListPage {
        frame: section::counted(frame(&actor, t.s("standards-title"), "standards"), &actor, "standards", waiting),
        rows,
        chips: states.iter().map(|s| chip(s)).collect(),
        kinds: Kind::ALL.into_iter().map(kind).collect(),
        next: next.unwrap_or_default(),
        narrowed: !wanted.kind.is_empty() || !wanted.state.is_empty() || wanted.after.is_some(),
        may_change,
    };
    Ok(render(StatusCode::OK, &page))
}

struct KindView {
    key: &'static str,
    name: String,
    hint: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/new.html")]
struct NewPage {
    frame: Frame,
    kinds: Vec<KindView>,
    title: String,
    errors: Errors,
}

fn new_page(actor: &Actor, title: &str, kind: &str, errors: Errors) -> Response {
    let t = T::new(actor.lang);
    let view = |k: Kind| KindView {
        key: k.as_str(),
        name: t.s(&format!("standards-kind-{}", k.as_str())),
        hint: t.s(&format!("standards-kind-{}-hint", k.as_str())),
        on: k.as_str() == kind,
    };
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let kinds = Kind::ALL.into_iter().map(view).collect();
    let page = NewPage { frame: here(actor, t.s("standards-new")), kinds, title: title.to_owned(), errors };
    render(status, &page)
}

/// What a standard may begin with.
///
/// # Errors
/// Never.
pub async fn fresh(actor: Actor) -> Result<Response> {
    Ok(new_page(&actor, "", "communication", Errors::none()))
}

/// Makes an empty standard and opens it for writing.
///
/// # Errors
/// Those of the database.
pub async fn create(State(app): State<App>, actor: Actor, Posted(typed): Posted<Vec<(String, String)>>) -> Result<Response> {
    let typed = Typed(typed);
    let kind = Kind::parse(typed.get("kind")).unwrap_or(Kind::Communication);
    let form = StandardForm::new(typed.get("title"), kind);
    let tx = app.write(&actor).await?;
    match editing::create_standard(&tx, &form).await {
        Ok(standard) => {
            tx.commit().await?;
            Ok(go(&format!("/standards/{}/edit", standard.row.id)))
        }
        Err(error) => {
            let errors = refused(error, T::new(actor.lang), "title")?;
            Ok(new_page(&actor, typed.get("title"), kind.as_str(), errors))
        }
    }
}

#[derive(Template)]
#[template(path = "standards/editing/pages/calendar.html")]
struct CalendarPage {
    frame: Frame,
    late: Vec<Row>,
    later: Vec<Row>,
    next: String,
}

/// Standards by the day on which somebody looks at them again.
///
/// # Errors
/// Those of the database.
pub async fn calendar(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = reading::calendar(&app.ground.db, &actor, paging.0.cursor()?, paging.0.limit()?).await?;
    let (mut late, mut later) = (Vec::new(), Vec::new());
    for standard in &list.items {
        let row = row(&app, &actor, standard).await?;
        if row.past { late.push(row) } else { later.push(row) }
    }
    let next = list.next.map(|c| format!("/standards/calendar?after={c}")).unwrap_or_default();
    Ok(render(
        StatusCode::OK,
        &CalendarPage { frame: section::top(&actor, t.s("standards-calendar"), "calendar"), late, later, next },
    ))
}
