//! The tip of the day: one rule a branch knows least, the same for everybody there the whole day.

use jiff::civil::Date;
use kit::Result;
use kit::db::Query;
use kit::i18n::Label;
use kit::ids::named_id;
use uuid::Uuid;

use super::rules::ItemText;
use super::store::tip as store;

/// A rule to think of today.
#[derive(Clone, Debug)]
pub struct Tip {
    pub item: Uuid,
    pub standard: Uuid,
    pub title: Label,
    pub text: ItemText,
    /// How many of the branch's people have signed it, of how many; nothing where nobody works.
    pub known: Option<(i64, i64)>,
}

/// Of so many of the least known rules, one a day.
const AMONG: usize = 12;

/// The tip of a day for a branch, or for the whole company. Same company, day and branch: same tip.
///
/// # Errors
/// Those of the database.
pub async fn of_day(q: &impl Query, org: Uuid, day: Date, branch: Option<Uuid>) -> Result<Option<Tip>> {
    let people = store::people(q, org, branch, day).await?;
    let mut rows = store::least_known(q, org, branch, day).await?;
    // Everybody knows everything alike: the whole list takes turns. Else those that fewest know.
    let least = rows.first().map_or(0, |r| r.known);
    let equal = rows.iter().take_while(|r| r.known == least).count();
    rows.truncate(equal.max(AMONG));
    if rows.is_empty() {
        return Ok(None);
    }
    let seed = named_id("tip", &format!("{org} {day} {branch:?}")).as_u128();
    let chosen = usize::try_from(seed % (rows.len() as u128)).unwrap_or(0);
    let row = rows.swap_remove(chosen);
    Ok(Some(Tip {
        item: row.id,
        standard: row.standard,
        title: serde_json::from_str(&row.title)?,
        text: serde_json::from_str(&row.published)?,
        known: (people > 0).then_some((row.known, people)),
    }))
}
