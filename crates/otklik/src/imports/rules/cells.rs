//! Cells that go out: quoted, and harmless in a spreadsheet.

use kit::visible::is_invisible;

/// Signs that make a spreadsheet take a cell for a formula.
const FORMULA: [char; 15] = [
    '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{fe66}', '\u{fe62}', '\u{fe63}',
    '\u{fe6b}', '\u{2212}',
];

/// Does it begin like a formula, as far as the eye (and some spreadsheets) can tell?
fn begins_formula(text: &str) -> bool {
    text.starts_with(FORMULA) || text.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c)).starts_with(FORMULA)
}

/// Would a spreadsheet calculate this? Apostrophes in front are passed over, so that a second one can be taken off again.
fn dangerous(text: &str) -> bool {
    let inner = text.trim_start_matches('\'');
    begins_formula(inner) && !(inner.len() == text.len() && is_negative_number(text))
}

fn is_negative_number(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| {
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        let marks = rest.bytes().filter(|b| matches!(b, b'.' | b',')).count();
        digits > 0 && marks <= 1 && digits + marks == rest.len() && rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// A name for a cell that others write: one that begins like a formula gets an apostrophe in front.
#[must_use]
pub fn guarded(text: &str) -> String {
    if dangerous(text) { format!("'{text}") } else { text.to_owned() }
}

/// Writes one cell: a formula gets an apostrophe in front, quotes where they are needed.
pub fn write_cell(out: &mut String, text: &str, separator: char) {
    let guard = dangerous(text);
    let quote = text.contains([separator, '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
    if quote {
        out.push('"');
    }
    if guard {
        out.push('\'');
    }
    if text.contains('"') {
        out.push_str(&text.replace('"', "\"\""));
    } else {
        out.push_str(text);
    }
    if quote {
        out.push('"');
    }
}

/// Writes a row and ends it.
pub fn write_row<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a str>, separator: char) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(separator);
        }
        write_cell(out, cell, separator);
    }
    out.push_str("\r\n");
}

/// Takes off the apostrophe that [`write_cell`] put in front of a formula.
#[must_use]
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = String::new();
        write_cell(&mut out, text, ';');
        out
    }

    #[test]
    fn a_formula_stays_a_text_and_a_negative_number_a_number() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("+7 495"), "'+7 495");
        assert_eq!(cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(cell("-cmd"), "'-cmd");
        assert_eq!(cell("＝1"), "'＝1");
        for sign in ["﹦", "﹢", "﹣", "﹫", "－", "−", "\u{200b}=", "\u{feff}\u{200d}@", "\u{a0}+", "\u{ad}\u{2060} ="] {
            assert_eq!(cell(&format!("{sign}1")).trim_matches('"'), format!("'{sign}1"), "{sign:?}");
        }
        assert_eq!(cell("\u{200b}a=1"), "\u{200b}a=1");
        assert_eq!(cell("\tx"), "'\tx");
        assert_eq!(cell("\r=x"), "\"'\r=x\"");
        assert_eq!(cell("-5"), "-5");
        assert_eq!(cell("-5,25"), "-5,25");
        assert_eq!(cell("-2+3+cmd|' /C calc'!A0"), "'-2+3+cmd|' /C calc'!A0");
        assert_eq!(cell("a;\"b\""), "\"a;\"\"b\"\"\"");
        for text in ["\u{200b}=1", "'﹦1", "=1", "'=1", "''=1", "-5", "plain", "'quoted'", "", "-"] {
            assert_eq!(unguard(&cell(text)), text);
        }
    }
}
