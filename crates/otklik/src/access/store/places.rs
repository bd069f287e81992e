//! Rows of branches, touchpoints and marks.

use kit::db::Query;
use kit::filter::{Filter, fold};
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::access::rules::places::{BranchForm, MarkForm, OrgForm, TouchpointForm};

#[derive(Clone, Debug, FromQueryResult)]
pub struct BranchRow {
    pub id: Uuid,
    pub name: String,
    pub code: String,
    pub timezone: Option<String>,
    pub region: Option<String>,
    pub closed_at: Option<i64>,
    pub version: i64,
    pub created_at: i64,
}

const BRANCH: &str = "id, name, code, timezone, region, closed_at, version, created_at";

/// What the search looks through.
fn branch_search(form: &BranchForm) -> String {
    fold(&format!("{} {} {}", form.name, form.code, form.region.as_deref().unwrap_or("")))
}

pub async fn insert_branch(tx: &Tx, id: Uuid, form: &BranchForm) -> Result<u64> {
    tx.run(
        "insert into branch (org, id, name, code, timezone, region, search, created_at) values ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![tx.org(), id, &*form.name, &*form.code, form.timezone.clone(), form.region.clone(), branch_search(form), tx.now.0],
    )
    .await
}

pub async fn update_branch(tx: &Tx, id: Uuid, version: i64, form: &BranchForm) -> Result<u64> {
    tx.run(
        "update branch set name = $4, code = $5, timezone = $6, region = $7, search = $8, version = version + 1 \
         where org = $1 and id = $2 and version = $3",
        args![tx.org(), id, version, &*form.name, &*form.code, form.timezone.clone(), form.region.clone(), branch_search(form)],
    )
    .await
}

/// Closes or reopens; says whether the state changed.
pub async fn set_branch_closed(tx: &Tx, id: Uuid, closed: bool) -> Result<bool> {
    let (at, was) = if closed { (Some(tx.now.0), "closed_at is null") } else { (None, "closed_at is not null") };
    let sql = format!("update branch set closed_at = $3, version = version + 1 where org = $1 and id = $2 and {was}");
    Ok(tx.run(&sql, args![tx.org(), id, at]).await? > 0)
}

pub async fn branch(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<BranchRow>> {
    q.one(&format!("select {BRANCH} from branch where org = $1 and id = $2"), args![org, id]).await
}

pub async fn branch_id(q: &impl Query, org: Uuid, id: Option<Uuid>, code: &str) -> Result<Option<Uuid>> {
    match id {
        Some(id) => q.scalar("select id from branch where org = $1 and id = $2", args![org, id]).await,
        None => q.scalar("select id from branch where org = $1 and code = $2", args![org, code]).await,
    }
}

/// By name, then id.
pub async fn branches(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<BranchRow>> {
    let limit = filter.place(limit.into());
    let sql = format!("select {BRANCH} from branch where {} order by name, id limit {limit}", filter.sql);
    q.all(&sql, filter.args).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct TouchpointRow {
    pub id: Uuid,
    pub key: String,
    pub name: String,
    pub stage: String,
    pub channel: Option<String>,
    pub owner: Option<Uuid>,
    pub version: i64,
}

const TOUCHPOINT: &str = "id, key, name, stage, channel, owner, version";

pub async fn insert_touchpoint(tx: &Tx, id: Uuid, form: &TouchpointForm, owner: Option<Uuid>) -> Result<u64> {
    tx.run(
        "insert into touchpoint (org, id, key, name, stage, channel, owner, created_at) values ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![tx.org(), id, &*form.key, serde_json::to_string(&form.name)?, &*form.stage, form.channel.clone(), owner, tx.now.0],
    )
    .await
}

pub async fn update_touchpoint(tx: &Tx, id: Uuid, version: i64, form: &TouchpointForm, owner: Option<Uuid>) -> Result<u64> {
    tx.run(
        "update touchpoint set key = $4, name = $5, stage = $6, channel = $7, owner = $8, version = version + 1 \
         where org = $1 and id = $2 and version = $3",
        args![tx.org(), id, version, &*form.key, serde_json::to_string(&form.name)?, &*form.stage, form.channel.clone(), owner],
    )
    .await
}

pub async fn touchpoint(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<TouchpointRow>> {
    q.one(&format!("select {TOUCHPOINT} from touchpoint where org = $1 and id = $2"), args![org, id]).await
}

pub async fn touchpoint_keys(q: &impl Query, org: Uuid) -> Result<Vec<String>> {
    let rows = q.rows("select key from touchpoint where org = $1", args![org]).await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// By key.
pub async fn touchpoints(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<TouchpointRow>> {
    let limit = filter.place(limit.into());
    let sql = format!("select {TOUCHPOINT} from touchpoint where {} order by key limit {limit}", filter.sql);
    q.all(&sql, filter.args).await
}

pub async fn employee_id(q: &impl Query, org: Uuid, id: Option<Uuid>, code: &str) -> Result<Option<Uuid>> {
    match id {
        Some(id) => q.scalar("select id from employee where org = $1 and id = $2", args![org, id]).await,
        None => q.scalar("select id from employee where org = $1 and code = $2", args![org, code]).await,
    }
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct MarkRow {
    pub id: Uuid,
    pub on_date: String,
    /// A label, as JSON.
    pub text: String,
    pub branch: Option<Uuid>,
    pub rebase: bool,
    pub version: i64,
}

pub async fn insert_mark(tx: &Tx, id: Uuid, form: &MarkForm, branch: Option<Uuid>) -> Result<u64> {
    tx.run(
        "insert into mark (org, id, on_date, text, branch, rebase, created_at) values ($1,$2,$3,$4,$5,$6,$7) \
         on conflict (org, id) do nothing",
        args![tx.org(), id, form.on.to_string(), serde_json::to_string(&form.text)?, branch, form.rebase, tx.now.0],
    )
    .await
}

pub async fn update_mark(tx: &Tx, id: Uuid, version: i64, form: &MarkForm, branch: Option<Uuid>) -> Result<u64> {
    tx.run(
        "update mark set on_date = $4, text = $5, branch = $6, rebase = $7, version = version + 1 \
         where org = $1 and id = $2 and version = $3",
        args![tx.org(), id, version, form.on.to_string(), serde_json::to_string(&form.text)?, branch, form.rebase],
    )
    .await
}

pub async fn delete_mark(tx: &Tx, id: Uuid) -> Result<u64> {
    tx.run("delete from mark where org = $1 and id = $2", args![tx.org(), id]).await
}

pub async fn mark(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<MarkRow>> {
    q.one("select id, on_date, text, branch, rebase, version from mark where org = $1 and id = $2", args![org, id]).await
}

/// Newest day first.
pub async fn marks(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<MarkRow>> {
    let limit = filter.place(limit.into());
    let sql = format!(
        "select id, on_date, text, branch, rebase, version from mark where {} order by on_date desc, id desc limit {limit}",
        filter.sql
    );
    q.all(&sql, filter.args).await
}

pub async fn update_org(tx: &Tx, version: i64, form: &OrgForm) -> Result<u64> {
    tx.run(
        "update org set name = $3, timezone = $4, locale = $5, frame_origins = $6, version = version + 1 where id = $1 and version = $2",
        args![tx.org(), version, &*form.name, &*form.timezone, &*form.locale, form.frame_origins.join(" ")],
    )
    .await
}

/// The columns of [`HistoryRow`].
pub(super) const HISTORY: &str = "seq, at, actor, actor_name, via, verb, noun, noun_id, before, after";

/// A line of history as the audit log shows it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct HistoryRow {
    pub seq: i64,
    pub at: i64,
    pub actor: Option<Uuid>,
    pub actor_name: String,
    pub via: String,
    pub verb: String,
    pub noun: String,
    pub noun_id: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Newest first.
pub async fn history(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<HistoryRow>> {
    let limit = filter.place(limit.into());
    let sql = format!("select {HISTORY} from history where {} order by seq desc limit {limit}", filter.sql);
    q.all(&sql, filter.args).await
}
