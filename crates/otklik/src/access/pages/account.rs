//! The own account and the settings' first page.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result};

use super::{Ask, go, locale_field, may, said, zone_name};
use crate::access::account::{self, AccountForm};
use crate::access::places::Wanted;
use crate::access::{Noun, change, people, see};
use crate::app::App;
use crate::layout::simple::{Again, Differs, Typed, differences, refused, was};
use crate::layout::{Errors, Field, Frame, render};
use crate::thing::{Sent, sent};

#[derive(askama::Template)]
#[template(path = "access/pages/settings.html")]
struct SettingsPage {
    frame: Frame,
    /// Icon, address, title, purpose.
    doors: Vec<(&'static str, &'static str, String, String)>,
    mail: bool,
}

/// The way to everything that can be set.
///
/// # Errors
/// Never in practice.
pub async fn settings(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let all = [
        ("building", "/org", "org", see(Noun::Org)),
        ("building-store", "/branches", "branches", see(Noun::Branch)),
        ("hierarchy", "/departments", "departments", see(Noun::Department)),
        ("map-route", "/touchpoints", "touchpoints", see(Noun::Touchpoint)),
        ("users-group", "/users", "users", see(Noun::User)),
        ("flag", "/marks", "marks", see(Noun::Mark)),
        ("key", "/tokens", "tokens", see(Noun::Token)),
        ("history", "/audit", "audit", see(Noun::Audit)),
    ];
    let doors = all.into_iter().filter(|(.., right)| may(&actor, *right));
    let doors = doors
        .map(|(icon, href, key, _)| (icon, href, t.s(&format!("access-{key}")), t.s(&format!("access-{key}-why"))))
        .collect();
    let frame = said(crate::doors::frame(&actor, t.s("layout-nav-settings"), "settings"), t, &ask.done);
    let mail = app.ground.mailer.is_some() || !may(&actor, change(Noun::User));
    Ok(render(StatusCode::OK, &SettingsPage { frame, doors, mail }))
}

#[derive(askama::Template)]
#[template(path = "access/pages/account.html")]
struct AccountPage {
    frame: Frame,
    errors: Errors,
    name: Field,
    locale: Field,
    present: Field,
    new: Field,
    facts: Vec<(String, String)>,
    version: i64,
    /// What the fields show in that version.
    was: String,
    clash: Option<Vec<Differs>>,
    sessions: Vec<Device>,
    /// Is there any other session?
    others: bool,
}

/// A browser in which the person is signed in.
struct Device {
    name: String,
    since: String,
    seen: String,
    /// To the minute, for whoever points at it.
    seen_at: String,
    here: bool,
    end: String,
}

/// So many sessions the page lists; the rest ends with «everywhere else».
const SESSIONS: i64 = 100;

async fn page(app: &App, actor: &Actor, typed: Option<&Typed>, done: &str, again: Again) -> Result<Response> {
    let t = T::new(actor.lang);
    let member = actor.member.ok_or(Error::NotFound)?;
    let user = people::user(&app.ground.db, actor.org, member).await?;
    let at = app.ground.now();
    let wanted = Wanted { limit: SESSIONS, ..Wanted::default() };
    let list = account::sessions(&app.ground.db, actor, at, &wanted).await?;
    let sessions: Vec<Device> = list
        .items
        .into_iter()
        .map(|s| Device {
            here: *s.hash == *actor.credential,
            name: if s.device.is_empty() { t.s("access-session-unknown") } else { s.device },
            since: t.date_time(s.created_at, zone_name(actor)),
            seen: t.relative(at.0, s.seen_at),
            seen_at: t.date_time(s.seen_at, zone_name(actor)),
            end: format!("/account/sessions/{}/removal", s.id),
        })
        .collect();
    // The form of the password sends no name.
    let typed = typed.filter(|f| f.0.iter().any(|(k, _)| k == "name"));
    let own = |name: &str, locale: &str| {
        [
            Field::text("name", t.s("access-own-name")).value(name).max_length(200).required(),
            locale_field(t, if locale.is_empty() { actor.lang.as_str() } else { locale }),
        ]
    };
    let saved = own(&user.row.name, user.row.locale.as_deref().unwrap_or(""));
    let shown = again.shown(typed, &saved);
    let [name, locale] = shown.as_ref().map_or_else(|| saved.clone(), |f| own(f.get("name"), f.get("locale")));
    let clash = again.clash.then(|| differences(&[name.clone(), locale.clone()], &saved));
    let errors = if again.clash { Errors::none() } else { again.errors };
    // A refused form stays as old as it was; after a clash it is as new as what stands beside it.
    let old = typed.filter(|_| clash.is_none());
    let mut facts = vec![(t.s("access-role"), t.s(&format!("role-{}", user.row.role)))];
    if let Some(email) = user.row.email {
        facts.push((t.s("access-email"), email));
    }
    if let Some(phone) = user.row.phone {
        facts.push((t.s("access-phone"), kit::mail::show_phone(&phone)));
    }
    let page = AccountPage {
        name: name.error(errors.of("name")),
        locale: locale.error(errors.of("locale")),
        present: Field::input("password", "present", t.s("access-present-password"))
            .autocomplete("current-password")
            .error(errors.of("present"))
            .required(),
        new: Field::input("password", "password", t.s("access-new-password"))
            .hint(t.s("access-password-hint"))
            .autocomplete("new-password")
            .error(errors.of("password"))
            .required(),
        facts,
        version: old.and_then(Typed::version).unwrap_or(user.row.version),
        was: old.map_or_else(|| was(&saved), |f| f.get("was").to_owned()),
        clash,
        others: sessions.iter().any(|s| !s.here),
        sessions,
        frame: said(crate::doors::frame(actor, t.s("layout-account"), ""), t, done),
        errors,
    };
    let status = match (&page.clash, page.errors.any()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, false) => StatusCode::OK,
    };
    Ok(render(status, &page))
}

/// Name, language, password, sessions.
///
/// # Errors
/// Those of the database.
pub async fn show(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    page(&app, &actor, None, &ask.done, Again::default()).await
}

/// Saves name and language.
///
/// # Errors
/// Those of the database.
pub async fn save(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let form = AccountForm { name: typed.get("name").into(), locale: Some(typed.get("locale").into()) };
    match sent(account::edit(&tx, typed.version(), |_| Ok(form)).await, tx).await? {
        Sent::Done(()) => Ok(go("/account?done=saved")),
        Sent::Again(again) => page(&app, &actor, Some(&typed), "", again).await,
    }
}

/// Changes the password; other sessions and all tokens end.
///
/// # Errors
/// `TooMany` after too many tries.
pub async fn password(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    match account::change_password(&app.ground, &actor, typed.get("present"), typed.get("password")).await {
        Ok(()) => {
            let mut response = go("/account?done=password");
            // The old password was part of what the device knew.
            if let Some(login) = actor.login {
                let value = crate::access::device::remember(&app.ground, login, None).await?;
                response.headers_mut().append(axum::http::header::SET_COOKIE, crate::doors::device_cookie(&app, &value));
            }
            Ok(response)
        }
        Err(error) => {
            let errors = refused(error, T::new(actor.lang))?;
            page(&app, &actor, Some(&typed), "", Again { errors, clash: false }).await
        }
    }
}

/// Signs out everywhere else.
///
/// # Errors
/// Those of the database.
pub async fn end_others(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tx = app.write(&actor).await?;
    account::end_other_sessions(&tx).await?;
    tx.commit().await?;
    Ok(go("/account?done=elsewhere"))
}

/// Signs out in one browser.
///
/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn end_one(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    account::end_session(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go("/account?done=device"))
}
