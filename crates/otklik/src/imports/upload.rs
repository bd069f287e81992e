//! A file comes in over the web: streamed to disk, never held in memory.

use std::collections::HashMap;
use std::path::PathBuf;

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use kit::{Error, Ground, Result};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::Upload;
use super::rules::map::Map;
use super::source::{self, Unusable};

/// A file may be this large.
pub const MOST: u64 = 2 << 30;
/// Other parts of the form may be this large.
const FIELD: usize = 1 << 20;

/// What a multipart request held.
#[derive(Debug)]
pub struct Parts {
    pub id: Uuid,
    pub fields: HashMap<String, String>,
    /// Name and size of the file.
    pub file: Option<(String, i64)>,
    path: PathBuf,
    keep: bool,
}

impl Parts {
    /// The file is needed: do not remove it.
    pub fn keep(&mut self) {
        self.keep = true;
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn broken(e: MultipartError) -> Error {
    if e.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge } else { Error::Unparseable(e.body_text()) }
}

/// Reads a multipart body; the part `file` goes to disk under a new id.
///
/// # Errors
/// `Unparseable`, `TooLarge`, or `Invalid` for a part that comes twice.
pub async fn read(ground: &Ground, mut form: Multipart) -> Result<Parts> {
    let id = ground.entropy.id(ground.now());
    let path = source::path_of(ground, id);
    let mut out = Parts { id, fields: HashMap::new(), file: None, path, keep: false };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or("").to_owned();
        if name == "file" {
            if out.file.is_some() {
                return Err(Error::field("file", "duplicate"));
            }
            let said = field.file_name().unwrap_or("").to_owned();
            if let Some(folder) = out.path.parent() {
                tokio::fs::create_dir_all(folder).await?;
            }
            let mut file = tokio::fs::File::create(&out.path).await?;
            let mut size = 0_u64;
            while let Some(piece) = field.chunk().await.map_err(broken)? {
                size += piece.len() as u64;
                if size > MOST {
                    return Err(Error::TooLarge);
                }
                file.write_all(&piece).await?;
            }
            file.flush().await?;
            file.sync_data().await?;
            out.file = Some((clean_name(&said), i64::try_from(size).unwrap_or(i64::MAX)));
        } else {
            let mut text = Vec::new();
            while let Some(piece) = field.chunk().await.map_err(broken)? {
                if text.len() + piece.len() > FIELD {
                    return Err(Error::TooLarge);
                }
                text.extend_from_slice(&piece);
            }
            if out.fields.len() > 10_000 || name.len() > 4000 {
                return Err(Error::TooLarge);
            }
            let text = String::from_utf8(text).map_err(|_| Error::field(&*name, "not-a-text"))?;
            if out.fields.insert(name.clone(), text).is_some() {
                return Err(Error::field(name, "duplicate"));
            }
        }
    }
    Ok(out)
}

/// The last part of a file's name, as it may be shown.
#[must_use]
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let plain: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    if plain.trim().is_empty() { "file.csv".into() } else { plain }
}

/// Reads the headings of a file that lies ready.
///
/// # Errors
/// `Invalid` on `file`.
pub async fn ready(ground: &Ground, id: Uuid, name: &str, size: i64, map: &Map) -> Result<Upload> {
    let (path, map) = (source::path_of(ground, id), map.clone());
    let sample =
        tokio::task::spawn_blocking(move || source::sample(&path, &map, 1)).await.map_err(|e| Error::Internal(e.to_string()))?;
    let sample = sample.map_err(refusal)?;
    Ok(Upload { id, name: name.to_owned(), size, header: sample.header })
}

/// A file that cannot be used, as a refused field.
#[must_use]
pub fn refusal(why: Unusable) -> Error {
    match why {
        Unusable::File(f) => Error::field("file", f.code),
        Unusable::Map(e) => e,
    }
}

/// Removes files that came in before this moment and became no import: somebody went away from the form, or the program died.
///
/// # Errors
/// Those of the disk and of the database.
pub async fn sweep(ground: &Ground, before: std::time::SystemTime) -> Result<u64> {
    let Some(folder) = source::path_of(ground, Uuid::nil()).parent().map(std::path::Path::to_path_buf) else { return Ok(0) };
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(0) };
    let mut removed = 0;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let old = entry.metadata().and_then(|m| m.modified()).is_ok_and(|at| at < before);
        let Some(id) = name.split('.').next().and_then(|n| Uuid::try_parse(n).ok()).filter(|_| old) else { continue };
        if !super::store::exists(&ground.db, id).await? {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}
