//! The JSON door of the thread.

use axum::extract::State;
use axum::response::Response;
use kit::i18n::{Label, T};
use kit::web::{Id, List, answer};
use kit::{Actor, Result};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::Strand;
use crate::app::App;

/// What points at an item. Each strand stands under its key: versions, signatures, quiz, questions, touchpoint, proposals.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Thread)]
pub struct ThreadOut {
    pub item: Uuid,
    pub standard: Uuid,
    /// The text in force, or the draft's before the first publication.
    pub text: String,
    /// The version in force of the item's text; null before the first.
    pub version: Option<i64>,
    pub retired: bool,
    /// Nothing asks whether this rule is known, kept or felt.
    pub orphan: bool,
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, Strand>)]
    pub strands: Map<String, Json>,
}

/// What points at an item, with figures.
#[utoipa::path(get, path = "/items/{id}/thread", tag = "standards", params(("id" = Uuid, Path)),
    responses((status = 200, body = ThreadOut)))]
pub async fn thread(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let found = super::thread(&app.ground.db, &actor, app.ground.now(), id.0).await?;
    let t = T::new(actor.lang);
    let mut strands = Map::new();
    for strand in &found.strands {
        strands.insert(strand.key.to_owned(), serde_json::to_value(strand)?);
    }
    answer(
        200,
        &ThreadOut {
            item: found.rule.row.id,
            standard: found.rule.row.standard,
            text: t.label(&found.text).to_owned(),
            version: found.rule.row.changed_in,
            retired: found.rule.row.retired_in.is_some(),
            orphan: found.orphan(),
            strands,
        },
    )
}

/// An item that nothing asks about.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Orphan)]
pub struct OrphanOut {
    pub id: Uuid,
    pub standard: Uuid,
    pub title: String,
    pub text: String,
}

/// Items in force that no survey, quiz or rated touchpoint asks about.
#[utoipa::path(get, path = "/items/orphans", tag = "standards", responses((status = 200, body = List<OrphanOut>)))]
pub async fn orphans(State(app): State<App>, actor: Actor) -> Result<Response> {
    let t = T::new(actor.lang);
    let word = |l: &Label| t.label(l).to_owned();
    let list = super::orphans(&app.ground.db, &actor).await?;
    let items = list.iter().map(|o| OrphanOut { id: o.id, standard: o.standard, title: word(&o.title), text: word(&o.text) });
    answer(200, &List { items: items.collect(), next: None })
}

/// A figure of a touchpoint before and after a version.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = VersionEffect)]
pub struct EffectOut {
    pub version: i64,
    pub touchpoint: Uuid,
    pub metric: &'static str,
    /// Days on each side of the publication.
    pub days: i64,
    pub before: super::Number,
    pub after: super::Number,
    pub difference: Option<f64>,
    pub difference_ci: Option<[f64; 2]>,
    pub p: Option<f64>,
}

/// How the figures of a standard's touchpoints moved after each version: an association, never a cause.
#[utoipa::path(get, path = "/standards/{id}/effect", tag = "standards", params(("id" = Uuid, Path)),
    responses((status = 200, body = List<EffectOut>)))]
pub async fn effect(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let list = super::effect(&app.ground.db, &actor, app.ground.now(), id.0).await?;
    let out = |m: super::Moved| {
        let change = m.item.change();
        EffectOut {
            version: m.version,
            touchpoint: m.touchpoint,
            metric: m.metric.key(),
            days: m.days,
            before: m.before,
            after: m.after,
            difference: change.map(|c| c.difference),
            difference_ci: change.map(|c| [c.interval.low, c.interval.high]),
            p: change.and_then(|c| c.p),
        }
    };
    answer(200, &json!({"items": list.into_iter().map(out).collect::<Vec<_>>(), "next": null}))
}
