//! Rows of quizzes and runs, and what they need to know of items and people.

use kit::db::{Query, list_places};
use kit::filter::Filter;
use kit::{Result, Tx, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub struct QuizRow {
    pub id: Uuid,
    pub standard: Uuid,
    /// In ten-thousandths.
    pub pass_share: i64,
    pub attempts: Option<i64>,
    pub questions: String,
    pub number: i64,
    pub closed_at: Option<i64>,
    pub version: i64,
    pub created_at: i64,
}

const QUIZ: &str = "id, standard, pass_share, attempts, questions, number, closed_at, version, created_at";

/// Only quizzes about standards in force: a condition of [`quizzes`].
pub const IN_FORCE: &str = "exists (select 1 from standard s where s.org = quiz.org and s.id = quiz.standard and s.published is not null and s.withdrawn_at is null)";

pub async fn quiz(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<QuizRow>> {
    q.one(&format!("select {QUIZ} from quiz where org = $1 and id = $2"), args![org, id]).await
}

/// Newest first.
pub async fn quizzes(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<QuizRow>> {
    let limit = filter.place(limit.into());
    q.all(&format!("select {QUIZ} from quiz where {} order by id desc limit {limit}", filter.sql), filter.args).await
}

/// The open quizzes of these standards, oldest first.
pub async fn open_of(q: &impl Query, org: Uuid, standards: &[Uuid]) -> Result<Vec<QuizRow>> {
    let mut filter = Filter::of(org);
    filter.among("standard", standards);
    q.all(&format!("select {QUIZ} from quiz where {} and closed_at is null order by id", filter.sql), filter.args).await
}

pub async fn insert(tx: &Tx, row: &QuizRow) -> Result<()> {
    tx.run(
        "insert into quiz (org, id, standard, pass_share, attempts, questions, created_at) values ($1,$2,$3,$4,$5,$6,$7)",
        args![tx.org(), row.id, row.standard, row.pass_share, row.attempts, &*row.questions, row.created_at],
    )
    .await?;
    Ok(())
}

/// Changes an open quiz that is still as it was read.
pub async fn update(tx: &Tx, version: i64, row: &QuizRow) -> Result<u64> {
    tx.run(
        "update quiz set pass_share = $4, attempts = $5, questions = $6, number = $7, version = version + 1 \
         where org = $1 and id = $2 and version = $3 and closed_at is null",
        args![tx.org(), row.id, version, row.pass_share, row.attempts, &*row.questions, row.number],
    )
    .await
}

pub async fn close(tx: &Tx, id: Uuid) -> Result<u64> {
    tx.run(
        "update quiz set closed_at = $3, version = version + 1 where org = $1 and id = $2 and closed_at is null",
        args![tx.org(), id, tx.now.0],
    )
    .await
}

/// What a question says it is about: the text in force, or the draft before the first publication.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ItemRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub text: String,
    pub published: bool,
    pub retired: bool,
}

const ITEM: &str =
    "id, standard, coalesce(published, draft) as text, published is not null as published, retired_in is not null as retired";

pub async fn items_of(q: &impl Query, org: Uuid, standard: Uuid) -> Result<Vec<ItemRow>> {
    q.all(&format!("select {ITEM} from item where org = $1 and standard = $2 order by place, id"), args![org, standard]).await
}

pub async fn items(q: &impl Query, org: Uuid, ids: &[Uuid]) -> Result<Vec<ItemRow>> {
    let mut filter = Filter::of(org);
    filter.among("id", ids);
    q.all(&format!("select {ITEM} from item where {}", filter.sql), filter.args).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct StandardRow {
    pub id: Uuid,
    pub title: String,
    pub published: Option<i64>,
    pub withdrawn_at: Option<i64>,
}

/// Its title is the one in force; the draft's before the first publication.
const STANDARD: &str = "s.id, coalesce(v.title, s.title) as title, s.published, s.withdrawn_at from standard s \
     left join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published";

pub async fn standard(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<StandardRow>> {
    q.one(&format!("select {STANDARD} where s.org = $1 and s.id = $2"), args![org, id]).await
}

pub async fn standards(q: &impl Query, org: Uuid, ids: &[Uuid]) -> Result<Vec<StandardRow>> {
    let mut filter = Filter::of(org);
    filter.among("s.id", ids);
    q.all(&format!("select {STANDARD} where s.{}", filter.sql), filter.args).await
}

/// The standards that a quiz can be made for, by title.
pub async fn all_standards(q: &impl Query, org: Uuid) -> Result<Vec<StandardRow>> {
    q.all(
        "select id, title, published, withdrawn_at from standard where org = $1 and withdrawn_at is null order by title, id limit 1000",
        args![org],
    )
    .await
}

/// Where somebody works; `None` for somebody who has left by this day.
pub async fn works_in(q: &impl Query, org: Uuid, employee: Uuid, today: &str) -> Result<Option<Uuid>> {
    q.scalar(
        "select branch from employee where org = $1 and id = $2 and (left_on is null or left_on > $3)",
        args![org, employee, today],
    )
    .await
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct AttemptRow {
    pub id: Uuid,
    pub quiz: Uuid,
    pub employee: Uuid,
    pub employee_name: String,
    /// Where the person works now.
    pub employee_branch: Uuid,
    pub number: i64,
    pub asked: String,
    pub answers: Option<String>,
    pub right_answers: Option<i64>,
    pub of_questions: i64,
    pub passed: Option<bool>,
    /// Where the person worked when it was handed in.
    pub branch: Option<Uuid>,
    pub started_at: i64,
    pub submitted_at: Option<i64>,
}

const ATTEMPT: &str = "a.id, a.quiz, a.employee, e.name as employee_name, e.branch as employee_branch, a.number, a.asked, a.answers, \
     a.right_answers, a.of_questions, a.passed, a.branch, a.started_at, a.submitted_at \
     from attempt a join employee e on e.org = a.org and e.id = a.employee";

pub async fn attempt(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<AttemptRow>> {
    q.one(&format!("select {ATTEMPT} where a.org = $1 and a.id = $2"), args![org, id]).await
}

/// The run that a person has begun and not handed in.
pub async fn open_attempt(q: &impl Query, org: Uuid, quiz: Uuid, employee: Uuid) -> Result<Option<AttemptRow>> {
    let sql = format!("select {ATTEMPT} where a.org = $1 and a.quiz = $2 and a.employee = $3 and a.submitted_at is null");
    q.one(&sql, args![org, quiz, employee]).await
}

/// Which runs of a quiz are wanted.
pub struct Wanted<'a> {
    pub quiz: Uuid,
    pub employee: Option<Uuid>,
    /// Only of people who work in these branches; `None` for everybody.
    pub branches: Option<&'a [Uuid]>,
    pub before: Option<Uuid>,
    pub limit: i64,
}

/// Runs, newest first.
pub async fn attempts(q: &impl Query, org: Uuid, wanted: &Wanted<'_>) -> Result<Vec<AttemptRow>> {
    let mut sql = format!("select {ATTEMPT} where a.org = $1 and a.quiz = $2");
    let mut values = args![org, wanted.quiz];
    for (column, value) in [("a.employee =", wanted.employee), ("a.id <", wanted.before)] {
        if let Some(value) = value {
            values.push(value.into());
            sql.push_str(&format!(" and {column} ${}", values.len()));
        }
    }
    if let Some(branches) = wanted.branches {
        if branches.is_empty() {
            return Ok(Vec::new());
        }
        sql.push_str(&format!(" and e.branch in ({})", list_places(values.len(), branches.len())));
        values.extend(branches.iter().map(|b| Value::from(*b)));
    }
    values.push(wanted.limit.into());
    sql.push_str(&format!(" order by a.id desc limit ${}", values.len()));
    q.all(&sql, values).await
}

/// How many runs a person has handed in.
pub async fn runs(q: &impl Query, org: Uuid, quiz: Uuid, employee: Uuid) -> Result<i64> {
    let sql = "select cast(count(submitted_at) as bigint) from attempt where org = $1 and quiz = $2 and employee = $3";
    Ok(q.scalar(sql, args![org, quiz, employee]).await?.unwrap_or(0))
}

/// A run about to begin.
pub struct NewAttempt<'a> {
    pub id: Uuid,
    pub quiz: Uuid,
    pub employee: Uuid,
    pub number: i64,
    pub asked: &'a str,
    pub of: i64,
}

/// Begins a run; 0 when the person began one at the same moment.
pub async fn insert_attempt(tx: &Tx, new: &NewAttempt<'_>) -> Result<u64> {
    tx.run(
        "insert into attempt (org, id, quiz, employee, number, asked, of_questions, started_at) values ($1,$2,$3,$4,$5,$6,$7,$8) \
         on conflict do nothing",
        args![tx.org(), new.id, new.quiz, new.employee, new.number, new.asked, new.of, tx.now.0],
    )
    .await
}

/// What a run came to.
pub struct Outcome<'a> {
    pub answers: &'a str,
    pub right: i64,
    pub passed: bool,
    pub day: i64,
    pub branch: Uuid,
}

/// Hands a run in; 0 when it was handed in before.
pub async fn submit(tx: &Tx, id: Uuid, outcome: &Outcome<'_>) -> Result<u64> {
    tx.run(
        "update attempt set answers = $3, right_answers = $4, passed = $5, day = $6, branch = $7, submitted_at = $8 \
         where org = $1 and id = $2 and submitted_at is null",
        args![tx.org(), id, outcome.answers, outcome.right, outcome.passed, outcome.day, outcome.branch, tx.now.0],
    )
    .await
}

/// A first run as the figures count it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct FirstRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub employee: Uuid,
    pub branch: Uuid,
    pub day: i64,
    pub answers: String,
}

const FIRST: &str = "a.id, z.standard, a.employee, a.branch, a.day, a.answers from attempt a \
     join quiz z on z.org = a.org and z.id = a.quiz where a.org = $1 and a.number = 1 and a.submitted_at is not null";

/// First runs of the company, page by page.
pub async fn firsts(q: &impl Query, org: Uuid, after: Uuid, limit: i64) -> Result<Vec<FirstRow>> {
    q.all(&format!("select {FIRST} and a.id > $2 order by a.id limit $3"), args![org, after, limit]).await
}

/// First runs of one quiz, page by page.
pub async fn firsts_of(q: &impl Query, org: Uuid, quiz: Uuid, after: Uuid, limit: i64) -> Result<Vec<FirstRow>> {
    q.all(&format!("select {FIRST} and a.id > $2 and a.quiz = $4 order by a.id limit $3"), args![org, after, limit, quiz]).await
}

/// How the first runs of a quiz went in a branch.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BranchRow {
    pub branch: Uuid,
    pub name: String,
    pub people: i64,
    pub right_answers: i64,
    pub of_questions: i64,
    pub passed: i64,
}

pub async fn by_branch(q: &impl Query, org: Uuid, quiz: Uuid) -> Result<Vec<BranchRow>> {
    q.all(
        "select a.branch, b.name, cast(count(*) as bigint) as people, cast(sum(a.right_answers) as bigint) as right_answers, \
         cast(sum(a.of_questions) as bigint) as of_questions, cast(sum(case when a.passed then 1 else 0 end) as bigint) as passed \
         from attempt a join branch b on b.org = a.org and b.id = a.branch \
         where a.org = $1 and a.quiz = $2 and a.number = 1 and a.submitted_at is not null group by a.branch, b.name order by b.name, a.branch",
        args![org, quiz],
    )
    .await
}

/// How one person stands with a quiz.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StandRow {
    pub quiz: Uuid,
    pub submitted: i64,
    pub open: i64,
    pub best: Option<i64>,
    /// When it was passed first.
    pub passed_at: Option<i64>,
}

pub async fn stands(q: &impl Query, org: Uuid, employee: Uuid, quizzes: &[Uuid]) -> Result<Vec<StandRow>> {
    if quizzes.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = args![org, employee];
    let list = list_places(2, quizzes.len());
    values.extend(quizzes.iter().map(|z| Value::from(*z)));
    let sql = format!(
        "select quiz, cast(count(submitted_at) as bigint) as submitted, \
         cast(sum(case when submitted_at is null then 1 else 0 end) as bigint) as open, \
         cast(max(right_answers * 10000 / of_questions) as bigint) as best, \
         cast(min(case when passed then submitted_at end) as bigint) as passed_at \
         from attempt where org = $1 and employee = $2 and quiz in ({list}) group by quiz"
    );
    q.all(&sql, values).await
}
