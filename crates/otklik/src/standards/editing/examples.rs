//! How it looks or sounds when it is done right: photos and recordings beside the rules.
//!
//! A file is known by the SHA-256 of its bytes, so that a signature over a rule covers its example too.

use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use kit::db::Query;
use kit::files::{Files, Kind, PutError, clean_in_turn, sniff};
use kit::web::{Id, created};
use kit::{Actor, Error, Ground, Result, Tx};
use serde::Serialize;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use uuid::Uuid;

use super::rules::{Example, ItemText};
use super::store::examples as store;
use super::{edit_item, item};
use crate::app::App;

/// No longer than this, so that it opens on a phone at once.
const MOST: u64 = 20 * 1024 * 1024;
/// How much of a file its kind is read from, and how much of it is in memory at once.
const HEAD: usize = 4096;
const PIECE: usize = 64 * 1024;
/// What one company may send in half a day: a thousand photos, or fifty long recordings.
const QUOTA: i64 = 1 << 30;
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

/// What came in and waits to be looked at: on the disk, not in memory, and gone when it is dropped.
struct Arrived {
    name: String,
    file: tokio::fs::File,
    size: u64,
    kind: Kind,
}

/// Reads the part `file` of a form.
async fn part(ground: &Ground, mut form: Multipart) -> Result<Arrived> {
    let broken = |e: MultipartError| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        _ => Error::Unparseable(e.body_text()),
    };
    let mut out = None;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("file") || out.is_some() {
            return Err(Error::field(field.name().unwrap_or("file").chars().take(80).collect::<String>(), "unknown-field"));
        }
        let name = kit::files::clean_name(field.file_name().unwrap_or(""));
        let mut file = tokio::fs::File::from_std(shelf(ground)?.scratch()?);
        let (mut size, mut head) = (0_u64, Vec::new());
        while let Some(piece) = field.chunk().await.map_err(broken)? {
            size += piece.len() as u64;
            if size > MOST {
                return Err(Error::TooLarge);
            }
            let wanted = HEAD - head.len();
            head.extend_from_slice(piece.get(..wanted).unwrap_or(&piece));
            file.write_all(&piece).await?;
        }
        file.flush().await?;
        file.rewind().await?;
        out = Some(Arrived { name, file, size, kind: sniff(&head) });
    }
    out.filter(|arrived| arrived.size > 0).ok_or_else(|| Error::field("file", "required"))
}

/// What is said to be far longer than any file of ours is not even read. A file that is a little too long is: a browser hears
/// why it was refused only when most of what it sends was taken.
fn fits(headers: &HeaderMap) -> Result<()> {
    const TAKEN: u64 = 16 * 1024 * 1024;
    if crate::doors::said_length(headers) > MOST + TAKEN { Err(Error::TooLarge) } else { Ok(()) }
}

/// Keeps a file: a photo loses what its camera wrote into it, the place first of all.
async fn keep(ground: &Ground, org: Uuid, arrived: Arrived) -> Result<Kept> {
    let since = ground.now().0 - crate::sweep::ABANDONED;
    let taken = super::store::examples::taken_in(&ground.db, org, since).await?;
    if taken.saturating_add(i64::try_from(arrived.size).unwrap_or(i64::MAX)) > QUOTA {
        return Err(Error::field("file", "too-many-files"));
    }
    let space = org.to_string();
    let (stored, kind) = if arrived.kind.is_image() {
        let source = std::io::BufReader::new(arrived.file.into_std().await);
        let cleaned = clean_in_turn(source, Some(LONGEST)).await?.map_err(|_| Error::field("file", "not-an-example"))?;
        (shelf(ground)?.put_bytes(&space, Bytes::from(cleaned.bytes)).await?, "photo")
    } else if arrived.kind.is_audio() {
        let pieces = futures_util::stream::try_unfold(arrived.file, |mut file| async move {
            let mut piece = BytesMut::with_capacity(PIECE);
            let came = file.read_buf(&mut piece).await?;
            Ok::<_, std::io::Error>((came > 0).then(|| (piece.freeze(), file)))
        });
        let put = shelf(ground)?.put(&space, pieces, MOST).await;
        let stored = put.map_err(|e| match e {
            PutError::TooLarge(_) => Error::TooLarge,
            PutError::Store(error) => error.into(),
            PutError::Source(error) => Error::Internal(error.to_string()),
        })?;
        (stored, "audio")
    } else {
        return Err(Error::field("file", "not-an-example"));
    };
    Ok(Kept { id: stored.id, kind: kind.into(), size: i64::try_from(stored.size).unwrap_or(i64::MAX) })
}

async fn note(tx: &Tx, kept: &Kept, name: &str) -> Result<()> {
    // Sent again, it is as good as new: what clears up leaves it alone.
    super::store::examples::renew(tx, &kept.id).await?;
    let id = tx.new_id();
    store::note(tx, id, &kept.id, name, kept.size).await?;
    tx.record("file.kept", &kept.id, None, Some(json!({"kind": kept.kind, "name": name, "size": kept.size}))).await
}

/// The files that a text names.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|word| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Removes the files that were sent before this moment and stand in no draft, no version and no proposal; says how many.
///
/// # Errors
/// Those of the database and of the disk.
pub async fn sweep(app: &App, before: i64) -> Result<u64> {
    let db = &app.ground.db;
    let mut old: std::collections::BTreeMap<Uuid, Vec<String>> = std::collections::BTreeMap::new();
    for row in super::store::examples::old_files(db, before).await? {
        old.entry(row.org).or_default().push(row.hash);
    }
    for (org, hashes) in old {
        // One act, so that nobody names a file between the look and the removal.
        let actor = crate::access::entry::system(org, "", "UTC", kit::Via::System);
        let tx = app.write(&actor).await?;
        let texts = super::store::examples::texts_with_files(&tx, org).await?;
        let used: std::collections::HashSet<&str> = texts.iter().flat_map(|text| named(text)).collect();
        for hash in hashes.iter().filter(|h| !used.contains(h.as_str())) {
            if super::store::examples::forget_file(&tx, org, hash, before).await? > 0 {
                tx.record("file.swept", hash, None, None).await?;
            }
        }
        tx.commit().await?;
    }
    let shelf = shelf(&app.ground)?;
    let removed = shelf.sweep(before, |entry| async move {
        let Ok(org) = Uuid::try_parse(&entry.space) else { return Ok(true) };
        known(db, org, &entry.id).await.map_err(|e| std::io::Error::other(e.to_string()))
    });
    Ok(removed.await?)
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
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response> {
    fits(&headers)?;
    let arrived = part(&app.ground, form.map_err(|_| Error::UnsupportedMedia)?).await?;
    let name = arrived.name.clone();
    let kept = keep(&app.ground, actor.org, arrived).await?;
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

/// A file opened by itself runs nothing and loads nothing.
const FILE_CSP: &str = "default-src 'none'; sandbox; img-src 'self'; media-src 'self'; frame-ancestors 'self'";

/// In its place or under a name without anything of what somebody called it.
fn shown_as(file: &str, kind: Kind) -> HeaderValue {
    let ending = match kind {
        Kind::Png => "png",
        Kind::Jpeg => "jpg",
        Kind::Mp3 => "mp3",
        Kind::Wav => "wav",
        Kind::Ogg => "ogg",
        Kind::M4a => "m4a",
        Kind::Webm => "webm",
        _ => return HeaderValue::from_static("attachment"),
    };
    let value = format!("inline; filename=\"{}.{ending}\"", file.get(..12).unwrap_or("file"));
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
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
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let fresh = known.is_some_and(|tags| tags.split(',').any(|t| t.trim().trim_start_matches("W/").trim_matches('"') == file));
    let range = asked(&headers).filter(|r| r.start < size).map(|r| r.start..r.end.min(size));
    let opened = shelf.open(&space, &file, range.clone()).await?.ok_or(Error::NotFound)?;
    let mut response = Body::from_stream(opened.stream).into_response();
    let put = response.headers_mut();
    put.insert(header::CONTENT_TYPE, HeaderValue::from_static(sniff(&start).mime()));
    put.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Named by its content and seen by this company only: kept by a browser, but never shown to who has signed out since.
    put.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let tag = format!("\"{file}\"");
    put.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(|e| Error::Internal(e.to_string()))?);
    put.insert(header::CONTENT_DISPOSITION, shown_as(&file, sniff(&start)));
    // Opened by itself it is a picture or a sound, whatever a browser takes it for.
    put.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_CSP));
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
    } else if let Some(range) = range {
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
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response> {
    fits(&headers)?;
    item(&app.ground.db, actor.org, id.0).await?;
    let arrived = part(&app.ground, form.map_err(|_| Error::UnsupportedMedia)?).await?;
    let name = arrived.name.clone();
    let kept = keep(&app.ground, actor.org, arrived).await?;
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
