//! The rows that an import refused, as a file to mend and send again.

use std::io::{Seek, Write};

use kit::encoding::Encoding;
use kit::{Ground, Result};

use super::chunks::{self, Work};
use super::source;
use super::store::ImportRow;

/// The file of rejected rows. What lies beyond the size that was committed is written anew.
pub(super) struct Rejects {
    path: std::path::PathBuf,
    file: Option<std::fs::File>,
    size: i64,
    header: String,
    encoding: Encoding,
}

impl Rejects {
    /// The file as it was when the import last got on.
    pub(super) fn open(ground: &Ground, work: &Work, row: &ImportRow) -> Result<Self> {
        let path = source::rejects_of(ground, row.id);
        let header = chunks::rejects_header(work);
        let mut out = Self { path, file: None, size: row.rejects_size, header, encoding: work.dialect.encoding };
        if out.size > 0 {
            let mut file = std::fs::OpenOptions::new().write(true).open(&out.path)?;
            file.set_len(u64::try_from(out.size).unwrap_or(0))?;
            file.seek(std::io::SeekFrom::End(0))?;
            out.file = Some(file);
        }
        Ok(out)
    }

    /// Adds lines; says how long the file is now.
    pub(super) fn add(&mut self, lines: &str) -> Result<i64> {
        if lines.is_empty() {
            return Ok(self.size);
        }
        let mut text = String::new();
        if self.file.is_none() {
            self.file = Some(std::fs::File::create(&self.path)?);
            text.push_str(&self.header);
        }
        let first = !text.is_empty();
        text.push_str(lines);
        let mut bytes = Vec::new();
        match self.encoding {
            Encoding::Windows1251 => bytes.extend_from_slice(&encoding_rs::WINDOWS_1251.encode(&text).0),
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => {
                // Spreadsheets know UTF-8 by its mark.
                if first {
                    bytes.extend_from_slice("\u{feff}".as_bytes());
                }
                bytes.extend_from_slice(text.as_bytes());
            }
        }
        if let Some(file) = &mut self.file {
            file.write_all(&bytes)?;
            file.sync_data()?;
        }
        self.size += i64::try_from(bytes.len()).unwrap_or(0);
        Ok(self.size)
    }
}
