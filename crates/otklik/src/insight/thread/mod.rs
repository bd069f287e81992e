//! The red thread of an item: everything that points at it, with its figures. Each feature spins one strand; a new one
//! joins with a function and a line in [`strands`].

pub mod api;
mod effect;
pub mod pages;
mod store;

use std::collections::HashSet;

use kit::i18n::{Label, T};
use kit::{Actor, Query, Result, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::figure::{Figure, Item};
use super::gather::Desk;
use super::rules::{Ask, Metric, Query as Names};
use super::view::Look;
use crate::access::{Noun, reach, see};
use crate::standards::duties;
use crate::standards::editing::proposals;
use crate::standards::editing::{self, InForce, Item as Rule, reading, versions};
use crate::standards::quizzes;
use crate::surveys;
use crate::surveys::rules::form::{Question, Type};

pub use effect::{Moved, effect};

/// A figure on the thread.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ThreadFigure)]
pub struct Number {
    /// Key of the metric.
    pub metric: &'static str,
    pub label: String,
    pub unit: &'static str,
    /// Answers in the base; null when suppressed.
    pub n: Option<i64>,
    pub value: Option<f64>,
    pub ci: Option<[f64; 2]>,
    /// The page behind it.
    pub url: String,
    /// As people read it.
    #[serde(skip)]
    pub shown: String,
    #[serde(skip)]
    pub interval: String,
    #[serde(skip)]
    pub base: String,
}

/// Something that points at the item.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ThreadLink)]
pub struct Link {
    pub title: String,
    pub url: String,
    pub note: String,
}

/// What one feature has to say of an item.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ThreadStrand)]
pub struct Strand {
    /// versions, signatures, quiz, questions, touchpoint, proposals.
    pub key: &'static str,
    pub title: String,
    /// How many things point at the item.
    pub count: i64,
    /// Does it tell whether people know, keep or feel the rule? An item without any such strand is an orphan.
    pub asks: bool,
    pub figures: Vec<Number>,
    pub links: Vec<Link>,
}

impl Strand {
    fn new(t: T, key: &'static str, count: usize) -> Self {
        let count = i64::try_from(count).unwrap_or(0);
        Self { key, title: t.s(&format!("thread-{key}")), count, asks: false, figures: Vec::new(), links: Vec::new() }
    }

    /// It asks, where it has something.
    fn asking(mut self) -> Self {
        self.asks = self.count > 0;
        self
    }
}

/// An item with its thread.
pub struct Thread {
    pub rule: Rule,
    pub text: Label,
    pub strands: Vec<Strand>,
    /// Its standard is out of force: nobody has to ask about it.
    pub withdrawn: bool,
}

impl Thread {
    /// Does nothing ask whether this rule is known, kept or felt?
    #[must_use]
    pub fn orphan(&self) -> bool {
        !self.withdrawn && self.rule.in_force() && !self.strands.iter().any(|s| s.asks)
    }
}

/// The thread of an item, as far as the reader may see it.
///
/// # Errors
/// `NotFound`; those of the database.
pub async fn thread<Q: Query>(q: &Q, actor: &Actor, now: Timestamp, id: Uuid) -> Result<Thread> {
    let rule = reading::item_for(q, actor, id).await?;
    let text = rule.published.as_ref().unwrap_or(&rule.draft).text.clone();
    let strands = strands(q, actor, now, &rule).await?;
    let withdrawn = editing::find(q, actor.org, rule.row.standard).await?.row.withdrawn_at.is_some();
    Ok(Thread { rule, text, strands, withdrawn })
}

/// Every strand, in the order of the loop: promised, known, felt, said.
async fn strands<Q: Query>(q: &Q, actor: &Actor, now: Timestamp, rule: &Rule) -> Result<Vec<Strand>> {
    Ok(vec![
        written(q, actor, rule).await?,
        known(q, actor, rule).await?,
        understood(q, actor, now, rule).await?,
        asked(q, actor, now, rule).await?,
        felt(q, actor, now, rule).await?,
        proposed(q, actor, rule).await?,
    ])
}

/// The reader with the reach of another right; `None` without it.
fn with(actor: &Actor, noun: Noun) -> Option<Actor> {
    Some(Actor { reach: reach(actor.role, see(noun))?, ..actor.clone() })
}

async fn written<Q: Query>(q: &Q, actor: &Actor, rule: &Rule) -> Result<Strand> {
    let t = T::new(actor.lang);
    let rows = versions::of_item(q, actor.org, rule.row.id).await?;
    let mut out = Strand::new(t, "versions", rows.len());
    out.links = rows
        .iter()
        .take(5)
        .map(|r| Link {
            title: t.w("standards-version-n", "n", r.number),
            url: format!("/standards/{}/versions/{}", rule.row.standard, r.number),
            note: format!(
                "{} · {}",
                t.date(&Timestamp(r.published_at).date(&actor.zone)),
                t.s(&format!("standards-change-{}", r.change))
            ),
        })
        .collect();
    Ok(out)
}

/// Who has signed this item as it is in force. A signature asks nobody whether the rule is kept or felt, so an item that has
/// only signatures is still an orphan.
async fn known<Q: Query>(q: &Q, actor: &Actor, rule: &Rule) -> Result<Strand> {
    let t = T::new(actor.lang);
    let branches = match with(actor, Noun::Duty).map(|reader| reader.reach) {
        Some(kit::Reach::Company) => None,
        Some(kit::Reach::OwnBranches) => Some(actor.branches.to_vec()),
        _ => return Ok(Strand::new(t, "signatures", 0)),
    };
    let stock = duties::report::of_item(q, actor.org, rule.row.id, branches).await?;
    let mut out = Strand::new(t, "signatures", usize::try_from(stock.known).unwrap_or(0));
    if stock.required > 0 {
        let url = format!("/standards/{}/people", rule.row.standard);
        let sample = super::knowing::sample(stock);
        let interval = sample.interval();
        out.figures.push(Number {
            metric: Metric::Acknowledged.key(),
            label: t.s("insight-metric-acknowledged"),
            unit: Metric::Acknowledged.unit(),
            n: Some(stock.required),
            value: sample.value(),
            ci: interval.map(|i| [i.low, i.high]),
            shown: sample.value().map_or_else(String::new, |v| t.percent(v / 100.0, 0)),
            interval: String::new(),
            base: t.w2("duties-known-of", "known", t.int(stock.known), "all", t.int(stock.required)),
            url,
        });
    }
    Ok(out)
}

/// Quizzes that ask about this item, and how many were right at once.
async fn understood<Q: Query>(q: &Q, actor: &Actor, now: Timestamp, rule: &Rule) -> Result<Strand> {
    let t = T::new(actor.lang);
    let found = quizzes::results::of_item(q, actor, rule.row.standard, rule.row.id).await?;
    let mut out = Strand::new(t, "quiz", found.asked.len()).asking();
    for (quiz, question) in found.asked {
        out.links.push(Link { title: t.label(&question).to_owned(), url: format!("/quizzes/{quiz}"), note: String::new() });
    }
    if let Some(reader) = with(actor, Noun::Metric) {
        let names =
            Names { standard: Some(rule.row.standard.to_string()), item: Some(rule.row.id.to_string()), ..Names::default() };
        let desk = super::desk(q, &reader, now);
        let label = t.s("insight-metric-quiz");
        out.figures.extend(number(&desk, Metric::Quiz, names, &label).await?.filter(|n| n.n.is_some_and(|n| n > 0)));
    }
    Ok(out)
}

/// The figure that a type of question feeds.
fn metric_of(question: &Question) -> Option<Metric> {
    match question.kind {
        Type::Nps => Some(Metric::Nps),
        Type::Csat => Some(Metric::Csat),
        Type::Ces => Some(Metric::Ces),
        Type::Rating => Some(Metric::Rating),
        Type::ScoredChoice => Some(Metric::Score),
        _ => None,
    }
}

/// Questions of surveys that ask about this item.
async fn asked<Q: Query>(q: &Q, actor: &Actor, now: Timestamp, rule: &Rule) -> Result<Strand> {
    let t = T::new(actor.lang);
    let found: Vec<_> = match with(actor, Noun::Survey) {
        Some(reader) => surveys::questions_about(q, reader.org, Some(rule.row.id)).await?,
        None => Vec::new(),
    };
    let mut out = Strand::new(t, "questions", found.len()).asking();
    for a in found {
        let title = t.label(&a.question.title).to_owned();
        out.links.push(Link { title: title.clone(), url: format!("/surveys/{}", a.survey), note: t.label(&a.name).to_owned() });
        let (Some(metric), Some(reader)) = (metric_of(&a.question), with(actor, Noun::Metric)) else { continue };
        let names = Names {
            survey: Some(a.survey.to_string()),
            question: Some(a.question.key.clone()),
            about: Some(a.about.as_str().to_owned()),
            ..Names::default()
        };
        let desk = super::desk(q, &reader, now);
        out.figures.extend(number(&desk, metric, names, &title).await?);
    }
    Ok(out)
}

/// What clients say of the touchpoint that the item belongs to.
async fn felt<Q: Query>(q: &Q, actor: &Actor, now: Timestamp, rule: &Rule) -> Result<Strand> {
    let t = T::new(actor.lang);
    let point = rule.published.as_ref().unwrap_or(&rule.draft).touchpoint.clone();
    let (Some(point), Some(reader)) = (point, with(actor, Noun::Metric)) else { return Ok(Strand::new(t, "touchpoint", 0)) };
    let desk = super::desk(q, &reader, now);
    let mut figures = Vec::new();
    for metric in [Metric::Csat, Metric::Nps, Metric::Ces] {
        let names = Names { touchpoint: Some(point.clone()), ..Names::default() };
        let label = t.s(&format!("insight-metric-{}", metric.key()));
        figures.extend(number(&desk, metric, names, &label).await?.filter(|n| n.n.is_some_and(|n| n > 0)));
    }
    let mut out = Strand::new(t, "touchpoint", figures.len()).asking();
    out.figures = figures;
    if let Some((id, name)) = store::touchpoint(q, actor.org, &point).await? {
        let name: Label = serde_json::from_str(&name).unwrap_or_else(|_| name.as_str().into());
        out.links.push(Link { title: t.label(&name).to_owned(), url: format!("/touchpoints/{id}"), note: String::new() });
    }
    Ok(out)
}

/// What staff say of it.
async fn proposed<Q: Query>(q: &Q, actor: &Actor, rule: &Rule) -> Result<Strand> {
    let t = T::new(actor.lang);
    let Some(reader) = with(actor, Noun::Proposal) else { return Ok(Strand::new(t, "proposals", 0)) };
    let which = proposals::Which { item: Some(rule.row.id), ..proposals::Which::default() };
    let list = proposals::list(q, &reader, &which, None, 50).await?.items;
    let mut out = Strand::new(t, "proposals", list.len());
    out.links = list
        .into_iter()
        .take(5)
        .map(|p| Link {
            title: p.reason,
            url: format!("/proposals?item={}", rule.row.id),
            note: format!("{} · {}", p.author_name, t.s(&format!("standards-proposal-{}", p.state))),
        })
        .collect();
    Ok(out)
}

/// One figure in all, for the thread; `None` where the reader may not ask it this way.
async fn number<Q: Query>(desk: &Desk<'_, Q>, metric: Metric, names: Names, label: &str) -> Result<Option<Number>> {
    let query = address(&names);
    let figure = match desk.figure(&Ask::read(metric, names)?).await {
        Ok(figure) => figure,
        // Protected answers may not be cut this way, or several scales do not mix: then there is no one number.
        Err(kit::Error::Invalid(_) | kit::Error::Forbidden(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    Ok(figure
        .items
        .first()
        .map(|item| written_out(desk.actor, &figure, item, label, format!("/figures/{}{query}", metric.key()))))
}

fn written_out(actor: &Actor, figure: &Figure, item: &Item, label: &str, url: String) -> Number {
    let look = Look { t: T::new(actor.lang), metric: figure.metric, scale: figure.scale };
    let open = !item.suppressed;
    let (value, ci) = (item.sample.value().filter(|_| open), item.sample.interval().filter(|_| open));
    Number {
        metric: figure.metric.key(),
        label: label.to_owned(),
        unit: figure.metric.unit(),
        n: open.then(|| item.sample.n()),
        value,
        ci: ci.map(|i| [i.low, i.high]),
        url,
        shown: value.map_or_else(|| "—".into(), |v| format!("{} {}", look.value(v), look.unit()).trim().to_owned()),
        interval: look.interval(ci),
        base: look.n(if open { item.sample.n() } else { 0 }),
    }
}

/// The conditions as a page's address has them.
fn address(names: &Names) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    let pairs = [
        ("survey", &names.survey),
        ("question", &names.question),
        ("about", &names.about),
        ("touchpoint", &names.touchpoint),
        ("standard", &names.standard),
        ("item", &names.item),
    ];
    for (key, value) in pairs {
        if let Some(value) = value {
            out.append_pair(key, value);
        }
    }
    let text = out.finish();
    if text.is_empty() { text } else { format!("?{text}") }
}

/// Items in force that no question, quiz or rated touchpoint asks about, standard by standard.
///
/// # Errors
/// Those of the database.
pub async fn orphans<Q: Query>(q: &Q, actor: &Actor) -> Result<Vec<InForce>> {
    let asked = surveys::questions_about(q, actor.org, None).await?;
    let mut known: HashSet<Uuid> = asked.into_iter().filter_map(|a| a.question.item).collect();
    known.extend(store::quizzed(q, actor.org).await?);
    let rated = store::rated_touchpoints(q, actor.org).await?;
    let mut rows = editing::in_force(q, actor.org).await?;
    rows.retain(|r| !known.contains(&r.id) && r.touchpoint.is_none_or(|p| !rated.contains(&p)));
    Ok(rows)
}
