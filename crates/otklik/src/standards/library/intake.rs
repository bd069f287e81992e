//! Text and files on their way in: a JSON body, or the parts of a form.

use axum::extract::multipart::{Multipart, MultipartError};
use kit::{Error, Result};

use super::rules::file::{self, MOST};
use super::rules::lines::Line;

/// Everything that is not the file may be this large together.
const TEXT: usize = 16 << 20;

/// The parts of a form, in their order.
#[derive(Debug, Default)]
pub struct Parts {
    pub fields: Vec<(String, String)>,
    pub file: Option<Vec<u8>>,
    /// Why the file was not read to its end.
    pub refused: Option<file::Code>,
}

impl Parts {
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }
}

fn broken(e: MultipartError) -> Error {
    if e.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge } else { Error::Unparseable(e.body_text()) }
}

/// Reads a form with a file in it. A file that is too large is read on, so that the reason can be said, but not kept.
///
/// # Errors
/// `Unparseable`, `TooLarge` for the other parts, `Invalid` for a part that is no text.
pub async fn read(mut form: Multipart) -> Result<Parts> {
    let mut out = Parts::default();
    let mut size = 0;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or("").to_owned();
        let mut bytes = Vec::new();
        let mut length = 0_usize;
        while let Some(piece) = field.chunk().await.map_err(broken)? {
            length += piece.len();
            if name == "file" && length > MOST {
                out.refused = Some("paste-too-large");
                bytes.clear();
                if length > MOST * 4 {
                    return Err(Error::field("file", "paste-too-large"));
                }
                continue;
            }
            if name != "file" && size + length > TEXT {
                return Err(Error::TooLarge);
            }
            bytes.extend_from_slice(&piece);
        }
        if name == "file" {
            if out.file.is_some() {
                return Err(Error::field("file", "duplicate"));
            }
            // A form without a chosen file sends an empty one.
            if length > 0 {
                out.file = Some(bytes);
            }
            continue;
        }
        size += length + name.len();
        if out.fields.len() >= 30_000 {
            return Err(Error::TooLarge);
        }
        out.fields.push((name.clone(), String::from_utf8(bytes).map_err(|_| Error::field(name, "not-a-text"))?));
    }
    Ok(out)
}

/// The lines of pasted text.
///
/// # Errors
/// `Invalid` on `text`.
pub fn text(text: &str) -> Result<Vec<Line>> {
    file::of_text(text).map_err(|code| Error::field("text", code))
}

/// The lines of a form: of its file, or of its text.
///
/// # Errors
/// `Invalid` on `file` or `text`.
pub async fn lines(parts: &mut Parts) -> Result<(Vec<Line>, &'static str)> {
    if let Some(code) = parts.refused {
        return Err(Error::field("file", code));
    }
    let Some(bytes) = parts.file.take() else { return Ok((text(parts.get("text"))?, "text")) };
    // Inflating takes a moment: not on the threads that answer.
    let done = tokio::task::spawn_blocking(move || file::lines(&bytes)).await;
    let lines = done.map_err(|e| Error::Internal(e.to_string()))?.map_err(|code| Error::field("file", code))?;
    Ok((lines, "file"))
}
