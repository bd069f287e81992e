//! Answers in the order of an index, page by page: what two dimensions at once are counted from.

use kit::db::{Query, list_places};
use kit::{Result, args};
use sea_orm::Value;
use uuid::Uuid;

use super::{RESPONSE, ResponseRow};

/// So many answers are in memory at a time.
pub const PAGE: i64 = 5000;

/// Which answers to read. It may be wider than what is wanted: the facts say their day and place themselves.
#[derive(Clone, Debug)]
pub struct Which {
    pub surveys: Vec<Uuid>,
    /// Only answers of these branches; `None` for all.
    pub branches: Option<Vec<Uuid>>,
    /// Moments, half-open.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Answers without a date too?
    pub undated: bool,
}

/// The next page along the index of a survey or a branch.
pub async fn answers_along(
    q: &impl Query,
    org: Uuid,
    which: &Which,
    surveys: &[Uuid],
    (column, place): (&str, Uuid),
    dated: bool,
    after: (i64, i64),
) -> Result<Vec<ResponseRow>> {
    let mut values =
        args![org, place, after.0.max(which.from.unwrap_or(i64::MIN)), which.to.unwrap_or(i64::MAX), after.0, after.1, PAGE];
    let time = if dated {
        "and r.at >= $3 and r.at < $4 and (r.at > $5 or r.seq > $6)"
    } else {
        // The same places, so that one list of values serves both.
        "and r.at is null and r.seq > $6 and $3 = $3 and $4 = $4 and $5 = $5"
    };
    let of = if column == "branch" {
        let list = list_places(values.len(), surveys.len());
        values.extend(surveys.iter().map(|s| Value::from(*s)));
        format!("and r.survey in ({list})")
    } else {
        String::new()
    };
    let sql = format!(
        "select {RESPONSE} from response r where r.org = $1 and r.{column} = $2 {time} {of} order by r.at, r.seq limit $7"
    );
    q.all(&sql, values).await
}

/// Does a survey hold an answer of somebody who may answer again?
pub async fn has_respondents(q: &impl Query, org: Uuid, survey: Uuid) -> Result<bool> {
    let sql = "select seq from response where org = $1 and survey = $2 and respondent is not null limit 1";
    Ok(q.scalar::<i64>(sql, args![org, survey]).await?.is_some())
}
