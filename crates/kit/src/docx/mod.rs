//! Reads the paragraphs of a Word file (.docx): their text, their automatic numbering, headings and cells of tables.
//!
//! The file comes from anybody, so it is read strictly: everything is counted while it is inflated, nothing outside the
//! file is ever fetched, a document type (where entities hide) is refused, and the time is bounded.

mod numbering;
mod text;
mod xml;

#[cfg(test)]
mod tests;

use std::io::{BufReader, Cursor, Read};
use std::time::{Duration, Instant};

use zip::ZipArchive;
use zip::result::ZipError;

/// A cell that a paragraph stands in; tables are counted through the document, rows through their table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub table: usize,
    pub row: usize,
    pub column: usize,
}

/// One paragraph as a reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// Without the number that Word shows before it.
    pub text: String,
    /// How deep its numbering is, from 0; `None` when Word does not number it.
    pub level: Option<usize>,
    /// What Word shows before it: `2.1.`, `б)`, `•`.
    pub number: Option<String>,
    /// The level of a heading, from 1.
    pub heading: Option<usize>,
    pub cell: Option<Cell>,
}

/// How much of a file is read at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub packed: usize,
    pub unpacked: u64,
    /// Between two tags.
    pub piece: u64,
    pub text: usize,
    pub paragraphs: usize,
    pub depth: usize,
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            packed: 20 << 20,
            unpacked: 200 << 20,
            piece: 8 << 20,
            text: 32 << 20,
            paragraphs: 20_000,
            depth: 1000,
            time: Duration::from_secs(10),
        }
    }
}

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not a Word file at all.
    Not,
    /// A Word file of the time before 2007 (.doc), or one under a password: both come in the same wrapping.
    Old,
    /// It breaks off or does not hold what it says.
    Broken,
    /// Larger than the limits, packed or unpacked.
    TooLarge,
    TooManyParagraphs,
    TooSlow,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Not => "not a Word file",
            Self::Old => "an old or a locked Word file",
            Self::Broken => "a broken Word file",
            Self::TooLarge => "too large",
            Self::TooManyParagraphs => "too many paragraphs",
            Self::TooSlow => "takes too long",
        })
    }
}

impl std::error::Error for Refusal {}

/// How every file of the family begins.
#[must_use]
pub fn looks_like(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// How a .doc begins, and a .docx under a password.
#[must_use]
pub fn looks_old(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Reads a whole file.
///
/// # Errors
/// A refusal that can be said in words.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Paragraph>, Refusal> {
    if looks_old(bytes) {
        return Err(Refusal::Old);
    }
    if !looks_like(bytes) {
        return Err(Refusal::Not);
    }
    if bytes.len() > limits.packed || too_many_entries(bytes) {
        return Err(Refusal::TooLarge);
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Broken)?;
    let mut pack = Pack { archive, left: limits.unpacked, until: Instant::now() + limits.time, limits };
    let main = pack.main()?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let beside = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let mut numbering = numbering::Numbering::default();
    pack.with(&beside("numbering.xml"), |walk| numbering::read_lists(walk, &mut numbering))?;
    pack.with(&beside("styles.xml"), |walk| numbering::read_styles(walk, &mut numbering))?;
    pack.with(&main, |walk| text::read(walk, numbering))?.ok_or(Refusal::Not)
}

/// The list of files in the archive is held in memory: an honest one has dozens of entries.
fn too_many_entries(bytes: &[u8]) -> bool {
    bytes.windows(4).filter(|w| *w == b"PK\x01\x02").take(5001).count() > 5000
}

struct Pack<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
    until: Instant,
    limits: Limits,
}

impl Pack<'_> {
    /// Reads one file of the archive; `None` when it is not there.
    fn with<T>(
        &mut self,
        name: &str,
        act: impl FnOnce(&mut xml::Walk<BufReader<xml::Counted<&mut dyn Read>>>) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        let mut file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(Refusal::Broken),
        };
        let file: &mut dyn Read = &mut file;
        let counted = xml::Counted::new(file, self.left);
        let gauge = counted.gauge();
        let mut walk = xml::Walk::new(BufReader::new(counted), std::rc::Rc::clone(&gauge), self.limits, self.until);
        let done = act(&mut walk);
        self.left = self.left.saturating_sub(gauge.read.get());
        // A reader that hit the limit looks like one that broke off.
        if gauge.over.get() {
            return Err(Refusal::TooLarge);
        }
        done.map(Some)
    }

    /// Where the text is: the package says it, and nearly always the same.
    fn main(&mut self) -> Result<String, Refusal> {
        let said = self.with("_rels/.rels", |walk| {
            let mut found = None;
            while let Some(step) = walk.next()? {
                if let xml::Step::Open(tag) = step
                    && tag.name == "Relationship"
                    && tag.attr("Type").is_some_and(|t| t.ends_with("/officeDocument"))
                {
                    found = tag.attr("Target").map(|t| t.trim_start_matches('/').to_owned());
                }
            }
            Ok(found)
        })?;
        Ok(said.flatten().unwrap_or_else(|| "word/document.xml".to_owned()))
    }
}
