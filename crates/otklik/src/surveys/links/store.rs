//! Whom and what links can be made for.

use kit::db::{Query, list_places};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::Per;

/// A place or person that a link can name.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Named {
    pub id: Uuid,
    /// What stands in the link: short and spoken.
    pub code: Option<String>,
    pub name: String,
}

/// Open branches, present employees or touchpoints in which every one of the words occurs; by name, from a place in the list on.
/// `today`: whoever leaves later is present.
pub async fn named(
    q: &impl Query,
    org: Uuid,
    per: Per,
    branches: Option<&[Uuid]>,
    (words, today): (&str, &str),
    after: Option<(String, Uuid)>,
    limit: i64,
) -> Result<Vec<Named>> {
    let (table, code, open, place) = match per {
        Per::Branch => ("branch", "code", " and closed_at is null", "id"),
        Per::Employee => ("employee", "code", " and (left_on is null or left_on > $5)", "branch"),
        Per::Touchpoint => ("touchpoint", "key", "", ""),
    };
    let (name, id) = after.unwrap_or_default();
    let mut values = args![org, name, id, limit];
    if per == Per::Employee {
        values.push(today.into());
    }
    let narrowed = match branches.filter(|_| !place.is_empty()) {
        Some([]) => " and 1 = 0".to_owned(),
        Some(ids) => {
            let list = list_places(values.len(), ids.len());
            values.extend(ids.iter().map(|b| Value::from(*b)));
            format!(" and {place} in ({list})")
        }
        None => String::new(),
    };
    let mut sought = String::new();
    // Touchpoints are few, and their names are kept by language.
    let words = if per == Per::Touchpoint { "" } else { words };
    for word in kit::filter::fold(words).split_whitespace().take(8) {
        values.push(Value::from(format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))));
        let n = values.len();
        sought.push_str(&match per {
            Per::Branch | Per::Touchpoint => format!(" and search like ${n} escape '\\'"),
            // Somebody is found by their branch too.
            Per::Employee => format!(
                " and (search like ${n} escape '\\' or branch in (select b.id from branch b where b.org = $1 and b.search like ${n} escape '\\'))"
            ),
        });
    }
    let sql = format!(
        "select id, {code} as code, name from {table} where org = $1 and (name > $2 or (name = $2 and id > $3)){open}{narrowed}{sought} \
         order by name, id limit $4"
    );
    q.all(&sql, values).await
}
