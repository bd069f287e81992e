//! Saved views: a page's filters under a name of one's own. They are their owner's alone, and the address stays what it was:
//! whoever gets the link sees the same.

use kit::db::Query;
use kit::{Actor, Error, Faults, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::store::views as store;
pub use super::store::views::ViewRow;

/// So many views a page keeps for a person.
const MOST: usize = 20;

/// What of an address is no filter: where a list goes on, what was just done.
const PASSING: [&str; 5] = ["after", "done", "marked", "undo", "view"];

/// Which pages keep views. Their addresses are the only ones a view leads to.
#[must_use]
pub fn keeps(page: &str) -> bool {
    let id = |text: &str| Uuid::try_parse(text).is_ok();
    match page.trim_start_matches('/').split('/').collect::<Vec<_>>().as_slice() {
        _ if !page.starts_with('/') || page.starts_with("//") => false,
        [""] | ["responses" | "employees"] => true,
        ["figures", key] => !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
        ["surveys", survey, "responses"] => id(survey),
        _ => false,
    }
}

/// The filters of an address in one spelling, so that two spellings of one view are known as one.
#[must_use]
pub fn filters(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .filter(|(k, v)| !v.is_empty() && !v.contains('\0') && !PASSING.contains(&k.as_str()))
        .collect();
    pairs.sort();
    pairs.dedup();
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The own views of a page.
///
/// # Errors
/// Those of the database.
pub async fn of(q: &impl Query, actor: &Actor, page: &str) -> Result<Vec<ViewRow>> {
    match actor.member.filter(|_| keeps(page)) {
        Some(member) => store::of(q, actor.org, member, page).await,
        None => Ok(Vec::new()),
    }
}

/// Keeps a page's filters under a name; a known name means the new filters from now on.
///
/// # Errors
/// `NotFound` for a page that keeps none, `Invalid`, `Conflict` when there are too many.
pub async fn save(tx: &Tx, page: &str, query: &str, name: &str) -> Result<ViewRow> {
    let member = tx.actor.member.filter(|_| keeps(page)).ok_or(Error::NotFound)?;
    let (name, query) = (name.trim(), filters(query));
    let mut faults = Faults::default();
    faults.text("name", name, 60);
    faults.optional("query", &query, 2000);
    faults.check()?;
    let known = store::of(tx, tx.org(), member, page).await?;
    if known.len() >= MOST && !known.iter().any(|v| v.name == name) {
        return Err(Error::Conflict("views-many"));
    }
    let id = known.iter().find(|v| v.name == name).map_or_else(|| tx.new_id(), |v| v.id);
    let row = ViewRow { id, page: page.to_owned(), query, name: name.to_owned() };
    store::save(tx, member, &row).await?;
    tx.record("view.saved", row.id, None, Some(json!({"name": row.name, "page": row.page}))).await?;
    Ok(row)
}

/// Forgets one of the own views and says where it led.
///
/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn remove(tx: &Tx, id: Uuid) -> Result<ViewRow> {
    let member = tx.actor.member.ok_or(Error::NotFound)?;
    let row = store::one(tx, tx.org(), member, id).await?.ok_or(Error::NotFound)?;
    if store::remove(tx, member, id).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.record("view.removed", id, Some(json!({"name": row.name, "page": row.page})), None).await?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_keep_views() {
        for good in ["/", "/responses", "/figures/nps", "/surveys/01a2018a-10a6-789a-882d-2a4e8d8800b2/responses"] {
            assert!(keeps(good), "{good}");
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/logout",
            "/figures/",
            "/figures/../org",
            "/surveys/x/responses",
            "/\\evil",
        ] {
            assert!(!keeps(bad), "{bad}");
        }
    }

    #[test]
    fn one_view_has_one_spelling() {
        assert_eq!(filters("period=30&branch=a&after=x&survey=&done=saved"), "branch=a&period=30");
        assert_eq!(filters("branch=a&period=30"), filters("period=30&branch=a&branch=a"));
        assert_eq!(filters(""), "");
    }
}
