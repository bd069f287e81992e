//! Before a publication: what changed, what it means for people; and the word of the head.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result};
use uuid::Uuid;

use super::versions::DiffView;
use super::{Typed, audience_words, field_views, inside, points, refused, told};
use crate::app::App;
use crate::doors::go;
use crate::layout::{Errors, Frame, State as Mood, render};
use crate::standards::duties::{self, Settling};
use crate::standards::editing::publishing::{draft_of, prepare};
use crate::standards::editing::rules::difference::{Part, item_difference, word_difference};
use crate::standards::editing::rules::{Change, ItemText, Span};
use crate::standards::editing::{self, Item, Standard, review, store};

/// A change that the next publication makes.
struct Pending {
    shown: DiffView,
    /// The author has to say whether the sense changed.
    ask: bool,
    chosen: String,
    error: String,
}

async fn pending(app: &App, actor: &Actor, items: &[Item], typed: &Typed, errors: &Errors) -> Result<Vec<Pending>> {
    let t = T::new(actor.lang);
    let points = points(&app.ground.db, actor.org, t).await?;
    let mut out = Vec::new();
    for item in items {
        let Some(change) = draft_of(item).and_then(|d| d.pending()) else { continue };
        let empty = ItemText { weight: item.draft.weight, ..ItemText::new("") };
        let (before, after) = match change {
            Some(Change::New) => (&empty, &item.draft),
            Some(Change::Retired) => (item.published.as_ref().unwrap_or(&item.draft), &empty),
            _ => (item.published.as_ref().unwrap_or(&empty), &item.draft),
        };
        let (mood, word) = match change {
            Some(Change::New) => (Mood::Good, "added"),
            Some(Change::Retired) => (Mood::Quiet, "removed"),
            _ => (Mood::Note, "changed"),
        };
        let id = item.row.id;
        let shown = if change == Some(Change::Retired) { item.published.as_ref().unwrap_or(&item.draft) } else { &item.draft };
        let mut fields = if change == Some(Change::Retired) { Vec::new() } else { item_difference(before, after) };
        if change == Some(Change::New) {
            // The heading says it already.
            fields.retain(|f| f.field != "text" || f.lang.is_some_and(|l| l != actor.lang));
        }
        out.push(Pending {
            shown: DiffView {
                id,
                mood,
                word: t.s(&format!("standards-fate-{word}")),
                text: t.label(&shown.text).to_owned(),
                fields: field_views(&fields, &points, t),
            },
            ask: change.is_none(),
            chosen: typed.get(&format!("change-{id}")).to_owned(),
            error: errors.of(&format!("changes.{id}")).to_owned(),
        });
    }
    Ok(out)
}

fn changes(typed: &Typed) -> BTreeMap<Uuid, Change> {
    let pairs = typed.0.iter().filter_map(|(name, value)| {
        let id = Uuid::try_parse(name.strip_prefix("change-")?).ok()?;
        let change = Change::parse(value).filter(|c| matches!(c, Change::Material | Change::Editorial))?;
        Some((id, change))
    });
    pairs.collect()
}

/// What a title's or an audience's change is, in words.
struct HeadChange {
    label: String,
    words: Vec<Span>,
}

async fn head_changes(app: &App, actor: &Actor, standard: &Standard) -> Result<Vec<HeadChange>> {
    let t = T::new(actor.lang);
    let Some(force) = &standard.force else { return Ok(Vec::new()) };
    let db = &app.ground.db;
    let pairs = [
        ("standards-name", t.label(&force.title).to_owned(), t.label(&standard.title).to_owned()),
        (
            "standards-audience",
            audience_words(db, actor.org, &force.audience, t).await?,
            audience_words(db, actor.org, &standard.audience, t).await?,
        ),
        ("standards-days", force.days.to_string(), standard.row.days.to_string()),
    ];
    let changed = pairs.into_iter().map(|(key, was, is)| HeadChange { label: t.s(key), words: word_difference(&was, &is) });
    Ok(changed.filter(|c| c.words.iter().any(|s| s.part != Part::Same)).collect())
}

/// «подпишут заново 12 человек; 340 подписей сбережено».
fn forecast_words(settling: &Settling, open: usize, t: T) -> String {
    if open > 0 {
        return t.n("standards-forecast-open", open);
    }
    if settling.asked == 0 && settling.audience == 0 {
        return t.s("standards-forecast-nobody");
    }
    let asked =
        if settling.asked == 0 { t.s("standards-forecast-none") } else { t.n("standards-forecast-asked", settling.asked) };
    if settling.spared > 0 { format!("{asked} {}", t.n("standards-forecast-spared", settling.spared)) } else { asked }
}

async fn forecast(app: &App, actor: &Actor, standard: &Standard, items: &[Item], typed: &Typed) -> Result<String> {
    let t = T::new(actor.lang);
    let said = changes(typed);
    let open = items.iter().filter(|i| draft_of(i).and_then(|d| d.pending()) == Some(None) && !said.contains_key(&i.row.id));
    let open = open.count();
    if open > 0 {
        return Ok(forecast_words(&Settling::default(), open, t));
    }
    match prepare(&app.ground.db, actor.org, standard, &said).await {
        Ok((publication, _)) => {
            Ok(forecast_words(&duties::forecast(&app.ground.db, actor.org, &publication, app.ground.now()).await?, 0, t))
        }
        Err(Error::Invalid(_)) => Ok(String::new()),
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "standards/editing/pages/publish.html")]
struct PublishPage {
    frame: Frame,
    id: Uuid,
    number: i64,
    head: Vec<HeadChange>,
    pending: Vec<Pending>,
    nothing: bool,
    needs_word: bool,
    forecast: String,
    errors: Errors,
}

async fn page(app: &App, actor: &Actor, id: Uuid, typed: &Typed, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::find(db, actor.org, id).await?;
    let items = editing::items(db, actor.org, id).await?;
    let pending = pending(app, actor, &items, typed, &errors).await?;
    let head = head_changes(app, actor, &standard).await?;
    let number = standard.row.published.unwrap_or(0) + 1;
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let moved = editing::reading::order_changed(db, actor, &standard, &items).await?;
    let page = PublishPage {
        frame: inside(actor, &standard, t.w("standards-publish-n", "n", number)),
        id,
        number,
        nothing: pending.is_empty() && head.is_empty() && !moved,
        needs_word: standard.row.approver.is_some() && standard.row.stage != "approved",
        forecast: forecast(app, actor, &standard, &items, typed).await?,
        head,
        pending,
        errors,
    };
    Ok(render(status, &page))
}

/// What the next publication changes.
///
/// # Errors
/// `NotFound`.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    page(&app, &actor, id.0, &Typed::default(), Errors::none()).await
}

/// What these choices mean for people, as a line that follows the choices.
///
/// # Errors
/// `NotFound`.
pub async fn line(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let db = &app.ground.db;
    let standard = editing::find(db, actor.org, id.0).await?;
    let items = editing::items(db, actor.org, id.0).await?;
    let words = forecast(&app, &actor, &standard, &items, &Typed(typed)).await?;
    Ok(render(StatusCode::OK, &LineFragment { words }))
}

#[derive(Template)]
#[template(source = "{{ words }}", ext = "html")]
struct LineFragment {
    words: String,
}

/// Publishes.
///
/// # Errors
/// `NotFound`.
pub async fn publish(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    let errors = match editing::publish(&tx, id.0, &changes(&typed)).await {
        Ok(_) => {
            tx.commit().await?;
            return Ok(go(&format!("/standards/{}?done=published", id.0)));
        }
        Err(Error::Invalid(fields)) => told(&fields, t),
        Err(error) => refused(error, t, "publish")?,
    };
    drop(tx);
    page(&app, &actor, id.0, &typed, errors).await
}

#[derive(Template)]
#[template(path = "standards/editing/pages/review.html")]
struct ReviewPage {
    frame: Frame,
    id: Uuid,
    stage: String,
    approver: String,
    own_word: bool,
    head: Vec<HeadChange>,
    pending: Vec<Pending>,
    reason: String,
    errors: Errors,
}

async fn review_page(app: &App, actor: &Actor, id: Uuid, reason: &str, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::find(db, actor.org, id).await?;
    let items = editing::items(db, actor.org, id).await?;
    let approver = match standard.row.approver {
        Some(member) => store::member_name(db, actor.org, member).await?.unwrap_or_default(),
        None => String::new(),
    };
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ReviewPage {
        frame: inside(actor, &standard, t.s("standards-review")),
        id,
        stage: standard.row.stage.clone(),
        approver,
        own_word: standard.row.approver.is_some() && standard.row.approver == actor.member,
        head: head_changes(app, actor, &standard).await?,
        pending: pending(app, actor, &items, &Typed::default(), &Errors::none()).await?,
        reason: reason.to_owned(),
        errors,
    };
    Ok(render(status, &page))
}

/// What the head is asked to agree to.
///
/// # Errors
/// `NotFound`.
pub async fn review_show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    review_page(&app, &actor, id.0, "", Errors::none()).await
}

/// Sends the draft, takes it back, agrees to it or sends it back: the button that was pressed says which.
///
/// # Errors
/// `NotFound`, `Forbidden` for a word that is not one's own.
pub async fn review_act(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    let (done, outcome) = match typed.get("act") {
        "approve" => ("approved", review::approve(&tx, id.0).await.map(|_| ())),
        "return" => ("returned", review::send_back(&tx, id.0, typed.get("reason")).await),
        "take-back" => ("taken-back", review::take_back(&tx, id.0).await),
        _ => ("sent", review::send(&tx, id.0).await.map(|_| ())),
    };
    match outcome {
        Ok(()) => {
            tx.commit().await?;
            Ok(go(&format!("/standards/{}?done={done}", id.0)))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, t, "review")?;
            review_page(&app, &actor, id.0, typed.get("reason"), errors).await
        }
    }
}
