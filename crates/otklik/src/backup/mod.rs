//! The whole state of an installation in one file, and back: `otklik backup`, `otklik restore`.
//!
//! A backup is a tar packed with gzip, the same from either database, so that it is also the way from SQLite to
//! PostgreSQL and back. In it, in this order: `manifest.json` ([`Manifest`]); `tables/NAME/000000.jsonl`, one row a line;
//! `files/…`; after every few thousand members and at the end `sums/000000.sha256`, as `sha256sum -c` reads it; and
//! `totals.json` ([`Totals`]). Nothing of it is held in memory as a whole, neither here nor there.

mod pack;
pub mod restore;
pub mod stage;
mod store;
mod unpack;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kit::Error;
use kit::tables::Column;
use serde::{Deserialize, Serialize};

pub use stage::unfinished;
pub use unpack::verify;
pub use write::make;

/// The format that is written here and the newest that is read.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const TOTALS: &str = "totals.json";

/// Tables that a backup leaves out, each with the reason. Every other table is carried: none has to be named here.
pub const LEFT_OUT: [(&str, &str); 4] = [
    ("response_search", "made anew from the answers"),
    ("item_search", "made anew from the standards"),
    ("session", "after a restore everybody signs in again"),
    ("seaql_migrations", "written by the migrations themselves"),
];

fn left_out() -> [&'static str; 4] {
    LEFT_OUT.map(|(name, _)| name)
}

/// The first member: what this is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The program that wrote it.
    pub program: String,
    /// The database that it was written from; it may be restored into either.
    pub engine: String,
    /// RFC 3339, UTC.
    pub made_at: String,
    /// The schema: the migrations that had run.
    pub migrations: Vec<String>,
    pub tables: Vec<Listed>,
}

/// A table and the order of the values in its rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listed {
    pub name: String,
    pub columns: Vec<Column>,
}

/// The last member: what must have been there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    pub files: u64,
    pub file_bytes: u64,
    /// SHA-256 over all lists of sums.
    pub sums: String,
}

/// Is told where the work stands: the table, or `files`, and how much of it is done.
pub type Told<'a> = &'a mut dyn FnMut(&str, u64);

fn damaged(what: impl Into<String>) -> Error {
    Error::ConflictWith("backup-damaged", what.into())
}

/// A place in the archive that may become a place on the disk: plain parts, nothing that leads elsewhere.
fn is_plain(path: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain))
}

/// The table of a member `tables/NAME/000000.jsonl`.
fn table_of(member: &str) -> Option<&str> {
    let (table, piece) = member.strip_prefix("tables/")?.split_once('/')?;
    let number = piece.strip_suffix(".jsonl")?;
    (is_plain(table) && number.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit())).then_some(table)
}
