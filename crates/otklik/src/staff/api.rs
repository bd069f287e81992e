//! The JSON door of employees and departments.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use kit::web::{Id, Input, List, Paging, Params, if_match, patched};
use kit::{Actor, Error, Result, Role, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::Which;
use super::rules::{DepartmentForm, EmployeeForm};
use super::store::{DepartmentRow, EmployeeRow};
use crate::access::api::wanted;
use crate::access::places::branch_ref;
use crate::app::App;
use crate::thing::{Thing, changed, listed, made, shown};

/// An employee. A viewer sees no contacts.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Employee {
    pub id: Uuid,
    pub name: String,
    pub code: Option<String>,
    pub branch: Uuid,
    pub department: Option<Uuid>,
    pub position: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    #[schema(format = Date)]
    pub hired_on: Option<String>,
    #[schema(format = Date)]
    pub left_on: Option<String>,
    pub created_at: Timestamp,
    pub etag: String,
}

/// A viewer sees no contacts.
impl Thing for EmployeeRow {
    type Shown = Employee;
    const PLACE: &'static str = "employees";

    fn key(&self) -> (Uuid, i64) {
        (self.id, self.version)
    }

    fn show(self, actor: &Actor) -> Result<Employee> {
        let etag = self.tag();
        let contact = |c: Option<String>| c.filter(|_| actor.role != Role::Viewer);
        Ok(Employee {
            id: self.id,
            name: self.name,
            code: self.code,
            branch: self.branch,
            department: self.department,
            position: self.position,
            email: contact(self.email),
            phone: contact(self.phone),
            hired_on: self.hired_on,
            left_on: self.left_on,
            created_at: Timestamp(self.created_at),
            etag,
        })
    }
}

/// Which employees.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EmployeeParams {
    /// Words that must occur in name, code or position.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// A branch's id or code.
    pub branch: Option<String>,
    /// A department's id or name.
    pub department: Option<String>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

impl EmployeeParams {
    /// # Errors
    /// `Invalid` when a place is unknown.
    pub async fn which(&self, app: &App, actor: &Actor) -> Result<Which> {
        let branch = match self.branch.as_deref().filter(|b| !b.is_empty()) {
            None => None,
            Some(text) => {
                Some(branch_ref(&app.ground.db, actor.org, text).await?.ok_or_else(|| Error::field("branch", "unknown"))?)
            }
        };
        let department = match self.department.as_deref().filter(|d| !d.is_empty()) {
            None => None,
            Some(text) => {
                let id = super::department_ref(&app.ground.db, actor.org, text).await?;
                Some(id.ok_or_else(|| Error::field("department", "unknown"))?)
            }
        };
        Ok(Which { branch, department })
    }
}

/// Lists employees by name.
#[utoipa::path(get, path = "/employees", tag = "organisation", params(EmployeeParams), responses((status = 200, body = List<Employee>)))]
pub async fn employees(State(app): State<App>, actor: Actor, p: Params<EmployeeParams>) -> Result<Response> {
    let which = p.0.which(&app, &actor).await?;
    let list = super::employees(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, p.0.q)?, &which).await?;
    listed(&actor, list)
}

/// Makes an employee.
#[utoipa::path(post, path = "/employees", tag = "organisation", request_body = EmployeeForm, responses((status = 201, body = Employee)))]
pub async fn create_employee(State(app): State<App>, actor: Actor, form: Input<EmployeeForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::create_employee(&tx, &form.0).await?;
    made(tx, row).await
}

/// Shows an employee.
#[utoipa::path(get, path = "/employees/{id}", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 200, body = Employee)))]
pub async fn employee(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::employee(&app.ground.db, &actor, id.0).await?;
    shown(&actor, row)
}

/// Changes an employee (JSON merge patch).
#[utoipa::path(patch, path = "/employees/{id}", tag = "organisation", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Employee)))]
pub async fn edit_employee(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    headers: HeaderMap,
    patch: Input<Json>,
) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::edit_employee(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    changed(tx, row).await
}

/// A department.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Department {
    pub id: Uuid,
    pub name: String,
    pub etag: String,
}

impl Thing for DepartmentRow {
    type Shown = Department;
    const PLACE: &'static str = "departments";

    fn key(&self) -> (Uuid, i64) {
        (self.id, self.version)
    }

    fn show(self, _: &Actor) -> Result<Department> {
        let etag = self.tag();
        Ok(Department { id: self.id, name: self.name, etag })
    }
}

/// Lists departments by name.
#[utoipa::path(get, path = "/departments", tag = "organisation", params(Paging), responses((status = 200, body = List<Department>)))]
pub async fn departments(State(app): State<App>, actor: Actor, p: Params<Paging>) -> Result<Response> {
    let list = super::departments(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, None)?).await?;
    listed(&actor, list)
}

/// Makes a department.
#[utoipa::path(post, path = "/departments", tag = "organisation", request_body = DepartmentForm, responses((status = 201, body = Department)))]
pub async fn create_department(State(app): State<App>, actor: Actor, form: Input<DepartmentForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::create_department(&tx, &form.0).await?;
    made(tx, row).await
}

/// Shows a department.
#[utoipa::path(get, path = "/departments/{id}", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 200, body = Department)))]
pub async fn department(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::department(&app.ground.db, actor.org, id.0).await?;
    shown(&actor, row)
}

/// Renames a department (JSON merge patch).
#[utoipa::path(patch, path = "/departments/{id}", tag = "organisation", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Department)))]
pub async fn edit_department(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    headers: HeaderMap,
    patch: Input<Json>,
) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::edit_department(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    changed(tx, row).await
}
