//! Passwords: the rule for new ones, hashing and checking.

use super::Fill;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in characters: a limit only so that nobody makes us hash a book.
pub const PASSWORD_MAX: usize = 256;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer than [`PASSWORD_MIN`] characters.
    TooShort,
    /// More than [`PASSWORD_MAX`] characters.
    TooLong,
    /// It is the e-mail address or the part before the @.
    IsEmail,
}

impl fmt::Display for PasswordProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "the password is shorter than 10 characters",
            Self::TooLong => "the password is longer than 256 characters",
            Self::IsEmail => "the password is the e-mail address",
        })
    }
}

impl std::error::Error for PasswordProblem {}

/// The rule for a new password. Only length counts (composition rules make passwords worse), and it must not be
/// the address, given as `email`.
///
/// # Errors
/// Says which part of the rule is broken.
pub fn check_password(password: &str, email: Option<&str>) -> Result<(), PasswordProblem> {
    // Bytes first: normalising a megabyte only to refuse it would be a gift to an attacker.
    if password.len() > PASSWORD_MAX * 16 {
        return Err(PasswordProblem::TooLong);
    }
    let normal: String = password.nfc().collect();
    match normal.chars().count() {
        n if n < PASSWORD_MIN => return Err(PasswordProblem::TooShort),
        n if n > PASSWORD_MAX => return Err(PasswordProblem::TooLong),
        _ => {}
    }
    if let Some(email) = email {
        let lower = normal.trim().to_lowercase();
        let email = email.trim().to_lowercase();
        let local = email.rsplit_once('@').map_or("", |(local, _)| local);
        if lower == email || lower == local {
            return Err(PasswordProblem::IsEmail);
        }
    }
    Ok(())
}

/// The price of one password hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB of memory, at least 8.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub passes: u32,
    /// Lanes, at least 1.
    pub lanes: u32,
}

impl PasswordCost {
    /// OWASP's recommendation for argon2id: 19 MiB, two passes, about 30 ms.
    pub const OWASP: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
    /// Next to nothing: for tests only.
    pub const FOR_TESTS: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

    fn params(self) -> Result<Params, HashError> {
        Params::new(self.memory_kib, self.passes, self.lanes, None).map_err(|_| HashError)
    }
}

/// Every hash is made through here.
fn argon2id(params: Params) -> Argon2<'static> {
    #[cfg(test)]
    tests::HASHES.with(|n| n.set(n.get() + 1));
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A password could not be hashed: parameters out of range or no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashError;

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the password could not be hashed (parameters out of range, or no memory)")
    }
}

impl std::error::Error for HashError {}

/// Argon2id of a password as a PHC string with its own salt. The password is normalised to NFC, so that "й" typed
/// on a Mac and on a phone is the same. Burns CPU and memory: call it through [`super::forge`].
///
/// # Errors
/// [`HashError`] if the cost is out of range or memory is short.
pub fn hash_password(password: &str, cost: PasswordCost, fill: &mut Fill<'_>) -> Result<String, HashError> {
    let mut salt = [0u8; 16];
    fill(&mut salt);
    let normal: String = password.nfc().collect();
    argon2id(cost.params()?).hash_password_with_salt(normal.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|_| HashError)
}

/// Whether the password belongs to the stored hash. With `None` (no such user, or one without a password) it
/// works as long and says no, so that the time tells nobody who exists. `cost` is that of new passwords.
/// Burns CPU and memory: call it through [`super::forge`].
pub fn verify_password(password: &str, stored: Option<&str>, cost: PasswordCost) -> bool {
    // Nobody could have set a longer one, and hashing it would be work for nothing.
    if password.len() > PASSWORD_MAX * 16 {
        return false;
    }
    match stored.map(PasswordHash::new) {
        Some(Ok(hash)) => {
            let normal: String = password.nfc().collect();
            // The stored text says at which cost it was made.
            argon2id(Params::DEFAULT).verify_password(normal.as_bytes(), &hash).is_ok()
        }
        _ => {
            let _ = hash_password(password, cost, &mut |salt| salt.fill(0));
            false
        }
    }
}

/// Whether a stored hash was made at another cost than `cost`: then hash anew at the next good sign-in.
pub fn wants_rehash(stored: &str, cost: PasswordCost) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        return true;
    };
    Params::try_from(&hash)
        .map_or(true, |params| (params.m_cost(), params.t_cost(), params.p_cost()) != (cost.memory_kib, cost.passes, cost.lanes))
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        pub(super) static HASHES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    fn hashes() -> usize {
        HASHES.with(std::cell::Cell::get)
    }

    /// A repeatable source that walks through all byte values.
    fn counting(mut next: u8) -> impl FnMut(&mut [u8]) {
        move |buffer| {
            for byte in buffer {
                *byte = next;
                next = next.wrapping_add(37);
            }
        }
    }

    #[test]
    fn the_password_rule() {
        use PasswordProblem::*;
        let check = |p: &str| check_password(p, Some("anna.petrova@example.org"));
        assert_eq!(check("123456789"), Err(TooShort));
        assert_eq!(check("1234567890"), Ok(()));
        assert_eq!(check("пароль мой"), Ok(()));
        // Nine letters й written as и plus breve are nine, not eighteen.
        assert_eq!(check(&"и\u{306}".repeat(9)), Err(TooShort));
        assert_eq!(check(&"я".repeat(256)), Ok(()));
        assert_eq!(check(&"я".repeat(257)), Err(TooLong));
        assert_eq!(check(&"a".repeat(10_000_000)), Err(TooLong));
        assert_eq!(check("Anna.Petrova@Example.org "), Err(IsEmail));
        assert_eq!(check("anna.petrova"), Err(IsEmail));
        assert_eq!(check_password("anna.petrova", None), Ok(()));
    }

    /// What is stored decides nothing about how long the answer takes: with and without it one hash of the same cost is made.
    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let cost = PasswordCost { memory_kib: 1024, passes: 1, lanes: 1 };
        let stored = hash_password("соловей поёт", cost, &mut counting(9)).unwrap();
        let others = [Some(&*stored), None, Some("rubbish")];
        for (stored, wanted) in others.into_iter().zip([1, 1, 1]) {
            let before = hashes();
            assert!(!verify_password("кукушка поёт", stored, cost));
            assert_eq!(hashes() - before, wanted, "{stored:?}");
        }
        let before = hashes();
        assert!(!verify_password(&"a".repeat(10_000), Some(&stored), cost) && !verify_password(&"a".repeat(10_000), None, cost));
        assert_eq!(hashes(), before, "a book is hashed for nobody");
    }

    #[test]
    fn passwords_verify_in_every_normal_form_and_nothing_else_does() {
        let cost = PasswordCost::FOR_TESTS;
        let stored = hash_password("соловей поёт", cost, &mut counting(9)).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        assert!(verify_password("соловей поёт", Some(&stored), cost));
        assert!(verify_password("соловеи\u{306} пое\u{308}т", Some(&stored), cost));
        assert!(!verify_password("соловей поет", Some(&stored), cost));
        assert!(!verify_password("", Some(&stored), cost));
        assert!(!verify_password("соловей поёт", None, cost));
        assert!(!verify_password("соловей поёт", Some("rubbish"), cost));
        assert!(!wants_rehash(&stored, cost));
        assert!(wants_rehash(&stored, PasswordCost::OWASP));
        assert!(wants_rehash("rubbish", cost));
        let other = hash_password("соловей поёт", cost, &mut counting(10)).unwrap();
        assert_ne!(stored, other, "the salt must differ");
        let wrong = PasswordCost { memory_kib: 0, ..cost };
        assert_eq!(hash_password("x", wrong, &mut counting(1)), Err(HashError));
    }
}
