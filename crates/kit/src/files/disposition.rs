//! The names of files, on their way out.

use axum::http::HeaderValue;
use std::fmt::Write as _;

/// Longest name, in characters.
const LONGEST: usize = 150;

/// A name as people may see and save it: no folders, no control signs or direction marks, no dot or space at either
/// end, no name that Windows keeps for itself; `file` if nothing is left.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control())
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 10 => (stem, format!(".{ending}")),
        _ => (clean, String::new()),
    };
    let stem: String = stem.chars().take(LONGEST - ending.chars().count()).collect();
    if stem.is_empty() {
        return format!("file{ending}");
    }
    let device = stem.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered =
        |name: &str| device.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()));
    let reserved = matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    format!("{}{stem}{ending}", if reserved { "_" } else { "" })
}

/// The header `Content-Disposition` for a download under the name that somebody gave (RFC 6266): always `attachment`,
/// the name cleaned by [`clean_name`], in ASCII for old programs and in UTF-8 for all others.
pub fn content_disposition(name: &str) -> HeaderValue {
    let name = clean_name(name);
    // A percent sign would be decoded by some programs, a quote or backslash ends or bends the quoted string.
    let plain = |c: char| {
        if c.is_ascii() && !matches!(c, '"' | '\\' | '%' | ';') { c } else { '_' }
    };
    let ascii: String = name.chars().map(plain).collect();
    let mut value = format!("attachment; filename=\"{ascii}\"");
    if ascii != name {
        value.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                value.push(char::from(byte));
            } else {
                // Writing into a String cannot fail.
                let _ = write!(value, "%{byte:02X}");
            }
        }
    }
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_teeth() {
        for (name, want) in [
            ("отчёт.pdf", "отчёт.pdf"),
            ("a\"\r\nX: 1.png", "a_X_ 1.png"),
            ("../../x", "x"),
            ("..\\..\\x.exe", "x.exe"),
            ("/etc/passwd", "passwd"),
            ("a\0.png", "a.png"),
            (".htaccess", "htaccess"),
            ("\u{200b}.htaccess", "htaccess"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("COM1.txt", "_COM1.txt"),
            ("COMMENT.txt", "COMMENT.txt"),
            ("photo\u{202e}gnp.exe", "photognp.exe"),
            ("", "file"),
            ("...", "file"),
            ("a/", "file"),
            ("<img src=x>.png", "_img src=x_.png"),
        ] {
            assert_eq!(clean_name(name), want, "{name:?}");
            assert_eq!(clean_name(want), want, "not stable: {want}");
        }
        let long = clean_name(&format!("{}.png", "я".repeat(4096)));
        assert_eq!(long.chars().count(), 150);
        assert!(long.ends_with("я.png"));
        assert!(clean_name(&format!("a.{}", "b".repeat(4096))).chars().count() <= 150);
    }

    #[test]
    fn headers_hold_the_name_and_nothing_else() {
        let header = |name: &str| content_disposition(name).to_str().unwrap().to_owned();
        assert_eq!(header("report.pdf"), "attachment; filename=\"report.pdf\"");
        assert_eq!(header("a\"\r\nX: 1.png"), "attachment; filename=\"a_X_ 1.png\"");
        assert_eq!(
            header("отчёт 1.pdf"),
            "attachment; filename=\"_____ 1.pdf\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82%201.pdf"
        );
        assert_eq!(header("50%.csv"), "attachment; filename=\"50_.csv\"; filename*=UTF-8''50%25.csv");
        assert_eq!(header("a;b'c.csv"), "attachment; filename=\"a_b'c.csv\"; filename*=UTF-8''a%3Bb%27c.csv");
        for evil in ["\r\n\r\n<html>", "\u{1}\u{7f}\u{85}", "\"; filename=\"x.exe", "\u{2028}"] {
            let value = header(evil);
            assert!(value.bytes().all(|b| (32..127).contains(&b)), "{value:?}");
            assert_eq!(value.matches('"').count(), 2, "{value:?}");
        }
    }
}
