//! Users, their invitations, and tokens.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kit::web::{Id, Input, List, Paging, Params, answer, created, if_match, patched};
use kit::{Actor, Result, Role, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::wanted;
use crate::access::people;
use crate::access::rules::people::{InviteKind, Invited, TokenForm, UserForm, UserState};
use crate::access::store::people::TokenRow;
use crate::app::App;
use crate::thing::{Thing, changed, listed, made, shown};

/// A user.
#[derive(Serialize, utoipa::ToSchema)]
pub struct UserOut {
    pub id: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Role,
    pub employee: Option<Uuid>,
    pub branches: Vec<Uuid>,
    pub state: UserState,
    pub created_at: Timestamp,
    pub etag: String,
}

impl Thing for people::User {
    type Shown = UserOut;
    const PLACE: &'static str = "users";

    fn key(&self) -> (Uuid, i64) {
        (self.row.id, self.row.version)
    }

    fn show(self, _: &Actor) -> Result<UserOut> {
        let etag = self.tag();
        Ok(UserOut {
            id: self.row.id,
            name: self.row.name,
            email: self.row.email,
            phone: self.row.phone,
            role: Role::parse(&self.row.role).unwrap_or(Role::Viewer),
            employee: self.row.employee,
            branches: self.branches,
            state: UserState::parse(&self.row.state),
            created_at: Timestamp(self.row.created_at),
            etag,
        })
    }
}

/// Lists users by name.
#[utoipa::path(get, path = "/users", tag = "access", params(Paging), responses((status = 200, body = List<UserOut>)))]
pub async fn users(State(app): State<App>, actor: Actor, p: Params<Paging>) -> Result<Response> {
    let list = people::users(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, None)?).await?;
    listed(&actor, list)
}

/// Lets somebody in, as invited: they come in by a link or a code.
#[utoipa::path(post, path = "/users", tag = "access", request_body = UserForm, responses((status = 201, body = UserOut)))]
pub async fn create_user(State(app): State<App>, actor: Actor, form: Input<UserForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let user = people::create_user(&tx, &form.0).await?;
    made(tx, user).await
}

/// Shows a user.
#[utoipa::path(get, path = "/users/{id}", tag = "access", params(("id" = Uuid, Path)), responses((status = 200, body = UserOut)))]
pub async fn user(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let user = people::user(&app.ground.db, actor.org, id.0).await?;
    shown(&actor, user)
}

/// Changes name, role, employee, branches or state (JSON merge patch).
#[utoipa::path(patch, path = "/users/{id}", tag = "access", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = UserOut)))]
pub async fn edit_user(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let user = people::edit_user(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    changed(tx, user).await
}

/// Ends a user's access at once.
#[utoipa::path(delete, path = "/users/{id}", tag = "access", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn revoke_user(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    people::revoke_user(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// How the invitation goes out.
#[derive(Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteForm {
    pub kind: InviteKind,
}

/// Makes a way in for an invited user: a link to copy, a mail, or a code to print. An earlier one stops working.
#[utoipa::path(post, path = "/users/{id}/invitation", tag = "access", params(("id" = Uuid, Path)), request_body = InviteForm,
    responses((status = 201, body = Invited)))]
pub async fn invite(State(app): State<App>, actor: Actor, id: Id, form: Input<InviteForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let body = people::invite(&tx, id.0, form.0.kind).await?;
    let location = format!("/api/v1/users/{}", id.0);
    tx.finish(201, Some(&location), &body, true).await?;
    created(&location, &body)
}

/// A link to a new password.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ResetOut {
    pub url: String,
}

/// Makes a link with which a user chooses a new password.
#[utoipa::path(post, path = "/users/{id}/password-reset", tag = "access", params(("id" = Uuid, Path)),
    responses((status = 201, body = ResetOut)))]
pub async fn reset(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let body = ResetOut { url: people::reset_link(&tx, id.0).await? };
    let location = format!("/api/v1/users/{}", id.0);
    tx.finish(201, Some(&location), &body, true).await?;
    created(&location, &body)
}

/// A token, without its secret.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenOut {
    pub id: Uuid,
    pub name: String,
    pub scopes: Vec<String>,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
    /// The secret, only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl From<TokenRow> for TokenOut {
    fn from(r: TokenRow) -> Self {
        Self {
            id: r.id,
            name: r.name,
            scopes: r.scopes.split_whitespace().map(str::to_owned).collect(),
            created_at: Timestamp(r.created_at),
            used_at: r.used_at.map(Timestamp),
            token: None,
        }
    }
}

/// Lists the own tokens, newest first.
#[utoipa::path(get, path = "/tokens", tag = "access", params(Paging), responses((status = 200, body = List<TokenOut>)))]
pub async fn tokens(State(app): State<App>, actor: Actor, p: Params<Paging>) -> Result<Response> {
    let list = people::tokens(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, None)?).await?;
    answer(200, &list.map(TokenOut::from))
}

/// Makes a token; its secret is shown this once.
#[utoipa::path(post, path = "/tokens", tag = "access", request_body = TokenForm, responses((status = 201, body = TokenOut)))]
pub async fn create_token(State(app): State<App>, actor: Actor, form: Input<TokenForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let (row, secret) = people::create_token(&tx, &form.0).await?;
    let location = format!("/api/v1/tokens/{}", row.id);
    let body = TokenOut { token: Some(secret), ..TokenOut::from(row) };
    tx.finish(201, Some(&location), &body, true).await?;
    created(&location, &body)
}

/// Shows a token of one's own.
#[utoipa::path(get, path = "/tokens/{id}", tag = "access", params(("id" = Uuid, Path)), responses((status = 200, body = TokenOut)))]
pub async fn token(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    answer(200, &TokenOut::from(people::token(&app.ground.db, &actor, id.0).await?))
}

/// Ends a token.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "access", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn revoke_token(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    people::revoke_token(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
