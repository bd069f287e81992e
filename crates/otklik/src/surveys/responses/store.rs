//! Reading answers: newest first, by words, by place.

use std::collections::HashMap;

use kit::db::{Engine, Query, list_places};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::surveys::store::{RESPONSE, ResponseRow, org_word, survey_word};

/// A published version: whose, which, and what was promised.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Version {
    pub survey: Uuid,
    pub number: i64,
    pub anonymity: String,
    /// `clients` or `staff`.
    pub about: String,
}

/// The versions of one survey or of all, newest survey first.
pub async fn versions(q: &impl Query, org: Uuid, survey: Option<Uuid>) -> Result<Vec<Version>> {
    let sql =
        "select v.survey, v.number, v.anonymity, s.about from survey_version v join survey s on s.org = v.org and s.id = v.survey
               where v.org = $1 and s.removed_at is null and ($2 = 0 or v.survey = $3) order by v.survey desc, v.number";
    q.all(sql, args![org, i64::from(survey.is_some()), survey.unwrap_or_default()]).await
}

/// What to read of one survey. Moments are microseconds.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    pub survey: Uuid,
    pub versions: Vec<i64>,
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub branches: Option<Vec<Uuid>>,
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<Uuid>,
    /// Question, and the score that its answer must lie below.
    pub below: Option<(String, i64)>,
    pub commented: bool,
    /// Days since 1970, half-open; `Some(None)` for what has no date.
    pub days: Option<Option<(i64, i64)>>,
}

impl Cut {
    fn sql(&self, engine: Engine, values: &mut Vec<Value>) -> String {
        let mut sql = String::new();
        let mut equal = |column: &str, sign: &str, value: Value, values: &mut Vec<Value>| {
            values.push(value);
            sql.push_str(&format!(" and r.{column} {sign} ${}", values.len()));
        };
        equal("survey", "=", self.survey.into(), values);
        for (column, sign, bound) in [("at", ">=", self.from), ("at", "<", self.to)] {
            if let Some(bound) = bound {
                equal(column, sign, bound.into(), values);
            }
        }
        let places =
            [("branch", self.branch), ("employee", self.employee), ("touchpoint", self.touchpoint), ("channel", self.channel)];
        for (column, id) in places {
            if let Some(id) = id {
                equal(column, "=", id.into(), values);
            }
        }
        sql.push_str(&format!(" and r.version in ({})", list_places(values.len(), self.versions.len())));
        values.extend(self.versions.iter().map(|v| Value::from(*v)));
        if let Some(branches) = &self.branches {
            if branches.is_empty() {
                sql.push_str(" and 1 = 0");
            } else {
                sql.push_str(&format!(" and r.branch in ({})", list_places(values.len(), branches.len())));
                values.extend(branches.iter().map(|b| Value::from(*b)));
            }
        }
        if let Some((question, below)) = &self.below {
            let n = values.len();
            match engine {
                Engine::Sqlite => {
                    values.extend(args![format!("$.\"{question}\""), *below]);
                    sql.push_str(&format!(
                        " and json_type(r.answers, ${0}) = 'integer' and json_extract(r.answers, ${0}) < ${1}",
                        n + 1,
                        n + 2
                    ));
                }
                Engine::Postgres => {
                    values.extend(args![question.clone(), *below]);
                    sql.push_str(&format!(
                        " and case when json_typeof(cast(r.answers as json) -> cast(${0} as text)) = 'number' \
                         then cast(cast(r.answers as json) ->> cast(${0} as text) as numeric) < ${1} else false end",
                        n + 1,
                        n + 2
                    ));
                }
            }
        }
        match self.days {
            Some(Some((from, to))) => {
                values.extend(args![from, to]);
                sql.push_str(&format!(" and r.day >= ${} and r.day < ${}", values.len() - 1, values.len()));
            }
            Some(None) => sql.push_str(" and r.day is null"),
            None => {}
        }
        if self.commented {
            sql.push_str(" and exists (select 1 from response_search c where c.rowid = r.seq)");
        }
        sql
    }
}

/// How many answers a day has, by branch and version.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Counted {
    pub day: Option<i64>,
    pub branch: Option<Uuid>,
    pub version: i64,
    pub n: i64,
}

/// How many answers of these versions each day has. What was removed since counts on, as it does in the figures.
pub async fn by_day(q: &impl Query, org: Uuid, survey: Uuid, versions: &[i64]) -> Result<Vec<Counted>> {
    let mut values = args![org, survey];
    let list = list_places(values.len(), versions.len());
    values.extend(versions.iter().map(|v| Value::from(*v)));
    let sql = format!(
        "select day, branch, version, cast(count(*) as bigint) as n from response \
         where org = $1 and survey = $2 and version in ({list}) group by day, branch, version"
    );
    q.all(&sql, values).await
}

/// Answers of a guarded survey in the order of their ids, which were drawn by lot.
pub async fn guarded(
    q: &impl Query,
    org: Uuid,
    cut: &Cut,
    words: Option<&[Vec<String>]>,
    behind: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ResponseRow>> {
    let mut values = args![org, i64::from(behind.is_some()), behind.unwrap_or_default(), limit];
    let mut from = "response r where".to_owned();
    if let Some(words) = words {
        values.push(Value::from(sought(q.engine(), org, cut.survey, words)));
        let test = matches(q.engine(), values.len());
        from = format!("response_search s cross join response r where {test} and r.seq = s.rowid and");
    }
    let narrowed = cut.sql(q.engine(), &mut values);
    let sql = format!(
        "select {RESPONSE} from {from} r.org = $1 and r.removed_on is null and ($2 = 0 or r.id > $3){narrowed} order by r.id limit $4"
    );
    q.all(&sql, values).await
}

/// The test whether a row of the index holds the words in this place.
fn matches(engine: Engine, place: usize) -> String {
    match engine {
        Engine::Sqlite => format!("s.stems match ${place}"),
        Engine::Postgres => format!("s.stems @@ to_tsquery('simple', ${place})"),
    }
}

/// The words as the index is asked for them. Stems are letters and digits only, so quoting them is safe.
fn sought(engine: Engine, org: Uuid, survey: Uuid, words: &[Vec<String>]) -> String {
    let fixed = [vec![org_word(org)], vec![survey_word(survey)]];
    let (quote, or, and) = match engine {
        Engine::Sqlite => ('"', " OR ", " AND "),
        Engine::Postgres => ('\'', " | ", " & "),
    };
    let one = |word: &Vec<String>| {
        let list: Vec<String> = word.iter().map(|w| format!("{quote}{w}{quote}")).collect();
        format!("({})", list.join(or))
    };
    fixed.iter().chain(words).map(one).collect::<Vec<_>>().join(and)
}

/// Dated answers before a place in the list, newest first.
pub async fn dated(q: &impl Query, org: Uuid, cut: &Cut, before: Option<(i64, i64)>, limit: i64) -> Result<Vec<ResponseRow>> {
    let (mut at, mut seq) = before.unwrap_or((i64::MAX, i64::MAX));
    // One upper bound only: of two, SQLite would walk the index from the wider one.
    if let Some(to) = cut.to.filter(|to| *to <= at) {
        (at, seq) = (to - 1, i64::MAX);
    }
    let mut values = args![org, at, seq, limit];
    let narrowed = Cut { to: None, ..cut.clone() }.sql(q.engine(), &mut values);
    let sql = format!(
        "select {RESPONSE} from response r where r.org = $1 and r.at <= $2 and (r.at < $2 or r.seq < $3){narrowed} \
         order by r.at desc, r.seq desc limit $4"
    );
    q.all(&sql, values).await
}

/// Answers without a date, the last stored first; they stand after all others.
pub async fn undated(q: &impl Query, org: Uuid, cut: &Cut, before: Option<i64>, limit: i64) -> Result<Vec<ResponseRow>> {
    let mut values = args![org, before.unwrap_or(i64::MAX), limit];
    let narrowed = cut.sql(q.engine(), &mut values);
    let sql = format!(
        "select {RESPONSE} from response r where r.org = $1 and r.at is null and r.seq < $2{narrowed} order by r.seq desc limit $3"
    );
    q.all(&sql, values).await
}

#[derive(FromQueryResult)]
struct Bounds {
    n: i64,
    low: i64,
    high: i64,
}

/// A stretch of days with more answers than this is not looked at before the search.
const STRETCH: i64 = 100_000;

/// Between which numbers the answers of the cut's days lie. A common word is then not sought through years of others.
async fn bounds(q: &impl Query, org: Uuid, cut: &Cut) -> Result<Option<(i64, i64)>> {
    let whole = Some((i64::MIN, i64::MAX));
    if cut.from.is_none() && cut.to.is_none() {
        return Ok(whole);
    }
    let (from, to) = (cut.from.unwrap_or(i64::MIN), cut.to.unwrap_or(i64::MAX));
    let sql = "select cast(count(*) as bigint) as n, coalesce(min(seq), 0) as low, coalesce(max(seq), 0) as high from \
               (select r.seq from response r where r.org = $1 and r.survey = $2 and r.at >= $3 and r.at < $4 limit $5) as days";
    let row: Option<Bounds> = q.one(sql, args![org, cut.survey, from, to, STRETCH]).await?;
    Ok(row.and_then(|b| match b.n {
        0 => None,
        STRETCH => whole,
        _ => Some((b.low, b.high)),
    }))
}

/// Answers whose comments hold every word, the last stored first. The search comes first and walks backwards, so a common
/// word costs no more than a rare one.
pub async fn found(
    q: &impl Query,
    org: Uuid,
    cut: &Cut,
    words: &[Vec<String>],
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<ResponseRow>> {
    let Some((low, high)) = bounds(q, org, cut).await? else { return Ok(Vec::new()) };
    let before = before.unwrap_or(i64::MAX).min(high.saturating_add(1));
    let (query, test) = (sought(q.engine(), org, cut.survey, words), matches(q.engine(), 2));
    let mut values = args![org, query, before, limit, low];
    let narrowed = cut.sql(q.engine(), &mut values);
    // `cross join` keeps SQLite from starting at the answers.
    let sql = format!(
        "select {RESPONSE} from response_search s cross join response r \
         where {test} and s.rowid < $3 and s.rowid >= $5 and r.seq = s.rowid and r.org = $1{narrowed} order by s.rowid desc limit $4"
    );
    q.all(&sql, values).await
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

/// The tables whose ids answers carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Branch,
    Employee,
    Touchpoint,
    Channel,
}

/// The names behind ids.
pub async fn names(q: &impl Query, org: Uuid, of: Names, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let table = match of {
        Names::Branch => "branch",
        Names::Employee => "employee",
        Names::Touchpoint => "touchpoint",
        Names::Channel => "channel",
    };
    let mut out = HashMap::new();
    for part in ids.chunks(500) {
        let mut values = args![org];
        values.extend(part.iter().map(|id| Value::from(*id)));
        let sql = format!("select id, name from {table} where org = $1 and id in ({})", list_places(1, part.len()));
        out.extend(q.all::<Named>(&sql, values).await?.into_iter().map(|n| (n.id, n.name)));
    }
    Ok(out)
}

/// The first touchpoints by name, for a filter.
pub async fn touchpoints(q: &impl Query, org: Uuid, limit: i64) -> Result<Vec<(Uuid, String)>> {
    let sql = "select id, name from touchpoint where org = $1 order by name, id limit $2";
    Ok(q.all::<Named>(sql, args![org, limit]).await?.into_iter().map(|n| (n.id, n.name)).collect())
}
