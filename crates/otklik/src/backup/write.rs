//! Making a backup beside a server that goes on writing.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use kit::db::{Batch, Db, Engine};
use kit::tables::{self, Table, Walk};
use kit::{Error, Result, Timestamp};

use super::pack::Pack;
use super::{FORMAT, Listed, MANIFEST, Manifest, Told, Totals, is_plain, left_out, store};

/// A piece of a table is at least so long, the last one aside.
const PIECE: usize = 4 << 20;
/// So many files of imports that wait are held open at most.
const HELD: usize = 200;

/// Writes everything to `out` and gives it back with what was written. The database is read in one transaction, so it is
/// that of one moment; then come the files, which never change once a row names them.
///
/// # Errors
/// `Conflict` when there is nothing to back up; those of the database and of the output.
pub async fn make<W: Write>(db: &Db, data: &Path, out: W, now: Timestamp, told: Told<'_>) -> Result<(W, Totals)> {
    // An import's file goes when the import is done: whoever holds it open can still read it then.
    let mut held = BTreeMap::new();
    hold(data, &mut held);
    let snapshot = db.snapshot().await?;
    let migrations = store::migrations(&snapshot).await.map_err(|_| Error::Conflict("backup-nothing"))?;
    hold(data, &mut held);
    let tables = tables::read(&snapshot, &left_out()).await?;
    let mut pack = Pack::new(out, u64::try_from(now.0 / 1_000_000).unwrap_or(0));
    pack.json(MANIFEST, &manifest(db.engine, now, migrations, &tables))?;
    let mut totals = Totals::default();
    for table in &tables {
        let rows = write_table(&snapshot, table, &mut pack, told).await?;
        totals.rows.insert(table.name.clone(), rows);
    }
    snapshot.rollback().await?;
    let mut files = Files { pack: &mut pack, totals: &mut totals, told, done: BTreeSet::new() };
    for (name, mut file) in held {
        let (name, size) = (format!("files/imports/{name}"), file.metadata()?.len());
        files.add(&name, size, &mut file)?;
        files.done.insert(name);
    }
    files.folder(&data.join("files"), "files", 0)?;
    Ok((pack.finish(totals.clone())?, totals))
}

fn manifest(engine: Engine, now: Timestamp, migrations: Vec<String>, tables: &[Table]) -> Manifest {
    Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: if engine == Engine::Sqlite { "sqlite" } else { "postgres" }.to_owned(),
        made_at: now.jiff().to_string(),
        migrations,
        tables: tables.iter().map(|t| Listed { name: t.name.clone(), columns: t.columns.clone() }).collect(),
    }
}

async fn write_table<W: Write>(snapshot: &Batch, table: &Table, pack: &mut Pack<W>, told: Told<'_>) -> Result<u64> {
    let (mut rows, mut pieces) = (0, 0);
    let mut piece = Vec::with_capacity(PIECE + (PIECE >> 1));
    let mut walk = Walk::new(table);
    loop {
        let n = walk.next(snapshot, &mut piece).await?;
        rows += n as u64;
        if piece.len() >= PIECE || (n == 0 && !piece.is_empty()) {
            pack.bytes(&format!("tables/{}/{pieces:06}.jsonl", table.name), &piece)?;
            piece.clear();
            pieces += 1;
        }
        told(&table.name, rows);
        if n == 0 {
            return Ok(rows);
        }
    }
}

/// Opens the files of imports that wait or run.
fn hold(data: &Path, held: &mut BTreeMap<String, File>) {
    let Ok(folder) = std::fs::read_dir(data.join("files").join("imports")) else { return };
    for entry in folder.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let waits = name.ends_with(".csv") && !name.ends_with(".rejects.csv") && is_plain(&name);
        if waits
            && held.len() < HELD
            && let Entry::Vacant(place) = held.entry(name)
            && let Ok(file) = File::open(entry.path())
        {
            place.insert(file);
        }
    }
}

struct Files<'a, W: Write> {
    pack: &'a mut Pack<W>,
    totals: &'a mut Totals,
    told: Told<'a>,
    /// Those that were held open.
    done: BTreeSet<String>,
}

impl<W: Write> Files<'_, W> {
    fn add(&mut self, name: &str, size: u64, file: &mut File) -> Result<()> {
        self.pack.file(name, size, file)?;
        self.totals.files += 1;
        self.totals.file_bytes += size;
        (self.told)("files", self.totals.files);
        Ok(())
    }

    /// Everything below a folder but for what is still being written (`incoming_`, `…#1`).
    fn folder(&mut self, at: &Path, name: &str, depth: u8) -> Result<()> {
        let entries = match std::fs::read_dir(at) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        let mut inside: Vec<(String, PathBuf)> = Vec::new();
        for entry in entries {
            let entry = entry?;
            let own = entry.file_name().to_string_lossy().into_owned();
            if is_plain(&own) && own != "incoming_" {
                inside.push((own, entry.path()));
            }
        }
        inside.sort();
        for (own, path) in inside {
            let name = format!("{name}/{own}");
            // Not followed: a link leads out of the house.
            let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
            if meta.is_dir() && depth < 8 {
                self.folder(&path, &name, depth + 1)?;
            } else if meta.is_file() && !self.done.contains(&name) {
                match File::open(&path) {
                    Ok(mut file) => {
                        let size = file.metadata()?.len();
                        self.add(&name, size, &mut file)?;
                    }
                    // It went while we were on the way.
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                    Err(e) => return Err(e.into()),
                }
            }
        }
        Ok(())
    }
}
