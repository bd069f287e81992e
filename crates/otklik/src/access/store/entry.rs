//! Rows of sessions and tokens as the doors read them, at every request.

use kit::db::Query;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Somebody at the door: the member behind a session or a token, with the company.
#[derive(FromQueryResult)]
pub struct EntryRow {
    pub org: Uuid,
    pub org_name: String,
    pub timezone: String,
    pub org_locale: String,
    pub member: Uuid,
    pub login: Option<Uuid>,
    pub name: String,
    pub role: String,
    pub employee: Option<Uuid>,
    pub locale: Option<String>,
    pub scopes: Option<String>,
    pub credential: String,
    pub seen_at: Option<i64>,
}

const MEMBER: &str = "o.id as org, o.name as org_name, o.timezone, o.locale as org_locale, m.id as member, m.login, m.name, m.role, \
                      m.employee, m.locale";

/// The member behind a session that lives at `now`, in the company chosen for it.
pub async fn session_entry(q: &impl Query, hash: &str, now: i64) -> Result<Option<EntryRow>> {
    let sql = format!(
        "select {MEMBER}, cast(null as text) as scopes, s.hash as credential, s.seen_at from session s \
         join member m on m.org = s.org and m.id = s.member and m.login = s.login and m.state = 'active' \
         join org o on o.id = m.org where s.hash = $1 and s.expires_at > $2"
    );
    q.one(&sql, args![hash, now]).await
}

/// A session was used: it lives on until `until`.
pub async fn session_seen(q: &impl Query, hash: &str, now: i64, until: i64) -> Result<()> {
    q.run("update session set seen_at = $2, expires_at = $3 where hash = $1", args![hash, now, until]).await?;
    Ok(())
}

/// The member behind a token that was not revoked.
pub async fn token_entry(q: &impl Query, hash: &str) -> Result<Option<EntryRow>> {
    let sql = format!(
        "select {MEMBER}, t.scopes, t.hash as credential, t.used_at as seen_at from token t \
         join member m on m.org = t.org and m.id = t.member and m.state = 'active' \
         join org o on o.id = m.org where t.hash = $1 and t.revoked_at is null"
    );
    q.one(&sql, args![hash]).await
}

/// A token was used.
pub async fn token_seen(q: &impl Query, hash: &str, now: i64) -> Result<()> {
    q.run("update token set used_at = $2 where hash = $1", args![hash, now]).await?;
    Ok(())
}
