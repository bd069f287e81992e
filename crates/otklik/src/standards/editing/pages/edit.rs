//! The editor: every item a form of its own that saves itself, with the version that was read.

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kit::i18n::{Label, Lang, T};
use kit::web::{Id, Params};
use kit::{Actor, Error, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::{FieldView, Typed, alive, field_views, fields, head, inside, points, refused};
use crate::app::App;
use crate::doors::go;
use crate::layout::simple::{self as shared, Again, Differs, differences, was as was_of};
use crate::layout::{Errors, Field, Frame, render};
use crate::standards::editing::lint::{self, Finding};
use crate::standards::editing::rules::ItemText;
use crate::standards::editing::rules::difference::item_difference;
use crate::standards::editing::{self, Item};

struct Editing {
    id: Uuid,
    version: i64,
    text: String,
    name: String,
    why: String,
    measure: String,
    norm: String,
    stage: String,
    critical: bool,
    optional: bool,
    weight: String,
    minutes: String,
    touchpoint: String,
    photo: String,
    audio: String,
    retiring: bool,
    /// «новый», «изменён»; "" for what is in force as it stands.
    state: &'static str,
    open: bool,
    findings: Vec<Finding>,
    errors: Errors,
    /// How what was typed differs from what somebody else saved meanwhile.
    clash: Vec<FieldView>,
    /// What the form shows, for it to say which fields were changed.
    was: String,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/edit.html")]
struct EditPage {
    frame: Frame,
    id: Uuid,
    lang: Lang,
    version: i64,
    items: Vec<Editing>,
    points: Vec<(String, String)>,
    /// What concerns the whole standard.
    findings: Vec<Finding>,
    head: Vec<Field>,
    head_open: bool,
    /// What the head's form shows in its version, and how what was typed differs from what somebody else saved meanwhile.
    head_was: String,
    head_back: String,
    head_clash: Option<Vec<Differs>>,
    head_findings: usize,
    fresh: String,
    errors: Errors,
}

/// What the address carries.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub lang: Option<Lang>,
    /// The item that is unfolded.
    pub open: Option<Uuid>,
}

/// A form that was refused: whose it is, what was typed.
struct Stuck<'a> {
    item: Option<Uuid>,
    part: &'static str,
    typed: &'a Typed,
    errors: Errors,
    /// Somebody else saved meanwhile.
    clash: bool,
}

/// How what was typed differs from the item as it is saved now.
pub(super) async fn differs(app: &App, actor: &Actor, now: &Item, lang: Lang, typed: &Typed) -> Result<Vec<FieldView>> {
    let t = T::new(actor.lang);
    let mine = fields::item(&now.draft, lang, &fields::changed(&now.draft, lang, typed))?;
    let points = points(&app.ground.db, actor.org, t).await?;
    Ok(field_views(&item_difference(&now.draft, &mine), &points, t))
}

fn editing(item: &Item, lang: Lang) -> Editing {
    let d = &item.draft;
    let say = |l: Option<&Label>| l.map(|l| l.get(lang).to_owned()).unwrap_or_default();
    let plain = |n: f64| n.to_string();
    let (photo, audio) = editing::examples::addresses(d.example.as_ref());
    Editing {
        id: item.row.id,
        version: item.row.version,
        text: d.text.get(lang).to_owned(),
        name: d.text.get(lang).chars().take(120).collect(),
        why: say(d.why.as_ref()),
        measure: say(d.measure.as_ref()),
        norm: say(d.norm.as_ref()),
        stage: say(d.stage.as_ref()),
        critical: d.critical,
        optional: !d.mandatory,
        weight: plain(d.weight),
        minutes: d.minutes_cost.map(plain).unwrap_or_default(),
        touchpoint: d.touchpoint.clone().unwrap_or_default(),
        photo,
        audio,
        retiring: item.row.retiring,
        state: match &item.published {
            None => "new",
            Some(p) if p != d => "changed",
            Some(_) => "",
        },
        open: false,
        findings: Vec::new(),
        errors: Errors::none(),
        clash: Vec::new(),
        was: was(d, lang),
    }
}

pub(super) fn was(item: &ItemText, lang: Lang) -> String {
    serde_json::to_string(&fields::shown(item, lang)).unwrap_or_default()
}

/// Puts back what was typed and refused.
fn retyped(view: &mut Editing, typed: &Typed) {
    for (field, name) in [
        (&mut view.text, "text"),
        (&mut view.why, "why"),
        (&mut view.measure, "measure"),
        (&mut view.norm, "norm"),
        (&mut view.stage, "stage"),
        (&mut view.weight, "weight"),
        (&mut view.minutes, "minutes_cost"),
        (&mut view.touchpoint, "touchpoint"),
    ] {
        typed.get(name).clone_into(field);
    }
    view.critical = typed.get("critical") == "on";
    view.optional = typed.get("optional") == "on";
}

async fn page(app: &App, actor: &Actor, id: Uuid, wanted: &Wanted, stuck: Option<Stuck<'_>>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let lang = wanted.lang.unwrap_or(actor.lang);
    let standard = editing::find(db, actor.org, id).await?;
    let items = alive(editing::items(db, actor.org, id).await?);
    let findings = lint::of_standard(db, actor, app.ground.now(), &standard, &items).await?;
    let mut views: Vec<Editing> = items.iter().map(|i| editing(i, lang)).collect();
    for view in &mut views {
        view.findings = findings.iter().filter(|f| f.item == Some(view.id)).cloned().collect();
        view.open = wanted.open == Some(view.id);
        if let Some(stuck) = stuck.as_ref().filter(|s| s.item == Some(view.id)) {
            let now = items.iter().find(|i| i.row.id == view.id);
            let typed = now.map_or_else(|| stuck.typed.clone(), |i| fields::changed(&i.draft, lang, stuck.typed));
            retyped(view, &typed);
            view.open = true;
            view.errors = stuck.errors.clone();
            if let (true, Some(now)) = (stuck.clash, now) {
                view.clash = differs(app, actor, now, lang, stuck.typed).await?;
            }
        }
    }
    let part = |name: &str| stuck.as_ref().filter(|s| s.item.is_none() && s.part == name);
    let none = Errors::none();
    let head_errors = part("head").map_or(&none, |s| &s.errors);
    let saved = head::fields(app, actor, &standard, lang, None, &none).await?;
    let again = Again { errors: Errors::none(), clash: part("head").is_some_and(|s| s.clash) };
    let typed = part("head").map(|s| shared::Typed(s.typed.0.clone()));
    let over = again.shown(typed.as_ref(), &saved).map(|t| Typed(t.0));
    let mut head_fields = head::fields(app, actor, &standard, lang, over.as_ref(), head_errors).await?;
    let head_clash = again.clash.then(|| differences(&head_fields, &saved));
    // A refused form stays as old as it was; after a clash it is as new as what stands beside it.
    let old = typed.as_ref().filter(|_| !again.clash);
    let head_was = old.map_or_else(|| was_of(&saved), |f| f.get("was").to_owned());
    let version = old.and_then(shared::Typed::version).unwrap_or(standard.row.version);
    // The page has many forms: ids of fields must not meet.
    for field in &mut head_fields {
        field.focus = false;
    }
    let errors = stuck.as_ref().filter(|_| !again.clash).map(|s| s.errors.clone()).unwrap_or_default();
    let status = match (again.clash, errors.any()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, false) => StatusCode::OK,
    };
    let points = points(db, actor.org, t).await?;
    let mut points: Vec<(String, String)> = points.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    points.sort_by(|a, b| a.1.cmp(&b.1));
    let whole: Vec<Finding> = findings.into_iter().filter(|f| f.item.is_none()).collect();
    let page = EditPage {
        frame: inside(actor, &standard, t.s("standards-edit-title")),
        id,
        lang,
        version,
        items: views,
        points,
        head_findings: whole.len(),
        findings: whole,
        head: head_fields,
        head_open: part("head").is_some(),
        head_was,
        head_back: back(id, lang, None),
        head_clash,
        fresh: part("new").map(|s| s.typed.get("text").to_owned()).unwrap_or_default(),
        errors,
    };
    Ok(render(status, &page))
}

/// The editor.
///
/// # Errors
/// `NotFound`.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, wanted: Params<Wanted>) -> Result<Response> {
    page(&app, &actor, id.0, &wanted.0, None).await
}

pub(super) fn lang_of(typed: &Typed, actor: &Actor) -> Lang {
    typed.get("lang").parse().unwrap_or(actor.lang)
}

pub(super) fn back(standard: Uuid, lang: Lang, item: Option<Uuid>) -> String {
    match item {
        Some(item) => format!("/standards/{standard}/edit?lang={lang}&open={item}#item-{item}"),
        None => format!("/standards/{standard}/edit?lang={lang}"),
    }
}

/// Saves the head of a standard.
///
/// # Errors
/// `NotFound`.
pub async fn save_head(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let lang = lang_of(&typed, &actor);
    let tx = app.write(&actor).await?;
    let version = typed.get("version").parse().ok();
    match editing::edit_standard(&tx, id.0, version, |now| fields::head(now, lang, &typed)).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&back(id.0, lang, None)))
        }
        Err(error) => {
            drop(tx);
            let clash = matches!(error, Error::Conflict("version"));
            let errors = refused(error, T::new(actor.lang), "title")?;
            let stuck = Stuck { item: None, part: "head", typed: &typed, errors, clash };
            page(&app, &actor, id.0, &Wanted { lang: Some(lang), open: None }, Some(stuck)).await
        }
    }
}

/// Adds an item at the end.
///
/// # Errors
/// `NotFound`.
pub async fn add(State(app): State<App>, actor: Actor, id: Id, Posted(typed): Posted<Vec<(String, String)>>) -> Result<Response> {
    let typed = Typed(typed);
    let lang = lang_of(&typed, &actor);
    let text = fields::written(None, lang, typed.get("text")).unwrap_or_else(|| "".into());
    let tx = app.write(&actor).await?;
    match editing::add_item(&tx, id.0, &ItemText::new(text)).await {
        Ok(item) => {
            tx.commit().await?;
            Ok(go(&back(id.0, lang, Some(item.row.id))))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, T::new(actor.lang), "text")?;
            let stuck = Stuck { item: None, part: "new", typed: &typed, errors, clash: false };
            page(&app, &actor, id.0, &Wanted { lang: Some(lang), open: None }, Some(stuck)).await
        }
    }
}

/// Puts the items in the order in which they stand.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn order(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    headers: HeaderMap,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let order: Vec<Uuid> = Typed(typed).all("order").iter().filter_map(|o| Uuid::try_parse(o).ok()).collect();
    let tx = app.write(&actor).await?;
    editing::reorder(&tx, id.0, None, &order).await?;
    tx.commit().await?;
    if headers.contains_key("hx-request") {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(go(&format!("/standards/{}/edit", id.0)))
}

/// Retires an item, or keeps it after all.
///
/// # Errors
/// `NotFound`, `Conflict`.
pub async fn retire(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let tx = app.write(&actor).await?;
    let item = editing::retire(&tx, id.0, typed.get("retiring") == "on").await?;
    tx.commit().await?;
    Ok(go(&back(item.row.standard, lang_of(&typed, &actor), Some(id.0))))
}

pub(super) async fn saved(app: &App, actor: &Actor, id: Uuid, typed: &Typed) -> Result<Item> {
    let lang = lang_of(typed, actor);
    let tx = app.write(actor).await?;
    let now = editing::item(&tx, actor.org, id).await?;
    let version = typed.get("version").parse::<i64>().ok();
    let typed = &fields::changed(&now.draft, lang, typed);
    // What was not changed is not saved: opening and closing an item leaves no trace.
    if fields::item(&now.draft, lang, typed)? == now.draft {
        return Ok(now);
    }
    let item = editing::edit_item(&tx, id, version, |now| fields::item(now, lang, typed)).await?;
    tx.commit().await?;
    Ok(item)
}

/// Saves an item where no script runs.
///
/// # Errors
/// `NotFound`.
pub async fn save(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let lang = lang_of(&typed, &actor);
    match saved(&app, &actor, id.0, &typed).await {
        Ok(item) => Ok(go(&back(item.row.standard, lang, Some(id.0)))),
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            let item = editing::item(&app.ground.db, actor.org, id.0).await?;
            let clash = matches!(error, Error::Conflict("version"));
            let errors = refused(error, T::new(actor.lang), "text")?;
            let stuck = Stuck { item: Some(id.0), part: "item", typed: &typed, errors, clash };
            page(&app, &actor, item.row.standard, &Wanted { lang: Some(lang), open: Some(id.0) }, Some(stuck)).await
        }
        Err(other) => Err(other),
    }
}
