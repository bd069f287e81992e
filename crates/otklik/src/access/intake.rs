//! Places and people that come in many at a time: with ids chosen before, so that a file can name what it makes.

use kit::db::Query;
use kit::filter::fold;
use kit::i18n::{Label, Lang};
use kit::{Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::store::intake as store;
pub use super::store::intake::Listed;

/// Every branch of a company.
///
/// # Errors
/// Those of the database.
pub async fn branches(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    store::branches(q, org).await
}

/// Every employee of a company.
///
/// # Errors
/// Those of the database.
pub async fn employees(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    store::employees(q, org).await
}

/// Every touchpoint of a company.
///
/// # Errors
/// Those of the database.
pub async fn touchpoints(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    let rows = store::touchpoints(q, org).await?;
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
    store::insert_branch(tx, b, search).await?;
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
    store::insert_employee(tx, e, search).await?;
    let after = json!({"name": e.name, "code": e.code, "branch": e.branch, "position": e.position});
    tx.record("employee.created", e.id, None, Some(after)).await
}

/// Adds a touchpoint.
///
/// # Errors
/// Those of the database; its key must be free.
pub async fn add_touchpoint(tx: &Tx, p: &NewTouchpoint) -> Result<()> {
    store::insert_touchpoint(tx, p, serde_json::to_string(&Label::from(p.name.as_str()))?).await?;
    tx.record("touchpoint.created", p.id, None, Some(json!({"key": p.key, "name": p.name, "stage": p.stage}))).await
}
