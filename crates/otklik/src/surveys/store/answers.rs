//! Rows of answers and the index of their comments. `insert_responses` is on the way of every live answer.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use futures_util::future::join;
use kit::db::{Engine, Query, filled_rows, list_places, places, portions};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::surveys::rules::Answers;

/// An answer on its way into the database.
#[derive(Clone, Debug)]
pub struct NewResponse {
    pub org: Uuid,
    pub id: Uuid,
    pub survey: Uuid,
    pub version: i64,
    pub at: Option<i64>,
    pub day: Option<i64>,
    pub received_at: i64,
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<Uuid>,
    pub raw: Option<String>,
    pub lang: Option<&'static str>,
    pub source: &'static str,
    pub answers: String,
    pub external_id: Option<String>,
    pub content_hash: Option<String>,
    pub respondent: Option<String>,
    pub client: Option<String>,
    /// Stems of the comments, for the search; empty when there is no comment.
    pub stems: String,
    /// The number of an anonymous answer: drawn by lot, below nought. Numbers in their order would set it between the
    /// moments of its neighbours.
    pub lot: Option<i64>,
}

const COLUMNS: usize = 19;
/// Statement sizes: few different texts, so that each is prepared once.
const SIZES: [usize; 10] = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1];
/// What follows the values where a row has words to index.
const ASKING: &str = "on conflict do nothing returning id, seq";
/// What follows them elsewhere.
const PLAIN: &str = "on conflict do nothing";

/// The texts that store answers, plain and asking, by size.
fn insert_texts(engine: Engine, asking: bool) -> &'static [String] {
    static TEXTS: [OnceLock<Vec<String>>; 4] = [const { OnceLock::new() }; 4];
    let which = usize::from(engine == Engine::Postgres) * 2 + usize::from(asking);
    let text = |n: &usize| {
        format!(
            "insert into response (org, id, survey, version, at, day, received_at, branch, employee, touchpoint, channel, raw, lang, \
             source, answers, external_id, content_hash, respondent, client) {} {}",
            filled_rows(engine, *n, COLUMNS),
            if asking { ASKING } else { PLAIN }
        )
    };
    TEXTS.get(which).map_or(&[], |t| t.get_or_init(|| SIZES.iter().map(text).collect()))
}

#[derive(FromQueryResult)]
struct Placed {
    id: Uuid,
    seq: i64,
}

/// Stores answers; returns the ids of those that were new (an `external_id` or a content known before is not).
pub async fn insert_responses(q: &impl Query, rows: &[&NewResponse]) -> Result<HashSet<Uuid>> {
    let mut new: HashSet<Uuid> = HashSet::with_capacity(rows.len());
    let mut search: Vec<(i64, &str, Uuid, Uuid)> = Vec::new();
    let largest = SIZES.first().copied().unwrap_or(1);
    // In the order in which they came: the first answer of a person is the one that counts.
    for rows in rows.chunks(largest * 8) {
        // Asking every row back costs as much as storing it; only those need it that have words to index.
        let asking = rows.iter().any(|r| !r.stems.is_empty());
        // The next statement is made ready while the database works at the last one.
        let mut ready = inserts(q.engine(), rows, asking);
        let mut next = ready.next();
        while let Some((sql, values, part)) = next {
            if asking {
                let (placed, then) = join(q.all::<Placed>(sql, values), async { ready.next() }).await;
                next = then;
                let by_id: HashMap<Uuid, i64> = placed?.into_iter().map(|p| (p.id, p.seq)).collect();
                new.extend(by_id.keys());
                let said = part.iter().filter(|r| !r.stems.is_empty());
                search.extend(said.filter_map(|r| Some((r.lot.unwrap_or(*by_id.get(&r.id)?), &*r.stems, r.org, r.survey))));
            } else {
                let (stored, then) = join(q.run(sql, values), async { ready.next() }).await;
                next = then;
                if usize::try_from(stored?).is_ok_and(|n| n == part.len()) {
                    new.extend(part.iter().map(|r| r.id));
                } else {
                    new.extend(present(q, part).await?);
                }
            }
            shuffle(q, part, &new).await?;
        }
    }
    index(q, &search).await?;
    Ok(new)
}

/// Gives the anonymous ones among these their lots.
async fn shuffle(q: &impl Query, rows: &[&NewResponse], new: &HashSet<Uuid>) -> Result<()> {
    for (row, lot) in rows.iter().filter(|r| new.contains(&r.id)).filter_map(|r| Some((r, r.lot?))) {
        q.run("update response set seq = $3 where org = $1 and id = $2", args![row.org, row.id, lot]).await?;
    }
    Ok(())
}

/// Which of these answers, whose ids are new, were stored: the others were known before under another id.
async fn present(q: &impl Query, rows: &[&NewResponse]) -> Result<Vec<Uuid>> {
    let mut out = Vec::with_capacity(rows.len());
    for group in rows.chunk_by(|a, b| a.org == b.org) {
        let Some(first) = group.first() else { continue };
        let mut values = args![first.org];
        values.extend(group.iter().map(|r| Value::from(r.id)));
        let sql = format!("select id, seq from response where org = $1 and id in ({})", list_places(1, group.len()));
        let placed: Vec<Placed> = q.all(&sql, values).await?;
        out.extend(placed.into_iter().map(|p| p.id));
    }
    Ok(out)
}

/// The statements that store these rows, in sizes that repeat, so that each text is prepared once.
fn inserts<'a>(
    engine: Engine,
    rows: &'a [&'a NewResponse],
    asking: bool,
) -> impl Iterator<Item = (&'static str, Vec<Value>, &'a [&'a NewResponse])> {
    portions(engine, &SIZES, rows).filter_map(move |(size, now)| {
        let at = SIZES.iter().position(|n| *n == size)?;
        let sql = insert_texts(engine, asking).get(at)?.as_str();
        let mut values = Vec::with_capacity(size * COLUMNS);
        for r in now {
            values.extend(args![
                r.org,
                r.id,
                r.survey,
                r.version,
                r.at,
                r.day,
                r.received_at,
                r.branch,
                r.employee,
                r.touchpoint,
                r.channel,
                r.raw.clone(),
                r.lang.map(str::to_owned),
                r.source,
                &*r.answers,
                r.external_id.clone(),
                r.content_hash.clone(),
                r.respondent.clone(),
                r.client.clone()
            ]);
        }
        values.resize(size * COLUMNS, Value::BigInt(None));
        Some((sql, values, now))
    })
}

/// The word that keeps a company's comments apart in the one index.
#[must_use]
pub fn org_word(org: Uuid) -> String {
    format!("org{}", org.simple())
}

/// The same for a survey: a search inside one survey never walks through the comments of others.
#[must_use]
pub fn survey_word(survey: Uuid) -> String {
    format!("svy{}", survey.simple())
}

/// Puts comments into the search: number, stems, company, survey.
pub async fn index(q: &impl Query, rows: &[(i64, &str, Uuid, Uuid)]) -> Result<()> {
    for part in rows.chunks(100) {
        let sql = match q.engine() {
            Engine::Sqlite => {
                format!("insert into response_search (rowid, stems) values {}", places(Engine::Sqlite, part.len(), 2))
            }
            Engine::Postgres => {
                let list: Vec<String> =
                    (0..part.len()).map(|i| format!("(${}, to_tsvector('simple', ${}))", i * 2 + 1, i * 2 + 2)).collect();
                format!("insert into response_search (rowid, stems) values {}", list.join(","))
            }
        };
        let values = part
            .iter()
            .flat_map(|(seq, stems, org, survey)| args![*seq, format!("{} {} {stems}", org_word(*org), survey_word(*survey))])
            .collect();
        q.run(&sql, values).await?;
    }
    Ok(())
}

/// An answer as it was stored.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ResponseRow {
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
    pub raw: Option<String>,
    pub lang: Option<String>,
    pub source: String,
    pub answers: String,
    pub external_id: Option<String>,
    pub respondent: Option<String>,
}

pub const RESPONSE: &str = "r.seq, r.id, r.survey, r.version, r.at, r.day, r.branch, r.employee, r.touchpoint, r.channel, r.raw, r.lang, \
                            r.source, r.answers, r.external_id, r.respondent";

pub async fn response(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<ResponseRow>> {
    let sql = format!("select {RESPONSE} from response r where r.org = $1 and r.id = $2");
    q.one(&sql, args![org, id]).await
}

/// Every answer of one respondent to one survey, first to last.
pub async fn of_respondent(q: &impl Query, org: Uuid, survey: Uuid, respondent: &str) -> Result<Vec<ResponseRow>> {
    let sql =
        format!("select {RESPONSE} from response r where r.org = $1 and r.survey = $2 and r.respondent = $3 order by r.seq");
    q.all(&sql, args![org, survey, respondent]).await
}

#[derive(FromQueryResult)]
struct Said {
    respondent: String,
    answers: String,
}

/// Which questions these respondents answered before.
pub async fn answered_before(
    q: &impl Query,
    org: Uuid,
    survey: Uuid,
    who: &[String],
) -> Result<HashMap<String, HashSet<String>>> {
    let mut out: HashMap<String, HashSet<String>> = HashMap::new();
    for part in who.chunks(1000) {
        let mut values = args![org, survey];
        let list = list_places(values.len(), part.len());
        values.extend(part.iter().map(|w| Value::from(w.as_str())));
        let sql = format!("select respondent, answers from response where org = $1 and survey = $2 and respondent in ({list})");
        for row in q.all::<Said>(&sql, values).await? {
            let answers: Answers = serde_json::from_str(&row.answers)?;
            out.entry(row.respondent).or_default().extend(answers.into_keys());
        }
    }
    Ok(out)
}

/// The answers of a company by their numbers, behind one (`i64::MIN` for all): in the order in which they were stored, but
/// for anonymous ones, which have their numbers by lot: for recounts and exports.
pub async fn responses_from(q: &impl Query, org: Uuid, survey: Option<Uuid>, after: i64, limit: i64) -> Result<Vec<ResponseRow>> {
    let of_survey = if survey.is_some() { "and r.survey = $4" } else { "and $4 = $4" };
    let sql = format!("select {RESPONSE} from response r where r.org = $1 and r.seq > $2 {of_survey} order by r.seq limit $3");
    q.all(&sql, args![org, after, limit, survey.unwrap_or_default()]).await
}

/// An answer as the index of comments looks at it.
#[derive(Debug, FromQueryResult)]
pub struct SaidRow {
    pub seq: i64,
    pub org: Uuid,
    pub survey: Uuid,
    pub version: i64,
    pub answers: String,
}

/// The answers of all companies in the order they were stored: the search is made anew of them after a restore.
pub async fn said_from(q: &impl Query, after: i64, limit: i64) -> Result<Vec<SaidRow>> {
    q.all("select seq, org, survey, version, answers from response where seq > $1 order by seq limit $2", args![after, limit])
        .await
}

pub async fn remove_response(q: &impl Query, org: Uuid, row: &ResponseRow) -> Result<bool> {
    let n = q.run("delete from response where org = $1 and id = $2", args![org, row.id]).await?;
    q.run("delete from response_search where rowid = $1", args![row.seq]).await?;
    Ok(n == 1)
}
