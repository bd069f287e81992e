//! Secrets: tokens, printed codes, passwords and short signatures.
//!
//! Nothing here owns randomness: every function that needs it takes [`Fill`], so tests can repeat a run and the
//! program decides in one place where randomness comes from.

mod forge;
mod password;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use subtle::ConstantTimeEq;

pub use forge::forge;
pub use password::{
    HashError, PASSWORD_MAX, PASSWORD_MIN, PasswordCost, PasswordProblem, check_password, hash_password, verify_password,
    wants_rehash,
};

/// Fills a buffer with random bytes. In the program this must be a cryptographic source:
/// `&mut |b: &mut [u8]| rng.fill_bytes(b)`.
pub type Fill<'a> = dyn FnMut(&mut [u8]) + 'a;

/// What every API token begins with, so that secret scanners and people recognise one.
pub const TOKEN_PREFIX: &str = "otk_";

/// 32 signs without 0/O and 1/I, so that a code survives being printed, read aloud and typed.
const READABLE: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 43 signs of base62 carry 256 bits.
const TOKEN_SIGNS: usize = 43;
/// 12 signs of base32: 60 bits, enough where a guess has to go through a rate limit.
const SIGNATURE_SIGNS: usize = 12;

/// A new random token of 256 bits: `prefix` and 43 letters and digits. The caller shows it once and stores
/// only [`hash_token`].
pub fn token(prefix: &str, fill: &mut Fill<'_>) -> String {
    let mut out = String::with_capacity(prefix.len() + TOKEN_SIGNS);
    out.push_str(prefix);
    let mut left = TOKEN_SIGNS;
    let mut bytes = [0u8; 64];
    while left > 0 {
        fill(&mut bytes);
        for &byte in &bytes {
            // Values from 248 up would make the first signs of the alphabet likelier, so they are thrown away.
            if left > 0 && byte < 248 {
                out.push(char::from(BASE62[usize::from(byte % 62)]));
                left -= 1;
            }
        }
    }
    out
}

/// A new API token, `otk_…`.
pub fn api_token(fill: &mut Fill<'_>) -> String {
    token(TOKEN_PREFIX, fill)
}

/// Whether `text` has the shape of a token with this prefix. Saves a look into the database for rubbish;
/// says nothing about validity.
pub fn looks_like_token(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == TOKEN_SIGNS && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// What is stored instead of a token: SHA-256 in 64 lower-case hex digits. No salt and no slow hash: the input
/// has 256 bits of chance, and the hash is a key to look up by. Not for passwords, not for short codes.
pub fn hash_token(token: &str) -> String {
    hex(&sha256(token.as_bytes()))
}

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Compares secrets in a time that depends only on their lengths.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A code for paper: `groups` times four signs, `ABCD-EFGH`; 20 bits a group. `groups` is taken as 1–16.
/// Short, so it must expire and be limited; store it by [`keyed_hash`].
pub fn printed_code(groups: usize, fill: &mut Fill<'_>) -> String {
    let groups = groups.clamp(1, 16);
    let mut bytes = vec![0u8; groups * 4];
    fill(&mut bytes);
    let mut out = String::with_capacity(groups * 5);
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        out.push(char::from(READABLE[usize::from(byte & 31)]));
    }
    out
}

/// A typed code as it should be compared: capitals without spaces and dashes. Cyrillic letters that look like
/// Latin ones are taken as those, because the keyboard of whoever types is usually Russian. `None` if a sign
/// cannot belong to a code or there are more than 64.
pub fn read_code(typed: &str) -> Option<String> {
    let mut out = String::new();
    for sign in typed.chars() {
        if sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2015}') {
            continue;
        }
        let latin = match sign {
            'А' | 'а' => 'A',
            'В' | 'в' => 'B',
            'С' | 'с' => 'C',
            'Е' | 'е' => 'E',
            'Н' | 'н' => 'H',
            'К' | 'к' => 'K',
            'М' | 'м' => 'M',
            'Р' | 'р' => 'P',
            'Т' | 'т' => 'T',
            'Х' | 'х' => 'X',
            'У' | 'у' => 'Y',
            other => other.to_ascii_uppercase(),
        };
        if !latin.is_ascii() || !READABLE.contains(&(latin as u8)) || out.len() == 64 {
            return None;
        }
        out.push(latin);
    }
    (!out.is_empty()).then_some(out)
}

/// HMAC-SHA256 in hex: for storing short codes, which a plain hash would not hide from whoever has the database
/// but not the key.
pub fn keyed_hash(key: &[u8], text: &str) -> String {
    hex(&mac(key, &[text]))
}

/// Signs some parts (kind, survey, branch…): 12 signs for a link, all capitals so that a QR code stays small.
/// The parts are framed by their lengths: `["a","bc"]` and `["ab","c"]` differ.
pub fn sign(key: &[u8], parts: &[&str]) -> String {
    mac(key, parts).iter().take(SIGNATURE_SIGNS).map(|byte| char::from(READABLE[usize::from(byte & 31)])).collect()
}

/// Whether `signature` (in any letter case) is that of the parts. Constant time.
pub fn verify(key: &[u8], parts: &[&str], signature: &str) -> bool {
    same(sign(key, parts).as_bytes(), signature.to_ascii_uppercase().as_bytes())
}

fn mac(key: &[u8], parts: &[&str]) -> [u8; 32] {
    // HMAC takes a key of any length; keys longer than a block are hashed first, as the standard says.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return sha256(key);
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn tokens_have_a_shape_and_come_from_the_given_chance() {
        let a = api_token(&mut counting(0));
        assert!(looks_like_token(TOKEN_PREFIX, &a), "{a}");
        assert_eq!(a, api_token(&mut counting(0)));
        assert_ne!(a, api_token(&mut counting(1)));
        for bad in ["", "otk_", "otk_%20", &a[..a.len() - 1], &a[1..], &format!("{a}a")] {
            assert!(!looks_like_token(TOKEN_PREFIX, bad), "{bad}");
        }
        // Only bytes that would skew the alphabet: they must be skipped, not used.
        let mut calls = 0;
        let skewed = token("", &mut |b: &mut [u8]| {
            calls += 1;
            b.fill(if calls == 1 { 255 } else { 61 });
        });
        assert_eq!(skewed, "z".repeat(43));
    }

    #[test]
    fn hashes_and_macs_match_published_vectors() {
        assert_eq!(hash_token("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        // RFC 4231, case 2, with our framing undone: one part is preceded by its length.
        let mut plain = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        plain.update(&28u64.to_be_bytes());
        plain.update(b"what do ya want for nothing?");
        assert_eq!(keyed_hash(b"Jefe", "what do ya want for nothing?"), hex(&plain.finalize().into_bytes()));
        assert!(same(b"abc", b"abc") && !same(b"abc", b"abd") && !same(b"abc", b"ab"));
    }

    #[test]
    fn printed_codes_survive_being_typed() {
        let code = printed_code(2, &mut counting(3));
        assert_eq!(code.len(), 9);
        assert_eq!(&code[4..5], "-");
        assert!(!code.contains(['0', 'O', '1', 'I']));
        let plain = code.replace('-', "");
        assert_eq!(read_code(&code.to_lowercase()), Some(plain.clone()));
        assert_eq!(read_code(&format!(" {} \u{2013} {} ", &code[..4], &code[5..])), Some(plain));
        // А В С in Cyrillic.
        assert_eq!(read_code("\u{410}\u{432}\u{421}2"), Some("ABC2".into()));
        for bad in ["", " - ", "ABC0", "ABCO", "АБВГ", "A_B", &"A".repeat(65)] {
            assert_eq!(read_code(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_signature_holds_only_for_its_key_and_parts() {
        let mark = sign(b"key", &["branch", "survey", "north"]);
        assert_eq!(mark.len(), 12);
        assert!(verify(b"key", &["branch", "survey", "north"], &mark));
        assert!(verify(b"key", &["branch", "survey", "north"], &mark.to_lowercase()));
        assert!(!verify(b"other", &["branch", "survey", "north"], &mark));
        assert!(!verify(b"key", &["branch", "survey", "south"], &mark));
        assert!(!verify(b"key", &["branch", "surveyn", "orth"], &mark));
        assert!(!verify(b"key", &["branch", "survey"], &mark));
        for bad in ["", &mark[..11], &format!("{mark}A")] {
            assert!(!verify(b"key", &["branch", "survey", "north"], bad));
        }
    }
}
