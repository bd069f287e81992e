//! The search over everything: what the reader may see, by its name, and clients' words by their forms.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::db::Query;
use kit::filter::fold;
use kit::i18n::T;
use kit::web::Params;
use kit::{Actor, Error, Result, Timestamp};
use serde::Deserialize;

use super::rules::Metric;
use super::store;
use crate::access::places::{self, Wanted};
use crate::access::rules::places::stage;
use crate::access::{Noun, people, reach, see};
use crate::app::App;
use crate::doors::frame;
use crate::layout::{Frame, render};
use crate::staff::{self, Which};
use crate::standards;
use crate::surveys::responses::rules::{Piece, marked};
use crate::surveys::responses::{self, Asked, Shown};
use crate::surveys::rules::form::Type;

/// So many of a kind are shown; the list of the kind has the rest.
const EACH: usize = 6;
/// So many things without an index of words are looked through.
const LOOKED: i64 = 500;

/// One thing that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub href: String,
    pub text: Vec<Piece>,
    pub note: String,
}

/// What was found of one kind; `more` leads to its list where there is more.
#[derive(Clone, Debug)]
pub struct Group {
    pub kind: &'static str,
    pub hits: Vec<Hit>,
    pub more: String,
}

/// The reader with the reach of another right; `None` without it.
fn with(actor: &Actor, noun: Noun) -> Option<Actor> {
    Some(Actor { reach: reach(actor.role, see(noun))?, ..actor.clone() })
}

/// Do all words occur in one of the names?
fn named(words: &str, names: &[&str]) -> bool {
    let names = fold(&names.join(" "));
    words.split_whitespace().all(|w| names.contains(w))
}

fn hit(href: String, name: &str, note: String) -> Hit {
    Hit { href, text: vec![Piece { text: name.to_owned(), found: false }], note }
}

/// The address of a list with the words in it.
fn asking(list: &str, q: &str) -> String {
    let start = format!("{list}?");
    let at = start.len();
    form_urlencoded::Serializer::for_suffix(start, at).append_pair("q", q).finish()
}

fn group(kind: &'static str, mut hits: Vec<Hit>, list: &str, q: &str) -> Group {
    let query = if q.is_empty() { String::new() } else { asking("", q) };
    let more = if hits.len() > EACH && !list.is_empty() { format!("{list}{query}") } else { String::new() };
    hits.truncate(EACH);
    Group { kind, hits, more }
}

/// Everything of these words that the reader may see, kind by kind; kinds without a hit are left out.
///
/// # Errors
/// Those of the database.
pub async fn find(q: &impl Query, actor: &Actor, typed: &str) -> Result<Vec<Group>> {
    let words = fold(typed);
    if words.trim().is_empty() {
        return Ok(Vec::new());
    }
    let t = T::new(actor.lang);
    let part = Wanted { limit: i64::try_from(EACH).unwrap_or(0), after: None, q: typed.to_owned() };
    let all = Wanted { limit: LOOKED, ..Wanted::default() };
    let mut out = Vec::new();
    if with(actor, Noun::Survey).is_some() {
        let rows = store::surveys(q, actor.org, LOOKED).await?.into_iter();
        let rows = rows.filter(|s| {
            let label = s.label();
            let names: Vec<&str> = label.texts().chain([s.code.as_str()]).collect();
            named(&words, &names)
        });
        let hits =
            rows.map(|s| hit(format!("/surveys/{}", s.id), t.label(&s.label()), t.s(&format!("surveys-state-{}", s.state))));
        out.push(group("surveys", hits.collect(), "/surveys", ""));
    }
    if with(actor, Noun::Standard).is_some() {
        let stems = measure::text::query_stems(typed);
        let rules = standards::editing::search::find(q, actor.org, typed, EACH + 1).await?;
        // Rules that have only some of the words would drown what has all of them; their own page shows them.
        let found = rules.found.iter().filter(|_| !rules.close).map(|f| Hit {
            href: format!("/items/{}", f.item),
            text: marked(t.label(&f.text.text), &stems),
            note: t.label(&f.title).to_owned(),
        });
        out.push(group("rules", found.collect(), "/rules", typed));
    }
    if let Some(reader) = with(actor, Noun::Response) {
        let asked = Asked { q: Some(typed.to_owned()), commented: true, ..Asked::default() };
        // Guarded surveys are read one by one, never here: no day is needed.
        let rows = responses::list(q, &reader, None, &asked, (None, 0), part.limit).await?;
        let stems = measure::text::query_stems(typed);
        let hits = rows.iter().filter_map(|s| said(s, &stems, &reader, t)).collect();
        out.push(group("responses", hits, "/responses", typed));
    }
    if let Some(reader) = with(actor, Noun::Branch) {
        let list = places::branches(q, &reader, &part).await?;
        let hits = list.items.into_iter().map(|b| hit(format!("/branches/{}", b.id), &b.name, b.region.unwrap_or_default()));
        out.push(wider(group("branches", hits.collect(), "", ""), list.next.is_some(), "/branches", typed));
    }
    if let Some(reader) = with(actor, Noun::Employee) {
        let list = staff::employees(q, &reader, &part, &Which::default()).await?;
        let hits = list.items.into_iter().map(|e| hit(format!("/employees/{}", e.id), &e.name, e.position.unwrap_or_default()));
        out.push(wider(group("employees", hits.collect(), "", ""), list.next.is_some(), "/employees", typed));
    }
    if let Some(reader) = with(actor, Noun::Touchpoint) {
        let rows = places::touchpoints(q, &reader, &all).await?.items.into_iter();
        let rows = rows.filter_map(|p| {
            let name: kit::i18n::Label = serde_json::from_str(&p.name).unwrap_or_else(|_| p.name.as_str().into());
            let names: Vec<&str> = name.texts().chain([p.key.as_str()]).collect();
            named(&words, &names).then(|| hit(format!("/touchpoints/{}", p.id), t.label(&name), stage(t, &p.stage)))
        });
        out.push(group("touchpoints", rows.collect(), "/touchpoints", ""));
    }
    if let Some(reader) = with(actor, Noun::User) {
        let rows = people::users(q, &reader, &all).await?.items.into_iter().map(|u| u.row);
        let rows = rows.filter(|u| named(&words, &[&u.name, u.email.as_deref().unwrap_or(""), u.phone.as_deref().unwrap_or("")]));
        let hits = rows.map(|u| hit(format!("/users/{}", u.id), &u.name, t.s(&format!("role-{}", u.role))));
        out.push(group("users", hits.collect(), "/users", ""));
    }
    if with(actor, Noun::Metric).is_some() {
        let name = |m: &Metric| t.s(&format!("insight-metric-{}", m.key()));
        let found = Metric::ALL.into_iter().filter(|m| named(&words, &[&name(m), m.key()]));
        let hits = found.map(|m| hit(format!("/figures/{}", m.key()), &name(&m), String::new()));
        out.push(group("figures", hits.collect(), "/figures", ""));
    }
    out.retain(|g| !g.hits.is_empty());
    Ok(out)
}

/// A group of a list that cuts itself.
fn wider(mut group: Group, more: bool, list: &str, q: &str) -> Group {
    if more {
        group.more = asking(list, q);
    }
    group
}

/// The comment that the words stand in, with them marked.
fn said(shown: &Shown, stems: &[Vec<String>], reader: &Actor, t: T) -> Option<Hit> {
    let texts = shown.form.questions.iter().filter(|q| q.kind == Type::Text);
    let all: Vec<Vec<Piece>> = texts.filter_map(|q| Some(marked(shown.answers.get(&q.key)?.as_str()?, stems))).collect();
    let text = all.iter().find(|p| p.iter().any(|piece| piece.found)).or_else(|| all.first())?.clone();
    // The list of answers says when in the reader's time; of a protected one, nothing but its survey.
    let day = shown.row.at.filter(|_| !shown.protected).map(|at| t.date(&Timestamp(at).date(&reader.zone)));
    let note = [Some(t.label(&shown.form.name).to_owned()), day].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Some(Hit { href: format!("/responses/{}", shown.row.id), text, note })
}

/// What the address carries.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "insight/pages/search.html")]
struct SearchPage {
    frame: Frame,
    q: String,
    groups: Vec<Group>,
}

/// The page of the search.
///
/// # Errors
/// Those of the database.
pub async fn page(State(app): State<App>, actor: Actor, typed: Params<Typed>) -> Result<Response> {
    let t = T::new(actor.lang);
    let typed = typed.0.q.replace(char::is_control, " ");
    let q: String = typed.trim().chars().take(200).collect();
    let groups = match find(&app.ground.db, &actor, &q).await {
        // Words that no search can hold find nothing.
        Err(Error::Invalid(_)) => Vec::new(),
        other => other?,
    };
    let mut frame = frame(&actor, t.s("search-title"), "");
    frame.query.clone_from(&q);
    Ok(render(StatusCode::OK, &SearchPage { frame, q, groups }))
}
