//! How a standard is written: items, review, proposals, publication, versions, the linter, the search.
//!
//! Nouns: standard (head and draft), item (one permanent id), version (what was published, frozen), proposal.

pub mod api;
pub mod examples;
pub mod lint;
pub mod pages;
pub mod pointing;
pub mod proposals;
pub mod publishing;
pub mod reading;
pub mod review;
pub mod rules;
pub mod search;
pub mod store;
#[cfg(test)]
mod tests;
pub mod tip;
pub mod withdrawal;

use kit::db::Query;
use kit::i18n::Label;
use kit::{Actor, Error, FieldError, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::access::{Noun, change, places, reach};
use rules::{Audience, AudienceForm, ItemText, Kind, MOST_ITEMS, StandardForm, StandardHead};
use store::{ItemRow, StandardRow};

pub use pointing::{InForce, ItemHead, in_force, item_ref};
pub use publishing::{Published, publish};
pub use store::versions;

/// A standard as its forms and rows see it.
#[derive(Clone, Debug)]
pub struct Standard {
    pub row: StandardRow,
    pub title: Label,
    pub kind: Kind,
    /// The draft's, as the title.
    pub audience: Audience,
    pub force: Option<Force>,
}

/// What is in force of a standard's head.
#[derive(Clone, Debug)]
pub struct Force {
    pub title: Label,
    pub audience: Audience,
    pub days: i64,
}

impl Standard {
    fn of(row: StandardRow) -> Result<Self> {
        Ok(Self {
            title: serde_json::from_str(&row.title)?,
            kind: Kind::parse(&row.kind).ok_or_else(|| Error::Internal(format!("a stored kind: {}", row.kind)))?,
            audience: serde_json::from_str(&row.audience)?,
            force: match (&row.force_title, &row.force_audience, row.force_days) {
                (Some(title), Some(audience), Some(days)) => {
                    Some(Force { title: serde_json::from_str(title)?, audience: serde_json::from_str(audience)?, days })
                }
                _ => None,
            },
            row,
        })
    }

    /// The title that this reader may see: the draft's for its authors, the one in force for everybody else.
    #[must_use]
    pub fn title_for(&self, actor: &Actor) -> &Label {
        match &self.force {
            Some(force) if !sees_drafts(actor) => &force.title,
            _ => &self.title,
        }
    }

    /// The head as its form.
    ///
    /// # Errors
    /// When the stored day cannot be read: a defect.
    pub fn head(&self) -> Result<StandardHead> {
        Ok(StandardHead {
            title: self.title.clone(),
            kind: self.kind,
            audience: AudienceForm {
                branches: self.audience.branches.iter().map(Uuid::to_string).collect(),
                positions: self.audience.positions.clone(),
            },
            owner: self.row.owner,
            approver: self.row.approver,
            review_on: Some(self.row.review_on.parse().map_err(|e| Error::Internal(format!("a stored day: {e}")))?),
            days: self.row.days,
        })
    }
}

/// An item with its texts.
#[derive(Clone, Debug)]
pub struct Item {
    pub row: ItemRow,
    pub draft: ItemText,
    pub published: Option<ItemText>,
}

impl Item {
    fn of(row: ItemRow) -> Result<Self> {
        Ok(Self {
            draft: serde_json::from_str(&row.draft)?,
            published: row.published.as_deref().map(serde_json::from_str).transpose()?,
            row,
        })
    }

    /// Is it published and not retired?
    #[must_use]
    pub fn in_force(&self) -> bool {
        self.published.is_some() && self.row.retired_in.is_none()
    }
}

/// May this reader see drafts?
#[must_use]
pub fn sees_drafts(actor: &Actor) -> bool {
    reach(actor.role, change(Noun::Standard)).is_some()
}

/// A standard of this company, whoever asks.
///
/// # Errors
/// `NotFound`.
pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<Standard> {
    Standard::of(store::standard(q, org, id).await?.ok_or(Error::NotFound)?)
}

/// A standard that this reader may know of: a draft that was never published is shown to its authors only.
///
/// # Errors
/// `NotFound`.
pub async fn seen(q: &impl Query, actor: &Actor, id: Uuid) -> Result<Standard> {
    let standard = find(q, actor.org, id).await?;
    if standard.row.published.is_some() || sees_drafts(actor) { Ok(standard) } else { Err(Error::NotFound) }
}

/// Every item of a standard in the order of the page, retired ones too.
///
/// # Errors
/// Those of the database.
pub async fn items(q: &impl Query, org: Uuid, standard: Uuid) -> Result<Vec<Item>> {
    store::items(q, org, standard).await?.into_iter().map(Item::of).collect()
}

/// An item of this company.
///
/// # Errors
/// `NotFound`.
pub async fn item(q: &impl Query, org: Uuid, id: Uuid) -> Result<Item> {
    Item::of(store::item(q, org, id).await?.ok_or(Error::NotFound)?)
}

/// Reads branches, people and the day that a head names.
async fn resolve(tx: &Tx, head: &StandardHead, item_day: &str) -> Result<StandardRow> {
    head.check()?;
    let org = tx.org();
    let mut audience = Audience::default();
    for (i, text) in head.audience.branches.iter().enumerate() {
        let id = places::branch_ref(tx, org, text).await?;
        let id = id.ok_or_else(|| Error::field(format!("audience.branches[{i}]"), "unknown"))?;
        if !audience.branches.contains(&id) {
            audience.branches.push(id);
        }
    }
    for text in &head.audience.positions {
        let trimmed = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !audience.positions.contains(&trimmed) {
            audience.positions.push(trimmed);
        }
    }
    for (field, member) in [("owner", head.owner), ("approver", head.approver)] {
        let Some(member) = member else { continue };
        let role = store::member(tx, org, member).await?.ok_or_else(|| Error::field(field, "unknown"))?;
        let may = kit::Role::parse(&role).and_then(|r| reach(r, change(Noun::Approval)));
        if field == "approver" && may.is_none() {
            return Err(Error::field(field, "cannot-approve"));
        }
    }
    Ok(StandardRow {
        id: Uuid::nil(),
        kind: head.kind.as_str().into(),
        title: serde_json::to_string(&head.title)?,
        audience: serde_json::to_string(&audience)?,
        owner: head.owner,
        approver: head.approver,
        review_on: head.review_on.map_or_else(|| item_day.to_owned(), |d| d.to_string()),
        days: head.days,
        stage: "draft".into(),
        published: None,
        published_at: None,
        withdrawn_at: None,
        withdrawn_why: None,
        version: 1,
        created_at: tx.now.0,
        force_title: None,
        force_audience: None,
        force_days: None,
    })
}

/// Turns the touchpoint that an item names into its id.
async fn settle_item(tx: &Tx, at: &str, item: &ItemText) -> Result<ItemText> {
    let mut item = item.clone();
    if let Some(name) = &item.touchpoint {
        let id = store::touchpoint(tx, tx.org(), name.trim()).await?;
        item.touchpoint = Some(id.ok_or_else(|| Error::field(format!("{at}touchpoint"), "unknown"))?.to_string());
    }
    let files = item.example.iter().flat_map(|e| [("photo", &e.photo), ("audio", &e.audio)]);
    for (name, id) in files {
        if let Some(id) = id
            && !examples::known(tx, tx.org(), id).await?
        {
            return Err(Error::field(format!("{at}example.{name}"), "unknown"));
        }
    }
    if item.example.as_ref().is_some_and(|e| e.photo.is_none() && e.audio.is_none()) {
        item.example = None;
    }
    Ok(item)
}

/// Makes a standard: a draft with its first items.
///
/// # Errors
/// `Invalid`, also for branches, people and touchpoints that are not of this company.
pub async fn create_standard(tx: &Tx, form: &StandardForm) -> Result<Standard> {
    form.check()?;
    let today = tx.now.date(&tx.actor.zone);
    let in_a_year = today.saturating_add(jiff::Span::new().years(1)).to_string();
    let mut row = resolve(tx, &form.head(), &in_a_year).await?;
    row.id = tx.new_id();
    row.owner = row.owner.or(tx.actor.member);
    let mut items = Vec::with_capacity(form.items.len());
    for (i, item) in form.items.iter().enumerate() {
        let item = settle_item(tx, &format!("items[{i}]."), item).await?;
        items.push((tx.new_id(), serde_json::to_string(&item)?));
    }
    store::insert_standard(tx, &row).await?;
    store::insert_items(tx, row.id, &items).await?;
    tx.record("standard.created", row.id, None, Some(json!({"title": form.title, "kind": form.kind, "items": items.len()})))
        .await?;
    find(tx, tx.org(), row.id).await
}

/// Replaces the head of a standard. `version` is the one the editor saw; `None` overwrites whatever is there.
///
/// # Errors
/// `NotFound`, `Conflict` when somebody saved meanwhile, `Invalid`.
pub async fn edit_standard(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&StandardHead) -> Result<StandardHead>,
) -> Result<Standard> {
    let before = find(tx, tx.org(), id).await?;
    let was = before.head()?;
    let is = change(&was)?;
    let mut row = resolve(tx, &is, &before.row.review_on).await?;
    row.id = id;
    // Somebody answers for every standard.
    row.owner = row.owner.or(before.row.owner);
    if !store::update_standard(tx, &row, version.unwrap_or(before.row.version)).await? {
        return Err(Error::Conflict("version"));
    }
    tx.record("standard.edited", id, Some(serde_json::to_value(&was)?), Some(serde_json::to_value(&is)?)).await?;
    find(tx, tx.org(), id).await
}

/// Adds items at the end of the draft.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn add_items(tx: &Tx, standard: Uuid, items: &[ItemText]) -> Result<Vec<Uuid>> {
    find(tx, tx.org(), standard).await?;
    let mut faults = kit::Faults::default();
    for (i, item) in items.iter().enumerate() {
        item.check(&if items.len() == 1 { String::new() } else { format!("items[{i}].") }, &mut faults);
    }
    faults.check()?;
    let mut made = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let at = if items.len() == 1 { String::new() } else { format!("items[{i}].") };
        let item = settle_item(tx, &at, item).await?;
        made.push((tx.new_id(), serde_json::to_string(&item)?));
    }
    // The row of the standard is locked by this, so the count below is not stale.
    store::touch(tx, standard, None).await?;
    let have = usize::try_from(store::count_items(tx, tx.org(), standard).await?).unwrap_or(usize::MAX);
    if have + items.len() > MOST_ITEMS {
        return Err(Error::Invalid(vec![FieldError::new("items", "too-many").with("max", MOST_ITEMS)]));
    }
    store::insert_items(tx, standard, &made).await?;
    let ids: Vec<Uuid> = made.into_iter().map(|(id, _)| id).collect();
    if let [id] = ids[..] {
        tx.record("item.created", id, None, Some(json!({"standard": standard, "item": items.first()}))).await?;
    } else {
        tx.record("standard.items-added", standard, None, Some(json!({"items": ids.len()}))).await?;
    }
    Ok(ids)
}

/// Adds an item at the end of the draft.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn add_item(tx: &Tx, standard: Uuid, text: &ItemText) -> Result<Item> {
    let ids = add_items(tx, standard, std::slice::from_ref(text)).await?;
    item(tx, tx.org(), ids.first().copied().unwrap_or_default()).await
}

/// Replaces the draft of an item's next version.
///
/// # Errors
/// `NotFound`, `Conflict` when somebody saved meanwhile or the item is retired, `Invalid`.
pub async fn edit_item(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&ItemText) -> Result<ItemText>,
) -> Result<Item> {
    let before = item(tx, tx.org(), id).await?;
    if before.row.retired_in.is_some() {
        return Err(Error::Conflict("item-retired"));
    }
    let wanted = change(&before.draft)?;
    let mut faults = kit::Faults::default();
    wanted.check("", &mut faults);
    faults.check()?;
    let wanted = settle_item(tx, "", &wanted).await?;
    // The standard first, then its items: a publication locks them in this order too.
    store::touch(tx, before.row.standard, None).await?;
    if !store::update_item(tx, id, version.unwrap_or(before.row.version), &serde_json::to_string(&wanted)?).await? {
        return Err(Error::Conflict("version"));
    }
    let (was, is) = (serde_json::to_value(&before.draft)?, serde_json::to_value(&wanted)?);
    tx.record("item.edited", id, Some(was), Some(is)).await?;
    item(tx, tx.org(), id).await
}

/// Marks an item for retirement by the next publication, or takes that back.
///
/// # Errors
/// `NotFound`, `Conflict` when it is so already or is retired for good.
pub async fn retire(tx: &Tx, id: Uuid, retiring: bool) -> Result<Item> {
    let before = item(tx, tx.org(), id).await?;
    store::touch(tx, before.row.standard, None).await?;
    if !store::set_retiring(tx, id, retiring).await? {
        return Err(Error::Conflict(match (before.row.retired_in.is_some(), retiring) {
            (true, _) => "item-retired",
            (false, true) => "item-retiring",
            (false, false) => "item-not-retiring",
        }));
    }
    tx.record(if retiring { "item.retired" } else { "item.kept" }, id, None, None).await?;
    item(tx, tx.org(), id).await
}

/// Puts the items of a standard into an order; those that are not named keep theirs, behind.
///
/// # Errors
/// `NotFound`, `Conflict` for an old version, `Invalid` for an item of elsewhere or one named twice.
pub async fn reorder(tx: &Tx, standard: Uuid, version: Option<i64>, order: &[Uuid]) -> Result<Standard> {
    find(tx, tx.org(), standard).await?;
    let rows = store::items(tx, tx.org(), standard).await?;
    for (i, id) in order.iter().enumerate() {
        if !rows.iter().any(|r| r.id == *id) {
            return Err(Error::field(format!("items[{i}]"), "unknown"));
        }
        if order[..i].contains(id) {
            return Err(Error::field(format!("items[{i}]"), "duplicate"));
        }
    }
    if !store::touch(tx, standard, version).await? {
        return Err(Error::Conflict("version"));
    }
    let rest = rows.iter().map(|r| r.id).filter(|id| !order.contains(id));
    let all: Vec<Uuid> = order.iter().copied().chain(rest).collect();
    for (place, id) in (1_i64..).zip(&all) {
        if rows.iter().any(|r| r.id == *id && r.place != place) {
            store::set_place(tx, standard, *id, place).await?;
        }
    }
    tx.record("standard.reordered", standard, None, Some(json!({"items": all}))).await?;
    find(tx, tx.org(), standard).await
}
