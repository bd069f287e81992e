//! A request that comes again gets the answer of the first time: keys of idempotency.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kit::Error;
use kit::actor::{Actor, Idempotency};

use super::store;
use crate::app::App;

/// Uploads up to this length are known by their content, longer ones by their length: those are too large to be read twice.
const UPLOAD_HASHED: usize = 8 * 1024 * 1024;

/// Reads the key and the body's hash.
pub(super) async fn key_of(req: &mut Request) -> Result<Option<Idempotency>, Error> {
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

/// A changed thing carries its version in the body, too.
#[derive(serde::Deserialize)]
struct Tagged {
    etag: String,
}

/// The answer that a key got before on this path; 422 when it came with something else.
pub(super) async fn replay(app: &App, actor: &Actor, idem: &Idempotency) -> Result<Option<Response>, Error> {
    let kept = store::kept(&app.ground.db, actor, idem).await?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.body_hash != idem.body_hash {
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
