//! The JSON door of surveys and answers.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kit::web::{Id, Input, List, Paging, Params, answer, created, etag, if_match, tagged};
use kit::{Actor, Result, Timestamp};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::rules::form::Form;
use super::store::{self, ResponseRow, SurveyRow};
use super::templates::{self, Template};
use crate::app::App;

/// A survey.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Survey {
    pub id: Uuid,
    /// Permanent: it is printed.
    pub code: String,
    pub url: String,
    /// The link with which staff try it out: answers that come by it never count.
    pub test_url: String,
    #[schema(pattern = "^(draft|open|closed)$")]
    pub state: String,
    /// The published version; null before the first publication.
    pub version: Option<i64>,
    pub etag: String,
    pub created_at: Timestamp,
    #[serde(flatten)]
    #[schema(inline)]
    pub form: Form,
}

impl Survey {
    /// # Errors
    /// When the stored draft cannot be read: a defect.
    pub fn of(app: &App, row: SurveyRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            url: format!("{}/s/{}", app.ground.public_url, row.code),
            test_url: super::links::test_address(&app.ground, &row.code),
            code: row.code,
            state: row.state,
            version: row.published,
            etag: etag(row.version),
            created_at: Timestamp(row.created_at),
            form: serde_json::from_str(&row.draft)?,
        })
    }
}

/// What a publication answers.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Publication {
    pub code: String,
    pub url: String,
    pub version: i64,
}

/// Lists surveys, newest first.
#[utoipa::path(get, path = "/surveys", tag = "surveys", params(Paging), responses((status = 200, body = List<Survey>)))]
pub async fn list(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let limit = paging.0.limit()?;
    let before = paging.0.cursor_id()?;
    let rows = store::surveys(&app.ground.db, actor.org, before, limit + 1).await?;
    let cut = List::cut(rows, limit, |r| vec![r.id.to_string()]);
    let next = cut.next;
    let items = cut.items.into_iter().map(|r| Survey::of(&app, r)).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next })
}

/// Makes a survey: a draft with a permanent code.
#[utoipa::path(post, path = "/surveys", tag = "surveys", request_body = Form, responses((status = 201, body = Survey)))]
pub async fn create(State(app): State<App>, actor: Actor, form: Input<Form>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::create(&tx, &form.0).await?;
    made(&app, tx, row).await
}

/// Shows a survey with its draft.
#[utoipa::path(get, path = "/surveys/{id}", tag = "surveys", params(("id" = Uuid, Path)), responses((status = 200, body = Survey)))]
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::find(&app.ground.db, actor.org, id.0).await?;
    let version = row.version;
    Ok(tagged(answer(200, &Survey::of(&app, row)?)?, version))
}

/// Changes the draft (JSON merge patch); the published version stays as it is.
#[utoipa::path(patch, path = "/surveys/{id}", tag = "surveys", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Survey)))]
pub async fn edit(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::find(&tx, actor.org, id.0).await?;
    let wanted = if_match(&headers)?;
    let draft: Form = serde_json::from_str(&row.draft)?;
    let form = kit::web::patched(&draft, &patch.0)?;
    let row = super::edit(&tx, id.0, Some(wanted.unwrap_or(row.version)), &form).await?;
    let version = row.version;
    let body = Survey::of(&app, row)?;
    tx.commit().await?;
    Ok(tagged(answer(200, &body)?, version))
}

/// Freezes the draft as a version and opens the survey.
#[utoipa::path(post, path = "/surveys/{id}/publication", tag = "surveys", params(("id" = Uuid, Path)),
    responses((status = 201, body = Publication)))]
pub async fn publish(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::publish(&tx, id.0).await?;
    let body = Publication {
        url: format!("{}/s/{}", app.ground.public_url, row.code),
        code: row.code,
        version: row.published.unwrap_or(1),
    };
    let location = format!("/api/v1/surveys/{}", row.id);
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// Closes the survey; its code stays its own.
#[utoipa::path(delete, path = "/surveys/{id}/publication", tag = "surveys", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn close(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::close(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An answer.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ResponseOut {
    pub id: Uuid,
    pub external_id: Option<String>,
    pub survey: Uuid,
    pub version: i64,
    pub at: Option<Timestamp>,
    #[schema(value_type = Object)]
    pub answers: Json,
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<String>,
    pub lang: Option<String>,
    pub source: String,
    /// What the link said and could not be attributed.
    #[schema(value_type = Option<Object>)]
    pub raw: Option<Json>,
}

impl ResponseOut {
    /// # Errors
    /// When the stored answer cannot be read: a defect.
    pub fn of(row: ResponseRow, channel: Option<String>) -> Result<Self> {
        Ok(Self {
            id: row.id,
            external_id: row.external_id,
            survey: row.survey,
            version: row.version,
            at: row.at.map(Timestamp),
            answers: serde_json::from_str(&row.answers)?,
            branch: row.branch,
            employee: row.employee,
            touchpoint: row.touchpoint,
            channel,
            lang: row.lang,
            source: row.source,
            raw: row.raw.as_deref().map(serde_json::from_str).transpose()?,
        })
    }
}

/// Shows an answer. That of a confidential or anonymous survey only to who reads the whole company, once its block is closed.
#[utoipa::path(get, path = "/responses/{id}", tag = "surveys", params(("id" = Uuid, Path)), responses((status = 200, body = ResponseOut)))]
pub async fn response(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let shown = super::responses::show(&app.ground.db, &actor, id.0, app.today(&actor)).await?;
    answer(200, &ResponseOut::of(shown.row, shown.channel)?)
}

/// Removes an answer; figures follow. Of a confidential or anonymous survey, once its week is over, every word goes and the
/// figures keep counting it: else whoever removes it would learn its score.
#[utoipa::path(delete, path = "/responses/{id}", tag = "surveys", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn remove_response(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::remove_response(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Copies a survey into a new draft with a code of its own.
#[utoipa::path(post, path = "/surveys/{id}/copy", tag = "surveys", params(("id" = Uuid, Path)), responses((status = 201, body = Survey)))]
pub async fn copy(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::copy(&tx, id.0).await?;
    made(&app, tx, row).await
}

/// Lists the surveys to begin with.
#[utoipa::path(get, path = "/surveys/templates", tag = "surveys", responses((status = 200, body = List<Template>)))]
pub async fn templates(_: State<App>, _: Actor) -> Result<Response> {
    answer(200, &List { items: templates::all()?, next: None })
}

/// Makes a draft from a template.
#[utoipa::path(post, path = "/surveys/templates/{key}/copy", tag = "surveys", params(("key" = String, Path)),
    responses((status = 201, body = Survey)))]
pub async fn copy_template(State(app): State<App>, actor: Actor, Path(key): Path<String>) -> Result<Response> {
    let form = templates::find(&key)?.form;
    let tx = app.write(&actor).await?;
    let row = super::create(&tx, &form).await?;
    made(&app, tx, row).await
}

async fn made(app: &App, tx: kit::Tx, row: SurveyRow) -> Result<Response> {
    let location = format!("/api/v1/surveys/{}", row.id);
    let version = row.version;
    let body = Survey::of(app, row)?;
    tx.finish(201, Some(&location), &body, false).await?;
    Ok(tagged(created(&location, &body)?, version))
}
