//! Pages of touchpoints.

use axum::extract::{Query, State};
use axum::response::Response;
use kit::i18n::{Label, Lang, T};
use kit::web::{Id, from_value};
use kit::{Actor, Error, Result};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Ask, frame, go, may};
use crate::access::rules::places::{STAGES, TouchpointForm, channel, stage};
use crate::access::store::places::TouchpointRow;
use crate::access::{Noun, api, change, places};
use crate::app::App;
use crate::layout::Field;
use crate::layout::simple::{Again, FormPage, ListPage, Post, Row, Typed};
use crate::thing::{Sent, sent};

/// Touchpoints, with the starter list.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn touchpoints(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = places::touchpoints(&app.ground.db, &actor, &api::wanted(Some(500), ask.after.clone(), None)?).await?;
    let empty = ("map-route", t.s("access-touchpoints-empty"), t.s("access-touchpoints-why"));
    let mut page = ListPage::new(frame(&actor, "access-touchpoints", &ask.done), empty);
    page.lead = t.s("access-touchpoints-why");
    if may(&actor, change(Noun::Touchpoint)) {
        page.add = ("/touchpoints/new".into(), t.s("access-touchpoint-new"));
        page.posts = vec![Post::new("/touchpoints/starter", t.s("access-touchpoints-starter"))];
    }
    page.heads = vec![t.s("access-name"), t.s("access-stage"), t.s("access-channel"), t.s("access-key")];
    page.next = ask.next("/touchpoints", list.next.as_ref());
    let mut rows = list.items;
    rows.sort_by_key(|r| STAGES.iter().position(|s| *s == r.stage).unwrap_or(STAGES.len()));
    for r in rows {
        let name: Label = serde_json::from_str(&r.name)?;
        page.rows.push(Row {
            href: format!("/touchpoints/{}", r.id),
            main: t.label(&name).to_owned(),
            cells: vec![stage(t, &r.stage), r.channel.map_or_else(String::new, |c| channel(t, &c)), r.key],
            ..Row::default()
        });
    }
    Ok(page.answer())
}

/// Adds the starter list.
///
/// # Errors
/// Those of the database.
pub async fn starter(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    places::add_starter(&tx).await?;
    tx.commit().await?;
    Ok(go("/touchpoints?done=added"))
}

fn touchpoint_fields(t: T, typed: &Typed) -> Vec<Field> {
    let stage_now = typed.get("stage");
    let mut stages = Field::select("stage", t.s("access-stage")).value(stage_now);
    if !stage_now.is_empty() && !STAGES.contains(&stage_now) {
        stages = stages.choice(stage_now, stage_now);
    }
    vec![
        Field::text("name_ru", t.s("access-name-ru")).value(typed.get("name_ru")).max_length(200),
        Field::text("name_en", t.s("access-name-en")).value(typed.get("name_en")).max_length(200),
        stages.choices(STAGES.iter().map(|s| (*s, stage(t, s)))).required(),
        Field::text("channel", t.s("access-channel"))
            .hint(t.s("access-channel-hint"))
            .value(typed.get("channel"))
            .max_length(100),
        Field::text("key", t.s("access-key")).hint(t.s("access-key-hint")).value(typed.get("key")).max_length(64).required(),
    ]
}

fn read_touchpoint(typed: &Typed, owner: Option<String>) -> Result<TouchpointForm> {
    let mut value = typed.json(&["key", "stage", "channel"]);
    let mut name = serde_json::Map::new();
    for (field, lang) in [("name_ru", "ru"), ("name_en", "en")] {
        if !typed.get(field).trim().is_empty() {
            name.insert(lang.into(), Json::from(typed.get(field).trim()));
        }
    }
    if name.is_empty() {
        return Err(Error::field("name_ru", "required"));
    }
    value["name"] = Json::Object(name);
    if let Some(owner) = owner {
        value["owner"] = Json::from(owner);
    }
    from_value(value)
}

/// A touchpoint as its form would send it.
fn typed_of(row: &TouchpointRow, actor: &Actor) -> Result<Typed> {
    let name: Label = serde_json::from_str(&row.name)?;
    let of = |lang: Lang| match &name {
        Label::Plain(text) if lang == actor.lang => text.clone(),
        Label::Plain(_) => String::new(),
        Label::Map(map) => map.get(&lang).cloned().unwrap_or_default(),
    };
    Ok(Typed(vec![
        ("name_ru".into(), of(Lang::Ru)),
        ("name_en".into(), of(Lang::En)),
        ("stage".into(), row.stage.clone()),
        ("channel".into(), row.channel.clone().unwrap_or_default()),
        ("key".into(), row.key.clone()),
    ]))
}

/// The form of a new touchpoint, or of one that is there.
async fn touchpoint_page(
    app: &App,
    actor: &Actor,
    id: Option<Uuid>,
    typed: Option<&Typed>,
    done: &str,
    again: Again,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let mut frame = frame(actor, "access-touchpoints", done).crumb(t.s("access-touchpoints"), "/touchpoints");
    let Some(id) = id else {
        frame.title = t.s("access-touchpoint-new");
        let page = FormPage::new(frame, "/touchpoints", t.s("access-save"), "/touchpoints");
        return Ok(page.answer(touchpoint_fields(t, typed.unwrap_or(&Typed::default())), again.errors));
    };
    let row = places::touchpoint(&app.ground.db, actor, id).await?;
    let name: Label = serde_json::from_str(&row.name)?;
    t.label(&name).clone_into(&mut frame.title);
    let mut page = FormPage::new(frame, format!("/touchpoints/{id}"), t.s("access-save"), "/touchpoints");
    page.frozen = !may(actor, change(Noun::Touchpoint));
    page.of_version(row.version, typed, &again);
    let saved = touchpoint_fields(t, &typed_of(&row, actor)?);
    let fields = again.shown(typed, &saved).map_or_else(|| saved.clone(), |typed| touchpoint_fields(t, &typed));
    Ok(page.again(fields, &saved, again))
}

/// The form of a new touchpoint.
///
/// # Errors
/// Never in practice.
pub async fn new_touchpoint(State(app): State<App>, actor: Actor) -> Result<Response> {
    touchpoint_page(&app, &actor, None, None, "", Again::default()).await
}

/// Makes a touchpoint.
///
/// # Errors
/// Those of the database.
pub async fn create_touchpoint(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let made = match read_touchpoint(&typed, None) {
        Ok(form) => places::create_touchpoint(&tx, &form).await,
        Err(error) => Err(error),
    };
    match sent(made, tx).await? {
        Sent::Done(_) => Ok(go("/touchpoints?done=added")),
        Sent::Again(again) => touchpoint_page(&app, &actor, None, Some(&typed), "", again).await,
    }
}

/// A touchpoint.
///
/// # Errors
/// `NotFound`.
pub async fn touchpoint(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    touchpoint_page(&app, &actor, Some(id.0), None, &ask.done, Again::default()).await
}

/// Saves a touchpoint.
///
/// # Errors
/// `NotFound`.
pub async fn save_touchpoint(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let change = |now: &TouchpointForm| read_touchpoint(&typed, now.owner.clone());
    match sent(places::edit_touchpoint(&tx, id.0, typed.version(), change).await, tx).await? {
        Sent::Done(_) => Ok(go("/touchpoints?done=saved")),
        Sent::Again(again) => touchpoint_page(&app, &actor, Some(id.0), Some(&typed), "", again).await,
    }
}
