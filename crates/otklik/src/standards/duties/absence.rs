//! Time away: nothing is asked of somebody who is not there.

use jiff::civil::Date;
use kit::db::Query;
use kit::time::{date_of, day_number};
use kit::web::List;
use kit::{Actor, Error, Faults, Result, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::settle::person_changed;
use super::store::absences as store;
use super::store::absences::AbsenceRow;
use super::{may_see, store::reads};

/// A leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceForm {
    /// The first day away.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day away; not known yet when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

fn check(form: &AbsenceForm) -> Result<()> {
    let mut faults = Faults::default();
    for (field, day) in [("from", Some(form.from)), ("to", form.to)] {
        if day.is_some_and(|d| !(1990..=2200).contains(&d.year())) {
            faults.add(field, "bad-day");
        }
    }
    if form.to.is_some_and(|to| to < form.from) {
        faults.add("to", "absence-ends-before");
    }
    faults.check()
}

/// Somebody's leaves, the latest first.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Invalid` for a foreign cursor.
pub async fn list(
    q: &impl Query,
    actor: &Actor,
    employee: Uuid,
    limit: i64,
    after: Option<Vec<String>>,
) -> Result<List<AbsenceRow>> {
    may_see(q, actor, employee).await?;
    let bad = || Error::field("after", "bad-cursor");
    let behind = match after.as_deref() {
        None => None,
        Some([day, id]) => Some((day.parse().map_err(|_| bad())?, Uuid::try_parse(id).map_err(|_| bad())?)),
        Some(_) => return Err(bad()),
    };
    let rows = store::list(q, actor.org, employee, behind, limit + 1).await?;
    Ok(List::cut(rows, limit, |r| vec![r.from_day.to_string(), r.id.to_string()]))
}

/// Enters a leave: what is open is lifted while it lasts.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`.
pub async fn create(tx: &Tx, employee: Uuid, form: &AbsenceForm) -> Result<AbsenceRow> {
    let person = reads::employee(tx, tx.org(), employee).await?.ok_or(Error::NotFound)?;
    if !tx.actor.reaches(Some(person.branch)) {
        return Err(Error::Forbidden("other-branch"));
    }
    check(form)?;
    let row = AbsenceRow {
        id: tx.new_id(),
        employee,
        from_day: day_number(form.from),
        to_day: form.to.map(day_number),
        created_at: tx.now.0,
    };
    store::insert(tx, &row).await?;
    tx.record("absence.created", row.id, None, Some(shape(&row))).await?;
    person_changed(tx, employee).await?;
    Ok(row)
}

/// Takes a leave back: what it lifted is asked again, with new time.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn remove(tx: &Tx, id: Uuid) -> Result<AbsenceRow> {
    let row = store::find(tx, tx.org(), id).await?.ok_or(Error::NotFound)?;
    let person = reads::employee(tx, tx.org(), row.employee).await?.ok_or(Error::NotFound)?;
    if !tx.actor.reaches(Some(person.branch)) {
        return Err(Error::Forbidden("other-branch"));
    }
    if !store::remove(tx, id).await? {
        return Err(Error::NotFound);
    }
    tx.record("absence.removed", id, Some(shape(&row)), None).await?;
    person_changed(tx, row.employee).await?;
    Ok(row)
}

fn shape(row: &AbsenceRow) -> serde_json::Value {
    let day = |d: i64| date_of(d).to_string();
    serde_json::json!({"employee": row.employee, "from": day(row.from_day), "to": row.to_day.map(day)})
}
