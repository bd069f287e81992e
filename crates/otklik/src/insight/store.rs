//! Names of places, surveys and marks, as the figures show them.

use kit::db::{Query, list_places};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// Something with a name that answers belong to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
    pub code: Option<String>,
    /// The region of a branch; the branch of an employee.
    pub part: Option<String>,
}

/// Tables of things with names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Branch,
    Employee,
    Touchpoint,
    Channel,
}

impl Table {
    fn columns(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Branch => ("branch", "code", "region"),
            Self::Employee => ("employee", "code", "cast(branch as text)"),
            Self::Touchpoint => ("touchpoint", "key", "stage"),
            Self::Channel => ("channel", "name", "name"),
        }
    }
}

/// Things by name; `only` narrows, `after` and `limit` cut a page.
pub async fn names(
    q: &impl Query,
    org: Uuid,
    table: Table,
    only: Option<&[Uuid]>,
    after: Option<(&str, Uuid)>,
    limit: i64,
) -> Result<Vec<Named>> {
    if only.is_some_and(<[Uuid]>::is_empty) {
        return Ok(Vec::new());
    }
    let (from, code, part) = table.columns();
    let mut values = args![org, limit];
    let mut tail = String::new();
    if let Some((name, id)) = after {
        values.extend(args![name, id]);
        tail.push_str(" and (name, id) > ($3, $4)");
    }
    if let Some(ids) = only {
        tail.push_str(&format!(" and id in ({})", list_places(values.len(), ids.len())));
        values.extend(ids.iter().map(|i| Value::from(*i)));
    }
    // SQLite keeps uuids as bytes; the part of an employee is compared nowhere, so its form does not matter.
    let part = if table == Table::Employee { "cast(null as text)" } else { part };
    let sql =
        format!("select id, name, {code} as code, {part} as part from {from} where org = $1{tail} order by name, id limit $2");
    q.all(&sql, values).await
}

/// The one that a text names by id or by code.
pub async fn find(q: &impl Query, org: Uuid, table: Table, text: &str) -> Result<Option<Named>> {
    let (from, code, _) = table.columns();
    let id = Uuid::try_parse(text).unwrap_or_default();
    let sql = format!(
        "select id, name, {code} as code, cast(null as text) as part from {from} where org = $1 and ({code} = $2 or id = $3)"
    );
    q.one(&sql, args![org, text, id]).await
}

/// The branches of a region.
pub async fn in_region(q: &impl Query, org: Uuid, region: &str) -> Result<Vec<Uuid>> {
    let rows = q.rows("select id from branch where org = $1 and region = $2", args![org, region]).await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

/// A survey as a filter shows it; its name stands in the draft.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SurveyName {
    pub id: Uuid,
    pub code: String,
    pub draft: String,
    pub about: String,
}

#[derive(serde::Deserialize)]
struct OnlyName {
    name: kit::i18n::Label,
}

impl SurveyName {
    #[must_use]
    pub fn label(&self) -> kit::i18n::Label {
        serde_json::from_str::<OnlyName>(&self.draft).map_or_else(|_| self.code.as_str().into(), |d| d.name)
    }
}

pub async fn surveys(q: &impl Query, org: Uuid, limit: i64) -> Result<Vec<SurveyName>> {
    q.all(
        "select id, code, draft, about from survey where org = $1 and removed_at is null order by id desc limit $2",
        args![org, limit],
    )
    .await
}

pub async fn survey(q: &impl Query, org: Uuid, text: &str) -> Result<Option<SurveyName>> {
    let id = Uuid::try_parse(text).unwrap_or_default();
    q.one("select id, code, draft, about from survey where org = $1 and (code = $2 or id = $3)", args![org, text, id]).await
}

/// The published forms of surveys: `(survey, number, form)`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Version {
    pub survey: Uuid,
    pub number: i64,
    pub form: String,
}

pub async fn versions(q: &impl Query, org: Uuid, surveys: &[Uuid]) -> Result<Vec<Version>> {
    if surveys.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = args![org];
    let list = list_places(1, surveys.len());
    values.extend(surveys.iter().map(|s| Value::from(*s)));
    let sql =
        format!("select survey, number, form from survey_version where org = $1 and survey in ({list}) order by survey, number");
    q.all(&sql, values).await
}

/// The last published form of each survey.
pub async fn forms(q: &impl Query, org: Uuid, surveys: &[Uuid]) -> Result<Vec<Version>> {
    if surveys.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = args![org];
    let list = list_places(1, surveys.len());
    values.extend(surveys.iter().map(|s| Value::from(*s)));
    let sql = format!(
        "select v.survey, v.number, v.form from survey s join survey_version v on v.org = s.org and v.survey = s.id and v.number = s.published \
         where s.org = $1 and s.id in ({list})"
    );
    q.all(&sql, values).await
}

/// What was marked on the time axis.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MarkRow {
    pub id: Uuid,
    pub on_date: String,
    pub text: String,
    pub branch: Option<Uuid>,
}

/// Marks of a stretch of time, of the company and of these branches (all when `None`).
pub async fn marks(q: &impl Query, org: Uuid, from: &str, to: &str, branches: Option<&[Uuid]>) -> Result<Vec<MarkRow>> {
    let rows: Vec<MarkRow> = q
        .all(
            "select id, on_date, text, branch from mark where org = $1 and on_date >= $2 and on_date < $3 order by on_date, id limit 200",
            args![org, from, to],
        )
        .await?;
    Ok(rows.into_iter().filter(|m| m.branch.is_none_or(|b| branches.is_none_or(|own| own.contains(&b)))).collect())
}

/// An answer with its words.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Latest {
    pub id: Uuid,
    pub survey: Uuid,
    pub version: i64,
    pub at: Option<i64>,
    pub branch: Option<Uuid>,
    pub answers: String,
}

/// The answers that came last, as far as the reader sees: a branch, an employee, a survey.
pub async fn latest(
    q: &impl Query,
    org: Uuid,
    survey: Option<Uuid>,
    branches: Option<&[Uuid]>,
    employee: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Latest>> {
    let base = "select id, survey, version, at, branch, answers from response where org = $1";
    if let Some(employee) = employee {
        let sql = format!(
            "{base} and branch in (select branch from employee where org = $1 and id = $2) and employee = $2 and at is not null order by at desc, seq desc limit $3"
        );
        return q.all(&sql, args![org, employee, limit]).await;
    }
    match (branches, survey) {
        (Some([]), _) => Ok(Vec::new()),
        (Some(branches), _) => {
            let mut values = args![org, limit];
            let list = list_places(2, branches.len());
            values.extend(branches.iter().map(|b| Value::from(*b)));
            let sql = format!("{base} and branch in ({list}) and at is not null order by at desc, seq desc limit $2");
            q.all(&sql, values).await
        }
        (None, Some(survey)) => {
            let sql = format!("{base} and survey = $2 and at is not null order by at desc, seq desc limit $3");
            q.all(&sql, args![org, survey, limit]).await
        }
        (None, None) => {
            let sql = format!("{base} order by seq desc limit $2");
            q.all(&sql, args![org, limit]).await
        }
    }
}

/// Delivered invitations and those that were answered, by a column or by day.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Sent {
    pub k: Option<String>,
    pub delivered: i64,
    pub answered: i64,
}
