//! Numbers as people write them.

/// Which sign parts the fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimal {
    #[default]
    Auto,
    Comma,
    Point,
}

impl Decimal {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            "," | "comma" => Some(Self::Comma),
            "." | "point" => Some(Self::Point),
            _ => None,
        }
    }
}

/// Brings `1 234,50`, `−4.5`, `1,234.5` to the form a machine reads. `None` when it is no number.
fn plain(text: &str, decimal: Decimal) -> Option<String> {
    let text = text.trim();
    let mark = match decimal {
        Decimal::Comma => Some(','),
        Decimal::Point => Some('.'),
        Decimal::Auto => {
            let (commas, points) = (text.matches(',').count(), text.matches('.').count());
            match (commas, points) {
                (0, 0) => None,
                // The last of two different signs parts the fraction; one that comes twice groups thousands.
                (a, b) if a > 0 && b > 0 => text.chars().rev().find(|c| matches!(c, ',' | '.')),
                (1, 0) => Some(','),
                (0, 1) => Some('.'),
                _ => None,
            }
        }
    };
    let mut out = String::with_capacity(text.len());
    let (mut digits, mut marked) = (0, false);
    for (i, c) in text.chars().enumerate() {
        match c {
            '0'..='9' => {
                digits += 1;
                out.push(c);
            }
            '-' | '\u{2212}' if i == 0 => out.push('-'),
            '+' if i == 0 => {}
            _ if Some(c) == mark && !marked => {
                marked = true;
                out.push('.');
            }
            // Thousands are grouped before the fraction only.
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | ',' | '.' if !marked && digits > 0 => {}
            _ => return None,
        }
    }
    (digits > 0).then_some(out)
}

/// A whole number; `4,0` is one, `4,5` is not.
#[must_use]
pub fn whole(text: &str, decimal: Decimal) -> Option<i64> {
    // Most cells are plain digits.
    if let Ok(n) = text.parse::<i64>() {
        return Some(n);
    }
    let plain = plain(text, decimal)?;
    let (int, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if fraction.bytes().all(|b| b == b'0') { int.parse().ok() } else { None }
}

/// Any number.
#[must_use]
pub fn number(text: &str, decimal: Decimal) -> Option<f64> {
    plain(text, decimal)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases = [
            ("4,5", 4.5),
            ("1 234", 1234.0),
            ("1\u{a0}234,50", 1234.5),
            ("1,234.5", 1234.5),
            ("1.234,5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("-3", -3.0),
            ("\u{2212}3,25", -3.25),
            ("+7", 7.0),
            ("3.0", 3.0),
            (" 12 ", 12.0),
            ("0", 0.0),
        ];
        for (text, want) in cases {
            assert_eq!(number(text, Decimal::Auto), Some(want), "{text}");
        }
        for text in ["", "-", "пять", "4,5,6.7.8", "1-2", "NaN", "1e999", "4 из 5", "５"] {
            assert_eq!(number(text, Decimal::Auto), None, "{text}");
        }
        assert_eq!(whole("3.0", Decimal::Auto), Some(3));
        assert_eq!(whole("4,5", Decimal::Auto), None);
        assert_eq!(whole("1,234", Decimal::Point), Some(1234));
        assert_eq!(whole("99999999999999999999", Decimal::Auto), None);
    }
}
