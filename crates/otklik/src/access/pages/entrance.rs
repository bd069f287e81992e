//! Pages before signing in: sign-in, choice of company, invitation, printed code, new password.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::{Lang, T};
use kit::limits::Rule;
use kit::serve::ClientIp;
use kit::{Error, Result};
use serde::Deserialize;
use uuid::Uuid;

use crate::access::entrance::{self, Waiting};
use crate::access::rules::people::{safe_next, who};
use crate::access::{device, people, store};
use crate::app::App;
use crate::doors::{COOKIE, cookie, device_cookie, session_cookie};
use crate::layout::simple::{DoorPage, Typed, errors, refused};
use crate::layout::{Errors, Field, Flash, Frame, render};

fn t(headers: &HeaderMap) -> T {
    T::new(Lang::from_accept_language(headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("")))
}

fn enter(app: &App, secret: &str, to: &str) -> Response {
    ([(header::SET_COOKIE, session_cookie(app, secret))], Redirect::to(to)).into_response()
}

/// Lets somebody in who has just shown a password or chosen one: from now on this device is known.
///
/// # Errors
/// Those of the database.
pub async fn enter_known(app: &App, headers: &HeaderMap, secret: &str, to: &str) -> Result<Response> {
    let mut response = enter(app, secret, to);
    if let Some(login) = entrance::login_behind(&app.ground, secret).await? {
        let value = device::remember(&app.ground, login, cookie(headers, device::COOKIE).as_deref()).await?;
        response.headers_mut().append(header::SET_COOKIE, device_cookie(app, &value));
    }
    Ok(response)
}

/// What the address of a door page may carry.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

fn sign_in_page(t: T, next: &str, typed: &str, done: &str, errors: Errors) -> Response {
    let mut frame = Frame::bare(t, t.s("access-sign-in"));
    if done == "out" {
        frame = frame.flash(Flash::note(t.s("access-done-out")));
    }
    let mut page = DoorPage::new(frame, "/login", t.s("access-sign-in-go"));
    page.hidden = vec![("next".into(), safe_next(next).into())];
    page.below = vec![("/reset".into(), t.s("access-forgot")), ("/code".into(), t.s("access-have-code"))];
    let fields = vec![
        Field::text("who", t.s("access-who")).value(typed).autocomplete("username").required().focus(),
        Field::input("password", "password", t.s("access-password")).autocomplete("current-password").required(),
    ];
    page.answer(fields, errors)
}

/// The sign-in page; who is in already goes on.
///
/// # Errors
/// Those of the database.
pub async fn sign_in_form(State(app): State<App>, headers: HeaderMap, Query(ask): Query<Ask>) -> Result<Response> {
    if !store::any_org(&app.ground.db).await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    if let Some(cookie) = cookie(&headers, COOKIE) {
        if crate::access::authenticate_session(&app.ground.db, &cookie, app.ground.now()).await?.is_some() {
            return Ok(Redirect::to(safe_next(&ask.next)).into_response());
        }
        if entrance::login_behind(&app.ground, &cookie).await?.is_some() {
            return Ok(Redirect::to("/companies").into_response());
        }
    }
    Ok(sign_in_page(t(&headers), &ask.next, "", &ask.done, Errors::none()))
}

/// Signs in.
///
/// # Errors
/// `TooMany` after too many tries.
pub async fn sign_in(State(app): State<App>, ip: ClientIp, headers: HeaderMap, typed: Typed) -> Result<Response> {
    let limits = &app.ground.limits;
    // A wrong spelling of an address is the same account; what is none at all is counted as it was typed.
    let account = match who(typed.get("who")) {
        Some(crate::access::rules::people::Who::Email(w) | crate::access::rules::people::Who::Phone(w)) => w,
        None => typed.get("who").to_lowercase(),
    };
    // Guessers lock the account and the address; who signed in on this device before has a limit of their own.
    let device = device::known(&app.ground, typed.get("who"), cookie(&headers, device::COOKIE).as_deref()).await?;
    let (rule, counted) = match device {
        Some(device) => (Rule::LoginDevice, device),
        None => {
            limits.check(Rule::LoginIp, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
            (Rule::LoginAccount, account)
        }
    };
    limits.check(rule, &counted).map_err(|w| Error::TooMany(w.0))?;
    match entrance::sign_in(&app.ground, typed.get("who"), typed.get("password")).await {
        Ok(login) => {
            // What others tried against the account stays counted when its owner comes in from a device of their own.
            limits.forgive(rule, &counted);
            let secret = entrance::begin_session(&app.ground, login, cookie(&headers, COOKIE).as_deref(), None).await?;
            let several = store::companies(&app.ground.db, login).await?.len() > 1;
            enter_known(&app, &headers, &secret, if several { "/companies" } else { safe_next(typed.get("next")) }).await
        }
        Err(error) => {
            let t = t(&headers);
            let errors = refused(error, t)?;
            Ok(sign_in_page(t, typed.get("next"), typed.get("who"), "", errors))
        }
    }
}

/// Signs out; the cookie is worth nothing afterwards.
///
/// # Errors
/// Those of the database.
pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    if let Some(cookie) = cookie(&headers, COOKIE) {
        entrance::sign_out(&app.ground, &cookie).await?;
    }
    Ok(enter(&app, "", "/login?done=out"))
}

#[derive(askama::Template)]
#[template(path = "access/pages/companies.html")]
struct CompaniesPage {
    frame: Frame,
    companies: Vec<(String, String)>,
}

/// The choice among the companies of one sign-in.
///
/// # Errors
/// Those of the database.
pub async fn companies(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let login = match cookie(&headers, COOKIE) {
        Some(cookie) => entrance::login_behind(&app.ground, &cookie).await?,
        None => None,
    };
    let Some(login) = login else { return Ok(Redirect::to("/login").into_response()) };
    let t = t(&headers);
    let companies = store::companies(&app.ground.db, login).await?;
    let companies = companies.into_iter().map(|c| (c.org.to_string(), c.name)).collect();
    Ok(render(StatusCode::OK, &CompaniesPage { frame: Frame::bare(t, t.s("access-companies")), companies }))
}

/// Goes to a company.
///
/// # Errors
/// `NotFound` for a company that does not let this person in.
pub async fn choose(State(app): State<App>, headers: HeaderMap, typed: Typed) -> Result<Response> {
    let cookie = cookie(&headers, COOKIE).ok_or(Error::Unauthorized)?;
    let org = Uuid::try_parse(typed.get("org")).map_err(|_| Error::NotFound)?;
    let secret = entrance::choose_company(&app.ground, &cookie, org).await?;
    Ok(enter(&app, &secret, "/"))
}

fn take_up_page(headers: &HeaderMap, waiting: &Waiting, action: &str, code: &str, errors: Errors) -> Response {
    let chosen = headers.get(header::ACCEPT_LANGUAGE).is_some();
    let t = if chosen { t(headers) } else { T::new(waiting.lang) };
    let mut page =
        DoorPage::new(Frame::bare(t, t.w("access-welcome", "company", &waiting.company)), action, t.s("access-take-up"));
    page.lead = t.w2(
        if waiting.known { "access-take-up-known" } else { "access-take-up-new" },
        "name",
        &waiting.name,
        "who",
        &waiting.who,
    );
    if !code.is_empty() {
        page.hidden = vec![("code".into(), code.into())];
    }
    let field = if waiting.known {
        Field::input("password", "password", t.s("access-password")).autocomplete("current-password")
    } else {
        Field::input("password", "password", t.s("access-new-password"))
            .hint(t.s("access-password-hint"))
            .autocomplete("new-password")
    };
    if waiting.known {
        page.below = vec![("/reset".into(), t.s("access-forgot"))];
    }
    // The browser's own store of passwords wants to know whose it is.
    page.hidden.push(("username".into(), waiting.who.clone()));
    page.answer(vec![field.required().focus()], errors)
}

async fn take_up(
    app: &App,
    ip: ClientIp,
    headers: &HeaderMap,
    waiting: &Waiting,
    typed: &Typed,
    action: &str,
) -> Result<Response> {
    let limits = &app.ground.limits;
    if waiting.known {
        limits.check(Rule::LoginIp, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
        limits.check(Rule::LoginAccount, &waiting.who).map_err(|w| Error::TooMany(w.0))?;
    }
    let old = cookie(headers, COOKIE);
    match entrance::take_up(&app.ground, waiting, typed.get("password"), old.as_deref()).await {
        Ok(secret) => enter_known(app, headers, &secret, "/").await,
        Err(Error::Invalid(faults)) => Ok(take_up_page(headers, waiting, action, typed.get("code"), errors(&faults, t(headers)))),
        Err(error) => Err(error),
    }
}

/// An invitation. Looking at it changes nothing, so a scanner of links does no harm.
///
/// # Errors
/// `NotFound`, `Gone`.
pub async fn invitation(State(app): State<App>, ip: ClientIp, headers: HeaderMap, Path(token): Path<String>) -> Result<Response> {
    app.ground.limits.check(Rule::LookupIp, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
    let waiting = entrance::invitation(&app.ground, &kit::secret::hash_token(&token)).await?;
    Ok(take_up_page(&headers, &waiting, &format!("/invitation/{token}"), "", Errors::none()))
}

/// Takes an invitation up.
///
/// # Errors
/// `NotFound`, `Gone`.
pub async fn accept(
    State(app): State<App>,
    ip: ClientIp,
    headers: HeaderMap,
    Path(token): Path<String>,
    typed: Typed,
) -> Result<Response> {
    app.ground.limits.check(Rule::LookupIp, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
    let waiting = entrance::invitation(&app.ground, &kit::secret::hash_token(&token)).await?;
    take_up(&app, ip, &headers, &waiting, &typed, &format!("/invitation/{token}")).await
}

fn code_page(t: T, typed: &str, errors: Errors) -> Response {
    let mut page = DoorPage::new(Frame::bare(t, t.s("access-code")), "/code", t.s("access-code-go"));
    page.lead = t.s("access-code-lead");
    page.below = vec![("/login".into(), t.s("access-sign-in"))];
    let field =
        Field::text("code", t.s("access-code-field")).placeholder("ABCD-EFGH-JKMN").value(typed).autocomplete("one-time-code");
    page.answer(vec![field.required().focus()], errors)
}

/// Where a printed code is typed.
pub async fn code_form(headers: HeaderMap) -> Response {
    code_page(t(&headers), "", Errors::none())
}

/// Reads a printed code; with a password beside it, takes it up.
///
/// # Errors
/// `TooMany` after too many tries, `Gone` for a used code.
pub async fn code(State(app): State<App>, ip: ClientIp, headers: HeaderMap, typed: Typed) -> Result<Response> {
    app.ground.limits.check(Rule::Code, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
    let t = t(&headers);
    let wrong = || code_page(t, typed.get("code"), [("code".to_owned(), t.s("error-wrong-code"))].into_iter().collect());
    let Some(hash) = people::code_hash(&app.ground, typed.get("code")) else { return Ok(wrong()) };
    let waiting = match entrance::invitation(&app.ground, &hash).await {
        Ok(waiting) => waiting,
        Err(Error::NotFound) => return Ok(wrong()),
        Err(error) => return Err(error),
    };
    if typed.0.iter().any(|(k, _)| k == "password") {
        return take_up(&app, ip, &headers, &waiting, &typed, "/code").await;
    }
    Ok(take_up_page(&headers, &waiting, "/code", typed.get("code"), Errors::none()))
}

/// Where a new password is asked for.
pub async fn reset_form(State(app): State<App>, headers: HeaderMap) -> Response {
    let t = t(&headers);
    let mail = app.ground.mailer.is_some();
    let mut page =
        DoorPage::new(Frame::bare(t, t.s("access-reset")), "/reset", if mail { t.s("access-reset-go") } else { String::new() });
    page.lead = t.s(if mail { "access-reset-lead" } else { "access-reset-no-mail" });
    page.below = vec![("/login".into(), t.s("access-sign-in"))];
    page.answer(vec![Field::text("who", t.s("access-email")).autocomplete("username").required().focus()], Errors::none())
}

/// Asks for a link. The answer is the same for everybody, known or not.
///
/// # Errors
/// `TooMany` after too many tries.
pub async fn ask_reset(State(app): State<App>, ip: ClientIp, headers: HeaderMap, typed: Typed) -> Result<Response> {
    let limits = &app.ground.limits;
    limits.check(Rule::LoginIp, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
    limits.check(Rule::ResetAddress, typed.get("who").trim().to_lowercase()).map_err(|w| Error::TooMany(w.0))?;
    let t = t(&headers);
    entrance::ask_reset(&app.ground, typed.get("who"), t.language()).await?;
    let mut page = DoorPage::new(Frame::bare(t, t.s("access-reset-sent")), "", "");
    page.lead = t.s(if app.ground.mailer.is_some() { "access-reset-sent-lead" } else { "access-reset-no-mail" });
    page.below = vec![("/login".into(), t.s("access-sign-in"))];
    Ok(page.answer(Vec::new(), Errors::none()))
}

fn new_password_page(t: T, token: &str, errors: Errors) -> Response {
    let mut page = DoorPage::new(Frame::bare(t, t.s("access-reset")), format!("/reset/{token}"), t.s("access-reset-save"));
    page.lead = t.s("access-reset-save-lead");
    let field = Field::input("password", "password", t.s("access-new-password")).hint(t.s("access-password-hint"));
    page.answer(vec![field.autocomplete("new-password").required().focus()], errors)
}

/// The form of a reset link. Looking changes nothing.
///
/// # Errors
/// `NotFound`, `Gone`.
pub async fn new_password_form(
    State(app): State<App>,
    ip: ClientIp,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response> {
    app.ground.limits.check(Rule::LookupIp, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
    entrance::reset(&app.ground, &token).await?;
    Ok(new_password_page(t(&headers), &token, Errors::none()))
}

/// Sets the new password and signs in.
///
/// # Errors
/// `NotFound`, `Gone`.
pub async fn new_password(
    State(app): State<App>,
    ip: ClientIp,
    headers: HeaderMap,
    Path(token): Path<String>,
    typed: Typed,
) -> Result<Response> {
    app.ground.limits.check(Rule::LookupIp, ip.bucket()).map_err(|w| Error::TooMany(w.0))?;
    let row = entrance::reset(&app.ground, &token).await?;
    let old = cookie(&headers, COOKIE);
    match entrance::reset_password(&app.ground, &row, typed.get("password"), old.as_deref()).await {
        Ok(secret) => enter_known(&app, &headers, &secret, "/").await,
        Err(Error::Invalid(faults)) => {
            let t = t(&headers);
            Ok(new_password_page(t, &token, errors(&faults, t)))
        }
        Err(error) => Err(error),
    }
}
