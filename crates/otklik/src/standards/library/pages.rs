//! The pages of the library: choosing starters, for a new standard or for one that is there.

pub mod paste;

use std::collections::HashSet;

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::T;
use kit::web::{Id, Params};
use kit::{Actor, Error, FieldError, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::rules::paste::folded;
use super::rules::starters::{self, Business, Starter};
use crate::app::App;
use crate::doors::frame;
use crate::layout::{Chip, Errors, Field, Frame, render};
use crate::standards::editing::rules::{Kind, StandardForm};
use crate::standards::editing::{self, Standard};

/// Where a standard is written on.
#[must_use]
pub fn editor(id: Uuid) -> String {
    format!("/standards/{id}/edit")
}

/// A standard's page, with what is being done to it as the title.
fn frame_of(actor: &Actor, t: T, standard: Option<&Standard>, title: &str) -> Frame {
    let frame = frame(actor, t.s(title), "standards").crumb(t.s("layout-nav-standards"), "/standards");
    match standard {
        Some(s) => frame.crumb(t.label(&s.title).to_owned(), editor(s.row.id)),
        None => crate::standards::section::around(frame, actor, "library"),
    }
}

fn told(fields: &[FieldError], t: T) -> Errors {
    fields.iter().map(|f| (f.field.clone(), kit::web::field_text(f, t))).collect()
}

struct Tick {
    key: String,
    text: String,
    why: String,
    /// Measure, norm, minutes: one line.
    facts: String,
    critical: bool,
    optional: bool,
    on: bool,
    there: bool,
}

struct Group {
    key: String,
    title: String,
    ticks: Vec<Tick>,
}

#[derive(Template)]
#[template(path = "standards/library/pages/choose.html")]
struct ChoosePage {
    frame: Frame,
    lead: String,
    action: String,
    back: String,
    business: String,
    kind: String,
    businesses: Vec<Chip>,
    kinds: Vec<Chip>,
    title: Option<Field>,
    kind_field: Option<Field>,
    groups: Vec<Group>,
    errors: Errors,
    button: String,
}

/// What is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Looking {
    business: Option<Business>,
    kind: Option<Kind>,
}

/// What was chosen so far.
#[derive(Debug, Default)]
struct Chosen {
    title: String,
    kind: String,
    keys: Vec<String>,
}

fn tick(s: &Starter, t: T, chosen: &Chosen, present: &HashSet<String>) -> Tick {
    let minutes = t.w("library-minutes", "n", t.num(s.minutes_cost, usize::from(s.minutes_cost.fract() > 0.0)));
    Tick {
        key: s.key.clone(),
        text: t.label(&s.text).to_owned(),
        why: t.label(&s.why).to_owned(),
        facts: format!("{}: {} · {minutes}", t.label(&s.measure), t.label(&s.norm)),
        critical: s.critical,
        optional: !s.mandatory,
        on: chosen.keys.contains(&s.key),
        there: super::holds(present, s),
    }
}

fn choose_page(
    actor: &Actor,
    standard: Option<&Standard>,
    present: &[String],
    looking: &Looking,
    chosen: &Chosen,
    errors: Errors,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let business = looking.business.unwrap_or(Business::Clinic);
    let action = standard.map_or_else(|| "/library".to_owned(), |s| format!("/standards/{}/library", s.row.id));
    let kind = looking.kind.map_or("", Kind::as_str);
    let here = |b: Business, k: &str| {
        let k = if k.is_empty() { String::new() } else { format!("&kind={k}") };
        format!("{action}?business={}{k}", b.as_str())
    };
    let shelf = |b: Business| {
        let shelf = starters::shelves()?.iter().find(|s| s.key == b.as_str());
        let name = shelf.and_then(|s| s.name.as_ref()).map_or(b.as_str(), |n| t.label(n));
        Ok(Chip::new(name, here(b, kind), b == business))
    };
    let mut kinds = vec![Chip::new(t.s("library-all-kinds"), here(business, ""), looking.kind.is_none())];
    for k in Kind::ALL {
        let count = starters::of(Some(business), Some(k))?.len();
        let word = t.s(&format!("library-kind-{}", k.as_str()));
        kinds.push(Chip::new(word, here(business, k.as_str()), looking.kind == Some(k)).count(count.to_string()));
    }
    let present: HashSet<String> = present.iter().map(|p| folded(p)).collect();
    let mut groups: Vec<Group> = Vec::new();
    let order = ["choose", "book", "come", "service", "pay", "after"].map(|s| format!("library-stage-{s}"));
    let headings = order.into_iter().chain(["library-block-situation".into(), "library-block-competitor".into()]);
    let items = starters::of(Some(business), looking.kind)?;
    for key in headings {
        let ticks: Vec<Tick> = items.iter().filter(|s| s.heading() == key).map(|s| tick(s, t, chosen, &present)).collect();
        if !ticks.is_empty() {
            groups.push(Group { title: t.s(&key), key, ticks });
        }
    }
    let title_field = Field::text("title", t.s("library-title")).value(chosen.title.clone()).error(errors.of("title")).required();
    let kind_value = if chosen.kind.is_empty() { looking.kind.unwrap_or(Kind::Communication).as_str() } else { &chosen.kind };
    let kind_field = Field::select("kind", t.s("library-kind"))
        .value(kind_value)
        .choices(Kind::ALL.map(|k| (k.as_str().to_owned(), t.s(&format!("library-kind-{}", k.as_str())))))
        .error(errors.of("kind"));
    let fresh = standard.is_none();
    let page = ChoosePage {
        frame: frame_of(actor, t, standard, if fresh { "library-new" } else { "library-add" }),
        lead: t.s(if fresh { "library-new-lead" } else { "library-add-lead" }),
        back: standard.map_or_else(|| "/standards".to_owned(), |s| editor(s.row.id)),
        business: business.as_str().into(),
        kind: kind.into(),
        businesses: Business::ALL.into_iter().map(shelf).collect::<Result<_>>()?,
        kinds,
        title: fresh.then(|| title_field.max_length(200)),
        kind_field: fresh.then_some(kind_field),
        groups,
        button: t.s(if fresh { "library-make" } else { "library-take" }),
        action,
        errors,
    };
    let status = if page.errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render(status, &page))
}

/// The library, for a new standard.
pub async fn begin(actor: Actor, looking: Params<Looking>) -> Result<Response> {
    choose_page(&actor, None, &[], &looking.0, &Chosen::default(), Errors::none())
}

/// The library, for a standard that is there.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, looking: Params<Looking>) -> Result<Response> {
    let standard = editing::find(&app.ground.db, actor.org, id.0).await?;
    let present = super::present(&app.ground.db, actor.org, id.0).await?;
    choose_page(&actor, Some(&standard), &present, &looking.0, &Chosen::default(), Errors::none())
}

/// Reads what was ticked; a form names `key` once for each.
fn read(fields: Vec<(String, String)>) -> (Chosen, Looking) {
    let (mut chosen, mut looking) = (Chosen::default(), Looking::default());
    for (name, value) in fields {
        match name.as_str() {
            "key" => chosen.keys.push(value),
            "title" => chosen.title = value,
            "kind" => chosen.kind = value,
            "business" => looking.business = Business::parse(&value),
            "shown" => looking.kind = Kind::parse(&value),
            _ => {}
        }
    }
    (chosen, looking)
}

/// Makes a standard out of what was ticked.
pub async fn make(State(app): State<App>, actor: Actor, Posted(fields): Posted<Vec<(String, String)>>) -> Result<Response> {
    let t = T::new(actor.lang);
    let (chosen, looking) = read(fields);
    let Some(kind) = Kind::parse(&chosen.kind) else {
        let errors = [("kind".to_owned(), t.s("error-required"))].into_iter().collect();
        return choose_page(&actor, None, &[], &looking, &chosen, errors);
    };
    let form = StandardForm::new(chosen.title.trim(), kind);
    let tx = app.write(&actor).await?;
    match super::begin(&tx, form, &chosen.keys).await {
        Ok(standard) => {
            tx.commit().await?;
            Ok(Redirect::to(&editor(standard.row.id)).into_response())
        }
        Err(Error::Invalid(faults)) => choose_page(&actor, None, &[], &looking, &chosen, told(&faults, t)),
        Err(other) => Err(other),
    }
}

/// Adds what was ticked.
pub async fn add(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(fields): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let (chosen, looking) = read(fields);
    let tx = app.write(&actor).await?;
    let errors = match super::add_starters(&tx, id.0, &chosen.keys).await {
        Ok(_) => {
            tx.commit().await?;
            return Ok(Redirect::to(&editor(id.0)).into_response());
        }
        Err(Error::Invalid(faults)) => told(&faults, t),
        Err(Error::Conflict("starters-present")) => [("keys".to_owned(), t.s("conflict-starters-present"))].into_iter().collect(),
        Err(other) => return Err(other),
    };
    drop(tx);
    let standard = editing::find(&app.ground.db, actor.org, id.0).await?;
    let present = super::present(&app.ground.db, actor.org, id.0).await?;
    choose_page(&actor, Some(&standard), &present, &looking, &chosen, errors)
}
