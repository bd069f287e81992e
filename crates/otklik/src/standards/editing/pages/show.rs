//! A standard as people read it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::time::{date_of, day_number};
use kit::web::{Id, Params};
use kit::{Actor, Reach, Result, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::{Section, alive, audience_words, here, may_propose, points, sections, state_for, view};
use crate::access::{Noun, reach, see};
use crate::app::App;
use crate::layout::{Errors, Flash, Frame, State as Mood, render};
use crate::standards::duties;
use crate::standards::editing::{self, proposals, reading, review, sees_drafts, store, versions};

/// A line of the aside: a version.
pub(super) struct VersionView {
    pub number: i64,
    pub at: String,
    pub by: String,
    pub approved: String,
    pub asked: String,
    pub spared: String,
    pub diff: String,
    pub now: bool,
}

pub(super) fn version_view(id: Uuid, row: &versions::BriefRow, published: Option<i64>, actor: &Actor) -> VersionView {
    let t = T::new(actor.lang);
    let count = |key: &str, n: i64| if n > 0 { t.n(key, n) } else { String::new() };
    VersionView {
        number: row.number,
        at: t.date(&Timestamp(row.published_at).date(&actor.zone)),
        by: row.by_name.clone().unwrap_or_default(),
        approved: row.approver_name.clone().unwrap_or_default(),
        asked: count("standards-asked-n", row.asked),
        spared: count("standards-spared-n", row.spared),
        diff: if row.number > 1 {
            format!("/standards/{id}/diff?from={}&to={}", row.number - 1, row.number)
        } else {
            String::new()
        },
        now: Some(row.number) == published,
    }
}

#[derive(Template)]
#[template(path = "standards/editing/pages/show.html")]
struct ShowPage {
    frame: Frame,
    id: Uuid,
    mood: Mood,
    word: String,
    stage: String,
    kind: String,
    published: bool,
    version: String,
    audience: String,
    owner: String,
    review: String,
    past: bool,
    ahead: bool,
    returned: Option<ReturnedView>,
    needs_word: bool,
    own_word: bool,
    sections: Vec<Section>,
    empty: bool,
    versions: Vec<VersionView>,
    open: i64,
    may_change: bool,
    may_propose: bool,
    /// Does the reader look after others who sign?
    sees_people: bool,
    /// What the reader has to sign here themselves.
    duty: Option<DutyView>,
    withdrawn: Option<WithdrawnView>,
    /// A reason that was refused, with why.
    errors: Errors,
    reason: String,
}

struct DutyView {
    late: bool,
    when: String,
}

struct WithdrawnView {
    at: String,
    reason: String,
}

/// A withdrawal that was refused: what was typed, and why not.
pub(super) struct Stuck {
    pub reason: String,
    pub errors: Errors,
}

struct ReturnedView {
    by: String,
    at: String,
    reason: String,
}

/// What was just done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    #[serde(default)]
    pub done: String,
}

/// A standard: its items in force, or the draft's while it was never published.
///
/// # Errors
/// `NotFound`.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, done: Params<Done>) -> Result<Response> {
    page(&app, &actor, id.0, &done.0.done, None).await
}

/// What the reader has to sign under a standard.
async fn duty_of(app: &App, actor: &Actor, id: Uuid, t: T) -> Result<Option<DutyView>> {
    let Some(employee) = actor.employee else { return Ok(None) };
    let Some(due) = duties::open_under(&app.ground.db, actor.org, id, employee).await? else { return Ok(None) };
    let late = due < day_number(app.ground.now().date(&actor.zone));
    let when = t.w(if late { "duties-was-due" } else { "duties-until" }, "day", t.date(&date_of(due)));
    Ok(Some(DutyView { late, when }))
}

pub(super) async fn page(app: &App, actor: &Actor, id: Uuid, done: &str, stuck: Option<Stuck>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::seen(db, actor, id).await?;
    let row = &standard.row;
    let all = editing::items(db, actor.org, id).await?;
    let drafts = sees_drafts(actor);
    let points = points(db, actor.org, t).await?;
    let ahead = drafts && reading::ahead(&standard, &all);
    let shown = all.iter().filter(|i| if row.published.is_some() { i.in_force() } else { i.row.retired_in.is_none() });
    let views = shown.map(|i| {
        let mut v = view(i.row.id, 0, i.published.as_ref().unwrap_or(&i.draft), &points, t);
        // On the first version everything is new: saying so of each line would say nothing.
        if row.published.is_some_and(|n| n > 1) && i.row.changed_in == row.published {
            v.news = t.s(if i.row.asked_in == row.published { "standards-news-material" } else { "standards-news-editorial" });
        }
        v
    });
    let sections = sections(views.collect());
    let empty = alive(all.clone()).is_empty();
    let list = versions::versions(db, actor.org, id, 0, 6).await?;
    let (mood, word) = state_for(actor, &standard, t);
    let (audience, _) = match &standard.force {
        Some(force) => (&force.audience, force.days),
        None => (&standard.audience, row.days),
    };
    let owner = match row.owner {
        Some(owner) => store::member_name(db, actor.org, owner).await?.unwrap_or_default(),
        None => String::new(),
    };
    let returned = if drafts && row.stage == "draft" { review::returned(db, actor.org, id).await? } else { None };
    let day: Option<jiff::civil::Date> = row.review_on.parse().ok();
    let title = standard.force.as_ref().map_or(&standard.title, |f| &f.title);
    let mut frame = here(actor, t.label(title).to_owned());
    frame.flash = match done {
        known @ ("published" | "sent" | "approved" | "returned" | "taken-back" | "proposed" | "withdrawn" | "restored") => {
            Some(Flash::good(t.s(&format!("standards-done-{known}"))))
        }
        _ => None,
    };
    let stuck = stuck.unwrap_or_else(|| Stuck { reason: String::new(), errors: Errors::none() });
    let status = if stuck.errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let day_of = |at: i64| t.date(&Timestamp(at).date(&actor.zone));
    let page = ShowPage {
        frame,
        id,
        mood,
        word,
        stage: if drafts { row.stage.clone() } else { String::new() },
        kind: t.s(&format!("standards-kind-{}", standard.kind.as_str())),
        published: row.published.is_some(),
        version: match (row.published, row.published_at) {
            (Some(n), Some(at)) => t.w2("standards-version-of", "n", n, "at", t.date(&Timestamp(at).date(&actor.zone))),
            _ => String::new(),
        },
        audience: audience_words(db, actor.org, audience, t).await?,
        owner,
        review: day.map(|d| t.date(&d)).unwrap_or_default(),
        past: reading::past_review(actor, app.ground.now(), &standard),
        ahead,
        returned: returned.map(|r| ReturnedView { by: r.by, at: t.date(&Timestamp(r.at).date(&actor.zone)), reason: r.reason }),
        needs_word: row.approver.is_some() && row.stage != "approved",
        own_word: row.approver.is_some() && row.approver == actor.member,
        sections,
        empty,
        versions: list.iter().map(|v| version_view(id, v, row.published.filter(|_| row.withdrawn_at.is_none()), actor)).collect(),
        open: if drafts { proposals::open_count(db, actor.org, Some(id)).await? } else { 0 },
        may_change: drafts,
        may_propose: may_propose(actor) && row.withdrawn_at.is_none(),
        sees_people: reach(actor.role, see(Noun::Duty)).is_some_and(|r| r != Reach::Own),
        duty: duty_of(app, actor, id, t).await?,
        withdrawn: row
            .withdrawn_at
            .map(|at| WithdrawnView { at: day_of(at), reason: row.withdrawn_why.clone().unwrap_or_default() }),
        errors: stuck.errors,
        reason: stuck.reason,
    };
    Ok(render(status, &page))
}
