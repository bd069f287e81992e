//! Rows of users, their sign-ins, sessions, tokens and one-time secrets.

use kit::db::Query;
use kit::filter::Filter;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::access::NewMember;

#[derive(Clone, Debug, FromQueryResult)]
pub struct UserRow {
    pub id: Uuid,
    pub login: Option<Uuid>,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: String,
    pub employee: Option<Uuid>,
    pub locale: Option<String>,
    pub state: String,
    pub version: i64,
    pub created_at: i64,
}

const USER: &str = "id, login, name, email, phone, role, employee, locale, state, version, created_at";

pub async fn user(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<UserRow>> {
    q.one(&format!("select {USER} from member where org = $1 and id = $2"), args![org, id]).await
}

/// By name, then id.
pub async fn users(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<UserRow>> {
    let limit = filter.place(limit.into());
    q.all(&format!("select {USER} from member where {} order by name, id limit {limit}", filter.sql), filter.args).await
}

/// Takes the company's row, so that two changes of its owners go one after the other.
pub async fn lock_org(tx: &Tx) -> Result<u64> {
    tx.run("update org set version = version where id = $1", args![tx.org()]).await
}

pub async fn other_owners(tx: &Tx, but: Uuid) -> Result<i64> {
    let n = tx
        .scalar(
            "select cast(count(*) as bigint) from member where org = $1 and role = 'owner' and state = 'active' and id <> $2",
            args![tx.org(), but],
        )
        .await?;
    Ok(n.unwrap_or(0))
}

pub async fn update_user(tx: &Tx, row: &UserRow, version: i64) -> Result<u64> {
    tx.run(
        "update member set name = $4, role = $5, employee = $6, state = $7, locale = $8, version = version + 1 \
         where org = $1 and id = $2 and version = $3",
        args![tx.org(), row.id, version, &*row.name, &*row.role, row.employee, &*row.state, row.locale.clone()],
    )
    .await
}

/// Ends every token of the company.
pub async fn end_tokens(tx: &Tx) -> Result<()> {
    tx.run("update token set revoked_at = $2 where org = $1 and revoked_at is null", args![tx.org(), tx.now.0]).await?;
    Ok(())
}

/// Whatever lets a revoked person in ends here.
pub async fn end_access(tx: &Tx, member: Uuid) -> Result<()> {
    let (org, now) = (tx.org(), tx.now.0);
    tx.run("delete from session where org = $1 and member = $2", args![org, member]).await?;
    tx.run("update token set revoked_at = $3 where org = $1 and member = $2 and revoked_at is null", args![org, member, now])
        .await?;
    tx.run("delete from once_code where org = $1 and member = $2", args![org, member]).await?;
    Ok(())
}

pub async fn join(tx: &Tx, member: Uuid, login: Uuid) -> Result<u64> {
    tx.run(
        "update member set state = 'active', login = $3, version = version + 1 where org = $1 and id = $2 and state = 'invited'",
        args![tx.org(), member, login],
    )
    .await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct LoginRow {
    pub id: Uuid,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub password: Option<String>,
}

pub async fn login(q: &impl Query, id: Uuid) -> Result<Option<LoginRow>> {
    q.one("select id, email, phone, password from login where id = $1", args![id]).await
}

pub async fn login_by_email(q: &impl Query, email: &str) -> Result<Option<LoginRow>> {
    q.one("select id, email, phone, password from login where email = $1", args![email]).await
}

pub async fn login_by_phone(q: &impl Query, phone: &str) -> Result<Option<LoginRow>> {
    q.one("select id, email, phone, password from login where phone = $1", args![phone]).await
}

pub async fn insert_login(tx: &Tx, email: Option<&str>, phone: Option<&str>, password: &str) -> Result<Uuid> {
    let id = tx.new_id();
    // A phone that another sign-in has already stays with it; the e-mail is enough here.
    let phone = match phone {
        Some(p) if email.is_some() && login_by_phone(tx, p).await?.is_some() => None,
        other => other,
    };
    tx.run(
        "insert into login (id, email, phone, password, created_at) values ($1,$2,$3,$4,$5)",
        args![id, email.map(str::to_owned), phone.map(str::to_owned), password, tx.now.0],
    )
    .await?;
    Ok(id)
}

pub async fn set_password(tx: &Tx, login: Uuid, password: &str) -> Result<u64> {
    tx.run("update login set password = $2 where id = $1", args![login, password]).await
}

/// A new password ends every session and every token but the one at hand, and every waiting link of this sign-in.
pub async fn end_sessions_and_tokens(tx: &Tx, login: Uuid, but: &str) -> Result<()> {
    tx.run("delete from session where login = $1 and hash <> $2", args![login, but]).await?;
    tx.run(
        "update token set revoked_at = $2 where revoked_at is null and hash <> $3 and exists \
         (select 1 from member m where m.org = token.org and m.id = token.member and m.login = $1)",
        args![login, tx.now.0, but],
    )
    .await?;
    tx.run("delete from once_code where login = $1 and used_at is null", args![login]).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Membership {
    pub org: Uuid,
    pub id: Uuid,
    pub name: String,
}

/// Where a login is a member, also where it was revoked.
pub async fn memberships(q: &impl Query, login: Uuid) -> Result<Vec<Membership>> {
    q.all("select org, id, name from member where login = $1", args![login]).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct SessionRow {
    pub hash: String,
    pub login: Uuid,
    pub created_at: i64,
    pub seen_at: i64,
}

pub async fn session(q: &impl Query, hash: &str, now: i64) -> Result<Option<SessionRow>> {
    q.one("select hash, login, created_at, seen_at from session where hash = $1 and expires_at > $2", args![hash, now]).await
}

pub async fn choose_company(q: &impl Query, hash: &str, org: Uuid, member: Uuid) -> Result<u64> {
    q.run("update session set org = $2, member = $3 where hash = $1", args![hash, org, member]).await
}

pub async fn end_session(q: &impl Query, hash: &str) -> Result<u64> {
    q.run("delete from session where hash = $1", args![hash]).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct TokenRow {
    pub id: Uuid,
    pub name: String,
    pub scopes: String,
    pub created_at: i64,
    pub used_at: Option<i64>,
}

/// Newest first.
pub async fn tokens(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<TokenRow>> {
    let limit = filter.place(limit.into());
    let sql = format!(
        "select id, name, scopes, created_at, used_at from token where {} and revoked_at is null order by id desc limit {limit}",
        filter.sql
    );
    q.all(&sql, filter.args).await
}

pub async fn revoke_token(tx: &Tx, member: Uuid, id: Uuid) -> Result<u64> {
    tx.run(
        "update token set revoked_at = $4 where org = $1 and member = $2 and id = $3 and revoked_at is null",
        args![tx.org(), member, id, tx.now.0],
    )
    .await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct OnceRow {
    pub hash: String,
    pub kind: String,
    pub org: Option<Uuid>,
    pub member: Option<Uuid>,
    pub login: Option<Uuid>,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

pub async fn once(q: &impl Query, hash: &str) -> Result<Option<OnceRow>> {
    q.one("select hash, kind, org, member, login, expires_at, used_at from once_code where hash = $1", args![hash]).await
}

/// A new secret for a person makes the waiting ones worthless.
pub async fn insert_once(q: &impl Query, row: &OnceRow, now: i64) -> Result<()> {
    if let (Some(org), Some(member)) = (row.org, row.member) {
        q.run("delete from once_code where org = $1 and member = $2 and used_at is null", args![org, member]).await?;
    }
    q.run(
        "insert into once_code (hash, kind, org, member, login, expires_at, created_at) values ($1,$2,$3,$4,$5,$6,$7)",
        args![&*row.hash, &*row.kind, row.org, row.member, row.login, row.expires_at, now],
    )
    .await?;
    Ok(())
}

pub async fn spend_once(tx: &Tx, hash: &str) -> Result<u64> {
    tx.run("update once_code set used_at = $2 where hash = $1 and used_at is null and expires_at > $2", args![hash, tx.now.0])
        .await
}

/// Spends the set-up code: whoever's statement touches the row makes the company.
pub async fn spend_setup_code(tx: &Tx, hash: &str) -> Result<u64> {
    tx.run("delete from setting where key = 'setup_code' and value = $1 and not exists (select 1 from org)", args![hash]).await
}

pub async fn put_setup_code(q: &impl Query, hash: &str) -> Result<u64> {
    q.run(
        "insert into setting (key, value) values ('setup_code', $1) on conflict (key) do update set value = excluded.value",
        args![hash],
    )
    .await
}

/// A token of a member; only its hash is kept.
pub async fn insert_token(tx: &Tx, id: Uuid, member: Uuid, name: &str, hash: &str, scopes: &str) -> Result<()> {
    tx.run(
        "insert into token (org, id, member, name, hash, scopes, created_at) values ($1,$2,$3,$4,$5,$6,$7)",
        args![tx.org(), id, member, name, hash, scopes, tx.now.0],
    )
    .await?;
    Ok(())
}

/// A member who is invited; e-mail and phone must be free (`member_email`, `member_phone`).
pub async fn insert_invited(tx: &Tx, id: Uuid, new: &NewMember) -> Result<()> {
    tx.run(
        "insert into member (org, id, name, email, phone, role, employee, state, created_at) values ($1,$2,$3,$4,$5,$6,$7,'invited',$8)",
        args![tx.org(), id, &*new.name, new.email.clone(), new.phone.clone(), new.role.as_str(), new.employee, tx.now.0],
    )
    .await?;
    Ok(())
}

/// Takes every branch from a member.
pub async fn clear_branches(tx: &Tx, member: Uuid) -> Result<()> {
    tx.run("delete from member_branch where org = $1 and member = $2", args![tx.org(), member]).await?;
    Ok(())
}

/// Gives a member a branch.
pub async fn add_branch(tx: &Tx, member: Uuid, branch: Uuid) -> Result<()> {
    tx.run(
        "insert into member_branch (org, member, branch) values ($1,$2,$3) on conflict do nothing",
        args![tx.org(), member, branch],
    )
    .await?;
    Ok(())
}

/// A session of a login, in a company (and its member) where one is chosen.
pub async fn insert_session(
    q: &impl Query,
    hash: &str,
    id: Uuid,
    login: Uuid,
    place: Option<(Uuid, Uuid)>,
    now: i64,
    until: i64,
) -> Result<()> {
    let (org, member) = place.unzip();
    q.run(
        "insert into session (hash, id, login, org, member, created_at, seen_at, expires_at) values ($1,$2,$3,$4,$5,$6,$6,$7)",
        args![hash, id, login, org, member, now, until],
    )
    .await?;
    Ok(())
}

/// Lets an invited member in.
pub async fn activate(tx: &Tx, member: Uuid, login: Uuid) -> Result<()> {
    tx.run(
        "update member set state = 'active', login = $3, version = version + 1 where org = $1 and id = $2",
        args![tx.org(), member, login],
    )
    .await?;
    Ok(())
}

/// The member with this e-mail or this phone who was not revoked.
pub async fn member_by(q: &impl Query, org: Uuid, email: Option<&str>, phone: Option<&str>) -> Result<Option<Uuid>> {
    let sql = "select id from member where org = $1 and (email = $2 or phone = $3) and state <> 'revoked'";
    q.scalar(sql, args![org, email, phone]).await
}

/// Joins a member to a login, at the administrator's word.
pub async fn confirm(tx: &Tx, member: Uuid, login: Uuid) -> Result<()> {
    tx.run("update member set state = 'active', login = $3 where org = $1 and id = $2", args![tx.org(), member, login]).await?;
    Ok(())
}

/// Letters that failed for good or wait for another try, of every company: the queue is the process's.
pub async fn waiting_mail(q: &impl Query) -> Result<i64> {
    let sql =
        "select cast(count(*) as bigint) from job where kind in ('mail.send', 'access.reset', 'access.invite') and attempts > 0";
    Ok(q.scalar(sql, args![]).await?.unwrap_or(0))
}
/// Sessions that ran out, and links that were spent or ran out before `links`.
pub async fn forget_old(q: &impl Query, now: i64, links: i64) -> Result<()> {
    q.run("delete from session where expires_at <= $1", args![now]).await?;
    q.run("delete from once_code where expires_at < $1", args![links]).await?;
    Ok(())
}
