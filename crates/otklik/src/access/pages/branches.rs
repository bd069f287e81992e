//! Pages of branches.

use axum::extract::{Query, State};
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Result};
use uuid::Uuid;

use super::{Ask, frame, go, may, zone_field, zone_name};
use crate::access::rules::places::BranchForm;
use crate::access::{Noun, change, places};
use crate::app::App;
use crate::layout::simple::{Again, FormPage, ListPage, Post, Row, Typed};
use crate::layout::{Field, State as Look};
use crate::thing::{Sent, sent};

/// Branches, with a search.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn branches(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = places::branches(&app.ground.db, &actor, &ask.wanted()?).await?;
    let empty = ("building-store", t.s("access-branches-empty"), t.s("access-branches-why"));
    let mut page = ListPage::new(frame(&actor, "access-branches", &ask.done), empty);
    page.lead = t.s("access-branches-why");
    if may(&actor, change(Noun::Branch)) {
        page.add = ("/branches/new".into(), t.s("access-branch-new"));
    }
    page.search = Some((ask.q.clone(), t.s("access-branches-search")));
    page.heads = vec![t.s("access-name"), t.s("access-branch-code"), t.s("access-timezone")];
    page.next = ask.next("/branches", list.next.as_ref());
    page.rows = list
        .items
        .into_iter()
        .map(|r| Row {
            href: format!("/branches/{}", r.id),
            main: r.name,
            sub: r.region.unwrap_or_default(),
            cells: vec![r.code, r.timezone.unwrap_or_else(|| t.s("access-timezone-own"))],
            badge: r.closed_at.map(|_| (Look::Quiet, t.s("access-branch-closed"))),
            post: None,
        })
        .collect();
    Ok(page.answer())
}

fn branch_fields(t: T, form: &BranchForm) -> Vec<Field> {
    let zone = form.timezone.as_deref().unwrap_or("");
    vec![
        Field::text("name", t.s("access-name"))
            .hint(t.s("access-branch-name-hint"))
            .value(&*form.name)
            .max_length(200)
            .required(),
        Field::text("code", t.s("access-branch-code"))
            .hint(t.s("access-branch-code-hint"))
            .value(&*form.code)
            .max_length(64)
            .required(),
        Field::text("region", t.s("access-region")).value(form.region.clone().unwrap_or_default()).max_length(200),
        zone_field(t, zone).placeholder(t.s("access-timezone-own")),
    ]
}

fn read_branch(typed: &Typed) -> BranchForm {
    let some = |name: &str| Some(typed.get(name).to_owned()).filter(|v| !v.is_empty());
    BranchForm {
        name: typed.get("name").into(),
        code: typed.get("code").into(),
        timezone: some("timezone"),
        region: some("region"),
    }
}

fn branch_frame(actor: &Actor, title: String, done: &str) -> crate::layout::Frame {
    let mut frame = frame(actor, "access-branches", done).crumb(T::new(actor.lang).s("access-branches"), "/branches");
    frame.title = title;
    frame
}

/// The form of a new branch, or of one that is there.
async fn branch_page(
    app: &App,
    actor: &Actor,
    id: Option<Uuid>,
    typed: Option<&Typed>,
    done: &str,
    again: Again,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let Some(id) = id else {
        let page = FormPage::new(branch_frame(actor, t.s("access-branch-new"), ""), "/branches", t.s("access-add"), "/branches");
        let form = typed.map(read_branch).unwrap_or_default();
        return Ok(page.answer(branch_fields(t, &form), again.errors));
    };
    let row = places::branch(&app.ground.db, actor, id).await?;
    let path = format!("/branches/{id}");
    let mut page = FormPage::new(branch_frame(actor, row.name.clone(), done), &*path, t.s("access-save"), "/branches");
    page.frozen = !may(actor, change(Noun::Branch));
    page.of_version(row.version, typed, &again);
    if let Some(at) = row.closed_at {
        page.facts.push((t.s("access-branch-closed"), t.date_time(at, zone_name(actor))));
    }
    if !page.frozen {
        page.posts = vec![if row.closed_at.is_some() {
            Post::new(format!("{path}/reopening"), t.s("access-branch-reopen"))
        } else {
            Post::new(format!("{path}/closure"), t.s("access-branch-close"))
        }];
    }
    let saved = branch_fields(t, &places::branch_form(&row));
    let fields = again.shown(typed, &saved).map_or_else(|| saved.clone(), |typed| branch_fields(t, &read_branch(&typed)));
    Ok(page.again(fields, &saved, again))
}

/// The form of a new branch.
///
/// # Errors
/// Never in practice.
pub async fn new_branch(State(app): State<App>, actor: Actor) -> Result<Response> {
    branch_page(&app, &actor, None, None, "", Again::default()).await
}

/// Makes a branch.
///
/// # Errors
/// Those of the database.
pub async fn create_branch(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match sent(places::create_branch(&tx, &read_branch(&typed)).await, tx).await? {
        Sent::Done(row) => Ok(go(&format!("/branches/{}?done=added", row.id))),
        Sent::Again(again) => branch_page(&app, &actor, None, Some(&typed), "", again).await,
    }
}

/// A branch.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn branch(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    branch_page(&app, &actor, Some(id.0), None, &ask.done, Again::default()).await
}

/// Saves a branch.
///
/// # Errors
/// `NotFound`.
pub async fn save_branch(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match sent(places::edit_branch(&tx, id.0, typed.version(), |_| Ok(read_branch(&typed))).await, tx).await? {
        Sent::Done(_) => Ok(go(&format!("/branches/{}?done=saved", id.0))),
        Sent::Again(again) => branch_page(&app, &actor, Some(id.0), Some(&typed), "", again).await,
    }
}

async fn turn_branch(app: &App, actor: &Actor, id: Id, closed: bool) -> Result<Response> {
    let tx = app.write(actor).await?;
    places::set_closed(&tx, id.0, closed).await?;
    tx.commit().await?;
    Ok(go(&format!("/branches/{}?done={}", id.0, if closed { "closed" } else { "reopened" })))
}

/// Closes a branch.
///
/// # Errors
/// `NotFound`, `Conflict`.
pub async fn close_branch(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    turn_branch(&app, &actor, id, true).await
}

/// Reopens a branch.
///
/// # Errors
/// `NotFound`, `Conflict`.
pub async fn reopen_branch(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    turn_branch(&app, &actor, id, false).await
}
