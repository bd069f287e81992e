//! Rows of absences.

use kit::db::Query;
use kit::time::date_of;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Time away; both days count.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AbsenceRow {
    pub id: Uuid,
    pub employee: Uuid,
    pub from_day: i64,
    pub to_day: Option<i64>,
    pub created_at: i64,
}

const ABSENCE: &str = "id, employee, from_day, to_day, created_at";

pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<AbsenceRow>> {
    q.one(&format!("select {ABSENCE} from absence where org = $1 and id = $2"), args![org, id]).await
}

/// The latest first; behind `(day, id)` when that is given.
pub async fn list(q: &impl Query, org: Uuid, employee: Uuid, behind: Option<(i64, Uuid)>, limit: i64) -> Result<Vec<AbsenceRow>> {
    let (day, id) = behind.unwrap_or((i64::MAX, Uuid::max()));
    let sql = format!(
        "select {ABSENCE} from absence where org = $1 and employee = $2 and (from_day, id) < ($3, $4) order by from_day desc, id desc limit $5"
    );
    q.all(&sql, args![org, employee, day, id, limit]).await
}

pub async fn insert(tx: &Tx, row: &AbsenceRow) -> Result<()> {
    tx.run(
        "insert into absence (org, id, employee, from_day, to_day, created_at) values ($1,$2,$3,$4,$5,$6)",
        args![tx.org(), row.id, row.employee, row.from_day, row.to_day, row.created_at],
    )
    .await?;
    Ok(())
}

pub async fn remove(tx: &Tx, id: Uuid) -> Result<bool> {
    Ok(tx.run("delete from absence where org = $1 and id = $2", args![tx.org(), id]).await? == 1)
}

/// People for whom one of these days turns something: a leave begins or has ended, they are hired or leave.
pub async fn turning(q: &impl Query, org: Uuid, from: i64, to: i64) -> Result<Vec<Uuid>> {
    let (a, b) = (date_of(from).to_string(), date_of(to).to_string());
    let rows = q
        .rows(
            "select employee from absence where org = $1 and from_day >= $2 and from_day <= $3
             union select employee from absence where org = $1 and to_day >= $4 and to_day <= $5
             union select id from employee where org = $1 and hired_on >= $6 and hired_on <= $7
             union select id from employee where org = $1 and left_on >= $6 and left_on <= $7",
            args![org, from, to, from - 1, to - 1, a, b],
        )
        .await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}
