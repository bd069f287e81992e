//! The web's plumbing: reading requests strictly, paging, problem documents, entity tags. No feature is known here.
//! `input` reads what comes in, `list` cuts lists into parts; what goes out is here.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::error::{Error, FieldError};
use crate::i18n::T;

mod input;
mod list;

pub use input::{Id, Input, JSON_LIMIT, Params, from_json, from_value, is_json, patched, read_body};
pub use list::{List, Paging};

/// The error that a door answered with; the outermost layer turns it into a page or a problem document.
#[derive(Clone, Debug)]
pub struct Answered(pub std::sync::Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Error::TooMany(seconds) | Error::Busy(seconds) = &self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response.extensions_mut().insert(Answered(std::sync::Arc::new(self)));
        response
    }
}

/// What is wrong, in the reader's words.
#[must_use]
pub fn explain(error: &Error, t: T) -> (String, String) {
    let (code, detail) = match error {
        Error::Unparseable(what) => ("unparseable", t.w("problem-unparseable-detail", "what", what)),
        Error::Unauthorized => ("unauthorized", String::new()),
        Error::Forbidden(code) => ("forbidden", t.s(&format!("forbidden-{code}"))),
        Error::NotFound => ("not-found", String::new()),
        Error::MethodNotAllowed => ("method-not-allowed", String::new()),
        Error::Conflict(code) => ("conflict", t.s(&format!("conflict-{code}"))),
        Error::ConflictWith(code, what) => ("conflict", t.w(&format!("conflict-{code}"), "what", what)),
        Error::Replay => ("conflict", t.s("conflict-replay")),
        Error::Gone(code) => ("gone", t.s(&format!("gone-{code}"))),
        Error::TooLarge => ("too-large", String::new()),
        Error::UnsupportedMedia => ("unsupported-media", String::new()),
        Error::Misdirected => ("misdirected", String::new()),
        Error::Invalid(_) => ("invalid", String::new()),
        Error::TooMany(s) => ("too-many", t.n("problem-retry", i64::try_from(*s).unwrap_or(60))),
        Error::Busy(s) => ("busy", t.n("problem-retry", i64::try_from(*s).unwrap_or(60))),
        Error::Internal(_) => ("internal", String::new()),
    };
    let detail = if detail.is_empty() { t.s(&format!("problem-{code}-detail")) } else { detail };
    (t.s(&format!("problem-{code}")), detail)
}

/// The text of a refused field.
#[must_use]
pub fn field_text(error: &FieldError, t: T) -> String {
    let args: Vec<(&str, crate::i18n::Arg)> = error.args.iter().map(|(k, v)| (*k, crate::i18n::Arg::from(v.as_str()))).collect();
    t.args(&format!("error-{}", error.code), &args)
}

/// RFC 9457.
#[must_use]
pub fn problem(error: &Error, t: T) -> Response {
    let (title, detail) = explain(error, t);
    let mut body = json!({
        "type": format!("urn:otklik:problem:{}", error.status()),
        "title": title,
        "status": error.status(),
        "detail": detail,
    });
    if let Error::Invalid(fields) = error {
        body["errors"] = fields.iter().map(|f| json!({"field": f.field, "code": f.code, "message": field_text(f, t)})).collect();
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// `"<version>"`, the entity tag of a thing.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version that `If-Match` names; `None` when the header is absent or `*`.
///
/// # Errors
/// `Conflict` when it names something that was never a version of ours.
pub fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Error> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or("");
    if text.trim() == "*" {
        return Ok(None);
    }
    text.trim().trim_matches('"').parse().map(Some).map_err(|_| Error::Conflict("version"))
}

/// JSON with a status.
pub fn answer(status: u16, body: &impl Serialize) -> Result<Response, Error> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let text = serde_json::to_string(body)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], Body::from(text)).into_response())
}

/// The same with a `Location`.
pub fn created(location: &str, body: &impl Serialize) -> Result<Response, Error> {
    let mut response = answer(201, body)?;
    if let Ok(value) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}

/// The same with the `ETag` of the thing.
pub fn tagged(mut response: Response, version: i64) -> Response {
    if let Ok(value) = HeaderValue::from_str(&etag(version)) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}
