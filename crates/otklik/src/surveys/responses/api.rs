//! The JSON door of answers in lists.

use axum::extract::State;
use axum::response::Response;
use kit::web::{Id, List, Paging, Params, answer};
use kit::{Actor, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::{After, Asked, list};
use crate::app::App;
use crate::surveys::api::ResponseOut;

/// Which answers are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Every one of these words, in any form, stands in a comment. Russian and English; ё is е.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// The first day, by the company's calendar.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<String>,
    /// The day after the last.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<String>,
    /// Id or code.
    pub branch: Option<String>,
    /// Id or code.
    pub employee: Option<String>,
    /// Id or key.
    pub touchpoint: Option<String>,
    pub channel: Option<String>,
    pub version: Option<i64>,
    /// The question that `score_below` is about; without it the first with a scale.
    pub question: Option<String>,
    /// Only answers with a score below this.
    pub score_below: Option<i64>,
    /// Only answers with a comment.
    pub commented: Option<bool>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// The cursor that the part before ended with.
    pub after: Option<String>,
}

/// Lists a survey's answers, newest first; with `q` the last stored first. Of a confidential or anonymous survey comments
/// only, in blocks of closed weeks with at least five answers; a block's answers come in an order that tells nothing.
#[utoipa::path(get, path = "/surveys/{id}/responses", tag = "surveys", params(("id" = Uuid, Path), Filters),
    responses((status = 200, body = List<ResponseOut>)))]
pub async fn of_survey(State(app): State<App>, actor: Actor, id: Id, filters: Params<Filters>) -> Result<Response> {
    answered(&app, &actor, Some(id.0), filters.0).await
}

/// Lists the answers of all surveys, newest first; those that were promised confidence are read survey by survey.
#[utoipa::path(get, path = "/responses", tag = "surveys", params(Filters), responses((status = 200, body = List<ResponseOut>)))]
pub async fn all(State(app): State<App>, actor: Actor, filters: Params<Filters>) -> Result<Response> {
    answered(&app, &actor, None, filters.0).await
}

async fn answered(app: &App, actor: &Actor, survey: Option<Uuid>, f: Filters) -> Result<Response> {
    let paging = Paging { limit: f.limit, after: f.after };
    let limit = paging.limit()?;
    let after = After::read(paging.cursor()?)?;
    let asked = Asked {
        q: f.q,
        from: f.from,
        to: f.to,
        branch: f.branch,
        employee: f.employee,
        touchpoint: f.touchpoint,
        channel: f.channel,
        version: f.version,
        question: f.question,
        score_below: f.score_below,
        commented: f.commented.unwrap_or(false),
        about: None,
    };
    let rows = list(&app.ground.db, actor, survey, &asked, (after, app.today(actor)), limit).await?;
    let cut = List::cut(rows, limit, |s| s.cursor.clone());
    let items = cut.items.into_iter().map(|s| ResponseOut::of(s.row, s.channel)).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: cut.next })
}
