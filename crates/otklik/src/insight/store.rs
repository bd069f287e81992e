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
    /// The region of a branch; the stage of a touchpoint.
    pub part: Option<String>,
}

impl Named {
    /// The name as people read it: that of a touchpoint may be written in several languages.
    #[must_use]
    pub fn words(&self, table: Table, lang: kit::i18n::Lang) -> String {
        match table {
            Table::Touchpoint => kit::i18n::Label::stored(&self.name).get(lang).to_owned(),
            _ => self.name.clone(),
        }
    }
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
    /// Its name, and the columns of code and part; the branch of an employee is asked for nowhere.
    fn columns(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Branch => ("branch", "code", "region"),
            Self::Employee => ("employee", "code", "cast(null as text)"),
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
    let sql =
        format!("select id, name, {code} as code, {part} as part from {from} where org = $1{tail} order by name, id limit $2");
    q.all(&sql, values).await
}

/// The one that a text names by id or by code.
pub async fn find(q: &impl Query, org: Uuid, table: Table, text: &str) -> Result<Option<Named>> {
    let (from, code, _) = table.columns();
    let id = match table {
        // A channel is known by its name, however it is written.
        Table::Channel => crate::surveys::intake::channel_id(text.trim()),
        _ => Uuid::try_parse(text).unwrap_or_default(),
    };
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
    /// `draft`, `open` or `closed`.
    pub state: String,
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
        "select id, code, draft, about, state from survey where org = $1 and removed_at is null order by id desc limit $2",
        args![org, limit],
    )
    .await
}

pub async fn survey(q: &impl Query, org: Uuid, text: &str) -> Result<Option<SurveyName>> {
    let id = Uuid::try_parse(text).unwrap_or_default();
    q.one("select id, code, draft, about, state from survey where org = $1 and (code = $2 or id = $3)", args![org, text, id])
        .await
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
    /// A label, as JSON.
    pub text: String,
    pub branch: Option<Uuid>,
    pub rebase: bool,
}

impl MarkRow {
    /// What the reader sees on the time axis.
    #[must_use]
    pub fn words(&self, lang: kit::i18n::Lang) -> String {
        kit::i18n::Label::stored(&self.text).get(lang).to_owned()
    }
}

/// So many marks stand on one picture.
pub const MARKS: i64 = 200;

/// Marks of a stretch of time, of the company and of these branches (all when `None`), by day. Where there are more than
/// [`MARKS`], those that a chart counts anew from stay first, then the latest.
pub async fn marks(q: &impl Query, org: Uuid, from: &str, to: &str, branches: Option<&[Uuid]>) -> Result<Vec<MarkRow>> {
    let mut values = args![org, from, to, MARKS];
    let own = match branches {
        None => String::new(),
        Some([]) => " and branch is null".to_owned(),
        Some(ids) => {
            let list = list_places(values.len(), ids.len());
            values.extend(ids.iter().map(|b| Value::from(*b)));
            format!(" and (branch is null or branch in ({list}))")
        }
    };
    let sql = format!(
        "select id, on_date, text, branch, rebase from mark where org = $1 and on_date >= $2 and on_date < $3{own} \
         order by rebase desc, on_date desc, id desc limit $4"
    );
    let mut rows: Vec<MarkRow> = q.all(&sql, values).await?;
    rows.sort_by(|a, b| (&a.on_date, a.id).cmp(&(&b.on_date, b.id)));
    Ok(rows)
}

/// Delivered invitations and those of them that were answered.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Sent {
    pub survey: Uuid,
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<String>,
    /// The quarter of an hour of the delivery, since 1970: every time zone's days begin with one.
    pub quarter: i64,
    pub delivered: i64,
    pub answered: i64,
}

/// A quarter of an hour in microseconds.
pub const QUARTER: i64 = 900_000_000;

pub async fn sent(q: &impl Query, org: Uuid, surveys: &[Uuid], from: i64, to: i64, by_time: bool) -> Result<Vec<Sent>> {
    if surveys.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = args![org, from, to];
    let list = list_places(3, surveys.len());
    values.extend(surveys.iter().map(|s| Value::from(*s)));
    // A link that was handed over by hand arrived when it was made.
    let quarter = if by_time { "coalesce(delivered_at, created_at) / 900000000" } else { "0" };
    let sql = format!(
        "select survey, branch, employee, touchpoint, channel, cast({quarter} as bigint) as quarter, cast(count(*) as bigint) as delivered, \
         cast(sum(case when answered_on is null then 0 else 1 end) as bigint) as answered from invitation \
         where org = $1 and (sent_at is null or delivered_at is not null) and coalesce(delivered_at, created_at) >= $2 \
         and coalesce(delivered_at, created_at) < $3 and survey in ({list}) group by 1, 2, 3, 4, 5, 6"
    );
    q.all(&sql, values).await
}
