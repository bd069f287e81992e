//! A repeated request gets its receipt again, and still nothing that is kept leads from the request to an anonymous answer.

use kit::actor::Idempotency;
use kit::secret::keyed_hash;
use uuid::Uuid;

/// What an answer's id is covered with while it waits for a repetition. It comes from the key that the client holds and is
/// kept nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Veil(u128);

impl Veil {
    /// The request as it may be kept, and the veil that goes with it. Key and body are kept as hashes under the client's own
    /// key: a body is nearly the answer, and its plain hash could be compared with every answer there is.
    #[must_use]
    pub fn over(signing_key: &[u8], once: Idempotency) -> (Option<Idempotency>, Self) {
        let of = |what: &str| keyed_hash(signing_key, &format!("{what} {} {}", once.path, once.key));
        let body = |hash: &str| keyed_hash(of("body").as_bytes(), hash);
        let veil = u128::from_str_radix(of("receipt").get(..32).unwrap_or("0"), 16).unwrap_or(0);
        let body_hash = if once.body_hash.is_empty() { String::new() } else { body(&once.body_hash) };
        let key = format!("veiled:{}", of("key"));
        (Some(Idempotency { key, path: once.path, body_hash }), Self(veil))
    }

    /// Covers an id, or uncovers it.
    #[must_use]
    pub fn turn(self, id: Uuid) -> Uuid {
        Uuid::from_u128(id.as_u128() ^ self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_finds_the_same_id_and_another_does_not() {
        let once = |key: &str| Idempotency { key: key.into(), path: "/s/x".into(), body_hash: "b".into() };
        let id = Uuid::from_u128(7);
        let ((kept, veil), (again, same), (_, other)) =
            (Veil::over(b"k", once("a")), Veil::over(b"k", once("a")), Veil::over(b"k", once("b")));
        assert_eq!(same.turn(veil.turn(id)), id);
        assert_ne!(other.turn(veil.turn(id)), id);
        let (kept, again) = (kept.expect("one"), again.expect("one"));
        assert_eq!((&kept.key, &kept.body_hash), (&again.key, &again.body_hash));
        assert!(!kept.key.ends_with('a') && kept.body_hash != "b");
    }
}
