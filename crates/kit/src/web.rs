//! The web's plumbing: reading requests strictly, paging, problem documents, policies. No feature is known here.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::error::{Error, FieldError};
use crate::i18n::T;

/// JSON bodies may be this large.
pub const JSON_LIMIT: usize = 1024 * 1024;
/// JSON may nest this deep.
const JSON_DEPTH: usize = 32;

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

/// A JSON body, read strictly: 415 for another type, 400 when it is not JSON, 422 naming the field when it does not fit.
#[derive(Debug)]
pub struct Input<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Error;

    async fn from_request(req: Request, state: &S) -> Result<Self, Error> {
        if !is_json(req.headers()) {
            return Err(Error::UnsupportedMedia);
        }
        let bytes = read_body(req, state).await?;
        Ok(Self(from_json(&bytes)?))
    }
}

/// Is the body said to be JSON (also merge patch)?
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| {
        let kind = v.split(';').next().unwrap_or("").trim();
        kind.eq_ignore_ascii_case("application/json") || kind.eq_ignore_ascii_case("application/merge-patch+json")
    })
}

/// Reads a body up to the limit that the route set.
///
/// # Errors
/// `TooLarge`, or `Unparseable` when it broke off.
pub async fn read_body<S: Send + Sync>(req: Request, state: &S) -> Result<Bytes, Error> {
    Bytes::from_request(req, state).await.map_err(|e| {
        if e.status() == StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge } else { Error::Unparseable("body".into()) }
    })
}

/// Reads JSON strictly; numbers such as 9.0 are whole numbers, as JSON Schema has it.
///
/// # Errors
/// `Unparseable` for what is not JSON, `Invalid` with the path for what does not fit the type.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    if depth(bytes) > JSON_DEPTH {
        return Err(Error::Unparseable(format!("JSON nests deeper than {JSON_DEPTH}")));
    }
    let mut value: Json = serde_json::from_slice(bytes).map_err(|e| Error::Unparseable(e.to_string()))?;
    whole_numbers(&mut value);
    from_value(value)
}

/// The same from a parsed value.
///
/// # Errors
/// `Invalid` with the path of what does not fit.
pub fn from_value<T: DeserializeOwned>(value: Json) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|e| {
        let path = e.path().to_string();
        let inner = e.into_inner().to_string();
        Error::Invalid(vec![shape_error(&path, &inner)])
    })
}

/// Turns serde's words into a field and a code. serde has no codes of its own, so its fixed phrases are read.
fn shape_error(path: &str, inner: &str) -> FieldError {
    let path = if path == "." { String::new() } else { path.trim_end_matches(".?").to_owned() };
    let quoted = inner.split('`').nth(1).unwrap_or("").to_owned();
    let join = |leaf: &str| if path.is_empty() { leaf.to_owned() } else { format!("{path}.{leaf}") };
    if inner.starts_with("unknown field") {
        // serde_path_to_error already ends the path with the unknown field.
        let field = if path.ends_with(&quoted) { path } else { join(&quoted) };
        FieldError::new(field, "unknown-field")
    } else if inner.starts_with("missing field") {
        FieldError::new(join(&quoted), "required")
    } else if inner.starts_with("unknown variant") {
        let allowed = inner.split_once("expected").map_or("", |(_, rest)| rest).replace("one of", "").replace('`', "").replace(" or ", ", ");
        FieldError::new(path, "unknown-variant").with("allowed", allowed.trim())
    } else {
        let expected = inner.split_once("expected ").map_or(inner, |(_, rest)| rest);
        // What was a text and is no day speaks of its parts: of the integer that a month should have been, for one.
        let day = !inner.starts_with("invalid") && ["date", "year", "month", "day"].iter().any(|w| inner.contains(w));
        let kind = if day && !inner.contains("moment") { "date" } else { kind_of(expected) };
        FieldError::new(path, "wrong-type").with("expected", kind)
    }
}

/// What serde expected, as a word that the texts know in every language.
fn kind_of(expected: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|w| expected.contains(w));
    if has(&["moment"]) {
        "moment"
    } else if has(&["date"]) {
        "date"
    } else if has(&["UUID", "uuid"]) {
        "id"
    } else if has(&["a text"]) || (has(&["string", "str"]) && !has(&["struct"])) {
        "text"
    } else if has(&["i64", "u64", "i32", "u32", "u16", "integer"]) {
        "whole"
    } else if has(&["f64", "number"]) {
        "number"
    } else if has(&["bool"]) {
        "truth"
    } else if has(&["sequence", "array", "tuple"]) {
        "list"
    } else if has(&["map", "struct", "object"]) {
        "object"
    } else {
        "other"
    }
}

fn depth(bytes: &[u8]) -> usize {
    let (mut deepest, mut now, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for b in bytes {
        match b {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                now += 1;
                deepest = deepest.max(now);
            }
            b'}' | b']' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn whole_numbers(value: &mut Json) {
    match value {
        Json::Number(n) => {
            if let Some(f) = n.as_f64()
                && n.is_f64()
                && f.fract() == 0.0
                && f.abs() < 9e15
            {
                #[expect(clippy::cast_possible_truncation, reason = "the line above keeps it within 2^53")]
                let whole = f as i64;
                *value = Json::from(whole);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(whole_numbers),
        Json::Object(map) => map.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// The query of a URL, read strictly: an unknown parameter is refused by name.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let query = parts.uri.query().unwrap_or("");
        let de = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(de).map(Self).map_err(|e| {
            let path = e.path().to_string();
            Error::Invalid(vec![shape_error(&path, &e.into_inner().to_string())])
        })
    }
}

/// An id in a path. What is not an id is not found.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = axum::extract::Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let text = path.0.get("id").ok_or(Error::NotFound)?;
        // Only the plain form with hyphens: one thing has one address.
        let id = Uuid::try_parse(text).map_err(|_| Error::NotFound)?;
        if id.to_string() == *text { Ok(Self(id)) } else { Err(Error::NotFound) }
    }
}

/// Which part of a list is wanted: `limit` 1–500 (50 when not given), `after` a cursor of the part before.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many, 1–500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// The cursor that the part before ended with.
    pub after: Option<String>,
}

impl Paging {
    /// # Errors
    /// `Invalid` when the limit lies outside 1–500.
    pub fn limit(&self) -> Result<i64, Error> {
        match self.limit {
            None => Ok(50),
            Some(n @ 1..=500) => Ok(n),
            Some(_) => Err(Error::Invalid(vec![FieldError::new("limit", "out-of-range").with("min", 1).with("max", 500)])),
        }
    }

    /// The parts of the cursor, as `next` wrote them.
    ///
    /// # Errors
    /// `Invalid` when it is not one of ours.
    pub fn cursor(&self) -> Result<Option<Vec<String>>, Error> {
        let Some(text) = &self.after else { return Ok(None) };
        let bad = || Error::field("after", "bad-cursor");
        let bytes = unhex(text).ok_or_else(bad)?;
        let parts: Vec<String> = serde_json::from_slice(&bytes).map_err(|_| bad())?;
        // A cursor may carry what a database cannot hold.
        if parts.iter().any(|p| p.contains('\0')) { Err(bad()) } else { Ok(Some(parts)) }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || text.len() > 4000 || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}

/// One part of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// The cursor of the next part; null at the end.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// Cuts what was read (one more than the limit) and writes the cursor of the next part from the last item shown.
    pub fn cut(mut items: Vec<T>, limit: i64, key: impl Fn(&T) -> Vec<String>) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| crate::ids::hex(serde_json::to_string(&key(last)).unwrap_or_default().as_bytes()));
        Self { items, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
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

/// A JSON merge patch (RFC 7396) on what a thing is now, read as strictly as the thing itself.
///
/// # Errors
/// `Invalid` when the patch is not an object or the result does not fit.
pub fn patched<T: Serialize + DeserializeOwned>(now: &T, patch: &Json) -> Result<T, Error> {
    if !patch.is_object() {
        return Err(Error::field("", "not-an-object"));
    }
    let mut value = serde_json::to_value(now)?;
    merge(&mut value, patch);
    from_value(value)
}

fn merge(target: &mut Json, patch: &Json) {
    let Json::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Json::Object(map) = target else { return };
    for (key, change) in changes {
        if change.is_null() {
            map.remove(key);
        } else {
            merge(map.entry(key.clone()).or_insert(Json::Null), change);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        #[expect(dead_code)]
        name: String,
        n: i64,
    }

    fn refused(text: &str) -> (String, &'static str) {
        match from_json::<Thing>(text.as_bytes()) {
            Err(Error::Invalid(f)) => (f[0].field.clone(), f[0].code),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_is_read_strictly_and_says_where_it_hurts() {
        assert_eq!(from_json::<Thing>(br#"{"name":"a","n":9.0}"#).expect("9.0 is whole").n, 9);
        assert_eq!(refused(r#"{"name":"a","n":1,"org":2}"#), ("org".into(), "unknown-field"));
        assert_eq!(refused(r#"{"name":"a"}"#), ("n".into(), "required"));
        assert_eq!(refused(r#"{"name":"a","n":"x"}"#), ("n".into(), "wrong-type"));
        assert!(matches!(from_json::<Thing>(b"{"), Err(Error::Unparseable(_))));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(from_json::<Thing>(deep.as_bytes()), Err(Error::Unparseable(_))));
    }

    #[test]
    fn cursors_go_there_and_back_and_strangers_are_refused() {
        let list = List::cut(vec!["а", "б", "в"], 2, |s| vec![(*s).to_owned()]);
        let paging = Paging { limit: None, after: list.next };
        assert_eq!(paging.cursor().expect("ours"), Some(vec!["б".to_owned()]));
        for bad in ["zz", "0", "5b5d7", "ффф"] {
            assert!(Paging { limit: None, after: Some(bad.into()) }.cursor().is_err());
        }
    }
}
