//! How one person stands with the quizzes on their standards.

use std::collections::HashMap;

use kit::db::Query;
use kit::{Result, Timestamp};
use uuid::Uuid;

use super::store::{self, QuizRow};
use super::{questions_of, rules};

/// How one person stands with one quiz, for the page of duties.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub quiz: Uuid,
    pub standard: Uuid,
    pub questions: usize,
    pub pass_share: f64,
    /// Is a run begun and not handed in?
    pub open: bool,
    pub runs: i64,
    /// Runs that are left; `None` without a limit.
    pub left: Option<i64>,
    /// The best share so far.
    pub best: Option<f64>,
    pub passed_at: Option<Timestamp>,
}

/// The open quizzes of these standards, and how this person stands with each.
///
/// # Errors
/// Those of the database.
pub async fn quizzes_for(q: &impl Query, org: Uuid, employee: Uuid, standards: &[Uuid]) -> Result<Vec<Standing>> {
    // A withdrawn standard asks nobody any more.
    let force = store::standards(q, org, standards).await?;
    let force: Vec<Uuid> = force.into_iter().filter(|s| s.withdrawn_at.is_none()).map(|s| s.id).collect();
    let quizzes = store::open_of(q, org, &force).await?;
    let ids: Vec<Uuid> = quizzes.iter().map(|z| z.id).collect();
    let stands: HashMap<Uuid, store::StandRow> =
        store::stands(q, org, employee, &ids).await?.into_iter().map(|s| (s.quiz, s)).collect();
    let one = |row: QuizRow| {
        let stand = stands.get(&row.id);
        let runs = stand.map_or(0, |s| s.submitted);
        Ok(Standing {
            quiz: row.id,
            standard: row.standard,
            questions: questions_of(&row)?.len(),
            pass_share: rules::share(row.pass_share),
            open: stand.is_some_and(|s| s.open > 0),
            runs,
            left: row.attempts.map(|most| (most - runs).max(0)),
            best: stand.and_then(|s| s.best).map(rules::share),
            passed_at: stand.and_then(|s| s.passed_at).map(Timestamp),
        })
    };
    quizzes.into_iter().map(one).collect()
}

/// When this person passed each of these quizzes first.
///
/// # Errors
/// Those of the database.
pub async fn passed(q: &impl Query, org: Uuid, employee: Uuid, quizzes: &[Uuid]) -> Result<HashMap<Uuid, Timestamp>> {
    let rows = store::stands(q, org, employee, quizzes).await?;
    Ok(rows.into_iter().filter_map(|s| Some((s.quiz, Timestamp(s.passed_at?)))).collect())
}
