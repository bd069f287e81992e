//! What settling reads and writes: people with their duties, items, acknowledgements; many rows a statement.

use std::collections::HashMap;
use std::fmt::Write;

use kit::db::{Query, list_places, places};
use kit::time::date_of;
use kit::{Result, Tx, args};
use sea_orm::{FromQueryResult, QueryResult, Value};
use uuid::Uuid;

use crate::standards::duties::rules::{Duty, ItemState, Person, Place, State};

/// A standard as it is in force.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ForceRow {
    pub standard: Uuid,
    pub number: i64,
    pub title: String,
    pub audience: String,
    pub days: i64,
    pub published_at: i64,
    pub withdrawn_at: Option<i64>,
    pub restored_at: Option<i64>,
    pub cursor: Option<Uuid>,
}

impl ForceRow {
    /// Did it come back after its publication? Then people are counted again, not asked by the publication.
    #[must_use]
    pub fn restored(&self) -> Option<i64> {
        self.restored_at.filter(|at| *at > self.published_at)
    }

    /// The moment from which the time for signing runs.
    #[must_use]
    pub fn since(&self) -> i64 {
        self.restored().unwrap_or(self.published_at)
    }
}

const FORCE: &str = "select s.id as standard, v.number, v.title, v.audience, v.days, v.published_at, s.withdrawn_at, s.restored_at, v.cursor \
                     from standard s join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published";

pub async fn in_force(q: &impl Query, org: Uuid, standard: Uuid) -> Result<Option<ForceRow>> {
    q.one(&format!("{FORCE} where s.org = $1 and s.id = $2"), args![org, standard]).await
}

/// Every standard in force, by id.
pub async fn all_in_force(q: &impl Query, org: Uuid) -> Result<Vec<ForceRow>> {
    q.all(&format!("{FORCE} where s.org = $1 order by s.id"), args![org]).await
}

#[derive(serde::Deserialize)]
struct OnlyMandatory {
    #[serde(default = "yes")]
    mandatory: bool,
}

fn yes() -> bool {
    true
}

fn mandatory(text: &str) -> bool {
    serde_json::from_str::<OnlyMandatory>(text).map_or(true, |t| t.mandatory)
}

/// The published items of these standards as they stand, in the order of their pages.
pub async fn items_now(q: &impl Query, org: Uuid, standards: &[Uuid]) -> Result<HashMap<Uuid, Vec<ItemState>>> {
    let mut out: HashMap<Uuid, Vec<ItemState>> = standards.iter().map(|s| (*s, Vec::new())).collect();
    for part in standards.chunks(500) {
        let mut values = args![org];
        let list = list_places(1, part.len());
        values.extend(part.iter().map(|s| Value::from(*s)));
        let sql = format!(
            "select standard, id, asked_in, retired_in, published from item where org = $1 and standard in ({list}) \
             and published is not null order by standard, place, id"
        );
        for r in q.rows(&sql, values).await? {
            let (standard, id): (Uuid, Uuid) = (r.try_get_by_index(0)?, r.try_get_by_index(1)?);
            let (asked, retired): (Option<i64>, Option<i64>) = (r.try_get_by_index(2)?, r.try_get_by_index(3)?);
            let text: String = r.try_get_by_index(4)?;
            let state = ItemState { id, asked_in: asked.unwrap_or(0), mandatory: mandatory(&text), live: retired.is_none() };
            out.entry(standard).or_default().push(state);
        }
    }
    Ok(out)
}

/// The items of a standard as each of these publications left them.
pub async fn items_at(q: &impl Query, org: Uuid, standard: Uuid, numbers: &[i64]) -> Result<HashMap<i64, Vec<ItemState>>> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = q
        .rows(
            "select v.item, v.number, v.change, v.text from item i join item_version v on v.org = i.org and v.item = i.id \
             where i.org = $1 and i.standard = $2 order by v.number, i.place, i.id",
            args![org, standard],
        )
        .await?;
    let mut out: HashMap<i64, Vec<ItemState>> = numbers.iter().map(|n| (*n, Vec::new())).collect();
    for r in rows {
        let (id, number, change): (Uuid, i64, String) = (r.try_get_by_index(0)?, r.try_get_by_index(1)?, r.try_get_by_index(2)?);
        let text: String = r.try_get_by_index(3)?;
        for (_, items) in out.iter_mut().filter(|(at, _)| number <= **at) {
            let at = match items.iter().position(|i| i.id == id) {
                Some(at) => at,
                None => {
                    items.push(ItemState { id, asked_in: number, mandatory: true, live: true });
                    items.len() - 1
                }
            };
            let item = &mut items[at];
            (item.mandatory, item.live) = (mandatory(&text), change != "retired");
            if change == "new" || change == "material" {
                item.asked_in = number;
            }
        }
    }
    Ok(out)
}

/// Which people to look at: a stretch of branches, or these.
#[derive(Clone, Debug)]
pub enum Whose<'a> {
    /// Behind the first, up to and with the second.
    Branches(Uuid, Uuid),
    These(&'a [Uuid]),
}

impl Whose<'_> {
    fn condition(&self, values: &mut Vec<Value>) -> String {
        match self {
            Self::Branches(after, last) => {
                values.extend(args![*after, *last]);
                format!("e.branch > ${} and e.branch <= ${}", values.len() - 1, values.len())
            }
            Self::These(ids) => {
                let list = list_places(values.len(), ids.len());
                values.extend(ids.iter().map(|id| Value::from(*id)));
                format!("e.id in ({list})")
            }
        }
    }
}

/// Somebody with their duty under one standard.
#[derive(Clone, Debug)]
pub struct Row {
    pub person: Person,
    pub duty: Option<(Uuid, Duty)>,
}

/// What narrows people to an audience in SQL; empty: everyone.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    pub branches: Vec<Uuid>,
    /// The positions as they are written in the table.
    pub positions: Option<Vec<String>>,
}

impl Narrow {
    fn condition(&self, values: &mut Vec<Value>) -> String {
        let mut out = String::from("1 = 1");
        if !self.branches.is_empty() {
            let list = list_places(values.len(), self.branches.len());
            values.extend(self.branches.iter().map(|b| Value::from(*b)));
            let _ = write!(out, " and e.branch in ({list})");
        }
        match &self.positions {
            None => {}
            Some(names) if names.is_empty() => out.push_str(" and 1 = 0"),
            Some(names) => {
                let list = list_places(values.len(), names.len());
                values.extend(names.iter().map(|n| Value::from(&**n)));
                let _ = write!(out, " and e.position in ({list})");
            }
        }
        out
    }
}

/// The spellings of positions that employees have.
pub async fn spellings(q: &impl Query, org: Uuid) -> Result<Vec<String>> {
    let sql = "select distinct position from employee where org = $1 and position is not null order by position";
    q.rows(sql, args![org]).await?.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// Is the employee on leave on the day that stands at this place of the arguments?
fn away(place: usize) -> String {
    format!(
        "cast(case when exists (select 1 from absence a where a.org = e.org and a.employee = e.id and a.from_day <= ${place} \
         and (a.to_day is null or a.to_day >= ${place})) then 1 else 0 end as bigint)"
    )
}

/// People of the audience, and whoever has a duty under the standard; by branch.
pub async fn rows(q: &impl Query, org: Uuid, standard: Uuid, today: i64, whose: &Whose<'_>, narrow: &Narrow) -> Result<Vec<Row>> {
    let mut values = args![org, standard, today, date_of(today).to_string()];
    let whose = whose.condition(&mut values);
    let audience = narrow.condition(&mut values);
    let sql = format!(
        "select e.id, e.branch, e.position, e.hired_on, e.left_on, {}, \
           d.id, d.seen, d.asked_in, d.due_day, d.state, d.branch, d.position, d.away \
         from employee e left join duty d on d.org = e.org and d.standard = $2 and d.employee = e.id \
         where e.org = $1 and {whose} and (d.employee is not null or ((e.left_on is null or e.left_on > $4) and {audience})) \
         order by e.branch, e.id",
        away(3)
    );
    q.rows(&sql, values).await?.iter().map(|r| row(r, today)).collect()
}

/// These people.
pub async fn people(q: &impl Query, org: Uuid, today: i64, ids: &[Uuid]) -> Result<Vec<Person>> {
    let mut values = args![org, today];
    let whose = Whose::These(ids).condition(&mut values);
    let sql = format!(
        "select e.id, e.branch, e.position, e.hired_on, e.left_on, {} from employee e \
         where e.org = $1 and {whose} order by e.branch, e.id",
        away(2)
    );
    q.rows(&sql, values).await?.iter().map(|r| person(r, today)).collect()
}

/// The standards under which these people have a duty row.
pub async fn standards_of(q: &impl Query, org: Uuid, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut values = args![org];
    let list = list_places(1, ids.len());
    values.extend(ids.iter().map(|id| Value::from(*id)));
    let sql = format!("select distinct standard from duty where org = $1 and employee in ({list})");
    q.rows(&sql, values).await?.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

fn person(r: &QueryResult, today: i64) -> Result<Person> {
    let (hired, left): (Option<String>, Option<String>) = (r.try_get_by_index(3)?, r.try_get_by_index(4)?);
    let today = date_of(today).to_string();
    let away: i64 = r.try_get_by_index(5)?;
    Ok(Person {
        id: r.try_get_by_index(0)?,
        branch: r.try_get_by_index(1)?,
        position: r.try_get_by_index(2)?,
        // On the day that somebody leaves, nothing is asked any more.
        works: hired.is_none_or(|d| d <= today) && left.is_none_or(|d| d > today),
        away: away == 1,
    })
}

fn row(r: &QueryResult, today: i64) -> Result<Row> {
    let id: Option<Uuid> = r.try_get_by_index(6)?;
    let duty = match id {
        None => None,
        Some(id) => {
            let state: String = r.try_get_by_index(10)?;
            let branch: Option<Uuid> = r.try_get_by_index(11)?;
            let position: Option<Uuid> = r.try_get_by_index(12)?;
            let duty = Duty {
                seen: r.try_get_by_index(7)?,
                asked_in: r.try_get_by_index(8)?,
                due: r.try_get_by_index(9)?,
                state: State::parse(&state).ok_or_else(|| kit::Error::Internal(format!("a stored state: {state}")))?,
                place: branch.map(|branch| Place { branch, position }),
                away: r.try_get_by_index(13)?,
            };
            Some((id, duty))
        }
    };
    Ok(Row { person: person(r, today)?, duty })
}

/// So many people at a step, at least: whole branches.
pub const STEP: i64 = 5000;

/// The branch up to which a step goes; `None` when the rest is one step.
pub async fn bound(q: &impl Query, org: Uuid, after: Uuid) -> Result<Option<Uuid>> {
    q.scalar(
        "select branch from employee where org = $1 and branch > $2 order by branch limit 1 offset $3",
        args![org, after, STEP],
    )
    .await
}

/// How many people of an audience work on a day, how many of them are on leave, and how many have a duty counted at all.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub struct Crowd {
    pub people: i64,
    pub away: i64,
    pub counted: i64,
}

pub async fn crowd(q: &impl Query, org: Uuid, standard: Uuid, today: i64, narrow: &Narrow) -> Result<Crowd> {
    let mut values = args![org, standard, today, date_of(today).to_string()];
    let audience = narrow.condition(&mut values);
    let sql = format!(
        "select cast(count(*) as bigint) as people, cast(coalesce(sum({}), 0) as bigint) as away, \
           cast(count(d.branch) as bigint) as counted \
         from employee e left join duty d on d.org = e.org and d.standard = $2 and d.employee = e.id \
         where e.org = $1 and (e.hired_on is null or e.hired_on <= $4) and (e.left_on is null or e.left_on > $4) and {audience}",
        away(3)
    );
    Ok(q.one(&sql, values).await?.unwrap_or_default())
}

/// How many people have a duty row under a standard.
pub async fn rows_of(q: &impl Query, org: Uuid, standard: Uuid) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from duty where org = $1 and standard = $2";
    Ok(q.scalar(sql, args![org, standard]).await?.unwrap_or(0))
}

/// Which publication of each of these items these people signed.
pub async fn acknowledged(q: &impl Query, org: Uuid, whose: &Whose<'_>, items: &[Uuid]) -> Result<HashMap<(Uuid, Uuid), i64>> {
    let mut out = HashMap::new();
    for part in items.chunks(5000) {
        let mut values = args![org];
        let whose = whose.condition(&mut values);
        let list = list_places(values.len(), part.len());
        values.extend(part.iter().map(|i| Value::from(*i)));
        let sql = format!(
            "select a.employee, a.item, a.number from employee e join acknowledgement a on a.org = e.org and a.employee = e.id \
             where e.org = $1 and {whose} and a.item in ({list})"
        );
        for r in q.rows(&sql, values).await? {
            out.insert((r.try_get_by_index(0)?, r.try_get_by_index(1)?), r.try_get_by_index(2)?);
        }
    }
    Ok(out)
}

/// A duty to be written: its standard, whose it is, its id (kept when there is one).
#[derive(Clone, Copy, Debug)]
pub struct Written {
    pub standard: Uuid,
    pub employee: Uuid,
    pub id: Uuid,
    pub duty: Duty,
    /// When it became what it is, where that is now.
    pub since: Option<i64>,
}

pub async fn put_duties(tx: &Tx, rows: &[Written]) -> Result<()> {
    for part in rows.chunks(400) {
        let sql = format!(
            "insert into duty (org, standard, employee, id, asked_in, due_day, state, since, seen, branch, position, away) values {} \
             on conflict (org, standard, employee) do update set asked_in = excluded.asked_in, due_day = excluded.due_day, \
             state = excluded.state, seen = excluded.seen, branch = excluded.branch, position = excluded.position, away = excluded.away, \
             since = case when excluded.since = 0 then duty.since else excluded.since end, \
             reminded_day = case when excluded.due_day = duty.due_day then duty.reminded_day else null end",
            places(tx.engine(), part.len(), 12)
        );
        let mut values = Vec::with_capacity(part.len() * 12);
        for w in part {
            let d = &w.duty;
            let (branch, position) = (d.place.map(|p| p.branch), d.place.and_then(|p| p.position));
            values.extend(args![
                tx.org(),
                w.standard,
                w.employee,
                w.id,
                d.asked_in,
                d.due,
                d.state.as_str(),
                w.since.unwrap_or(0),
                d.seen,
                branch,
                position,
                d.away
            ]);
        }
        tx.run(&sql, values).await?;
    }
    Ok(())
}

/// A step of knowledge with whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub item: Uuid,
    pub employee: Uuid,
    pub place: Place,
    pub required: i64,
    pub known: i64,
}

pub async fn put_knowledge(tx: &Tx, day: i64, rows: &[Known]) -> Result<()> {
    for part in rows.chunks(500) {
        let sql = format!(
            "insert into knowledge (org, day, item, employee, branch, position, required, known) values {}",
            places(tx.engine(), part.len(), 8)
        );
        let mut values = Vec::with_capacity(part.len() * 8);
        for k in part {
            values.extend(args![tx.org(), day, k.item, k.employee, k.place.branch, k.place.position, k.required, k.known]);
        }
        tx.run(&sql, values).await?;
    }
    Ok(())
}

pub use super::steps::{Did, again, begin_steps, end_step, lift_open, overtaken, progress, set_due};
