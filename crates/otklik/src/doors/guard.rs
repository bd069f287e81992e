//! Who comes in, with which right: the cookie or the token becomes an actor.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use kit::Error;
use kit::actor::Actor;
use kit::i18n::Lang;
use kit::web::Answered;

use super::{COOKIE, Door, again};
use crate::access::rights::{Act, scope_allows};
use crate::access::{self, Right};
use crate::app::App;

/// Refuses a form that another site sent.
pub(super) async fn same_origin(State(app): State<App>, req: Request, next: Next) -> Response {
    match check_origin(&app, &req) {
        Ok(()) => next.run(req).await,
        Err(error) => error.into_response(),
    }
}

/// Lets in whoever is known, by a token or a session, in any role: the description of the API draws a stranger no map.
pub(super) async fn known_here(State(app): State<App>, req: Request, next: Next) -> Response {
    let (db, now) = (&app.ground.db, app.ground.now());
    let actor = match (bearer(req.headers()), cookie(req.headers(), COOKIE)) {
        (Some(token), _) => access::authenticate_token(db, token, now).await,
        (None, Some(cookie)) => access::authenticate_browser(db, &cookie, now, None).await,
        (None, None) => Ok(None),
    };
    match actor {
        Ok(Some(_)) => next.run(req).await,
        Ok(None) => Error::Unauthorized.into_response(),
        Err(error) => error.into_response(),
    }
}

/// Lets a request in, or not: who it is, whether the role has the right, whether the token has the scope.
pub(super) async fn guard(State((app, door, right)): State<(App, Door, Right)>, mut req: Request, next: Next) -> Response {
    match enter(&app, door, right, &mut req).await {
        Ok(Entered::Go(actor)) => {
            let idem = actor.idempotency.clone();
            let lang = actor.lang;
            req.extensions_mut().insert(*actor.clone());
            let changes = !req.method().is_safe();
            let mut response = next.run(req).await;
            if changes {
                app.memory.forget();
            }
            // Perhaps the other request with this key was faster: then what refused this one is its work (a code that is taken,
            // a state that was left), and its answer is the answer.
            if let Some(idem) = &idem
                && response.extensions().get::<Answered>().is_some()
                && let Ok(Some(again)) = again::replay(&app, &actor, idem).await
            {
                return again;
            }
            response.extensions_mut().insert(Speaks(lang));
            response
        }
        Ok(Entered::Already(response)) => response,
        Err(error) => {
            let to_sign_in = matches!(error, Error::Unauthorized) && door == Door::Page && req.method() == Method::GET;
            if to_sign_in {
                if matches!(access::store::any_org(&app.ground.db).await, Ok(false)) {
                    return Redirect::to("/setup").into_response();
                }
                let next = req.uri().path_and_query().map_or("/", |p| p.as_str());
                let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
                return Redirect::to(&format!("/login?next={next}")).into_response();
            }
            error.into_response()
        }
    }
}

enum Entered {
    Go(Box<Actor>),
    Already(Response),
}

/// The language that the reader of a response reads.
#[derive(Clone, Copy, Debug)]
pub struct Speaks(pub Lang);

async fn enter(app: &App, door: Door, right: Right, req: &mut Request) -> Result<Entered, Error> {
    let mut actor = match door {
        Door::Api => {
            let token = bearer(req.headers()).ok_or(Error::Unauthorized)?;
            access::authenticate_token(&app.ground.db, token, app.ground.now()).await?.ok_or(Error::Unauthorized)?
        }
        Door::Page | Door::Public => {
            let cookie = cookie(req.headers(), COOKIE).ok_or(Error::Unauthorized)?;
            let agent = req.headers().get(header::USER_AGENT).map_or("", |v| v.to_str().unwrap_or(""));
            let actor = access::authenticate_browser(&app.ground.db, &cookie, app.ground.now(), Some(agent)).await?;
            let actor = actor.ok_or(Error::Unauthorized)?;
            check_origin(app, req)?;
            actor
        }
    };
    if door == Door::Api {
        app.ground.limits.check(kit::limits::Rule::ApiToken, &actor.credential).map_err(|wait| Error::TooMany(wait.0))?;
    }
    actor.reach = access::reach(actor.role, right).ok_or(Error::Forbidden("role"))?;
    if !scope_allows(actor.scopes, right) {
        return Err(Error::Forbidden("scope"));
    }
    if door == Door::Api && req.method() == Method::POST && right.act == Act::Change {
        actor.idempotency = again::key_of(req).await?;
        if let Some(idem) = &actor.idempotency
            && let Some(again) = again::replay(app, &actor, idem).await?
        {
            return Ok(Entered::Already(again));
        }
    }
    Ok(Entered::Go(Box::new(actor)))
}

/// The token that came along.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (kind, token) = value.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The value of a cookie.
#[must_use]
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|pair| {
        let (k, v) = pair.trim().split_once('=')?;
        (k == name).then(|| v.to_owned())
    })
}

/// A session's change must come from our own pages: browsers say so in `Sec-Fetch-Site` and `Origin`.
///
/// # Errors
/// `Forbidden` when it does not, or does not say.
pub fn check_origin(app: &App, req: &Request) -> Result<(), Error> {
    if matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name: &str| req.headers().get(name).and_then(|v| v.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin") => return Ok(()),
        Some(_) => return Err(Error::Forbidden("origin")),
        None => {}
    }
    let origin = text("origin").ok_or(Error::Forbidden("origin"))?;
    let host = text("host").unwrap_or("");
    let own = match app.hosts.get() {
        Some(hosts) => hosts.is_own_origin(host, origin),
        // Nobody said what we are called: then we are what we were called.
        None => {
            origin == app.ground.public_url || origin.split_once("://").is_some_and(|(_, rest)| !rest.is_empty() && rest == host)
        }
    };
    if own { Ok(()) } else { Err(Error::Forbidden("origin")) }
}
