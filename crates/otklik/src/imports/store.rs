//! Rows of imports.

use kit::db::{Query, list_places};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// An import as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ImportRow {
    pub id: Uuid,
    pub kind: String,
    pub map: String,
    pub file_name: String,
    pub file_size: i64,
    pub state: String,
    pub rows_total: i64,
    pub rows_done: i64,
    pub accepted: i64,
    pub duplicates: i64,
    pub rejected: i64,
    pub errors: String,
    pub found: Option<String>,
    pub rejects_size: i64,
    pub failure: Option<String>,
    pub member: Option<Uuid>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
}

const IMPORT: &str = "id, kind, map, file_name, file_size, state, rows_total, rows_done, accepted, duplicates, rejected, errors, found, \
                      rejects_size, failure, member, created_at, finished_at";

pub async fn insert(q: &impl Query, org: Uuid, row: &ImportRow) -> Result<()> {
    q.run(
        "insert into import (org, id, kind, map, file_name, file_size, state, member, created_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        args![org, row.id, &*row.kind, &*row.map, &*row.file_name, row.file_size, &*row.state, row.member, row.created_at],
    )
    .await?;
    Ok(())
}

pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<ImportRow>> {
    q.one(&format!("select {IMPORT} from import where org = $1 and id = $2"), args![org, id]).await
}

/// Newest first.
pub async fn list(q: &impl Query, org: Uuid, before: Option<Uuid>, limit: i64) -> Result<Vec<ImportRow>> {
    let sql = format!("select {IMPORT} from import where org = $1 and ($2 = 0 or id < $3) order by id desc limit $4");
    q.all(&sql, args![org, i64::from(before.is_some()), before.unwrap_or_default(), limit]).await
}

/// The maps of this kind that were used last, newest first: to suggest again for the same headings.
pub async fn maps(q: &impl Query, org: Uuid, kind: &str) -> Result<Vec<String>> {
    let rows = q
        .rows(
            "select map from import where org = $1 and kind = $2 and state = 'done' order by id desc limit 20",
            args![org, kind],
        )
        .await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// Begins or goes on; what was found at the first look is kept.
pub async fn running(q: &impl Query, org: Uuid, id: Uuid, rows_total: i64, found: &str) -> Result<bool> {
    let n = q
        .run(
            "update import set state = 'running', rows_total = $3, found = $4 where org = $1 and id = $2 and state in ('queued', 'running')",
            args![org, id, rows_total, found],
        )
        .await?;
    Ok(n == 1)
}

/// Moves on from a row to a later one, if nobody else did.
pub async fn advance(q: &impl Query, org: Uuid, was: i64, row: &ImportRow) -> Result<bool> {
    let n = q
        .run(
            "update import set rows_done = $4, accepted = $5, duplicates = $6, rejected = $7, errors = $8, rejects_size = $9
             where org = $1 and id = $2 and state = 'running' and rows_done = $3",
            args![org, row.id, was, row.rows_done, row.accepted, row.duplicates, row.rejected, &*row.errors, row.rejects_size],
        )
        .await?;
    Ok(n == 1)
}

/// Ends in one of the two known states; says whether it was this call that ended it.
pub async fn finish(q: &impl Query, org: Uuid, row: &ImportRow, at: i64) -> Result<bool> {
    let n = q
        .run(
            "update import set state = $3, failure = $4, errors = $5, rejected = $6, rejects_size = $7, rows_total = $8, finished_at = $9
             where org = $1 and id = $2 and state in ('queued', 'running')",
            args![
                org, row.id, &*row.state, row.failure.clone(), &*row.errors, row.rejected, row.rejects_size, row.rows_total, at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// The name of whoever began an import.
pub async fn member_name(q: &impl Query, org: Uuid, member: Option<Uuid>) -> Result<Option<String>> {
    q.scalar("select name from member where org = $1 and id = $2", args![org, member]).await
}

/// Puts off the job that takes over when this process dies.
pub async fn put_off(q: &impl Query, dedup: &str, run_at: i64) -> Result<()> {
    q.run("update job set run_at = $2 where dedup = $1 and leased_until is null", args![dedup, run_at]).await?;
    Ok(())
}

/// The job that waited in case this process dies is no longer needed. One that is being worked on ends by itself.
pub async fn drop_own_job(q: &impl Query, dedup: &str) -> Result<()> {
    q.run("delete from job where dedup = $1 and leased_until is null", args![dedup]).await?;
    Ok(())
}

/// A job that works on and on keeps its claim.
pub async fn hold(q: &impl Query, dedup: &str, until: i64) -> Result<()> {
    q.run("update job set leased_until = $2 where dedup = $1 and leased_until is not null", args![dedup, until]).await?;
    Ok(())
}

/// A version of a survey, for an export.
#[derive(Clone, Debug, FromQueryResult)]
pub struct VersionOut {
    pub survey: Uuid,
    pub number: i64,
    pub anonymity: String,
    pub form: String,
}

pub async fn versions(q: &impl Query, org: Uuid, survey: Option<Uuid>) -> Result<Vec<VersionOut>> {
    let sql = "select v.survey, v.number, v.anonymity, v.form from survey_version v join survey s on s.org = v.org and s.id = v.survey \
               where v.org = $1 and s.removed_at is null and ($2 = 0 or v.survey = $3) order by v.survey, v.number";
    q.all(sql, args![org, i64::from(survey.is_some()), survey.unwrap_or_default()]).await
}

/// Which answers of a survey: versions and moments.
fn cut(versions: &[i64], from: Option<i64>, to: Option<i64>, values: &mut Vec<Value>) -> String {
    let mut sql = format!(" and version in ({})", list_places(values.len(), versions.len()));
    values.extend(versions.iter().map(|v| Value::from(*v)));
    for (sign, bound) in [(">=", from), ("<", to)] {
        if let Some(bound) = bound {
            values.push(Value::from(bound));
            sql.push_str(&format!(" and at {sign} ${}", values.len()));
        }
    }
    sql
}

/// An answer on its way out.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Went {
    pub seq: i64,
    pub id: Uuid,
    pub survey: Uuid,
    pub version: i64,
    pub at: Option<i64>,
    pub day: Option<i64>,
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<Uuid>,
    pub answers: String,
    pub external_id: Option<String>,
    pub respondent: Option<String>,
}

/// The next answers, by their numbers.
#[expect(clippy::too_many_arguments, reason = "each narrows the same query")]
pub async fn answers(
    q: &impl Query,
    org: Uuid,
    survey: Uuid,
    versions: &[i64],
    from: Option<i64>,
    to: Option<i64>,
    after: i64,
    limit: i64,
) -> Result<Vec<Went>> {
    let mut values = args![org, survey, after, limit];
    let cut = cut(versions, from, to, &mut values);
    let sql = format!(
        "select seq, id, survey, version, at, day, branch, employee, touchpoint, channel, answers, external_id, respondent \
         from response where org = $1 and survey = $2 and seq > $3{cut} order by seq limit $4"
    );
    q.all(&sql, values).await
}

/// The next answers of a guarded survey between two days (`None`: those without a date), by their ids, which were drawn by lot.
pub async fn guarded_answers(
    q: &impl Query,
    org: Uuid,
    (survey, versions): (Uuid, &[i64]),
    days: Option<(i64, i64)>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Went>> {
    let mut values = args![org, survey, i64::from(after.is_some()), after.unwrap_or_default(), limit];
    let list = list_places(values.len(), versions.len());
    values.extend(versions.iter().map(|v| Value::from(*v)));
    let when = match days {
        None => "day is null".to_owned(),
        Some((from, to)) => {
            // The day decides; the moment, with room for every time zone, leads the database there.
            values.extend(args![from, to, (from - 3) * kit::time::DAY, (to + 3) * kit::time::DAY]);
            let n = values.len();
            format!("day >= ${} and day < ${} and at >= ${} and at < ${n}", n - 3, n - 2, n - 1)
        }
    };
    let sql = format!(
        "select seq, id, survey, version, at, day, branch, employee, touchpoint, channel, answers, external_id, respondent \
         from response where org = $1 and survey = $2 and removed_on is null and ($3 = 0 or id > $4) and version in ({list}) \
         and {when} order by id limit $5"
    );
    q.all(&sql, values).await
}

#[derive(FromQueryResult)]
struct Channel {
    id: Uuid,
    name: String,
}

pub async fn channels(q: &impl Query, org: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows: Vec<Channel> = q.all("select id, name from channel where org = $1", args![org]).await?;
    Ok(rows.into_iter().map(|c| (c.id, c.name)).collect())
}

type Cells = Vec<Option<String>>;

async fn cells(q: &impl Query, sql: &str, org: Uuid, columns: usize) -> Result<Vec<Cells>> {
    let rows = q.rows(sql, args![org]).await?;
    rows.iter()
        .map(|r| {
            let mut out = vec![Some(r.try_get_by_index::<Uuid>(0)?.to_string())];
            for i in 1..columns {
                out.push(r.try_get_by_index(i)?);
            }
            Ok(out)
        })
        .collect()
}

pub async fn branches_out(q: &impl Query, org: Uuid) -> Result<Vec<Cells>> {
    cells(q, "select id, code, name, region, timezone from branch where org = $1 order by id", org, 5).await
}

pub async fn employees_out(q: &impl Query, org: Uuid) -> Result<Vec<Cells>> {
    let sql = "select e.id, e.code, e.name, b.code as branch, e.position, e.email, e.phone, e.hired_on, e.left_on \
               from employee e join branch b on b.org = e.org and b.id = e.branch where e.org = $1 order by e.id";
    cells(q, sql, org, 9).await
}

pub async fn touchpoints_out(q: &impl Query, org: Uuid) -> Result<Vec<Cells>> {
    cells(q, "select id, key, name, stage, channel from touchpoint where org = $1 order by id", org, 5).await
}

/// Is there an import of this id, in whatever company?
pub async fn exists(q: &impl Query, id: Uuid) -> Result<bool> {
    Ok(q.scalar::<Uuid>("select org from import where id = $1", args![id]).await?.is_some())
}
