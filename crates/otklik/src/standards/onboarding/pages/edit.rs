//! The pages of tracks: the list, and one track as a form of steps that can be dragged.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::{Label, T};
use kit::web::{Id, Params, field_text};
use kit::{Actor, Error, FieldError, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::tracks::{may_change, whom};
use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::simple::Typed;
use crate::layout::{Errors, Field, Flash, Frame, render};
use crate::standards::onboarding::rules::{Kind, LAST_DAY, MOST_STEPS, Step, TrackForm, Who};
use crate::standards::onboarding::{self as tracks};
use crate::standards::quizzes::rules::relabel;
use crate::standards::quizzes::{self, label_of};

/// What stands in a step's line, typed or kept.
#[derive(Clone, Debug, Default)]
struct Line {
    /// The place it was read from, so that its words in the other language stay.
    was: String,
    day: String,
    kind: String,
    title: String,
    /// `standard:<id>`, `quiz:<id>` or nothing.
    thing: String,
    who: String,
    gone: bool,
}

struct Sent {
    title: String,
    positions: String,
    active: bool,
    version: Option<i64>,
    lines: Vec<Line>,
}

impl Sent {
    fn read(typed: &Typed) -> Self {
        let named: BTreeMap<&str, &str> = typed.0.iter().rev().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let get = |name: String| named.get(name.as_str()).map_or_else(String::new, |v| v.trim().to_owned());
        let line = |n: String| Line {
            was: get(format!("s{n}.was")),
            day: get(format!("s{n}.day")),
            kind: get(format!("s{n}.kind")),
            title: get(format!("s{n}.title")),
            thing: get(format!("s{n}.thing")),
            who: get(format!("s{n}.who")),
            gone: named.contains_key(format!("s{n}.gone").as_str()),
        };
        Self {
            title: typed.get("title").trim().to_owned(),
            positions: typed.get("positions").to_owned(),
            active: typed.get("active") == "on",
            version: typed.get("version").parse().ok(),
            // In the order in which the lines stand on the page.
            lines: typed.all("order").into_iter().take(MOST_STEPS + 1).map(line).collect(),
        }
    }

    fn of(form: &TrackForm, t: T, version: i64) -> Self {
        let line = |(i, s): (usize, &Step)| Line {
            was: i.to_string(),
            day: s.day.to_string(),
            kind: s.kind.as_str().into(),
            title: t.label(&s.title).to_owned(),
            thing: match (s.standard, s.quiz) {
                (Some(id), _) => format!("standard:{id}"),
                (_, Some(id)) => format!("quiz:{id}"),
                _ => String::new(),
            },
            who: if s.who() == Who::Head { "head".into() } else { "newcomer".into() },
            gone: false,
        };
        Self {
            title: t.label(&form.title).to_owned(),
            positions: form.positions.join("\n"),
            active: form.active,
            version: Some(version),
            lines: form.steps.iter().enumerate().map(line).collect(),
        }
    }

    /// The track that is meant, and the line that each of its steps came from.
    fn form(&self, before: Option<&TrackForm>, t: T) -> Result<(TrackForm, Vec<usize>)> {
        let (mut steps, mut from, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for (n, line) in self.lines.iter().enumerate().filter(|(_, l)| !l.gone && !l.title.is_empty()) {
            let old = line.was.parse::<usize>().ok().and_then(|i| before?.steps.get(i));
            let Ok(day) = line.day.parse::<i64>() else {
                faults.push(FieldError::new(format!("s{n}.day"), "out-of-range").with("min", 0).with("max", LAST_DAY));
                continue;
            };
            let thing = |prefix: &str| line.thing.strip_prefix(prefix).and_then(|id| Uuid::try_parse(id).ok());
            let kind = Kind::parse(&line.kind).unwrap_or(Kind::Talk);
            steps.push(Step {
                day,
                kind,
                title: relabel(old.map(|s| &s.title), t.language(), &line.title),
                standard: thing("standard:"),
                quiz: thing("quiz:"),
                who: Some(if line.who == "head" { Who::Head } else { Who::Newcomer }),
            });
            from.push(n);
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let lines = self.positions.split(['\n', ',', ';']).map(str::trim).filter(|p| !p.is_empty());
        let form = TrackForm {
            title: relabel(before.map(|b| &b.title), t.language(), &self.title),
            positions: lines.map(str::to_owned).collect(),
            steps,
            active: self.active,
        };
        Ok((form, from))
    }
}

struct StepView {
    n: usize,
    was: String,
    name: String,
    day: Field,
    kind: Field,
    title: Field,
    thing: Field,
    who: Field,
    new: bool,
}

#[derive(Template)]
#[template(path = "standards/onboarding/pages/edit.html")]
struct EditPage {
    frame: Frame,
    action: String,
    version: String,
    title: Field,
    positions: Field,
    active: Field,
    steps: Vec<StepView>,
    errors: Errors,
}

/// What a step may point at: `(value, words)`.
async fn things(app: &App, actor: &Actor, t: T) -> Result<Vec<(String, String)>> {
    let db = &app.ground.db;
    let standards = quizzes::store::all_standards(db, actor.org).await?;
    let ids: Vec<Uuid> = standards.iter().map(|s| s.id).collect();
    let open = quizzes::store::open_of(db, actor.org, &ids).await?;
    let name = |title: &str| t.label(&label_of(title)).to_owned();
    let mut out: Vec<(String, String)> =
        standards.iter().map(|s| (format!("standard:{}", s.id), t.w("track-thing-standard", "title", name(&s.title)))).collect();
    for quiz in open {
        let title = standards.iter().find(|s| s.id == quiz.standard).map_or_else(String::new, |s| name(&s.title));
        out.push((format!("quiz:{}", quiz.id), t.w("track-thing-quiz", "title", title)));
    }
    Ok(out)
}

fn step_view(n: usize, line: &Line, things: &[(String, String)], errors: &Errors, t: T) -> StepView {
    let field = |part: &str| format!("s{n}.{part}");
    let new = line.title.is_empty() && line.was.is_empty();
    let kinds = Kind::ALL.map(|k| (k.as_str(), t.s(&format!("track-kind-{}", k.as_str()))));
    let kind = if line.kind.is_empty() { "talk" } else { &line.kind };
    let who = if line.who.is_empty() { "head" } else { &line.who };
    StepView {
        n,
        was: line.was.clone(),
        name: if new { t.s("track-new-step") } else { line.title.clone() },
        day: Field::input("number", field("day"), t.s("track-day"))
            .value(line.day.clone())
            .range(0, LAST_DAY)
            .error(errors.of(&field("day"))),
        kind: Field::select(field("kind"), t.s("track-kind")).value(kind).choices(kinds).error(errors.of(&field("kind"))),
        title: Field::text(field("title"), t.s("track-what"))
            .value(line.title.clone())
            .max_length(300)
            .error(errors.of(&field("title"))),
        thing: Field::select(field("thing"), t.s("track-thing"))
            .value(line.thing.clone())
            .placeholder(t.s("track-thing-none"))
            .choices(things.iter().cloned())
            .error(errors.of(&field("thing"))),
        who: Field::select(field("who"), t.s("track-who"))
            .value(who)
            .choices([("newcomer", t.s("track-who-newcomer")), ("head", t.s("track-who-head"))]),
        new,
    }
}

async fn page(app: &App, actor: &Actor, id: Option<Uuid>, sent: &Sent, errors: Errors, flash: Option<Flash>) -> Result<Response> {
    let t = T::new(actor.lang);
    let things = things(app, actor, t).await?;
    let mut lines = sent.lines.clone();
    if lines.len() < MOST_STEPS && !lines.last().is_some_and(|l| l.title.is_empty() && l.was.is_empty()) {
        lines.push(Line::default());
    }
    let heading = if sent.title.is_empty() || id.is_none() { t.s("track-new") } else { sent.title.clone() };
    let mut frame = frame(actor, heading, "staff")
        .crumb(t.s("track-newcomers"), "/newcomers")
        .crumb(t.s("track-title"), "/onboarding-tracks");
    frame.flash = flash;
    let page = EditPage {
        frame,
        action: id.map_or_else(|| "/onboarding-tracks/new".to_owned(), |id| format!("/onboarding-tracks/{id}")),
        version: sent.version.map_or_else(String::new, |v| v.to_string()),
        title: Field::text("title", t.s("track-name"))
            .value(sent.title.clone())
            .required()
            .max_length(200)
            .error(errors.of("title")),
        positions: Field::area("positions", t.s("track-positions"))
            .value(sent.positions.clone())
            .rows(2)
            .hint(t.s("track-positions-hint"))
            .error(errors.of("positions")),
        active: Field::switch("active", t.s("track-active"), sent.active).hint(t.s("track-active-hint")),
        steps: lines.iter().enumerate().map(|(n, l)| step_view(n, l, &things, &errors, t)).collect(),
        errors: errors.clone(),
    };
    Ok(render(if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page))
}

struct ReadStep {
    day: String,
    kind: String,
    title: String,
}

#[derive(Template)]
#[template(path = "standards/onboarding/pages/track.html")]
struct ReadPage {
    frame: Frame,
    whom: String,
    steps: Vec<ReadStep>,
}

#[derive(Debug, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// One track: a form for those who may change it, a list for everybody else.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, done: Params<Done>) -> Result<Response> {
    let t = T::new(actor.lang);
    let row = tracks::find_track(&app.ground.db, actor.org, id.0).await?;
    let form = tracks::form_of(&row)?;
    if may_change(&actor) {
        let flash = (done.0.done == "saved").then(|| Flash::good(t.s("track-saved")));
        return page(&app, &actor, Some(id.0), &Sent::of(&form, t, row.version), Errors::none(), flash).await;
    }
    let step = |s: &Step| ReadStep {
        day: t.w("track-day-n", "n", s.day + 1),
        kind: t.s(&format!("track-kind-{}", s.kind.as_str())),
        title: t.label(&s.title).to_owned(),
    };
    let title: Label = form.title.clone();
    let page = ReadPage {
        frame: frame(&actor, t.label(&title), "staff").crumb(t.s("track-title"), "/onboarding-tracks"),
        whom: whom(t, &form.positions),
        steps: form.steps.iter().map(step).collect(),
    };
    Ok(render(StatusCode::OK, &page))
}

/// A new track: an empty form.
pub async fn new(State(app): State<App>, actor: Actor) -> Result<Response> {
    let sent = Sent { title: String::new(), positions: String::new(), active: true, version: None, lines: Vec::new() };
    page(&app, &actor, None, &sent, Errors::none(), None).await
}

/// The fault's field on the page.
fn field_of(fault: &FieldError, from: &[usize]) -> String {
    let Some(rest) = fault.field.strip_prefix("steps[") else {
        return match fault.field.split(['[', '.']).next() {
            Some("steps") => "title".into(),
            Some(first) => first.into(),
            None => fault.field.clone(),
        };
    };
    let (number, part) = rest.split_once("].").unwrap_or((rest, ""));
    let Some(n) = number.parse::<usize>().ok().and_then(|i| from.get(i)) else { return "title".into() };
    let part = if matches!(part, "standard" | "quiz") { "thing" } else { part };
    format!("s{n}.{part}")
}

fn told(error: Error, from: &[usize], t: T) -> Result<Errors> {
    match error {
        Error::Invalid(faults) => {
            let words = |f: &FieldError| if f.field == "steps" { t.s("track-no-steps") } else { field_text(f, t) };
            // What the form itself refused already names the fields of the page.
            let own = |f: &FieldError| f.field.starts_with('s') && f.field[1..].starts_with(|c: char| c.is_ascii_digit());
            Ok(faults.iter().map(|f| (if own(f) { f.field.clone() } else { field_of(f, from) }, words(f))).collect())
        }
        Error::Conflict("version") => Ok([("title".to_owned(), t.s("conflict-version"))].into_iter().collect()),
        other => Err(other),
    }
}

/// Makes a track from the page.
pub async fn create(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let (t, sent) = (T::new(actor.lang), Sent::read(&typed));
    let (form, from) = match sent.form(None, t) {
        Ok(made) => made,
        Err(error) => return page(&app, &actor, None, &sent, told(error, &[], t)?, None).await,
    };
    let tx = app.write(&actor).await?;
    match tracks::create_track(&tx, &form).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(go(&format!("/onboarding-tracks/{}?done=saved", row.id)))
        }
        Err(error) => {
            drop(tx);
            page(&app, &actor, None, &sent, told(error, &from, t)?, None).await
        }
    }
}

/// Adds the track to begin with and opens it.
pub async fn starter(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = tracks::add_starter(&tx).await?;
    tx.commit().await?;
    Ok(go(&format!("/onboarding-tracks/{}", row.id)))
}

/// Saves from the page.
pub async fn save(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let (t, sent) = (T::new(actor.lang), Sent::read(&typed));
    let row = tracks::find_track(&app.ground.db, actor.org, id.0).await?;
    let (form, from) = match sent.form(Some(&tracks::form_of(&row)?), t) {
        Ok(made) => made,
        Err(error) => return page(&app, &actor, Some(id.0), &sent, told(error, &[], t)?, None).await,
    };
    let tx = app.write(&actor).await?;
    match tracks::edit_track(&tx, id.0, sent.version, |_| Ok(form.clone())).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/onboarding-tracks/{}?done=saved", id.0)))
        }
        Err(error) => {
            drop(tx);
            page(&app, &actor, Some(id.0), &sent, told(error, &from, t)?, None).await
        }
    }
}
