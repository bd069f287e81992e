//! A publication: the draft becomes the version in force, and people learn of exactly what changed.

use std::collections::BTreeMap;

use kit::db::Query;
use kit::{Error, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::rules::publication::{DraftItem, plan};
use super::rules::{Change, Content, ContentItem, Publication};
use super::versions::{self, VersionRow};
use super::{Item, Standard, find, items, search};
use crate::access::places;
use crate::access::rules::places::MarkForm;
use crate::standards::duties::{self, Settling};

/// What a publication did.
#[derive(Clone, Debug)]
pub struct Published {
    pub publication: Publication,
    /// SHA-256 of the version's text.
    pub hash: String,
    /// What it asks of people.
    pub settling: Settling,
}

/// The draft of an item as a publication looks at it; `None` when it was retired before.
#[must_use]
pub fn draft_of(item: &Item) -> Option<DraftItem> {
    item.row.retired_in.is_none().then(|| DraftItem {
        id: item.row.id,
        draft: item.draft.clone(),
        published: item.published.clone(),
        retiring: item.row.retiring,
        asked_in: item.row.asked_in.unwrap_or(0),
    })
}

/// What a publication with these changes would be, and its text. Nothing is stored.
///
/// # Errors
/// `Invalid` for changes that were not said, `Conflict` when nothing changed.
pub async fn prepare(
    q: &impl Query,
    org: Uuid,
    standard: &Standard,
    changes: &BTreeMap<Uuid, Change>,
) -> Result<(Publication, Content)> {
    let number = standard.row.published.unwrap_or(0) + 1;
    let drafts: Vec<DraftItem> = items(q, org, standard.row.id).await?.iter().filter_map(draft_of).collect();
    let publication = Publication {
        standard: standard.row.id,
        number,
        title: standard.title.clone(),
        items: plan(&drafts, changes, number)?,
        audience: standard.audience.clone(),
        days: standard.row.days,
    };
    let in_force = publication.items.iter().filter(|i| !i.retired);
    let content = Content {
        title: standard.title.clone(),
        kind: standard.kind,
        items: in_force.map(|i| ContentItem::new(i.id, &i.text)).collect::<Result<_>>()?,
    };
    if content.items.is_empty() && number == 1 {
        return Err(Error::field("items", "required"));
    }
    Ok((publication, content))
}

/// Publishes the draft. `changes` says of every changed item whether its sense changed or only its words.
///
/// # Errors
/// `NotFound`; `Invalid` naming `changes.<item>`; `Conflict` when nothing changed, when the approver has not agreed to
/// exactly this draft, when the standard is withdrawn, or when somebody edited meanwhile.
pub async fn publish(tx: &Tx, id: Uuid, changes: &BTreeMap<Uuid, Change>) -> Result<Published> {
    let standard = find(tx, tx.org(), id).await?;
    let row = &standard.row;
    if row.withdrawn_at.is_some() {
        return Err(Error::Conflict("standard-withdrawn"));
    }
    if row.approver.is_some() && row.stage != "approved" {
        return Err(Error::Conflict("not-approved"));
    }
    let (publication, content) = prepare(tx, tx.org(), &standard, changes).await?;
    let (text, hash) = content.frozen()?;
    if let Some(number) = row.published {
        let last = versions::version(tx, tx.org(), id, number).await?.ok_or(Error::NotFound)?;
        if last.hash == hash && last.audience == row.audience && last.days == row.days {
            return Err(Error::Conflict("nothing-changed"));
        }
    }
    let number = publication.number;
    if !versions::put_in_force(tx, id, row.version, number).await? {
        return Err(Error::Conflict("version"));
    }
    let version = VersionRow {
        number,
        content: text,
        hash: hash.clone(),
        title: row.title.clone(),
        audience: row.audience.clone(),
        days: row.days,
        published_at: tx.now.0,
        published_by: tx.actor.member,
        approved_by: row.approver,
        audience_size: 0,
        asked: 0,
        spared: 0,
        settled_at: None,
    };
    versions::insert(tx, id, &version).await?;
    for item in &publication.items {
        if let Some(change) = item.change {
            versions::publish_item(tx, number, item, change).await?;
        }
    }
    versions::drop_unborn(tx, id, number).await?;
    search::index(tx, &standard.title, &publication).await?;
    // Every time axis shows when a rule changed, so that a figure can be read before and after.
    let title: String = standard.title.get(tx.actor.lang).chars().take(150).collect();
    let t = kit::i18n::T::new(tx.actor.lang);
    let words = t.w2("standards-mark", "title", title, "n", number);
    let on = tx.now.date(&tx.actor.zone);
    places::create_mark(
        tx,
        &MarkForm { on, text: words.chars().take(200).collect::<String>().into(), branch: None, rebase: false },
    )
    .await?;
    let settling = duties::published(tx, &publication).await?;
    let said: BTreeMap<String, &str> =
        publication.items.iter().filter_map(|i| Some((i.id.to_string(), i.change?.as_str()))).collect();
    tx.record(
        "standard.published",
        id,
        Some(json!({"version": row.published})),
        Some(json!({"version": number, "hash": &hash, "changes": said})),
    )
    .await?;
    Ok(Published { publication, hash, settling })
}
