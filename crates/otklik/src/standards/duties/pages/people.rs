//! Who has signed a standard, by branch and person; somebody's own page with their leaves.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kit::i18n::T;
use kit::time::date_of;
use kit::web::{Id, Paging};
use kit::{Actor, Reach, Result};
use uuid::Uuid;

use super::{done, look};
use crate::access::{Noun, change, reach};
use crate::app::App;
use crate::doors::{frame, go};
use crate::layout::simple::{Typed, refused};
use crate::layout::{Chip, Errors, Field, Frame, State as Look, render};
use crate::standards::duties::absence::{self, AbsenceForm};
use crate::standards::duties::store::reads;
use crate::standards::duties::{Stand, Wanted, api, may_see, of_person, of_standard, settling};
use crate::standards::editing;

/// A branch with how far it is.
struct Branch {
    name: String,
    href: String,
    sheet: String,
    signed: i64,
    open: i64,
    late: i64,
    percent: i64,
}

/// Somebody with where they stand.
struct Person {
    name: String,
    href: String,
    branch: String,
    state: Look,
    word: String,
    due: String,
}

#[derive(Template)]
#[template(path = "standards/duties/pages/people.html")]
struct PeoplePage {
    frame: Frame,
    id: String,
    empty: bool,
    progress: Option<(i64, String)>,
    spared: String,
    branches: Vec<Branch>,
    more_branches: usize,
    chips: Vec<Chip>,
    people: Vec<Person>,
    next: String,
    chosen: String,
    sheet: String,
}

/// What the address may carry.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Ask {
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub branch: String,
    pub after: Option<String>,
    #[serde(default)]
    pub done: String,
}

/// So many branches are shown at most; who is late comes first.
const BRANCHES: usize = 50;

/// Who has signed a standard and who has not.
///
/// # Errors
/// `NotFound`; `Forbidden` for another branch.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let today = api::today(&app, &actor);
    let standard = editing::seen(db, &actor, id.0).await?;
    let own = actor.only_branches();
    let tally = if actor.reach == Reach::Own { Vec::new() } else { reads::tally(db, actor.org, id.0, own, today).await? };
    let branch = Uuid::try_parse(&ask.branch).ok();
    let may_enter = reach(actor.role, change(Noun::Sheet)).is_some();
    let here = |branch: &str, state: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (k, v) in [("branch", branch), ("state", state)] {
            if !v.is_empty() {
                query.append_pair(k, v);
            }
        }
        format!("/standards/{}/people?{}", id.0, query.finish())
    };
    let sheet = |b: Uuid| if may_enter { format!("/standards/{}/sheet?branch={b}", id.0) } else { String::new() };
    let more_branches = tally.len().saturating_sub(BRANCHES);
    let empty = tally.is_empty();
    let chosen = branch.and_then(|b| tally.iter().find(|r| r.branch == b)).map_or_else(String::new, |r| r.name.clone());
    let branches = tally
        .iter()
        .take(BRANCHES)
        .map(|r| {
            let all = r.signed + r.pending + r.overdue;
            Branch {
                name: r.name.clone(),
                href: here(&r.branch.to_string(), ""),
                sheet: if r.pending + r.overdue > 0 { sheet(r.branch) } else { String::new() },
                signed: r.signed,
                open: r.pending,
                late: r.overdue,
                percent: if all > 0 { r.signed * 100 / all } else { 0 },
            }
        })
        .collect();
    let state = Stand::parse(&ask.state);
    let after = Paging { limit: None, after: ask.after.clone() }.cursor()?;
    let after = after.and_then(|p| Uuid::try_parse(p.first()?).ok());
    let list = of_standard(db, &actor, id.0, &Wanted { state, branch, limit: 100, after }, today).await?;
    let names: std::collections::HashMap<Uuid, &str> = tally.iter().map(|r| (r.branch, r.name.as_str())).collect();
    let people = list
        .items
        .iter()
        .map(|d| {
            let (state, word) = look(t, d.state);
            let due = if d.state.open() { t.date(&date_of(d.due)) } else { String::new() };
            let branch = names.get(&d.branch).copied().unwrap_or_default().to_owned();
            Person { name: d.employee_name.clone(), href: format!("/employees/{}/duties", d.employee), branch, state, word, due }
        })
        .collect();
    let mut chips = vec![Chip::new(t.s("duties-everybody"), here(&ask.branch, ""), state.is_none())];
    let states = [Stand::Overdue, Stand::Pending, Stand::Signed, Stand::Lifted];
    chips.extend(
        states.map(|s| Chip::new(t.s(&format!("duties-state-{}", s.as_str())), here(&ask.branch, s.as_str()), state == Some(s))),
    );
    let next = list.next.map_or_else(String::new, |c| format!("{}&after={c}", here(&ask.branch, &ask.state)));
    let (mut progress, mut spared) = (None, String::new());
    if let Some(number) = standard.row.published {
        let now = settling(db, actor.org, id.0, number).await?;
        if now.spared > 0 {
            spared = t.n("duties-spared", now.spared);
        }
        progress = if now.settled { None } else { Some(percent(&app, &actor, id.0, number, t).await?) };
    }
    let frame = done(t, frame(&actor, t.s("duties-people"), "standards"), &ask.done)
        .crumb(t.s("layout-nav-standards"), "/standards")
        .crumb(t.label(standard.title_for(&actor)).to_owned(), format!("/standards/{}", id.0));
    let page = PeoplePage {
        frame,
        id: id.0.to_string(),
        empty,
        progress,
        spared,
        branches,
        more_branches,
        chips,
        people,
        next,
        chosen,
        sheet: branch.map_or_else(String::new, sheet),
    };
    Ok(render(StatusCode::OK, &page))
}

async fn percent(app: &App, actor: &Actor, standard: Uuid, number: i64, t: T) -> Result<(i64, String)> {
    let row = crate::standards::duties::store::people::progress(&app.ground.db, actor.org, standard, number).await?;
    let (done, all) = row.map_or((0, 0), |r| (r.done, r.audience_size));
    let percent = if all > 0 { (done * 100 / all).min(99) } else { 0 };
    Ok((percent, t.w2("duties-progress", "done", t.int(done), "all", t.int(all))))
}

#[derive(Template)]
#[template(path = "standards/duties/pages/progress.html")]
struct ProgressPart {
    t: T,
    id: String,
    progress: Option<(i64, String)>,
}

/// How far the duties of the last publication are given out; the page asks for it again until they are.
///
/// # Errors
/// `NotFound`.
pub async fn progress(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let t = T::new(actor.lang);
    let standard = editing::seen(&app.ground.db, &actor, id.0).await?;
    let number = standard.row.published.unwrap_or(0);
    let settled = number == 0 || settling(&app.ground.db, actor.org, id.0, number).await?.settled;
    let progress = if settled { None } else { Some(percent(&app, &actor, id.0, number, t).await?) };
    Ok(render(StatusCode::OK, &ProgressPart { t, id: id.0.to_string(), progress }))
}

/// A line of somebody's duties.
struct Line {
    title: String,
    href: String,
    state: Look,
    word: String,
    due: String,
}

/// A leave.
struct Leave {
    id: String,
    span: String,
    now: bool,
}

#[derive(Template)]
#[template(path = "standards/duties/pages/person.html")]
struct PersonPage {
    frame: Frame,
    id: String,
    lines: Vec<Line>,
    leaves: Vec<Leave>,
    sees_leaves: bool,
    may_change: bool,
    from: Field,
    to: Field,
    errors: Errors,
}

async fn person_page(app: &App, actor: &Actor, id: Uuid, typed: &Typed, errors: Errors, word: &str) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let today = api::today(app, actor);
    let row = may_see(db, actor, id).await?;
    let duties = of_person(db, actor.org, id, today).await?;
    let lines = duties
        .iter()
        .map(|d| {
            let (state, word) = look(t, d.state);
            let due = if d.state.open() { t.date(&date_of(d.due)) } else { String::new() };
            Line { title: t.label(&d.title).to_owned(), href: format!("/standards/{}", d.standard), state, word, due }
        })
        .collect();
    let sees_leaves = reach(actor.role, crate::access::see(Noun::Absence)).is_some();
    let leaves = if sees_leaves { absence::list(db, actor, id, 50, None).await?.items } else { Vec::new() };
    let leaves = leaves
        .iter()
        .map(|l| Leave {
            id: l.id.to_string(),
            span: match l.to_day {
                Some(to) => t.span(&date_of(l.from_day), &date_of(to)),
                None => t.w("duties-away-since", "day", t.date(&date_of(l.from_day))),
            },
            now: l.from_day <= today && l.to_day.is_none_or(|d| d >= today),
        })
        .collect();
    let field =
        |name: &str, key: &str| Field::input("date", name, t.s(key)).value(typed.get(name)).error(errors.of(name).to_owned());
    let frame = done(t, frame(actor, t.w("duties-of-person", "name", &row.name), "staff"), word)
        .crumb(t.s("staff-employees"), "/employees")
        .crumb(row.name.clone(), format!("/employees/{id}"));
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = PersonPage {
        frame,
        id: id.to_string(),
        lines,
        leaves,
        sees_leaves,
        may_change: reach(actor.role, change(Noun::Absence)).is_some(),
        from: field("from", "duties-away-from").required(),
        to: field("to", "duties-away-to").hint(t.s("duties-away-to-hint")),
        errors,
    };
    Ok(render(status, &page))
}

/// Somebody's duties and leaves.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn person(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    person_page(&app, &actor, id.0, &Typed::default(), Errors::none(), &ask.done).await
}

/// Enters a leave.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn away(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let day = |name: &str, code: &'static str| -> Result<Option<Date>> {
        match typed.get(name).trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| kit::Error::field(name, code)),
        }
    };
    let form = || -> Result<AbsenceForm> {
        let from = day("from", "bad-day")?.ok_or_else(|| kit::Error::field("from", "required"))?;
        Ok(AbsenceForm { from, to: day("to", "bad-day")? })
    };
    let tx = app.write(&actor).await?;
    let made = match form() {
        Ok(form) => absence::create(&tx, id.0, &form).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => {
            tx.commit().await?;
            Ok(go(&format!("/employees/{}/duties?done=away", id.0)))
        }
        Err(error) => {
            drop(tx);
            person_page(&app, &actor, id.0, &typed, refused(error, t)?, "").await
        }
    }
}

/// Takes a leave back.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn back(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = absence::remove(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go(&format!("/employees/{}/duties?done=back", row.employee)))
}
