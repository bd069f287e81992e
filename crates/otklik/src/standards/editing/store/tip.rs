//! What a branch knows least.

use jiff::civil::Date;
use kit::db::Query;
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// Who works in a branch, or in the company, on a day.
const HERE: &str =
    "($2 = 0 or e.branch = $3) and (e.hired_on is null or e.hired_on <= $4) and (e.left_on is null or e.left_on > $4)";

fn places(org: Uuid, branch: Option<Uuid>, day: Date) -> Vec<Value> {
    args![org, i64::from(branch.is_some()), branch.unwrap_or_default(), day.to_string()]
}

/// How many people work there on this day.
pub async fn people(q: &impl Query, org: Uuid, branch: Option<Uuid>, day: Date) -> Result<i64> {
    let sql = format!("select cast(count(*) as bigint) from employee e where e.org = $1 and {HERE}");
    Ok(q.scalar(&sql, places(org, branch, day)).await?.unwrap_or(0))
}

/// A rule in force, and how many of the people have signed it.
#[derive(FromQueryResult)]
pub struct Row {
    pub id: Uuid,
    pub standard: Uuid,
    pub title: String,
    pub published: String,
    pub known: i64,
}

/// Rules in force, those that fewest of these people have signed first.
pub async fn least_known(q: &impl Query, org: Uuid, branch: Option<Uuid>, day: Date) -> Result<Vec<Row>> {
    let sql = format!(
        "select i.id, i.standard, v.title, i.published, cast(coalesce(k.known, 0) as bigint) as known from item i
         join standard s on s.org = i.org and s.id = i.standard
         join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published
         left join (select a.item, count(*) as known from acknowledgement a
                    join item w on w.org = a.org and w.id = a.item and a.number >= w.asked_in
                    join employee e on e.org = a.org and e.id = a.employee and {HERE}
                    where a.org = $1 group by a.item) k on k.item = i.id
         where i.org = $1 and i.published is not null and i.retired_in is null and s.withdrawn_at is null
         order by coalesce(k.known, 0), i.id limit 5000"
    );
    q.all(&sql, places(org, branch, day)).await
}
