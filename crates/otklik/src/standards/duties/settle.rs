//! Giving out duties: a publication to its audience, in steps where that is large; a person's change to that person.

use std::collections::HashMap;

use kit::db::Query;
use kit::time::day_number;
use kit::{Error, Result, Timestamp, Tx, Via};
use uuid::Uuid;

use super::rules::{Duty, ItemState, Now, State, Whom, asked, differing, only_differing, reconcile};
use super::store::people::{self, Did, ForceRow, Known, Narrow, Row, Whose, Written};
use super::{Settling, counts, store};
use crate::access;
use crate::app::App;
use crate::standards::editing::rules::form::folded_position;
use crate::standards::editing::rules::{Audience, Publication};

/// Up to so many people are settled in the publication's own transaction.
const AT_ONCE: i64 = 2000;
/// Longer lists of places are compared in memory instead of in SQL.
const MOST_PLACES: usize = 6000;

/// A standard as it is in force, ready to be compared with.
#[derive(Clone, Debug)]
pub(super) struct Force {
    pub standard: Uuid,
    pub number: i64,
    pub whom: Whom,
    pub days: i64,
    pub items: Vec<ItemState>,
}

impl Force {
    pub(super) fn of(row: &ForceRow, items: Vec<ItemState>) -> Result<Self> {
        let audience: Audience = serde_json::from_str(&row.audience)?;
        let whom = Whom { audience, nobody: row.withdrawn_at.is_some() };
        Ok(Self { standard: row.standard, number: row.number, whom, days: row.days, items })
    }
}

async fn narrow(q: &impl Query, org: Uuid, audience: &Audience) -> Result<Narrow> {
    let mut out = Narrow::default();
    if audience.branches.len() <= MOST_PLACES {
        out.branches.clone_from(&audience.branches);
    }
    if !audience.positions.is_empty() {
        let wanted: Vec<String> = audience.positions.iter().map(|p| folded_position(p)).collect();
        let all = people::spellings(q, org).await?;
        let spelled: Vec<String> = all.into_iter().filter(|p| wanted.contains(&folded_position(p))).collect();
        out.positions = (spelled.len() <= MOST_PLACES).then_some(spelled);
    }
    Ok(out)
}

/// Gives out what a publication asks for: at once where few are concerned, else a job goes through the branches.
///
/// # Errors
/// Those of the database.
pub async fn published(tx: &Tx, publication: &Publication) -> Result<Settling> {
    let (org, standard, number) = (tx.org(), publication.standard, publication.number);
    store::lock(tx).await?;
    people::overtaken(tx, standard, number).await?;
    let row = people::in_force(tx, org, standard).await?.ok_or(Error::NotFound)?;
    let audience: Audience = serde_json::from_str(&row.audience)?;
    let narrow = narrow(tx, org, &audience).await?;
    let crowd = people::crowd(tx, org, standard, today(tx), &narrow).await?;
    people::begin_steps(tx, standard, number, crowd.people).await?;
    super::jobs::tomorrow(tx).await?;
    if crowd.people + people::rows_of(tx, org, standard).await? <= AT_ONCE {
        step(tx, &row, &narrow, Uuid::nil(), None).await?;
    } else {
        let payload = serde_json::json!({"standard": standard, "number": number});
        tx.enqueue(super::jobs::SETTLE, payload).await?;
    }
    settling(tx, org, standard, number).await
}

/// A standard went out of force, or came back: open duties are lifted at once, and everybody is counted anew, now where few
/// are concerned, else by a job. Says whether all are.
///
/// # Errors
/// `NotFound`.
pub async fn force_changed(tx: &Tx, standard: Uuid) -> Result<bool> {
    let org = tx.org();
    store::lock(tx).await?;
    let row = people::in_force(tx, org, standard).await?.ok_or(Error::NotFound)?;
    if row.withdrawn_at.is_some() {
        people::lift_open(tx, standard).await?;
    }
    people::again(tx, standard, row.number).await?;
    super::jobs::tomorrow(tx).await?;
    let audience: Audience = serde_json::from_str(&row.audience)?;
    let narrow = narrow(tx, org, &audience).await?;
    let crowd = people::crowd(tx, org, standard, today(tx), &narrow).await?;
    if crowd.people + people::rows_of(tx, org, standard).await? <= AT_ONCE {
        return step(tx, &row, &narrow, Uuid::nil(), None).await;
    }
    tx.enqueue(super::jobs::SETTLE, serde_json::json!({"standard": standard, "number": row.number})).await?;
    Ok(false)
}

/// What a publication would ask for; nothing is stored.
///
/// # Errors
/// Those of the database.
pub async fn forecast(q: &impl Query, org: Uuid, publication: &Publication, now: Timestamp) -> Result<Settling> {
    let narrow = narrow(q, org, &publication.audience).await?;
    let zone = access::store::org(q, org).await?.and_then(|o| kit::time::zone(&o.timezone)).unwrap_or(jiff::tz::TimeZone::UTC);
    let crowd = people::crowd(q, org, publication.standard, day_number(now.date(&zone)), &narrow).await?;
    let there = crowd.people - crowd.away;
    let all = i64::try_from(publication.required().count()).unwrap_or(i64::MAX);
    let fresh = i64::try_from(publication.required().filter(|i| i.asked_in == publication.number).count()).unwrap_or(0);
    let new_people = (crowd.people - crowd.counted).max(0);
    let asked = if fresh > 0 { there } else { new_people.min(there) };
    let spared = if publication.number > 1 { (there - new_people).max(0) * (all - fresh) } else { 0 };
    Ok(Settling { audience: crowd.people, asked, spared, settled: false })
}

/// How far a publication came.
///
/// # Errors
/// `NotFound`.
pub async fn settling(q: &impl Query, org: Uuid, standard: Uuid, number: i64) -> Result<Settling> {
    let row = people::progress(q, org, standard, number).await?.ok_or(Error::NotFound)?;
    Ok(Settling { audience: row.audience_size, asked: row.asked, spared: row.spared, settled: row.cursor.is_none() })
}

/// Gives out what is left of a publication, step by step, each in a short transaction of its own. The job and the door of
/// the API call it; whoever is faster moves the cursor.
///
/// # Errors
/// Those of the database.
pub async fn settle(app: &App, org: Uuid, standard: Uuid, number: i64) -> Result<Settling> {
    let company = access::store::org(&app.ground.db, org).await?.ok_or(Error::NotFound)?;
    let actor = access::entry::system(org, &company.name, &company.timezone, Via::System);
    loop {
        let now = settling(&app.ground.db, org, standard, number).await?;
        if now.settled {
            return Ok(now);
        }
        let tx = app.write(&actor).await?;
        store::lock(&tx).await?;
        let Some(row) = people::in_force(&tx, org, standard).await?.filter(|r| r.number == number) else { continue };
        let Some(cursor) = row.cursor else { continue };
        let audience: Audience = serde_json::from_str(&row.audience)?;
        let narrow = narrow(&tx, org, &audience).await?;
        let last = people::bound(&tx, org, cursor).await?;
        if step(&tx, &row, &narrow, cursor, last).await? {
            tx.commit().await?;
        }
    }
}

/// One step: the branches behind `after`, up to `last`.
async fn step(tx: &Tx, row: &ForceRow, narrow: &Narrow, after: Uuid, last: Option<Uuid>) -> Result<bool> {
    let items = people::items_now(tx, tx.org(), &[row.standard]).await?.remove(&row.standard).unwrap_or_default();
    let force = Force::of(row, items)?;
    let from = day_number(Timestamp(row.since()).date(&tx.actor.zone));
    let mut did = apply(tx, &force, &Whose::Branches(after, last.unwrap_or(Uuid::max())), narrow, from).await?;
    if row.withdrawn_at.is_some() || row.restored().is_some() {
        // These were counted when it was published.
        (did.asked, did.spared) = (0, 0);
    }
    people::end_step(tx, row.standard, row.number, after, last, did, tx.now.0).await
}

/// Today in the company's time zone.
#[must_use]
pub(super) fn today(tx: &Tx) -> i64 {
    day_number(tx.now.date(&tx.actor.zone))
}

/// What belongs to one earlier publication: its items, and those that differ from now.
struct Then {
    old: Vec<ItemState>,
    new: Vec<ItemState>,
}

/// Brings the duties of these people under one standard to how things are. `from`: the day from which their time runs.
pub(super) async fn apply(tx: &Tx, force: &Force, whose: &Whose<'_>, narrow: &Narrow, from: i64) -> Result<Did> {
    let (org, today) = (tx.org(), today(tx));
    let rows = people::rows(tx, org, force.standard, today, whose, narrow).await?;
    let now = |row: &Row| Now {
        number: force.number,
        items: &force.items,
        place: row.person.place(&force.whom),
        away: row.person.away,
        today: from,
        days: force.days,
    };
    let mut numbers: Vec<i64> = rows.iter().filter_map(|r| Some(r.duty?.1.seen)).filter(|n| *n != force.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut then: HashMap<i64, Vec<ItemState>> = people::items_at(tx, org, force.standard, &numbers).await?;
    then.insert(force.number, force.items.clone());
    let is_short = |row: &Row| row.duty.as_ref().is_some_and(|(_, d)| only_differing(d, &now(row)));
    // Whoever signed everything and stays where they were is compared by what differs alone.
    let (mut differ, mut short): (Vec<Uuid>, HashMap<i64, Then>) = (Vec::new(), HashMap::new());
    for (number, old) in &then {
        let ids = differing(old, &force.items);
        let part = |items: &[ItemState]| items.iter().filter(|i| ids.contains(&i.id)).copied().collect::<Vec<_>>();
        short.insert(*number, Then { old: part(old), new: part(&force.items) });
        differ.extend(ids);
    }
    differ.sort_unstable();
    differ.dedup();
    let mut acks = HashMap::new();
    if !differ.is_empty() && rows.iter().any(is_short) {
        acks = people::acknowledged(tx, org, whose, &differ).await?;
    }
    let every: Vec<Uuid> = {
        let mut ids: Vec<Uuid> = then.values().flatten().map(|i| i.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    // Somebody without a duty has signed nothing.
    let long: Vec<Uuid> = rows.iter().filter(|r| r.duty.is_some() && !is_short(r)).map(|r| r.person.id).collect();
    for part in long.chunks(500) {
        acks.extend(people::acknowledged(tx, org, &Whose::These(part), &every).await?);
    }
    let bound = i64::try_from(force.items.iter().filter(|i| i.binds()).count()).unwrap_or(i64::MAX);
    let (mut did, mut duties, mut steps) = (Did::default(), Vec::new(), Vec::new());
    let none: Vec<ItemState> = Vec::new();
    for row in &rows {
        let whole = now(row);
        let before = row.duty.as_ref().map(|(_, d)| d);
        let (old, now) = match before {
            Some(d) if is_short(row) => match short.get(&d.seen) {
                Some(then) => (&then.old, Now { items: &then.new, ..whole }),
                None => (&none, whole),
            },
            Some(d) => (then.get(&d.seen).unwrap_or(&none), whole),
            None => (&none, whole),
        };
        let signed = |item: Uuid| acks.get(&(row.person.id, item)).copied().unwrap_or(0);
        let outcome = reconcile(before, old, &now, signed);
        if now.place.is_some() {
            did.done += 1;
            if before.is_some() && force.number > 1 && !now.away {
                did.spared += bound - i64::try_from(asked(now.items, signed, false).count()).unwrap_or(0);
            }
        }
        let Some(duty) = outcome.duty else { continue };
        if duty.state == State::Pending && duty.asked_in == force.number {
            did.asked += 1;
        }
        if before != Some(&duty) {
            let turned = before.is_none_or(|b: &Duty| b.state != duty.state || b.asked_in != duty.asked_in || b.due != duty.due);
            duties.push(Written {
                standard: force.standard,
                employee: row.person.id,
                id: row.duty.map_or_else(|| tx.new_id(), |(id, _)| id),
                duty,
                since: turned.then_some(tx.now.0),
            });
        }
        steps.extend(outcome.steps.iter().map(|s| Known {
            item: s.item,
            employee: row.person.id,
            place: s.place,
            required: s.required,
            known: s.known,
        }));
    }
    people::put_duties(tx, &duties).await?;
    people::put_knowledge(tx, today, &steps).await?;
    let standards = every.iter().map(|i| (*i, force.standard)).collect();
    counts::add(tx, org, &standards, today, &steps, tx.now).await?;
    Ok(did)
}

/// Brings somebody's duties to where they are: after a hire, a transfer, another position, a leave, a dismissal.
///
/// # Errors
/// Those of the database.
pub async fn person_changed(tx: &Tx, employee: Uuid) -> Result<()> {
    people_changed(tx, &[employee]).await
}

/// The same for many.
///
/// # Errors
/// Those of the database.
pub async fn people_changed(tx: &Tx, employees: &[Uuid]) -> Result<()> {
    let org = tx.org();
    if employees.is_empty() {
        return Ok(());
    }
    store::lock(tx).await?;
    let all = people::all_in_force(tx, org).await?;
    if all.is_empty() {
        return Ok(());
    }
    super::jobs::tomorrow(tx).await?;
    let mut forces: Vec<Force> = all.iter().map(|r| Force::of(r, Vec::new())).collect::<Result<_>>()?;
    for part in employees.chunks(500) {
        let persons = people::people(tx, org, today(tx), part).await?;
        let had = people::standards_of(tx, org, part).await?;
        let concerned = |f: &Force| had.contains(&f.standard) || persons.iter().any(|p| p.place(&f.whom).is_some());
        let missing: Vec<Uuid> = forces.iter().filter(|f| f.items.is_empty() && concerned(f)).map(|f| f.standard).collect();
        let mut items = people::items_now(tx, org, &missing).await?;
        for force in forces.iter_mut().filter(|f| had.contains(&f.standard) || persons.iter().any(|p| p.place(&f.whom).is_some()))
        {
            if let Some(found) = items.remove(&force.standard) {
                force.items = found;
            }
            apply(tx, force, &Whose::These(part), &Narrow::default(), today(tx)).await?;
        }
    }
    Ok(())
}
