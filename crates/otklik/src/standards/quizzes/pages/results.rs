//! What the first runs of a quiz say of its items and branches.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Result};
use measure::share::Share;
use uuid::Uuid;

use super::{Run, run_of, title_of};
use crate::app::App;
use crate::doors::frame;
use crate::layout::{Figure, Frame, State as Mood, render};
use crate::standards::quizzes::{self, results};

struct ResultLine {
    text: String,
    item: Uuid,
    item_text: String,
    value: String,
    basis: String,
    misread: String,
    orphaned: bool,
    mood: Mood,
}

struct ResultPlace {
    name: String,
    right: String,
    basis: String,
    passed: String,
}

#[derive(Template)]
#[template(path = "standards/quizzes/pages/results.html")]
struct ResultsPage {
    frame: Frame,
    id: Uuid,
    author: bool,
    people: u64,
    figures: Vec<Figure>,
    lines: Vec<ResultLine>,
    places: Vec<ResultPlace>,
    runs: Vec<(Run, String)>,
}

fn shown(t: T, s: &Share) -> (String, String) {
    let value = s.value().map_or_else(|| "—".to_owned(), |v| t.percent(v, 0));
    let interval = s
        .wilson(measure::LEVEL)
        .map(|i| t.w2("layout-interval", "low", t.num(i.low * 100.0, 0), "high", t.num(i.high * 100.0, 0)));
    (value, interval.unwrap_or_default())
}

fn card(t: T, label: String, s: &Share, n: String) -> Figure {
    match s.value() {
        None => Figure::too_few(label, t.s("quiz-nobody-yet")),
        Some(v) => Figure::new(label, t.num(v * 100.0, 0)).unit("%").interval(shown(t, s).1).n(n),
    }
}

/// What the first runs say of each question and branch, and who took the quiz.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let (t, db) = (T::new(actor.lang), &app.ground.db);
    let r = results::of(db, &actor, id.0).await?;
    let title = title_of(&app, &actor, r.quiz.standard).await?;
    let zone = actor.zone.iana_name().unwrap_or("UTC").to_owned();
    let mut lines: Vec<(Share, ResultLine)> = r
        .lines
        .iter()
        .map(|l| {
            let (value, interval) = shown(t, &l.right);
            let misread = l.misread.as_ref().map_or_else(String::new, |(title, n)| {
                let title = t.label(title);
                t.args("quiz-misread", &[("title", title.into()), ("n", t.int(*n).into()), ("of", t.int(l.right.n).into())])
            });
            let line = ResultLine {
                text: t.label(&l.question.text).to_owned(),
                item: l.question.item,
                item_text: t.label(&l.item_text).to_owned(),
                basis: format!("{interval} · {}", t.n("quiz-people-n", l.right.n)),
                mood: if misread.is_empty() { Mood::Quiet } else { Mood::Warn },
                value,
                misread,
                orphaned: l.orphaned,
            };
            (l.right, line)
        })
        .collect();
    // What is understood worst comes first.
    lines.sort_by(|a, b| a.0.value().unwrap_or(2.0).total_cmp(&b.0.value().unwrap_or(2.0)));
    let place = |p: &results::Place| {
        let (right, basis) = shown(t, &p.right);
        ResultPlace { name: p.name.clone(), right, basis, passed: t.w2("quiz-right-of", "right", p.passed.yes, "of", p.passed.n) }
    };
    let wanted = if actor.role == kit::Role::Viewer {
        kit::web::List { items: Vec::new(), next: None }
    } else {
        quizzes::attempts(db, &actor, id.0, None, 50).await?
    };
    let people = t.n("quiz-people-n", r.people);
    let page = ResultsPage {
        frame: frame(&actor, t.w("quiz-results-of", "title", title), "standards")
            .crumb(t.s("layout-nav-standards"), "/standards")
            .crumb(t.s("quiz-title"), "/quizzes")
            .crumb(t.s("quiz-one"), format!("/quizzes/{}", id.0)),
        id: id.0,
        author: quizzes::is_author(&actor),
        people: r.people,
        figures: vec![
            card(t, t.s("quiz-figure-right"), &r.right, t.n("quiz-answers-n", r.right.n)),
            card(t, t.s("quiz-figure-passed"), &r.passed, people),
        ],
        places: r.places.iter().map(place).collect(),
        lines: lines.into_iter().map(|l| l.1).collect(),
        runs: wanted.items.iter().map(|a| (run_of(t, &zone, a), a.employee_name.clone())).collect(),
    };
    Ok(render(StatusCode::OK, &page))
}
