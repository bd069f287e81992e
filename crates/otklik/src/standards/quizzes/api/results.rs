//! What the first runs of a quiz say of its items and branches.

use axum::extract::State;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, answer};
use kit::{Actor, Result};
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::standards::quizzes::results;

/// A share with its interval.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Figure {
    pub n: u64,
    pub value: Option<f64>,
    /// 95 %, Wilson.
    pub ci: Option<[f64; 2]>,
}

impl From<measure::share::Share> for Figure {
    fn from(s: measure::share::Share) -> Self {
        Self { n: s.n, value: s.value(), ci: s.wilson(measure::LEVEL).map(|i| [i.low, i.high]) }
    }
}

/// What the first runs of a quiz say of its items.
#[derive(Serialize, utoipa::ToSchema)]
pub struct QuizResults {
    pub quiz: Uuid,
    pub people: u64,
    pub right: Figure,
    /// Of the people, who passed at once.
    pub passed: Figure,
    pub items: Vec<ItemResult>,
    pub branches: Vec<BranchResult>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemResult {
    pub question: String,
    pub item: Uuid,
    pub text: String,
    pub orphaned: bool,
    pub right: Figure,
    /// The wrong option that many took for right: this wording is understood otherwise than meant.
    pub misread: Option<Misread>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Misread {
    pub title: String,
    pub n: u64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct BranchResult {
    pub branch: Uuid,
    pub label: String,
    pub right: Figure,
    pub passed: Figure,
}

/// Shows what the first runs say of each item and branch.
#[utoipa::path(get, path = "/quizzes/{id}/results", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = QuizResults)))]
pub async fn results(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let (r, t) = (results::of(&app.ground.db, &actor, id.0).await?, T::new(actor.lang));
    let item = |l: results::Line| ItemResult {
        question: l.question.name().to_owned(),
        item: l.question.item,
        text: t.label(&l.question.text).to_owned(),
        orphaned: l.orphaned,
        right: l.right.into(),
        misread: l.misread.map(|(title, n)| Misread { title: t.label(&title).to_owned(), n }),
    };
    let branch =
        |p: results::Place| BranchResult { branch: p.branch, label: p.name, right: p.right.into(), passed: p.passed.into() };
    let body = QuizResults {
        quiz: id.0,
        people: r.people,
        right: r.right.into(),
        passed: r.passed.into(),
        items: r.lines.into_iter().map(item).collect(),
        branches: r.places.into_iter().map(branch).collect(),
    };
    answer(200, &body)
}
