//! `otklik backup` and `otklik restore`.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use kit::db::Db;
use kit::{Error, Result};

use super::{Place, words};
use crate::backup::{self, Totals};

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; "-" for standard output
    #[arg(short, long, env = "OTKLIK_OUTPUT")]
    output: PathBuf,
    /// Replace a file of that name
    #[arg(long, env = "OTKLIK_FORCE", value_parser = clap::builder::FalseyValueParser::new())]
    force: bool,
}

/// Writes everything into one file. It has its name only when all of it is on the disk.
///
/// # Errors
/// `Conflict` when there is nothing to back up, or the file is there already.
pub async fn make(place: &Place, c: &Backup) -> Result<ExitCode> {
    super::install_texts();
    let url = super::url_of(place)?;
    backup::unfinished(&place.data, &url).await?;
    // Looking must not make a database.
    if url.strip_prefix("sqlite:").is_some_and(|path| !Path::new(path).exists()) {
        return Err(Error::Conflict("backup-nothing"));
    }
    if c.output.as_os_str() == "-" {
        if std::io::stdout().is_terminal() {
            return Err(Error::Conflict("backup-terminal"));
        }
        write(place, &url, std::io::stdout().lock()).await?.0.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let taken = || Error::ConflictWith("backup-exists", c.output.display().to_string());
    if !c.force && c.output.symlink_metadata().is_ok() {
        return Err(taken());
    }
    let part = Part::new(&c.output)?;
    let (mut out, totals) = write(place, &url, BufWriter::with_capacity(1 << 18, part.file.try_clone()?)).await?;
    out.flush()?;
    drop(out);
    part.file.sync_all()?;
    let size = part.file.metadata()?.len();
    if c.force {
        std::fs::rename(&part.path, &c.output)?;
    } else {
        // A link is never laid over a file that came meanwhile.
        match std::fs::hard_link(&part.path, &c.output) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Err(taken()),
            // Some file systems know no links.
            Err(_) => std::fs::rename(&part.path, &c.output)?,
            Ok(()) => {}
        }
    }
    let folder = c.output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    let t = words();
    let rows = rows(&totals);
    println!("{}: {}", t.s("backup-made"), c.output.display());
    println!("{}, {} MiB", t.w2("backup-what", "rows", t.int(rows), "files", t.int(int(totals.files))), t.int(int(size >> 20)));
    Ok(ExitCode::SUCCESS)
}

async fn write<W: Write>(place: &Place, url: &str, out: W) -> Result<(W, Totals)> {
    let db = Db::open(url).await?;
    let mut bar = Bar::new();
    let made = backup::make(&db, &place.data, out, kit::time::Clock::System.now(), &mut |what, n| bar.show(what, n)).await;
    bar.end();
    db.close().await;
    made
}

fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn rows(totals: &Totals) -> i64 {
    int(totals.rows.values().sum())
}

/// A file on its way, taken away again when it does not arrive.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn new(output: &Path) -> Result<Self> {
        let mut name = output.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let path = PathBuf::from(name);
        // It holds everything, also the keys: for us alone from the first byte.
        let file = OpenOptions::new().create_new(true).read(true).write(true).mode(0o600).open(&path);
        let file = file.map_err(|e| Error::Internal(format!("{}: {e}", path.display())))?;
        Ok(Self { path, file })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[derive(Debug, Args)]
pub struct Restore {
    /// A file from otklik backup; "-" for standard input
    file: PathBuf,
    /// Only look whether the file is sound; restore nothing
    #[arg(long, env = "OTKLIK_VERIFY", value_parser = clap::builder::FalseyValueParser::new())]
    verify: bool,
}

/// Restores into an empty folder and an empty database; exit 2 and nothing changed where they are not.
///
/// # Errors
/// `Conflict` when the target is not empty, or the file is damaged, no backup, or of a newer program.
pub async fn restore(place: &Place, c: &Restore) -> Result<ExitCode> {
    super::install_texts();
    let t = words();
    let from: Box<dyn Read> = if c.file.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(&c.file).map_err(|e| Error::Internal(format!("{}: {e}", c.file.display())))?)
    };
    if c.verify {
        let (manifest, totals) = backup::verify(from)?;
        println!("{} ({}, {}, {})", t.s("backup-sound"), manifest.made_at, manifest.engine, manifest.program);
        println!("{}", t.w2("backup-what", "rows", t.int(rows(&totals)), "files", t.int(int(totals.files))));
        return Ok(ExitCode::SUCCESS);
    }
    let data = &place.data;
    super::private_folder(data).map_err(|e| Error::Internal(format!("the folder {} cannot be used: {e}", data.display())))?;
    let mut bar = Bar::new();
    let lay = |db, key| super::lay(place, None, db, key);
    let done = backup::restore::restore(data, &super::url_of(place)?, from, &lay, &mut |what, n| bar.show(what, n)).await;
    bar.end();
    let done = done?;
    println!("{}", t.w("backup-restored", "made", &done.manifest.made_at));
    println!("{}", t.w2("backup-what", "rows", t.int(rows(&done.totals)), "files", t.int(int(done.totals.files))));
    if done.missing > 0 {
        println!("{}", t.w("backup-missing", "count", t.int(int(done.missing))));
    }
    println!("{}", t.s("backup-restored-paused"));
    Ok(ExitCode::SUCCESS)
}

/// Progress on a terminal; silent in a pipe.
struct Bar {
    on: bool,
    last: Option<Instant>,
}

impl Bar {
    fn new() -> Self {
        Self { on: std::io::stderr().is_terminal(), last: None }
    }

    fn show(&mut self, what: &str, n: u64) {
        if self.on && self.last.is_none_or(|at| at.elapsed() > Duration::from_millis(200)) {
            self.last = Some(Instant::now());
            eprint!("\r{what:<24} {n:>12}");
            let _ = std::io::stderr().flush();
        }
    }

    fn end(&self) {
        if self.last.is_some() {
            eprint!("\r{:<37}\r", "");
        }
    }
}
