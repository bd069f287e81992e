//! Items: add, change, retire.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kit::web::{Id, Input, List, answer, created, if_match, patched, tagged};
use kit::{Actor, Result, Timestamp};
use serde::Serialize;
use serde_json::Value as Json;

use super::ItemOut;
use crate::app::App;
use crate::standards::editing::rules::{Change, ItemText};
use crate::standards::editing::{self, reading, versions};

/// Lists the items of a standard in their order.
#[utoipa::path(get, path = "/standards/{id}/items", tag = "standards", params(("id" = Uuid, Path)),
    responses((status = 200, body = List<ItemOut>)))]
pub async fn list(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let db = &app.ground.db;
    editing::seen(db, &actor, id.0).await?;
    let items = reading::items_for(db, &actor, id.0).await?;
    answer(200, &List { items: items.iter().map(|i| ItemOut::of(i, &actor)).collect(), next: None })
}

/// Adds an item at the end of the draft.
#[utoipa::path(post, path = "/standards/{id}/items", tag = "standards", params(("id" = Uuid, Path)), request_body = ItemText,
    responses((status = 201, body = ItemOut)))]
pub async fn create(State(app): State<App>, actor: Actor, id: Id, text: Input<ItemText>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let item = editing::add_item(&tx, id.0, &text.0).await?;
    let (location, body) = (format!("/api/v1/items/{}", item.row.id), ItemOut::of(&item, &actor));
    tx.finish(201, Some(&location), &body, false).await?;
    Ok(tagged(created(&location, &body)?, item.row.version))
}

/// Shows an item.
#[utoipa::path(get, path = "/items/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = ItemOut)))]
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let item = reading::item_for(&app.ground.db, &actor, id.0).await?;
    Ok(tagged(answer(200, &ItemOut::of(&item, &actor))?, item.row.version))
}

/// Changes the draft of an item's next version (JSON merge patch); what is published stays as it is.
#[utoipa::path(patch, path = "/items/{id}", tag = "standards", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = ItemOut)))]
pub async fn edit(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let item = editing::edit_item(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    let body = ItemOut::of(&item, &actor);
    tx.commit().await?;
    Ok(tagged(answer(200, &body)?, item.row.version))
}

/// Retires an item with the next publication.
#[utoipa::path(post, path = "/items/{id}/retirement", tag = "standards", params(("id" = Uuid, Path)), responses((status = 201, body = ItemOut)))]
pub async fn retire(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let item = editing::retire(&tx, id.0, true).await?;
    let (location, body) = (format!("/api/v1/items/{}", id.0), ItemOut::of(&item, &actor));
    tx.finish(201, Some(&location), &body, false).await?;
    Ok(tagged(created(&location, &body)?, item.row.version))
}

/// Keeps an item that was to be retired.
#[utoipa::path(delete, path = "/items/{id}/retirement", tag = "standards", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn keep(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    editing::retire(&tx, id.0, false).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// One version of an item's text.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ItemVersion)]
pub struct VersionOut {
    /// The version of the standard that it came with.
    pub version: i64,
    pub change: Change,
    pub published_at: Timestamp,
    pub text: ItemText,
}

/// Lists the versions of an item's text, newest first.
#[utoipa::path(get, path = "/items/{id}/versions", tag = "standards", params(("id" = Uuid, Path)),
    responses((status = 200, body = List<VersionOut>)))]
pub async fn history(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let db = &app.ground.db;
    let item = reading::item_for(db, &actor, id.0).await?;
    let rows = versions::of_item(db, actor.org, item.row.id).await?;
    let out = |r: versions::ItemVersionRow| {
        Ok(VersionOut {
            version: r.number,
            change: Change::parse(&r.change).unwrap_or(Change::Material),
            published_at: Timestamp(r.published_at),
            text: serde_json::from_str(&r.text)?,
        })
    };
    let items = rows.into_iter().map(out).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: None })
}
