//! Telephone numbers: as people type them, as they are stored (E.164) and as they are shown.

use std::fmt;

/// Why a number is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneProblem {
    /// Nothing there.
    Empty,
    /// A sign that has no place in a number: letters, an extension, a plus in the middle.
    Sign,
    /// Too few digits.
    TooShort,
    /// Too many digits.
    TooLong,
    /// A country's code is missing or does not exist: it should begin with + and the country.
    Country,
}

impl PhoneProblem {
    /// A word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "phone_empty",
            Self::Sign => "phone_sign",
            Self::TooShort => "phone_too_short",
            Self::TooLong => "phone_too_long",
            Self::Country => "phone_country",
        }
    }
}

impl fmt::Display for PhoneProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the number is empty",
            Self::Sign => "there are signs in the number that we do not take",
            Self::TooShort => "the number is too short",
            Self::TooLong => "the number is too long",
            Self::Country => "the number should begin with + and the country code",
        })
    }
}

impl std::error::Error for PhoneProblem {}

/// Brings a number into the form of E.164 (`+74951234567`). `region` is the country (`RU`, `KZ`: both +7) whose
/// numbers may come without a +, with 8 or with nothing before ten digits; for any other a + or 00 is needed.
/// Whether the number is in service nobody can say; only its form is checked.
///
/// # Errors
/// Says what is wrong.
pub fn normalise_phone(text: &str, region: &str) -> Result<String, PhoneProblem> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let mut digits = String::new();
    let mut plus = false;
    for sign in text.chars() {
        match sign {
            '0'..='9' => digits.push(sign),
            '+' if digits.is_empty() && !plus => plus = true,
            // Brackets, dots and all the dashes and spaces that people and spreadsheets put in.
            '(' | ')' | '.' | '-' | '/' | ' ' | '\t' | '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{2009}' => {}
            '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            _ => return Err(PhoneProblem::Sign),
        }
        // 15 of the number itself, and 810 or 00 before it.
        if digits.len() > 18 {
            return Err(PhoneProblem::TooLong);
        }
    }
    if digits.is_empty() {
        return Err(if plus { PhoneProblem::TooShort } else { PhoneProblem::Empty });
    }
    let seven = matches!(region, "RU" | "KZ");
    if !plus {
        if let Some(rest) = digits.strip_prefix("00") {
            digits = rest.to_owned();
            plus = true;
        } else if let Some(rest) = digits.strip_prefix("810")
            && seven
            && digits.len() > 11
        {
            digits = rest.to_owned();
            plus = true;
        }
    }
    let digits = match (plus, digits.len()) {
        // "+8 916 …": no country has +89, and everybody knows what is meant.
        (true, 11) if seven && digits.starts_with("89") => {
            format!("7{}", digits.get(1..).unwrap_or_default())
        }
        (true, _) => digits,
        (false, 11) if seven && digits.starts_with(['7', '8']) => {
            format!("7{}", digits.get(1..).unwrap_or_default())
        }
        (false, 10) if seven => format!("7{digits}"),
        (false, 0..10) => return Err(PhoneProblem::TooShort),
        (false, _) => return Err(PhoneProblem::Country),
    };
    match digits.len() {
        0..8 => return Err(PhoneProblem::TooShort),
        16.. => return Err(PhoneProblem::TooLong),
        _ => {}
    }
    if digits.starts_with('0') {
        return Err(PhoneProblem::Country);
    }
    if digits.starts_with('7') {
        match digits.len() {
            11 => {}
            0..11 => return Err(PhoneProblem::TooShort),
            _ => return Err(PhoneProblem::TooLong),
        }
        // Area codes of the zone +7 begin with 3 to 9.
        if !matches!(digits.as_bytes().get(1), Some(b'3'..=b'9')) {
            return Err(PhoneProblem::Country);
        }
    }
    Ok(format!("+{digits}"))
}

/// A stored number for reading: `+7 (495) 123-45-67`; numbers of other zones, and what is no number, as they are.
pub fn show_phone(e164: &str) -> String {
    let digits = e164.strip_prefix("+7").unwrap_or_default();
    if digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
        format!("+7 ({}) {}-{}-{}", part(0..3), part(3..6), part(6..8), part(8..10))
    } else {
        e164.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        for (text, want) in [
            ("8 (495) 123-45-67", "+74951234567"),
            ("+7 495 123 45 67", "+74951234567"),
            ("7 495 1234567", "+74951234567"),
            ("4951234567", "+74951234567"),
            ("\u{a0}8\u{2011}916\u{2013}123.45.67 ", "+79161234567"),
            ("+8 916 123-45-67", "+79161234567"),
            ("tel:+79161234567", "+79161234567"),
            ("8-800-555-35-35", "+78005553535"),
            ("+7 701 234 56 78", "+77012345678"),
            ("+49 30 901820", "+4930901820"),
            ("0049 30 901820", "+4930901820"),
            ("8 10 49 30 901820", "+4930901820"),
            ("+84 24 3825 3536", "+842438253536"),
            ("+375 (29) 123-45-67", "+375291234567"),
            ("+123456789012345", "+123456789012345"),
            ("+12345678", "+12345678"),
        ] {
            assert_eq!(normalise_phone(text, "RU").as_deref(), Ok(want), "{text}");
            assert_eq!(normalise_phone(want, "RU").as_deref(), Ok(want), "not stable: {want}");
        }
    }

    #[test]
    fn what_is_no_number() {
        use PhoneProblem::*;
        let huge = "8".repeat(1_000_000);
        for (text, why) in [
            ("", Empty),
            (" ( ) ", Empty),
            ("+", TooShort),
            ("112", TooShort),
            ("123-45-67", TooShort),
            ("+7 495 123 45 6", TooShort),
            ("+7 495 123 45 678", TooLong),
            ("+7 195 123 45 67", Country),
            ("12345678901", Country),
            ("+0123456789", Country),
            ("+1234567890123456", TooLong),
            ("+1234567", TooShort),
            ("8 495 123-45-67 доб. 12", Sign),
            ("8 800 FLOWERS", Sign),
            ("8+4951234567", Sign),
            ("++74951234567", Sign),
            ("٠١٢٣٤٥٦٧٨٩", Sign),
            ("8 495 123-45-67\r\nX", Sign),
            (&huge, TooLong),
        ] {
            let shown: String = text.chars().take(40).collect();
            assert_eq!(normalise_phone(text, "RU"), Err(why), "{shown:?}");
        }
        assert_eq!(normalise_phone("8 495 123 45 67", "DE"), Err(Country));
        assert_eq!(normalise_phone("+7 495 123 45 67", "DE").as_deref(), Ok("+74951234567"));
    }

    #[test]
    fn shown() {
        assert_eq!(show_phone("+74951234567"), "+7 (495) 123-45-67");
        for other in ["+4930901820", "", "+7", "+7495123456я", "rubbish"] {
            assert_eq!(show_phone(other), other);
        }
    }
}
