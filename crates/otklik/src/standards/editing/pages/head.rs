//! The head of a standard as a form: its title, for whom it is, who answers for it, when it is looked at again.

use kit::i18n::{Lang, T};
use kit::{Actor, Result};
use uuid::Uuid;

use super::Typed;
use crate::app::App;
use crate::layout::{Errors, Field};
use crate::standards::editing::rules::{Kind, form};
use crate::standards::editing::{Standard, store};

/// So many branches or positions are shown as ticks; more are written as codes.
const TICKS: i64 = 40;

/// The fields, as they stand or as they were typed.
///
/// # Errors
/// Those of the database.
pub async fn fields(
    app: &App,
    actor: &Actor,
    standard: &Standard,
    lang: Lang,
    typed: Option<&Typed>,
    errors: &Errors,
) -> Result<Vec<Field>> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let row = &standard.row;
    let value = |name: &str, now: String| typed.map_or(now, |f| f.get(name).to_owned());
    let kinds = Kind::ALL.map(|k| (k.as_str(), t.s(&format!("standards-kind-{}", k.as_str()))));
    let mut out = vec![
        Field::text("title", t.s("standards-name"))
            .value(value("title", standard.title.get(lang).to_owned()))
            .error(errors.of("title"))
            .required()
            .max_length(200),
        Field::select("kind", t.s("standards-kind")).value(value("kind", row.kind.clone())).choices(kinds),
    ];
    let chosen: Vec<String> = standard.audience.branches.iter().map(Uuid::to_string).collect();
    let ticked = typed.map_or(chosen.clone(), |f| f.all("branch"));
    let branches = store::branches(db, actor.org, TICKS + 1).await?;
    let few = i64::try_from(branches.len()).unwrap_or(TICKS + 1) <= TICKS;
    out.push(if few {
        let field = Field::checks("branch", t.s("standards-for-branches")).hint(t.s("standards-for-branches-hint"));
        branches.into_iter().fold(field, |f, (id, name)| {
            let on = ticked.contains(&id.to_string());
            f.check(id.to_string(), name, on)
        })
    } else {
        Field::area("branches", t.s("standards-for-branches"))
            .value(value("branches", chosen.join("\n")))
            .hint(t.s("standards-for-branches-codes"))
            .rows(4)
    });
    let known = store::positions(db, actor.org, TICKS).await?;
    let mine = typed.map_or(standard.audience.positions.clone(), |f| f.all("position"));
    let fold = form::folded_position;
    let is_mine = |p: &String| mine.iter().any(|m| fold(m) == fold(p));
    if !known.is_empty() {
        let field = Field::checks("position", t.s("standards-for-positions")).hint(t.s("standards-for-positions-hint"));
        out.push(known.iter().fold(field, |f, p| f.check(p.clone(), p.clone(), is_mine(p))));
    }
    let rest: Vec<String> = mine.iter().filter(|m| !known.iter().any(|p| fold(p) == fold(m))).cloned().collect();
    out.push(Field::text("positions", t.s("standards-for-others")).value(value("positions", rest.join(", "))));
    let people = |list: Vec<(Uuid, String)>| list.into_iter().map(|(id, name)| (id.to_string(), name));
    out.push(
        Field::select("owner", t.s("standards-owner"))
            .value(value("owner", row.owner.map(|o| o.to_string()).unwrap_or_default()))
            .choices(people(store::members(db, actor.org, false).await?)),
    );
    out.push(
        Field::select("approver", t.s("standards-approver"))
            .value(value("approver", row.approver.map(|o| o.to_string()).unwrap_or_default()))
            .placeholder(t.s("standards-approver-none"))
            .hint(t.s("standards-approver-hint"))
            .error(errors.of("approver"))
            .choices(people(store::members(db, actor.org, true).await?)),
    );
    out.push(
        Field::input("date", "review_on", t.s("standards-review-on"))
            .value(value("review_on", row.review_on.clone()))
            .error(errors.of("review_on")),
    );
    out.push(
        Field::input("number", "days", t.s("standards-days"))
            .value(value("days", row.days.to_string()))
            .error(errors.of("days"))
            .hint(t.s("standards-days-hint"))
            .range(1, 365),
    );
    Ok(out)
}
