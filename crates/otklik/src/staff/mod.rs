//! Who does the work: employees and departments.

pub mod api;
pub mod card;
pub mod pages;
pub mod rules;
pub mod store;

#[cfg(test)]
mod tests;

use kit::db::Query;
use kit::filter::Filter;
use kit::time::day_number;
use kit::web::List;
use kit::{Actor, Error, Reach, Result, Tx, args};
use uuid::Uuid;

use crate::access::places::{Wanted, as_ref, branch_ref, cursor_id};
use crate::standards::{duties, onboarding};
use rules::{DepartmentForm, EmployeeForm};
use store::{DepartmentRow, EmployeeRow, Places};

/// Which employees are wanted.
#[derive(Clone, Debug, Default)]
pub struct Which {
    pub branch: Option<Uuid>,
    pub department: Option<Uuid>,
}

/// May the actor see this employee? A branch head the own branches, an employee the own card.
fn sees(actor: &Actor, row: &EmployeeRow) -> bool {
    match actor.reach {
        Reach::Company => true,
        Reach::OwnBranches => actor.reaches(Some(row.branch)),
        Reach::Own => actor.employee == Some(row.id),
    }
}

/// Employees by name.
///
/// # Errors
/// `Invalid` for a foreign cursor, `Forbidden` for another branch.
pub async fn employees(q: &impl Query, actor: &Actor, wanted: &Wanted, which: &Which) -> Result<List<EmployeeRow>> {
    let mut filter = Filter::of(actor.org);
    match actor.reach {
        Reach::Company => {}
        Reach::OwnBranches => filter.among("branch", &actor.branches),
        Reach::Own => filter.among("id", actor.employee.as_slice()),
    }
    if let Some(branch) = which.branch {
        if !actor.reaches(Some(branch)) {
            return Err(Error::Forbidden("other-branch"));
        }
        filter.and("branch = ?", args![branch]);
    }
    if let Some(department) = which.department {
        filter.and("department = ?", args![department]);
    }
    filter.words("search", &wanted.q);
    if let Some(parts) = &wanted.after {
        let [name, id] = parts.as_slice() else { return Err(Error::field("after", "bad-cursor")) };
        filter.and("(name, id) > (?, ?)", args![&**name, cursor_id(id)?]);
    }
    let rows = store::employees(q, filter, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.name.clone(), r.id.to_string()]))
}

/// # Errors
/// `NotFound`; `Forbidden` when the employee works in another branch.
pub async fn employee(q: &impl Query, actor: &Actor, id: Uuid) -> Result<EmployeeRow> {
    let row = store::employee(q, actor.org, id).await?.ok_or(Error::NotFound)?;
    if sees(actor, &row) { Ok(row) } else { Err(Error::Forbidden("other-branch")) }
}

/// The department that an id or a name names.
///
/// # Errors
/// Those of the database.
pub async fn department_ref(q: &impl Query, org: Uuid, text: &str) -> Result<Option<Uuid>> {
    let (id, name) = as_ref(text);
    store::department_id(q, org, id, &name).await
}

async fn places(tx: &Tx, form: &EmployeeForm) -> Result<Places> {
    let branch = branch_ref(tx, tx.org(), &form.branch).await?.ok_or_else(|| Error::field("branch", "unknown"))?;
    let department = match &form.department {
        None => None,
        Some(text) => Some(department_ref(tx, tx.org(), text).await?.ok_or_else(|| Error::field("department", "unknown"))?),
    };
    Ok(Places { branch, department })
}

/// # Errors
/// `Invalid`, also when the code is taken.
pub async fn create_employee(tx: &Tx, form: &EmployeeForm) -> Result<EmployeeRow> {
    let form = rules::check_employee(form)?;
    let places = places(tx, &form).await?;
    let id = tx.new_id();
    let done = store::insert_employee(tx, id, &form, &places).await;
    done.map_err(|e| e.on_unique("employee_code", Error::field("code", "duplicate")))?;
    tx.record("employee.created", id, None, Some(serde_json::to_value(&form)?)).await?;
    hired(tx, &[id]).await?;
    store::employee(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// What follows when people are new, whichever door they came through: who was hired lately begins a newcomer's track,
/// everybody gets the duties of their place, and the track says by which day.
///
/// # Errors
/// Those of the database.
pub async fn hired(tx: &Tx, people: &[Uuid]) -> Result<()> {
    let fresh = onboarding::people_hired(tx, people, day_number(tx.now.date(&tx.actor.zone))).await?;
    duties::people_changed(tx, people).await?;
    for employee in fresh {
        onboarding::set_days(tx, employee).await?;
    }
    Ok(())
}

/// An employee as the form that made it.
#[must_use]
pub fn employee_form(row: &EmployeeRow) -> EmployeeForm {
    let day = |t: &Option<String>| t.as_ref().and_then(|t| t.parse().ok());
    EmployeeForm {
        name: row.name.clone(),
        branch: row.branch.to_string(),
        department: row.department.map(|d| d.to_string()),
        position: row.position.clone(),
        email: row.email.clone(),
        phone: row.phone.clone(),
        hired_on: day(&row.hired_on),
        left_on: day(&row.left_on),
        code: row.code.clone(),
    }
}

/// # Errors
/// `NotFound`, `Conflict` when somebody else saved first, `Invalid`.
pub async fn edit_employee(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&EmployeeForm) -> Result<EmployeeForm>,
) -> Result<EmployeeRow> {
    let row = employee(tx, &tx.actor, id).await?;
    let before = employee_form(&row);
    let form = rules::check_employee(&change(&before)?)?;
    let places = places(tx, &form).await?;
    let done = store::update_employee(tx, id, version.unwrap_or(row.version), &form, &places).await;
    if done.map_err(|e| e.on_unique("employee_code", Error::field("code", "duplicate")))? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("employee.changed", id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    onboarding::person_changed(tx, id, day_number(tx.now.date(&tx.actor.zone))).await?;
    let place = |f: &EmployeeForm| (f.position.clone(), f.hired_on, f.left_on);
    if places.branch != row.branch || place(&before) != place(&form) {
        duties::person_changed(tx, id).await?;
        onboarding::set_days(tx, id).await?;
    }
    store::employee(tx, tx.org(), id).await?.ok_or(Error::NotFound)
}

/// Departments by name.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn departments(q: &impl Query, actor: &Actor, wanted: &Wanted) -> Result<List<DepartmentRow>> {
    let mut filter = Filter::of(actor.org);
    if let Some(parts) = &wanted.after {
        let [name] = parts.as_slice() else { return Err(Error::field("after", "bad-cursor")) };
        filter.and("name > ?", args![&**name]);
    }
    let rows = store::departments(q, filter, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.name.clone()]))
}

/// # Errors
/// `NotFound`.
pub async fn department(q: &impl Query, org: Uuid, id: Uuid) -> Result<DepartmentRow> {
    store::department(q, org, id).await?.ok_or(Error::NotFound)
}

/// # Errors
/// `Invalid`, also when the name is taken.
pub async fn create_department(tx: &Tx, form: &DepartmentForm) -> Result<DepartmentRow> {
    let form = rules::check_department(form)?;
    let id = tx.new_id();
    let done = store::insert_department(tx, id, &form.name).await;
    done.map_err(|e| e.on_unique("department_name", Error::field("name", "duplicate")))?;
    tx.record("department.created", id, None, Some(serde_json::to_value(&form)?)).await?;
    department(tx, tx.org(), id).await
}

/// # Errors
/// `NotFound`, `Conflict` when somebody else saved first, `Invalid`.
pub async fn edit_department(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&DepartmentForm) -> Result<DepartmentForm>,
) -> Result<DepartmentRow> {
    let row = department(tx, tx.org(), id).await?;
    let before = DepartmentForm { name: row.name.clone() };
    let form = rules::check_department(&change(&before)?)?;
    let done = store::update_department(tx, id, version.unwrap_or(row.version), &form.name).await;
    if done.map_err(|e| e.on_unique("department_name", Error::field("name", "duplicate")))? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("department.changed", id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    department(tx, tx.org(), id).await
}
