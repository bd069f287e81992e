//! The JSON door of standards: what their things look like.

pub mod items;
pub mod proposals;
pub mod standards;
pub mod versions;
pub mod withdrawal;

use jiff::civil::Date;
use kit::i18n::{Label, T};
use kit::web::{etag, tagged};
use kit::{Actor, Result, Timestamp, Tx};
use serde::Serialize;
use uuid::Uuid;

use super::rules::{Audience, ItemText, Kind};
use super::{Item, Standard, reading, sees_drafts};

/// A standard without its items.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StandardBrief)]
pub struct Brief {
    pub id: Uuid,
    /// As it was given: a text or a text for each language.
    pub title: Label,
    /// The title in the reader's language.
    pub label: String,
    pub kind: Kind,
    pub audience: Audience,
    pub owner: Option<Uuid>,
    pub approver: Option<Uuid>,
    #[schema(value_type = String, format = Date)]
    pub review_on: Date,
    /// Is that day over?
    pub past_review: bool,
    /// Days that people have for reading and signing.
    pub days: i64,
    /// Where the draft stands.
    #[schema(pattern = "^(draft|review|approved)$")]
    pub stage: String,
    /// The published version; null before the first publication.
    pub version: Option<i64>,
    pub published_at: Option<Timestamp>,
    /// When it went out of force; null while it is in force or a draft.
    pub withdrawn_at: Option<Timestamp>,
    /// Why.
    pub withdrawn_why: Option<String>,
    pub created_at: Timestamp,
    pub etag: String,
}

impl Brief {
    /// # Errors
    /// When the stored day cannot be read: a defect.
    pub fn of(standard: &Standard, actor: &Actor, now: Timestamp) -> Result<Self> {
        let title = standard.title_for(actor).clone();
        let row = &standard.row;
        let (audience, days) = match &standard.force {
            Some(force) if !sees_drafts(actor) => (force.audience.clone(), force.days),
            _ => (standard.audience.clone(), row.days),
        };
        Ok(Self {
            id: row.id,
            label: T::new(actor.lang).label(&title).to_owned(),
            title,
            kind: standard.kind,
            audience,
            owner: row.owner,
            approver: row.approver,
            review_on: row.review_on.parse().map_err(|e| kit::Error::Internal(format!("a stored day: {e}")))?,
            past_review: reading::past_review(actor, now, standard),
            days,
            stage: if sees_drafts(actor) { row.stage.clone() } else { "draft".into() },
            version: row.published,
            published_at: row.published_at.map(Timestamp),
            withdrawn_at: row.withdrawn_at.map(Timestamp),
            withdrawn_why: row.withdrawn_why.clone(),
            created_at: Timestamp(row.created_at),
            etag: etag(row.version),
        })
    }
}

/// A standard with its items.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Standard)]
pub struct Full {
    #[serde(flatten)]
    #[schema(inline)]
    pub head: Brief,
    /// Has the draft something that is not published?
    pub ahead: bool,
    /// In the order of the page: the draft's for those who may change it, those in force for the others.
    pub items: Vec<ItemOut>,
}

impl Full {
    /// # Errors
    /// Those of the database.
    pub async fn of(q: &impl kit::db::Query, actor: &Actor, now: Timestamp, standard: &Standard) -> Result<Self> {
        let items = reading::items_for(q, actor, standard.row.id).await?;
        Ok(Self {
            head: Brief::of(standard, actor, now)?,
            ahead: sees_drafts(actor) && reading::ahead(standard, &items),
            items: items.iter().filter(|i| i.row.retired_in.is_none()).map(|i| ItemOut::of(i, actor)).collect(),
        })
    }
}

/// An item. Its texts are the draft's for those who may change it, those in force for the others.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Item)]
pub struct ItemOut {
    pub id: Uuid,
    pub standard: Uuid,
    /// The text in the reader's language.
    pub label: String,
    #[schema(pattern = "^(new|changed|published|retiring|retired)$")]
    pub state: String,
    /// The version of the standard in which the text in force came; null before its publication.
    pub version: Option<i64>,
    /// The version that last asked for a signature.
    pub asked_in: Option<i64>,
    pub etag: String,
    #[serde(flatten)]
    #[schema(inline)]
    pub text: ItemText,
    /// The text in force, where the draft differs.
    pub published: Option<ItemText>,
}

impl ItemOut {
    #[must_use]
    pub fn of(item: &Item, actor: &Actor) -> Self {
        let drafts = sees_drafts(actor) && item.row.retired_in.is_none();
        let text = match &item.published {
            Some(published) if !drafts => published,
            _ => &item.draft,
        };
        let state = match &item.published {
            _ if item.row.retired_in.is_some() => "retired",
            _ if drafts && item.row.retiring => "retiring",
            None => "new",
            Some(published) if drafts && *published != item.draft => "changed",
            Some(_) => "published",
        };
        Self {
            id: item.row.id,
            standard: item.row.standard,
            label: T::new(actor.lang).label(&text.text).to_owned(),
            state: state.into(),
            version: item.row.changed_in,
            asked_in: item.row.asked_in,
            etag: etag(item.row.version),
            text: text.clone(),
            published: item.published.clone().filter(|_| state == "changed"),
        }
    }
}

/// Ends an act on a standard: commits, and answers with the standard as it is now.
async fn made(tx: Tx, standard: &Standard) -> Result<axum::response::Response> {
    let body = Full::of(&tx, &tx.actor, tx.now, standard).await?;
    let location = format!("/api/v1/standards/{}", standard.row.id);
    tx.finish(201, Some(&location), &body, false).await?;
    Ok(tagged(kit::web::created(&location, &body)?, standard.row.version))
}
