//! What comes in, read strictly: bodies, queries and ids; what does not fit is refused by the name of the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::error::{Error, FieldError};

/// JSON bodies may be this large.
pub const JSON_LIMIT: usize = 1024 * 1024;
/// JSON may nest this deep.
const JSON_DEPTH: usize = 32;

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
    let Unique(mut value) = serde_json::from_slice(bytes).map_err(|e| Error::Unparseable(e.to_string()))?;
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
        let allowed = inner
            .split_once("expected")
            .map_or("", |(_, rest)| rest)
            .replace("one of", "")
            .replace('`', "")
            .replace(" or ", ", ");
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

/// JSON in which no object names a key twice: what one reader takes from the first, another takes from the last.
struct Unique(Json);

impl<'de> serde::Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        de.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> serde::de::Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Unique, E> {
        Ok(Unique(v.into()))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Unique, E> {
        Ok(Unique(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Unique, E> {
        Ok(Unique(v.into()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Unique, E> {
        Ok(Unique(v.into()))
    }

    fn visit_str<E>(self, v: &str) -> Result<Unique, E> {
        Ok(Unique(v.into()))
    }

    fn visit_string<E>(self, v: String) -> Result<Unique, E> {
        Ok(Unique(v.into()))
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique(Json::Null))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Unique, A::Error> {
        let mut items = Vec::new();
        while let Some(Unique(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Unique(Json::Array(items)))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
        let mut fields = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let Unique(value) = map.next_value()?;
            if fields.contains_key(&key) {
                let key: String = key.chars().take(80).collect();
                return Err(serde::de::Error::custom(format!("the key `{key}` stands there twice")));
            }
            fields.insert(key, value);
        }
        Ok(Unique(Json::Object(fields)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

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
        for twice in [r#"{"name":"a","n":1,"n":2}"#, r#"{"name":"a","n":1,"\u006e":1}"#, r#"{"n":[{"a":1,"a":1}]}"#] {
            assert!(matches!(from_json::<Thing>(twice.as_bytes()), Err(Error::Unparseable(_))), "{twice}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(from_json::<Thing>(deep.as_bytes()), Err(Error::Unparseable(_))));
    }
}
