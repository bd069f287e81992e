//! The frame of every door, start reading here: routes with their rights (`Table`), who comes in (`guard`), who comes again
//! (`again`), how a refusal is said (`dress`), what stands around a staff page (`frame`).

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use kit::actor::{Actor, Via};
use kit::db::Query;
use kit::{Error, args};
use utoipa::openapi::OpenApi;

use crate::access::{self, Right};
use crate::app::App;

mod again;
mod dress;
mod frame;
mod guard;
mod hosts;
mod store;
#[cfg(test)]
mod tests;
mod views;

pub use dress::CLIENT_CSP;
pub use frame::{frame, go};
pub use guard::{Speaks, bearer, check_origin, cookie};
pub use hosts::{Hosts, said_length};
pub use views::{address, with_views};

use dress::dress;
use guard::{guard, known_here, same_origin};

/// The cookie of a session.
pub const COOKIE: &str = "otklik_session";

/// Which door a route belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Api,
    Page,
    /// No session, no cookie, no Origin check: clients, health, sign-in.
    Public,
}

/// One line of the table of routes.
#[derive(Clone, Debug)]
pub struct Entry {
    pub method: String,
    pub path: String,
    pub door: Door,
    pub right: Option<Right>,
}

/// Collects routes, their rights and their description.
pub struct Table {
    app: App,
    router: Router<App>,
    pub entries: Vec<Entry>,
    pub openapi: OpenApi,
}

/// Names a handler that carries its own description (`#[utoipa::path]`).
macro_rules! api {
    ($($handler:tt)+) => { ::utoipa_axum::routes!($($handler)+) };
}
pub(crate) use api;

impl Table {
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app, router: Router::new(), entries: Vec::new(), openapi: crate::openapi::empty() }
    }

    /// A route of the API: described, under a token, with a right.
    pub fn api(&mut self, routes: utoipa_axum::router::UtoipaMethodRouter<App>, right: Right) {
        let (schemas, paths, methods) = routes;
        let components = self.openapi.components.get_or_insert_default();
        components.schemas.extend(schemas);
        for (path, item) in paths.paths {
            let full = format!("/api/v1{path}");
            let known = Arc::new(crate::openapi::queries(&item));
            let bodiless = Arc::new(crate::openapi::bodiless(&item));
            for method in crate::openapi::methods(&item) {
                self.entries.push(Entry { method: method.into(), path: full.clone(), door: Door::Api, right: Some(right) });
            }
            // Layers run from the last to the first: who comes in is asked before what they ask for.
            let asked = methods.clone().layer(from_fn(move |req: Request, next: Next| only_known(Arc::clone(&known), req, next)));
            let asked = asked.layer(from_fn(move |req: Request, next: Next| no_rubbish(Arc::clone(&bodiless), req, next)));
            let guarded = asked.layer(from_fn_with_state((self.app.clone(), Door::Api, right), guard));
            self.router = std::mem::take(&mut self.router).route(&full, guarded);
            match self.openapi.paths.paths.get_mut(&full) {
                Some(known) => known.merge_operations(item),
                None => _ = self.openapi.paths.paths.insert(full, item),
            }
        }
    }

    /// A route of the API that takes files: the body may be as long as the handler lets it.
    pub fn api_upload(&mut self, routes: utoipa_axum::router::UtoipaMethodRouter<App>, right: Right) {
        let (schemas, paths, methods) = routes;
        self.api((schemas, paths, methods.layer(DefaultBodyLimit::disable())), right);
    }

    /// A page of staff, under a session, with a right.
    pub fn page(&mut self, method: &str, path: &str, handler: MethodRouter<App>, right: Right) {
        self.entries.push(Entry { method: method.into(), path: path.into(), door: Door::Page, right: Some(right) });
        let guarded = handler.layer(from_fn_with_state((self.app.clone(), Door::Page, right), guard));
        self.router = std::mem::take(&mut self.router).route(path, guarded);
    }

    /// A route that anybody may call.
    pub fn public(&mut self, method: &str, path: &str, handler: MethodRouter<App>) {
        self.entries.push(Entry { method: method.into(), path: path.into(), door: Door::Public, right: None });
        self.router = std::mem::take(&mut self.router).route(path, handler);
    }

    /// A door outside the API that programs use too, so that the description names it; it looks after itself who may.
    pub fn described(&mut self, routes: utoipa_axum::router::UtoipaMethodRouter<App>) {
        let (schemas, paths, methods) = routes;
        self.openapi.components.get_or_insert_default().schemas.extend(schemas);
        for (path, item) in paths.paths {
            for method in crate::openapi::methods(&item) {
                self.public(method, &path, methods.clone());
            }
            self.openapi.paths.paths.insert(path, item);
        }
    }

    /// The same for a page that clients meet.
    pub fn client_described(&mut self, routes: utoipa_axum::router::UtoipaMethodRouter<App>) {
        let (schemas, paths, methods) = routes;
        self.described((schemas, paths, methods.layer(tower_http::compression::CompressionLayer::new())));
    }

    /// A form that somebody without a session sends: it must come from our own pages all the same.
    pub fn entrance(&mut self, method: &str, path: &str, handler: MethodRouter<App>) {
        self.public(method, path, handler.layer(from_fn_with_state(self.app.clone(), same_origin)));
    }

    /// A page that clients meet: public, and packed for bad phones. Packing is safe only here: these pages carry no
    /// secret of a session that a length could betray.
    pub fn client(&mut self, method: &str, path: &str, handler: MethodRouter<App>) {
        self.public(method, path, handler.layer(tower_http::compression::CompressionLayer::new()));
    }

    /// The router with everything around it.
    pub fn build(self) -> Router {
        let app = self.app;
        let document = Arc::new(crate::openapi::written(&crate::openapi::finish(self.openapi)));
        self.router
            .route(
                "/api/v1/openapi.json",
                axum::routing::get(move || {
                    let document = Arc::clone(&document);
                    async move { kit::web::answer(200, &*document) }
                })
                .layer(from_fn_with_state(app.clone(), known_here)),
            )
            .layer(DefaultBodyLimit::max(kit::web::JSON_LIMIT))
            .layer(from_fn_with_state(app.clone(), dress))
            .with_state(app)
    }
}

/// Refuses a parameter that the description does not name, so that nobody believes a filter that does nothing.
async fn only_known(known: Arc<Vec<(&'static str, Vec<String>)>>, req: Request, next: Next) -> Response {
    let method = if req.method() == Method::HEAD { "GET" } else { req.method().as_str() };
    let names = known.iter().find(|(m, _)| *m == method).map_or(&[][..], |(_, names)| names);
    let asked = form_urlencoded::parse(req.uri().query().unwrap_or("").as_bytes());
    let mut strange = asked.map(|(name, _)| name).filter(|name| !names.iter().any(|n| n == name));
    if let Some(name) = strange.next() {
        return Error::field(name.chars().take(80).collect::<String>(), "unknown-field").into_response();
    }
    next.run(req).await
}

/// What stands in the body of a request that says everything by its address.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Refuses a body where none is taken, so that nobody believes a word that was not heard; an empty object is none.
async fn no_rubbish(bodiless: Arc<Vec<&'static str>>, req: Request, next: Next) -> Response {
    if !bodiless.contains(&req.method().as_str()) {
        return next.run(req).await;
    }
    let (parts, body) = req.into_parts();
    let read = axum::body::to_bytes(body, kit::web::JSON_LIMIT).await.map_err(|_| Error::TooLarge);
    let heard = read
        .and_then(|bytes| if bytes.trim_ascii().is_empty() { Ok(()) } else { kit::web::from_json(&bytes).map(|Nothing {}| ()) });
    match heard {
        Ok(()) => next.run(Request::from_parts(parts, Body::empty())).await,
        Err(error) => error.into_response(),
    }
}

/// Is the process alive?
pub async fn live() -> &'static str {
    "ok\n"
}

/// Does the database answer?
pub async fn ready(State(app): State<App>) -> Result<&'static str, Error> {
    app.ground.db.scalar::<i64>("select cast(1 as bigint)", args![]).await.map_err(|_| Error::Busy(2))?;
    Ok("ok\n")
}

/// The actor of the right that let the request in is not enough for this: say so.
///
/// # Errors
/// `Forbidden` unless the token (or session) may back-date.
pub fn may_back_date(actor: &Actor) -> Result<(), Error> {
    let role = matches!(actor.role, kit::Role::Owner | kit::Role::Manager);
    if actor.scopes.history && role && actor.via != Via::System { Ok(()) } else { Err(Error::Forbidden("history")) }
}

/// The cookie of a session: out of reach for scripts and other sites; only over TLS where there is TLS.
#[must_use]
pub fn session_cookie(app: &App, secret: &str) -> HeaderValue {
    let secure = if app.ground.public_url.starts_with("https://") { "; Secure" } else { "" };
    let age = if secret.is_empty() { "; Max-Age=0" } else { "; Max-Age=1209600" };
    HeaderValue::from_str(&format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"))
        .unwrap_or(HeaderValue::from_static(""))
}

/// The cookie of a device that is known: only the sign-in page ever gets it.
#[must_use]
pub fn device_cookie(app: &App, value: &str) -> HeaderValue {
    let secure = if app.ground.public_url.starts_with("https://") { "; Secure" } else { "" };
    let (name, age) = (access::device::COOKIE, access::device::DAYS * 86_400);
    HeaderValue::from_str(&format!("{name}={value}; Path=/login; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"))
        .unwrap_or(HeaderValue::from_static(""))
}

/// A style, script, font or picture of ours; named by its content, so it may be kept for ever.
pub async fn asset(axum::extract::Path(file): axum::extract::Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let asset = assets::get(&file).ok_or(Error::NotFound)?;
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    let has = |name: &str| accepts.split(',').any(|part| part.split(';').next().is_some_and(|p| p.trim() == name));
    let (bytes, encoding): (&'static [u8], Option<&'static str>) = match (asset.br, asset.gz) {
        (Some(br), _) if has("br") => (br, Some("br")),
        (_, Some(gz)) if has("gzip") => (gz, Some("gzip")),
        _ => (asset.bytes, None),
    };
    let mut response = Response::new(Body::from(bytes));
    let put = response.headers_mut();
    put.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    put.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    put.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        put.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}
