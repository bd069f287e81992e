//! The linter's findings in the reader's words. It explains and proposes; it never blocks.

use kit::db::Query;
use kit::{Actor, Result, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::rules::ItemText;
use super::{Item, Standard};

/// What the linter says of a place in a standard.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LintFinding)]
pub struct Finding {
    /// Null when it is about the whole standard.
    pub item: Option<Uuid>,
    #[schema(pattern = "^(specific|measurable|relevant|transparent|current|free|complete|economic)$")]
    pub rule: String,
    #[schema(pattern = "^(note|warn)$")]
    pub severity: String,
    /// The field it is about: text, why, measure, norm, minutes, touchpoint, review, items.
    pub field: String,
    pub span: Option<Place>,
    pub message: String,
    pub suggestion: Option<String>,
}

/// Where in the field the words stand, counted in characters.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LintSpan)]
pub struct Place {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// Looks through a whole standard as it is drafted.
///
/// # Errors
/// Those of the database.
pub async fn of_standard(
    _q: &impl Query,
    _actor: &Actor,
    _now: Timestamp,
    _standard: &Standard,
    _items: &[Item],
) -> Result<Vec<Finding>> {
    Ok(Vec::new())
}

/// Looks at one item as it is typed.
///
/// # Errors
/// Those of the database.
pub async fn of_item(_q: &impl Query, _actor: &Actor, _now: Timestamp, _item: &ItemText) -> Result<Vec<Finding>> {
    Ok(Vec::new())
}
