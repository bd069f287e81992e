//! A file on its way in: where it lies, and how it is opened.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use kit::{Error, Ground, Result};
use uuid::Uuid;

use super::rules::dates::{Dates, Evidence};
use super::rules::map::{Map, Plan};
use super::rules::survey::{Findings, Look};
use super::rules::table::{Fault, Record, Rows, detect_separator};
use crate::surveys::rules::form::Form;
use kit::encoding::{Detector, Encoding, Utf8};

/// Where an import's file lies.
#[must_use]
pub fn path_of(ground: &Ground, id: Uuid) -> PathBuf {
    ground.data.join("files").join("imports").join(format!("{id}.csv"))
}

/// Where its rejected rows lie.
#[must_use]
pub fn rejects_of(ground: &Ground, id: Uuid) -> PathBuf {
    ground.data.join("files").join("imports").join(format!("{id}.rejects.csv"))
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub encoding: Encoding,
    pub separator: u8,
    /// Some letters cannot be read.
    pub broken: bool,
}

type Reader = Box<dyn Read + Send>;

/// Opens a file; a packed one (.gz) is unpacked as it is read.
fn open(path: &Path) -> std::io::Result<Reader> {
    let mut magic = [0; 2];
    let n = File::open(path)?.read(&mut magic)?;
    let file = File::open(path)?;
    if n == 2 && magic == [0x1F, 0x8B] {
        return Ok(Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file))));
    }
    Ok(Box::new(file))
}

fn unreadable(_: std::io::Error) -> Fault {
    Fault { row: 0, code: "file-unreadable" }
}

/// Fills a buffer as far as there is something to fill it with.
fn fill(from: &mut dyn Read, out: &mut [u8]) -> std::io::Result<usize> {
    let mut at = 0;
    while let Some(rest) = out.get_mut(at..).filter(|r| !r.is_empty()) {
        match from.read(rest)? {
            0 => break,
            n => at += n,
        }
    }
    Ok(at)
}

/// Finds out how a file is written, reading `most` bytes of it (all of it: `u64::MAX`).
///
/// # Errors
/// When it cannot be read.
pub fn dialect(path: &Path, map: &Map, most: u64) -> Result<Result<Dialect, Fault>> {
    let (wanted, separator) = (map.encoding()?, map.separator()?);
    Ok(look(path, wanted, separator, most))
}

/// A workbook (new or old) or a PDF: no encoding makes a table of it.
fn is_no_text(path: &Path) -> std::io::Result<bool> {
    let mut head = [0; 4];
    let n = fill(&mut File::open(path)?, &mut head)?;
    Ok(n == 4 && matches!(&head, b"PK\x03\x04" | b"\xD0\xCF\x11\xE0" | b"%PDF"))
}

fn look(path: &Path, wanted: Option<Encoding>, separator: Option<u8>, most: u64) -> Result<Dialect, Fault> {
    if is_no_text(path).map_err(unreadable)? {
        return Err(Fault { row: 0, code: "file-not-text" });
    }
    let mut detector = Detector::default();
    let mut file = open(path).map_err(unreadable)?.take(most);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = fill(&mut file, &mut buffer).map_err(unreadable)?;
        if n == 0 {
            break;
        }
        detector.feed(buffer.get(..n).unwrap_or(&[]));
    }
    let (seen, broken) = detector.verdict();
    if wanted == Some(Encoding::Utf8) && seen != Encoding::Utf8 {
        return Err(Fault { row: 0, code: "file-not-utf8" });
    }
    let encoding = wanted.unwrap_or(seen);
    let separator = match separator {
        Some(s) => s,
        None => {
            let mut text = Utf8::new(open(path).map_err(unreadable)?, encoding);
            let mut sample = vec![0; 1 << 17];
            let mut at = 0;
            while sample.len() - at >= 16 {
                match text.read(sample.get_mut(at..).unwrap_or(&mut [])).map_err(unreadable)? {
                    0 => break,
                    n => at += n,
                }
            }
            detect_separator(sample.get(..at).unwrap_or(&[]), sample.len() - at < 16)
        }
    };
    Ok(Dialect { encoding, separator, broken: broken && encoding == seen })
}

/// The rows of a file, headings first.
///
/// # Errors
/// When it cannot be opened.
pub fn rows(path: &Path, dialect: Dialect) -> Result<Rows<Utf8<Reader>>, Fault> {
    Ok(Rows::new(Utf8::new(open(path).map_err(unreadable)?, dialect.encoding), dialect.separator))
}

/// Reads the headings.
///
/// # Errors
/// When there is none, or the file cannot be read.
pub fn header(rows: &mut Rows<Utf8<Reader>>) -> Result<Vec<String>, Fault> {
    let mut record = Record::default();
    if !rows.next(&mut record)? {
        return Err(Fault { row: 0, code: "file-empty" });
    }
    Ok(record.iter().map(|h| h.trim().to_owned()).collect())
}

/// Why a file cannot be taken at all.
#[derive(Debug)]
pub enum Unusable {
    /// The file itself.
    File(Fault),
    /// The map does not fit it.
    Map(Error),
}

impl From<Fault> for Unusable {
    fn from(f: Fault) -> Self {
        Self::File(f)
    }
}

impl From<Error> for Unusable {
    fn from(e: Error) -> Self {
        Self::Map(e)
    }
}

/// Opens a file with its map and looks at every row once.
///
/// # Errors
/// When file or map cannot be used.
pub fn first_look(
    path: &Path,
    map: &Map,
    kind: super::Kind,
    form: Option<&Form>,
    zone: &TimeZone,
) -> Result<(Dialect, Plan, Findings), Unusable> {
    let dialect = dialect(path, map, u64::MAX)??;
    let mut from = rows(path, dialect)?;
    let header = header(&mut from)?;
    let plan = map.plan(kind, &header, form)?;
    let mut guess = plan.dates.unwrap_or(Dates::Look { month_first: false });
    loop {
        let mut look = Look::new(&plan, form, zone, guess);
        let mut record = Record::default();
        while from.next(&mut record)? {
            look.see(&record);
        }
        let findings = look.findings();
        // The whole column showed another way to write dates: the days were wrong, so look again.
        if findings.dates == guess || findings.changes.is_empty() && plan.column_of("at").is_none() {
            return Ok((dialect, plan, findings));
        }
        guess = findings.dates;
        from = rows(path, dialect)?;
        let mut head = Record::default();
        from.next(&mut head)?;
    }
}

/// The first rows of a file, for the mapping screen.
#[derive(Clone, Debug)]
pub struct Sample {
    pub dialect: Dialect,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// How dates of each column seem to be written.
    pub evidence: Vec<Evidence>,
}

/// Reads the beginning of a file.
///
/// # Errors
/// When it cannot be read.
pub fn sample(path: &Path, map: &Map, most: usize) -> Result<Sample, Unusable> {
    let dialect = dialect(path, map, 8 << 20)??;
    let mut from = rows(path, dialect)?;
    let header = header(&mut from)?;
    let mut out = Sample { dialect, evidence: vec![Evidence::default(); header.len()], header, rows: Vec::new() };
    let mut record = Record::default();
    while out.rows.len() < most && from.next(&mut record)? {
        for (i, e) in out.evidence.iter_mut().enumerate() {
            e.see(record.get(i));
        }
        out.rows.push((0..out.header.len()).map(|i| record.get(i).to_owned()).collect());
    }
    Ok(out)
}
