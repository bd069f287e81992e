//! Writing members with their sums.

use std::fmt::Write as _;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use kit::Result;
use kit::ids::{hex, sha256_hex};
use kit::tar::Writer;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{TOTALS, Totals};

/// After so many members their sums are written, so that neither side keeps a longer list.
pub const SUMS_EVERY: usize = 4096;

pub struct Pack<W: Write> {
    tar: Writer<GzEncoder<W>>,
    sums: String,
    waiting: usize,
    lists: u32,
    all: Sha256,
}

impl<W: Write> Pack<W> {
    pub fn new(out: W, at_seconds: u64) -> Self {
        let gz = GzEncoder::new(out, Compression::fast());
        Self { tar: Writer::new(gz, at_seconds), sums: String::new(), waiting: 0, lists: 0, all: Sha256::new() }
    }

    pub fn json(&mut self, name: &str, what: &impl Serialize) -> Result<()> {
        self.bytes(name, serde_json::to_string_pretty(what)?.as_bytes())
    }

    pub fn bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.tar.bytes(name, bytes)?;
        self.noted(name, &sha256_hex(bytes))
    }

    /// A file of which exactly `size` bytes are taken, also when it grows meanwhile.
    pub fn file(&mut self, name: &str, size: u64, from: &mut dyn Read) -> Result<()> {
        let mut hash = Sha256::new();
        self.tar.copy(name, size, from, |piece| hash.update(piece))?;
        self.noted(name, &hex(&hash.finalize()))
    }

    fn noted(&mut self, name: &str, sum: &str) -> Result<()> {
        let _ = writeln!(self.sums, "{sum}  {name}");
        self.waiting += 1;
        if self.waiting >= SUMS_EVERY { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.waiting > 0 {
            self.tar.bytes(&format!("sums/{:06}.sha256", self.lists), self.sums.as_bytes())?;
            self.all.update(self.sums.as_bytes());
            self.sums.clear();
            self.waiting = 0;
            self.lists += 1;
        }
        Ok(())
    }

    /// Writes the last sums and the totals, and gives the output back.
    pub fn finish(mut self, mut totals: Totals) -> Result<W> {
        self.flush()?;
        totals.sums = hex(&self.all.finalize());
        self.tar.bytes(TOTALS, serde_json::to_string_pretty(&totals)?.as_bytes())?;
        Ok(self.tar.finish()?.finish()?)
    }
}
