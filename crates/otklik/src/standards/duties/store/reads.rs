//! Reading duties: of a standard, of a person, of those who are late; the steps of knowledge; positions.

use std::collections::HashMap;

use kit::db::{Query, list_places};
use kit::filter::Filter;
use kit::{Result, Tx, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::people::Known;
use crate::standards::duties::rules::Place;

/// A duty with the names around it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DutyRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub title: String,
    pub employee: Uuid,
    pub name: String,
    pub branch: Uuid,
    pub asked_in: i64,
    pub due_day: i64,
    pub state: String,
    pub since: i64,
    /// The version in force.
    pub published: i64,
}

const DUTY: &str = "select d.id, d.standard, v.title, d.employee, e.name, e.branch, d.asked_in, d.due_day, d.state, d.since, \
                    coalesce(s.published, 0) as published from duty d \
                    join standard s on s.org = d.org and s.id = d.standard join employee e on e.org = d.org and e.id = d.employee \
                    join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published";

/// The filter speaks of `d` and `e`; by employee.
pub async fn of_standard(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<DutyRow>> {
    let limit = filter.place(limit.into());
    q.all(&format!("{DUTY} where d.{} order by d.employee limit {limit}", filter.sql), filter.args).await
}

/// Somebody's duties: the open ones first, by their day.
pub async fn of_person(q: &impl Query, org: Uuid, employee: Uuid) -> Result<Vec<DutyRow>> {
    let sql = format!(
        "{DUTY} where d.org = $1 and d.employee = $2 order by case d.state when 'pending' then 0 when 'signed' then 1 else 2 end, d.due_day, d.id"
    );
    q.all(&sql, args![org, employee]).await
}

/// What somebody still has to sign, the nearest day first.
pub async fn open_of(q: &impl Query, org: Uuid, employee: Uuid, limit: i64) -> Result<Vec<DutyRow>> {
    let sql =
        format!("{DUTY} where d.org = $1 and d.employee = $2 and d.state = 'pending' order by d.due_day, d.standard limit $3");
    q.all(&sql, args![org, employee, limit]).await
}

pub async fn one(q: &impl Query, org: Uuid, standard: Uuid, employee: Uuid) -> Result<Option<DutyRow>> {
    q.one(&format!("{DUTY} where d.org = $1 and d.standard = $2 and d.employee = $3"), args![org, standard, employee]).await
}

/// Each part of one list with each part of the other.
fn crossed<'a, A, B>(a: &'a [A], by_a: usize, b: &'a [B], by_b: usize) -> Vec<(&'a [A], &'a [B])> {
    a.chunks(by_a).flat_map(|x| b.chunks(by_b).map(move |y| (x, y))).collect()
}

/// Which versions of which items these people signed: `(employee, item, number)`.
pub async fn signed(q: &impl Query, org: Uuid, employees: &[Uuid], items: &[Uuid]) -> Result<Vec<(Uuid, Uuid, i64)>> {
    let mut out = Vec::new();
    for (people, items) in crossed(employees, 500, items, 5000) {
        let mut values = args![org];
        let people_list = list_places(1, people.len());
        values.extend(people.iter().map(|p| Value::from(*p)));
        let item_list = list_places(values.len(), items.len());
        values.extend(items.iter().map(|i| Value::from(*i)));
        let sql = format!(
            "select employee, item, number from acknowledgement where org = $1 and employee in ({people_list}) and item in ({item_list})"
        );
        for r in q.rows(&sql, values).await? {
            out.push((r.try_get_by_index(0)?, r.try_get_by_index(1)?, r.try_get_by_index(2)?));
        }
    }
    Ok(out)
}

/// An open duty whose day comes or has passed, with where its person reads mail.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DueRow {
    pub id: Uuid,
    pub employee: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub title: String,
    pub due_day: i64,
    pub since: i64,
    pub reminded_day: Option<i64>,
}

/// By employee, behind one.
pub async fn due(q: &impl Query, org: Uuid, today: i64, after: Uuid, limit: i64) -> Result<Vec<DueRow>> {
    q.all(
        "select d.id, d.employee, e.name, coalesce(e.email, (select min(m.email) from member m where m.org = e.org and m.employee = e.id \
           and m.state = 'active')) as email, v.title, d.due_day, d.since, d.reminded_day \
         from duty d join employee e on e.org = d.org and e.id = d.employee join standard s on s.org = d.org and s.id = d.standard \
         join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published \
         where d.org = $1 and d.state = 'pending' and d.due_day <= $2 and (d.reminded_day is null or d.reminded_day < $3) \
           and d.employee > $4 order by d.employee, d.due_day, d.id limit $5",
        args![org, today + 2, today, after, limit],
    )
    .await
}

/// Marks a duty as reminded of; false when somebody else did, or it changed meanwhile.
pub async fn mark_reminded(tx: &Tx, id: Uuid, due: i64, today: i64, before: Option<i64>) -> Result<bool> {
    let n = tx
        .run(
            "update duty set reminded_day = $4 where org = $1 and id = $2 and due_day = $3 and state = 'pending' \
             and coalesce(reminded_day, -1000000) = $5",
            args![tx.org(), id, due, today, before.unwrap_or(-1_000_000)],
        )
        .await?;
    Ok(n == 1)
}

/// Steps of knowledge behind a place: `(seq, day, step)`.
pub async fn steps(q: &impl Query, org: Uuid, after: i64, limit: i64) -> Result<Vec<(i64, i64, Known)>> {
    let sql = "select seq, day, item, employee, branch, position, required, known from knowledge \
               where org = $1 and seq > $2 order by seq limit $3";
    let rows = q.rows(sql, args![org, after, limit]).await?;
    rows.iter()
        .map(|r| {
            let place = Place { branch: r.try_get_by_index(4)?, position: r.try_get_by_index(5)? };
            let step = Known {
                item: r.try_get_by_index(2)?,
                employee: r.try_get_by_index(3)?,
                place,
                required: r.try_get_by_index(6)?,
                known: r.try_get_by_index(7)?,
            };
            Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?, step))
        })
        .collect()
}

/// Steps by item, branch, position and day, added up: for what the cells do not hold.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StepRow {
    pub item: Uuid,
    pub branch: Uuid,
    pub position: Option<Uuid>,
    pub day: i64,
    pub required: i64,
    pub known: i64,
}

/// Steps in these branches (all when `None`) before a day.
pub async fn steps_in(q: &impl Query, org: Uuid, branches: Option<&[Uuid]>, before: i64) -> Result<Vec<StepRow>> {
    let mut values = args![org, before];
    let tail = match branches {
        None => String::new(),
        Some([]) => return Ok(Vec::new()),
        Some(ids) => {
            let list = list_places(2, ids.len());
            values.extend(ids.iter().map(|i| Value::from(*i)));
            format!(" and branch in ({list})")
        }
    };
    let sql = format!(
        "select item, branch, position, day, cast(sum(required) as bigint) as required, cast(sum(known) as bigint) as known \
         from knowledge where org = $1 and day < $2{tail} group by item, branch, position, day"
    );
    q.all(&sql, values).await
}

/// Something with a name, for reports.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NamedRow {
    pub id: Uuid,
    pub name: String,
}

/// Branches by name.
pub async fn branches(q: &impl Query, org: Uuid) -> Result<Vec<NamedRow>> {
    q.all("select id, name from branch where org = $1 order by name, id", args![org]).await
}

/// The items in force with their standards: `(item, standard, text)` by the page of the standard.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ItemRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub title: String,
    pub text: String,
}

pub async fn items(q: &impl Query, org: Uuid) -> Result<Vec<ItemRow>> {
    q.all(
        "select i.id, i.standard, v.title, i.published as text from item i join standard s on s.org = i.org and s.id = i.standard \
         join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published where i.org = $1 and i.published is not null and i.retired_in is null order by s.id, i.place, i.id",
        args![org],
    )
    .await
}

/// The published texts of these items: `(item, number, text)`, oldest first.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TextRow {
    pub item: Uuid,
    pub number: i64,
    pub text: String,
}

pub async fn texts(q: &impl Query, org: Uuid, items: &[Uuid]) -> Result<Vec<TextRow>> {
    let mut out = Vec::new();
    for part in items.chunks(5000) {
        let mut values = args![org];
        let list = list_places(1, part.len());
        values.extend(part.iter().map(|i| Value::from(*i)));
        let sql =
            format!("select item, number, text from item_version where org = $1 and item in ({list}) order by item, number");
        out.extend(q.all::<TextRow>(&sql, values).await?);
    }
    Ok(out)
}

/// Who is late and with what, the longest first; in these branches (all when `None`).
pub async fn late(q: &impl Query, org: Uuid, branches: Option<&[Uuid]>, today: i64, limit: i64) -> Result<(i64, Vec<DutyRow>)> {
    let mut filter = Filter::of(org);
    filter.and("d.state = 'pending' and d.due_day < ?", args![today]);
    if let Some(ids) = branches {
        filter.among("e.branch", ids);
    }
    let count = format!(
        "select cast(count(*) as bigint) from duty d join employee e on e.org = d.org and e.id = d.employee where d.{}",
        filter.sql
    );
    let total: i64 = q.scalar(&count, filter.args.clone()).await?.unwrap_or(0);
    let limit = filter.place(limit.into());
    let rows = q
        .all(&format!("{DUTY} where d.{} order by d.due_day, d.employee, d.standard limit {limit}", filter.sql), filter.args)
        .await?;
    Ok((total, rows))
}

/// How many duties of a standard stand where, by branch.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TallyRow {
    pub branch: Uuid,
    pub name: String,
    pub signed: i64,
    pub pending: i64,
    pub overdue: i64,
}

/// The branches with the most who are late first.
pub async fn tally(q: &impl Query, org: Uuid, standard: Uuid, branches: Option<&[Uuid]>, today: i64) -> Result<Vec<TallyRow>> {
    let mut filter = Filter::of(org);
    filter.and("d.standard = ? and d.state <> 'lifted' and d.branch is not null", args![standard]);
    if let Some(ids) = branches {
        filter.among("d.branch", ids);
    }
    let today = filter.place(today.into());
    let sql = format!(
        "select d.branch, b.name, cast(sum(case when d.state = 'signed' then 1 else 0 end) as bigint) as signed, \
           cast(sum(case when d.state = 'pending' and d.due_day >= {today} then 1 else 0 end) as bigint) as pending, \
           cast(sum(case when d.state = 'pending' and d.due_day < {today} then 1 else 0 end) as bigint) as overdue \
         from duty d join branch b on b.org = d.org and b.id = d.branch where d.{} group by d.branch, b.name \
         order by 5 desc, 4 desc, b.name, d.branch",
        filter.sql
    );
    q.all(&sql, filter.args).await
}

/// Where an employee works and what they are called.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EmployeeRow {
    pub id: Uuid,
    pub name: String,
    pub branch: Uuid,
    pub position: Option<String>,
}

pub async fn employee(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<EmployeeRow>> {
    q.one("select id, name, branch, position from employee where org = $1 and id = $2", args![org, id]).await
}

/// The employee that an id or a code names.
pub async fn employee_ref(q: &impl Query, org: Uuid, text: &str) -> Result<Option<EmployeeRow>> {
    let id = Uuid::try_parse(text).unwrap_or_default();
    q.one("select id, name, branch, position from employee where org = $1 and (code = $2 or id = $3)", args![org, text, id]).await
}

/// How many duties of somebody are open.
pub async fn open_count(q: &impl Query, org: Uuid, employee: Uuid) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from duty where org = $1 and employee = $2 and state = 'pending'";
    Ok(q.scalar(sql, args![org, employee]).await?.unwrap_or(0))
}

/// Which standard each item of a company belongs to, retired ones too.
pub async fn standards(q: &impl Query, org: Uuid) -> Result<HashMap<Uuid, Uuid>> {
    let rows = q.rows("select id, standard from item where org = $1", args![org]).await?;
    rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?))).collect()
}
