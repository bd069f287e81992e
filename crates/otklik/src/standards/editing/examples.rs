//! How it looks or sounds when it is done right: photos and recordings beside the rules.
//!
//! A file is known by the SHA-256 of its bytes, so that a signature over a rule covers its example too.

use axum::body::Body;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use kit::db::Query;
use kit::files::{Files, clean_image, sniff};
use kit::web::{Id, created};
use kit::{Actor, Error, Ground, Result, Tx};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::rules::{Example, ItemText};
use super::store::examples as store;
use super::{edit_item, item};
use crate::app::App;

/// No longer than this, so that it opens on a phone at once.
const MOST: usize = 20 * 1024 * 1024;
/// The longer side of a photo after it came in.
const LONGEST: u32 = 1600;

fn shelf(ground: &Ground) -> Result<Files> {
    Ok(Files::local(&ground.data.join("files"))?)
}

/// A file that was taken in.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ExampleFile)]
pub struct Kept {
    /// SHA-256 of its bytes.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub id: String,
    #[schema(pattern = "^(photo|audio)$")]
    pub kind: String,
    #[schema(minimum = 0)]
    pub size: i64,
}

/// What somebody uploads.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described: the door reads the parts itself")]
#[schema(as = ExampleUpload)]
pub struct Upload {
    /// A photo (PNG, JPEG, WebP) or a recording (MP3, WAV, OGG, M4A), up to 20 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Reads the part `file` of a form.
async fn part(mut form: Multipart) -> Result<(String, Bytes)> {
    let mut out = None;
    while let Some(field) = form.next_field().await.map_err(|e| Error::Unparseable(e.body_text()))? {
        if field.name() != Some("file") || out.is_some() {
            return Err(Error::field(field.name().unwrap_or("file").chars().take(80).collect::<String>(), "unknown-field"));
        }
        let name = kit::files::clean_name(field.file_name().unwrap_or(""));
        let bytes = field.bytes().await.map_err(|e| match e.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
            _ => Error::Unparseable(e.body_text()),
        })?;
        if bytes.len() > MOST {
            return Err(Error::TooLarge);
        }
        out = Some((name, bytes));
    }
    out.filter(|(_, bytes)| !bytes.is_empty()).ok_or_else(|| Error::field("file", "required"))
}

/// Keeps a file: a photo loses what its camera wrote into it, the place first of all.
async fn keep(ground: &Ground, org: Uuid, bytes: Bytes) -> Result<Kept> {
    let kind = sniff(&bytes);
    let (bytes, name) = if kind.is_image() {
        let cleaned = tokio::task::spawn_blocking(move || clean_image(&bytes, Some(LONGEST))).await;
        let cleaned = cleaned.map_err(|e| Error::Internal(e.to_string()))?.map_err(|_| Error::field("file", "not-an-example"))?;
        (Bytes::from(cleaned.bytes), "photo")
    } else if kind.is_audio() {
        (bytes, "audio")
    } else {
        return Err(Error::field("file", "not-an-example"));
    };
    let stored = shelf(ground)?.put_bytes(&org.to_string(), bytes).await?;
    Ok(Kept { id: stored.id, kind: name.into(), size: i64::try_from(stored.size).unwrap_or(i64::MAX) })
}

async fn note(tx: &Tx, kept: &Kept, name: &str) -> Result<()> {
    let id = tx.new_id();
    store::note(tx, id, &kept.id, name, kept.size).await?;
    tx.record("file.kept", &kept.id, None, Some(json!({"kind": kept.kind, "name": name, "size": kept.size}))).await
}

/// Is there such a file in this company?
///
/// # Errors
/// Those of the database.
pub async fn known(q: &impl Query, org: Uuid, hash: &str) -> Result<bool> {
    store::known(q, org, hash).await
}

/// Takes in a photo or a recording for the example of an item.
#[utoipa::path(post, path = "/files", tag = "standards", request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = Kept)))]
pub async fn create(
    State(app): State<App>,
    actor: Actor,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response> {
    let (name, bytes) = part(form.map_err(|_| Error::UnsupportedMedia)?).await?;
    let kept = keep(&app.ground, actor.org, bytes).await?;
    let tx = app.write(&actor).await?;
    note(&tx, &kept, &name).await?;
    let location = format!("/api/v1/files/{}", kept.id);
    tx.finish(201, Some(&location), &kept, false).await?;
    created(&location, &kept)
}

/// The bytes that a browser asks for: `bytes=a-b`.
fn asked(headers: &HeaderMap) -> Option<std::ops::Range<u64>> {
    let text = headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?;
    let (from, to) = text.split_once('-')?;
    let from: u64 = from.parse().ok()?;
    let to: u64 = if to.is_empty() { u64::MAX } else { to.parse::<u64>().ok()?.checked_add(1)? };
    (from < to).then_some(from..to)
}

/// Gives a file of the company.
#[utoipa::path(get, path = "/files/{file}", tag = "standards", params(("file" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn show(State(app): State<App>, actor: Actor, Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    let sound = file.len() == 64 && file.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !sound || !known(&app.ground.db, actor.org, &file).await? {
        return Err(Error::NotFound);
    }
    let (shelf, space) = (shelf(&app.ground)?, actor.org.to_string());
    let head = shelf.open(&space, &file, Some(0..4096)).await?.ok_or(Error::NotFound)?;
    let size = head.size;
    let start = axum::body::to_bytes(Body::from_stream(head.stream), 8192).await.map_err(|e| Error::Internal(e.to_string()))?;
    let range = asked(&headers).filter(|r| r.start < size).map(|r| r.start..r.end.min(size));
    let opened = shelf.open(&space, &file, range.clone()).await?.ok_or(Error::NotFound)?;
    let mut response = Body::from_stream(opened.stream).into_response();
    let put = response.headers_mut();
    put.insert(header::CONTENT_TYPE, HeaderValue::from_static(sniff(&start).mime()));
    put.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Named by its content and seen by this company only.
    put.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400"));
    if let Some(range) = range {
        if let Ok(value) = HeaderValue::from_str(&format!("bytes {}-{}/{size}", range.start, range.end - 1)) {
            put.insert(header::CONTENT_RANGE, value);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// Puts a photo or a recording beside an item, from the editor's page; without a file the example goes.
///
/// # Errors
/// `NotFound`; `Invalid` for what is neither.
pub async fn attach(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response> {
    let (name, bytes) = part(form.map_err(|_| Error::UnsupportedMedia)?).await?;
    item(&app.ground.db, actor.org, id.0).await?;
    let kept = keep(&app.ground, actor.org, bytes).await?;
    let tx = app.write(&actor).await?;
    note(&tx, &kept, &name).await?;
    let changed = edit_item(&tx, id.0, None, |now| {
        let mut example = now.example.clone().unwrap_or_default();
        if kept.kind == "photo" {
            example.photo = Some(kept.id.clone())
        } else {
            example.audio = Some(kept.id.clone())
        }
        Ok(ItemText { example: Some(example), ..now.clone() })
    })
    .await?;
    tx.commit().await?;
    Ok(crate::doors::go(&format!("/standards/{}/edit?open={}#item-{}", changed.row.standard, id.0, id.0)))
}

/// Takes the example of an item away.
///
/// # Errors
/// `NotFound`.
pub async fn detach(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let changed = edit_item(&tx, id.0, None, |now| Ok(ItemText { example: None, ..now.clone() })).await?;
    tx.commit().await?;
    Ok(crate::doors::go(&format!("/standards/{}/edit?open={}#item-{}", changed.row.standard, id.0, id.0)))
}

/// The addresses of an example's files, "" where there is none.
#[must_use]
pub fn addresses(example: Option<&Example>) -> (String, String) {
    let at = |id: Option<&String>| id.map(|id| format!("/files/{id}")).unwrap_or_default();
    (at(example.and_then(|e| e.photo.as_ref())), at(example.and_then(|e| e.audio.as_ref())))
}
