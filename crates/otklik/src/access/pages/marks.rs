//! Pages of marks on the time axis.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::{Label, T};
use kit::web::Id;
use kit::{Actor, Error, Result};
use uuid::Uuid;

use super::{Ask, frame, go, may};
use crate::access::choose::{self, What};
use crate::access::rules::places::{MarkForm, typed_mark};
use crate::access::store::places::MarkRow;
use crate::access::{Noun, change, places};
use crate::app::App;
use crate::layout::simple::{Again, FormPage, ListPage, Post, Row, Small, Typed};
use crate::layout::{Errors, Field};
use crate::thing::{Sent, sent};

/// May the actor change this one? A branch head those of the own branches.
fn own(actor: &Actor, row: &MarkRow) -> bool {
    may(actor, change(Noun::Mark)) && (actor.only_branches().is_none() || row.branch.is_some_and(|b| actor.branches.contains(&b)))
}

async fn fields(app: &App, actor: &Actor, typed: &Typed) -> Result<Vec<Field>> {
    let t = T::new(actor.lang);
    let mut branch = Field::select("branch", t.s("access-branch")).value(typed.get("branch"));
    if actor.only_branches().is_none() {
        branch = branch.placeholder(t.s("access-whole-company")).hint(t.s("access-mark-branch-hint"));
    }
    Ok(vec![
        Field::text("text", t.s("access-mark-text"))
            .hint(t.s("access-mark-hint"))
            .value(typed.get("text"))
            .max_length(200)
            .required(),
        Field::input("date", "on", t.s("access-mark-on")).value(typed.get("on")).required(),
        choose::field(&app.ground.db, actor, What::Branch, branch).await?,
        Field::checks("rebase", t.s("access-mark-rebase")).hint(t.s("access-mark-rebase-hint")).check(
            "1",
            t.s("access-mark-rebase-yes"),
            !typed.get("rebase").is_empty(),
        ),
    ])
}

/// What the form sent; the branch as it was chosen or typed.
async fn read(app: &App, actor: &Actor, typed: &Typed) -> Result<MarkForm> {
    let branch = choose::resolve(&app.ground.db, actor, What::Branch, "branch", typed.get("branch")).await;
    typed_mark(typed.get("on"), typed.get("text"), branch, !typed.get("rebase").is_empty())
}

/// What a new mark begins with: today, and a branch head's own branch.
fn blank(app: &App, actor: &Actor) -> Typed {
    let own = actor.only_branches().and_then(|own| own.first()).map(Uuid::to_string);
    Typed(vec![("on".into(), app.ground.now().date(&actor.zone).to_string()), ("branch".into(), own.unwrap_or_default())])
}

async fn marks_page(app: &App, actor: &Actor, ask: &Ask, typed: Option<&Typed>, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = places::marks(&app.ground.db, actor, &ask.wanted()?).await?;
    let empty = ("flag", t.s("access-marks-empty"), t.s("access-marks-why"));
    let mut top = frame(actor, "access-marks", &ask.done);
    if let (Some(flash), Ok(id)) = (top.flash.take(), Uuid::try_parse(&ask.undo)) {
        top.flash = Some(flash.undo(format!("/marks/{id}/restoration")));
    } else {
        top = frame(actor, "access-marks", &ask.done);
    }
    let mut page = ListPage::new(top, empty);
    page.lead = t.s("access-marks-why");
    page.heads = vec![t.s("access-mark-text"), t.s("access-mark-on"), t.s("access-branch")];
    page.next = ask.next("/marks", list.next.as_ref());
    for r in list.items {
        let branch = match r.branch {
            Some(id) => {
                crate::access::store::places::branch(&app.ground.db, actor.org, id).await?.map_or(String::new(), |b| b.name)
            }
            None => t.s("access-whole-company"),
        };
        let own = own(actor, &r);
        let on = r.on_date.parse().map(|d: jiff::civil::Date| t.date(&d)).unwrap_or(r.on_date);
        page.rows.push(Row {
            href: if own { format!("/marks/{}", r.id) } else { String::new() },
            main: Label::stored(&r.text).get(t.language()).to_owned(),
            cells: vec![on, branch],
            post: own.then(|| Post::new(format!("/marks/{}/removal", r.id), t.s("access-remove"))),
            ..Row::default()
        });
    }
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    if may(actor, change(Noun::Mark)) {
        let fields = match typed {
            Some(typed) => fields(app, actor, typed).await?,
            None => fields(app, actor, &blank(app, actor)).await?,
        };
        let fields = fields.into_iter().map(|f| f.clone().error(errors.of(&f.name))).collect();
        page.form = Some(Small { action: "/marks".into(), fields, submit: t.s("access-add"), errors });
    }
    let mut response = page.answer();
    *response.status_mut() = status;
    Ok(response)
}

/// Marks on the time axis.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn marks(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    marks_page(&app, &actor, &ask, None, Errors::none()).await
}

/// Makes a mark.
///
/// # Errors
/// `Forbidden` for another branch.
pub async fn create_mark(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let form = read(&app, &actor, &typed).await;
    let tx = app.write(&actor).await?;
    let made = match form {
        Ok(form) => places::create_mark(&tx, &form).await,
        Err(error) => Err(error),
    };
    match sent(made, tx).await? {
        Sent::Done(_) => Ok(go("/marks?done=added")),
        Sent::Again(again) => marks_page(&app, &actor, &Ask::default(), Some(&typed), again.errors).await,
    }
}

async fn mark_page(app: &App, actor: &Actor, id: Uuid, typed: Option<&Typed>, again: Again) -> Result<Response> {
    let t = T::new(actor.lang);
    let row = places::mark(&app.ground.db, actor, id).await?;
    if !own(actor, &row) {
        return Err(Error::Forbidden("other-branch"));
    }
    let mut frame = frame(actor, "access-marks", "").crumb(t.s("access-marks"), "/marks");
    let text = Label::stored(&row.text).get(t.language()).to_owned();
    frame.title.clone_from(&text);
    let path = format!("/marks/{id}");
    let mut page = FormPage::new(frame, &*path, t.s("access-save"), "/marks");
    page.posts = vec![Post::new(format!("{path}/removal"), t.s("access-remove"))];
    page.of_version(row.version, typed, &again);
    let stored = Typed(vec![
        ("text".into(), text),
        ("on".into(), row.on_date),
        ("branch".into(), row.branch.map(|b| b.to_string()).unwrap_or_default()),
        ("rebase".into(), if row.rebase { "1" } else { "" }.into()),
    ]);
    let saved = fields(app, actor, &stored).await?;
    let fields = match again.shown(typed, &saved) {
        Some(typed) => fields(app, actor, &typed).await?,
        None => saved.clone(),
    };
    Ok(page.again(fields, &saved, again))
}

/// A mark, to change it.
///
/// # Errors
/// `NotFound`, `Forbidden` for another branch.
pub async fn mark(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    mark_page(&app, &actor, id.0, None, Again::default()).await
}

/// Saves a mark.
///
/// # Errors
/// `NotFound`, `Forbidden` for another branch.
pub async fn save_mark(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let form = read(&app, &actor, &typed).await;
    let tx = app.write(&actor).await?;
    // The page speaks one language; what a mark says in the other stays.
    let change = |now: &MarkForm| {
        let mut form = form?;
        let said = form.text.get(actor.lang).to_owned();
        if let (Label::Map(map), false) = (&now.text, said.trim().is_empty()) {
            let mut map = map.clone();
            map.insert(actor.lang, said);
            form.text = Label::Map(map);
        }
        Ok(form)
    };
    match sent(places::edit_mark(&tx, id.0, typed.version(), change).await, tx).await? {
        Sent::Done(_) => Ok(go("/marks?done=saved")),
        Sent::Again(again) => mark_page(&app, &actor, id.0, Some(&typed), again).await,
    }
}

/// Removes a mark.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn remove_mark(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    places::remove_mark(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go(&format!("/marks?done=removed&undo={}", id.0)))
}

/// Puts back a mark that was removed.
///
/// # Errors
/// `NotFound` when it was never removed, or is back already; `Forbidden` for another branch.
pub async fn restore_mark(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    places::restore_mark(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go("/marks?done=put-back"))
}
