//! The JSON door of personal links.

use axum::extract::State;
use axum::response::Response;
use kit::web::{Id, Input, List, Paging, Params, answer, created};
use kit::{Actor, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{InvitationRow, Invite, MOST, Made, Told, store};
use crate::app::App;
use crate::surveys;

/// One person, or `items` with up to 1000.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitations {
    #[schema(max_length = 200)]
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub branch: Option<String>,
    pub employee: Option<String>,
    pub touchpoint: Option<String>,
    #[schema(max_length = 60)]
    pub channel: Option<String>,
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Option<Vec<Invite>>,
    /// Send the links by e-mail to those who have one.
    #[serde(default)]
    pub send: bool,
}

/// A personal link, as it stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Invitation {
    pub id: Uuid,
    pub survey: Uuid,
    /// Shown once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[schema(pattern = "^(waiting|answered|expired)$")]
    pub state: &'static str,
    /// The day; never shown of a confidential or anonymous survey.
    pub answered_on: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
}

/// Links made by one request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Links {
    pub items: Vec<Invitation>,
}

impl Invitation {
    fn of(row: InvitationRow, link: Option<String>, now: Timestamp, told: &Told) -> Self {
        let (row, state) = told.show(row, now);
        Self {
            state: state.as_str(),
            id: row.id,
            survey: row.survey,
            link,
            answered_on: row.answered_on,
            name: row.name,
            email: row.email,
            phone: row.phone,
            branch: row.branch,
            employee: row.employee,
            touchpoint: row.touchpoint,
            channel: row.channel,
            sent_at: row.sent_at.map(Timestamp),
            expires_at: Timestamp(row.expires_at),
            created_at: Timestamp(row.created_at),
        }
    }
}

/// Makes personal links: one, or up to 1000 at once (all or none).
#[utoipa::path(post, path = "/surveys/{id}/invitations", tag = "surveys", params(("id" = Uuid, Path)), request_body = Invitations,
    responses((status = 201, description = "The link, or `items` with all of them", body = Object)))]
pub async fn create(State(app): State<App>, actor: Actor, id: Id, asked: Input<Invitations>) -> Result<Response> {
    let Invitations { name, email, phone, branch, employee, touchpoint, channel, items, send } = asked.0;
    let one = Invite { name, email, phone, branch, employee, touchpoint, channel };
    let many = items.is_some();
    let list = match items {
        Some(items) => {
            let alone = [&one.name, &one.email, &one.phone, &one.branch, &one.employee, &one.touchpoint, &one.channel];
            if alone.iter().any(|f| f.is_some()) {
                return Err(Error::field("items", "one-or-items"));
            }
            if items.is_empty() || items.len() > MOST {
                return Err(Error::Invalid(vec![kit::FieldError::new("items", "out-of-range").with("min", 1).with("max", MOST)]));
            }
            items
        }
        None => vec![one],
    };
    let tx = app.write(&actor).await?;
    let at = |i: usize, name: &str| if many { format!("items[{i}].{name}") } else { name.to_owned() };
    let made = super::invite(&tx, id.0, &list, &at, send).await?;
    let now = tx.now;
    let mut out: Vec<Invitation> =
        made.into_iter().map(|Made { row, link }| Invitation::of(row, Some(link), now, &Told::default())).collect();
    if many {
        let location = format!("/api/v1/surveys/{}/invitations", id.0);
        let body = Links { items: out };
        tx.finish(201, Some(&location), &body, true).await?;
        return created(&location, &body);
    }
    let body = out.pop().ok_or_else(|| Error::Internal("no link was made".into()))?;
    let location = format!("/api/v1/invitations/{}", body.id);
    tx.finish(201, Some(&location), &body, true).await?;
    created(&location, &body)
}

/// Lists the personal links of a survey, newest first. Who answered is known, what they answered is not; of a
/// confidential or anonymous survey who answered is told for five together, once their weeks are over.
#[utoipa::path(get, path = "/surveys/{id}/invitations", tag = "surveys", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = List<Invitation>)))]
pub async fn list(State(app): State<App>, actor: Actor, id: Id, paging: Params<Paging>) -> Result<Response> {
    let survey = surveys::find(&app.ground.db, actor.org, id.0).await?;
    let limit = paging.0.limit()?;
    let before = paging.0.cursor_id()?;
    let told = Told::of(&app.ground.db, actor.org, &survey, app.today(&actor)).await?;
    let rows = store::list(&app.ground.db, actor.org, survey.id, before, limit + 1).await?;
    let now = app.ground.now();
    answer(200, &List::cut(rows, limit, |r| vec![r.id.to_string()]).map(|r| Invitation::of(r, None, now, &told)))
}

/// Shows a personal link, without its secret.
#[utoipa::path(get, path = "/invitations/{id}", tag = "surveys", params(("id" = Uuid, Path)), responses((status = 200, body = Invitation)))]
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = store::find(&app.ground.db, actor.org, id.0).await?.ok_or(Error::NotFound)?;
    let survey = surveys::find(&app.ground.db, actor.org, row.survey).await?;
    let told = Told::of(&app.ground.db, actor.org, &survey, app.today(&actor)).await?;
    answer(200, &Invitation::of(row, None, app.ground.now(), &told))
}
