//! Quizzes: do people understand what they signed?
//!
//! Nouns: quiz (questions tied to items), attempt (one person's run; what it asked is kept with it). A quiz never stands
//! in the way of a signature. Figures count the first run of each person: it says how the wording is understood.

pub mod api;
pub mod counting;
pub mod pages;
pub mod results;
pub mod rules;
pub mod stand;
pub mod standing;
pub mod store;
mod words;

use counting::facts;
pub use counting::{fold, recount, series_key};
pub use standing::{Standing, passed, quizzes_for};
pub use words::{item_text, item_words, items_asked, label_of};

#[cfg(test)]
pub mod tests;

use std::collections::{BTreeMap, HashMap};

use kit::db::Query;
use kit::filter::Filter;
use kit::time::day_number;
use kit::web::List;
use kit::{Actor, Error, Reach, Result, Timestamp, Tx, args};
use serde_json::json;
use uuid::Uuid;

use crate::access::{self, Noun};
use crate::figures::{self, Dims, SeriesKey};
use rules::{Asked, Judged, Picks, Question, QuizForm};
use store::{AttemptRow, ItemRow, NewAttempt, QuizRow};

/// May this person change quizzes, and so see what is right?
#[must_use]
pub fn is_author(actor: &Actor) -> bool {
    access::reach(actor.role, access::change(Noun::Quiz)).is_some()
}

fn questions_of(row: &QuizRow) -> Result<Vec<Question>> {
    Ok(serde_json::from_str(&row.questions)?)
}

/// A quiz as the form that made it.
///
/// # Errors
/// When the stored questions cannot be read: a defect.
pub fn form_of(row: &QuizRow) -> Result<QuizForm> {
    Ok(QuizForm {
        standard: row.standard,
        pass_share: rules::share(row.pass_share),
        questions: questions_of(row)?,
        attempts: row.attempts,
    })
}

/// Is every item one of this standard that can be asked about? A question whose item was retired since may stay.
async fn check_items(tx: &Tx, form: &QuizForm, before: &[Question]) -> Result<()> {
    let ids: Vec<Uuid> = form.questions.iter().map(|q| q.item).collect();
    let items: HashMap<Uuid, ItemRow> = store::items(tx, tx.org(), &ids).await?.into_iter().map(|i| (i.id, i)).collect();
    let mut faults = kit::Faults::default();
    for (i, q) in form.questions.iter().enumerate() {
        let field = format!("questions[{i}].item");
        let kept = before.iter().any(|b| b.key == q.key && b.item == q.item);
        match items.get(&q.item) {
            None => faults.add(field, "unknown"),
            Some(item) if item.standard != form.standard => faults.add(field, "quiz-other-standard"),
            Some(item) if item.retired && !kept => faults.add(field, "quiz-item-retired"),
            Some(_) => {}
        }
    }
    faults.check()
}

/// Makes a quiz; it is open at once.
///
/// # Errors
/// `Invalid`.
pub async fn create(tx: &Tx, form: &QuizForm) -> Result<QuizRow> {
    let form = rules::check(form)?;
    store::standard(tx, tx.org(), form.standard).await?.ok_or_else(|| Error::field("standard", "unknown"))?;
    check_items(tx, &form, &[]).await?;
    let row = QuizRow {
        id: tx.new_id(),
        standard: form.standard,
        pass_share: rules::kept_share(form.pass_share),
        attempts: form.attempts,
        questions: serde_json::to_string(&form.questions)?,
        number: 1,
        closed_at: None,
        version: 1,
        created_at: tx.now.0,
    };
    store::insert(tx, &row).await?;
    tx.record("quiz.created", row.id, None, Some(serde_json::to_value(&form)?)).await?;
    find(tx, tx.org(), row.id).await
}

/// # Errors
/// `NotFound`.
pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<QuizRow> {
    store::quiz(q, org, id).await?.ok_or(Error::NotFound)
}

/// Changes a quiz. Runs that were begun before go on with what they asked.
///
/// # Errors
/// `NotFound`, `Conflict` when somebody saved first or it is closed, `Invalid`.
pub async fn edit(
    tx: &Tx,
    id: Uuid,
    version: Option<i64>,
    change: impl FnOnce(&QuizForm) -> Result<QuizForm>,
) -> Result<QuizRow> {
    let row = find(tx, tx.org(), id).await?;
    if row.closed_at.is_some() {
        return Err(Error::Conflict("quiz-closed"));
    }
    let before = form_of(&row)?;
    let form = rules::check(&change(&before)?)?;
    if form.standard != before.standard {
        return Err(Error::field("standard", "quiz-standard-stays"));
    }
    check_items(tx, &form, &before.questions).await?;
    let next = QuizRow {
        pass_share: rules::kept_share(form.pass_share),
        attempts: form.attempts,
        questions: serde_json::to_string(&form.questions)?,
        number: row.number + i64::from(form.questions != before.questions),
        ..row.clone()
    };
    if store::update(tx, version.unwrap_or(row.version), &next).await? == 0 {
        return Err(Error::Conflict("version"));
    }
    tx.record("quiz.changed", id, Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&form)?)).await?;
    find(tx, tx.org(), id).await
}

/// Closes a quiz: nobody begins it any more, its results stay.
///
/// # Errors
/// `NotFound`, or `Conflict` when it is closed.
pub async fn close(tx: &Tx, id: Uuid) -> Result<()> {
    find(tx, tx.org(), id).await?;
    if store::close(tx, id).await? == 0 {
        return Err(Error::Conflict("quiz-closed"));
    }
    tx.record("quiz.closed", id, None, None).await
}

/// A quiz that this reader may know of: one about a draft that was never published is its authors'.
///
/// # Errors
/// `NotFound`.
pub async fn seen(q: &impl Query, actor: &Actor, id: Uuid) -> Result<QuizRow> {
    let row = find(q, actor.org, id).await?;
    if is_author(actor) {
        return Ok(row);
    }
    let standard = store::standard(q, actor.org, row.standard).await?.ok_or(Error::NotFound)?;
    if standard.published.is_some() { Ok(row) } else { Err(Error::NotFound) }
}

/// Quizzes, newest first; closed ones, and those about drafts, only for authors.
///
/// # Errors
/// `Invalid` for a foreign cursor or an unknown standard.
pub async fn list(
    q: &impl Query,
    actor: &Actor,
    standard: Option<Uuid>,
    after: Option<Vec<String>>,
    limit: i64,
) -> Result<List<QuizRow>> {
    let mut filter = Filter::of(actor.org);
    if let Some(id) = standard {
        store::standard(q, actor.org, id).await?.ok_or_else(|| Error::field("standard", "unknown"))?;
        filter.and("standard = ?", args![id]);
    }
    if !is_author(actor) {
        filter.and("closed_at is null", args![]);
        filter.and(store::IN_FORCE, args![]);
    }
    if let Some(id) = before(after)? {
        filter.and("id < ?", args![id]);
    }
    let rows = store::quizzes(q, filter, limit + 1).await?;
    Ok(List::cut(rows, limit, |r| vec![r.id.to_string()]))
}

/// The id that a cursor of a list by id ends with.
///
/// # Errors
/// `Invalid` when it is not one of ours.
pub fn before(after: Option<Vec<String>>) -> Result<Option<Uuid>> {
    let Some(parts) = after else { return Ok(None) };
    let id = parts.first().and_then(|p| Uuid::try_parse(p).ok());
    id.map(Some).ok_or_else(|| Error::field("after", "bad-cursor"))
}

/// Who takes the quiz: the employee of this user, and the branch.
async fn taker(q: &impl Query, actor: &Actor, now: Timestamp) -> Result<(Uuid, Uuid)> {
    let employee = actor.employee.ok_or(Error::Forbidden("quiz-no-employee"))?;
    let today = now.date(&actor.zone).to_string();
    let branch = store::works_in(q, actor.org, employee, &today).await?;
    Ok((employee, branch.ok_or(Error::Forbidden("quiz-left"))?))
}

/// Begins a run, or goes on with the one that is open; says whether it is new. `wanted` is the number of the run, where
/// whoever asks says it: runs are numbered without gaps and a number is given once, so it is refused when that run was
/// handed in, however close beside this request.
///
/// # Errors
/// `Conflict` when that run is over or not next, the quiz is closed, no run is left or nothing can be asked; `Forbidden` for a
/// user who is nobody's.
pub async fn begin(tx: &Tx, id: Uuid, wanted: Option<i64>) -> Result<(AttemptRow, bool)> {
    let org = tx.org();
    let quiz = seen(tx, &tx.actor, id).await?;
    let (employee, _) = taker(tx, &tx.actor, tx.now).await?;
    let submitted = store::runs(tx, org, id, employee).await?;
    let number = wanted.unwrap_or(submitted + 1);
    if submitted >= number {
        return Err(Error::Conflict("quiz-answered-meanwhile"));
    }
    if let Some(open) = store::open_attempt(tx, org, id, employee).await? {
        return if open.number == number { Ok((open, false)) } else { Err(Error::Conflict("quiz-runs-in-order")) };
    }
    if number > submitted + 1 {
        return Err(Error::Conflict("quiz-runs-in-order"));
    }
    let standard = store::standard(tx, org, quiz.standard).await?.ok_or(Error::NotFound)?;
    if quiz.closed_at.is_some() || standard.withdrawn_at.is_some() {
        return Err(Error::Conflict("quiz-closed"));
    }
    rules::may_begin(number - 1, quiz.attempts)?;
    let mut questions = questions_of(&quiz)?;
    let items = items_asked(tx, org, &questions).await?;
    // Nobody is asked about what no longer holds, or does not hold yet.
    questions.retain(|q| items.get(&q.item).is_some_and(|i| i.published && !i.retired));
    if questions.is_empty() {
        return Err(Error::Conflict("quiz-nothing-to-ask"));
    }
    let asked = rules::mixed(&questions, i64::from_le_bytes(tx.ground.entropy.bytes::<8>()));
    let new = NewAttempt {
        id: tx.new_id(),
        quiz: id,
        employee,
        number,
        asked: &serde_json::to_string(&asked)?,
        of: i64::try_from(questions.len()).unwrap_or(0),
    };
    if store::insert_attempt(tx, &new).await? == 0 {
        // The same person began at the same moment: that run is this one, unless it was handed in as well.
        let open = store::open_attempt(tx, org, id, employee).await?;
        return open.map(|row| (row, false)).ok_or(Error::Conflict("quiz-answered-meanwhile"));
    }
    tx.record("attempt.begun", new.id, None, Some(json!({"quiz": id, "number": new.number}))).await?;
    let row = store::attempt(tx, org, new.id).await?.ok_or(Error::NotFound)?;
    Ok((row, true))
}

/// The questions of a run, as they were asked.
///
/// # Errors
/// When they cannot be read: a defect.
pub fn asked(row: &AttemptRow) -> Result<Asked> {
    Ok(serde_json::from_str(&row.asked)?)
}

/// May this reader see which options were right? Its authors always; whoever took it once that helps no further run.
#[must_use]
pub fn reveals(actor: &Actor, quiz: &QuizRow, run: &AttemptRow) -> bool {
    let over = run.passed == Some(true) || quiz.closed_at.is_some() || quiz.attempts.is_some_and(|most| run.number >= most);
    run.submitted_at.is_some() && (is_author(actor) || over)
}

/// What each question of a run got; `None` before it is handed in.
///
/// # Errors
/// When it cannot be read: a defect.
pub fn judged(row: &AttemptRow) -> Result<Option<BTreeMap<String, Judged>>> {
    Ok(row.answers.as_deref().map(serde_json::from_str).transpose()?)
}

/// Hands a run in: it counts once.
///
/// # Errors
/// `NotFound`, `Forbidden` when it is somebody else's, `Conflict` when it was handed in, `Invalid`.
pub async fn submit(tx: &Tx, id: Uuid, answers: &BTreeMap<String, Picks>) -> Result<AttemptRow> {
    let org = tx.org();
    let row = store::attempt(tx, org, id).await?.ok_or(Error::NotFound)?;
    let (employee, branch) = taker(tx, &tx.actor, tx.now).await?;
    if row.employee != employee {
        return Err(Error::Forbidden("quiz-somebody-else"));
    }
    if row.submitted_at.is_some() {
        return Err(Error::Conflict("quiz-handed-in"));
    }
    let quiz = find(tx, org, row.quiz).await?;
    let judged = rules::judge(&asked(&row)?.questions, answers)?;
    let right = rules::right_of(&judged);
    let passed = rules::passes(right, row.of_questions, quiz.pass_share);
    let day = day_number(tx.now.date(&tx.actor.zone));
    let text = serde_json::to_string(&judged)?;
    let outcome = store::Outcome { answers: &text, right, passed, day, branch };
    if store::submit(tx, id, &outcome).await? == 0 {
        return Err(Error::Conflict("quiz-handed-in"));
    }
    let after = json!({"quiz": row.quiz, "number": row.number, "right": right, "of": row.of_questions, "passed": passed});
    // History before cells, here as everywhere: two acts that locked them the other way round would wait for each other.
    tx.record("attempt.submitted", id, None, Some(after)).await?;
    if row.number == 1 {
        let keys: Vec<SeriesKey> = judged.values().map(|j| series_key(quiz.standard, j.item)).collect();
        let series = figures::series(tx, org, &keys, tx.now).await?;
        let series: HashMap<String, i64> = series.into_iter().map(|s| (s.key.question, s.id)).collect();
        let at = Dims { branch: Some(branch), employee: Some(employee), ..Dims::default() };
        figures::record(tx, org, &facts(&judged, &series, day, at)).await?;
    }
    store::attempt(tx, org, id).await?.ok_or(Error::NotFound)
}

/// A run that the reader may see: the own one, those of the own branches, or all.
///
/// # Errors
/// `NotFound`; `Forbidden` when it is somebody else's.
pub async fn attempt(q: &impl Query, actor: &Actor, id: Uuid) -> Result<AttemptRow> {
    let row = store::attempt(q, actor.org, id).await?.ok_or(Error::NotFound)?;
    let own = actor.employee == Some(row.employee);
    let sees = own
        || match actor.reach {
            Reach::Company => true,
            Reach::OwnBranches => actor.reaches(Some(row.employee_branch)),
            Reach::Own => false,
        };
    if sees { Ok(row) } else { Err(Error::Forbidden("quiz-somebody-else")) }
}

/// Runs of a quiz, newest first, as far as the reader may see them.
///
/// # Errors
/// `NotFound`, `Invalid` for a foreign cursor.
pub async fn attempts(
    q: &impl Query,
    actor: &Actor,
    quiz: Uuid,
    after: Option<Vec<String>>,
    limit: i64,
) -> Result<List<AttemptRow>> {
    seen(q, actor, quiz).await?;
    let own = actor.reach == Reach::Own;
    if own && actor.employee.is_none() {
        return Ok(List { items: Vec::new(), next: None });
    }
    let wanted = store::Wanted {
        quiz,
        employee: actor.employee.filter(|_| own),
        branches: actor.only_branches().filter(|_| !own),
        before: before(after)?,
        limit: limit + 1,
    };
    let rows = store::attempts(q, actor.org, &wanted).await?;
    Ok(List::cut(rows, limit, |r| vec![r.id.to_string()]))
}
