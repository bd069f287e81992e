//! The store of files: evidence, attachments, imports, reports.
//!
//! A file is called by what is in it: its id is the SHA-256 of its bytes, so it never changes and can be copied while
//! the server runs. Names that people give stay in the database and come back only through [`content_disposition`].
//! A finished [`Files::put`] is on the disk, so that the row written after it never points at nothing; what was put
//! and got no row is an orphan for [`Files::sweep`].

mod disposition;
#[cfg(feature = "images")]
mod image;
mod sniff;
#[cfg(test)]
mod tests;
mod upload;

pub use disposition::{clean_name, content_disposition};
#[cfg(feature = "images")]
pub use image::{Cleaned, ImageProblem, clean_image, clean_in_turn};
pub use sniff::{Kind, sniff};

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use std::fmt;
use std::future::Future;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use upload::Upload;

/// Where uploads grow until their hash is known. Not a possible space: it has a sign too many.
const INCOMING: &str = "incoming_";

/// A store of files, in a local folder or in an S3-compatible service. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// The folder of a local store: for what the library's own listing hides.
    folder: Option<PathBuf>,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.store)
    }
}

/// A file that is safely stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the bytes, 64 lower-case hex digits.
    pub id: String,
    /// Bytes.
    pub size: u64,
    /// By content, whatever the name says.
    pub kind: Kind,
}

/// A file being read.
pub struct Opened {
    /// Bytes of the whole file.
    pub size: u64,
    /// What of it the stream gives.
    pub range: Range<u64>,
    /// The bytes.
    pub stream: BoxStream<'static, io::Result<Bytes>>,
}

/// A file found in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose it is.
    pub space: String,
    /// Its id.
    pub id: String,
    /// Bytes.
    pub size: u64,
    /// When it was put last, in microseconds since 1970, UTC, by the store's clock.
    pub put_micros: i64,
}

/// Why a file was not stored.
#[derive(Debug)]
pub enum PutError {
    /// Longer than the limit, in bytes.
    TooLarge(u64),
    /// The bytes stopped coming.
    Source(Box<dyn std::error::Error + Send + Sync>),
    /// The store failed; `StorageFull` if the disk is full.
    Store(io::Error),
}

impl fmt::Display for PutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(limit) => write!(f, "the file is larger than {limit} bytes"),
            Self::Source(error) => write!(f, "the file did not arrive: {error}"),
            Self::Store(error) => write!(f, "the file could not be stored: {error}"),
        }
    }
}

impl std::error::Error for PutError {}

impl Files {
    /// A store in a folder, which is made if need be.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn local(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(trouble)?;
        Ok(Self {
            // A receipt means stored: file, then its folder, are flushed to the disk before `put` returns.
            store: Arc::new(store.with_fsync(true)),
            folder: Some(folder.to_owned()),
        })
    }

    /// A store by URL: `s3://bucket/prefix`; keys, region and endpoint from the usual `AWS_…` variables, which are
    /// passed in. Only in a build with the feature `s3`.
    ///
    /// # Errors
    /// The URL or a variable cannot be used, or the feature is off.
    #[cfg(feature = "s3")]
    pub fn from_url(url: &str, variables: impl IntoIterator<Item = (String, String)>) -> io::Result<Self> {
        let bad = |error: &dyn fmt::Display| io::Error::new(io::ErrorKind::InvalidInput, format!("file store: {error}"));
        let url = url::Url::parse(url).map_err(|error| bad(&error))?;
        if url.scheme() != "s3" {
            return Err(bad(&"the URL should begin with s3://"));
        }
        let settings =
            variables.into_iter().map(|(name, value)| (name.to_lowercase(), value)).filter(|(name, _)| name.starts_with("aws_"));
        let (store, prefix) = object_store::parse_url_opts(&url, settings).map_err(|error| bad(&error))?;
        let store = object_store::prefix::PrefixStore::new(store, prefix);
        Ok(Self { store: Arc::new(store), folder: None })
    }

    /// A store by URL: this build has none, see the feature `s3`.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "s3"))]
    pub fn from_url(_: &str, _: impl IntoIterator<Item = (String, String)>) -> io::Result<Self> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "file store: this program was built without s3 (cargo build --features s3)",
        ))
    }

    /// Stores the bytes of a stream for `space` (the organisation: letters, digits and dashes) and returns when they
    /// are safe. The same bytes again give the same id. Holds some 5 MiB in memory however long the stream.
    ///
    /// # Errors
    /// More than `limit` bytes came, the stream broke off, or the store failed. Nothing is left of a file that failed,
    /// except what [`Files::sweep`] finds after a crash.
    pub async fn put<S, E>(&self, space: &str, stream: S, limit: u64) -> Result<Stored, PutError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let space = checked_space(space).map_err(PutError::Store)?;
        let mut stream = std::pin::pin!(stream);
        let mut upload = Upload::new(self);
        let taken = async {
            while let Some(chunk) = stream.next().await {
                let chunk = chunk.map_err(|error| PutError::Source(error.into()))?;
                if upload.size + chunk.len() as u64 > limit {
                    return Err(PutError::TooLarge(limit));
                }
                upload.take(&chunk).await.map_err(PutError::Store)?;
            }
            Ok(())
        };
        match taken.await {
            Ok(()) => upload.finish(space).await.map_err(PutError::Store),
            Err(error) => {
                upload.abandon().await;
                Err(error)
            }
        }
    }

    /// Stores bytes that are at hand. See [`Files::put`].
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_bytes(&self, space: &str, bytes: Bytes) -> io::Result<Stored> {
        let limit = bytes.len() as u64;
        let stream = futures_util::stream::iter([io::Result::Ok(bytes)]);
        self.put(space, stream, limit).await.map_err(|error| match error {
            PutError::Store(error) => error,
            other => io::Error::other(other.to_string()),
        })
    }

    /// Opens a file for reading, whole or in part (`range` in bytes; an end behind the end of the file is cut).
    /// `None` if there is none of that id in that space, or the id is none.
    ///
    /// # Errors
    /// The store failed, or the range begins behind the end of the file (`InvalidInput`).
    pub async fn open(&self, space: &str, id: &str, range: Option<Range<u64>>) -> io::Result<Option<Opened>> {
        let Some(place) = place(space, id) else {
            return Ok(None);
        };
        let mut options = GetOptions::default();
        if let Some(range) = range {
            let size = match self.store.head(&place).await {
                Ok(meta) => meta.size,
                Err(object_store::Error::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(trouble(error)),
            };
            if range.start >= size || range.start >= range.end {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "the range lies outside the file"));
            }
            options.range = Some(GetRange::Bounded(range.start..range.end.min(size)));
        }
        match self.store.get_opts(&place, options).await {
            Ok(found) => Ok(Some(Opened {
                size: found.meta.size,
                range: found.range.clone(),
                stream: found.into_stream().map_err(trouble).boxed(),
            })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(trouble(error)),
        }
    }

    /// Reads a file whole, if it has at most `limit` bytes. `None` as in [`Files::open`].
    ///
    /// # Errors
    /// The store failed, or the file is longer (`FileTooLarge`).
    pub async fn read(&self, space: &str, id: &str, limit: u64) -> io::Result<Option<Bytes>> {
        let Some(opened) = self.open(space, id, None).await? else {
            return Ok(None);
        };
        if opened.size > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file is too large to be read whole"));
        }
        let mut whole = BytesMut::with_capacity(opened.size as usize);
        let mut stream = opened.stream;
        while let Some(chunk) = stream.try_next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(Some(whole.freeze()))
    }

    /// A file without a name, for what must be looked at before it is stored: it is gone when it is closed.
    ///
    /// # Errors
    /// The disk has no place, or the folder cannot be written.
    pub fn scratch(&self) -> io::Result<std::fs::File> {
        let folder = self.folder.as_ref().map_or_else(std::env::temp_dir, |folder| folder.join(INCOMING));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(upload::passing_name());
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.read(true).write(true).create_new(true).open(&path)?;
        // A crash between these two lines leaves an empty file, which the sweep removes.
        std::fs::remove_file(&path)?;
        Ok(file)
    }

    /// Removes a file, and says whether there was one. Only when no row names it any more: two uploads of the same
    /// bytes in one space are one file.
    ///
    /// # Errors
    /// The store failed.
    pub async fn delete(&self, space: &str, id: &str) -> io::Result<bool> {
        let Some(place) = place(space, id) else {
            return Ok(false);
        };
        match self.store.delete(&place).await {
            Ok(()) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(trouble(error)),
        }
    }

    /// Every file, in no order: for backups and sweeps.
    pub fn list(&self) -> BoxStream<'static, io::Result<Entry>> {
        self.store
            .list(None)
            .map_err(trouble)
            .try_filter_map(|meta| async move {
                let mut parts = meta.location.parts();
                let (space, _, id) = (parts.next(), parts.next(), parts.next());
                Ok(space.zip(id).filter(|(_, id)| is_id(id.as_ref())).map(|(space, id)| Entry {
                    space: space.as_ref().to_owned(),
                    id: id.as_ref().to_owned(),
                    size: meta.size,
                    put_micros: meta.last_modified.timestamp_micros(),
                }))
            })
            .boxed()
    }

    /// Removes the files put before `before_micros` that `wanted` does not know, and what crashed uploads left; gives
    /// the number of files removed. Choose the moment so that an upload whose row is still being written, and a backup
    /// that is still running, are older than it by far: a day.
    ///
    /// # Errors
    /// The store failed, or `wanted` did; then nothing of what it was asked about is removed.
    pub async fn sweep<F, W>(&self, before_micros: i64, mut wanted: F) -> io::Result<u64>
    where
        F: FnMut(Entry) -> W,
        W: Future<Output = io::Result<bool>>,
    {
        let mut removed = 0;
        let mut entries = self.list();
        while let Some(entry) = entries.try_next().await? {
            if entry.put_micros < before_micros && !wanted(entry.clone()).await? {
                removed += u64::from(self.delete(&entry.space, &entry.id).await?);
            }
        }
        let mut unfinished = self.store.list(Some(&Place::from(INCOMING)));
        while let Some(meta) = unfinished.try_next().await.map_err(trouble)? {
            if meta.last_modified.timestamp_micros() < before_micros {
                self.store.delete(&meta.location).await.map_err(trouble)?;
                removed += 1;
            }
        }
        if let Some(folder) = self.folder.clone() {
            removed += tokio::task::spawn_blocking(move || sweep_staged(&folder, before_micros, 0))
                .await
                .map_err(io::Error::other)??;
        }
        Ok(removed)
    }
}

/// What the library writes before it renames (`…#1`): a crash leaves it, and its listing hides it.
fn sweep_staged(folder: &Path, before_micros: i64, depth: u8) -> io::Result<u64> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < 3 {
            removed += sweep_staged(&entry.path(), before_micros, depth + 1)?;
        } else if kind.is_file() && entry.file_name().to_string_lossy().contains('#') {
            let age = entry.metadata()?.modified()?.duration_since(std::time::UNIX_EPOCH);
            if age.is_ok_and(|age| i64::try_from(age.as_micros()).is_ok_and(|at| at < before_micros)) {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn checked_space(space: &str) -> io::Result<&str> {
    let good = (1..=64).contains(&space.len()) && space.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if good { Ok(space) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, "not the name of a space")) }
}

/// Where a file lies: `space/ab/abcdef…`, so that no folder grows too large.
fn place(space: &str, id: &str) -> Option<Place> {
    let space = checked_space(space).ok()?;
    let folder = id.get(..2).filter(|_| is_id(id))?;
    Some(Place::from_iter([space, folder, id]))
}

/// The library's error as one of ours: with the kind of the I/O error inside, which says if the disk is full.
fn trouble(error: object_store::Error) -> io::Error {
    let mut inner: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    let mut kind = io::ErrorKind::Other;
    while let Some(cause) = inner {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            kind = cause.kind();
        }
        inner = cause.source();
    }
    io::Error::new(kind, error)
}
