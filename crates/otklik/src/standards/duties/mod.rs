//! Who has to know what: audiences, duties, signatures, the printed sheet, reminders, what was lifted.
//!
//! Nouns: duty (one person, one standard), signature (kept for ever), sheet (signatures from paper), absence.

pub mod absence;
pub mod api;
pub mod counts;
pub mod jobs;
pub mod pages;
pub mod reading;
pub mod report;
pub mod rules;
pub mod settle;
pub mod signing;
pub mod store;
#[cfg(test)]
pub mod tests;

use std::collections::HashMap;

use kit::db::Query;
use kit::filter::Filter;
use kit::i18n::{Label, Lang};
use kit::web::List;
use kit::{Actor, Error, Reach, Result, args};
use uuid::Uuid;

pub use counts::recount;
/// A newcomer's track says until which day a standard is read; a duty that is not open stays as it is.
///
/// # Errors
/// Those of the database.
pub async fn set_due(tx: &kit::Tx, standard: Uuid, employee: Uuid, day: i64) -> Result<()> {
    store::people::set_due(tx, standard, employee, day).await.map(|_| ())
}

pub use settle::{force_changed, forecast, people_changed, person_changed, published, settle, settling};

use rules::ItemState;
use store::reads::DutyRow;
use store::{people, reads};

/// What a publication asks of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settling {
    /// So many people are in the audience.
    pub audience: i64,
    /// So many got something to sign.
    pub asked: i64,
    /// Items, counted for each person of the audience, whose signature stays good though the standard has a new version: what
    /// would have to be signed again if every change asked everybody for everything, less what is really asked.
    pub spared: i64,
    /// Have all got theirs? If not, a job gives them out in steps.
    pub settled: bool,
}

/// What a duty is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Pending,
    Signed,
    Overdue,
    Lifted,
}

impl Stand {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Signed, Self::Overdue, Self::Lifted];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Signed => "signed",
            Self::Overdue => "overdue",
            Self::Lifted => "lifted",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    fn of(row: &DutyRow, today: i64) -> Self {
        match row.state.as_str() {
            "pending" if row.due_day < today => Self::Overdue,
            "pending" => Self::Pending,
            "signed" => Self::Signed,
            _ => Self::Lifted,
        }
    }

    /// Is something asked?
    #[must_use]
    pub fn open(self) -> bool {
        matches!(self, Self::Pending | Self::Overdue)
    }
}

/// One person and one standard.
#[derive(Clone, Debug)]
pub struct Duty {
    pub id: Uuid,
    pub standard: Uuid,
    pub title: Label,
    pub employee: Uuid,
    pub employee_name: String,
    pub branch: Uuid,
    /// Open: what is asked. Signed: what was signed last. Lifted: nothing.
    pub items: Vec<Uuid>,
    /// Open: the version to sign. Signed: the one that was.
    pub version: i64,
    pub due: i64,
    pub state: Stand,
    pub since: i64,
}

/// The title of a standard as it is stored, in a language.
#[must_use]
pub fn title_in(stored: &str, lang: Lang) -> String {
    serde_json::from_str::<Label>(stored).map_or_else(|_| stored.to_owned(), |l| l.get(lang).to_owned())
}

fn label(stored: &str) -> Label {
    serde_json::from_str(stored).unwrap_or_else(|_| stored.into())
}

/// Puts the items to these duties.
async fn filled(q: &impl Query, org: Uuid, rows: Vec<DutyRow>, today: i64) -> Result<Vec<Duty>> {
    let mut standards: Vec<Uuid> = rows.iter().map(|r| r.standard).collect();
    standards.sort_unstable();
    standards.dedup();
    let items = people::items_now(q, org, &standards).await?;
    let all: Vec<Uuid> = items.values().flatten().map(|i| i.id).collect();
    let mut employees: Vec<Uuid> = rows.iter().map(|r| r.employee).collect();
    employees.sort_unstable();
    employees.dedup();
    let mut signed: HashMap<(Uuid, Uuid), i64> = HashMap::new();
    for (employee, item, number) in reads::signed(q, org, &employees, &all).await? {
        signed.insert((employee, item), number);
    }
    let none: Vec<ItemState> = Vec::new();
    Ok(rows
        .into_iter()
        .map(|r| {
            let of = items.get(&r.standard).unwrap_or(&none);
            let number = |i: Uuid| signed.get(&(r.employee, i)).copied().unwrap_or(0);
            let state = Stand::of(&r, today);
            let last = of.iter().map(|i| number(i.id)).max().unwrap_or(0);
            let (items, version): (Vec<Uuid>, i64) = match state {
                Stand::Pending | Stand::Overdue => (rules::asked(of, number, false).map(|i| i.id).collect(), r.published),
                Stand::Signed => (of.iter().filter(|i| number(i.id) == last && last > 0).map(|i| i.id).collect(), last),
                Stand::Lifted => (Vec::new(), r.asked_in),
            };
            Duty {
                id: r.id,
                standard: r.standard,
                title: label(&r.title),
                employee: r.employee,
                employee_name: r.name,
                branch: r.branch,
                items,
                version,
                due: r.due_day,
                state,
                since: r.since,
            }
        })
        .collect())
}

/// Everything that is and was asked of somebody: what is open first.
///
/// # Errors
/// Those of the database.
pub async fn of_person(q: &impl Query, org: Uuid, employee: Uuid, today: i64) -> Result<Vec<Duty>> {
    let rows = reads::of_person(q, org, employee).await?;
    filled(q, org, rows, today).await
}

/// The same, where the reader may see that person.
///
/// # Errors
/// `NotFound`; `Forbidden` for another branch or person.
pub async fn of_employee(q: &impl Query, actor: &Actor, employee: Uuid, today: i64) -> Result<Vec<Duty>> {
    may_see(q, actor, employee).await?;
    of_person(q, actor.org, employee, today).await
}

/// The employee, where the reader may see them.
///
/// # Errors
/// `NotFound`; `Forbidden` for another branch or person.
pub async fn may_see(q: &impl Query, actor: &Actor, employee: Uuid) -> Result<reads::EmployeeRow> {
    let row = reads::employee(q, actor.org, employee).await?.ok_or(Error::NotFound)?;
    match actor.reach {
        Reach::Company => Ok(row),
        Reach::OwnBranches if actor.reaches(Some(row.branch)) || actor.employee == Some(employee) => Ok(row),
        Reach::Own if actor.employee == Some(employee) => Ok(row),
        _ => Err(Error::Forbidden("other-branch")),
    }
}

/// Which duties of a standard are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub state: Option<Stand>,
    pub branch: Option<Uuid>,
    pub limit: i64,
    /// Behind this employee.
    pub after: Option<Uuid>,
}

/// Duties of a standard, by employee: each seen to as far as the reader may.
///
/// # Errors
/// `Forbidden` for another branch.
pub async fn of_standard(q: &impl Query, actor: &Actor, standard: Uuid, wanted: &Wanted, today: i64) -> Result<List<Duty>> {
    let mut filter = Filter::of(actor.org);
    filter.and("d.standard = ?", args![standard]);
    match actor.reach {
        Reach::Company => {}
        Reach::OwnBranches => filter.among("e.branch", &actor.branches),
        Reach::Own => filter.among("d.employee", actor.employee.as_slice()),
    }
    if let Some(branch) = wanted.branch {
        if actor.reach == Reach::OwnBranches && !actor.reaches(Some(branch)) {
            return Err(Error::Forbidden("other-branch"));
        }
        filter.and("e.branch = ?", args![branch]);
    }
    match wanted.state {
        None => {}
        Some(Stand::Pending) => filter.and("d.state = 'pending' and d.due_day >= ?", args![today]),
        Some(Stand::Overdue) => filter.and("d.state = 'pending' and d.due_day < ?", args![today]),
        Some(Stand::Signed) => filter.and("d.state = 'signed'", args![]),
        Some(Stand::Lifted) => filter.and("d.state = 'lifted'", args![]),
    }
    if let Some(after) = wanted.after {
        filter.and("d.employee > ?", args![after]);
    }
    let rows = reads::of_standard(q, filter, wanted.limit + 1).await?;
    let list = List::cut(rows, wanted.limit, |r| vec![r.employee.to_string()]);
    Ok(List { items: filled(q, actor.org, list.items, today).await?, next: list.next })
}

/// Who is late, for the page that a branch head begins the day with.
#[derive(Clone, Debug, Default)]
pub struct Late {
    pub total: i64,
    /// The longest first, at most so many as were asked for; without their items.
    pub first: Vec<LateOne>,
}

/// Somebody who is late with a standard.
#[derive(Clone, Debug)]
pub struct LateOne {
    pub employee: Uuid,
    pub name: String,
    pub standard: Uuid,
    pub title: Label,
    pub due: i64,
}

/// Overdue duties of the reader's branches, of the whole company for whoever sees it, the own ones for everybody else.
///
/// # Errors
/// Those of the database.
pub async fn late(q: &impl Query, actor: &Actor, today: i64, limit: i64) -> Result<Late> {
    let reach = crate::access::reach(actor.role, crate::access::see(crate::access::Noun::Duty));
    let branches = match reach {
        Some(Reach::Company) => None,
        Some(Reach::OwnBranches) => Some(&*actor.branches),
        _ => return Ok(Late::default()),
    };
    let (total, rows) = reads::late(q, actor.org, branches, today, limit).await?;
    Ok(Late { total, first: rows.into_iter().map(late_one).collect() })
}

fn late_one(r: DutyRow) -> LateOne {
    LateOne { employee: r.employee, name: r.name, standard: r.standard, title: label(&r.title), due: r.due_day }
}

/// What somebody still has to sign, the nearest day first, without the items: for the page they begin the day with.
///
/// # Errors
/// Those of the database.
pub async fn open_of(q: &impl Query, org: Uuid, employee: Uuid, limit: i64) -> Result<Vec<LateOne>> {
    Ok(reads::open_of(q, org, employee, limit).await?.into_iter().map(late_one).collect())
}

/// The day until which somebody has to sign a standard; `None` when nothing is asked of them.
///
/// # Errors
/// Those of the database.
pub async fn open_under(q: &impl Query, org: Uuid, standard: Uuid, employee: Uuid) -> Result<Option<i64>> {
    Ok(reads::one(q, org, standard, employee).await?.filter(|r| r.state == "pending").map(|r| r.due_day))
}

/// How many duties of somebody are open, and the earliest day among them: for the badge in the navigation.
///
/// # Errors
/// Those of the database.
pub async fn open_count(q: &impl Query, org: Uuid, employee: Uuid) -> Result<i64> {
    reads::open_count(q, org, employee).await
}
