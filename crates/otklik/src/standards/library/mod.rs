//! Starters: items to begin with, in both languages; and items that come in from pasted text or a file.

pub mod api;
pub mod intake;
pub mod pages;
pub mod rules;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use kit::db::Query;
use kit::i18n::{Label, Lang};
use kit::{Error, FieldError, Result, Tx};
use uuid::Uuid;

use super::editing::rules::{ItemText, MOST_ITEMS, StandardForm};
use super::editing::{self, Item, Standard};
use rules::lines::Line;
use rules::paste::{self, Draft, Warning, folded};
use rules::starters::{self, Starter};

/// What a standard says now, in every language: whatever comes in is compared with it.
///
/// # Errors
/// Those of the database.
pub async fn present(q: &impl Query, org: Uuid, standard: Uuid) -> Result<Vec<String>> {
    let items = editing::items(q, org, standard).await?;
    let living = items.iter().filter(|i: &&Item| i.row.retired_in.is_none());
    Ok(living.flat_map(|i| i.draft.text.texts().map(str::to_owned).collect::<Vec<_>>()).collect())
}

/// Is the starter in the standard already, in either language?
#[must_use]
pub fn holds(present: &HashSet<String>, starter: &Starter) -> bool {
    starter.text.texts().any(|t| present.contains(&folded(t)))
}

/// A starter as an item of this company: a touchpoint that the company does not have is left out.
async fn settled(tx: &Tx, starter: &Starter) -> Result<ItemText> {
    let mut item = starter.item();
    if editing::store::touchpoint(tx, tx.org(), &starter.touchpoint).await?.is_none() {
        item.touchpoint = None;
    }
    Ok(item)
}

/// What became of a choice.
#[derive(Debug)]
pub struct Added {
    pub items: Vec<Uuid>,
    /// Keys of starters that the standard had already.
    pub skipped: Vec<String>,
}

/// Adds starters as items at the end of the draft, in both languages; those that stand there already are left alone.
///
/// # Errors
/// `NotFound`, `Invalid`, `Conflict` when all of them stand there already.
pub async fn add_starters(tx: &Tx, standard: Uuid, keys: &[String]) -> Result<Added> {
    editing::find(tx, tx.org(), standard).await?;
    let chosen = starters::named(keys)?;
    let present: HashSet<String> = present(tx, tx.org(), standard).await?.iter().map(|t| folded(t)).collect();
    let (there, fresh): (Vec<&Starter>, Vec<&Starter>) = chosen.into_iter().partition(|s| holds(&present, s));
    if fresh.is_empty() {
        return Err(Error::Conflict("starters-present"));
    }
    let mut items = Vec::with_capacity(fresh.len());
    for starter in fresh {
        items.push(settled(tx, starter).await?);
    }
    let items = editing::add_items(tx, standard, &items).await?;
    Ok(Added { items, skipped: there.iter().map(|s| s.key.clone()).collect() })
}

/// Makes a standard out of starters.
///
/// # Errors
/// `Invalid`.
pub async fn begin(tx: &Tx, mut form: StandardForm, keys: &[String]) -> Result<Standard> {
    let chosen = if keys.is_empty() { Vec::new() } else { starters::named(keys)? };
    for starter in chosen {
        form.items.push(settled(tx, starter).await?);
    }
    editing::create_standard(tx, &form).await
}

/// A draft as an item.
fn item_of(draft: &Draft) -> ItemText {
    let label = |text: &Option<String>| text.as_deref().filter(|t| !t.trim().is_empty()).map(Label::from);
    ItemText {
        why: label(&draft.why),
        measure: label(&draft.measure),
        norm: label(&draft.norm),
        stage: label(&draft.section).map(|l| Label::from(l.get(Lang::Ru).chars().take(200).collect::<String>().as_str())),
        ..ItemText::new(draft.text.trim())
    }
}

/// What was found in a text, against what the standard has.
///
/// # Errors
/// `NotFound`; `Invalid` when there is no item in it or there are more than a standard holds.
pub async fn look(q: &impl Query, org: Uuid, standard: Uuid, lines: &[Line], field: &str) -> Result<Vec<Draft>> {
    editing::find(q, org, standard).await?;
    let present = present(q, org, standard).await?;
    let drafts = paste::drafts(lines, &present.iter().map(String::as_str).collect::<Vec<_>>());
    if drafts.is_empty() {
        return Err(Error::field(field, "paste-nothing"));
    }
    if drafts.len() > MOST_ITEMS {
        return Err(Error::Invalid(vec![
            FieldError::new(field, "paste-too-many-items").with("max", MOST_ITEMS).with("found", drafts.len()),
        ]));
    }
    Ok(drafts)
}

/// Adds drafts as items at the end of the standard's draft.
///
/// # Errors
/// `NotFound`, `Invalid` naming the drafts that are too long or say nothing.
pub async fn add_drafts(tx: &Tx, standard: Uuid, drafts: &[&Draft]) -> Result<Vec<Uuid>> {
    if drafts.is_empty() {
        return Err(Error::field("items", "library-choose"));
    }
    let items: Vec<ItemText> = drafts.iter().map(|d| item_of(d)).collect();
    editing::add_items(tx, standard, &items).await
}

/// Drafts that come in when nobody looks at them one by one: those that say something new.
#[must_use]
pub fn worth(drafts: &[Draft]) -> Vec<&Draft> {
    let idle = |w: &Warning| matches!(w, Warning::Empty | Warning::Duplicate { .. } | Warning::Present);
    drafts.iter().filter(|d| !d.warnings.iter().any(idle)).collect()
}
