//! What items that quizzes ask about say.

use std::collections::HashMap;

use kit::Result;
use kit::db::Query;
use kit::i18n::Label;
use serde::Deserialize;
use uuid::Uuid;

use super::rules::Question;
use super::store::{self, ItemRow};

/// A text that is kept as JSON: one for all languages, or one for each.
#[must_use]
pub fn label_of(text: &str) -> Label {
    serde_json::from_str(text).unwrap_or_else(|_| Label::Plain(text.to_owned()))
}

#[derive(Deserialize)]
struct OnlyText {
    text: Label,
}

/// The words of an item.
#[must_use]
pub fn item_text(row: &ItemRow) -> Label {
    serde_json::from_str::<OnlyText>(&row.text).map_or_else(|_| label_of(&row.text), |i| i.text)
}

/// The words of the items that questions ask about, and which of them are retired.
///
/// # Errors
/// Those of the database.
pub async fn items_asked(q: &impl Query, org: Uuid, questions: &[Question]) -> Result<HashMap<Uuid, ItemRow>> {
    let mut ids: Vec<Uuid> = questions.iter().map(|q| q.item).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(store::items(q, org, &ids).await?.into_iter().map(|i| (i.id, i)).collect())
}

/// The words of items, by id.
///
/// # Errors
/// Those of the database.
pub async fn item_words(q: &impl Query, org: Uuid, ids: &[Uuid]) -> Result<HashMap<Uuid, Label>> {
    Ok(store::items(q, org, ids).await?.into_iter().map(|i| (i.id, item_text(&i))).collect())
}
