//! The outermost layer: policies on every response, and every refusal in words.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kit::Error;
use kit::i18n::{Lang, T};
use kit::web::Answered;

use super::guard::Speaks;
use crate::app::App;

/// The outermost layer: policies on every response, and every refusal in words.
pub(super) async fn dress(State(app): State<App>, req: Request, next: Next) -> Response {
    let path = req.uri().path().to_owned();
    let accepts = req.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let wants_html = req.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|a| a.contains("text/html"));
    let json_in = kit::web::is_json(req.headers());
    let request_id = kit::ids::hex(&app.ground.entropy.bytes::<8>());
    let method = req.method().clone();
    let mut response = match super::hosts::refusal(&app, &req) {
        Some(error) => error.into_response(),
        None => next.run(req).await,
    };
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

fn policies(headers: &mut HeaderMap, lasts: bool) {
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
