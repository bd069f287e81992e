//! Rows of the own account: its companies and its sessions.

use kit::db::Query;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A company that lets a sign-in in, and as what.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Place {
    pub id: Uuid,
    pub name: String,
    pub role: String,
}

/// By name.
pub async fn places(q: &impl Query, login: Uuid) -> Result<Vec<Place>> {
    q.all(
        "select o.id, o.name, m.role from member m join org o on o.id = m.org \
         where m.login = $1 and m.state = 'active' order by o.name, o.id",
        args![login],
    )
    .await
}

/// A session as its owner sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SessionRow {
    pub id: Uuid,
    pub hash: String,
    /// Browser and system; empty when they are not known.
    pub device: String,
    pub created_at: i64,
    pub seen_at: i64,
}

const SESSION: &str = "id, hash, coalesce(device, '') as device, created_at, seen_at";

/// Last seen first, from a place in the list on.
pub async fn sessions(q: &impl Query, login: Uuid, now: i64, after: (i64, Uuid), limit: i64) -> Result<Vec<SessionRow>> {
    let sql = format!(
        "select {SESSION} from session where login = $1 and expires_at > $2 and (seen_at < $3 or (seen_at = $3 and id < $4)) \
         order by seen_at desc, id desc limit $5"
    );
    q.all(&sql, args![login, now, after.0, after.1, limit]).await
}

pub async fn session(q: &impl Query, login: Uuid, now: i64, id: Uuid) -> Result<Option<SessionRow>> {
    let sql = format!("select {SESSION} from session where login = $1 and expires_at > $2 and id = $3");
    q.one(&sql, args![login, now, id]).await
}

pub async fn end_session(tx: &Tx, login: Uuid, id: Uuid) -> Result<u64> {
    tx.run("delete from session where login = $1 and id = $2", args![login, id]).await
}

pub async fn end_other_sessions(tx: &Tx, login: Uuid, but: &str) -> Result<u64> {
    tx.run("delete from session where login = $1 and hash <> $2", args![login, but]).await
}

pub async fn set_device(q: &impl Query, hash: &str, device: &str) -> Result<u64> {
    q.run("update session set device = $2 where hash = $1 and device is null", args![hash, device]).await
}
