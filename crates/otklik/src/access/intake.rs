//! Places and people that come in many at a time: with ids chosen before, so that a file can name what it makes.

use kit::db::Query;
use kit::filter::fold;
use kit::i18n::{Label, Lang};
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

/// One of a list that a file may name: by id, by code or by name.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    pub id: Uuid,
    pub code: Option<String>,
    pub name: String,
    /// The branch of an employee.
    pub branch: Option<Uuid>,
}

/// Every branch of a company.
///
/// # Errors
/// Those of the database.
pub async fn branches(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    q.all("select id, code, name, cast(null as uuid) as branch from branch where org = $1", args![org]).await
}

/// Every employee of a company.
///
/// # Errors
/// Those of the database.
pub async fn employees(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    q.all("select id, code, name, branch from employee where org = $1", args![org]).await
}

/// Every touchpoint of a company.
///
/// # Errors
/// Those of the database.
pub async fn touchpoints(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    let sql = "select id, key as code, name, cast(null as uuid) as branch from touchpoint where org = $1";
    let rows: Vec<Listed> = q.all(sql, args![org]).await?;
    // Their names are kept in every language.
    Ok(rows.into_iter().map(|r| Listed { name: plain_name(&r.name), ..r }).collect())
}

/// The Russian text of a name that is kept in several languages.
#[must_use]
pub fn plain_name(stored: &str) -> String {
    serde_json::from_str::<Label>(stored).map_or_else(|_| stored.to_owned(), |l| l.get(Lang::Ru).to_owned())
}

/// A branch that was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewBranch {
    pub id: Uuid,
    pub name: String,
    pub code: String,
    pub region: Option<String>,
    pub timezone: Option<String>,
}

/// An employee who was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEmployee {
    pub id: Uuid,
    pub name: String,
    pub code: Option<String>,
    pub branch: Uuid,
    pub position: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub hired_on: Option<String>,
    pub left_on: Option<String>,
}

/// A touchpoint that was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTouchpoint {
    pub id: Uuid,
    pub key: String,
    pub name: String,
    pub stage: String,
    pub channel: Option<String>,
}

/// Adds a branch.
///
/// # Errors
/// Those of the database; its code must be free.
pub async fn add_branch(tx: &Tx, b: &NewBranch) -> Result<()> {
    let search = fold(&format!("{} {} {}", b.name, b.code, b.region.as_deref().unwrap_or("")));
    tx.run(
        "insert into branch (org, id, name, code, region, timezone, search, created_at) values ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![tx.org(), b.id, &*b.name, &*b.code, b.region.clone(), b.timezone.clone(), search, tx.now.0],
    )
    .await?;
    tx.record(
        "branch.created",
        b.id,
        None,
        Some(json!({"name": b.name, "code": b.code, "region": b.region, "timezone": b.timezone})),
    )
    .await
}

/// Adds an employee.
///
/// # Errors
/// Those of the database; the branch must be of this company.
pub async fn add_employee(tx: &Tx, e: &NewEmployee) -> Result<()> {
    let search = fold(&format!("{} {} {}", e.name, e.code.as_deref().unwrap_or(""), e.position.as_deref().unwrap_or("")));
    tx.run(
        "insert into employee (org, id, name, code, branch, position, email, phone, hired_on, left_on, search, created_at)
         values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        args![
            tx.org(),
            e.id,
            &*e.name,
            e.code.clone(),
            e.branch,
            e.position.clone(),
            e.email.clone(),
            e.phone.clone(),
            e.hired_on.clone(),
            e.left_on.clone(),
            search,
            tx.now.0
        ],
    )
    .await?;
    let after = json!({"name": e.name, "code": e.code, "branch": e.branch, "position": e.position});
    tx.record("employee.created", e.id, None, Some(after)).await
}

/// Adds a touchpoint.
///
/// # Errors
/// Those of the database; its key must be free.
pub async fn add_touchpoint(tx: &Tx, p: &NewTouchpoint) -> Result<()> {
    tx.run(
        "insert into touchpoint (org, id, key, name, stage, channel, created_at) values ($1,$2,$3,$4,$5,$6,$7)",
        args![
            tx.org(),
            p.id,
            &*p.key,
            serde_json::to_string(&Label::from(p.name.as_str()))?,
            &*p.stage,
            p.channel.clone(),
            tx.now.0
        ],
    )
    .await?;
    tx.record("touchpoint.created", p.id, None, Some(json!({"key": p.key, "name": p.name, "stage": p.stage}))).await
}
