//! What the thread reads beside the verbs of others.

use std::collections::HashSet;

use kit::{Query, Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Name {
    id: Uuid,
    name: String,
}

pub async fn touchpoint(q: &impl Query, org: Uuid, id: &str) -> Result<Option<(Uuid, String)>> {
    let Ok(id) = Uuid::try_parse(id) else { return Ok(None) };
    let row: Option<Name> = q.one("select id, name from touchpoint where org = $1 and id = $2", args![org, id]).await?;
    Ok(row.map(|r| (r.id, r.name)))
}

/// Touchpoints that clients have rated.
pub async fn rated_touchpoints(q: &impl Query, org: Uuid) -> Result<HashSet<Uuid>> {
    let rows = q.rows("select distinct key from cell where org = $1 and dim = 3", args![org]).await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

#[derive(FromQueryResult)]
struct Questions {
    questions: String,
}

/// Items that a quiz in use asks about.
pub async fn quizzed(q: &impl Query, org: Uuid) -> Result<HashSet<Uuid>> {
    let rows: Vec<Questions> = q.all("select questions from quiz where org = $1 and closed_at is null", args![org]).await?;
    let items = |row: &Questions| -> Vec<Uuid> {
        let list: serde_json::Value = serde_json::from_str(&row.questions).unwrap_or_default();
        let list = list.as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|q| q.get("item")?.as_str().and_then(|t| Uuid::try_parse(t).ok())).collect()
    };
    Ok(rows.iter().flat_map(items).collect())
}
