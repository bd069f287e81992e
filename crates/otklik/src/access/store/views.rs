//! Rows of saved views.

use kit::db::Query;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A page's filters under a name.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ViewRow {
    pub id: Uuid,
    pub page: String,
    pub query: String,
    pub name: String,
}

/// Those of a person on a page, by name.
pub async fn of(q: &impl Query, org: Uuid, member: Uuid, page: &str) -> Result<Vec<ViewRow>> {
    q.all(
        "select id, page, query, name from saved_view where org = $1 and member = $2 and page = $3 order by name, id",
        args![org, member, page],
    )
    .await
}

pub async fn one(q: &impl Query, org: Uuid, member: Uuid, id: Uuid) -> Result<Option<ViewRow>> {
    q.one("select id, page, query, name from saved_view where org = $1 and member = $2 and id = $3", args![org, member, id]).await
}

/// Saving under a known name goes over what was there.
pub async fn save(tx: &Tx, member: Uuid, row: &ViewRow) -> Result<u64> {
    tx.run(
        "insert into saved_view (org, id, member, page, query, name, created_at) values ($1,$2,$3,$4,$5,$6,$7) \
         on conflict (org, member, page, name) do update set query = excluded.query",
        args![tx.org(), row.id, member, row.page.as_str(), row.query.as_str(), row.name.as_str(), tx.now.0],
    )
    .await
}

pub async fn remove(tx: &Tx, member: Uuid, id: Uuid) -> Result<u64> {
    tx.run("delete from saved_view where org = $1 and member = $2 and id = $3", args![tx.org(), member, id]).await
}
