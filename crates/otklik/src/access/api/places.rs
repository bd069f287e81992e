//! The company, branches, touchpoints, marks and the audit log.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kit::i18n::{Label, T};
use kit::web::{Id, Input, List, Paging, Params, answer, created, if_match, patched};
use kit::{Actor, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::wanted;
use crate::access::audit::{self, AuditWanted};
use crate::access::places;
use crate::access::rules::places::{BranchForm, MarkForm, OrgForm, TouchpointForm};
use crate::access::store::places::{BranchRow, HistoryRow, MarkRow, TouchpointRow};
use crate::app::App;
use crate::thing::{Thing, changed, listed, made, shown};

/// A branch.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Branch {
    pub id: Uuid,
    pub name: String,
    pub code: String,
    pub timezone: Option<String>,
    pub region: Option<String>,
    pub closed_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub etag: String,
}

impl Thing for BranchRow {
    type Shown = Branch;
    const PLACE: &'static str = "branches";

    fn key(&self) -> (Uuid, i64) {
        (self.id, self.version)
    }

    fn show(self, _: &Actor) -> Result<Branch> {
        let etag = self.tag();
        Ok(Branch {
            id: self.id,
            name: self.name,
            code: self.code,
            timezone: self.timezone,
            region: self.region,
            closed_at: self.closed_at.map(Timestamp),
            created_at: Timestamp(self.created_at),
            etag,
        })
    }
}

/// Which part of a list, and what to search for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// Words that must occur.
    #[param(max_length = 200)]
    pub q: Option<String>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

/// Lists branches by name.
#[utoipa::path(get, path = "/branches", tag = "organisation", params(SearchParams), responses((status = 200, body = List<Branch>)))]
pub async fn branches(State(app): State<App>, actor: Actor, p: Params<SearchParams>) -> Result<Response> {
    let list = places::branches(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, p.0.q)?).await?;
    listed(&actor, list)
}

/// Makes a branch.
#[utoipa::path(post, path = "/branches", tag = "organisation", request_body = BranchForm, responses((status = 201, body = Branch)))]
pub async fn create_branch(State(app): State<App>, actor: Actor, form: Input<BranchForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::create_branch(&tx, &form.0).await?;
    made(tx, row).await
}

/// Shows a branch.
#[utoipa::path(get, path = "/branches/{id}", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 200, body = Branch)))]
pub async fn branch(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = places::branch(&app.ground.db, &actor, id.0).await?;
    shown(&actor, row)
}

/// Changes a branch (JSON merge patch).
#[utoipa::path(patch, path = "/branches/{id}", tag = "organisation", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Branch)))]
pub async fn edit_branch(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    headers: HeaderMap,
    patch: Input<Json>,
) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::edit_branch(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    changed(tx, row).await
}

/// Closes a branch; its figures stay.
#[utoipa::path(post, path = "/branches/{id}/closure", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 201, body = Branch)))]
pub async fn close_branch(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::set_closed(&tx, id.0, true).await?;
    made(tx, row).await
}

/// Reopens a branch.
#[utoipa::path(delete, path = "/branches/{id}/closure", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn reopen_branch(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    places::set_closed(&tx, id.0, false).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A touchpoint.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Touchpoint {
    pub id: Uuid,
    pub key: String,
    /// As it was given: a text or a text for each language.
    pub name: Label,
    /// The name in the reader's language.
    pub label: String,
    pub stage: String,
    pub channel: Option<String>,
    pub owner: Option<Uuid>,
    pub etag: String,
}

impl Thing for TouchpointRow {
    type Shown = Touchpoint;
    const PLACE: &'static str = "touchpoints";

    fn key(&self) -> (Uuid, i64) {
        (self.id, self.version)
    }

    fn show(self, actor: &Actor) -> Result<Touchpoint> {
        let etag = self.tag();
        let name: Label = serde_json::from_str(&self.name)?;
        let label = T::new(actor.lang).label(&name).to_owned();
        let (stage, channel, owner) = (self.stage, self.channel, self.owner);
        Ok(Touchpoint { id: self.id, key: self.key, name, label, stage, channel, owner, etag })
    }
}

/// Lists touchpoints by key.
#[utoipa::path(get, path = "/touchpoints", tag = "organisation", params(Paging), responses((status = 200, body = List<Touchpoint>)))]
pub async fn touchpoints(State(app): State<App>, actor: Actor, p: Params<Paging>) -> Result<Response> {
    let list = places::touchpoints(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, None)?).await?;
    listed(&actor, list)
}

/// Makes a touchpoint.
#[utoipa::path(post, path = "/touchpoints", tag = "organisation", request_body = TouchpointForm, responses((status = 201, body = Touchpoint)))]
pub async fn create_touchpoint(State(app): State<App>, actor: Actor, form: Input<TouchpointForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::create_touchpoint(&tx, &form.0).await?;
    made(tx, row).await
}

/// Adds what is missing of a starter list, by the steps of a client's journey, in both languages.
#[utoipa::path(post, path = "/touchpoints/starter", tag = "organisation", responses((status = 201, body = List<Touchpoint>)))]
pub async fn starter(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let rows = places::add_starter(&tx).await?;
    let items = rows.into_iter().map(|r| r.show(&actor)).collect::<Result<Vec<_>>>()?;
    let body = List { items, next: None };
    tx.finish(201, Some("/api/v1/touchpoints"), &body, false).await?;
    created("/api/v1/touchpoints", &body)
}

/// Shows a touchpoint.
#[utoipa::path(get, path = "/touchpoints/{id}", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 200, body = Touchpoint)))]
pub async fn touchpoint(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = places::touchpoint(&app.ground.db, &actor, id.0).await?;
    shown(&actor, row)
}

/// Changes a touchpoint (JSON merge patch).
#[utoipa::path(patch, path = "/touchpoints/{id}", tag = "organisation", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Touchpoint)))]
pub async fn edit_touchpoint(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    headers: HeaderMap,
    patch: Input<Json>,
) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::edit_touchpoint(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    changed(tx, row).await
}

/// A mark on the time axis.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Mark {
    pub id: Uuid,
    #[schema(format = Date)]
    pub on: String,
    pub text: Label,
    pub branch: Option<Uuid>,
    /// Usual swings are counted anew from this day.
    pub rebase: bool,
    pub etag: String,
}

impl Thing for MarkRow {
    type Shown = Mark;
    const PLACE: &'static str = "marks";

    fn key(&self) -> (Uuid, i64) {
        (self.id, self.version)
    }

    fn show(self, _: &Actor) -> Result<Mark> {
        let etag = self.tag();
        Ok(Mark {
            id: self.id,
            on: self.on_date,
            text: Label::stored(&self.text),
            branch: self.branch,
            rebase: self.rebase,
            etag,
        })
    }
}

/// Lists marks, the newest day first.
#[utoipa::path(get, path = "/marks", tag = "organisation", params(Paging), responses((status = 200, body = List<Mark>)))]
pub async fn marks(State(app): State<App>, actor: Actor, p: Params<Paging>) -> Result<Response> {
    let list = places::marks(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, None)?).await?;
    listed(&actor, list)
}

/// Makes a mark.
#[utoipa::path(post, path = "/marks", tag = "organisation", request_body = MarkForm, responses((status = 201, body = Mark)))]
pub async fn create_mark(State(app): State<App>, actor: Actor, form: Input<MarkForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::create_mark(&tx, &form.0).await?;
    made(tx, row).await
}

/// Shows a mark.
#[utoipa::path(get, path = "/marks/{id}", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 200, body = Mark)))]
pub async fn mark(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = places::mark(&app.ground.db, &actor, id.0).await?;
    shown(&actor, row)
}

/// Changes a mark (JSON merge patch).
#[utoipa::path(patch, path = "/marks/{id}", tag = "organisation", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Mark)))]
pub async fn edit_mark(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::edit_mark(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    changed(tx, row).await
}

/// Removes a mark.
#[utoipa::path(delete, path = "/marks/{id}", tag = "organisation", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn remove_mark(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    places::remove_mark(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The company.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Org {
    pub id: Uuid,
    pub name: String,
    pub timezone: String,
    pub locale: String,
    pub frame_origins: Vec<String>,
    pub etag: String,
}

impl Thing for crate::access::store::Org {
    type Shown = Org;
    const PLACE: &'static str = "org";

    fn key(&self) -> (Uuid, i64) {
        (self.id, self.version)
    }

    fn show(self, _: &Actor) -> Result<Org> {
        let OrgForm { name, timezone, locale, frame_origins } = places::org_form(&self);
        Ok(Org { id: self.id, name, timezone, locale, frame_origins, etag: self.tag() })
    }
}

/// Shows the company.
#[utoipa::path(get, path = "/org", tag = "organisation", responses((status = 200, body = Org)))]
pub async fn org(State(app): State<App>, actor: Actor) -> Result<Response> {
    let row = crate::access::store::org(&app.ground.db, actor.org).await?.ok_or(Error::NotFound)?;
    shown(&actor, row)
}

/// Changes the company (JSON merge patch).
#[utoipa::path(patch, path = "/org", tag = "organisation",
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Org)))]
pub async fn edit_org(State(app): State<App>, actor: Actor, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = places::edit_org(&tx, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    changed(tx, row).await
}

/// One line of the audit log.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    pub seq: i64,
    pub at: Timestamp,
    /// The user; null when the program itself acted.
    pub actor: Option<Uuid>,
    pub actor_name: String,
    pub via: String,
    /// Such as `branch.created`.
    pub verb: String,
    pub noun: String,
    pub noun_id: String,
    #[schema(value_type = Option<Object>)]
    pub before: Option<Json>,
    #[schema(value_type = Option<Object>)]
    pub after: Option<Json>,
}

impl AuditEntry {
    fn of(r: HistoryRow) -> Result<Self> {
        let read = |t: Option<String>| t.map(|t| serde_json::from_str(&t)).transpose();
        Ok(Self {
            seq: r.seq,
            at: Timestamp(r.at),
            actor: r.actor,
            actor_name: r.actor_name,
            via: r.via,
            verb: r.verb,
            noun: r.noun,
            noun_id: r.noun_id,
            before: read(r.before)?,
            after: read(r.after)?,
        })
    }
}

/// What of the audit log.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// Only changes of this kind of thing, such as `user`.
    #[param(pattern = "^[a-z_-]{1,64}$")]
    pub noun: Option<String>,
    /// From this day (of the company) or moment on.
    pub from: Option<String>,
    /// Before this day or moment.
    pub to: Option<String>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

impl AuditParams {
    /// # Errors
    /// `Invalid` naming the parameter.
    pub fn which(&self, actor: &Actor) -> Result<AuditWanted> {
        let noun = self.noun.clone().filter(|n| !n.is_empty());
        if noun.as_ref().is_some_and(|n| n.len() > 64 || !n.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-')) {
            return Err(Error::field("noun", "bad-noun"));
        }
        let from = audit::moment(actor, "from", self.from.as_ref())?;
        let to = audit::moment(actor, "to", self.to.as_ref())?;
        Ok(AuditWanted { noun, from, to })
    }
}

/// Lists what staff did, newest first.
#[utoipa::path(get, path = "/audit", tag = "organisation", params(AuditParams), responses((status = 200, body = List<AuditEntry>)))]
pub async fn audit(State(app): State<App>, actor: Actor, p: Params<AuditParams>) -> Result<Response> {
    let which = p.0.which(&actor)?;
    let list = audit::audit(&app.ground.db, &actor, &wanted(p.0.limit, p.0.after, None)?, &which).await?;
    let items = list.items.into_iter().map(AuditEntry::of).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: list.next })
}
