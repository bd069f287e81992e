//! The rule that one needs now: a big field, and what it finds as one types.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Params;
use kit::{Actor, Result};
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::layout::{Frame, Piece, marked, render};
use crate::standards::editing::{search, tip};

struct Hit {
    item: Uuid,
    standard: Uuid,
    title: String,
    text: Vec<Piece>,
    why: Vec<Piece>,
    measure: Vec<Piece>,
    norm: String,
}

struct TipView {
    item: Uuid,
    title: String,
    text: String,
    why: String,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/rules.html")]
struct RulesPage {
    frame: Frame,
    q: String,
    close: bool,
    hits: Vec<Hit>,
    tip: Option<TipView>,
}

/// What the address carries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// So many rules fit a look.
const SHOWN: usize = 20;

/// The search of rules; without words, the tip of the day.
///
/// # Errors
/// Those of the database.
pub async fn show(State(app): State<App>, actor: Actor, asked: Params<Asked>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let typed = asked.0.q.replace(char::is_control, " ");
    let q: String = typed.trim().chars().take(200).collect();
    let results = search::find(db, actor.org, &q, SHOWN).await?;
    let words = measure::text::query_stems(&q);
    let cut = |l: Option<&kit::i18n::Label>| l.map(|l| marked(t.label(l), &words)).unwrap_or_default();
    let hits = results.found.iter().map(|f| Hit {
        item: f.item,
        standard: f.standard,
        title: t.label(&f.title).to_owned(),
        text: cut(Some(&f.text.text)),
        why: cut(f.text.why.as_ref()),
        measure: cut(f.text.measure.as_ref()),
        norm: f.text.norm.as_ref().map(|l| t.label(l).to_owned()).unwrap_or_default(),
    });
    let hits: Vec<Hit> = hits.collect();
    let tip = if q.is_empty() {
        let branch = actor.branches.first().copied().filter(|_| actor.branches.len() == 1);
        tip::of_day(db, actor.org, app.ground.now().date(&actor.zone), branch).await?
    } else {
        None
    };
    let tip = tip.map(|p| TipView {
        item: p.item,
        title: t.label(&p.title).to_owned(),
        text: t.label(&p.text.text).to_owned(),
        why: p.text.why.as_ref().map(|l| t.label(l).to_owned()).unwrap_or_default(),
    });
    let page = RulesPage {
        frame: crate::standards::section::top(&actor, t.s("standards-rules"), "rules"),
        q,
        close: results.close,
        hits,
        tip,
    };
    Ok(render(StatusCode::OK, &page))
}
