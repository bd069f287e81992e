//! Reading members and holding them against their sums.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use kit::ids::hex;
use kit::tar::{Entry, Reader};
use kit::{Error, Result};
use sha2::{Digest, Sha256};

use super::pack::SUMS_EVERY;
use super::{FORMAT, MANIFEST, Manifest, TOTALS, Totals, damaged, is_plain, table_of};

/// No list of ours is longer.
const LIST_MAX: u64 = 16 << 20;
/// No row of ours is longer.
const LINE_MAX: u64 = 256 << 20;

/// The members of a backup, one after another.
pub struct Unpack<R: Read> {
    from: Hashing<Reader<GzDecoder<BufReader<R>>>>,
    pub manifest: Manifest,
    /// The sums of what passed since the last list.
    seen: String,
    waiting: usize,
    lists: Sha256,
    /// The member that is being read.
    now: Option<String>,
    totals: Option<Totals>,
    counted: Totals,
}

struct Hashing<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(out)?;
        self.hash.update(&out[..n]);
        Ok(n)
    }
}

fn broken(e: io::Error) -> Error {
    damaged(e.to_string())
}

fn other() -> Error {
    Error::Conflict("backup-other-file")
}

impl<R: Read> Unpack<R> {
    /// Reads the manifest.
    ///
    /// # Errors
    /// `Conflict` when this is no backup, or one of a newer program.
    pub fn open(from: R) -> Result<Self> {
        let mut from =
            Hashing { from: Reader::new(GzDecoder::new(BufReader::with_capacity(1 << 16, from))), hash: Sha256::new() };
        let first = from.from.next_file().map_err(|_| other())?.filter(|e| e.name == MANIFEST && e.size < LIST_MAX);
        first.ok_or_else(other)?;
        let mut text = String::new();
        from.read_to_string(&mut text).map_err(|_| other())?;
        let json: serde_json::Value = serde_json::from_str(&text).map_err(|_| other())?;
        let program = || json["program"].as_str().unwrap_or("?").to_owned();
        if json["format"].as_u64().ok_or_else(other)? > u64::from(FORMAT) {
            return Err(Error::ConflictWith("backup-newer", program()));
        }
        let manifest: Manifest = serde_json::from_str(&text).map_err(|_| other())?;
        Ok(Self {
            from,
            manifest,
            seen: String::new(),
            waiting: 0,
            lists: Sha256::new(),
            now: Some(MANIFEST.to_owned()),
            totals: None,
            counted: Totals::default(),
        })
    }

    /// The next table's piece or file; `None` when everything was there and everything fitted. Read it from [`Unpack`].
    ///
    /// # Errors
    /// `Conflict` when something is missing, too much, or other than it was.
    pub fn next_member(&mut self) -> Result<Option<Entry>> {
        loop {
            self.note()?;
            let Some(entry) = self.from.from.next_file().map_err(broken)? else {
                return self.end();
            };
            if self.totals.is_some() {
                return Err(damaged(entry.name));
            }
            if entry.name.starts_with("sums/") {
                let list = self.text(&entry)?;
                if list != self.seen {
                    let wrong = list.lines().zip(self.seen.lines()).find(|(a, b)| a != b).map_or(entry.name.as_str(), |(_, b)| b);
                    return Err(damaged(wrong.split("  ").last().unwrap_or(wrong)));
                }
                self.lists.update(list.as_bytes());
                self.seen.clear();
                self.waiting = 0;
            } else if entry.name == TOTALS {
                let text = self.text(&entry)?;
                self.totals = Some(serde_json::from_str(&text).map_err(|_| damaged(TOTALS))?);
            } else if table_of(&entry.name).is_some() || (entry.name.starts_with("files/") && is_plain(&entry.name)) {
                if entry.name.starts_with("files/") {
                    self.counted.files += 1;
                    self.counted.file_bytes += entry.size;
                }
                self.from.hash = Sha256::new();
                self.now = Some(entry.name.clone());
                return Ok(Some(entry));
            } else {
                return Err(damaged(entry.name));
            }
        }
    }

    /// Reads what is left of the member at hand and notes its sum.
    fn note(&mut self) -> Result<()> {
        let Some(name) = self.now.take() else { return Ok(()) };
        io::copy(&mut self.from, &mut io::sink()).map_err(broken)?;
        let sum = hex(&std::mem::take(&mut self.from.hash).finalize());
        let _ = writeln!(self.seen, "{sum}  {name}");
        self.waiting += 1;
        if self.waiting > SUMS_EVERY { Err(damaged("sums")) } else { Ok(()) }
    }

    fn text(&mut self, entry: &Entry) -> Result<String> {
        if entry.size > LIST_MAX {
            return Err(damaged(entry.name.clone()));
        }
        let mut text = String::new();
        self.from.from.read_to_string(&mut text).map_err(broken)?;
        Ok(text)
    }

    fn end(&mut self) -> Result<Option<Entry>> {
        let totals = self.totals.as_ref().ok_or_else(|| damaged(TOTALS))?;
        self.counted.sums = hex(&self.lists.clone().finalize());
        for t in &self.manifest.tables {
            self.counted.rows.entry(t.name.clone()).or_default();
        }
        if !self.seen.is_empty() || *totals != self.counted {
            return Err(damaged(TOTALS));
        }
        // What stands behind the end belongs to nobody's sums.
        let behind = self.from.from.get_mut().get_mut().fill_buf().map_err(broken)?;
        if behind.is_empty() { Ok(None) } else { Err(damaged("end")) }
    }

    /// Hands every line of the piece at hand to `each`.
    ///
    /// # Errors
    /// `Conflict` for a line without an end or beyond all measure; those of `each`.
    pub fn lines(&mut self, table: &str) -> Result<Lines<'_, R>> {
        let rows = self.counted.rows.entry(table.to_owned()).or_default();
        Ok(Lines { from: BufReader::with_capacity(1 << 16, &mut self.from), rows, line: Vec::new() })
    }

    /// What was counted so far.
    pub fn counted(&self) -> &Totals {
        &self.counted
    }
}

impl<R: Read> Read for Unpack<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.from.read(out)
    }
}

/// The rows of a table's piece.
pub struct Lines<'u, R: Read> {
    from: BufReader<&'u mut Hashing<Reader<GzDecoder<BufReader<R>>>>>,
    rows: &'u mut u64,
    line: Vec<u8>,
}

impl<R: Read> Lines<'_, R> {
    /// # Errors
    /// `Conflict` for a line without an end or beyond all measure.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>> {
        self.line.clear();
        let n = (&mut self.from).take(LINE_MAX).read_until(b'\n', &mut self.line).map_err(broken)?;
        if n == 0 {
            return Ok(None);
        }
        *self.rows += 1;
        self.line.strip_suffix(b"\n").map(Some).ok_or_else(|| damaged("tables"))
    }
}

/// Reads a backup from end to end without restoring it: the manifest and what is in it.
///
/// # Errors
/// `Conflict` when it is none, or damaged.
pub fn verify(from: impl Read) -> Result<(Manifest, Totals)> {
    let mut unpack = Unpack::open(from)?;
    let columns: BTreeMap<String, _> = unpack.manifest.tables.iter().map(|t| (t.name.clone(), t.columns.clone())).collect();
    while let Some(entry) = unpack.next_member()? {
        if let Some(table) = table_of(&entry.name) {
            let columns = columns.get(table).ok_or_else(|| damaged(entry.name.clone()))?;
            let mut lines = unpack.lines(table)?;
            while let Some(line) = lines.next_line()? {
                kit::tables::parse(line, columns).ok_or_else(|| damaged(entry.name.clone()))?;
            }
        } else if let Some(sum) = content_sum(&entry.name) {
            check_content(&mut unpack, sum)?;
        }
    }
    Ok((unpack.manifest.clone(), unpack.counted.clone()))
}

/// The sum that a file is called by, where it is.
pub fn content_sum(name: &str) -> Option<&str> {
    let last = name.rsplit('/').next()?;
    (last.len() == 64 && last.bytes().all(|b| b.is_ascii_hexdigit())).then_some(last)
}

fn check_content(from: &mut impl Read, sum: &str) -> Result<()> {
    let mut whole = Hashing { from, hash: Sha256::new() };
    io::copy(&mut whole, &mut io::sink()).map_err(broken)?;
    if hex(&whole.hash.finalize()) == sum { Ok(()) } else { Err(damaged(sum)) }
}
