//! Rows of employees and departments.

use kit::db::Query;
use kit::filter::{Filter, fold};
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::rules::EmployeeForm;

#[derive(Clone, Debug, FromQueryResult)]
pub struct EmployeeRow {
    pub id: Uuid,
    pub name: String,
    pub code: Option<String>,
    pub branch: Uuid,
    pub department: Option<Uuid>,
    pub position: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub hired_on: Option<String>,
    pub left_on: Option<String>,
    pub version: i64,
    pub created_at: i64,
}

/// Where somebody works, as ids.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    pub branch: Uuid,
    pub department: Option<Uuid>,
}

const EMPLOYEE: &str = "id, name, code, branch, department, position, email, phone, hired_on, left_on, version, created_at";

fn search(form: &EmployeeForm) -> String {
    fold(&format!("{} {} {}", form.name, form.code.as_deref().unwrap_or(""), form.position.as_deref().unwrap_or("")))
}

pub async fn insert_employee(tx: &Tx, id: Uuid, form: &EmployeeForm, places: &Places) -> Result<u64> {
    tx.run(
        "insert into employee (org, id, name, code, branch, department, position, email, phone, hired_on, left_on, search, created_at) \
         values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)",
        args![
            tx.org(), id, &*form.name, form.code.clone(), places.branch, places.department, form.position.clone(),
            form.email.clone(), form.phone.clone(), form.hired_on.map(|d| d.to_string()), form.left_on.map(|d| d.to_string()),
            search(form), tx.now.0
        ],
    )
    .await
}

pub async fn update_employee(tx: &Tx, id: Uuid, version: i64, form: &EmployeeForm, places: &Places) -> Result<u64> {
    tx.run(
        "update employee set name = $4, code = $5, branch = $6, department = $7, position = $8, email = $9, phone = $10, \
         hired_on = $11, left_on = $12, search = $13, version = version + 1 where org = $1 and id = $2 and version = $3",
        args![
            tx.org(),
            id,
            version,
            &*form.name,
            form.code.clone(),
            places.branch,
            places.department,
            form.position.clone(),
            form.email.clone(),
            form.phone.clone(),
            form.hired_on.map(|d| d.to_string()),
            form.left_on.map(|d| d.to_string()),
            search(form)
        ],
    )
    .await
}

pub async fn employee(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<EmployeeRow>> {
    q.one(&format!("select {EMPLOYEE} from employee where org = $1 and id = $2"), args![org, id]).await
}

/// By name, then id.
pub async fn employees(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<EmployeeRow>> {
    let limit = filter.place(limit.into());
    let sql = format!("select {EMPLOYEE} from employee where {} order by name, id limit {limit}", filter.sql);
    q.all(&sql, filter.args).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct DepartmentRow {
    pub id: Uuid,
    pub name: String,
    pub version: i64,
}

pub async fn insert_department(tx: &Tx, id: Uuid, name: &str) -> Result<u64> {
    tx.run("insert into department (org, id, name, created_at) values ($1,$2,$3,$4)", args![tx.org(), id, name, tx.now.0]).await
}

pub async fn update_department(tx: &Tx, id: Uuid, version: i64, name: &str) -> Result<u64> {
    tx.run(
        "update department set name = $4, version = version + 1 where org = $1 and id = $2 and version = $3",
        args![tx.org(), id, version, name],
    )
    .await
}

pub async fn department(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<DepartmentRow>> {
    q.one("select id, name, version from department where org = $1 and id = $2", args![org, id]).await
}

pub async fn department_id(q: &impl Query, org: Uuid, id: Option<Uuid>, name: &str) -> Result<Option<Uuid>> {
    match id {
        Some(id) => q.scalar("select id from department where org = $1 and id = $2", args![org, id]).await,
        None => q.scalar("select id from department where org = $1 and name = $2", args![org, name]).await,
    }
}

/// By name.
pub async fn departments(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<DepartmentRow>> {
    let limit = filter.place(limit.into());
    let sql = format!("select id, name, version from department where {} order by name limit {limit}", filter.sql);
    q.all(&sql, filter.args).await
}
