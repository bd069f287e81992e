//! Rows of surveys and their versions; answers stand in `answers`, what a link names in `places`,
//! keys of repeated requests in `keys`, reading along an index in `folding`.

use kit::db::{Query, list_places};
use kit::{Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

mod answers;
mod folding;
mod keys;
pub mod mixing;
mod places;

pub use answers::{
    NewResponse, RESPONSE, ResponseRow, answered_before, hush_response, index, insert_responses, of_respondent, org_word,
    remove_response, response, responses_from, said_from, survey_word,
};
pub use folding::{PAGE, Which, answers_along, has_respondents};
pub use keys::{claim_key, kept_key};
pub use places::{Place, PlaceKind, name_channels, place, reader_of, spend_invitation};

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

/// A draft that was never published; the code drawn for it must be free.
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
