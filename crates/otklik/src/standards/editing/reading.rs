//! What readers see: the list, a standard, its versions and what changed between two of them.

use kit::db::Query;
use kit::filter::Filter;
use kit::web::List;
use kit::{Actor, Error, Result, args};
use uuid::Uuid;

use super::rules::difference::{Part, item_difference};
use super::rules::{Content, ItemChange, ItemText, Kind, Span, word_difference};
use super::{Item, Standard, items, sees_drafts, store, versions};

/// Which standards are wanted.
#[derive(Clone, Debug, Default)]
pub struct Which {
    pub kind: Option<Kind>,
    /// Published ones, or those that never were.
    pub published: Option<bool>,
    /// Withdrawn ones, or all others.
    pub withdrawn: Option<bool>,
    /// At this stage of the draft: review, approved.
    pub stage: Option<String>,
}

fn narrowed(actor: &Actor, which: &Which) -> Filter {
    let mut filter = Filter::of(actor.org);
    if !sees_drafts(actor) || which.published == Some(true) {
        filter.and("published is not null", args![]);
    }
    match which.withdrawn {
        Some(true) => filter.and("withdrawn_at is not null", args![]),
        Some(false) => filter.and("withdrawn_at is null", args![]),
        // What is in force is not withdrawn.
        None if which.published == Some(true) => filter.and("withdrawn_at is null", args![]),
        None => {}
    }
    if which.published == Some(false) {
        filter.and("published is null", args![]);
    }
    if let Some(kind) = which.kind {
        filter.and("kind = ?", args![kind.as_str()]);
    }
    if let Some(stage) = which.stage.as_deref().filter(|_| sees_drafts(actor)) {
        filter.and("stage = ?", args![stage]);
    }
    filter
}

/// Standards that this reader may see, newest first.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn list(
    q: &impl Query,
    actor: &Actor,
    which: &Which,
    after: Option<Vec<String>>,
    limit: i64,
) -> Result<List<Standard>> {
    let mut filter = narrowed(actor, which);
    if let Some(parts) = after {
        let id = parts.first().and_then(|p| Uuid::try_parse(p).ok()).ok_or_else(|| Error::field("after", "bad-cursor"))?;
        filter.and("id < ?", args![id]);
    }
    let rows = store::standards(q, filter, limit + 1).await?;
    let list = List::cut(rows, limit, |r| vec![r.id.to_string()]);
    Ok(List { items: list.items.into_iter().map(Standard::of).collect::<Result<_>>()?, next: list.next })
}

/// Standards by the day on which somebody looks at them again, the earliest first.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn calendar(q: &impl Query, actor: &Actor, after: Option<Vec<String>>, limit: i64) -> Result<List<Standard>> {
    let mut filter = narrowed(actor, &Which { withdrawn: Some(false), ..Which::default() });
    if let Some(parts) = after {
        let bad = || Error::field("after", "bad-cursor");
        let [day, id] = <[String; 2]>::try_from(parts).map_err(|_| bad())?;
        filter.and("(review_on, id) > (?, ?)", args![day, Uuid::try_parse(&id).map_err(|_| bad())?]);
    }
    let rows = store::by_review(q, filter, limit + 1).await?;
    let list = List::cut(rows, limit, |r| vec![r.review_on.clone(), r.id.to_string()]);
    Ok(List { items: list.items.into_iter().map(Standard::of).collect::<Result<_>>()?, next: list.next })
}

/// Has the standard not been looked at when it should have been?
#[must_use]
pub fn past_review(actor: &Actor, now: kit::Timestamp, standard: &Standard) -> bool {
    standard.row.review_on.as_str() < now.date(&actor.zone).to_string().as_str()
}

/// The items that this reader may see: the draft's for its authors (retired ones too), those in force for the others.
///
/// # Errors
/// Those of the database.
pub async fn items_for(q: &impl Query, actor: &Actor, standard: Uuid) -> Result<Vec<Item>> {
    let all = items(q, actor.org, standard).await?;
    Ok(if sees_drafts(actor) { all } else { all.into_iter().filter(Item::in_force).collect() })
}

/// An item that this reader may see.
///
/// # Errors
/// `NotFound`, also for a draft's item before its publication.
pub async fn item_for(q: &impl Query, actor: &Actor, id: Uuid) -> Result<Item> {
    let item = super::item(q, actor.org, id).await?;
    if item.published.is_some() || sees_drafts(actor) { Ok(item) } else { Err(Error::NotFound) }
}

/// Does the draft differ from what is in force?
#[must_use]
pub fn ahead(standard: &Standard, items: &[Item]) -> bool {
    let Some(force) = &standard.force else { return true };
    let head = force.title != standard.title || force.audience != standard.audience || force.days != standard.row.days;
    head || items.iter().filter(|i| i.row.retired_in.is_none()).any(|i| i.row.retiring || i.published.as_ref() != Some(&i.draft))
}

/// What became of an item between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Added,
    Removed,
    Changed,
}

impl Fate {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// An item that differs.
#[derive(Clone, Debug)]
pub struct ItemDifference {
    pub id: Uuid,
    pub fate: Fate,
    pub before: Option<ItemText>,
    pub after: Option<ItemText>,
    pub fields: Vec<ItemChange>,
}

/// What differs between two versions.
#[derive(Clone, Debug)]
pub struct Difference {
    pub from: i64,
    pub to: i64,
    /// The title's words, when it differs.
    pub title: Vec<Span>,
    pub items: Vec<ItemDifference>,
    /// Is the order of what stayed another?
    pub reordered: bool,
}

async fn content(q: &impl Query, org: Uuid, standard: Uuid, number: i64, field: &str) -> Result<Content> {
    let row = versions::version(q, org, standard, number).await?.ok_or_else(|| Error::field(field, "unknown"))?;
    Content::read(&row.content)
}

/// What changed between two published versions; version 0 is the empty page.
///
/// # Errors
/// `NotFound`; `Invalid` for versions that there are not.
pub async fn difference(
    q: &impl Query,
    actor: &Actor,
    standard: &Standard,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<Difference> {
    let to = to.or(standard.row.published).ok_or(Error::NotFound)?;
    let from = from.unwrap_or((to - 1).max(0));
    let after = content(q, actor.org, standard.row.id, to, "to").await?;
    let before = match from {
        0 => Content { title: after.title.clone(), kind: after.kind, items: Vec::new() },
        n => content(q, actor.org, standard.row.id, n, "from").await?,
    };
    let read = |c: &Content| c.items.iter().map(|i| Ok((i.id, i.text()?))).collect::<Result<Vec<_>>>();
    let (was, is) = (read(&before)?, read(&after)?);
    let mut out = Vec::new();
    for (id, text) in &is {
        match was.iter().find(|(other, _)| other == id) {
            None => {
                let fields = item_difference(&ItemText { weight: text.weight, ..ItemText::new("") }, text);
                out.push(ItemDifference { id: *id, fate: Fate::Added, before: None, after: Some(text.clone()), fields });
            }
            Some((_, old)) if old != text => {
                let fields = item_difference(old, text);
                let (before, after) = (Some(old.clone()), Some(text.clone()));
                out.push(ItemDifference { id: *id, fate: Fate::Changed, before, after, fields });
            }
            Some(_) => {}
        }
    }
    for (id, text) in was.iter().filter(|(id, _)| !is.iter().any(|(other, _)| other == id)) {
        let fields = item_difference(text, &ItemText { weight: text.weight, ..ItemText::new("") });
        out.push(ItemDifference { id: *id, fate: Fate::Removed, before: Some(text.clone()), after: None, fields });
    }
    let order = |these: &[(Uuid, ItemText)], those: &[(Uuid, ItemText)]| {
        these.iter().map(|(id, _)| *id).filter(|id| those.iter().any(|(other, _)| other == id)).collect::<Vec<_>>()
    };
    let reordered = order(&was, &is) != order(&is, &was);
    let lang = actor.lang;
    let title = word_difference(before.title.get(lang), after.title.get(lang));
    let title = if title.iter().any(|s| s.part != Part::Same) { title } else { Vec::new() };
    Ok(Difference { from, to, title, items: out, reordered })
}

/// Is the order of the draft another than that of the version in force?
///
/// # Errors
/// Those of the database.
pub async fn order_changed(q: &impl Query, actor: &Actor, standard: &Standard, items: &[Item]) -> Result<bool> {
    let Some(number) = standard.row.published else { return Ok(false) };
    let Some(row) = versions::version(q, actor.org, standard.row.id, number).await? else { return Ok(false) };
    let content = Content::read(&row.content)?;
    let now: Vec<Uuid> = items.iter().filter(|i| i.in_force() && !i.row.retiring).map(|i| i.row.id).collect();
    Ok(content.items.iter().map(|i| i.id).filter(|id| now.contains(id)).ne(now.iter().copied()))
}
