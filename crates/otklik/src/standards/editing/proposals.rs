//! What staff say of a rule: a remark, or other words for it. Whoever proposed is named when it is taken.

use kit::db::Query;
use kit::filter::Filter;
use kit::i18n::{Label, Lang};
use kit::web::List;
use kit::{Actor, Error, Faults, Reach, Result, Tx, args};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::rules::{ItemText, form};
use super::store::proposals as store;
pub use super::store::proposals::ProposalRow;
use super::{Item, add_item, edit_item, find, item, reading, seen};

/// A proposal as it is made.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalForm {
    /// The item it is about; without one it is about the whole standard, and a text is a new item.
    #[serde(default)]
    pub item: Option<Uuid>,
    /// Other words for the item, at most 2,000 characters; without them it is a remark.
    #[serde(default)]
    pub text: Option<Label>,
    /// What it is for.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

impl ProposalRow {
    /// The proposed words.
    ///
    /// # Errors
    /// When they cannot be read: a defect.
    pub fn label(&self) -> Result<Option<Label>> {
        Ok(self.text.as_deref().map(serde_json::from_str).transpose()?)
    }
}

async fn one(q: &impl Query, org: Uuid, id: Uuid) -> Result<ProposalRow> {
    store::find(q, org, id).await?.ok_or(Error::NotFound)
}

/// Which proposals are wanted.
#[derive(Clone, Debug, Default)]
pub struct Which {
    pub standard: Option<Uuid>,
    pub item: Option<Uuid>,
    pub state: Option<String>,
}

/// Proposals that this reader may see, newest first; staff see their own.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn list(
    q: &impl Query,
    actor: &Actor,
    which: &Which,
    after: Option<Vec<String>>,
    limit: i64,
) -> Result<List<ProposalRow>> {
    let mut filter = Filter::of(actor.org);
    if actor.reach == Reach::Own {
        filter.and("author = ?", args![actor.member.unwrap_or_default()]);
    }
    if !super::sees_drafts(actor) {
        filter.and(store::IN_FORCE, args![]);
    }
    for (column, id) in [("standard", which.standard), ("item", which.item)] {
        if let Some(id) = id {
            filter.and(&format!("{column} = ?"), args![id]);
        }
    }
    if let Some(state) = &which.state {
        filter.and("state = ?", args![&**state]);
    }
    if let Some(parts) = after {
        let id = parts.first().and_then(|p| Uuid::try_parse(p).ok()).ok_or_else(|| Error::field("after", "bad-cursor"))?;
        filter.and("id < ?", args![id]);
    }
    Ok(List::cut(store::list(q, filter, limit + 1).await?, limit, |r| vec![r.id.to_string()]))
}

/// A proposal that this reader may see.
///
/// # Errors
/// `NotFound`; somebody else's is not there for staff.
pub async fn show(q: &impl Query, actor: &Actor, id: Uuid) -> Result<ProposalRow> {
    let row = one(q, actor.org, id).await?;
    let own = actor.reach != Reach::Own || Some(row.author) == actor.member;
    if !own {
        return Err(Error::NotFound);
    }
    if let Some(item) = row.item {
        reading::item_for(q, actor, item).await?;
    }
    seen(q, actor, row.standard).await?;
    Ok(row)
}

/// How many wait for an answer.
///
/// # Errors
/// Those of the database.
pub async fn open_count(q: &impl Query, org: Uuid, standard: Option<Uuid>) -> Result<i64> {
    store::open_count(q, org, standard).await
}

/// Says something of a standard or one of its items.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn create(tx: &Tx, standard: Uuid, new: &ProposalForm) -> Result<ProposalRow> {
    let author = tx.actor.member.ok_or(Error::Forbidden("role"))?;
    let of = seen(tx, &tx.actor, standard).await?;
    let mut faults = Faults::default();
    faults.text("reason", &new.reason, 1000);
    if let Some(text) = &new.text {
        form::label(&mut faults, "text", text, 2000);
    }
    faults.check()?;
    let mut text = new.text.clone();
    if let Some(id) = new.item {
        let about = reading::item_for(tx, &tx.actor, id).await.ok().filter(|i| i.row.standard == standard);
        let about = about.ok_or_else(|| Error::field("item", "unknown"))?;
        if about.row.retired_in.is_some() {
            return Err(Error::Conflict("item-retired"));
        }
        let now = &about.published.as_ref().unwrap_or(&about.draft).text;
        text = text.map(|t| in_language(t, now, tx.actor.lang)).filter(|t| merged(now, t) != *now);
    }
    let id = tx.new_id();
    let stored = text.as_ref().map(serde_json::to_string).transpose()?;
    store::insert(tx, id, standard, (new.item, of.row.published), stored, new.reason.trim(), author).await?;
    tx.record(
        "proposal.created",
        id,
        None,
        Some(json!({"standard": standard, "item": new.item, "text": text, "reason": new.reason})),
    )
    .await?;
    one(tx, tx.org(), id).await
}

/// Plain words for an item that is written in several languages are words of the author's language.
fn in_language(text: Label, now: &Label, lang: Lang) -> Label {
    match (text, now) {
        (Label::Plain(words), Label::Map(_)) => Label::Map([(lang, words)].into()),
        (text, _) => text,
    }
}

/// The proposed words in their place; other languages stay as they are.
#[must_use]
pub fn merged(now: &Label, proposed: &Label) -> Label {
    match (now, proposed) {
        (Label::Map(now), Label::Map(new)) => {
            let mut all = now.clone();
            all.extend(new.iter().map(|(l, t)| (*l, t.clone())));
            Label::Map(all)
        }
        (_, new) => new.clone(),
    }
}

/// What whoever decides says.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceForm {
    /// The words that go into the draft, when they are not quite those proposed; at most 2,000 characters.
    #[serde(default)]
    pub text: Option<Label>,
    /// A word to the author.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub answer: Option<String>,
}

/// Why a proposal is not taken.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalForm {
    #[schema(min_length = 1, max_length = 1000)]
    pub answer: String,
}

async fn decide(tx: &Tx, id: Uuid, state: &str, answer: Option<&str>) -> Result<()> {
    if store::decide(tx, id, state, answer).await? { Ok(()) } else { Err(Error::Conflict("proposal-decided")) }
}

/// The words that a proposal is compared with: those in force, or the draft's where it was made on a draft and the reader
/// may see drafts.
#[must_use]
pub fn base<'a>(actor: &Actor, row: &ProposalRow, item: &'a Item) -> &'a ItemText {
    let force = item.published.as_ref().filter(|_| row.base.is_some() || !super::sees_drafts(actor));
    force.unwrap_or(&item.draft)
}

/// Takes a proposal: its words go into the draft, its author is named.
///
/// # Errors
/// `NotFound`; `Conflict` when it was answered, or when the draft has other words by now (then say which: `text`).
pub async fn accept(tx: &Tx, id: Uuid, said: &AcceptanceForm) -> Result<ProposalRow> {
    let row = one(tx, tx.org(), id).await?;
    let mut faults = Faults::default();
    if let Some(text) = &said.text {
        form::label(&mut faults, "text", text, 2000);
    }
    faults.optional("answer", said.answer.as_deref().unwrap_or(""), 1000);
    faults.check()?;
    find(tx, tx.org(), row.standard).await?;
    let answer = said.answer.as_deref().map(str::trim).filter(|a| !a.is_empty());
    decide(tx, id, "accepted", answer).await?;
    let proposed = row.label()?;
    match (row.item, said.text.as_ref().or(proposed.as_ref())) {
        (Some(about), Some(words)) => {
            let now = item(tx, tx.org(), about).await?;
            let base = now.published.as_ref().unwrap_or(&now.draft);
            if said.text.is_none() && now.draft.text != base.text && now.draft.text != merged(&base.text, words) {
                return Err(Error::Conflict("proposal-overtaken"));
            }
            edit_item(tx, about, Some(now.row.version), |draft| {
                Ok(ItemText { text: merged(&draft.text, words), ..draft.clone() })
            })
            .await?;
        }
        (None, Some(words)) => _ = add_item(tx, row.standard, &ItemText::new(words.clone())).await?,
        (_, None) => {}
    }
    tx.record("proposal.accepted", id, None, Some(json!({"author": row.author_name, "text": said.text, "answer": answer})))
        .await?;
    one(tx, tx.org(), id).await
}

/// Does not take a proposal, and says why.
///
/// # Errors
/// `NotFound`, `Invalid` without an answer, `Conflict` when it was answered.
pub async fn refuse(tx: &Tx, id: Uuid, said: &RefusalForm) -> Result<ProposalRow> {
    one(tx, tx.org(), id).await?;
    let mut faults = Faults::default();
    faults.text("answer", &said.answer, 1000);
    faults.check()?;
    decide(tx, id, "declined", Some(said.answer.trim())).await?;
    tx.record("proposal.declined", id, None, Some(json!({"answer": said.answer.trim()}))).await?;
    one(tx, tx.org(), id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposed_words_take_only_their_own_language() {
        let now = Label::Map([(Lang::Ru, "Да".into()), (Lang::En, "Yes".into())].into());
        let proposed = in_language("Конечно".into(), &now, Lang::Ru);
        assert_eq!(merged(&now, &proposed), Label::Map([(Lang::Ru, "Конечно".into()), (Lang::En, "Yes".into())].into()));
        assert_eq!(merged(&"Да".into(), &"Конечно".into()), "Конечно".into());
    }
}
