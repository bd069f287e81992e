//! What hangs on an employee: standards, quizzes, leaves, the way of a newcomer. Each block for those who may see it.

use kit::i18n::T;
use kit::time::date_of;
use kit::{Actor, Reach, Result};
use uuid::Uuid;

use crate::access::{Noun, reach, see};
use crate::app::App;
use crate::layout::simple::{Beside, BesideLine};
use crate::standards::duties::{self, Stand, absence};
use crate::standards::onboarding;
use crate::standards::quizzes::{quizzes_for, stand};

/// So many lines of one kind stand on the card.
const SHOWN: usize = 6;
/// So many leaves: the next, the present and the last one.
const LEAVES: i64 = 3;

/// The blocks of the card of an employee whom the reader may see.
///
/// # Errors
/// Those of the database.
pub async fn beside(app: &App, actor: &Actor, id: Uuid) -> Result<Vec<Beside>> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let today = duties::api::today(app, actor);
    // The route let them see the employee; of what hangs there a role sees as far as the noun's own reach goes.
    let own = actor.employee == Some(id);
    let may = |noun| reach(actor.role, see(noun)).is_some_and(|r| r != Reach::Own || own);
    let mut blocks = Vec::new();
    let mut standards: Vec<(Uuid, String)> = Vec::new();
    if may(Noun::Duty) {
        let list = duties::of_person(db, actor.org, id, today).await?;
        standards = list.iter().map(|d| (d.standard, t.label(&d.title).to_owned())).collect();
        let line = |d: &duties::Duty| BesideLine {
            href: format!("/standards/{}", d.standard),
            main: t.label(&d.title).to_owned(),
            sub: match d.state {
                Stand::Pending => t.w("duties-until", "day", t.date(&date_of(d.due))),
                Stand::Overdue => t.w("duties-was-due", "day", t.date(&date_of(d.due))),
                _ => String::new(),
            },
            badge: Some(duties::pages::look(t, d.state)),
        };
        blocks.push(Beside {
            title: t.s("staff-card-standards"),
            lines: list.iter().take(SHOWN).map(line).collect(),
            none: t.s("duties-person-none"),
            more: (format!("/employees/{id}/duties"), t.s("staff-duties")),
        });
    }
    if may(Noun::Attempt) && !standards.is_empty() {
        let ids: Vec<Uuid> = standards.iter().map(|s| s.0).collect();
        let line = |s: &crate::standards::quizzes::Standing| BesideLine {
            href: format!("/quizzes/{}", s.quiz),
            main: standards.iter().find(|n| n.0 == s.standard).map(|n| n.1.clone()).unwrap_or_default(),
            sub: s.best.map_or_else(String::new, |b| t.w("staff-card-best", "share", t.percent(b, 0))),
            badge: Some(stand::mood_of(t, s)),
        };
        let lines: Vec<BesideLine> = quizzes_for(db, actor.org, id, &ids).await?.iter().take(SHOWN).map(line).collect();
        if !lines.is_empty() {
            blocks.push(Beside { title: t.s("quiz-title"), lines, ..Beside::default() });
        }
    }
    if may(Noun::Absence) {
        let list = absence::list(db, actor, id, LEAVES, None).await?.items;
        let line = |l: &duties::store::absences::AbsenceRow| BesideLine {
            main: match l.to_day {
                Some(to) => t.span(&date_of(l.from_day), &date_of(to)),
                None => t.w("duties-away-since", "day", t.date(&date_of(l.from_day))),
            },
            badge: (l.from_day <= today && l.to_day.is_none_or(|d| d >= today))
                .then(|| (crate::layout::State::Note, t.s("duties-away-now"))),
            ..BesideLine::default()
        };
        blocks.push(Beside {
            title: t.s("duties-leaves"),
            lines: list.iter().map(line).collect(),
            none: t.s("staff-card-no-leaves"),
            more: if reach(actor.role, crate::access::change(Noun::Absence)).is_some() {
                (format!("/employees/{id}/duties#leaves"), t.s("duties-leave-add"))
            } else {
                Default::default()
            },
        });
    }
    if may(Noun::Newcomer) {
        let line = |c: &onboarding::Card| {
            let (mood, word) = onboarding::pages::state_of(t, c);
            BesideLine {
                href: format!("/newcomers/{}", c.row.id),
                main: t.w2("track-done-of", "done", c.done(), "of", c.all()),
                sub: if c.state == "running" { onboarding::pages::day_words(t, c) } else { String::new() },
                badge: Some((mood, word)),
            }
        };
        let lines: Vec<BesideLine> =
            onboarding::of_person(db, actor.org, id, today).await?.iter().take(SHOWN).map(line).collect();
        if !lines.is_empty() {
            blocks.push(Beside { title: t.s("staff-card-track"), lines, ..Beside::default() });
        }
    }
    Ok(blocks)
}
