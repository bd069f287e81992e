//! Time's door of duties: publications that are given out in steps, and what every new day brings.

use kit::i18n::{Lang, T};
use kit::jobs::{Job, Registry, enqueue};
use kit::time::{MINUTE, date_of, day_number, start_of_day};
use kit::{Error, Result, Tx, Via};
use serde_json::json;
use uuid::Uuid;

use super::rules::reminder;
use super::settle::people_changed;
use super::store::{absences, reads};
use crate::access;
use crate::access::jobs::{Letter, MAIL};
use crate::app::App;

/// Gives out a publication in steps.
pub const SETTLE: &str = "duties.settle";
/// A new day: leaves begin and end, people are hired and leave, and are reminded.
pub const DAY: &str = "duties.day";

/// Names the handlers.
pub fn register(jobs: &mut Registry<App>) {
    jobs.on(SETTLE, settle);
    jobs.on(DAY, day);
}

async fn settle(app: App, job: Job) -> Result<()> {
    let org = job.org.ok_or_else(|| Error::Internal("duties without a company".into()))?;
    let standard = job.payload["standard"].as_str().and_then(|s| Uuid::try_parse(s).ok()).unwrap_or_default();
    match super::settle(&app, org, standard, job.payload["number"].as_i64().unwrap_or(0)).await {
        Ok(_) | Err(Error::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Sees to it that the next day is looked at; once a day and company.
///
/// # Errors
/// Those of the database.
pub async fn tomorrow(tx: &Tx) -> Result<()> {
    let today = day_number(tx.now.date(&tx.actor.zone));
    // Some minutes past midnight; people read their mail in the morning, but a leave that begins must lift at once.
    let at = start_of_day(date_of(today + 1), &tx.actor.zone).plus(5 * MINUTE);
    // Named by its moment: under another time zone the same day begins at another one, and the look at hand goes by its own.
    let dedup = format!("{DAY}/{}/{}", tx.org(), at.0);
    enqueue(tx, &tx.ground, Some(tx.org()), DAY, &json!({"day": today + 1}), at, Some(&dedup)).await
}

/// So many people at a step.
const STEP: usize = 200;

async fn day(app: App, job: Job) -> Result<()> {
    let org = job.org.ok_or_else(|| Error::Internal("a day without a company".into()))?;
    let Some(company) = access::store::org(&app.ground.db, org).await? else { return Ok(()) };
    let actor = access::entry::system(org, &company.name, &company.timezone, Via::System);
    let today = day_number(app.ground.now().date(&actor.zone));
    // A program that was switched off looks at every day that it missed.
    let from = job.payload["day"].as_i64().unwrap_or(today).min(today);
    let people = absences::turning(&app.ground.db, org, from, today).await?;
    for part in people.chunks(STEP) {
        let tx = app.write(&actor).await?;
        people_changed(&tx, part).await?;
        tx.commit().await?;
    }
    if app.ground.mailer.is_some() {
        remind(&app, &actor, today, company.locale.parse().unwrap_or_default()).await?;
    }
    let tx = app.write(&actor).await?;
    tomorrow(&tx).await?;
    tx.commit().await
}

/// One letter to each person with everything that is due, or was.
async fn remind(app: &App, actor: &kit::Actor, today: i64, lang: Lang) -> Result<()> {
    let t = T::new(lang);
    let mut after = Uuid::nil();
    loop {
        let rows = reads::due(&app.ground.db, actor.org, today, after, 500).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        // A person's duties are told in one letter, so the last one of a full page waits for the next.
        let full = rows.len() >= 500 && rows[0].employee != last.employee;
        let stop = last.employee;
        let mut people: Vec<Vec<reads::DueRow>> = Vec::new();
        for row in rows {
            if full && row.employee == stop {
                continue;
            }
            after = row.employee;
            match people.last_mut() {
                Some(p) if p[0].employee == row.employee => p.push(row),
                _ => people.push(vec![row]),
            }
        }
        for part in people.chunks(50) {
            let tx = app.write(actor).await?;
            for rows in part {
                let given = |r: &reads::DueRow| day_number(kit::Timestamp(r.since).date(&actor.zone));
                let timely: Vec<&reads::DueRow> =
                    rows.iter().filter(|r| reminder::is_time(r.due_day, given(r), r.reminded_day, today)).collect();
                let Some(first) = timely.first() else { continue };
                let Some(to) = first.email.clone() else { continue };
                let mut told = Vec::new();
                for r in &timely {
                    // Whoever marks the row writes the letter: a second run finds it marked.
                    if reads::mark_reminded(&tx, r.id, r.due_day, today, r.reminded_day).await? {
                        let title = super::title_in(&r.title, lang);
                        let key = if r.due_day < today { "duties-mail-late" } else { "duties-mail-due" };
                        told.push(t.w2(key, "title", title, "day", t.date(&date_of(r.due_day))));
                    }
                }
                if told.is_empty() {
                    continue;
                }
                let late = timely.iter().any(|r| r.due_day < today);
                let letter = Letter {
                    to,
                    to_name: Some(first.name.clone()),
                    subject: t.s(if late { "duties-mail-subject-late" } else { "duties-mail-subject" }),
                    paragraphs: vec![t.w("duties-mail-hello", "name", &first.name), t.s("duties-mail-text"), told.join("\n")],
                    link: Some((t.s("duties-mail-link"), format!("{}/duties", app.ground.public_url))),
                    ..Letter::default()
                };
                tx.enqueue(MAIL, serde_json::to_value(&letter)?).await?;
            }
            tx.commit().await?;
        }
    }
}
