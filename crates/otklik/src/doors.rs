//! The frame of every door: who comes in, with which right, and how a refusal is said.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use kit::actor::{Actor, Idempotency, Via};
use kit::db::Query;
use kit::i18n::{Lang, T};
use kit::web::Answered;
use kit::{Error, args};
use sea_orm::FromQueryResult;
use utoipa::openapi::OpenApi;

use crate::access::rights::{Act, scope_allows};
use crate::access::{self, Right};
use crate::app::App;

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
            for method in crate::openapi::methods(&item) {
                self.entries.push(Entry { method: method.into(), path: full.clone(), door: Door::Api, right: Some(right) });
            }
            // Layers run from the last to the first: who comes in is asked before what they ask for.
            let asked = methods.clone().layer(from_fn(move |req: Request, next: Next| only_known(Arc::clone(&known), req, next)));
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
                }),
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

/// Refuses a form that another site sent.
async fn same_origin(State(app): State<App>, req: Request, next: Next) -> Response {
    match check_origin(&app, &req) {
        Ok(()) => next.run(req).await,
        Err(error) => error.into_response(),
    }
}

/// Lets a request in, or not: who it is, whether the role has the right, whether the token has the scope.
async fn guard(State((app, door, right)): State<(App, Door, Right)>, mut req: Request, next: Next) -> Response {
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
            // The other request with this key was faster: give its answer.
            if let (Some(idem), Some(Answered(error))) = (&idem, response.extensions().get::<Answered>().cloned())
                && matches!(*error, Error::Replay)
                && let Ok(Some(again)) = replay(&app, &actor, idem).await
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
        actor.idempotency = idempotency(req).await?;
        if let Some(idem) = &actor.idempotency
            && let Some(again) = replay(app, &actor, idem).await?
        {
            return Ok(Entered::Already(again));
        }
    }
    Ok(Entered::Go(Box::new(actor)))
}

/// The token that came along.
#[must_use]
pub fn bearer(headers: &axum::http::HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (kind, token) = value.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The value of a cookie.
#[must_use]
pub fn cookie(headers: &axum::http::HeaderMap, name: &str) -> Option<String> {
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
    let own =
        origin == app.ground.public_url || origin.split_once("://").is_some_and(|(_, rest)| !rest.is_empty() && rest == host);
    if own { Ok(()) } else { Err(Error::Forbidden("origin")) }
}

/// Uploads up to this length are known by their content, longer ones by their length: those are too large to be read twice.
const UPLOAD_HASHED: usize = 8 * 1024 * 1024;

/// Reads the key and the body's hash.
async fn idempotency(req: &mut Request) -> Result<Option<Idempotency>, Error> {
    let Some(key) = req.headers().get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or("").to_owned();
    if key.is_empty() || key.len() > 255 {
        return Err(Error::field("Idempotency-Key", "bad-idempotency-key"));
    }
    let path = req.uri().path().to_owned();
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let length = req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    let body_hash = if kind.starts_with("multipart/") {
        let boundary =
            kind.split_once("boundary=").map_or("", |(_, b)| b.split(';').next().unwrap_or("").trim().trim_matches('"'));
        let mark = format!("--{boundary}");
        if length.is_some_and(|n| n <= UPLOAD_HASHED) {
            let body = std::mem::take(req.body_mut());
            let bytes = axum::body::to_bytes(body, UPLOAD_HASHED).await.map_err(|_| Error::TooLarge)?;
            // A browser draws a new boundary each time, so its lines do not count.
            let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').filter(|l| !l.starts_with(mark.as_bytes())).collect();
            let hash = kit::ids::sha256_hex(&lines.concat());
            *req.body_mut() = Body::from(bytes);
            hash
        } else {
            format!("{length:?}")
        }
    } else {
        let body = std::mem::take(req.body_mut());
        let bytes = axum::body::to_bytes(body, kit::web::JSON_LIMIT).await.map_err(|_| Error::TooLarge)?;
        let hash = kit::ids::sha256_hex(&bytes);
        *req.body_mut() = Body::from(bytes);
        hash
    };
    Ok(Some(Idempotency { key, path, body_hash }))
}

#[derive(FromQueryResult)]
struct Kept {
    path: String,
    body_hash: String,
    status: i64,
    location: Option<String>,
    body: String,
}

/// A changed thing carries its version in the body, too.
#[derive(serde::Deserialize)]
struct Tagged {
    etag: String,
}

/// The answer that a key got before; 422 when it came with something else.
async fn replay(app: &App, actor: &Actor, idem: &Idempotency) -> Result<Option<Response>, Error> {
    let kept: Option<Kept> = app
        .ground
        .db
        .one(
            "select path, body_hash, status, location, body from idempotency where org = $1 and actor = $2 and key = $3",
            args![actor.org, &*actor.credential, &*idem.key],
        )
        .await?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.path != idem.path || kept.body_hash != idem.body_hash {
        return Err(Error::field("Idempotency-Key", "key-reused"));
    }
    let status = StatusCode::from_u16(u16::try_from(kept.status).unwrap_or(200)).unwrap_or(StatusCode::OK);
    let etag = serde_json::from_str::<Tagged>(&kept.body).ok().and_then(|b| HeaderValue::from_str(&b.etag).ok());
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], kept.body).into_response();
    if let Some(etag) = etag {
        response.headers_mut().insert(header::ETAG, etag);
    }
    if let Some(location) = kept.location.and_then(|l| HeaderValue::from_str(&l).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(Some(response))
}

/// The outermost layer: policies on every response, and every refusal in words.
async fn dress(State(app): State<App>, req: Request, next: Next) -> Response {
    let path = req.uri().path().to_owned();
    let accepts = req.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let wants_html = req.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|a| a.contains("text/html"));
    let json_in = kit::web::is_json(req.headers());
    let request_id = kit::ids::hex(&app.ground.entropy.bytes::<8>());
    let method = req.method().clone();
    let mut response = next.run(req).await;
    let bare = match response.status() {
        StatusCode::NOT_FOUND => Some(Error::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::TooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Error::UnsupportedMedia),
        StatusCode::BAD_REQUEST => Some(Error::Unparseable("request".into())),
        StatusCode::UNPROCESSABLE_ENTITY => Some(Error::Invalid(Vec::new())),
        _ => None,
    };
    let error = match response.extensions().get::<Answered>() {
        Some(Answered(error)) => Some(Arc::clone(error)),
        None if !response.headers().contains_key(header::CONTENT_TYPE) || plain(&response) => bare.map(Arc::new),
        None => None,
    };
    if let Some(error) = error {
        if let Error::Internal(text) = &*error {
            tracing::error!(request_id, %method, path, error = %text, "a defect");
        }
        let lang = response.extensions().get::<Speaks>().map_or_else(|| Lang::from_accept_language(&accepts), |s| s.0);
        let t = T::new(lang);
        let as_json = path.starts_with("/api/") || json_in || !wants_html;
        let mut told = if as_json { kit::web::problem(&error, t) } else { crate::layout::error_page(&error, t) };
        for name in [header::RETRY_AFTER, header::ALLOW] {
            if let Some(value) = response.headers().get(&name) {
                told.headers_mut().insert(name, value.clone());
            }
        }
        if matches!(*error, Error::Unauthorized) && path.starts_with("/api/") {
            told.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response = told;
    }
    let lasts = path.starts_with("/assets/") && response.status().is_success();
    policies(response.headers_mut(), lasts);
    if app.ground.public_url.starts_with("https://") {
        let years = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().entry(header::STRICT_TRANSPORT_SECURITY).or_insert(years);
    }
    app.watch.answered(response.status());
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Is this a refusal in the words of a library? Those are for programmers, and tell what we are built of.
fn plain(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/plain"))
}

const STAFF_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";
/// The page that clients meet. It sets its own `frame-ancestors` where the company lists origins.
pub const CLIENT_CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; object-src 'none'";

fn policies(headers: &mut axum::http::HeaderMap, lasts: bool) {
    let mut put = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, STAFF_CSP);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "no-referrer");
    put(header::HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    put(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if !lasts {
        put(header::CACHE_CONTROL, "no-store");
    }
}

/// To a page of ours, after something was done.
#[must_use]
pub fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
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

/// The frame of a staff page: `at` is the entry of the navigation it belongs to.
#[must_use]
pub fn frame(actor: &Actor, title: impl Into<String>, at: &str) -> crate::layout::Frame {
    use crate::layout::{Frame, NavItem};
    let t = T::new(actor.lang);
    let all: &[(&str, &str)] = &[
        ("overview", "/"),
        ("duties", "/duties"),
        ("surveys", "/surveys"),
        ("responses", "/responses"),
        ("standards", "/standards"),
        ("staff", "/employees"),
        ("marks", "/marks"),
        ("imports", "/imports"),
        ("settings", "/settings"),
    ];
    let may = |right| access::reach(actor.role, right).is_some();
    let present: Vec<(&str, &str)> = all
        .iter()
        .filter(|(key, _)| match *key {
            // Whoever is an employee signs for themselves.
            "duties" => actor.employee.is_some(),
            "surveys" => may(access::see(access::Noun::Survey)),
            "responses" => may(access::see(access::Noun::Response)),
            "standards" => may(access::see(access::Noun::Standard)),
            "staff" => may(access::change(access::Noun::Employee)) || actor.role == kit::Role::Supervisor,
            "marks" => may(access::change(access::Noun::Mark)),
            "imports" => may(access::see(access::Noun::Import)),
            _ => true,
        })
        .copied()
        .collect();
    let mut frame = Frame::new(t, title, &*actor.org_name, &*actor.name).nav(NavItem::list(t, &present)).at(at);
    frame.companies = actor.companies.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    frame.account = "/account".into();
    frame.role = t.s(&format!("role-{}", actor.role.as_str()));
    frame
}

/// A style, script, font or picture of ours; named by its content, so it may be kept for ever.
pub async fn asset(
    axum::extract::Path(file): axum::extract::Path<String>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Error> {
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
