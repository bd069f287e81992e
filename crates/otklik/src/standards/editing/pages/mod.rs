//! The pages of standards: what they share.

pub mod autosave;
pub mod desk;
pub mod edit;
pub mod fields;
pub mod head;
pub mod item;
pub mod list;
pub mod proposals;
pub mod publish;
pub mod show;
pub mod versions;
pub mod withdrawal;

use std::collections::HashMap;

use kit::db::Query;
use kit::i18n::T;
use kit::{Actor, Error, FieldError, Result};
use uuid::Uuid;

use super::rules::{Audience, ItemText, Span};
use super::{Item, Standard, sees_drafts, store};
use crate::access::{Noun, change, reach};
use crate::doors::frame;
use crate::layout::{Errors, Frame, State as Mood};

/// A form's fields in the order they came, some of them several times.
#[derive(Clone, Debug, Default)]
pub struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// The first value of a field, trimmed; "" when it did not come.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// Every value of a field that is not empty.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, v)| v.trim().to_owned()).collect()
    }
}

/// The frame of a page about standards.
fn here(actor: &Actor, title: impl Into<String>) -> Frame {
    let t = T::new(actor.lang);
    frame(actor, title, "standards").crumb(t.s("standards-title"), "/standards")
}

/// The frame of a page about one standard.
fn inside(actor: &Actor, standard: &Standard, title: impl Into<String>) -> Frame {
    let t = T::new(actor.lang);
    let name = t.label(standard.title_for(actor)).to_owned();
    here(actor, title).crumb(name, format!("/standards/{}", standard.row.id))
}

/// Refused fields as a page shows them.
fn told(fields: &[FieldError], t: T) -> Errors {
    fields.iter().map(|f| (f.field.clone(), kit::web::field_text(f, t))).collect()
}

/// What a form's act answered: done, or the words for a refusal that the form can show.
fn refused(outcome: Error, t: T, field: &str) -> Result<Errors> {
    match outcome {
        Error::Invalid(fields) => Ok(told(&fields, t)),
        Error::Conflict(code) => Ok([(field.to_owned(), t.s(&format!("conflict-{code}")))].into_iter().collect()),
        other => Err(other),
    }
}

fn may_propose(actor: &Actor) -> bool {
    reach(actor.role, change(Noun::Proposal)).is_some()
}

/// The state of a standard in a word and a shape.
fn state_of(standard: &Standard, t: T) -> (Mood, String) {
    if standard.row.withdrawn_at.is_some() {
        return (Mood::Quiet, t.s("standards-state-withdrawn"));
    }
    let (mood, key) = match (standard.row.published, standard.row.stage.as_str()) {
        (_, "review") => (Mood::Warn, "review"),
        (_, "approved") => (Mood::Note, "approved"),
        (Some(_), _) => (Mood::Good, "published"),
        (None, _) => (Mood::Quiet, "draft"),
    };
    (mood, t.s(&format!("standards-state-{key}")))
}

/// The same for those who see no drafts.
fn state_for(actor: &Actor, standard: &Standard, t: T) -> (Mood, String) {
    if sees_drafts(actor) || standard.row.withdrawn_at.is_some() {
        state_of(standard, t)
    } else {
        (Mood::Good, t.s("standards-state-published"))
    }
}

/// Whom a standard is for, in words.
async fn audience_words(q: &impl Query, org: Uuid, audience: &Audience, t: T) -> Result<String> {
    if audience.everybody() {
        return Ok(t.s("standards-for-all"));
    }
    let mut parts = Vec::new();
    if !audience.branches.is_empty() {
        let shown: Vec<Uuid> = audience.branches.iter().copied().take(3).collect();
        let names = store::branch_names(q, org, &shown).await?;
        let mut words: Vec<String> = shown.iter().filter_map(|b| names.get(b).cloned()).collect();
        if audience.branches.len() > shown.len() {
            words.push(t.n("standards-for-more", audience.branches.len() - shown.len()));
        }
        parts.push(words.join(", "));
    }
    if !audience.positions.is_empty() {
        parts.push(audience.positions.join(", "));
    }
    Ok(parts.join(" · "))
}

/// An item as a reader sees it.
struct ItemView {
    id: Uuid,
    number: usize,
    text: String,
    why: String,
    measure: String,
    norm: String,
    stage: String,
    critical: bool,
    optional: bool,
    minutes: String,
    touchpoint: String,
    photo: String,
    audio: String,
    /// «новый в этой версии», «изменён»; "" for what stayed.
    news: String,
}

/// The names of touchpoints by id.
type Points = HashMap<Uuid, String>;

async fn points(q: &impl Query, org: Uuid, t: T) -> Result<Points> {
    let rows = store::touchpoints(q, org).await?;
    rows.into_iter().map(|(id, name)| Ok((id, t.label(&serde_json::from_str::<kit::i18n::Label>(&name)?).to_owned()))).collect()
}

fn view(id: Uuid, number: usize, text: &ItemText, points: &Points, t: T) -> ItemView {
    let say = |l: &Option<kit::i18n::Label>| l.as_ref().map(|l| t.label(l).to_owned()).unwrap_or_default();
    let (photo, audio) = super::examples::addresses(text.example.as_ref());
    let point = text.touchpoint.as_deref().and_then(|p| Uuid::try_parse(p).ok());
    ItemView {
        id,
        number,
        text: t.label(&text.text).to_owned(),
        why: say(&text.why),
        measure: say(&text.measure),
        norm: say(&text.norm),
        stage: say(&text.stage),
        critical: text.critical,
        optional: !text.mandatory,
        minutes: text.minutes_cost.filter(|m| *m > 0.0).map(|m| t.num(m, usize::from(m.fract() != 0.0))).unwrap_or_default(),
        touchpoint: point.and_then(|p| points.get(&p).cloned()).unwrap_or_default(),
        photo,
        audio,
        news: String::new(),
    }
}

/// Items under the headings they were given, in their order.
struct Section {
    stage: String,
    items: Vec<ItemView>,
}

fn sections(items: Vec<ItemView>) -> Vec<Section> {
    let mut out: Vec<Section> = Vec::new();
    for item in items {
        match out.iter_mut().find(|s| s.stage == item.stage) {
            Some(section) => section.items.push(item),
            None => out.push(Section { stage: item.stage.clone(), items: vec![item] }),
        }
    }
    let mut number = 0;
    for item in out.iter_mut().flat_map(|s| &mut s.items) {
        number += 1;
        item.number = number;
    }
    out
}

/// One field that differs, for a page.
struct FieldView {
    label: String,
    words: Vec<Span>,
}

fn field_views(changes: &[super::rules::ItemChange], points: &Points, t: T) -> Vec<FieldView> {
    let named = |span: &Span, field: &str| {
        let text = match field {
            "critical" | "mandatory" => t.s(&format!("standards-{}", span.text)),
            "touchpoint" => Uuid::try_parse(&span.text).ok().and_then(|p| points.get(&p).cloned()).unwrap_or_default(),
            _ => span.text.clone(),
        };
        Span { part: span.part, text }
    };
    let view = |c: &super::rules::ItemChange| {
        let name = t.s(&format!("standards-field-{}", c.field));
        let label = match c.lang {
            // The reader's own language goes without saying.
            Some(lang) if lang.as_str() != t.lang() => format!("{name} ({})", t.s(&format!("standards-in-{lang}"))),
            _ => name,
        };
        FieldView { label, words: c.words.iter().map(|s| named(s, &c.field)).collect() }
    };
    changes.iter().map(view).collect()
}

/// The items of the draft that are not retired.
fn alive(items: Vec<Item>) -> Vec<Item> {
    items.into_iter().filter(|i| i.row.retired_in.is_none()).collect()
}
