//! The JSON door of tracks and newcomers.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kit::i18n::{Label, T};
use kit::time::{date_of, day_number};
use kit::web::{Id, Input, List, Paging, Params, answer, created, etag, if_match, patched, tagged};
use kit::{Actor, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::rules::{Kind, Shown, Step, Tick, TrackForm, Who};
use super::store::TrackRow;
use super::{Begin, Card};
use crate::access::places::branch_ref;
use crate::app::App;

/// A track.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Track {
    pub id: Uuid,
    pub title: Label,
    pub positions: Vec<String>,
    pub steps: Vec<Step>,
    pub active: bool,
    pub created_at: Timestamp,
    pub etag: String,
}

impl Track {
    fn of(row: &TrackRow) -> Result<Self> {
        let form = super::form_of(row)?;
        Ok(Self {
            id: row.id,
            title: form.title,
            positions: form.positions,
            steps: form.steps,
            active: form.active,
            created_at: Timestamp(row.created_at),
            etag: etag(row.version),
        })
    }
}

/// Lists tracks, newest first.
#[utoipa::path(get, path = "/onboarding-tracks", tag = "standards", params(Paging), responses((status = 200, body = List<Track>)))]
pub async fn tracks(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let rows = super::tracks(&app.ground.db, &actor, paging.0.cursor()?, paging.0.limit()?).await?;
    let items = rows.items.iter().map(Track::of).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: rows.next })
}

async fn made(tx: kit::Tx, row: TrackRow) -> Result<Response> {
    let (location, body) = (format!("/api/v1/onboarding-tracks/{}", row.id), Track::of(&row)?);
    tx.finish(201, Some(&location), &body, false).await?;
    Ok(tagged(created(&location, &body)?, row.version))
}

/// Makes a track.
#[utoipa::path(post, path = "/onboarding-tracks", tag = "standards", request_body = TrackForm, responses((status = 201, body = Track)))]
pub async fn create_track(State(app): State<App>, actor: Actor, form: Input<TrackForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::create_track(&tx, &form.0).await?;
    made(tx, row).await
}

/// Adds the track to begin with: the first three months, in both languages.
#[utoipa::path(post, path = "/onboarding-tracks/starter", tag = "standards", responses((status = 201, body = Track)))]
pub async fn starter(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::add_starter(&tx).await?;
    made(tx, row).await
}

/// Shows a track.
#[utoipa::path(get, path = "/onboarding-tracks/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = Track)))]
pub async fn track(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::find_track(&app.ground.db, actor.org, id.0).await?;
    Ok(tagged(answer(200, &Track::of(&row)?)?, row.version))
}

/// Changes a track (JSON merge patch); those who are on it keep the steps that they began with.
#[utoipa::path(patch, path = "/onboarding-tracks/{id}", tag = "standards", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Track)))]
pub async fn edit_track(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    headers: HeaderMap,
    patch: Input<Json>,
) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = super::edit_track(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    tx.commit().await?;
    Ok(tagged(answer(200, &Track::of(&row)?)?, row.version))
}

/// Somebody on a track.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Newcomer {
    pub id: Uuid,
    pub employee: Uuid,
    pub name: String,
    pub branch: Uuid,
    pub position: Option<String>,
    pub track: Uuid,
    pub track_title: String,
    #[schema(format = Date)]
    pub started_on: String,
    /// Days since the first working day.
    pub day: i64,
    #[schema(pattern = "^(running|passed|failed|stopped)$")]
    pub state: String,
    pub closed_at: Option<Timestamp>,
    pub done: usize,
    pub late: usize,
    pub steps: Vec<NewcomerStep>,
    pub etag: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct NewcomerStep {
    /// Its place, from 1.
    pub n: usize,
    pub day: i64,
    pub kind: Kind,
    pub title: String,
    pub standard: Option<Uuid>,
    pub quiz: Option<Uuid>,
    pub who: Who,
    /// Days away push it back.
    #[schema(format = Date)]
    pub due_on: String,
    #[schema(pattern = "^(open|late|done|lifted)$")]
    pub state: &'static str,
    pub done_at: Option<Timestamp>,
    /// Who ticked it.
    pub done_by: Option<String>,
    pub mark: Option<i64>,
    pub note: Option<String>,
}

impl NewcomerStep {
    fn of(s: Shown, t: T) -> Self {
        let state = match (s.done_at, s.late) {
            (Some(_), _) => "done",
            (None, true) => "late",
            // Its standard was withdrawn.
            (None, false) if s.lifted => "lifted",
            (None, false) => "open",
        };
        let done = s.done;
        Self {
            n: s.n,
            day: s.step.day,
            kind: s.step.kind,
            title: t.label(&s.step.title).to_owned(),
            standard: s.step.standard,
            quiz: s.step.quiz,
            who: s.step.who(),
            due_on: date_of(s.due).to_string(),
            state,
            done_at: s.done_at.map(Timestamp),
            mark: done.as_ref().and_then(|d| d.mark),
            note: done.as_ref().and_then(|d| d.note.clone()),
            done_by: done.map(|d| d.by_name),
        }
    }
}

impl Newcomer {
    fn of(card: Card, t: T) -> Self {
        Self {
            id: card.row.id,
            employee: card.row.employee,
            name: card.row.name.clone(),
            branch: card.row.branch,
            position: card.row.position.clone(),
            track: card.row.track,
            track_title: t.label(&crate::standards::quizzes::label_of(&card.row.track_title)).to_owned(),
            started_on: date_of(card.row.started_day).to_string(),
            day: card.today - card.row.started_day,
            closed_at: card.row.closed_at.map(Timestamp),
            done: card.done(),
            late: card.late(),
            etag: etag(card.row.version),
            state: card.state,
            steps: card.steps.into_iter().map(|s| NewcomerStep::of(s, t)).collect(),
        }
    }
}

/// Today in the company's time zone.
pub(super) fn today(app: &App, actor: &Actor) -> i64 {
    day_number(app.ground.now().date(&actor.zone))
}

/// Which newcomers.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NewcomerParams {
    /// A branch's id or code.
    pub branch: Option<String>,
    #[param(pattern = "^(running|passed|failed|stopped)$")]
    pub state: Option<String>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

impl NewcomerParams {
    /// The branch and the state that are meant.
    ///
    /// # Errors
    /// `Invalid` when one of them is unknown.
    pub async fn which(&self, app: &App, actor: &Actor) -> Result<(Option<Uuid>, Option<String>)> {
        let branch = match self.branch.as_deref().filter(|b| !b.is_empty()) {
            None => None,
            Some(text) => {
                Some(branch_ref(&app.ground.db, actor.org, text).await?.ok_or_else(|| Error::field("branch", "unknown"))?)
            }
        };
        let state = self.state.clone().filter(|s| !s.is_empty());
        if state.as_deref().is_some_and(|s| !["running", "passed", "failed", "stopped"].contains(&s)) {
            let fault = kit::FieldError::new("state", "unknown-variant").with("allowed", "running, passed, failed, stopped");
            return Err(Error::Invalid(vec![fault]));
        }
        Ok((branch, state))
    }
}

/// Lists newcomers, those who began last first.
#[utoipa::path(get, path = "/newcomers", tag = "standards", params(NewcomerParams), responses((status = 200, body = List<Newcomer>)))]
pub async fn newcomers(State(app): State<App>, actor: Actor, p: Params<NewcomerParams>) -> Result<Response> {
    let (branch, state) = p.0.which(&app, &actor).await?;
    let paging = Paging { limit: p.0.limit, after: p.0.after };
    let part = (paging.cursor()?, paging.limit()?);
    let list = super::newcomers(&app.ground.db, &actor, branch, state, part, today(&app, &actor)).await?;
    let t = T::new(actor.lang);
    answer(200, &list.map(|c| Newcomer::of(c, t)))
}

/// Puts a person on a track.
#[utoipa::path(post, path = "/newcomers", tag = "standards", request_body = Begin, responses((status = 201, body = Newcomer)))]
pub async fn begin(State(app): State<App>, actor: Actor, new: Input<Begin>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let id = super::begin(&tx, &new.0).await?.id;
    let body = Newcomer::of(super::newcomer(&tx, &actor, id, today(&app, &actor)).await?, T::new(actor.lang));
    let location = format!("/api/v1/newcomers/{id}");
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// Shows a newcomer with the steps.
#[utoipa::path(get, path = "/newcomers/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = Newcomer)))]
pub async fn newcomer(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let card = super::newcomer(&app.ground.db, &actor, id.0, today(&app, &actor)).await?;
    let version = card.row.version;
    Ok(tagged(answer(200, &Newcomer::of(card, T::new(actor.lang)))?, version))
}

/// The number of a step in a path.
#[derive(Debug, Deserialize)]
pub struct StepPath {
    n: String,
}

impl StepPath {
    pub(super) fn number(&self) -> Result<usize> {
        self.n.parse().map_err(|_| Error::NotFound)
    }
}

/// Ticks a step; the last assessment closes the track.
#[utoipa::path(post, path = "/newcomers/{id}/steps/{n}", tag = "standards", request_body = Tick,
    params(("id" = Uuid, Path), ("n" = i64, Path, description = "The step's place, from 1", minimum = 1, maximum = 60)),
    responses((status = 201, body = Newcomer)))]
pub async fn tick(State(app): State<App>, actor: Actor, id: Id, n: Path<StepPath>, said: Input<Tick>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::tick(&tx, id.0, n.0.number()?, &said.0).await?;
    let body = Newcomer::of(super::newcomer(&tx, &actor, id.0, today(&app, &actor)).await?, T::new(actor.lang));
    let location = format!("/api/v1/newcomers/{}", id.0);
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// Takes a tick back; that of the last assessment opens the track again.
#[utoipa::path(delete, path = "/newcomers/{id}/steps/{n}", tag = "standards",
    params(("id" = Uuid, Path), ("n" = i64, Path, description = "The step's place, from 1", minimum = 1, maximum = 60)),
    responses((status = 204)))]
pub async fn untick(State(app): State<App>, actor: Actor, id: Id, n: Path<StepPath>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::untick(&tx, id.0, n.0.number()?).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
