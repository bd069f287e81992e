//! Coming in: from a session's cookie or a token to an actor of one company. Looked up at every request, so a changed role bites at once.

use kit::actor::{Actor, Reach, Role, Scopes, Via};
use kit::db::Query;
use kit::i18n::Lang;
use kit::{Result, Timestamp};
use uuid::Uuid;

use super::rules::device::device;
use super::store;
use super::store::entry::{self as rows, EntryRow};

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
    let row = rows::session_entry(q, &hash, now.0).await?;
    let Some(row) = row else { return Ok(None) };
    if let (false, Some(agent)) = (row.known, agent) {
        super::store::account::set_device(q, &hash, &device(agent)).await?;
    }
    if row.seen_at.is_some_and(|seen| seen < now.0 - kit::time::HOUR) {
        // A session lives on while it is used: fourteen days from the last sign of life.
        rows::session_seen(q, &hash, now.0, now.0 + 14 * kit::time::DAY).await?;
    }
    let login = row.login;
    let mut actor = actor(q, row, Via::Session).await?;
    if let Some(login) = login {
        actor.companies = store::companies(q, login).await?.into_iter().map(|c| (c.org, c.name)).collect();
    }
    Ok(Some(actor))
}

/// Who stands behind an API token.
///
/// # Errors
/// Those of the database.
pub async fn authenticate_token(q: &impl Query, token: &str, now: Timestamp) -> Result<Option<Actor>> {
    let hash = kit::secret::hash_token(token);
    let row = rows::token_entry(q, &hash).await?;
    let Some(row) = row else { return Ok(None) };
    if row.seen_at.is_none_or(|seen| seen < now.0 - kit::time::HOUR) {
        rows::token_seen(q, &hash, now.0).await?;
    }
    actor(q, row, Via::Token).await.map(Some)
}

async fn actor(q: &impl Query, row: EntryRow, via: Via) -> Result<Actor> {
    let role = Role::parse(&row.role).unwrap_or(Role::Viewer);
    let branches = match role {
        Role::Supervisor => store::branches_of(q, row.org, row.member).await?,
        Role::Employee => store::branch_of_employee(q, row.org, row.employee).await?,
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
        outgoing_paused: row.outgoing_paused_at.is_some(),
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
        outgoing_paused: false,
    }
}
