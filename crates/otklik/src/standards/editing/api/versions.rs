//! What was published, and what changed between two versions.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::i18n::{Label, T};
use kit::web::{Id, List, Paging, Params, answer};
use kit::{Actor, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::standards::editing::rules::{Content, ItemChange, ItemText, Kind, Span};
use crate::standards::editing::{self, reading, versions};

/// A publication.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StandardVersion)]
pub struct VersionOut {
    pub version: i64,
    /// SHA-256 of the text.
    pub hash: String,
    pub published_at: Timestamp,
    pub published_by: Option<Uuid>,
    pub approved_by: Option<Uuid>,
    /// So many people were in the audience.
    pub audience: i64,
    /// So many got something to sign.
    pub asked: i64,
    /// So many signatures stayed good.
    pub spared: i64,
    /// When the last of them had theirs.
    pub settled_at: Option<Timestamp>,
}

/// Lists the versions of a standard, newest first.
#[utoipa::path(get, path = "/standards/{id}/versions", tag = "standards", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = List<VersionOut>)))]
pub async fn list(State(app): State<App>, actor: Actor, id: Id, paging: Params<Paging>) -> Result<Response> {
    let db = &app.ground.db;
    editing::seen(db, &actor, id.0).await?;
    let before = match paging.0.cursor()? {
        None => 0,
        Some(parts) => {
            let number = parts.first().and_then(|p| p.parse::<i64>().ok()).filter(|n| *n > 0);
            number.ok_or_else(|| Error::field("after", "bad-cursor"))?
        }
    };
    let limit = paging.0.limit()?;
    let rows = versions::versions(db, actor.org, id.0, before, limit + 1).await?;
    let list = List::cut(rows, limit, |r| vec![r.number.to_string()]);
    answer(
        200,
        &list.map(|r| VersionOut {
            version: r.number,
            hash: r.hash,
            published_at: Timestamp(r.published_at),
            published_by: r.published_by,
            approved_by: r.approved_by,
            audience: r.audience_size,
            asked: r.asked,
            spared: r.spared,
            settled_at: r.settled_at.map(Timestamp),
        }),
    )
}

/// The text of a version.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StandardVersionText)]
pub struct TextOut {
    pub version: i64,
    pub hash: String,
    pub published_at: Timestamp,
    pub title: Label,
    pub kind: Kind,
    pub items: Vec<TextItem>,
}

/// An item as a version has it.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StandardVersionItem)]
pub struct TextItem {
    pub id: Uuid,
    #[serde(flatten)]
    #[schema(inline)]
    pub text: ItemText,
}

/// Shows the text of a version, as it was published.
#[utoipa::path(get, path = "/standards/{id}/versions/{version}", tag = "standards",
    params(("id" = Uuid, Path), ("version" = i64, Path)), responses((status = 200, body = TextOut)))]
pub async fn show(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    path: Result<Path<(String, i64)>, axum::extract::rejection::PathRejection>,
) -> Result<Response> {
    let number = path.map_err(|_| Error::NotFound)?.0.1;
    let db = &app.ground.db;
    editing::seen(db, &actor, id.0).await?;
    let row = versions::version(db, actor.org, id.0, number).await?.ok_or(Error::NotFound)?;
    let content = Content::read(&row.content)?;
    let items = content.items.iter().map(|i| Ok(TextItem { id: i.id, text: i.text()? })).collect::<Result<Vec<_>>>()?;
    answer(
        200,
        &TextOut {
            version: number,
            hash: row.hash,
            published_at: Timestamp(row.published_at),
            title: content.title,
            kind: content.kind,
            items,
        },
    )
}

/// Which versions are compared.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Between {
    /// The older version, 0 for the empty page; the one before `to` when not given.
    #[param(minimum = 0)]
    pub from: Option<i64>,
    /// The newer version; the one in force when not given.
    #[param(minimum = 1)]
    pub to: Option<i64>,
}

/// An item that differs.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ItemDifference)]
pub struct ItemOut {
    pub id: Uuid,
    /// The text in the reader's language: the newer one, or the older of what was removed.
    pub label: String,
    #[schema(pattern = "^(added|removed|changed)$")]
    pub change: String,
    pub fields: Vec<ItemChange>,
}

/// What differs between two versions, word by word.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StandardDifference)]
pub struct DifferenceOut {
    pub from: i64,
    pub to: i64,
    /// The title's words; empty when it stayed.
    pub title: Vec<Span>,
    /// Is the order of what stayed another?
    pub reordered: bool,
    pub items: Vec<ItemOut>,
}

/// Compares two versions.
#[utoipa::path(get, path = "/standards/{id}/diff", tag = "standards", params(("id" = Uuid, Path), Between),
    responses((status = 200, body = DifferenceOut)))]
pub async fn difference(State(app): State<App>, actor: Actor, id: Id, between: Params<Between>) -> Result<Response> {
    let db = &app.ground.db;
    let standard = editing::seen(db, &actor, id.0).await?;
    let d = reading::difference(db, &actor, &standard, between.0.from, between.0.to).await?;
    let t = T::new(actor.lang);
    let item = |i: reading::ItemDifference| ItemOut {
        id: i.id,
        label: i.after.as_ref().or(i.before.as_ref()).map(|x| t.label(&x.text).to_owned()).unwrap_or_default(),
        change: i.fate.as_str().into(),
        fields: i.fields,
    };
    let items = d.items.into_iter().map(item).collect();
    answer(200, &DifferenceOut { from: d.from, to: d.to, title: d.title, reordered: d.reordered, items })
}
