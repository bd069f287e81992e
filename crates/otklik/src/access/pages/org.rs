//! Pages of the company and its audit log.

use axum::extract::{Query, State};
use axum::response::Response;
use kit::i18n::T;
use kit::{Actor, Error, Result};
use uuid::Uuid;

use super::{Ask, frame, go, locale_field, may, zone_field, zone_name};
use crate::access::rules::places::OrgForm;
use crate::access::store::Org;
use crate::access::{Noun, api, audit, change, places};
use crate::app::App;
use crate::layout::Field;
use crate::layout::simple::{Again, FormPage, ListPage, Post, Row, Typed};
use crate::thing::{Sent, sent};

/// The company's own settings.
///
/// # Errors
/// Those of the database.
pub async fn org(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let row = crate::access::store::org(&app.ground.db, actor.org).await?.ok_or(Error::NotFound)?;
    Ok(org_page(&actor, &row, None, &ask.done, Again::default()))
}

fn org_fields(t: T, form: &OrgForm) -> Vec<Field> {
    vec![
        Field::text("name", t.s("access-org-name")).value(&*form.name).max_length(200).required(),
        zone_field(t, &form.timezone),
        locale_field(t, &form.locale).hint(t.s("access-locale-hint")),
        Field::area("frame_origins", t.s("access-frame-origins"))
            .hint(t.s("access-frame-origins-hint"))
            .value(form.frame_origins.join("\n"))
            .placeholder("https://sosny.ru"),
    ]
}

fn read_org(typed: &Typed) -> OrgForm {
    OrgForm {
        name: typed.get("name").into(),
        timezone: typed.get("timezone").into(),
        locale: typed.get("locale").into(),
        frame_origins: typed.get("frame_origins").split_whitespace().map(str::to_owned).collect(),
    }
}

fn org_page(actor: &Actor, row: &Org, typed: Option<&Typed>, done: &str, again: Again) -> Response {
    let t = T::new(actor.lang);
    let mut page = FormPage::new(frame(actor, "access-org", done), "/org", t.s("access-save"), "/settings");
    page.frozen = !may(actor, change(Noun::Org));
    // While it is paused, the notice on every page has the button.
    if !actor.outgoing_paused && may(actor, change(Noun::OutgoingPause)) {
        page.posts = vec![Post::new("/outgoing-pause", t.s("access-outgoing-pause"))];
    }
    page.of_version(row.version, typed, &again);
    let saved = org_fields(t, &places::org_form(row));
    let fields = again.shown(typed, &saved).map_or_else(|| saved.clone(), |typed| org_fields(t, &read_org(&typed)));
    page.again(fields, &saved, again)
}

/// Saves the company's settings.
///
/// # Errors
/// Those of the database.
pub async fn save_org(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match sent(places::edit_org(&tx, typed.version(), |_| Ok(read_org(&typed))).await, tx).await? {
        Sent::Done(_) => Ok(go("/org?done=saved")),
        Sent::Again(again) => {
            let row = crate::access::store::org(&app.ground.db, actor.org).await?.ok_or(Error::NotFound)?;
            Ok(org_page(&actor, &row, Some(&typed), "", again))
        }
    }
}

/// What staff did, newest first.
///
/// # Errors
/// `Invalid` for a filter that is none.
pub async fn audit(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let some = |v: &String| Some(v.clone()).filter(|v| !v.is_empty());
    // On pages the last day belongs to what is asked, in the API it does not.
    let next = ask.to.parse::<jiff::civil::Date>().ok().and_then(|d| d.tomorrow().ok());
    let until = next.map_or_else(|| ask.to.clone(), |d| d.to_string());
    let params =
        api::places::AuditParams { noun: some(&ask.noun), from: some(&ask.from), to: some(&until), limit: None, after: None };
    let list = audit::audit(&app.ground.db, &actor, &ask.wanted()?, &params.which(&actor)?).await?;
    let mut page =
        ListPage::new(frame(&actor, "access-audit", ""), ("history", t.s("access-audit-empty"), t.s("access-audit-why")));
    page.lead = t.s("access-audit-why");
    let mut nouns = Field::select("noun", t.s("access-audit-noun")).value(&*ask.noun).placeholder(t.s("access-audit-all"));
    for noun in [
        "org",
        "user",
        "session",
        "token",
        "branch",
        "department",
        "employee",
        "absence",
        "touchpoint",
        "survey",
        "invitation",
        "response",
        "import",
        "mark",
        "standard",
        "item",
        "proposal",
        "signature",
        "sheet",
        "quiz",
        "attempt",
        "track",
        "newcomer",
    ] {
        nouns = nouns.choice(noun, t.s(&format!("access-noun-{noun}")));
    }
    page.filters = vec![
        nouns,
        Field::input("date", "from", t.s("access-from")).value(&*ask.from),
        Field::input("date", "to", t.s("access-to")).value(&*ask.to),
    ];
    page.heads = vec![t.s("access-audit-what"), t.s("access-audit-when"), t.s("access-audit-who")];
    page.next = ask.next("/audit", list.next.as_ref());
    for r in list.items {
        let key = format!("access-verb-{}", r.verb.replace('.', "-"));
        let changes = audit::changes(r.before.as_deref(), r.after.as_deref());
        // Ids say nothing to a reader.
        let told = changes.iter().filter(|(_, b, a)| ![b, a].iter().any(|v| v.split(", ").any(|v| Uuid::try_parse(v).is_ok())));
        let words = told.map(|(k, b, a)| {
            let field = format!("access-field-{}", k.replace('_', "-"));
            let field = if t.has(&field) { t.s(&field) } else { k.clone() };
            match (b.as_str(), a.as_str()) {
                ("", _) => format!("{field}: {a}"),
                // What is gone whole leads nowhere.
                (_, "") if r.after.is_none() => format!("{field}: {b}"),
                (_, "") => format!("{field}: {b} → —"),
                _ => format!("{field}: {b} → {a}"),
            }
        });
        page.rows.push(Row {
            main: if t.has(&key) { t.s(&key) } else { r.verb },
            sub: words.collect::<Vec<_>>().join(" · ").chars().take(400).collect(),
            cells: vec![
                t.date_time(r.at, zone_name(&actor)).replace(' ', "\u{a0}"),
                format!("{} ({})", r.actor_name, t.s(&format!("access-via-{}", r.via))),
            ],
            ..Row::default()
        });
    }
    Ok(page.answer())
}
