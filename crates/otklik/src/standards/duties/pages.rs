//! The HTML door of duties: the own ones, reading and signing, who has signed, the printed sheet, who knows what.

pub mod known;
pub mod people;
pub mod sheet;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::time::date_of;
use kit::web::Id;
use kit::{Actor, Error, Result};
use uuid::Uuid;

use super::reading::{self, ReadItem};
use super::rules::signing::SignatureForm;
use super::store::signatures;
use super::{Stand, api, signing};
use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::simple::{Typed, refused};
use crate::layout::{Errors, Flash, Frame, State as Look, render};
use crate::standards::editing::rules::{ItemText, Span};
use crate::standards::onboarding;
use crate::standards::quizzes::quizzes_for;
use crate::standards::quizzes::stand::mood_of;

/// How a duty's state looks.
#[must_use]
pub fn look(t: T, state: Stand) -> (Look, String) {
    let look = match state {
        Stand::Pending => Look::Note,
        Stand::Overdue => Look::Bad,
        Stand::Signed => Look::Good,
        Stand::Lifted => Look::Quiet,
    };
    (look, t.s(&format!("duties-state-{}", state.as_str())))
}

/// A line of somebody's duties.
struct Line {
    href: String,
    title: String,
    state: Look,
    word: String,
    when: String,
    items: String,
    signature: String,
}

#[derive(Template)]
#[template(path = "standards/duties/pages/own.html")]
struct OwnPage {
    frame: Frame,
    linked: bool,
    open: Vec<Line>,
    done: Vec<Line>,
    thanks: Option<String>,
    fingerprint: String,
    quizzes: Vec<Asked>,
    /// Is the reader on a newcomer's track?
    track: bool,
}

/// A quiz on one of the reader's standards.
struct Asked {
    href: String,
    title: String,
    state: Look,
    word: String,
}

fn line(t: T, d: &super::Duty, signature: Option<Uuid>) -> Line {
    let (state, word) = look(t, d.state);
    let day = t.date(&date_of(d.due));
    let when = match d.state {
        Stand::Pending => t.w("duties-until", "day", day),
        Stand::Overdue => t.w("duties-was-due", "day", day),
        Stand::Signed => t.w("duties-version", "n", d.version),
        Stand::Lifted => String::new(),
    };
    Line {
        href: format!("/duties/{}", d.standard),
        title: t.label(&d.title).to_owned(),
        state,
        word,
        when,
        items: if d.items.is_empty() { String::new() } else { t.n("duties-items", d.items.len()) },
        signature: signature.map_or_else(String::new, |id| format!("/signatures/{id}")),
    }
}

/// What the address of the own duties may carry.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Ask {
    #[serde(default)]
    pub signed: String,
}

/// What the reader has to read and sign.
///
/// # Errors
/// Those of the database.
pub async fn own(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let (mut open, mut done, mut thanks, mut fingerprint) = (Vec::new(), Vec::new(), None, String::new());
    let (mut quizzes, mut track, mut titles) = (Vec::new(), false, std::collections::HashMap::new());
    if let Some(employee) = actor.employee {
        let kept = signatures::of_person(db, actor.org, employee, 500).await?;
        for duty in super::of_person(db, actor.org, employee, api::today(&app, &actor)).await? {
            titles.insert(duty.standard, t.label(&duty.title).to_owned());
            let last = kept.iter().find(|s| s.standard == duty.standard).map(|s| s.id);
            let line = line(t, &duty, last);
            if duty.state.open() { open.push(line) } else { done.push(line) }
        }
        let standards: Vec<Uuid> = titles.keys().copied().collect();
        for stand in quizzes_for(db, actor.org, employee, &standards).await? {
            let (state, word) = mood_of(t, &stand);
            let title = titles.get(&stand.standard).cloned().unwrap_or_default();
            quizzes.push(Asked { href: format!("/quizzes/{}", stand.quiz), title, state, word });
        }
        let cards = onboarding::of_person(db, actor.org, employee, api::today(&app, &actor)).await?;
        track = cards.iter().any(|c| c.state == "running");
        if let Some(row) = kept.iter().find(|s| s.id.to_string() == ask.signed) {
            let next = if open.is_empty() { t.s("duties-thanks-all") } else { t.n("duties-thanks-next", open.len()) };
            thanks = Some(next);
            fingerprint = row.hash.chars().take(16).collect();
        }
    }
    let frame = frame(&actor, t.s("duties-own"), "duties");
    let linked = actor.employee.is_some();
    Ok(render(StatusCode::OK, &OwnPage { frame, linked, open, done, thanks, fingerprint, quizzes, track }))
}

/// A field of an item that differs.
struct Field {
    name: String,
    words: Vec<Span>,
}

/// An item as it is read.
struct Card {
    id: String,
    text: String,
    facts: Vec<(String, String)>,
    critical: bool,
    before: bool,
    changes: Vec<Field>,
    photo: String,
    audio: String,
}

fn facts(t: T, text: &ItemText) -> Vec<(String, String)> {
    let parts = [("why", &text.why), ("measure", &text.measure), ("norm", &text.norm)];
    parts
        .into_iter()
        .filter_map(|(key, label)| Some((t.s(&format!("duties-{key}")), t.label(label.as_ref()?).to_owned())))
        .filter(|(_, words)| !words.trim().is_empty())
        .collect()
}

fn card(t: T, item: &ReadItem) -> Card {
    let own = |c: &&crate::standards::editing::rules::ItemChange| {
        matches!(c.field.as_str(), "text" | "why" | "measure" | "norm") && c.lang.is_none_or(|l| l == t.language())
    };
    let fields = item.changes.iter().filter(own);
    let changes = fields.map(|c| Field { name: t.s(&format!("duties-{}", c.field)), words: c.words.clone() }).collect();
    let file = |id: Option<String>| id.map_or_else(String::new, |id| format!("/files/{id}"));
    let example = item.text.example.as_ref();
    Card {
        id: item.id.to_string(),
        text: t.label(&item.text.text).to_owned(),
        facts: facts(t, &item.text),
        critical: item.text.critical,
        before: item.before,
        changes,
        photo: file(example.and_then(|e| e.photo.as_ref().map(ToString::to_string))),
        audio: file(example.and_then(|e| e.audio.as_ref().map(ToString::to_string))),
    }
}

#[derive(Template)]
#[template(path = "standards/duties/pages/read.html")]
struct ReadPage {
    frame: Frame,
    standard: String,
    number: i64,
    lead: String,
    cards: Vec<Card>,
    others: usize,
    errors: Errors,
    statement: String,
    agreed: bool,
}

async fn read_page(app: &App, actor: &Actor, standard: Uuid, errors: Errors, agreed: bool) -> Result<Response> {
    let t = T::new(actor.lang);
    let read = reading::reading(&app.ground.db, actor, standard, api::today(app, actor)).await?;
    let cards: Vec<Card> = read.items.iter().map(|i| card(t, i)).collect();
    let lead = match read.duty.as_ref().filter(|d| d.state.open()) {
        None => String::new(),
        Some(d) => {
            let key = if d.state == Stand::Overdue { "duties-was-due" } else { "duties-until" };
            t.w(key, "day", t.date(&date_of(d.due)))
        }
    };
    let statement = t.w2("duties-statement", "title", t.label(&read.title), "n", read.number);
    let frame = frame(actor, t.label(&read.title), "duties").crumb(t.s("duties-own"), "/duties");
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ReadPage {
        frame,
        standard: standard.to_string(),
        number: read.number,
        lead,
        cards,
        others: read.others,
        errors,
        statement,
        agreed,
    };
    Ok(render(status, &page))
}

/// Only what is asked, with the difference against what the reader signed before.
///
/// # Errors
/// `NotFound`; `Forbidden` for a user who is no employee.
pub async fn read(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    read_page(&app, &actor, id.0, Errors::none(), false).await
}

/// Signs what was shown.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn sign(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    if typed.get("agreed").is_empty() {
        let errors = [("agreed".to_owned(), t.s("duties-agree-first"))].into_iter().collect();
        return read_page(&app, &actor, id.0, errors, false).await;
    }
    let form = SignatureForm {
        version: typed.get("version").parse().unwrap_or(0),
        items: typed.all("item").iter().filter_map(|i| Uuid::try_parse(i).ok()).collect(),
        statement: typed.get("statement").to_owned(),
    };
    let tx = app.write(&actor).await?;
    match signing::sign(&tx, id.0, &form).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(go(&format!("/duties?signed={}", row.id)))
        }
        Err(error) => {
            drop(tx);
            // The page is shown as it is now: with the newer version, where there is one.
            read_page(&app, &actor, id.0, refused(error, t)?, true).await
        }
    }
}

#[derive(Template)]
#[template(path = "standards/duties/pages/signature.html")]
struct SignaturePage {
    frame: Frame,
    id: String,
    facts: Vec<(String, String)>,
    items: Vec<String>,
    hash: String,
}

/// A signature, with its file to download.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn signature(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let row = signing::signature(db, &actor, id.0).await?;
    let version = crate::standards::editing::versions::version(db, actor.org, row.standard, row.number).await?;
    let content = crate::standards::editing::rules::Content::read(&version.ok_or(Error::NotFound)?.content)?;
    let signed = signing::items_of(&row)?;
    let mut items = Vec::with_capacity(signed.len());
    for item in content.items.iter().filter(|i| signed.contains(&i.id)) {
        items.push(t.label(&item.text()?.text).to_owned());
    }
    let fact = |key: &str, value: String| (t.s(&format!("duties-verify-{key}")), value);
    let mut facts = vec![
        fact("standard", t.label(&content.title).to_owned()),
        fact("version", row.number.to_string()),
        fact("employee", row.employee_name.clone()),
        fact("at", t.date_time(row.at, actor.zone.iana_name().unwrap_or("UTC"))),
        fact("via", t.s(&format!("duties-via-{}", row.via))),
        fact("statement", row.statement.clone()),
    ];
    // Who signed for themselves entered it themselves: only paper has another hand.
    if row.member_name != row.employee_name {
        facts.insert(5, fact("entered-by", row.member_name.clone()));
    }
    let frame = frame(&actor, t.s("duties-signature"), "duties").crumb(t.s("duties-own"), "/duties");
    Ok(render(StatusCode::OK, &SignaturePage { frame, id: id.0.to_string(), facts, items, hash: row.hash }))
}

fn done(t: T, frame: Frame, word: &str) -> Frame {
    match word {
        "entered" | "away" | "back" => frame.flash(Flash::good(t.s(&format!("duties-done-{word}")))),
        _ => frame,
    }
}
