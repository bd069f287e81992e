//! Which kind of file this is, and its lines.

use std::io::Read;

use kit::docx::{self, Limits, Refusal};
use kit::encoding::{Detector, Encoding, Utf8};

use super::lines::{self, Line};

/// A file may be this large.
pub const MOST: usize = 20 << 20;
/// Lines of a text, and paragraphs of a document.
pub const LINES: usize = 20_000;

/// Why a file is not taken: the code of an error's text.
pub type Code = &'static str;

/// The lines of a text file or a Word file; what it is, its beginning tells, not its name.
///
/// # Errors
/// The code of the reason.
pub fn lines(bytes: &[u8]) -> Result<Vec<Line>, Code> {
    if bytes.len() > MOST {
        return Err("paste-too-large");
    }
    if bytes.starts_with(b"%PDF") {
        return Err("paste-pdf");
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err("paste-rtf");
    }
    if docx::looks_like(bytes) || docx::looks_old(bytes) {
        let paragraphs = docx::read(bytes, Limits { packed: MOST, paragraphs: LINES, ..Limits::default() }).map_err(code)?;
        return Ok(lines::of_paragraphs(&paragraphs));
    }
    of_text(&text(bytes)?)
}

/// Lines of a text that is not too long.
///
/// # Errors
/// The code of the reason.
pub fn of_text(text: &str) -> Result<Vec<Line>, Code> {
    let lines = lines::of_text(text);
    if lines.len() > LINES { Err("paste-too-many-lines") } else { Ok(lines) }
}

/// The text of a file, whatever letters it is written in.
fn text(bytes: &[u8]) -> Result<String, Code> {
    let mut detector = Detector::default();
    bytes.chunks(1 << 16).for_each(|piece| detector.feed(piece));
    let (encoding, _) = detector.verdict();
    let mut out = String::new();
    Utf8::new(bytes, encoding).read_to_string(&mut out).map_err(|_| "paste-not-text")?;
    // A picture read as text is full of signs that no text holds.
    let strange = out.chars().take(10_000).filter(|c| c.is_control() && !c.is_whitespace()).count();
    let seen = out.chars().take(10_000).count();
    if strange * 100 > seen || (encoding == Encoding::Windows1251 && strange > 3) { Err("paste-not-text") } else { Ok(out) }
}

fn code(refusal: Refusal) -> Code {
    match refusal {
        Refusal::Not => "paste-not-word",
        Refusal::Old => "paste-old-word",
        Refusal::Broken => "paste-broken",
        Refusal::TooLarge => "paste-too-large",
        Refusal::TooManyParagraphs => "paste-too-many-lines",
        Refusal::TooSlow => "paste-too-slow",
    }
}
