//! Rows of places and people that come in many at a time.

use kit::db::Query;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::access::intake::{NewBranch, NewEmployee, NewTouchpoint};

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
pub async fn branches(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    q.all("select id, code, name, cast(null as uuid) as branch from branch where org = $1", args![org]).await
}

/// Every employee of a company.
pub async fn employees(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    q.all("select id, code, name, branch from employee where org = $1", args![org]).await
}

/// Every touchpoint of a company, its name in every language as it is kept.
pub async fn touchpoints(q: &impl Query, org: Uuid) -> Result<Vec<Listed>> {
    q.all("select id, key as code, name, cast(null as uuid) as branch from touchpoint where org = $1", args![org]).await
}

/// Stores a branch; its code must be free.
pub async fn insert_branch(tx: &Tx, b: &NewBranch, search: String) -> Result<()> {
    tx.run(
        "insert into branch (org, id, name, code, region, timezone, search, created_at) values ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![tx.org(), b.id, &*b.name, &*b.code, b.region.clone(), b.timezone.clone(), search, tx.now.0],
    )
    .await?;
    Ok(())
}

/// Stores an employee; the branch must be of this company.
pub async fn insert_employee(tx: &Tx, e: &NewEmployee, search: String) -> Result<()> {
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
    Ok(())
}

/// Stores a touchpoint with its name in every language; its key must be free.
pub async fn insert_touchpoint(tx: &Tx, p: &NewTouchpoint, name: String) -> Result<()> {
    tx.run(
        "insert into touchpoint (org, id, key, name, stage, channel, created_at) values ($1,$2,$3,$4,$5,$6,$7)",
        args![tx.org(), p.id, &*p.key, name, &*p.stage, p.channel.clone(), tx.now.0],
    )
    .await?;
    Ok(())
}
