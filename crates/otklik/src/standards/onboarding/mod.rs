//! A newcomer's first months: what to read, see, talk about and be assessed in, each by its day.
//!
//! Nouns: track (steps on days after the first working day), newcomer (one person on one track). A hire begins the track
//! of its position; reading is done by signing, a quiz by passing it, the rest by a tick. The last assessment closes it.

pub mod api;
pub mod pages;
pub mod rules;
pub mod starter;
pub mod store;
pub mod tracks;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use kit::db::Query;
use kit::time::{date_of, day_number};
use kit::web::List;
use kit::{Actor, Error, Reach, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::quizzes::before;
pub use tracks::{add_starter, create_track, edit_track, find_track, form_of, tracks};

use rules::{Done, Kept, Known, Shown, Tick, Who};
use store::{NewcomerRow, TrackRow, Wanted};

fn day_of(text: Option<&String>) -> Option<i64> {
    text.and_then(|t| t.parse().ok()).map(day_number)
}

/// A person and a track to begin.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    pub employee: Uuid,
    pub track: Uuid,
    /// The first working day; the day of the hire when it is near, today otherwise.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub started_on: Option<jiff::civil::Date>,
}

/// Puts a person on a track.
///
/// # Errors
/// `Invalid` for an unknown person or track, `Forbidden` for another branch, `Conflict` when the person was on it before.
pub async fn begin(tx: &Tx, new: &Begin) -> Result<NewcomerRow> {
    let org = tx.org();
    let person = store::person(tx, org, new.employee).await?.ok_or_else(|| Error::field("employee", "unknown"))?;
    let track = store::track(tx, org, new.track).await?.ok_or_else(|| Error::field("track", "unknown"))?;
    if !tx.actor.reaches(Some(person.branch)) {
        return Err(Error::Forbidden("other-branch"));
    }
    let today = day_number(tx.now.date(&tx.actor.zone));
    if day_of(person.left_on.as_ref()).is_some_and(|left| left <= today) {
        return Err(Error::field("employee", "track-has-left"));
    }
    let fresh = day_of(person.hired_on.as_ref()).filter(|d| *d >= today - rules::FRESH_DAYS);
    let start = match new.started_on {
        Some(date) if !(1900..=2200).contains(&date.year()) => return Err(Error::field("started_on", "bad-day")),
        Some(date) => day_number(date),
        None => fresh.unwrap_or(today),
    };
    let row = started(tx, new.employee, &track, start).await?.ok_or(Error::Conflict("track-begun"))?;
    set_days(tx, new.employee).await?;
    Ok(row)
}

async fn started(tx: &Tx, employee: Uuid, track: &TrackRow, day: i64) -> Result<Option<NewcomerRow>> {
    // What is withdrawn is not begun with.
    let gone = store::gone(tx, tx.org()).await?;
    let stays = |s: &rules::Step| ![s.standard, s.quiz].into_iter().flatten().any(|id| gone.contains(&id));
    let steps = form_of(track)?.steps.into_iter().filter(stays);
    let steps: Vec<Kept> = steps.map(|step| Kept { step, done: None }).collect();
    let id = tx.new_id();
    if store::insert_newcomer(tx, id, track.id, employee, day, &serde_json::to_string(&steps)?).await? == 0 {
        return Ok(None);
    }
    let after = json!({"employee": employee, "track": track.id, "started_on": date_of(day).to_string()});
    tx.record("newcomer.begun", id, None, Some(after)).await?;
    store::newcomer(tx, tx.org(), id).await
}

/// What a change of somebody's card means for the first months: a hire begins the fitting track, a dismissal stops it,
/// a return goes on with it. `day` is today in the company's time zone.
///
/// # Errors
/// Those of the database.
pub async fn person_changed(tx: &Tx, employee: Uuid, day: i64) -> Result<()> {
    let org = tx.org();
    let Some(person) = store::person(tx, org, employee).await? else { return Ok(()) };
    let all = store::newcomers(tx, org, &Wanted { employee: Some(employee), limit: 100, ..Wanted::default() }).await?;
    if day_of(person.left_on.as_ref()).is_some_and(|left| left <= day) {
        if store::set_state(tx, employee, "running", "stopped", Some(tx.now.0)).await? > 0 {
            noted(tx, &all, "newcomer.stopped", "running").await?;
        }
        return Ok(());
    }
    if store::set_state(tx, employee, "stopped", "running", None).await? > 0 {
        noted(tx, &all, "newcomer.resumed", "stopped").await?;
    }
    let Some(hired) = day_of(person.hired_on.as_ref()).filter(|d| *d >= day - rules::FRESH_DAYS) else { return Ok(()) };
    if !all.is_empty() {
        store::set_start(tx, employee, hired).await?;
        return Ok(());
    }
    let tracks = store::active_tracks(tx, org).await?;
    let mut named = Vec::with_capacity(tracks.len());
    for (i, track) in tracks.iter().enumerate() {
        named.push((i, serde_json::from_str::<Vec<String>>(&track.positions)?));
    }
    if let Some(track) = rules::fitting(&named, person.position.as_deref()).and_then(|i| tracks.get(i)) {
        started(tx, employee, track, hired).await?;
    }
    Ok(())
}

/// The same for many who are new, as they come with a file: gives those whom it may concern.
///
/// # Errors
/// Those of the database.
pub async fn people_hired(tx: &Tx, employees: &[Uuid], day: i64) -> Result<Vec<Uuid>> {
    let since = date_of(day - rules::FRESH_DAYS).to_string();
    let fresh = store::hired_since(tx, tx.org(), employees, &since).await?;
    for employee in &fresh {
        person_changed(tx, *employee, day).await?;
    }
    Ok(fresh)
}

async fn noted(tx: &Tx, all: &[NewcomerRow], verb: &str, was: &str) -> Result<()> {
    for row in all.iter().filter(|r| r.state == was) {
        tx.record(verb, row.id, Some(json!({"state": was})), None).await?;
    }
    Ok(())
}

/// A newcomer with the steps as they stand today.
#[derive(Clone, Debug)]
pub struct Card {
    pub row: NewcomerRow,
    /// `running`, `passed`, `failed` or `stopped`: who has left meanwhile is on no track.
    pub state: String,
    pub steps: Vec<Shown>,
    pub today: i64,
}

impl Card {
    #[must_use]
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|s| s.done_at.is_some()).count()
    }

    /// Steps that are, or were, to be done.
    #[must_use]
    pub fn all(&self) -> usize {
        self.steps.iter().filter(|s| !s.lifted).count()
    }

    #[must_use]
    pub fn late(&self) -> usize {
        self.steps.iter().filter(|s| s.late).count()
    }
}

/// May the reader see this newcomer? A branch head those of the own branches, everybody themselves.
fn sees(actor: &Actor, row: &NewcomerRow) -> bool {
    let own = actor.employee == Some(row.employee);
    own || match actor.reach {
        Reach::Company => true,
        Reach::OwnBranches => actor.reaches(Some(row.branch)),
        Reach::Own => false,
    }
}

async fn cards(q: &impl Query, org: Uuid, rows: Vec<NewcomerRow>, today: i64) -> Result<Vec<Card>> {
    let mut people: Vec<Uuid> = rows.iter().map(|r| r.employee).collect();
    people.sort_unstable();
    people.dedup();
    let mut known: HashMap<Uuid, Known> = HashMap::new();
    for f in store::signed(q, org, &people).await? {
        known.entry(f.employee).or_default().signed.insert(f.thing, f.at);
    }
    for f in store::passed(q, org, &people).await? {
        known.entry(f.employee).or_default().passed.insert(f.thing, f.at);
    }
    for a in store::away(q, org, &people).await? {
        known.entry(a.employee).or_default().away.push((a.from_day, a.to_day));
    }
    let gone = store::gone(q, org).await?;
    if !gone.is_empty() {
        for person in &people {
            known.entry(*person).or_default().gone.clone_from(&gone);
        }
    }
    let none = Known::default();
    let card = |row: NewcomerRow| {
        let left = day_of(row.left_on.as_ref()).is_some_and(|d| d <= today);
        let state = if left && row.state == "running" { "stopped".to_owned() } else { row.state.clone() };
        let kept: Vec<Kept> = serde_json::from_str(&row.steps)?;
        let known = known.get(&row.employee).unwrap_or(&none);
        let steps = rules::shown(&kept, row.started_day, known, today, state == "running");
        Ok(Card { row, state, steps, today })
    };
    rows.into_iter().map(card).collect()
}

/// # Errors
/// `NotFound`; `Forbidden` when it is somebody of another branch.
pub async fn newcomer(q: &impl Query, actor: &Actor, id: Uuid, today: i64) -> Result<Card> {
    let row = store::newcomer(q, actor.org, id).await?.ok_or(Error::NotFound)?;
    if !sees(actor, &row) {
        return Err(Error::Forbidden("other-branch"));
    }
    cards(q, actor.org, vec![row], today).await?.pop().ok_or(Error::NotFound)
}

/// The tracks of one person, the last one first: for the own page, and the card of an employee.
///
/// # Errors
/// Those of the database.
pub async fn of_person(q: &impl Query, org: Uuid, employee: Uuid, today: i64) -> Result<Vec<Card>> {
    let wanted = Wanted { employee: Some(employee), limit: 100, ..Wanted::default() };
    cards(q, org, store::newcomers(q, org, &wanted).await?, today).await
}

/// Newcomers whom the reader may see, those who began last first.
///
/// # Errors
/// `Invalid` for a foreign cursor, `Forbidden` for another branch.
pub async fn newcomers(
    q: &impl Query,
    actor: &Actor,
    branch: Option<Uuid>,
    state: Option<String>,
    (after, limit): (Option<Vec<String>>, i64),
    today: i64,
) -> Result<List<Card>> {
    let own = actor.reach == Reach::Own;
    if branch.is_some_and(|b| !own && !actor.reaches(Some(b))) {
        return Err(Error::Forbidden("other-branch"));
    }
    if own && actor.employee.is_none() {
        return Ok(List { items: Vec::new(), next: None });
    }
    let wanted = Wanted {
        employee: actor.employee.filter(|_| own),
        branches: branch.map(|b| vec![b]).or_else(|| actor.only_branches().filter(|_| !own).map(<[Uuid]>::to_vec)),
        state,
        before: before(after)?,
        limit: limit + 1,
    };
    let rows = store::newcomers(q, actor.org, &wanted).await?;
    let cut = List::cut(rows, limit, |r| vec![r.id.to_string()]);
    Ok(List { items: cards(q, actor.org, cut.items, today).await?, next: cut.next })
}

/// A newcomer and one of the steps, as the actor may tick it.
async fn step_of(tx: &Tx, id: Uuid, n: usize) -> Result<(NewcomerRow, Vec<Kept>, usize)> {
    let row = store::newcomer(tx, tx.org(), id).await?.ok_or(Error::NotFound)?;
    if !sees(&tx.actor, &row) {
        return Err(Error::Forbidden("other-branch"));
    }
    let steps: Vec<Kept> = serde_json::from_str(&row.steps)?;
    let at = n.checked_sub(1).filter(|i| *i < steps.len()).ok_or(Error::NotFound)?;
    let step = &steps[at].step;
    let own = tx.actor.employee == Some(row.employee);
    // Nobody assesses themselves, and a newcomer ticks only what is a newcomer's.
    if step.who() == Who::Head && (own || tx.actor.reach == Reach::Own) {
        return Err(Error::Forbidden("track-head-only"));
    }
    if step.by_itself() {
        return Err(Error::Conflict("track-by-itself"));
    }
    Ok((row, steps, at))
}

/// Ticks a step (from 1); the last assessment closes the track.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict` when it is done, is done by itself or nothing runs, `Invalid`.
pub async fn tick(tx: &Tx, id: Uuid, n: usize, tick: &Tick) -> Result<()> {
    let (row, mut steps, at) = step_of(tx, id, n).await?;
    let last = rules::last_assessment(&steps) == Some(at);
    rules::check_tick(tick, steps[at].step.kind, last)?;
    if steps[at].done.is_some() {
        return Err(Error::Conflict("track-step-done"));
    }
    if row.state != "running" {
        return Err(Error::Conflict("track-not-running"));
    }
    steps[at].done = Some(Done {
        at: tx.now.0,
        by: tx.actor.member,
        by_name: tx.actor.name.to_string(),
        mark: tick.mark,
        note: tick.note.as_ref().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()),
    });
    let passed = tick.passed.unwrap_or(tick.mark.is_some_and(|m| m >= rules::PASS_MARK));
    let state = match (last, passed) {
        (false, _) => "running",
        (true, true) => "passed",
        (true, false) => "failed",
    };
    keep(tx, &row, &steps, state).await?;
    let after = json!({"step": n, "mark": tick.mark, "state": state});
    tx.record("newcomer.ticked", id, Some(json!({"state": row.state})), Some(after)).await
}

/// Takes a tick back; that of the last assessment opens the track again.
///
/// # Errors
/// As [`tick`]; `Conflict` when the step is not done.
pub async fn untick(tx: &Tx, id: Uuid, n: usize) -> Result<()> {
    let (row, mut steps, at) = step_of(tx, id, n).await?;
    let last = rules::last_assessment(&steps) == Some(at);
    let Some(was) = steps[at].done.take() else { return Err(Error::Conflict("track-step-open")) };
    let closed = matches!(row.state.as_str(), "passed" | "failed");
    if row.state == "stopped" || (closed && !last) {
        return Err(Error::Conflict("track-not-running"));
    }
    keep(tx, &row, &steps, "running").await?;
    let before = json!({"step": n, "mark": was.mark, "state": row.state});
    tx.record("newcomer.unticked", id, Some(before), Some(json!({"state": "running"}))).await
}

async fn keep(tx: &Tx, row: &NewcomerRow, steps: &[Kept], state: &str) -> Result<()> {
    let closed_at = (state != "running").then_some(tx.now.0);
    if store::update_steps(tx, row.id, row.version, &serde_json::to_string(steps)?, state, closed_at).await? == 0 {
        return Err(Error::Conflict("version"));
    }
    Ok(())
}

/// Gives the duties of somebody on a track the days of its steps. Called when the duties are there.
///
/// # Errors
/// Those of the database.
pub async fn set_days(tx: &Tx, employee: Uuid) -> Result<()> {
    let org = tx.org();
    let wanted = Wanted { employee: Some(employee), state: Some("running".into()), limit: 100, ..Wanted::default() };
    for row in store::newcomers(tx, org, &wanted).await? {
        let steps: Vec<Kept> = serde_json::from_str(&row.steps)?;
        for standard in steps.iter().filter_map(|k| k.step.standard) {
            if let Some(day) = due_for(tx, org, employee, standard).await? {
                super::duties::set_due(tx, standard, employee, day).await?;
            }
        }
    }
    Ok(())
}

/// The day by which this person reads this standard, where a track says so: the duty takes it over.
///
/// # Errors
/// Those of the database.
pub async fn due_for(q: &impl Query, org: Uuid, employee: Uuid, standard: Uuid) -> Result<Option<i64>> {
    let wanted = Wanted { employee: Some(employee), state: Some("running".into()), limit: 100, ..Wanted::default() };
    let rows = store::newcomers(q, org, &wanted).await?;
    let mut out: Option<i64> = None;
    if rows.is_empty() {
        return Ok(out);
    }
    let away: Vec<_> = store::away(q, org, &[employee]).await?.into_iter().map(|a| (a.from_day, a.to_day)).collect();
    for row in rows {
        let steps: Vec<Kept> = serde_json::from_str(&row.steps)?;
        for kept in steps.iter().filter(|k| k.step.standard == Some(standard)) {
            // An absence without an end pushes the day when it ends.
            let closed: Vec<_> = away.iter().filter(|a| a.1.is_some()).copied().collect();
            let due = rules::due_day(row.started_day, kept.step.day, &closed, row.started_day);
            out = Some(out.map_or(due, |d| d.min(due)));
        }
    }
    Ok(out)
}
