//! The pages of quizzes: the list, one quiz, a run on one page, what the runs say.

pub mod edit;
pub mod results;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, Params, field_text};
use kit::{Actor, Error, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::rules::{self, Picks};
use super::stand::mood_of;
use super::store::{AttemptRow, QuizRow};
use super::{label_of, store};
use crate::access::{Noun, reach, see};
use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::simple::Typed;
use crate::layout::{Errors, Flash, Frame, State as Mood, render};

/// The title of the standard behind a quiz.
async fn title_of(app: &App, actor: &Actor, standard: Uuid) -> Result<String> {
    let row = store::standard(&app.ground.db, actor.org, standard).await?.ok_or(Error::NotFound)?;
    Ok(T::new(actor.lang).label(&label_of(&row.title)).to_owned())
}

fn sees_results(actor: &Actor) -> bool {
    reach(actor.role, see(Noun::QuizResult)).is_some()
}

/// «не меньше 80 %».
fn percent(t: T, share: f64) -> String {
    t.percent(share, 0)
}

struct Row {
    href: String,
    title: String,
    sub: String,
    mood: Mood,
    state: String,
    results: String,
}

#[derive(Template)]
#[template(path = "standards/quizzes/pages/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    next: String,
    may_change: bool,
    new: String,
}

#[derive(Debug, Deserialize)]
pub struct ListParams {
    standard: Option<Uuid>,
    after: Option<String>,
}

/// All quizzes, newest first.
pub async fn list(State(app): State<App>, actor: Actor, p: Params<ListParams>) -> Result<Response> {
    let (t, db) = (T::new(actor.lang), &app.ground.db);
    let paging = kit::web::Paging { limit: None, after: p.0.after.clone() };
    let list = super::list(db, &actor, p.0.standard, paging.cursor()?, paging.limit()?).await?;
    let standards: Vec<Uuid> = list.items.iter().map(|r| r.standard).collect();
    let titles: BTreeMap<Uuid, String> = store::standards(db, actor.org, &standards)
        .await?
        .into_iter()
        .map(|s| (s.id, t.label(&label_of(&s.title)).to_owned()))
        .collect();
    let own = match actor.employee {
        Some(employee) => super::quizzes_for(db, actor.org, employee, &standards).await?,
        None => Vec::new(),
    };
    let results = sees_results(&actor);
    let of_standard = p.0.standard.map(|s| format!("standard={s}&")).unwrap_or_default();
    let row = |r: &QuizRow| {
        let stand = own.iter().find(|s| s.quiz == r.id);
        let (mood, state) = match stand {
            _ if r.closed_at.is_some() => (Mood::Quiet, t.s("quiz-state-closed")),
            Some(stand) => mood_of(t, stand),
            None => (Mood::Good, t.s("quiz-state-going")),
        };
        let questions = super::questions_of(r)?.len();
        Ok(Row {
            href: format!("/quizzes/{}", r.id),
            title: titles.get(&r.standard).cloned().unwrap_or_default(),
            sub: format!("{} · {}", t.n("quiz-questions-n", questions), pass_words(t, r)),
            mood,
            state,
            results: if results { format!("/quizzes/{}/results", r.id) } else { String::new() },
        })
    };
    let page = ListPage {
        frame: crate::standards::section::top(&actor, t.s("quiz-title"), "quizzes"),
        rows: list.items.iter().map(row).collect::<Result<_>>()?,
        next: list.next.map(|c| format!("/quizzes?{of_standard}after={c}")).unwrap_or_default(),
        may_change: super::is_author(&actor),
        new: p.0.standard.map_or_else(|| "/quizzes/new".into(), |s| format!("/quizzes/new?standard={s}")),
    };
    Ok(render(StatusCode::OK, &page))
}

fn pass_words(t: T, r: &QuizRow) -> String {
    t.w("quiz-pass-at", "share", percent(t, rules::share(r.pass_share)))
}

struct Run {
    href: String,
    when: String,
    words: String,
    mood: Mood,
    state: String,
}

#[derive(Template)]
#[template(path = "standards/quizzes/pages/show.html")]
struct ShowPage {
    frame: Frame,
    id: Uuid,
    standard: Uuid,
    lead: String,
    /// May this person take it now, and is a run open?
    may_take: bool,
    open: bool,
    /// Why not, in words.
    why_not: String,
    runs: Vec<Run>,
    closed: bool,
    author: bool,
    results: bool,
    orphans: usize,
    passed: bool,
}

#[derive(Debug, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

fn run_of(t: T, zone: &str, a: &AttemptRow) -> Run {
    let (mood, state) = match a.passed {
        Some(true) => (Mood::Good, t.s("quiz-state-passed")),
        Some(false) => (Mood::Warn, t.s("quiz-state-failed")),
        None => (Mood::Note, t.s("quiz-state-open")),
    };
    Run {
        href: format!("/attempts/{}", a.id),
        when: t.date_time(a.submitted_at.unwrap_or(a.started_at), zone),
        words: a.right_answers.map_or_else(String::new, |right| t.w2("quiz-right-of", "right", right, "of", a.of_questions)),
        mood,
        state,
    }
}

/// One quiz: what it asks of the reader, the own runs.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, done: Params<Done>) -> Result<Response> {
    let (t, db) = (T::new(actor.lang), &app.ground.db);
    let row = super::seen(db, &actor, id.0).await?;
    let title = title_of(&app, &actor, row.standard).await?;
    let questions = super::questions_of(&row)?;
    let items = super::items_asked(db, actor.org, &questions).await?;
    let orphans = questions.iter().filter(|q| items.get(&q.item).is_none_or(|i| i.retired)).count();
    let mut runs = Vec::new();
    let (mut may_take, mut open, mut why_not, mut passed) = (false, false, String::new(), false);
    match actor.employee {
        None => why_not = t.s("forbidden-quiz-no-employee"),
        Some(employee) => {
            let wanted = store::Wanted { quiz: row.id, employee: Some(employee), branches: None, before: None, limit: 100 };
            runs = store::attempts(db, actor.org, &wanted).await?;
            open = runs.iter().any(|r| r.submitted_at.is_none());
            passed = runs.iter().any(|r| r.passed == Some(true));
            let used = i64::try_from(runs.iter().filter(|r| r.submitted_at.is_some()).count()).unwrap_or(0);
            if open {
                may_take = true;
            } else if row.closed_at.is_some() {
                why_not = t.s("conflict-quiz-closed");
            } else if rules::may_begin(used, row.attempts).is_err() {
                why_not = t.s("conflict-quiz-attempts-used");
            } else if orphans == questions.len() {
                why_not = t.s("conflict-quiz-nothing-to-ask");
            } else {
                may_take = true;
            }
        }
    }
    let zone = actor.zone.iana_name().unwrap_or("UTC").to_owned();
    let mut lead = vec![t.n("quiz-questions-n", questions.len() - orphans), pass_words(t, &row)];
    lead.push(row.attempts.map_or_else(|| t.s("quiz-attempts-free"), |n| t.n("quiz-attempts-n", n)));
    let mut frame = frame(&actor, t.w("quiz-of", "title", title), "standards")
        .crumb(t.s("layout-nav-standards"), "/standards")
        .crumb(t.s("quiz-title"), "/quizzes");
    if matches!(done.0.done.as_str(), "saved" | "closed") {
        frame.flash = Some(Flash::good(t.s(&format!("quiz-done-{}", done.0.done))));
    }
    let page = ShowPage {
        frame,
        id: row.id,
        standard: row.standard,
        lead: lead.join(" · "),
        may_take,
        open,
        why_not,
        runs: runs.iter().map(|r| run_of(t, &zone, r)).collect(),
        closed: row.closed_at.is_some(),
        author: super::is_author(&actor),
        results: sees_results(&actor),
        orphans,
        passed,
    };
    Ok(render(StatusCode::OK, &page))
}

/// Begins a run from the page, or goes on with the open one.
pub async fn begin(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let (row, _) = super::begin(&tx, id.0, None).await?;
    tx.commit().await?;
    Ok(go(&format!("/attempts/{}", row.id)))
}

/// Closes from the page.
pub async fn close(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    super::close(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go(&format!("/quizzes/{}?done=closed", id.0)))
}

struct Choice {
    key: String,
    title: String,
    picked: bool,
    right: bool,
    wrong: bool,
}

struct Ask {
    key: String,
    text: String,
    many: bool,
    choices: Vec<Choice>,
    error: String,
    /// After it is handed in.
    right: bool,
    explain: String,
    item: Uuid,
    item_text: String,
}

#[derive(Template)]
#[template(path = "standards/quizzes/pages/attempt.html")]
struct AttemptPage {
    frame: Frame,
    id: Uuid,
    quiz: Uuid,
    questions: Vec<Ask>,
    errors: Errors,
    /// Handed in: the words of the outcome.
    outcome: Option<(Mood, String, String)>,
    may_answer: bool,
    again: bool,
}

async fn attempt_page(
    app: &App,
    actor: &Actor,
    row: &AttemptRow,
    typed: &BTreeMap<String, Picks>,
    errors: Errors,
) -> Result<Response> {
    let (t, db) = (T::new(actor.lang), &app.ground.db);
    let quiz = super::find(db, actor.org, row.quiz).await?;
    let title = title_of(app, actor, quiz.standard).await?;
    let (asked, judged) = (super::asked(row)?, super::judged(row)?);
    let items = super::items_asked(db, actor.org, &asked.questions).await?;
    let revealed = super::reveals(actor, &quiz, row);
    let ask = |q: &rules::Question| {
        let got = judged.as_ref().and_then(|j| j.get(q.name()));
        let picked = |key: &str| match got {
            Some(got) => got.picked.iter().any(|k| k == key),
            None => typed.get(q.name()).is_some_and(|p| p.keys().iter().any(|k| k == key)),
        };
        let choice = |o: &rules::Choice| Choice {
            picked: picked(&o.key),
            right: (revealed && q.correct.keys().contains(&o.key)) || (picked(&o.key) && got.is_some_and(|g| g.right)),
            // Of several ticks it is not told which was the wrong one, until the right ones may be seen.
            wrong: picked(&o.key)
                && got.is_some_and(|g| !g.right)
                && if revealed { !q.correct.keys().contains(&o.key) } else { !q.many() },
            key: o.key.clone(),
            title: t.label(&o.title).to_owned(),
        };
        Ask {
            key: q.name().to_owned(),
            text: t.label(&q.text).to_owned(),
            many: q.many(),
            choices: q.options.iter().map(choice).collect(),
            error: errors.of(&format!("a.{}", q.name())).to_owned(),
            right: got.is_some_and(|g| g.right),
            explain: q.explain.as_ref().map_or_else(String::new, |e| t.label(e).to_owned()),
            item: q.item,
            item_text: items.get(&q.item).map_or_else(String::new, |i| t.label(&super::item_text(i)).to_owned()),
        }
    };
    let questions: Vec<Ask> = asked.questions.iter().map(ask).collect();
    let own = actor.employee == Some(row.employee);
    let outcome = row.right_answers.map(|right| {
        let words = t.w2("quiz-right-of", "right", right, "of", row.of_questions);
        let pass = t.w("quiz-needed", "share", percent(t, rules::share(quiz.pass_share)));
        if row.passed == Some(true) {
            (Mood::Good, t.w("quiz-passed", "words", words), pass)
        } else {
            (Mood::Warn, t.w("quiz-failed", "words", words), pass)
        }
    });
    let left = quiz.attempts.is_none_or(|most| row.number < most) && quiz.closed_at.is_none();
    let mut frame = frame(actor, t.w("quiz-of", "title", title), "standards")
        .crumb(t.s("layout-nav-standards"), "/standards")
        .crumb(t.s("quiz-title"), "/quizzes")
        .crumb(t.s("quiz-one"), format!("/quizzes/{}", row.quiz));
    if !own {
        frame.title = format!("{}: {}", row.employee_name, frame.title);
    }
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = AttemptPage {
        frame,
        id: row.id,
        quiz: row.quiz,
        questions,
        errors,
        may_answer: own && outcome.is_none(),
        again: own && outcome.is_some() && left && row.passed == Some(false),
        outcome,
    };
    Ok(render(status, &page))
}

/// A run: to answer, or as it was answered.
pub async fn attempt(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::attempt(&app.ground.db, &actor, id.0).await?;
    attempt_page(&app, &actor, &row, &BTreeMap::new(), Errors::none()).await
}

/// Hands a run in from the page.
pub async fn submit(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let row = super::attempt(&app.ground.db, &actor, id.0).await?;
    let mut answers = BTreeMap::new();
    for q in &super::asked(&row)?.questions {
        let mut picked = typed.all(&format!("a.{}", q.name()));
        if q.many() && !picked.is_empty() {
            answers.insert(q.name().to_owned(), Picks::Many(picked));
        } else if let Some(one) = picked.pop() {
            answers.insert(q.name().to_owned(), Picks::One(one));
        }
    }
    let tx = app.write(&actor).await?;
    match super::submit(&tx, id.0, &answers).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/attempts/{}", id.0)))
        }
        Err(Error::Invalid(faults)) => {
            drop(tx);
            let t = T::new(actor.lang);
            let first = super::asked(&row)?.questions.first().map(|q| q.name().to_owned()).unwrap_or_default();
            let field = |f: &kit::FieldError| f.field.strip_prefix("answers.").unwrap_or(&first).to_owned();
            let errors = faults.iter().map(|f| (format!("a.{}", field(f)), field_text(f, t))).collect();
            attempt_page(&app, &actor, &row, &answers, errors).await
        }
        Err(other) => Err(other),
    }
}
