//! What waits for the reader today, above the figures: the own duties, who is late in the own branches, a rule to think of.

use jiff::civil::Date;
use kit::db::Query;
use kit::i18n::T;
use kit::time::{date_of, day_number};
use kit::{Actor, Reach, Result};

use crate::layout::State as Look;
use crate::standards::duties;
use crate::standards::editing::tip;

/// So many duties are counted; nobody has more at once, and a page need not know.
const COUNTED: i64 = 100;
/// So many lines stand on the page.
const SHOWN: usize = 5;
/// «Скоро»: the days that a branch head looks ahead.
const SOON: i64 = 7;

/// Something to sign, or somebody who has not signed.
pub struct Line {
    pub href: String,
    pub title: String,
    /// What it is about: a standard beside a name; empty for the own ones.
    pub sub: String,
    pub mood: Look,
    pub word: String,
}

/// A rule to think of today.
pub struct TipLine {
    pub href: String,
    pub text: String,
}

/// What waits for the reader today.
#[derive(Default)]
pub struct Home {
    /// Does the page begin with the own work, as it does for people at work with clients?
    pub worker: bool,
    pub own: Vec<Line>,
    pub own_count: usize,
    /// Is the reader the head of a branch?
    pub head: bool,
    pub late: Vec<Line>,
    pub late_count: i64,
    pub tip: Option<TipLine>,
}

impl Home {
    /// Is there anything to say?
    #[must_use]
    pub fn any(&self) -> bool {
        self.own_count > 0 || self.worker || self.head || self.tip.is_some()
    }
}

fn when(t: T, due: i64, today: i64) -> (Look, String) {
    let day = t.date(&date_of(due));
    if due < today { (Look::Bad, t.w("duties-was-due", "day", day)) } else { (Look::Note, t.w("duties-until", "day", day)) }
}

/// Reads what waits for the reader: one statement for the own duties, two for the late ones of a branch head, two for the tip.
///
/// # Errors
/// Those of the database.
pub async fn home(q: &impl Query, actor: &Actor, day: Date) -> Result<Home> {
    let t = T::new(actor.lang);
    let today = day_number(day);
    let head = actor.reach == Reach::OwnBranches;
    let worker = actor.reach == Reach::Own && actor.employee.is_some();
    // Rules are kept at the desk: the tip is for those who work in a branch.
    let branch = if actor.reach == Reach::Company { None } else { actor.branches.first().copied() };
    let (own, late, tip) = tokio::try_join!(
        async {
            match actor.employee {
                Some(employee) => duties::open_of(q, actor.org, employee, COUNTED).await,
                None => Ok(Vec::new()),
            }
        },
        async {
            if head {
                duties::late(q, actor, today + SOON + 1, i64::try_from(SHOWN).unwrap_or(5)).await
            } else {
                Ok(duties::Late::default())
            }
        },
        async {
            match branch {
                Some(branch) => tip::of_day(q, actor.org, day, Some(branch)).await,
                None => Ok(None),
            }
        },
    )?;
    let line = |d: &duties::LateOne| {
        let (mood, word) = when(t, d.due, today);
        Line { href: format!("/duties/{}", d.standard), title: t.label(&d.title).to_owned(), sub: String::new(), mood, word }
    };
    let person = |d: &duties::LateOne| {
        let (mood, word) = when(t, d.due, today);
        let href = format!("/employees/{}/duties", d.employee);
        Line { href, title: d.name.clone(), sub: t.label(&d.title).to_owned(), mood, word }
    };
    Ok(Home {
        worker,
        own_count: own.len(),
        own: own.iter().take(SHOWN).map(line).collect(),
        head,
        late: late.first.iter().map(person).collect(),
        late_count: late.total,
        tip: tip.map(|p| TipLine { href: format!("/items/{}", p.item), text: t.label(&p.text.text).to_owned() }),
    })
}
