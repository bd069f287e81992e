//! Rows of tracks and newcomers, and what is known of them elsewhere.

use kit::db::{Query, list_places};
use kit::filter::Filter;
use kit::{Result, Tx, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub struct TrackRow {
    pub id: Uuid,
    pub title: String,
    pub positions: String,
    pub steps: String,
    pub active: bool,
    pub version: i64,
    pub created_at: i64,
}

const TRACK: &str = "id, title, positions, steps, active, version, created_at";

pub async fn track(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<TrackRow>> {
    q.one(&format!("select {TRACK} from track where org = $1 and id = $2"), args![org, id]).await
}

/// Newest first.
pub async fn tracks(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<TrackRow>> {
    let limit = filter.place(limit.into());
    q.all(&format!("select {TRACK} from track where {} order by id desc limit {limit}", filter.sql), filter.args).await
}

/// Tracks that begin for new people, oldest first.
pub async fn active_tracks(q: &impl Query, org: Uuid) -> Result<Vec<TrackRow>> {
    q.all(&format!("select {TRACK} from track where org = $1 and active = true order by id"), args![org]).await
}

pub async fn insert_track(tx: &Tx, row: &TrackRow) -> Result<()> {
    tx.run(
        "insert into track (org, id, title, positions, steps, active, created_at) values ($1,$2,$3,$4,$5,$6,$7)",
        args![tx.org(), row.id, &*row.title, &*row.positions, &*row.steps, row.active, row.created_at],
    )
    .await?;
    Ok(())
}

/// Changes a track that is still as it was read.
pub async fn update_track(tx: &Tx, version: i64, row: &TrackRow) -> Result<u64> {
    tx.run(
        "update track set title = $4, positions = $5, steps = $6, active = $7, version = version + 1 \
         where org = $1 and id = $2 and version = $3",
        args![tx.org(), row.id, version, &*row.title, &*row.positions, &*row.steps, row.active],
    )
    .await
}

/// Which of these standards, or quizzes, the company has.
pub async fn known(q: &impl Query, org: Uuid, table: &'static str, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut filter = Filter::of(org);
    filter.among("id", ids);
    let rows = q.rows(&format!("select id from {table} where {}", filter.sql), filter.args).await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// What a hire is judged by.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PersonRow {
    pub id: Uuid,
    pub branch: Uuid,
    pub position: Option<String>,
    pub hired_on: Option<String>,
    pub left_on: Option<String>,
}

pub async fn person(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<PersonRow>> {
    q.one("select id, branch, position, hired_on, left_on from employee where org = $1 and id = $2", args![org, id]).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct NewcomerRow {
    pub id: Uuid,
    pub track: Uuid,
    pub track_title: String,
    pub employee: Uuid,
    pub name: String,
    pub branch: Uuid,
    pub branch_name: String,
    pub position: Option<String>,
    pub left_on: Option<String>,
    pub started_day: i64,
    pub steps: String,
    pub state: String,
    pub closed_at: Option<i64>,
    pub version: i64,
}

const NEWCOMER: &str = "n.id, n.track, t.title as track_title, n.employee, e.name, e.branch, b.name as branch_name, e.position, e.left_on, \
     n.started_day, n.steps, n.state, n.closed_at, n.version \
     from newcomer n join track t on t.org = n.org and t.id = n.track join employee e on e.org = n.org and e.id = n.employee \
     join branch b on b.org = n.org and b.id = e.branch";

pub async fn newcomer(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<NewcomerRow>> {
    q.one(&format!("select {NEWCOMER} where n.org = $1 and n.id = $2"), args![org, id]).await
}

/// Which newcomers are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub employee: Option<Uuid>,
    /// `None`: of every branch.
    pub branches: Option<Vec<Uuid>>,
    pub state: Option<String>,
    pub before: Option<Uuid>,
    pub limit: i64,
}

/// Newcomers, those who began last first.
pub async fn newcomers(q: &impl Query, org: Uuid, wanted: &Wanted) -> Result<Vec<NewcomerRow>> {
    let mut sql = format!("select {NEWCOMER} where n.org = $1");
    let mut values = args![org];
    for (column, value) in [("n.employee =", wanted.employee), ("n.id <", wanted.before)] {
        if let Some(value) = value {
            values.push(value.into());
            sql.push_str(&format!(" and {column} ${}", values.len()));
        }
    }
    if let Some(state) = &wanted.state {
        values.push(state.as_str().into());
        sql.push_str(&format!(" and n.state = ${}", values.len()));
    }
    if let Some(branches) = &wanted.branches {
        if branches.is_empty() {
            return Ok(Vec::new());
        }
        sql.push_str(&format!(" and e.branch in ({})", list_places(values.len(), branches.len())));
        values.extend(branches.iter().map(|b| Value::from(*b)));
    }
    values.push(wanted.limit.into());
    sql.push_str(&format!(" order by n.id desc limit ${}", values.len()));
    q.all(&sql, values).await
}

/// Begins a track; 0 when this person has begun it before.
pub async fn insert_newcomer(tx: &Tx, id: Uuid, track: Uuid, employee: Uuid, started_day: i64, steps: &str) -> Result<u64> {
    tx.run(
        "insert into newcomer (org, id, track, employee, started_day, steps, state) values ($1,$2,$3,$4,$5,$6,'running') \
         on conflict (org, track, employee) do nothing",
        args![tx.org(), id, track, employee, started_day, steps],
    )
    .await
}

/// Keeps what became of the steps, when nobody else did meanwhile.
pub async fn update_steps(tx: &Tx, id: Uuid, version: i64, steps: &str, state: &str, closed_at: Option<i64>) -> Result<u64> {
    tx.run(
        "update newcomer set steps = $4, state = $5, closed_at = $6, version = version + 1 where org = $1 and id = $2 and version = $3",
        args![tx.org(), id, version, steps, state, closed_at],
    )
    .await
}

/// Moves the tracks of a person from one state to another; says which.
pub async fn set_state(tx: &Tx, employee: Uuid, from: &str, to: &str, closed_at: Option<i64>) -> Result<u64> {
    tx.run(
        "update newcomer set state = $4, closed_at = $5, version = version + 1 where org = $1 and employee = $2 and state = $3",
        args![tx.org(), employee, from, to, closed_at],
    )
    .await
}

/// The first working day was another.
pub async fn set_start(tx: &Tx, employee: Uuid, day: i64) -> Result<u64> {
    tx.run(
        "update newcomer set started_day = $3, version = version + 1 \
         where org = $1 and employee = $2 and state = 'running' and started_day <> $3",
        args![tx.org(), employee, day],
    )
    .await
}

/// Something that a person did on a day, or a stretch of days.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FactRow {
    pub employee: Uuid,
    pub thing: Uuid,
    pub at: i64,
}

async fn facts(q: &impl Query, org: Uuid, head: &str, tail: &str, people: &[Uuid]) -> Result<Vec<FactRow>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = args![org];
    let list = list_places(1, people.len());
    values.extend(people.iter().map(|p| Value::from(*p)));
    q.all(&format!("{head} where org = $1 and employee in ({list}) {tail}"), values).await
}

/// Standards that were withdrawn, and the quizzes on them: nobody reads or takes these any more.
pub async fn gone(q: &impl Query, org: Uuid) -> Result<Vec<Uuid>> {
    let sql = "select id from standard where org = $1 and withdrawn_at is not null \
               union all select z.id from quiz z join standard s on s.org = z.org and s.id = z.standard \
               where z.org = $1 and s.withdrawn_at is not null";
    let rows = q.rows(sql, args![org]).await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// Of these people, those who were hired on a day or later.
pub async fn hired_since(q: &impl Query, org: Uuid, people: &[Uuid], day: &str) -> Result<Vec<Uuid>> {
    let mut out = Vec::new();
    for part in people.chunks(500) {
        let mut filter = Filter::of(org);
        filter.and("hired_on >= ?", args![day]);
        filter.among("id", part);
        let rows = q.rows(&format!("select id from employee where {} order by id", filter.sql), filter.args).await?;
        for r in rows {
            out.push(r.try_get_by_index(0)?);
        }
    }
    Ok(out)
}

/// When these people signed each standard first.
pub async fn signed(q: &impl Query, org: Uuid, people: &[Uuid]) -> Result<Vec<FactRow>> {
    let head = "select employee, standard as thing, cast(min(at) as bigint) as at from signature";
    facts(q, org, head, "group by employee, standard", people).await
}

/// When these people passed each quiz first.
pub async fn passed(q: &impl Query, org: Uuid, people: &[Uuid]) -> Result<Vec<FactRow>> {
    let head = "select employee, quiz as thing, cast(min(submitted_at) as bigint) as at from attempt";
    facts(q, org, head, "and passed = true group by employee, quiz", people).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct AwayRow {
    pub employee: Uuid,
    pub from_day: i64,
    pub to_day: Option<i64>,
}

/// The days when these people were away.
pub async fn away(q: &impl Query, org: Uuid, people: &[Uuid]) -> Result<Vec<AwayRow>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = args![org];
    let list = list_places(1, people.len());
    values.extend(people.iter().map(|p| Value::from(*p)));
    q.all(&format!("select employee, from_day, to_day from absence where org = $1 and employee in ({list})"), values).await
}

/// Somebody who came lately and is on no track.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FreshRow {
    pub id: Uuid,
    pub name: String,
    pub branch_name: String,
    pub position: Option<String>,
}

/// People hired since a day who are on no track, by name; `None`: of every branch.
pub async fn fresh(q: &impl Query, org: Uuid, since: &str, today: &str, branches: Option<&[Uuid]>) -> Result<Vec<FreshRow>> {
    let mut values = args![org, since, today];
    let mut tail = String::new();
    if let Some(branches) = branches {
        if branches.is_empty() {
            return Ok(Vec::new());
        }
        tail = format!(" and e.branch in ({})", list_places(values.len(), branches.len()));
        values.extend(branches.iter().map(|b| Value::from(*b)));
    }
    let sql = format!(
        "select e.id, e.name, b.name as branch_name, e.position from employee e join branch b on b.org = e.org and b.id = e.branch \
         where e.org = $1 and e.hired_on >= $2 and (e.left_on is null or e.left_on > $3) \
         and not exists (select 1 from newcomer n where n.org = e.org and n.employee = e.id){tail} order by e.name, e.id limit 200"
    );
    q.all(&sql, values).await
}
