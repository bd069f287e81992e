//! The JSON door of imports and exports.

use axum::extract::{Multipart, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kit::web::{Id, List, Paging, Params, answer};
use kit::{Actor, Error, FieldError, Result, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::chunks::RowError;
use super::export::{Export, Wanted};
use super::preview::{Preview, preview};
use super::rules::map::{Kind, Map};
use super::run::{Found, Warning};
use super::store::{self, ImportRow};
use super::{source, upload};
use crate::app::App;

/// The parts of an upload.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request")]
pub struct ImportUpload {
    kind: Kind,
    /// The map as JSON.
    #[schema(value_type = Map)]
    map: String,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The parts of a preview.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request")]
pub struct PreviewUpload {
    kind: Option<Kind>,
    /// The map as JSON; with columns in it the whole file is looked at.
    #[schema(value_type = Option<Map>)]
    map: Option<String>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What an upload answers.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Queued {
    pub id: Uuid,
}

/// An import as it stands.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Import {
    pub id: Uuid,
    pub kind: String,
    #[schema(pattern = "^(queued|running|done|failed)$")]
    pub state: String,
    pub file: String,
    pub rows_total: i64,
    pub rows_done: i64,
    pub accepted: i64,
    pub duplicates: i64,
    pub rejected: i64,
    /// The first hundred.
    pub errors: Vec<RowError>,
    pub warnings: Vec<Warning>,
    /// Why it failed: the code of the first error, `file-refused` or `gave-up`.
    pub failure: Option<String>,
    /// How the file is written.
    pub encoding: Option<String>,
    pub separator: Option<String>,
    /// The rejected rows with their reasons, in the file's own dialect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects_url: Option<String>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

impl Import {
    /// # Errors
    /// When what is stored cannot be read: a defect.
    pub fn of(row: ImportRow) -> Result<Self> {
        let found: Found = row.found.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
        let named = |text: String| (!text.is_empty()).then_some(text);
        Ok(Self {
            rejects_url: (row.rejects_size > 0).then(|| format!("/api/v1/imports/{}/rejects", row.id)),
            id: row.id,
            kind: row.kind,
            state: row.state,
            file: row.file_name,
            rows_total: row.rows_total,
            rows_done: row.rows_done,
            accepted: row.accepted,
            duplicates: row.duplicates,
            rejected: row.rejected,
            errors: serde_json::from_str(&row.errors)?,
            warnings: found.warnings,
            failure: row.failure,
            encoding: named(found.encoding),
            separator: named(found.separator),
            created_at: Timestamp(row.created_at),
            finished_at: row.finished_at.map(Timestamp),
        })
    }
}

/// Reads `kind`.
///
/// # Errors
/// `Invalid`.
pub fn kind_of(text: Option<&String>) -> Result<Kind> {
    let text = text.ok_or_else(|| Error::field("kind", "required"))?;
    let allowed = Kind::ALL.map(Kind::as_str).join(", ");
    Kind::parse(text.trim())
        .ok_or_else(|| Error::Invalid(vec![FieldError::new("kind", "unknown-variant").with("allowed", allowed)]))
}

/// Reads `map`; what does not fit is named under `map.`.
///
/// # Errors
/// `Invalid`.
pub fn map_of(text: &str) -> Result<Map> {
    kit::web::from_json(text.as_bytes()).map_err(|e| match e {
        Error::Invalid(fields) => Error::Invalid(
            fields
                .into_iter()
                .map(|f| FieldError { field: if f.field.is_empty() { "map".into() } else { format!("map.{}", f.field) }, ..f })
                .collect(),
        ),
        Error::Unparseable(_) => Error::field("map", "not-json"),
        other => other,
    })
}

/// Takes a file; it is read by a job. `GET /imports/{id}` shows how far it is.
#[utoipa::path(post, path = "/imports", tag = "imports", request_body(content = ImportUpload, content_type = "multipart/form-data"),
    responses((status = 202, body = Queued)))]
pub async fn create(
    State(app): State<App>,
    actor: Actor,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response> {
    let mut parts = upload::read(&app.ground, form.map_err(|_| Error::UnsupportedMedia)?).await?;
    let mut faults = kit::Faults::default();
    for name in parts.fields.keys().filter(|n| !matches!(n.as_str(), "kind" | "map")) {
        faults.add(name.chars().take(80).collect::<String>(), "unknown-field");
    }
    let Some((name, size)) = parts.file.clone() else {
        faults.add("file", "required");
        return Err(Error::Invalid(faults.0));
    };
    faults.check()?;
    let kind = kind_of(parts.fields.get("kind"))?;
    let map = map_of(parts.fields.get("map").ok_or_else(|| Error::field("map", "required"))?)?;
    let file = upload::ready(&app.ground, parts.id, &name, size, &map).await?;
    let tx = app.write(&actor).await?;
    let row = super::begin(&tx, kind, &map, &file, false).await?;
    let location = format!("/api/v1/imports/{}", row.id);
    let body = Queued { id: row.id };
    tx.finish(202, Some(&location), &body, false).await?;
    parts.keep();
    let mut response = answer(202, &body)?;
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}

/// Shows what a file looks like, without taking it.
#[utoipa::path(post, path = "/imports/preview", tag = "imports", request_body(content = PreviewUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = Preview)))]
pub async fn look(
    State(app): State<App>,
    actor: Actor,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response> {
    let parts = upload::read(&app.ground, form.map_err(|_| Error::UnsupportedMedia)?).await?;
    if parts.file.is_none() {
        return Err(Error::field("file", "required"));
    }
    let kind = if parts.fields.contains_key("kind") { kind_of(parts.fields.get("kind"))? } else { Kind::Responses };
    let map = map_of(parts.fields.get("map").map_or("{}", String::as_str))?;
    answer(200, &preview(&app.ground, &actor, parts.id, kind, &map).await?)
}

/// Lists imports, newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", params(Paging), responses((status = 200, body = List<Import>)))]
pub async fn list(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let limit = paging.0.limit()?;
    let before = paging.0.cursor_id()?;
    let rows = store::list(&app.ground.db, actor.org, before, limit + 1).await?;
    let cut = List::cut(rows, limit, |r| vec![r.id.to_string()]);
    let next = cut.next;
    let items = cut.items.into_iter().map(Import::of).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next })
}

/// Shows how far an import is.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = Uuid, Path)), responses((status = 200, body = Import)))]
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    answer(200, &Import::of(super::find(&app.ground.db, actor.org, id.0).await?)?)
}

/// The rejected rows with their reasons, in the dialect of the file.
#[utoipa::path(get, path = "/imports/{id}/rejects", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn rejects(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    rejects_file(&app, &actor, id.0).await
}

/// The file of rejected rows, as far as it was committed.
///
/// # Errors
/// `NotFound` when no row was rejected.
pub async fn rejects_file(app: &App, actor: &Actor, id: Uuid) -> Result<Response> {
    use tokio::io::AsyncReadExt;
    let row = super::find(&app.ground.db, actor.org, id).await?;
    if row.rejects_size == 0 {
        return Err(Error::NotFound);
    }
    let file = tokio::fs::File::open(source::rejects_of(&app.ground, id)).await.map_err(|_| Error::NotFound)?;
    let reader = file.take(u64::try_from(row.rejects_size).unwrap_or(0));
    let stream = futures_util::stream::try_unfold(reader, |mut reader| async move {
        let mut piece = vec![0; 1 << 16];
        let n = reader.read(&mut piece).await?;
        piece.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then_some((bytes::Bytes::from(piece), reader)))
    });
    let encoding = row.found.as_deref().and_then(|f| serde_json::from_str::<Found>(f).ok()).map(|f| f.encoding);
    let charset = if encoding.as_deref() == Some("windows-1251") { "windows-1251" } else { "utf-8" };
    let mut response = axum::body::Body::from_stream(stream).into_response();
    let put = response.headers_mut();
    put.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(&format!("text/csv; charset={charset}")).unwrap_or(HeaderValue::from_static("text/csv")),
    );
    put.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rejects.csv\""));
    Ok(response)
}

/// A body that ends with the number of its rows, so that a reader knows a cut file from a whole one.
struct Counted {
    pieces: tokio::sync::mpsc::Receiver<std::result::Result<bytes::Bytes, Error>>,
    rows: std::sync::Arc<std::sync::atomic::AtomicU64>,
    ended: bool,
}

impl http_body::Body for Counted {
    type Data = bytes::Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<std::result::Result<http_body::Frame<bytes::Bytes>, Error>>> {
        use std::task::Poll;
        if self.ended {
            return Poll::Ready(None);
        }
        match self.pieces.poll_recv(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(piece))) => Poll::Ready(Some(Ok(http_body::Frame::data(piece)))),
            Poll::Ready(Some(Err(error))) => {
                self.ended = true;
                tracing::warn!(%error, "an export broke off");
                Poll::Ready(Some(Err(error)))
            }
            Poll::Ready(None) => {
                self.ended = true;
                let mut trailers = axum::http::HeaderMap::new();
                let rows = self.rows.load(std::sync::atomic::Ordering::Relaxed);
                trailers.insert(ROW_COUNT, HeaderValue::from(rows));
                Poll::Ready(Some(Ok(http_body::Frame::trailers(trailers))))
            }
        }
    }
}

const ROW_COUNT: axum::http::HeaderName = axum::http::HeaderName::from_static("x-row-count");

/// Streams a table: answers, branches, employees or touchpoints. The trailer `x-row-count` gives the number of rows.
#[utoipa::path(get, path = "/exports/{kind}", tag = "exports", params(("kind" = Kind, Path), Wanted),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn export(
    State(app): State<App>,
    actor: Actor,
    kind: axum::extract::Path<String>,
    wanted: Params<Wanted>,
) -> Result<Response> {
    let mut export = Export::begin(&app.ground, &actor, &kind.0, &wanted.0).await?;
    let (mime, name) = (export.mime(), export.file_name());
    let rows = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    // Two pieces may wait: a slow reader slows the export, and nothing piles up.
    let (give, pieces) = tokio::sync::mpsc::channel(2);
    let count = std::sync::Arc::clone(&rows);
    tokio::spawn(async move {
        loop {
            let piece = export.next().await;
            count.store(export.rows, std::sync::atomic::Ordering::Relaxed);
            let piece = match piece {
                Ok(Some(piece)) => Ok(bytes::Bytes::from(piece)),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            let failed = piece.is_err();
            if give.send(piece).await.is_err() || failed {
                return;
            }
        }
    });
    let mut response = axum::body::Body::new(Counted { pieces, rows, ended: false }).into_response();
    let put = response.headers_mut();
    put.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    put.insert(header::TRAILER, HeaderValue::from_static("x-row-count"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        put.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
