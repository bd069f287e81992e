//! Rows of the company, its places and people.

pub mod account;
pub mod chain;
pub mod choose;
pub mod entry;
pub mod intake;
pub mod outgoing;
pub mod people;
pub mod places;
pub mod views;

use kit::db::Query;
use kit::{Result, Role, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::NewOrg;

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

pub async fn branches_of(q: &impl Query, org: Uuid, member: Uuid) -> Result<Vec<Uuid>> {
    let rows: Vec<IdRow> = q
        .all("select branch as id from member_branch where org = $1 and member = $2 order by branch", args![org, member])
        .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

pub async fn branch_of_employee(q: &impl Query, org: Uuid, employee: Option<Uuid>) -> Result<Vec<Uuid>> {
    let Some(employee) = employee else { return Ok(Vec::new()) };
    let rows: Vec<IdRow> = q.all("select branch as id from employee where org = $1 and id = $2", args![org, employee]).await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// The login of an e-mail; made when there is none. An existing login keeps its password.
pub async fn login_for_email(tx: &Tx, email: &str, password: Option<&str>) -> Result<Uuid> {
    tx.run(
        "insert into login (id, email, password, created_at) values ($1,$2,$3,$4) on conflict (email) do nothing",
        args![tx.new_id(), email, password.map(str::to_owned), tx.now.0],
    )
    .await?;
    tx.scalar("select id from login where email = $1", args![email])
        .await?
        .ok_or_else(|| kit::Error::Internal("a login vanished".into()))
}

/// The login of a phone, made when it is not there yet.
pub async fn login_for_phone(tx: &Tx, phone: &str) -> Result<Uuid> {
    tx.run(
        "insert into login (id, phone, created_at) values ($1,$2,$3) on conflict (phone) do nothing",
        args![tx.new_id(), phone, tx.now.0],
    )
    .await?;
    tx.scalar("select id from login where phone = $1", args![phone])
        .await?
        .ok_or_else(|| kit::Error::Internal("a login vanished".into()))
}

/// A company as every act needs it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Org {
    pub id: Uuid,
    pub name: String,
    pub timezone: String,
    pub locale: String,
    pub frame_origins: String,
    pub version: i64,
}

pub async fn org(q: &impl Query, id: Uuid) -> Result<Option<Org>> {
    q.one("select id, name, timezone, locale, frame_origins, version from org where id = $1", args![id]).await
}

pub async fn org_by_name(q: &impl Query, name: &str) -> Result<Option<Org>> {
    q.one("select id, name, timezone, locale, frame_origins, version from org where name = $1", args![name]).await
}

/// A new company; its name must be free (`org_name`).
pub async fn insert_org(tx: &Tx, id: Uuid, new: &NewOrg) -> Result<()> {
    tx.run(
        "insert into org (id, name, timezone, locale, created_at) values ($1,$2,$3,$4,$5)",
        args![id, new.name.trim(), &*new.timezone, &*new.locale, tx.now.0],
    )
    .await?;
    Ok(())
}

/// The first owner of a company, who may come in at once.
pub async fn insert_owner(tx: &Tx, id: Uuid, login: Uuid, name: &str, email: String) -> Result<()> {
    tx.run(
        "insert into member (org, id, login, name, email, role, state, created_at) values ($1,$2,$3,$4,$5,$6,'active',$7)",
        args![tx.org(), id, login, name, email, Role::Owner.as_str(), tx.now.0],
    )
    .await?;
    Ok(())
}

/// Has anybody been set up yet?
pub async fn any_org(q: &impl Query) -> Result<bool> {
    Ok(q.scalar::<Uuid>("select id from org limit 1", args![]).await?.is_some())
}

/// A company that lets a login in.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Company {
    pub org: Uuid,
    pub member: Uuid,
    pub name: String,
}

/// The companies of a login, by name.
pub async fn companies(q: &impl Query, login: Uuid) -> Result<Vec<Company>> {
    q.all(
        "select o.id as org, m.id as member, o.name from member m join org o on o.id = m.org \
         where m.login = $1 and m.state = 'active' order by o.name, o.id",
        args![login],
    )
    .await
}
