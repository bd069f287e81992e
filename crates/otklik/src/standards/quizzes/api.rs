//! The JSON door of quizzes and runs.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kit::i18n::{Label, T};
use kit::web::{Id, Input, List, Paging, Params, answer, created, etag, if_match, patched, tagged};
use kit::{Actor, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

pub mod results;

use super::rules::{self, Choice, Picks, QuizForm};
use super::store::{AttemptRow, QuizRow};
use crate::app::App;

/// A quiz. What is right, and why, is shown to those who may change it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Quiz {
    pub id: Uuid,
    pub standard: Uuid,
    pub pass_share: f64,
    /// Runs that one person has; null without a limit.
    pub attempts: Option<i64>,
    /// Grows when the questions change.
    pub version: i64,
    pub questions: Vec<QuizQuestion>,
    pub closed_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub etag: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct QuizQuestion {
    pub key: String,
    pub item: Uuid,
    #[schema(value_type = Label)]
    pub text: Json,
    pub options: Vec<QuizOption>,
    /// May several be ticked?
    pub many: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correct: Option<Picks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Label>,
    /// Its item was retired, so new runs leave it out; only for authors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orphaned: Option<bool>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct QuizOption {
    pub key: String,
    #[schema(value_type = Label)]
    pub title: Json,
}

/// Where it is edited a text is what was given; elsewhere it speaks the reader's language.
fn spoken(label: &Label, as_given: bool, t: T) -> Result<Json> {
    if as_given { Ok(serde_json::to_value(label)?) } else { Ok(Json::from(t.label(label))) }
}

fn options_of(options: &[Choice], as_given: bool, t: T) -> Result<Vec<QuizOption>> {
    options.iter().map(|o| Ok(QuizOption { key: o.key.clone(), title: spoken(&o.title, as_given, t)? })).collect()
}

async fn shown(app: &App, actor: &Actor, row: QuizRow) -> Result<Quiz> {
    let (author, t) = (super::is_author(actor), T::new(actor.lang));
    let questions = super::form_of(&row)?.questions;
    let items = if author { super::items_asked(&app.ground.db, actor.org, &questions).await? } else { Default::default() };
    let question = |q: rules::Question| {
        Ok(QuizQuestion {
            key: q.name().to_owned(),
            item: q.item,
            text: spoken(&q.text, author, t)?,
            options: options_of(&q.options, author, t)?,
            many: q.many(),
            orphaned: author.then(|| items.get(&q.item).is_none_or(|i| i.retired)),
            correct: Some(q.correct).filter(|_| author),
            explain: q.explain.filter(|_| author),
        })
    };
    Ok(Quiz {
        id: row.id,
        standard: row.standard,
        pass_share: rules::share(row.pass_share),
        attempts: row.attempts,
        version: row.number,
        questions: questions.into_iter().map(question).collect::<Result<_>>()?,
        closed_at: row.closed_at.map(Timestamp),
        created_at: Timestamp(row.created_at),
        etag: etag(row.version),
    })
}

/// Which quizzes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuizParams {
    /// Only of this standard.
    pub standard: Option<Uuid>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

/// Lists quizzes, newest first; closed ones only for those who may change them.
#[utoipa::path(get, path = "/quizzes", tag = "standards", params(QuizParams), responses((status = 200, body = List<Quiz>)))]
pub async fn list(State(app): State<App>, actor: Actor, p: Params<QuizParams>) -> Result<Response> {
    let paging = Paging { limit: p.0.limit, after: p.0.after };
    let rows = super::list(&app.ground.db, &actor, p.0.standard, paging.cursor()?, paging.limit()?).await?;
    let mut items = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        items.push(shown(&app, &actor, row).await?);
    }
    answer(200, &List { items, next: rows.next })
}

/// Makes a quiz on a standard; it is open at once.
#[utoipa::path(post, path = "/quizzes", tag = "standards", request_body = QuizForm, responses((status = 201, body = Quiz)))]
pub async fn create(State(app): State<App>, actor: Actor, form: Input<QuizForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::create(&tx, &form.0).await?;
    let (location, version) = (format!("/api/v1/quizzes/{}", row.id), row.version);
    let body = shown(&app, &actor, row).await?;
    tx.finish(201, Some(&location), &body, false).await?;
    Ok(tagged(created(&location, &body)?, version))
}

/// Shows a quiz.
#[utoipa::path(get, path = "/quizzes/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = Quiz)))]
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::seen(&app.ground.db, &actor, id.0).await?;
    let version = row.version;
    Ok(tagged(answer(200, &shown(&app, &actor, row).await?)?, version))
}

/// Changes a quiz (JSON merge patch); runs that were begun go on with what they asked.
#[utoipa::path(patch, path = "/quizzes/{id}", tag = "standards", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Quiz)))]
pub async fn edit(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::edit(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    let version = row.version;
    let body = shown(&app, &actor, row).await?;
    tx.commit().await?;
    Ok(tagged(answer(200, &body)?, version))
}

/// Closes a quiz: nobody begins it any more; its results stay.
#[utoipa::path(delete, path = "/quizzes/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn close(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::close(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A run through a quiz.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Attempt {
    pub id: Uuid,
    pub quiz: Uuid,
    pub employee: Uuid,
    /// The how-manieth run of this person; figures count the first.
    pub number: i64,
    #[schema(pattern = "^(open|submitted)$")]
    pub state: &'static str,
    /// In the order in which they are asked.
    pub questions: Vec<AttemptQuestion>,
    pub started_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    /// Questions that were answered rightly; null until it is handed in.
    pub right: Option<i64>,
    pub of: i64,
    pub share: Option<f64>,
    /// The same from 0 to 100.
    pub score: Option<f64>,
    pub passed: Option<bool>,
    pub results: Option<Vec<AttemptResult>>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AttemptQuestion {
    pub key: String,
    pub item: Uuid,
    pub text: String,
    pub options: Vec<QuizOption>,
    pub many: bool,
}

/// What a question got.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AttemptResult {
    pub key: String,
    pub item: Uuid,
    pub right: bool,
    pub picked: Vec<String>,
    /// The keys of the right options, once knowing them helps no further run: passed, no run left, or the quiz is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right_options: Option<Vec<String>>,
    pub explain: Option<String>,
}

#[expect(clippy::cast_precision_loss, reason = "at most a hundred questions")]
fn attempt_of(row: &AttemptRow, quiz: &QuizRow, actor: &Actor) -> Result<Attempt> {
    let (t, revealed) = (T::new(actor.lang), super::reveals(actor, quiz, row));
    let (asked, judged) = (super::asked(row)?, super::judged(row)?);
    let question = |q: &rules::Question| {
        Ok(AttemptQuestion {
            key: q.name().to_owned(),
            item: q.item,
            text: t.label(&q.text).to_owned(),
            options: options_of(&q.options, false, t)?,
            many: q.many(),
        })
    };
    let result = |q: &rules::Question| {
        let judged = judged.as_ref()?.get(q.name())?;
        Some(AttemptResult {
            key: q.name().to_owned(),
            item: q.item,
            right: judged.right,
            picked: judged.picked.clone(),
            right_options: revealed.then(|| q.correct.keys().to_vec()),
            explain: q.explain.as_ref().map(|e| t.label(e).to_owned()),
        })
    };
    let share = row.right_answers.map(|right| right as f64 / row.of_questions.max(1) as f64);
    Ok(Attempt {
        id: row.id,
        quiz: row.quiz,
        employee: row.employee,
        number: row.number,
        state: if row.submitted_at.is_some() { "submitted" } else { "open" },
        questions: asked.questions.iter().map(question).collect::<Result<_>>()?,
        started_at: Timestamp(row.started_at),
        submitted_at: row.submitted_at.map(Timestamp),
        right: row.right_answers,
        of: row.of_questions,
        share,
        score: share.map(|s| (s * 10_000.0).round() / 100.0),
        passed: row.passed,
        results: judged.as_ref().map(|_| asked.questions.iter().filter_map(result).collect()),
    })
}

/// Answers by the keys of the questions: an option's key, or a list of them where several may be ticked.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub answers: BTreeMap<String, Picks>,
}

/// Without answers a run begins; with answers it is a whole run in one call.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    #[serde(default)]
    pub answers: Option<BTreeMap<String, Picks>>,
    /// Which of one's own runs this is; a whole run that does not say it is the first. A number counts once, so that an
    /// answer that is sent twice is never two runs.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000000)]
    pub number: Option<i64>,
}

/// Begins a run (200 with the open one, where one was begun before), or takes a whole run in one call.
#[utoipa::path(post, path = "/quizzes/{id}/attempts", tag = "standards", params(("id" = Uuid, Path)), request_body = Start,
    responses((status = 201, body = Attempt), (status = 200, body = Attempt)))]
pub async fn attempt(State(app): State<App>, actor: Actor, id: Id, start: Input<Start>) -> Result<Response> {
    rules::check_number(start.0.number)?;
    let number = start.0.number.or(start.0.answers.as_ref().map(|_| 1));
    let tx = app.write(&actor).await?;
    let (mut row, mut new) = super::begin(&tx, id.0, number).await?;
    if let Some(answers) = &start.0.answers {
        (row, new) = (super::submit(&tx, row.id, answers).await?, true);
    }
    let location = format!("/api/v1/attempts/{}", row.id);
    let body = attempt_of(&row, &super::find(&tx, actor.org, row.quiz).await?, &actor)?;
    let status = if new { 201 } else { 200 };
    tx.finish(status, Some(&location), &body, false).await?;
    if new { created(&location, &body) } else { answer(200, &body) }
}

/// Lists runs of a quiz, newest first: all, those of the own branches, or the own ones.
#[utoipa::path(get, path = "/quizzes/{id}/attempts", tag = "standards", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = List<Attempt>)))]
pub async fn attempts(State(app): State<App>, actor: Actor, id: Id, paging: Params<Paging>) -> Result<Response> {
    let rows = super::attempts(&app.ground.db, &actor, id.0, paging.0.cursor()?, paging.0.limit()?).await?;
    let quiz = super::find(&app.ground.db, actor.org, id.0).await?;
    let items = rows.items.iter().map(|r| attempt_of(r, &quiz, &actor)).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: rows.next })
}

/// Shows a run.
#[utoipa::path(get, path = "/attempts/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = Attempt)))]
pub async fn show_attempt(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::attempt(&app.ground.db, &actor, id.0).await?;
    let quiz = super::find(&app.ground.db, actor.org, row.quiz).await?;
    answer(200, &attempt_of(&row, &quiz, &actor)?)
}

async fn handed_in(app: &App, actor: &Actor, id: Uuid, submission: &Submission) -> Result<(String, Attempt)> {
    let tx = app.write(actor).await?;
    let row = super::submit(&tx, id, &submission.answers).await?;
    let quiz = super::find(&tx, actor.org, row.quiz).await?;
    let (location, body) = (format!("/api/v1/attempts/{id}"), attempt_of(&row, &quiz, actor)?);
    tx.finish(201, Some(&location), &body, false).await?;
    Ok((location, body))
}

/// Hands a run in: once.
#[utoipa::path(post, path = "/attempts/{id}/submission", tag = "standards", params(("id" = Uuid, Path)), request_body = Submission,
    responses((status = 201, body = Attempt)))]
pub async fn submit(State(app): State<App>, actor: Actor, id: Id, submission: Input<Submission>) -> Result<Response> {
    let (location, body) = handed_in(&app, &actor, id.0, &submission.0).await?;
    created(&location, &body)
}

/// The same by another method.
#[utoipa::path(put, path = "/attempts/{id}/submission", tag = "standards", params(("id" = Uuid, Path)), request_body = Submission,
    responses((status = 200, body = Attempt)))]
pub async fn put_submission(State(app): State<App>, actor: Actor, id: Id, submission: Input<Submission>) -> Result<Response> {
    let (_, body) = handed_in(&app, &actor, id.0, &submission.0).await?;
    answer(200, &body)
}
