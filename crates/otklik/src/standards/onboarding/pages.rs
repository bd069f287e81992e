//! The pages of newcomers: who is on which day, one person's path, how somebody is put on a track.

pub mod edit;
pub mod tracks;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::time::date_of;
use kit::web::{Id, Params};
use kit::{Actor, Error, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::api::{NewcomerParams, StepPath, today};
use super::rules::{self, Kind, Shown, Tick, Who};
use super::{Begin, Card, store};
use crate::access::{Noun, change, reach};
use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::simple::{Typed, errors, refused};
use crate::layout::{Chip, Errors, Field, Flash, Frame, State as Mood, render};
use crate::standards::quizzes::label_of;

/// How the way of a newcomer goes, in a shape and words.
#[must_use]
pub fn state_of(t: T, card: &Card) -> (Mood, String) {
    let late = card.late();
    match card.state.as_str() {
        "running" if late > 0 => (Mood::Warn, t.n("track-late-n", late)),
        "running" => (Mood::Note, t.s("track-state-running")),
        "passed" => (Mood::Good, t.s("track-state-passed")),
        "failed" => (Mood::Bad, t.s("track-state-failed")),
        _ => (Mood::Quiet, t.s("track-state-stopped")),
    }
}

/// «12-й день», or when it begins.
#[must_use]
pub fn day_words(t: T, card: &Card) -> String {
    let day = card.today - card.row.started_day;
    if day < 0 { t.w("track-begins", "day", t.date(&date_of(card.row.started_day))) } else { t.w("track-day-n", "n", day + 1) }
}

struct Row {
    href: String,
    name: String,
    sub: String,
    day: String,
    done: String,
    mood: Mood,
    state: String,
}

#[derive(Template)]
#[template(path = "standards/onboarding/pages/list.html")]
struct ListPage {
    frame: Frame,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    next: String,
    may_begin: bool,
    filtered: bool,
    tracks: bool,
}

/// Who is on which day, and what is late.
pub async fn list(State(app): State<App>, actor: Actor, p: Params<NewcomerParams>) -> Result<Response> {
    let t = T::new(actor.lang);
    let (branch, state) = p.0.which(&app, &actor).await?;
    let shown = state.clone().unwrap_or_else(|| "running".into());
    let paging = kit::web::Paging { limit: p.0.limit, after: p.0.after.clone() };
    let part = (paging.cursor()?, paging.limit()?);
    let list = super::newcomers(&app.ground.db, &actor, branch, Some(shown.clone()), part, today(&app, &actor)).await?;
    let of_branch = branch.map(|b| format!("&branch={b}")).unwrap_or_default();
    let row = |c: &Card| {
        let (mood, state) = state_of(t, c);
        Row {
            href: format!("/newcomers/{}", c.row.id),
            name: c.row.name.clone(),
            sub: [c.row.position.clone().unwrap_or_default(), c.row.branch_name.clone()]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            day: day_words(t, c),
            done: t.w2("track-done-of", "done", c.done(), "of", c.all()),
            mood,
            state,
        }
    };
    let mut rows: Vec<(usize, Row)> = list.items.iter().map(|c| (c.late(), row(c))).collect();
    // What is late comes first.
    rows.sort_by_key(|r| std::cmp::Reverse(r.0));
    let chip = |s: &str| Chip::new(t.s(&format!("track-chip-{s}")), format!("/newcomers?state={s}{of_branch}"), s == shown);
    let page = ListPage {
        frame: crate::standards::section::top(&actor, t.s("track-newcomers"), "newcomers"),
        chips: ["running", "passed", "failed", "stopped"].map(chip).into(),
        rows: rows.into_iter().map(|r| r.1).collect(),
        next: list.next.map(|c| format!("/newcomers?state={shown}{of_branch}&after={c}")).unwrap_or_default(),
        may_begin: reach(actor.role, change(Noun::Newcomer)).is_some(),
        filtered: shown != "running" || branch.is_some(),
        tracks: reach(actor.role, change(Noun::Track)).is_some(),
    };
    Ok(render(StatusCode::OK, &page))
}

struct StepView {
    n: usize,
    title: String,
    kind: String,
    due: String,
    mood: Mood,
    state: String,
    /// Where it is done, for what is read or answered.
    href: String,
    /// Who ticked it, with which mark.
    done: String,
    note: String,
    may_tick: bool,
    may_undo: bool,
    mark: bool,
    last: bool,
    error: String,
}

#[derive(Template)]
#[template(path = "standards/onboarding/pages/show.html")]
struct ShowPage {
    frame: Frame,
    id: Uuid,
    lead: String,
    mood: Mood,
    word: String,
    steps: Vec<StepView>,
    errors: Errors,
    note: String,
    /// The days are pushed back by days away.
    facts: Vec<(String, String)>,
}

fn view(t: T, zone: &str, s: &Shown, card: &Card, actor: &Actor, last: Option<usize>) -> StepView {
    let own = actor.employee == Some(card.row.employee);
    let head = !own && actor.reach != kit::Reach::Own && reach(actor.role, change(Noun::Step)).is_some();
    let may = !s.step.by_itself() && if s.step.who() == Who::Head { head } else { head || own };
    let is_last = last == Some(s.n - 1);
    let (mood, state) = match (s.done_at, s.late) {
        (Some(_), _) => (Mood::Good, t.s("track-step-done")),
        (None, true) => (Mood::Warn, t.s("track-step-late")),
        (None, false) if s.lifted => (Mood::Quiet, t.s("track-step-lifted")),
        (None, false) => (Mood::Quiet, t.s("track-step-open")),
    };
    let href = match (s.step.standard, s.step.quiz) {
        // Whoever has to sign it is led to where it is signed.
        (Some(standard), _) if own && s.done_at.is_none() && !s.lifted => format!("/duties/{standard}"),
        (Some(standard), _) => format!("/standards/{standard}"),
        (_, Some(quiz)) => format!("/quizzes/{quiz}"),
        _ => String::new(),
    };
    let done = match (&s.done, s.done_at) {
        (Some(d), _) => {
            let mut words = vec![t.date_time(d.at, zone), d.by_name.clone()];
            words.extend(d.mark.map(|m| t.w("track-mark-n", "n", m)));
            words.join(" · ")
        }
        (None, Some(at)) => t.date_time(at, zone),
        (None, None) => String::new(),
    };
    StepView {
        n: s.n,
        title: t.label(&s.step.title).to_owned(),
        kind: t.s(&format!("track-kind-{}", s.step.kind.as_str())),
        due: t.date(&date_of(s.due)),
        mood,
        state,
        href,
        done,
        note: s.done.as_ref().and_then(|d| d.note.clone()).unwrap_or_default(),
        may_tick: may && s.done_at.is_none() && card.state == "running",
        may_undo: may && s.done.is_some() && (card.state == "running" || (is_last && card.state != "stopped")),
        mark: matches!(s.step.kind, Kind::Assessment | Kind::Talk),
        last: is_last,
        error: String::new(),
    }
}

async fn page_of(
    app: &App,
    actor: &Actor,
    id: Uuid,
    flash: Option<Flash>,
    refused: Option<(usize, Errors, String)>,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let card = super::newcomer(&app.ground.db, actor, id, today(app, actor)).await?;
    let zone = actor.zone.iana_name().unwrap_or("UTC").to_owned();
    let assessments = card.steps.iter().filter(|s| s.step.kind == Kind::Assessment);
    let last = assessments.max_by_key(|s| (s.step.day, s.n)).map(|s| s.n - 1);
    let mut steps: Vec<StepView> = card.steps.iter().map(|s| view(t, &zone, s, &card, actor, last)).collect();
    let (mut errors, mut note) = (Errors::none(), String::new());
    if let Some((n, found, typed)) = refused {
        note = typed;
        if let Some(step) = steps.iter_mut().find(|s| s.n == n) {
            step.error = found.list().iter().map(|e| e.1.clone()).collect::<Vec<_>>().join(" ");
        }
        errors = found.list().iter().map(|e| (format!("step-{n}"), e.1.clone())).collect();
    }
    let (mood, word) = state_of(t, &card);
    let own = actor.employee == Some(card.row.employee);
    let track = t.label(&label_of(&card.row.track_title)).to_owned();
    let title = if own { track.clone() } else { card.row.name.clone() };
    let mut frame = frame(actor, title, if own { "standards" } else { "staff" });
    if !own {
        frame = frame.crumb(t.s("track-newcomers"), "/newcomers");
    }
    frame.flash = flash;
    let mut facts = vec![
        (t.s("track-one"), track),
        (t.s("track-started"), t.date(&date_of(card.row.started_day))),
        (t.s("track-branch"), card.row.branch_name.clone()),
    ];
    facts.extend(card.row.position.clone().map(|p| (t.s("track-position"), p)));
    let page = ShowPage {
        frame,
        id,
        lead: format!("{} · {}", day_words(t, &card), t.w2("track-done-of", "done", card.done(), "of", card.all())),
        mood,
        word,
        steps,
        note,
        facts,
        errors: errors.clone(),
    };
    Ok(render(if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page))
}

#[derive(Debug, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// One newcomer's path.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, done: Params<Done>) -> Result<Response> {
    let flash = match done.0.done.as_str() {
        known @ ("step" | "begun" | "undone") => Some(Flash::good(T::new(actor.lang).s(&format!("track-said-{known}")))),
        _ => None,
    };
    page_of(&app, &actor, id.0, flash, None).await
}

#[derive(Template)]
#[template(path = "standards/onboarding/pages/none.html")]
struct NonePage {
    frame: Frame,
}

/// The reader's own path.
pub async fn mine(State(app): State<App>, actor: Actor) -> Result<Response> {
    let cards = match actor.employee {
        Some(employee) => super::of_person(&app.ground.db, actor.org, employee, today(&app, &actor)).await?,
        None => Vec::new(),
    };
    match cards.iter().find(|c| c.state == "running").or(cards.first()) {
        Some(card) => Ok(go(&format!("/newcomers/{}", card.row.id))),
        None => Ok(render(StatusCode::OK, &NonePage { frame: frame(&actor, T::new(actor.lang).s("track-mine"), "standards") })),
    }
}

/// Ticks a step from the page.
pub async fn tick(State(app): State<App>, actor: Actor, id: Id, n: Path<StepPath>, typed: Typed) -> Result<Response> {
    let (t, n) = (T::new(actor.lang), n.0.number()?);
    let text = |name: &str| Some(typed.get(name).trim().to_owned()).filter(|t| !t.is_empty());
    let mark = text("mark").map(|m| m.parse::<i64>().unwrap_or(0));
    let passed = match typed.get("passed") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let said = Tick { mark, note: text("note"), passed };
    let tx = app.write(&actor).await?;
    match super::tick(&tx, id.0, n, &said).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(go(&format!("/newcomers/{}?done=step#step-{n}", id.0)))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, t)?;
            page_of(&app, &actor, id.0, None, Some((n, errors, said.note.unwrap_or_default()))).await
        }
    }
}

/// Takes a tick back from the page.
pub async fn untick(State(app): State<App>, actor: Actor, id: Id, n: Path<StepPath>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::untick(&tx, id.0, n.0.number()?).await?;
    tx.commit().await?;
    Ok(go(&format!("/newcomers/{}?done=undone", id.0)))
}

#[derive(Template)]
#[template(path = "standards/onboarding/pages/new.html")]
struct NewPage {
    frame: Frame,
    employee: Field,
    track: Field,
    started_on: Field,
    errors: Errors,
    /// Nobody to choose, or no track.
    nobody: bool,
    no_tracks: bool,
}

async fn new_page(app: &App, actor: &Actor, typed: &Typed, errors: Errors) -> Result<Response> {
    let (t, db) = (T::new(actor.lang), &app.ground.db);
    let today = today(app, actor);
    let (since, now) = (date_of(today - rules::LAST_DAY).to_string(), date_of(today).to_string());
    let people = store::fresh(db, actor.org, &since, &now, actor.only_branches()).await?;
    let tracks = store::active_tracks(db, actor.org).await?;
    let mut employee = Field::select("employee", t.s("track-employee"))
        .value(typed.get("employee"))
        .placeholder(t.s("track-choose"))
        .hint(t.s("track-employee-hint"))
        .error(errors.of("employee"))
        .required();
    for p in &people {
        let words = [Some(p.name.clone()), p.position.clone(), Some(p.branch_name.clone())];
        employee = employee.choice(p.id.to_string(), words.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    let mut track = Field::select("track", t.s("track-one")).value(typed.get("track")).error(errors.of("track")).required();
    for row in &tracks {
        track = track.choice(row.id.to_string(), t.label(&label_of(&row.title)));
    }
    let page = NewPage {
        frame: frame(actor, t.s("track-begin"), "staff").crumb(t.s("track-newcomers"), "/newcomers"),
        employee,
        track,
        started_on: Field::input("date", "started_on", t.s("track-started"))
            .value(typed.get("started_on"))
            .hint(t.s("track-started-hint"))
            .error(errors.of("started_on")),
        nobody: people.is_empty(),
        no_tracks: tracks.is_empty(),
        errors: errors.clone(),
    };
    Ok(render(if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page))
}

/// Puts somebody on a track: the form.
pub async fn new(State(app): State<App>, actor: Actor) -> Result<Response> {
    new_page(&app, &actor, &Typed::default(), Errors::none()).await
}

/// Puts somebody on a track.
pub async fn begin(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let wanted = match kit::web::from_value::<Begin>(typed.json(&["employee", "track", "started_on"])) {
        Ok(wanted) => wanted,
        Err(Error::Invalid(faults)) => return new_page(&app, &actor, &typed, errors(&faults, t)).await,
        Err(other) => return Err(other),
    };
    let tx = app.write(&actor).await?;
    match super::begin(&tx, &wanted).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(go(&format!("/newcomers/{}?done=begun", row.id)))
        }
        Err(Error::Conflict(code)) => {
            drop(tx);
            let errors = [("employee".to_owned(), t.s(&format!("conflict-{code}")))].into_iter().collect();
            new_page(&app, &actor, &typed, errors).await
        }
        Err(error) => {
            drop(tx);
            new_page(&app, &actor, &typed, refused(error, t)?).await
        }
    }
}
