//! The thread as people see it: on the item's page, on a page of its own, and the rules that nobody asks about.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Result};
use uuid::Uuid;

use super::{Moved, Strand};
use crate::app::App;
use crate::doors::frame;
use crate::insight::view::Look;
use crate::layout::{Frame, render, short};
use crate::standards::editing;

/// The strands alone: the item's page takes them in.
#[derive(Template)]
#[template(path = "insight/thread/strands.html")]
struct Strands {
    t: T,
    strands: Vec<Strand>,
    orphan: bool,
    /// Where a question about this item is written.
    may_ask: bool,
}

#[derive(Template)]
#[template(path = "insight/thread/page.html")]
struct ThreadPage {
    frame: Frame,
    /// The rule in its own words.
    text: String,
    strands: Vec<Strand>,
    orphan: bool,
    may_ask: bool,
}

fn may_ask(actor: &Actor) -> bool {
    crate::access::reach(actor.role, crate::access::change(crate::access::Noun::Survey)).is_some()
}

/// The strands of an item.
pub async fn strands(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let found = super::thread(&app.ground.db, &actor, app.ground.now(), id.0).await?;
    let (t, orphan) = (T::new(actor.lang), found.orphan());
    Ok(render(StatusCode::OK, &Strands { t, orphan, strands: found.strands, may_ask: may_ask(&actor) }))
}

/// The thread on a page of its own.
pub async fn thread(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let found = super::thread(&app.ground.db, &actor, app.ground.now(), id.0).await?;
    let t = T::new(actor.lang);
    let standard = editing::seen(&app.ground.db, &actor, found.rule.row.standard).await?;
    let frame = frame(&actor, t.s("thread-title"), "standards")
        .crumb(t.s("standards-title"), "/standards")
        .crumb(t.label(standard.title_for(&actor)), format!("/standards/{}", standard.row.id))
        .crumb(short(t.label(&found.text), 40), format!("/items/{}", found.rule.row.id));
    let (orphan, text) = (found.orphan(), t.label(&found.text).to_owned());
    Ok(render(StatusCode::OK, &ThreadPage { frame, text, orphan, strands: found.strands, may_ask: may_ask(&actor) }))
}

struct Row {
    version: String,
    point: String,
    metric: String,
    /// The figure and its base.
    before: (String, String),
    after: (String, String),
    words: String,
    days: String,
    url: String,
}

#[derive(Template)]
#[template(path = "insight/thread/effect.html")]
struct Effect {
    t: T,
    rows: Vec<Row>,
}

/// The same as a page: for who opens the link without scripts.
#[derive(Template)]
#[template(path = "insight/thread/effect_page.html")]
struct EffectPage {
    frame: Frame,
    t: T,
    rows: Vec<Row>,
}

fn row(t: T, m: &Moved) -> Row {
    let look = Look { t, metric: m.metric, scale: None };
    let words = match m.item.change().and_then(|c| Some((c.difference, c.p?))) {
        Some((d, p)) if p < 0.05 => {
            t.s(if (d > 0.0) == m.metric.up_is_better(true) { "thread-moved-better" } else { "thread-moved-worse" })
        }
        Some(_) => t.s("thread-moved-noise"),
        None => t.s("thread-moved-few"),
    };
    let shown = |n: &super::Number| (n.shown.clone(), look.n(n.n.unwrap_or(0)));
    Row {
        version: t.w2("thread-version-on", "n", m.version, "on", m.on.as_str()),
        point: m.point.clone(),
        metric: t.s(&format!("insight-metric-{}", m.metric.key())),
        before: shown(&m.before),
        after: shown(&m.after),
        words,
        days: t.n("thread-days", m.days),
        url: format!("/figures/{}?touchpoint={}", m.metric.key(), m.touchpoint),
    }
}

/// How the figures of a standard's touchpoints moved after its versions: a part of the standard's page.
pub async fn effect(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap) -> Result<Response> {
    let list = super::effect(&app.ground.db, &actor, app.ground.now(), id.0).await?;
    let t = T::new(actor.lang);
    let rows = list.iter().map(|m| row(t, m)).collect();
    if headers.contains_key("hx-request") {
        return Ok(render(StatusCode::OK, &Effect { t, rows }));
    }
    let standard = editing::seen(&app.ground.db, &actor, id.0).await?;
    let frame = frame(&actor, t.s("thread-effect"), "standards")
        .crumb(t.s("standards-title"), "/standards")
        .crumb(t.label(standard.title_for(&actor)), format!("/standards/{}", id.0));
    Ok(render(StatusCode::OK, &EffectPage { frame, t, rows }))
}

struct Alone {
    id: Uuid,
    text: String,
}

struct Group {
    standard: Uuid,
    title: String,
    items: Vec<Alone>,
}

#[derive(Template)]
#[template(path = "insight/thread/orphans.html")]
struct Orphans {
    frame: Frame,
    groups: Vec<Group>,
    count: i64,
    may_ask: bool,
    /// Is no rule in force at all?
    nothing: bool,
}

/// The rules that nobody asks about.
pub async fn orphans(State(app): State<App>, actor: Actor) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = super::orphans(&app.ground.db, &actor).await?;
    let mut groups: Vec<Group> = Vec::new();
    for o in &list {
        if groups.last().is_none_or(|g| g.standard != o.standard) {
            groups.push(Group { standard: o.standard, title: t.label(&o.title).to_owned(), items: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.items.push(Alone { id: o.id, text: t.label(&o.text).to_owned() });
        }
    }
    let nothing = list.is_empty() && editing::in_force(&app.ground.db, actor.org).await?.is_empty();
    let frame = crate::standards::section::top(&actor, t.s("thread-orphans"), "orphans");
    Ok(render(
        StatusCode::OK,
        &Orphans { frame, groups, count: i64::try_from(list.len()).unwrap_or(i64::MAX), may_ask: may_ask(&actor), nothing },
    ))
}
