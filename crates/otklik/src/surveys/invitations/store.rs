//! Rows of personal links.

use std::collections::HashSet;

use kit::db::{Query, list_places, places};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub struct InvitationRow {
    pub id: Uuid,
    pub survey: Uuid,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<String>,
    pub sent_at: Option<i64>,
    pub delivered_at: Option<i64>,
    /// The day in the company's time zone.
    pub answered_on: Option<String>,
    pub expires_at: i64,
    pub created_at: i64,
}

const INVITATION: &str = "id, survey, name, email, phone, branch, employee, touchpoint, channel, sent_at, delivered_at, answered_on, \
                          expires_at, created_at";

/// Each row comes with the hash of its secret.
pub async fn insert(q: &impl Query, org: Uuid, rows: &[(InvitationRow, String)]) -> Result<()> {
    for part in rows.chunks(100) {
        let sql = format!(
            "insert into invitation (org, id, survey, hash, name, email, phone, branch, employee, touchpoint, channel, expires_at, created_at) \
             values {}",
            places(q.engine(), part.len(), 13)
        );
        let mut values = Vec::with_capacity(part.len() * 13);
        for (r, hash) in part {
            values.extend(args![
                org,
                r.id,
                r.survey,
                &**hash,
                r.name.clone(),
                r.email.clone(),
                r.phone.clone(),
                r.branch,
                r.employee,
                r.touchpoint,
                r.channel.clone(),
                r.expires_at,
                r.created_at
            ]);
        }
        q.run(&sql, values).await?;
    }
    Ok(())
}

/// Newest first.
pub async fn list(q: &impl Query, org: Uuid, survey: Uuid, before: Option<Uuid>, limit: i64) -> Result<Vec<InvitationRow>> {
    let sql = format!(
        "select {INVITATION} from invitation where org = $1 and survey = $2 and ($3 = 0 or id < $4) order by id desc limit $5"
    );
    q.all(&sql, args![org, survey, i64::from(before.is_some()), before.unwrap_or_default(), limit]).await
}

pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<InvitationRow>> {
    q.one(&format!("select {INVITATION} from invitation where org = $1 and id = $2"), args![org, id]).await
}

#[derive(FromQueryResult)]
struct OrgRow {
    org: Uuid,
    id: Uuid,
}

/// The link behind a secret, of whatever company.
pub async fn by_secret(q: &impl Query, hash: &str) -> Result<Option<(Uuid, InvitationRow)>> {
    let found: Option<OrgRow> = q.one("select org, id from invitation where hash = $1", args![hash]).await?;
    let Some(OrgRow { org, id }) = found else { return Ok(None) };
    Ok(find(q, org, id).await?.map(|row| (org, row)))
}

#[derive(FromQueryResult)]
struct Contact {
    contact: String,
}

/// Which of these e-mails and phones were asked, or answered, in this company since then.
pub async fn asked_since(q: &impl Query, org: Uuid, contacts: &[&str], since: i64, on: &str) -> Result<HashSet<String>> {
    let mut out = HashSet::new();
    for part in contacts.chunks(400) {
        for column in ["email", "phone"] {
            let mut values = args![org, since, on];
            values.extend(part.iter().map(|c| Value::from(*c)));
            let sql = format!(
                "select {column} as contact from invitation where org = $1 and (created_at > $2 or answered_on > $3) and {column} in ({})",
                list_places(3, part.len())
            );
            out.extend(q.all::<Contact>(&sql, values).await?.into_iter().map(|c| c.contact));
        }
    }
    Ok(out)
}

#[derive(FromQueryResult)]
struct Day {
    day: String,
    n: i64,
}

/// How many links of a survey were used on each day.
pub async fn answered(q: &impl Query, org: Uuid, survey: Uuid) -> Result<Vec<(String, i64)>> {
    let sql = "select answered_on as day, cast(count(*) as bigint) as n from invitation \
               where org = $1 and survey = $2 and answered_on is not null group by answered_on";
    Ok(q.all::<Day>(sql, args![org, survey]).await?.into_iter().map(|d| (d.day, d.n)).collect())
}

#[derive(FromQueryResult)]
struct Counts {
    delivered: i64,
    answered: i64,
}

pub async fn counts(q: &impl Query, org: Uuid, survey: Uuid, range: Option<(i64, i64)>) -> Result<(i64, i64)> {
    let (from, to) = range.unwrap_or((i64::MIN, i64::MAX));
    let row: Option<Counts> = q
        .one(
            "select cast(count(*) as bigint) as delivered, cast(count(answered_on) as bigint) as answered from invitation
             where org = $1 and survey = $2 and (sent_at is null or delivered_at is not null)
               and coalesce(delivered_at, created_at) >= $3 and coalesce(delivered_at, created_at) < $4",
            args![org, survey, from, to],
        )
        .await?;
    Ok(row.map_or((0, 0), |c| (c.delivered, c.answered)))
}

pub async fn mark_sent(q: &impl Query, org: Uuid, id: Uuid, at: i64, delivered: bool) -> Result<()> {
    q.run(
        "update invitation set sent_at = $3, delivered_at = $4 where org = $1 and id = $2 and sent_at is null",
        args![org, id, at, delivered.then_some(at)],
    )
    .await?;
    Ok(())
}
