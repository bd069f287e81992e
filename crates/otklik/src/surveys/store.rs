//! Rows of surveys, versions and answers.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use kit::db::{Engine, Query, filled_rows, list_places, places, portions};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// A survey as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SurveyRow {
    pub org: Uuid,
    pub id: Uuid,
    pub code: String,
    pub draft: String,
    pub state: String,
    pub published: Option<i64>,
    pub version: i64,
    pub created_at: i64,
}

const SURVEY: &str = "org, id, code, draft, state, published, version, created_at";

pub async fn survey(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<SurveyRow>> {
    let sql = format!("select {SURVEY} from survey where org = $1 and id = $2 and removed_at is null");
    q.one(&sql, args![org, id]).await
}

/// The survey behind a printed code, of whatever company.
pub async fn survey_by_code(q: &impl Query, code: &str) -> Result<Option<SurveyRow>> {
    let sql = format!("select {SURVEY} from survey where code = $1 and removed_at is null");
    q.one(&sql, args![code]).await
}

/// Newest first.
pub async fn surveys(q: &impl Query, org: Uuid, before: Option<Uuid>, limit: i64) -> Result<Vec<SurveyRow>> {
    let sql = format!(
        "select {SURVEY} from survey where org = $1 and removed_at is null and ($2 = 0 or id < $3) order by id desc limit $4"
    );
    q.all(&sql, args![org, i64::from(before.is_some()), before.unwrap_or_default(), limit]).await
}

/// Is the code free? The unique index has the last word.
pub async fn insert_survey(q: &impl Query, row: &SurveyRow, name: &str, about: &str, anonymity: &str) -> Result<()> {
    q.run(
        "insert into survey (org, id, code, name, about, anonymity, draft, state, version, created_at)
         values ($1,$2,$3,$4,$5,$6,$7,'draft',1,$8)",
        args![row.org, row.id, &*row.code, name, about, anonymity, &*row.draft, row.created_at],
    )
    .await?;
    Ok(())
}

/// Replaces the draft, when the version is still the one that was read.
pub async fn edit(
    q: &impl Query,
    org: Uuid,
    id: Uuid,
    version: i64,
    draft: &str,
    name: &str,
    form: &super::rules::Form,
) -> Result<bool> {
    let n = q
        .run(
            "update survey set draft = $4, name = $5, about = $6, anonymity = $7, version = version + 1
             where org = $1 and id = $2 and version = $3 and removed_at is null",
            args![org, id, version, draft, name, form.about.as_str(), form.anonymity.as_str()],
        )
        .await?;
    Ok(n == 1)
}

pub async fn set_state(q: &impl Query, org: Uuid, id: Uuid, from: &[&str], to: &str, published: Option<i64>) -> Result<bool> {
    let list = list_places(4, from.len());
    let sql = format!(
        "update survey set state = $3, published = coalesce($4, published), version = version + 1
         where org = $1 and id = $2 and removed_at is null and state in ({list})"
    );
    let mut values = args![org, id, to, published];
    values.extend(from.iter().map(|s| Value::from(*s)));
    Ok(q.run(&sql, values).await? == 1)
}

/// Freezes a form; what it promises about names stands beside it, for a later draft may promise something else.
pub async fn insert_version(
    q: &impl Query,
    org: Uuid,
    survey: Uuid,
    number: i64,
    form: (&str, &str),
    at: i64,
    by: Option<Uuid>,
) -> Result<()> {
    let (text, anonymity) = form;
    q.run(
        "insert into survey_version (org, survey, number, form, anonymity, published_at, published_by) values ($1,$2,$3,$4,$5,$6,$7)",
        args![org, survey, number, text, anonymity, at, by],
    )
    .await?;
    Ok(())
}

pub async fn version(q: &impl Query, org: Uuid, survey: Uuid, number: i64) -> Result<Option<String>> {
    q.scalar("select form from survey_version where org = $1 and survey = $2 and number = $3", args![org, survey, number]).await
}

#[derive(FromQueryResult)]
struct FormRow {
    id: Uuid,
    form: String,
}

/// The published forms in which a question names an item of a standard.
pub async fn forms_with_items(q: &impl Query, org: Uuid) -> Result<Vec<(Uuid, String)>> {
    let sql = r#"select s.id, v.form from survey s join survey_version v on v.org = s.org and v.survey = s.id and v.number = s.published
                 where s.org = $1 and s.removed_at is null and v.form like '%"item":"%' order by s.created_at, s.id"#;
    let rows: Vec<FormRow> = q.all(sql, args![org]).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.form)).collect())
}

/// A publication, with who made it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Published {
    pub number: i64,
    pub published_at: i64,
    pub author: Option<String>,
}

/// Every version of a survey, the last first.
pub async fn versions(q: &impl Query, org: Uuid, survey: Uuid) -> Result<Vec<Published>> {
    let sql = "select v.number, v.published_at, m.name as author from survey_version v \
               left join member m on m.org = v.org and m.id = v.published_by where v.org = $1 and v.survey = $2 order by v.number desc";
    q.all(sql, args![org, survey]).await
}

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
    for rows in rows.chunks(largest) {
        // Asking every row back costs as much as storing it; only those need it that have words to index.
        let asking = rows.iter().any(|r| !r.stems.is_empty());
        for (sql, values, part) in inserts(q.engine(), rows, asking) {
            if !asking {
                let stored = q.run(sql, values).await?;
                if usize::try_from(stored).is_ok_and(|n| n == part.len()) {
                    new.extend(part.iter().map(|r| r.id));
                } else {
                    new.extend(present(q, part).await?);
                }
                continue;
            }
            let placed: Vec<Placed> = q.all(sql, values).await?;
            let by_id: HashMap<Uuid, i64> = placed.into_iter().map(|p| (p.id, p.seq)).collect();
            for r in part {
                if let Some(seq) = by_id.get(&r.id) {
                    new.insert(r.id);
                    if !r.stems.is_empty() {
                        search.push((*seq, &r.stems, r.org, r.survey));
                    }
                }
            }
        }
    }
    index(q, &search).await?;
    Ok(new)
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
            let answers: super::rules::Answers = serde_json::from_str(&row.answers)?;
            out.entry(row.respondent).or_default().extend(answers.into_keys());
        }
    }
    Ok(out)
}

/// The answers of a company in the order they were stored, from a place on: for recounts and exports.
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
    q.all("select seq, org, survey, version, answers from response where seq > $1 order by seq limit $2", args![after, limit]).await
}

pub async fn remove_response(q: &impl Query, org: Uuid, row: &ResponseRow) -> Result<bool> {
    let n = q.run("delete from response where org = $1 and id = $2", args![org, row.id]).await?;
    q.run("delete from response_search where rowid = $1", args![row.seq]).await?;
    Ok(n == 1)
}

#[derive(FromQueryResult)]
struct Found {
    id: Uuid,
    branch: Option<Uuid>,
    closed: i64,
}

/// A place or person that a link may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: Uuid,
    /// The branch of an employee.
    pub branch: Option<Uuid>,
    /// Closed or dismissed: answers are no longer attributed to it.
    pub closed: bool,
}

/// What a link names: an id, or a code (branch), key (touchpoint) of this company.
pub async fn place(q: &impl Query, org: Uuid, table: PlaceKind, text: &str) -> Result<Option<Place>> {
    let id = Uuid::try_parse(text).unwrap_or_default();
    let sql = match table {
        PlaceKind::Branch => {
            "select id, cast(null as uuid) as branch, cast(case when closed_at is null then 0 else 1 end as bigint) as closed
                              from branch where org = $1 and (code = $2 or id = $3)"
        }
        PlaceKind::Employee => {
            "select id, branch, cast(case when left_on is null then 0 else 1 end as bigint) as closed
                                from employee where org = $1 and (code = $2 or id = $3)"
        }
        PlaceKind::Touchpoint => {
            "select id, cast(null as uuid) as branch, cast(0 as bigint) as closed
                                  from touchpoint where org = $1 and (key = $2 or id = $3)"
        }
    };
    let row: Option<Found> = q.one(sql, args![org, text, id]).await?;
    Ok(row.map(|r| Place { id: r.id, branch: r.branch, closed: r.closed != 0 }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    Branch,
    Employee,
    Touchpoint,
}

/// Remembers the names of channels.
pub async fn name_channels(q: &impl Query, names: &[(Uuid, Uuid, String)]) -> Result<()> {
    for (org, id, name) in names {
        q.run(
            "insert into channel (org, id, name) values ($1,$2,$3) on conflict (org, id) do nothing",
            args![*org, *id, &**name],
        )
        .await?;
    }
    Ok(())
}

/// Spends a personal link: it is answered on that day and never again. False when it was spent or withdrawn before.
pub async fn spend_invitation(q: &impl Query, org: Uuid, id: Uuid, on: &str) -> Result<bool> {
    let n = q
        .run("update invitation set answered_on = $3 where org = $1 and id = $2 and answered_on is null", args![org, id, on])
        .await?;
    Ok(n == 1)
}

/// Who reads what clients of a branch say: its branch head, the first by name when there are several.
pub async fn reader_of(q: &impl Query, org: Uuid, branch: Uuid) -> Result<Option<String>> {
    q.scalar(
        "select m.name from member m join member_branch b on b.org = m.org and b.member = m.id
         where m.org = $1 and b.branch = $2 and m.role = 'supervisor' and m.state = 'active' order by m.name, m.id limit 1",
        args![org, branch],
    )
    .await
}
