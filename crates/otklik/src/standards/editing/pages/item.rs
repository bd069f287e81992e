//! An item's own page: what it says now, how it came to that, and other words for it.

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result, Timestamp};
use uuid::Uuid;

use super::{FieldView, ItemView, Typed, field_views, inside, may_propose, points, refused, view};
use crate::access::{Noun, reach, see};
use crate::app::App;
use crate::doors::go;
use crate::layout::{Errors, Frame, State as Mood, render, short};
use crate::standards::editing::proposals::{self, ProposalForm, ProposalRow, Which};
use crate::standards::editing::rules::difference::item_difference;
use crate::standards::editing::rules::{Change, ItemText};
use crate::standards::editing::{self, reading, sees_drafts, versions};

struct Step {
    number: i64,
    at: String,
    mood: Mood,
    word: String,
    fields: Vec<FieldView>,
}

struct Credit {
    name: String,
    at: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/item.html")]
struct ItemPage {
    frame: Frame,
    id: Uuid,
    standard: Uuid,
    item: ItemView,
    /// The title is only the beginning of the text.
    long: bool,
    mood: Mood,
    word: String,
    steps: Vec<Step>,
    credits: Vec<Credit>,
    open: usize,
    retired: bool,
    may_change: bool,
    may_propose: bool,
    words: String,
    reason: String,
    errors: Errors,
}

async fn page(app: &App, actor: &Actor, id: Uuid, typed: Option<&Typed>, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let item = reading::item_for(db, actor, id).await?;
    let standard = editing::seen(db, actor, item.row.standard).await?;
    let points = points(db, actor.org, t).await?;
    let rows = versions::of_item(db, actor.org, id).await?;
    let texts = rows.iter().map(|r| Ok(serde_json::from_str::<ItemText>(&r.text)?)).collect::<Result<Vec<_>>>()?;
    let steps = rows.iter().enumerate().map(|(i, r)| {
        let change = Change::parse(&r.change).unwrap_or(Change::Material);
        let before = texts.get(i + 1).filter(|_| !matches!(change, Change::New | Change::Retired));
        Step {
            number: r.number,
            at: t.date(&Timestamp(r.published_at).date(&actor.zone)),
            mood: if change == Change::Material { Mood::Warn } else { Mood::Note },
            word: t.s(&format!("standards-change-{}", change.as_str())),
            fields: before.map(|b| field_views(&item_difference(b, &texts[i]), &points, t)).unwrap_or_default(),
        }
    });
    let steps = steps.collect();
    let now = item.published.as_ref().unwrap_or(&item.draft);
    let (mut credits, mut open) = (Vec::new(), 0);
    if let Some(reach) = reach(actor.role, see(Noun::Proposal)) {
        let reader = Actor { reach, ..actor.clone() };
        let which = Which { item: Some(id), ..Which::default() };
        let list: Vec<ProposalRow> = proposals::list(db, &reader, &which, None, 100).await?.items;
        open = list.iter().filter(|p| p.state == "open").count();
        credits = list
            .into_iter()
            .filter(|p| p.state == "accepted" && p.text.is_some())
            .map(|p| Credit {
                at: p.decided_at.map(|at| t.date(&Timestamp(at).date(&actor.zone))).unwrap_or_default(),
                name: p.author_name,
                reason: p.reason,
            })
            .collect();
    }
    let (mood, state) = match (item.row.retired_in.is_some(), item.published.is_some()) {
        (true, _) => (Mood::Quiet, "retired"),
        (false, true) => (Mood::Good, "published"),
        (false, false) => (Mood::Quiet, "draft"),
    };
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = short(t.label(&now.text), 90);
    let page = ItemPage {
        frame: inside(actor, &standard, title),
        id,
        standard: standard.row.id,
        item: view(id, 0, now, &points, t),
        long: t.label(&now.text).chars().count() > 90,
        mood,
        word: t.s(&format!("standards-state-{state}")),
        steps,
        credits,
        open,
        retired: item.row.retired_in.is_some(),
        may_change: sees_drafts(actor),
        may_propose: may_propose(actor) && item.row.retired_in.is_none(),
        words: typed.map_or_else(|| t.label(&now.text).to_owned(), |f| f.get("text").to_owned()),
        reason: typed.map(|f| f.get("reason").to_owned()).unwrap_or_default(),
        errors,
    };
    Ok(render(status, &page))
}

/// An item.
///
/// # Errors
/// `NotFound`.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    page(&app, &actor, id.0, None, Errors::none()).await
}

/// Proposes other words for an item.
///
/// # Errors
/// `NotFound`.
pub async fn propose(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let t = T::new(actor.lang);
    let item = reading::item_for(&app.ground.db, &actor, id.0).await?;
    let text = Some(typed.get("text")).filter(|x| !x.is_empty()).map(Into::into);
    let form = ProposalForm { item: Some(id.0), text, reason: typed.get("reason").to_owned() };
    let tx = app.write(&actor).await?;
    match proposals::create(&tx, item.row.standard, &form).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/standards/{}?done=proposed", item.row.standard)))
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            drop(tx);
            let errors = refused(error, t, "text")?;
            page(&app, &actor, id.0, Some(&typed), errors).await
        }
        Err(other) => Err(other),
    }
}

/// Proposes a new item, or says something of the whole standard.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn propose_new(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let text = Some(typed.get("text")).filter(|x| !x.is_empty()).map(Into::into);
    let form = ProposalForm { item: None, text, reason: typed.get("reason").to_owned() };
    let tx = app.write(&actor).await?;
    proposals::create(&tx, id.0, &form).await?;
    tx.commit().await?;
    Ok(go(&format!("/standards/{}?done=proposed", id.0)))
}
