//! Coming in: from a session's cookie or a token to an actor of one company. Looked up at every request, so a changed role bites at once.

use kit::actor::{Actor, Reach, Role, Scopes, Via};
use kit::db::Query;
use kit::i18n::Lang;
use kit::{Result, Timestamp, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::rules::device::device;

#[derive(FromQueryResult)]
struct Row {
    org: Uuid,
    org_name: String,
    timezone: String,
    org_locale: String,
    member: Uuid,
    login: Option<Uuid>,
    name: String,
    role: String,
    employee: Option<Uuid>,
    locale: Option<String>,
    scopes: Option<String>,
    credential: String,
    seen_at: Option<i64>,
    /// Is it known already from which browser and system?
    known: bool,
}

const MEMBER: &str = "o.id as org, o.name as org_name, o.timezone, o.locale as org_locale, m.id as member, m.login, m.name, m.role, \
                      m.employee, m.locale";

/// Who stands behind a session's cookie, in the company chosen for it.
///
/// # Errors
/// Those of the database.
pub async fn authenticate_session(q: &impl Query, cookie: &str, now: Timestamp) -> Result<Option<Actor>> {
    authenticate_browser(q, cookie, now, None).await
}

/// The same, and keeps at the session's first page from where it is used, so that the person recognises it later.
///
/// # Errors
/// Those of the database.
pub async fn authenticate_browser(q: &impl Query, cookie: &str, now: Timestamp, agent: Option<&str>) -> Result<Option<Actor>> {
    let hash = kit::secret::hash_token(cookie);
    let sql = format!(
        "select {MEMBER}, cast(null as text) as scopes, s.hash as credential, s.seen_at, \
         s.device is not null as known from session s \
         join member m on m.org = s.org and m.id = s.member and m.login = s.login and m.state = 'active' \
         join org o on o.id = m.org where s.hash = $1 and s.expires_at > $2"
    );
    let row: Option<Row> = q.one(&sql, args![&*hash, now.0]).await?;
    let Some(row) = row else { return Ok(None) };
    if let (false, Some(agent)) = (row.known, agent) {
        super::store::account::set_device(q, &hash, &device(agent)).await?;
    }
    if row.seen_at.is_some_and(|seen| seen < now.0 - kit::time::HOUR) {
        // A session lives on while it is used: fourteen days from the last sign of life.
        q.run(
            "update session set seen_at = $2, expires_at = $3 where hash = $1",
            args![&*hash, now.0, now.0 + 14 * kit::time::DAY],
        )
        .await?;
    }
    let login = row.login;
    let mut actor = actor(q, row, Via::Session).await?;
    if let Some(login) = login {
        actor.companies = super::store::companies(q, login).await?.into_iter().map(|c| (c.org, c.name)).collect();
    }
    Ok(Some(actor))
}

/// Who stands behind an API token.
///
/// # Errors
/// Those of the database.
pub async fn authenticate_token(q: &impl Query, token: &str, now: Timestamp) -> Result<Option<Actor>> {
    let sql = format!(
        "select {MEMBER}, t.scopes, t.hash as credential, t.used_at as seen_at, \
         1 = 1 as known from token t \
         join member m on m.org = t.org and m.id = t.member and m.state = 'active' \
         join org o on o.id = m.org where t.hash = $1 and t.revoked_at is null"
    );
    let hash = kit::secret::hash_token(token);
    let row: Option<Row> = q.one(&sql, args![&*hash]).await?;
    let Some(row) = row else { return Ok(None) };
    if row.seen_at.is_none_or(|seen| seen < now.0 - kit::time::HOUR) {
        q.run("update token set used_at = $2 where hash = $1", args![&*hash, now.0]).await?;
    }
    actor(q, row, Via::Token).await.map(Some)
}

async fn actor(q: &impl Query, row: Row, via: Via) -> Result<Actor> {
    let role = Role::parse(&row.role).unwrap_or(Role::Viewer);
    let branches = match role {
        Role::Supervisor => super::store::branches_of(q, row.org, row.member).await?,
        Role::Employee => super::store::branch_of_employee(q, row.org, row.employee).await?,
        _ => Vec::new(),
    };
    let lang = row.locale.as_deref().unwrap_or(&row.org_locale).parse().unwrap_or(Lang::Ru);
    Ok(Actor {
        org: row.org,
        org_name: row.org_name.into(),
        zone: kit::time::zone(&row.timezone).unwrap_or(jiff::tz::TimeZone::UTC),
        member: Some(row.member),
        login: row.login,
        name: row.name.into(),
        role,
        employee: row.employee,
        branches: branches.into(),
        companies: [].into(),
        scopes: row
            .scopes
            .as_deref()
            .map_or(Some(Scopes::ALL), Scopes::parse)
            .unwrap_or(Scopes::parse("").unwrap_or(Scopes::ALL)),
        via,
        lang,
        reach: Reach::Own,
        idempotency: None,
        credential: row.credential.into(),
    })
}

/// The program itself, acting in one company: jobs, the command line, the set-up.
#[must_use]
pub fn system(org: Uuid, org_name: &str, timezone: &str, via: Via) -> Actor {
    Actor {
        org,
        org_name: org_name.into(),
        zone: kit::time::zone(timezone).unwrap_or(jiff::tz::TimeZone::UTC),
        member: None,
        login: None,
        name: "otklik".into(),
        role: Role::Owner,
        employee: None,
        branches: [].into(),
        companies: [].into(),
        scopes: Scopes::ALL,
        via,
        lang: Lang::Ru,
        reach: Reach::Company,
        idempotency: None,
        credential: "".into(),
    }
}
