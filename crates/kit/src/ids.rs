//! Ids and chance. Both are given by the ground, so a test can repeat itself.

use std::sync::Mutex;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::time::Timestamp;

/// Where random bytes come from: the operating system, or a seed (SHA-256 in counter mode) in tests and the demo.
#[derive(Debug)]
pub enum Entropy {
    System,
    Seeded(Mutex<(u64, u64)>),
}

impl Entropy {
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Mutex::new((seed, 0)))
    }

    /// Fills the buffer with random bytes.
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's randomness is read")]
    pub fn fill(&self, out: &mut [u8]) {
        match self {
            // Without the system's randomness no secret may be made: there is nothing sensible to go on with.
            Self::System => {
                if getrandom::fill(out).is_err() {
                    std::process::abort();
                }
            }
            Self::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for chunk in out.chunks_mut(32) {
                    let mut hash = Sha256::new();
                    hash.update(state.0.to_le_bytes());
                    hash.update(state.1.to_le_bytes());
                    state.1 += 1;
                    chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
                }
            }
        }
    }

    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// A time-ordered id (UUIDv7).
    #[must_use]
    pub fn id(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.0 / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    /// Many time-ordered ids, each greater than the one before: rows that are stored in their order lie side by side in an index.
    #[must_use]
    pub fn ids(&self, now: Timestamp, count: usize) -> Vec<Uuid> {
        let millis = u64::try_from(now.0 / 1000).unwrap_or(0);
        let mut chance = vec![0; count * 10];
        self.fill(&mut chance);
        let (each, _) = chance.as_chunks::<10>();
        let mut out: Vec<Uuid> = each.iter().map(|c| uuid::Builder::from_unix_timestamp_millis(millis, c).into_uuid()).collect();
        out.sort_unstable();
        out
    }

    /// An id that says nothing of its time (UUIDv4), for anonymous answers.
    #[must_use]
    pub fn blind_id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes::<16>()).into_uuid()
    }

    /// A number in `0..below`; 0 when `below` is 0.
    #[must_use]
    pub fn below(&self, below: u64) -> u64 {
        u64::from_le_bytes(self.bytes::<8>()).checked_rem(below).unwrap_or(0)
    }
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

/// An id derived from a text (the first 16 bytes of its SHA-256), the same on every node.
#[must_use]
pub fn named_id(space: &str, name: &str) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(space.as_bytes());
    hash.update([0]);
    hash.update(name.as_bytes());
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
