//! The own account: name and language, password, sessions.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kit::web::{Id, Input, List, Paging, Params, answer, etag, if_match, patched, tagged};
use kit::{Actor, Error, Result, Role, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::wanted;
use crate::access::account::{self, Account};
use crate::access::store::account::SessionRow;
use crate::app::App;

/// A company that lets one in.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Membership {
    pub id: Uuid,
    pub name: String,
    pub role: Role,
}

/// Who one is.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountOut {
    /// The user in this company.
    pub id: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// `ru` or `en`; null: as the company has it.
    pub locale: Option<String>,
    pub role: Role,
    /// The company of this token.
    pub company: Uuid,
    /// The employee that one is.
    pub employee: Option<Uuid>,
    /// The branches that one answers for.
    pub branches: Vec<Uuid>,
    /// Every company that lets one in, this one among them.
    pub companies: Vec<Membership>,
    pub etag: String,
}

fn shown(actor: &Actor, account: Account) -> Result<Response> {
    let row = account.user.row;
    let role = |text: &str| Role::parse(text).unwrap_or(Role::Viewer);
    let body = AccountOut {
        id: row.id,
        name: row.name,
        email: row.email,
        phone: row.phone,
        locale: row.locale,
        role: role(&row.role),
        company: actor.org,
        employee: row.employee,
        branches: account.user.branches,
        companies: account.companies.into_iter().map(|c| Membership { id: c.id, name: c.name, role: role(&c.role) }).collect(),
        etag: etag(row.version),
    };
    Ok(tagged(answer(200, &body)?, row.version))
}

/// Shows the own account.
#[utoipa::path(get, path = "/account", tag = "access", responses((status = 200, body = AccountOut)))]
pub async fn account(State(app): State<App>, actor: Actor) -> Result<Response> {
    shown(&actor, account::account(&app.ground.db, &actor).await?)
}

/// Changes the own name or language (JSON merge patch of `name` and `locale`).
#[utoipa::path(patch, path = "/account", tag = "access",
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = AccountOut)))]
pub async fn edit_account(State(app): State<App>, actor: Actor, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    account::edit(&tx, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    let now = account::account(&tx, &actor).await?;
    tx.commit().await?;
    shown(&actor, now)
}

/// A new password, under the present one.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    /// The password that signs in now.
    #[schema(max_length = 256)]
    pub current: String,
    #[schema(min_length = 10, max_length = 256)]
    pub new: String,
}

/// Changes the own password: every session and every other token ends. Five tries a minute. The answer of a first try is not
/// kept for an `Idempotency-Key`, for nothing of a password is.
#[utoipa::path(post, path = "/account/password", tag = "access", request_body = PasswordForm, responses((status = 204)))]
pub async fn change_password(State(app): State<App>, actor: Actor, form: Input<PasswordForm>) -> Result<Response> {
    let changed = account::change_password(&app.ground, &actor, &form.0.current, &form.0.new).await;
    changed.map_err(|error| match error {
        Error::Invalid(mut faults) => {
            for fault in &mut faults {
                fault.field = if fault.field == "present" { "current".into() } else { "new".into() };
            }
            Error::Invalid(faults)
        }
        other => other,
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A browser in which one is signed in.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Session {
    pub id: Uuid,
    /// Browser and system, such as `Firefox, Windows`; null when they are not known.
    pub device: Option<String>,
    pub created_at: Timestamp,
    /// Last used, to the hour.
    pub seen_at: Timestamp,
}

impl From<SessionRow> for Session {
    fn from(r: SessionRow) -> Self {
        let device = Some(r.device).filter(|d| !d.is_empty());
        Self { id: r.id, device, created_at: Timestamp(r.created_at), seen_at: Timestamp(r.seen_at) }
    }
}

/// Lists the browsers in which one is signed in, last seen first.
#[utoipa::path(get, path = "/account/sessions", tag = "access", params(Paging), responses((status = 200, body = List<Session>)))]
pub async fn sessions(State(app): State<App>, actor: Actor, p: Params<Paging>) -> Result<Response> {
    let wanted = wanted(p.0.limit, p.0.after, None)?;
    let list = account::sessions(&app.ground.db, &actor, app.ground.now(), &wanted).await?;
    answer(200, &list.map(Session::from))
}

/// Signs out in one browser.
#[utoipa::path(delete, path = "/account/sessions/{id}", tag = "access", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn end_session(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    account::end_session(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
