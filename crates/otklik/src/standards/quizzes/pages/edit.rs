//! The editor of a quiz: a plain form, question after question, saved as a whole with the version that was read.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, Params, field_text};
use kit::{Actor, Error, FieldError, Result};
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::simple::Typed;
use crate::layout::{Errors, Field, Frame, render};
use crate::standards::quizzes::rules::{Choice, MOST_OPTIONS, MOST_QUESTIONS, Picks, Question, QuizForm, relabel};
use crate::standards::quizzes::store::{self, ItemRow};
use crate::standards::quizzes::{self, item_text, label_of};

/// What stands in a question's block, typed or kept.
#[derive(Clone, Debug, Default)]
struct Block {
    key: String,
    item: String,
    text: String,
    explain: String,
    /// Key, words, right.
    options: Vec<(String, String, bool)>,
    gone: bool,
}

impl Block {
    fn of(q: &Question, t: T) -> Self {
        let option = |o: &Choice| (o.key.clone(), t.label(&o.title).to_owned(), q.correct.keys().contains(&o.key));
        Self {
            key: q.name().to_owned(),
            item: q.item.to_string(),
            text: t.label(&q.text).to_owned(),
            explain: q.explain.as_ref().map_or_else(String::new, |e| t.label(e).to_owned()),
            options: q.options.iter().map(option).collect(),
            gone: false,
        }
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.explain.trim().is_empty() && self.options.iter().all(|o| o.1.trim().is_empty())
    }
}

/// What the form sent.
struct Sent {
    pass: String,
    attempts: String,
    version: Option<i64>,
    blocks: Vec<Block>,
}

impl Sent {
    fn read(typed: &Typed) -> Self {
        let named: BTreeMap<&str, &str> = typed.0.iter().rev().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let get = |name: String| named.get(name.as_str()).map_or_else(String::new, |v| (*v).to_owned());
        let block = |n: usize| {
            let right = typed.all(&format!("q{n}.right"));
            Block {
                key: get(format!("q{n}.key")),
                item: get(format!("q{n}.item")),
                text: get(format!("q{n}.text")),
                explain: get(format!("q{n}.explain")),
                options: (0..MOST_OPTIONS)
                    .filter(|m| named.contains_key(format!("q{n}.o{m}").as_str()))
                    .map(|m| (get(format!("q{n}.k{m}")), get(format!("q{n}.o{m}")), right.contains(&m.to_string())))
                    .collect(),
                gone: named.contains_key(format!("q{n}.gone").as_str()),
            }
        };
        let there = |n: &usize| named.contains_key(format!("q{n}.text").as_str());
        Self {
            pass: typed.get("pass").trim().to_owned(),
            attempts: typed.get("attempts").trim().to_owned(),
            version: typed.get("version").parse().ok(),
            blocks: (0..=MOST_QUESTIONS).take_while(there).map(block).collect(),
        }
    }

    fn of(form: &QuizForm, t: T, version: i64) -> Self {
        Self {
            pass: t.num(form.pass_share * 100.0, 0),
            attempts: form.attempts.map_or_else(String::new, |n| n.to_string()),
            version: Some(version),
            blocks: form.questions.iter().map(|q| Block::of(q, t)).collect(),
        }
    }

    fn blank() -> Self {
        Self { pass: "80".into(), attempts: String::new(), version: None, blocks: Vec::new() }
    }

    /// The quiz that is meant, and the block that each of its questions came from.
    fn form(&self, standard: Uuid, before: &[Question], t: T) -> Result<(QuizForm, Vec<usize>)> {
        let (mut questions, mut from, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for (n, block) in self.blocks.iter().enumerate().filter(|(_, b)| !b.gone && !b.is_blank()) {
            let old = before.iter().find(|q| q.name() == block.key);
            let Ok(item) = Uuid::try_parse(&block.item) else {
                faults.push(FieldError::new(format!("q{n}.item"), "required"));
                continue;
            };
            questions.push(question(block, item, old, t));
            from.push(n);
        }
        let pass = self.pass.replace(',', ".").parse::<f64>().ok().filter(|p| (0.0..=100.0).contains(p));
        if pass.is_none() {
            faults.push(FieldError::new("pass", "out-of-range").with("min", 0).with("max", 100));
        }
        let attempts = if self.attempts.is_empty() { None } else { self.attempts.parse::<i64>().ok().or(Some(0)) };
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        Ok((QuizForm { standard, pass_share: pass.unwrap_or(0.0) / 100.0, questions, attempts }, from))
    }
}

fn question(block: &Block, item: Uuid, old: Option<&Question>, t: T) -> Question {
    let lang = t.language();
    let mut options: Vec<Choice> = Vec::new();
    let mut right = Vec::new();
    for (key, words, is_right) in block.options.iter().filter(|o| !o.1.trim().is_empty()) {
        let known = old.and_then(|q| q.option(key)).filter(|_| !key.is_empty());
        let key = match known {
            Some(option) => option.key.clone(),
            None => free_key(&options, old),
        };
        if *is_right {
            right.push(key.clone());
        }
        options.push(Choice { key, title: relabel(known.map(|o| &o.title), lang, words.trim()) });
    }
    let many = right.len() != 1 || old.is_some_and(Question::many);
    let explain = block.explain.trim();
    Question {
        key: Some(block.key.clone()).filter(|k| !k.is_empty()),
        item,
        text: relabel(old.map(|q| &q.text), lang, block.text.trim()),
        options,
        correct: if many { Picks::Many(right) } else { Picks::One(right.pop().unwrap_or_default()) },
        explain: (!explain.is_empty()).then(|| relabel(old.and_then(|q| q.explain.as_ref()), lang, explain)),
    }
}

/// A key that neither this question nor its earlier form has: answers given before must not change their meaning.
fn free_key(options: &[Choice], old: Option<&Question>) -> String {
    let taken = |key: &str| options.iter().any(|o| o.key == key) || old.is_some_and(|q| q.option(key).is_some());
    (1..).map(|n| format!("o{n}")).find(|key| !taken(key)).unwrap_or_default()
}

/// The field of the page that a fault of the quiz belongs to.
fn field_of(fault: &FieldError, from: &[usize]) -> String {
    let Some(rest) = fault.field.strip_prefix("questions[") else {
        return match fault.field.as_str() {
            "pass_share" => "pass".into(),
            "questions" => "q0.text".into(),
            other => other.into(),
        };
    };
    let (number, part) = rest.split_once(']').unwrap_or((rest, ""));
    let Some(n) = number.parse::<usize>().ok().and_then(|i| from.get(i)) else { return "q0.text".into() };
    let part = match part.split(['.', '[']).nth(1) {
        Some("options" | "correct") => "options",
        Some("item") => "item",
        Some("explain") => "explain",
        _ => "text",
    };
    format!("q{n}.{part}")
}

struct Opt {
    m: usize,
    key: String,
    words: String,
    right: bool,
}

struct Shown {
    n: usize,
    key: String,
    title: String,
    item: Field,
    text: Field,
    explain: Field,
    options: Vec<Opt>,
    options_error: String,
    orphaned: bool,
    new: bool,
}

#[derive(Template)]
#[template(path = "standards/quizzes/pages/edit.html")]
struct EditPage {
    frame: Frame,
    action: String,
    version: String,
    cancel: String,
    pass: Field,
    attempts: Field,
    blocks: Vec<Shown>,
    errors: Errors,
}

fn shown(n: usize, block: &Block, items: &[ItemRow], errors: &Errors, t: T) -> Shown {
    let orphaned = items.iter().any(|i| i.retired && i.id.to_string() == block.item);
    let mut item = Field::select(format!("q{n}.item"), t.s("quiz-item"))
        .value(block.item.clone())
        .placeholder(t.s("quiz-item-choose"))
        .error(errors.of(&format!("q{n}.item")));
    for row in items.iter().filter(|i| !i.retired || i.id.to_string() == block.item) {
        item = item.choice(row.id.to_string(), t.label(&item_text(row)));
    }
    let rows = (block.options.len() + 1).clamp(4, MOST_OPTIONS);
    let options = (0..rows).map(|m| {
        let (key, words, right) = block.options.get(m).cloned().unwrap_or_default();
        Opt { m, key, words, right }
    });
    Shown {
        n,
        key: block.key.clone(),
        title: t.w("quiz-question-n", "n", n + 1),
        item,
        text: Field::area(format!("q{n}.text"), t.s("quiz-text"))
            .value(block.text.clone())
            .rows(2)
            .max_length(1000)
            .error(errors.of(&format!("q{n}.text"))),
        explain: Field::area(format!("q{n}.explain"), t.s("quiz-explain"))
            .value(block.explain.clone())
            .rows(2)
            .max_length(2000)
            .hint(t.s("quiz-explain-hint"))
            .error(errors.of(&format!("q{n}.explain"))),
        options: options.collect(),
        options_error: errors.of(&format!("q{n}.options")).to_owned(),
        orphaned,
        new: block.is_blank(),
    }
}

async fn page(app: &App, actor: &Actor, standard: Uuid, id: Option<Uuid>, sent: &Sent, errors: Errors) -> Result<Response> {
    let (t, db) = (T::new(actor.lang), &app.ground.db);
    let title = super::title_of(app, actor, standard).await?;
    let items = store::items_of(db, actor.org, standard).await?;
    let mut blocks = sent.blocks.clone();
    // One empty block waits for the next question.
    if !blocks.last().is_some_and(Block::is_blank) && blocks.len() < MOST_QUESTIONS {
        blocks.push(Block::default());
    }
    let heading = if id.is_some() { "quiz-edit-of" } else { "quiz-new-of" };
    let mut frame = frame(actor, t.w(heading, "title", title), "standards")
        .crumb(t.s("layout-nav-standards"), "/standards")
        .crumb(t.s("quiz-title"), "/quizzes");
    if let Some(id) = id {
        frame = frame.crumb(t.s("quiz-one"), format!("/quizzes/{id}"));
    }
    let page = EditPage {
        frame,
        action: id.map_or_else(|| format!("/quizzes/new?standard={standard}"), |id| format!("/quizzes/{id}/edit")),
        version: sent.version.map_or_else(String::new, |v| v.to_string()),
        cancel: id.map_or_else(|| "/quizzes".to_owned(), |id| format!("/quizzes/{id}")),
        pass: Field::input("number", "pass", t.s("quiz-pass"))
            .value(sent.pass.clone())
            .range(0, 100)
            .suffix("%")
            .required()
            .error(errors.of("pass")),
        attempts: Field::input("number", "attempts", t.s("quiz-attempts"))
            .value(sent.attempts.clone())
            .range(1, 100)
            .hint(t.s("quiz-attempts-hint"))
            .error(errors.of("attempts")),
        blocks: blocks.iter().enumerate().map(|(n, b)| shown(n, b, &items, &errors, t)).collect(),
        errors: errors.clone(),
    };
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render(status, &page))
}

#[derive(Template)]
#[template(path = "standards/quizzes/pages/choose.html")]
struct ChoosePage {
    frame: Frame,
    rows: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
pub struct New {
    standard: Option<Uuid>,
}

/// A new quiz: first its standard, then its questions.
pub async fn new(State(app): State<App>, actor: Actor, p: Params<New>) -> Result<Response> {
    let t = T::new(actor.lang);
    if let Some(standard) = p.0.standard {
        return page(&app, &actor, standard, None, &Sent::blank(), Errors::none()).await;
    }
    let row = |s: store::StandardRow| (format!("/quizzes/new?standard={}", s.id), t.label(&label_of(&s.title)).to_owned());
    let rows = store::all_standards(&app.ground.db, actor.org).await?.into_iter().map(row).collect();
    let frame = frame(&actor, t.s("quiz-new"), "standards")
        .crumb(t.s("layout-nav-standards"), "/standards")
        .crumb(t.s("quiz-title"), "/quizzes");
    Ok(render(StatusCode::OK, &ChoosePage { frame, rows }))
}

fn told(error: Error, from: &[usize], t: T) -> Result<Errors> {
    match error {
        Error::Invalid(faults) => {
            // One line for each field: the first fault of it.
            let mut errors = Errors::none();
            for fault in &faults {
                let field = field_of(fault, from);
                if errors.of(&field).is_empty() {
                    let words = if fault.field == "questions" { t.s("quiz-no-questions") } else { field_text(fault, t) };
                    errors.add(field, words);
                }
            }
            Ok(errors)
        }
        Error::Conflict("version") => Ok([("pass".to_owned(), t.s("conflict-version"))].into_iter().collect()),
        other => Err(other),
    }
}

fn next(id: Uuid, typed: &Typed, count: usize) -> Response {
    if typed.get("act") == "more" {
        go(&format!("/quizzes/{id}/edit#q{count}"))
    } else {
        go(&format!("/quizzes/{id}?done=saved"))
    }
}

/// Makes a quiz from the page.
pub async fn create(State(app): State<App>, actor: Actor, p: Params<New>, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let standard = p.0.standard.ok_or_else(|| Error::field("standard", "required"))?;
    let sent = Sent::read(&typed);
    let (form, from) = match sent.form(standard, &[], t) {
        Ok(made) => made,
        Err(error) => return page(&app, &actor, standard, None, &sent, told(error, &[], t)?).await,
    };
    let tx = app.write(&actor).await?;
    match quizzes::create(&tx, &form).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(next(row.id, &typed, form.questions.len()))
        }
        Err(error) => {
            drop(tx);
            page(&app, &actor, standard, None, &sent, told(error, &from, t)?).await
        }
    }
}

/// The editor of a quiz.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = quizzes::find(&app.ground.db, actor.org, id.0).await?;
    if row.closed_at.is_some() {
        return Err(Error::Conflict("quiz-closed"));
    }
    let sent = Sent::of(&quizzes::form_of(&row)?, T::new(actor.lang), row.version);
    page(&app, &actor, row.standard, Some(row.id), &sent, Errors::none()).await
}

/// Saves from the page.
pub async fn save(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let row = quizzes::find(&app.ground.db, actor.org, id.0).await?;
    let sent = Sent::read(&typed);
    let (form, from) = match sent.form(row.standard, &quizzes::form_of(&row)?.questions, t) {
        Ok(made) => made,
        Err(error) => return page(&app, &actor, row.standard, Some(row.id), &sent, told(error, &[], t)?).await,
    };
    let tx = app.write(&actor).await?;
    match quizzes::edit(&tx, id.0, sent.version, |_| Ok(form.clone())).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(next(row.id, &typed, form.questions.len()))
        }
        Err(error) => {
            drop(tx);
            page(&app, &actor, row.standard, Some(row.id), &sent, told(error, &from, t)?).await
        }
    }
}
