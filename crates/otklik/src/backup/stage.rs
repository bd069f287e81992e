//! Where a restore grows until all of it is sound, and how it then takes its place at once.
//!
//! `DATA/restoring` is there from the first byte to the last step, and locked while somebody works in it. A restore that
//! died leaves it: then nothing else of it stands, or (when `restoring/moving` is there too) the files do and the
//! database may. The next restore clears it away, and the server does not start on half a house.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use kit::db::Db;
use kit::{Error, Result, tables};

/// What is to be filled.
#[derive(Clone, Debug)]
pub enum Target {
    /// The file of an SQLite database.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database.
    Postgres(String),
}

impl Target {
    #[must_use]
    pub fn of(url: &str) -> Self {
        url.strip_prefix("sqlite:").map_or_else(|| Self::Postgres(url.to_owned()), |path| Self::Sqlite(path.into()))
    }

    /// Is there a database already? On PostgreSQL: any table.
    ///
    /// # Errors
    /// When PostgreSQL does not answer.
    pub async fn is_used(&self) -> Result<bool> {
        match self {
            // A log without its database would be taken for that of the new one.
            Self::Sqlite(path) => Ok(["", "-wal", "-journal"].iter().any(|end| long(&beside(path, end)))),
            Self::Postgres(url) => {
                let db = Db::open(url).await?;
                let used = !tables::all(&db).await?.is_empty();
                db.close().await;
                Ok(used)
            }
        }
    }

    /// Where the database grows.
    pub fn growing(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", beside(path, ".restoring").display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    fn clear(&self) {
        if let Self::Sqlite(path) = self {
            for end in [".restoring", ".restoring-wal", ".restoring-shm"] {
                let _ = std::fs::remove_file(beside(path, end));
            }
        }
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Is there a file with something in it?
fn long(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.len() > 0)
}

fn folder(data: &Path) -> PathBuf {
    data.join("restoring")
}

fn marker(data: &Path) -> PathBuf {
    folder(data).join("moving")
}

/// Refuses to go on where a restore died half-way; clears up after one that had only that left to do.
///
/// # Errors
/// `Conflict` where it was not finished.
pub async fn unfinished(data: &Path, url: &str) -> Result<()> {
    if !folder(data).exists() {
        return Ok(());
    }
    let lock = lock(data)?;
    if marker(data).exists() && Target::of(url).is_used().await? {
        drop(lock);
        std::fs::remove_dir_all(folder(data))?;
        return Ok(());
    }
    Err(Error::ConflictWith("backup-unfinished", folder(data).display().to_string()))
}

fn lock(data: &Path) -> Result<File> {
    let file = File::create(folder(data).join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Conflict("backup-running")),
        Err(std::fs::TryLockError::Error(e)) => Err(e.into()),
    }
}

/// A restore at work.
#[derive(Debug)]
pub struct Stage {
    data: PathBuf,
    pub target: Target,
    _lock: File,
}

impl Stage {
    /// Takes an empty target, or one in which a restore died.
    ///
    /// # Errors
    /// `Conflict` when anything is there; then nothing was changed.
    pub async fn take(data: &Path, target: Target) -> Result<Self> {
        let used = |what: &Path| Error::ConflictWith("backup-target-used", what.display().to_string());
        if target.is_used().await? {
            return Err(match &target {
                Target::Sqlite(path) => used(path),
                // The address itself is not shown: it may hold a password.
                Target::Postgres(_) => Error::Conflict("backup-database-used"),
            });
        }
        // With the marker the files are those of the restore that died.
        let files = data.join("files");
        if !marker(data).exists() && holds_files(&files)? {
            return Err(used(&files));
        }
        std::fs::create_dir_all(folder(data))?;
        let lock = lock(data)?;
        if marker(data).exists() && files.exists() {
            std::fs::remove_dir_all(&files)?;
        }
        let stage = Self { data: data.to_owned(), target, _lock: lock };
        stage.empty()?;
        Ok(stage)
    }

    fn empty(&self) -> Result<()> {
        self.target.clear();
        let files = folder(&self.data).join("files");
        if files.exists() {
            std::fs::remove_dir_all(files)?;
        }
        match std::fs::remove_file(marker(&self.data)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Where a file (`files/…`) grows.
    pub fn place(&self, name: &str) -> PathBuf {
        folder(&self.data).join(name)
    }

    /// Puts the files into their place; what is left to do is the database.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn move_files(&self) -> Result<()> {
        let grown = folder(&self.data).join("files");
        let files = self.data.join("files");
        File::create(marker(&self.data))?.sync_all()?;
        flush(&folder(&self.data))?;
        if grown.exists() {
            sync_folders(&grown)?;
            if files.exists() {
                // Empty folders only: `take` looked.
                std::fs::remove_dir_all(&files)?;
            }
            std::fs::rename(&grown, &files)?;
        }
        flush(&self.data)
    }

    /// Puts an SQLite database into its place.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn move_database(&self) -> Result<()> {
        let Target::Sqlite(path) = &self.target else { return Ok(()) };
        let grown = beside(path, ".restoring");
        if long(&beside(path, ".restoring-wal")) {
            return Err(Error::Internal("the database was not folded into one file".into()));
        }
        File::open(&grown)?.sync_all()?;
        for end in ["-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(beside(path, end));
        }
        std::fs::rename(&grown, path)?;
        for end in [".restoring-wal", ".restoring-shm"] {
            let _ = std::fs::remove_file(beside(path, end));
        }
        flush(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))
    }

    /// Takes the scaffolding away.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn done(self) -> Result<()> {
        std::fs::remove_dir_all(folder(&self.data))?;
        flush(&self.data)
    }

    /// Leaves everything as it was before.
    pub fn give_up(self) {
        if !marker(&self.data).exists() {
            self.target.clear();
            let _ = std::fs::remove_dir_all(folder(&self.data));
        }
    }
}

fn holds_files(folder: &Path) -> Result<bool> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(e.into()),
    };
    for entry in entries {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || holds_files(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes what was renamed or made in a folder survive a power cut.
pub fn flush(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

fn sync_folders(at: &Path) -> Result<()> {
    for entry in std::fs::read_dir(at)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    flush(at)
}
