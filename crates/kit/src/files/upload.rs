//! A file on its way into the store.

use super::{Files, INCOMING, Stored, place, sniff, trouble};
use crate::secret::hex;
use bytes::BytesMut;
use object_store::path::Path as Place;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;

/// What is held in memory of one upload; S3 takes no smaller parts.
pub(super) const PART: usize = 5 * 1024 * 1024;
/// How much of a file `Stored::kind` is read from.
const HEAD: usize = 4096;
/// A file on its way in: kept in memory while it is short, else growing in the store under a passing name.
pub(super) struct Upload<'a> {
    files: &'a Files,
    hash: Sha256,
    /// Bytes so far.
    pub(super) size: u64,
    head: Vec<u8>,
    buffer: BytesMut,
    long: Option<(Place, Box<dyn MultipartUpload>)>,
}

impl<'a> Upload<'a> {
    pub(super) fn new(files: &'a Files) -> Self {
        Self { files, hash: Sha256::new(), size: 0, head: Vec::new(), buffer: BytesMut::new(), long: None }
    }

    pub(super) async fn take(&mut self, mut chunk: &[u8]) -> io::Result<()> {
        self.hash.update(chunk);
        self.size += chunk.len() as u64;
        let wanted = HEAD - self.head.len();
        self.head.extend_from_slice(chunk.get(..wanted).unwrap_or(chunk));
        while !chunk.is_empty() {
            // All parts but the last must be of one length.
            let fits = (PART - self.buffer.len()).min(chunk.len());
            let (now, later) = chunk.split_at(fits);
            self.buffer.extend_from_slice(now);
            chunk = later;
            if self.buffer.len() == PART && (!chunk.is_empty() || self.long.is_some()) {
                self.part().await?;
            }
        }
        Ok(())
    }

    async fn part(&mut self) -> io::Result<()> {
        if self.long.is_none() {
            let place = Place::from_iter([INCOMING, &passing_name()]);
            let upload = self.files.store.put_multipart(&place).await.map_err(trouble)?;
            self.long = Some((place, upload));
        }
        if let Some((_, upload)) = &mut self.long {
            let part = PutPayload::from_bytes(self.buffer.split().freeze());
            upload.put_part(part).await.map_err(trouble)?;
        }
        Ok(())
    }

    pub(super) async fn finish(mut self, space: &str) -> io::Result<Stored> {
        let id = hex(&self.hash.finalize_reset());
        let Some(place) = place(space, &id) else {
            return Err(io::Error::other("an id of its own making was not taken"));
        };
        let stored = Stored { id, size: self.size, kind: sniff(&self.head) };
        if self.long.is_some() && !self.buffer.is_empty() {
            self.part().await?;
        }
        match self.long.take() {
            // Written again even if it is there: that it can be seen does not say that it was flushed.
            None => {
                let payload = PutPayload::from_bytes(self.buffer.split().freeze());
                self.files.store.put(&place, payload).await.map_err(trouble)?;
            }
            Some((passing, mut upload)) => {
                upload.complete().await.map_err(trouble)?;
                self.files.store.rename(&passing, &place).await.map_err(trouble)?;
            }
        }
        Ok(stored)
    }

    pub(super) async fn abandon(self) {
        if let Some((_, mut upload)) = self.long {
            // What stays after all, the sweep removes.
            let _ = upload.abort().await;
        }
    }
}

/// A name that no other upload has, on any node. Nothing secret hangs on it, so the hasher's own seed will do.
pub(super) fn passing_name() -> String {
    let part = || RandomState::new().build_hasher().finish();
    let counter = RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}{:016x}", part(), part(), counter)
}
