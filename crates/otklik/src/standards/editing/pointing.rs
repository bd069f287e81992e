//! What everybody who points at an item asks of it.

use kit::Result;
use kit::db::Query;
use kit::i18n::Label;
use uuid::Uuid;

use super::rules::ItemText;
use super::store;

/// What whoever points at an item needs to know of it.
#[derive(Clone, Debug)]
pub struct ItemHead {
    pub id: Uuid,
    pub standard: Uuid,
    /// The text in force, or the draft's before the first publication.
    pub text: Label,
    pub published: bool,
    pub retired: bool,
}

/// An item in force, with the title of its standard.
#[derive(Clone, Debug)]
pub struct InForce {
    pub id: Uuid,
    pub standard: Uuid,
    pub title: Label,
    pub text: Label,
    pub touchpoint: Option<Uuid>,
}

/// Every item in force, standard by standard, in the order of reading.
///
/// # Errors
/// Those of the database.
pub async fn in_force(q: &impl Query, org: Uuid) -> Result<Vec<InForce>> {
    let rows = store::in_force(q, org).await?;
    rows.into_iter()
        .map(|r| {
            let text: ItemText = serde_json::from_str(&r.published)?;
            let title = serde_json::from_str(&r.title)?;
            Ok(InForce { id: r.id, standard: r.standard, title, text: text.text, touchpoint: r.touchpoint })
        })
        .collect()
}

/// The item that a reference means; `None` when this company has none of that id.
///
/// # Errors
/// Those of the database.
pub async fn item_ref(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<ItemHead>> {
    let Some(row) = store::head(q, org, id).await? else { return Ok(None) };
    let text: ItemText = serde_json::from_str(&row.text)?;
    Ok(Some(ItemHead { id: row.id, standard: row.standard, text: text.text, published: row.in_force, retired: row.retired }))
}
