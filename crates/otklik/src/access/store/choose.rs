//! Branches and employees as somebody chooses among them.

use kit::db::Query;
use kit::filter::Filter;
use kit::{Actor, Reach, Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::access::choose::What;

/// One that can be chosen.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Choosable {
    pub id: Uuid,
    pub name: String,
    /// The code; for an employee without one the branch.
    pub more: String,
}

fn table(what: What) -> (&'static str, &'static str) {
    match what {
        What::Branch | What::OpenBranch => ("branch", "code"),
        What::Employee => (
            "employee",
            "coalesce(code, (select b.name from branch b where b.org = employee.org and b.id = employee.branch), '')",
        ),
    }
}

/// What this reader may choose among.
#[must_use]
pub fn own(actor: &Actor, what: What) -> Filter {
    let mut filter = Filter::of(actor.org);
    match (what, actor.reach) {
        (_, Reach::Company) => {}
        (What::Branch | What::OpenBranch, _) => filter.among("id", &actor.branches),
        (What::Employee, Reach::OwnBranches) => filter.among("branch", &actor.branches),
        (What::Employee, Reach::Own) => filter.among("id", actor.employee.as_slice()),
    }
    if what == What::OpenBranch {
        filter.and("closed_at is null", args![]);
    }
    filter
}

/// By name, namesakes by what tells them apart.
pub async fn list(q: &impl Query, what: What, mut filter: Filter, limit: i64) -> Result<Vec<Choosable>> {
    let limit = filter.place(limit.into());
    let (table, more) = table(what);
    let sql = format!("select id, name, {more} as more from {table} where {} order by name, id limit {limit}", filter.sql);
    let mut rows: Vec<Choosable> = q.all(&sql, filter.args).await?;
    for namesakes in rows.chunk_by_mut(|a, b| a.name == b.name) {
        namesakes.sort_by(|a, b| a.more.cmp(&b.more));
    }
    Ok(rows)
}

/// The one of that id, whoever asks: what is chosen already must not be lost.
pub async fn one(q: &impl Query, org: Uuid, what: What, id: Uuid) -> Result<Option<Choosable>> {
    let mut filter = Filter::of(org);
    filter.and("id = ?", args![id]);
    Ok(list(q, what, filter, 1).await?.pop())
}
