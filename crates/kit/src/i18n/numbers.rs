//! Numbers, percentages and money as people of either language write them. Without ICU: two languages are two
//! short tables, and ICU's data would be the heaviest part of the program.

use super::Lang;
use super::T;

/// A no-break space: digit groups and units must not be torn apart at the end of a line.
pub(super) const NBSP: char = '\u{a0}';
/// A real minus sign, as wide as a plus.
const MINUS: char = '\u{2212}';

/// A whole number, or a reference to one: templates pass fields by reference and literals by value.
pub trait Count {
    /// The number; what does not fit becomes the nearest that does.
    fn count(&self) -> i64;
}

/// A number, whole or not, or a reference to one.
pub trait Real {
    /// The number.
    fn real(&self) -> f64;
}

macro_rules! whole {
    ($($t:ty)*) => { $(
        impl Count for $t {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
        impl Real for $t {
            fn real(&self) -> f64 {
                *self as f64
            }
        }
    )* };
}
whole!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Real for f64 {
    fn real(&self) -> f64 {
        *self
    }
}

impl Real for f32 {
    fn real(&self) -> f64 {
        f64::from(*self)
    }
}

impl<C: Count + ?Sized> Count for &C {
    fn count(&self) -> i64 {
        (**self).count()
    }
}

impl<R: Real + ?Sized> Real for &R {
    fn real(&self) -> f64 {
        (**self).real()
    }
}

/// Groups plain digits (with an optional `-` and `.123`) the way of the language.
pub(super) fn group(lang: Lang, plain: &str) -> String {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // "-0.00" is what rounding leaves of a tiny negative number: nobody wants to read a minus there.
    let zero = digits.bytes().all(|b| matches!(b, b'0' | b'.'));
    let mut out = String::with_capacity(plain.len() + 8);
    if sign && !zero {
        out.push(MINUS);
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(if lang == Lang::Ru { NBSP } else { ',' });
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(if lang == Lang::Ru { ',' } else { '.' });
        out.push_str(fraction);
    }
    out
}

/// A number with so many decimals (at most 15); a dash for what is not a number.
pub(super) fn decimal(lang: Lang, value: f64, decimals: usize) -> String {
    if value.is_finite() { group(lang, &format!("{value:.*}", decimals.min(15))) } else { "\u{2014}".to_owned() }
}

/// The sign or code of a currency, and how many minor units make one (as a power of ten).
fn currency_of(code: &str) -> (&str, u32) {
    match code {
        "RUB" => ("₽", 2),
        "USD" => ("$", 2),
        "EUR" => ("€", 2),
        "GBP" => ("£", 2),
        "KZT" => ("₸", 2),
        "UAH" => ("₴", 2),
        "AMD" => ("֏", 2),
        "GEL" => ("₾", 2),
        "JPY" => ("¥", 0),
        "KRW" => ("₩", 0),
        "VND" => ("₫", 0),
        "CLP" | "ISK" | "XAF" | "XOF" | "UGX" | "PYG" | "RWF" => (code, 0),
        "KWD" | "BHD" | "OMR" | "JOD" | "TND" | "IQD" | "LYD" => (code, 3),
        _ => (code, 2),
    }
}

impl T {
    /// `1 234,5` or `1,234.5`: always `decimals` of them (at most 15); a dash for NaN and infinities. The spaces are
    /// no-break, the minus is a real one: for reading, not for input fields.
    pub fn num(self, value: impl Real, decimals: impl Count) -> String {
        decimal(self.language(), value.real(), places(&decimals))
    }

    /// The same with a plus before what is above zero: for differences.
    pub fn signed(self, value: impl Real, decimals: impl Count) -> String {
        let text = self.num(&value, decimals);
        let nothing = !text.contains(|c: char| ('1'..='9').contains(&c));
        if value.real() > 0.0 && !nothing { format!("+{text}") } else { text }
    }

    /// A share (0.125) as `12,5 %` or `12.5%`.
    pub fn percent(self, share: impl Real, decimals: impl Count) -> String {
        let value = share.real();
        if !value.is_finite() {
            return "\u{2014}".to_owned();
        }
        let text = self.num(value * 100.0, decimals);
        match self.language() {
            Lang::Ru => format!("{text}{NBSP}%"),
            Lang::En => format!("{text}%"),
        }
    }

    /// A whole number in groups of three.
    pub fn int(self, value: impl Count) -> String {
        group(self.language(), &value.count().to_string())
    }

    /// Money from minor units (kopecks) and a code of ISO 4217: `1 234,50 ₽` or `₽1,234.50`; a currency without a
    /// sign shows its code.
    pub fn money(self, minor: impl Count, currency: &str) -> String {
        let (sign, power) = currency_of(currency);
        let minor = minor.count();
        let unit = 10u64.pow(power);
        let (whole, part) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
        let mut plain = whole.to_string();
        if power > 0 {
            plain = format!("{plain}.{part:0width$}", width = power as usize);
        }
        let amount = group(self.language(), &plain);
        let minus = if minor < 0 { MINUS.to_string() } else { String::new() };
        match self.language() {
            Lang::Ru => format!("{minus}{amount}{NBSP}{sign}"),
            Lang::En if sign == currency => format!("{minus}{sign}{NBSP}{amount}"),
            Lang::En => format!("{minus}{sign}{amount}"),
        }
    }
}

fn places(decimals: &impl Count) -> usize {
    usize::try_from(decimals.count()).unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::needless_borrows_for_generic_args, reason = "templates pass references, so the tests do")]
mod tests {
    use super::*;

    const RU: T = T::new(Lang::Ru);
    const EN: T = T::new(Lang::En);

    /// So that the expectations below can be read: `_` for a no-break space, `-` for the real minus.
    fn plain(text: String) -> String {
        text.replace(NBSP, "_").replace(MINUS, "-")
    }

    #[test]
    fn numbers() {
        for (value, decimals, ru, en) in [
            (1234.5, 1, "1_234,5", "1,234.5"),
            (0.0, 0, "0", "0"),
            (-0.04, 1, "0,0", "0.0"),
            (-1234567.0, 0, "-1_234_567", "-1,234,567"),
            (999.999, 2, "1_000,00", "1,000.00"),
            (123.0, 0, "123", "123"),
            (f64::NAN, 1, "—", "—"),
            (f64::INFINITY, 1, "—", "—"),
        ] {
            assert_eq!(plain(RU.num(value, decimals)), ru);
            assert_eq!(plain(EN.num(value, decimals)), en);
        }
        assert_eq!(plain(RU.num(1.5, -3)), "2");
        assert!(RU.num(1e300, 400).chars().count() < 450);
        // Values and references alike, as templates need it.
        assert_eq!(RU.num(7u8, 1u64), RU.num(&&7i64, &1usize));
        assert_eq!(plain(RU.int(i64::MIN)), "-9_223_372_036_854_775_808");
        assert_eq!(plain(EN.int(u64::MAX)), "9,223,372,036,854,775,807");
    }

    #[test]
    fn differences_and_shares() {
        assert_eq!(plain(RU.signed(1.25, 1)), "+1,2");
        assert_eq!(plain(RU.signed(-1.25, 1)), "-1,2");
        assert_eq!(plain(EN.signed(0.04, 1)), "0.0");
        assert_eq!(plain(EN.signed(-0.04, 1)), "0.0");
        assert_eq!(plain(EN.signed(f64::INFINITY, 1)), "—");
        assert_eq!(plain(RU.percent(0.125, 1)), "12,5_%");
        assert_eq!(plain(EN.percent(-0.5, 0)), "-50%");
        assert_eq!(EN.percent(f64::NAN, 0), "—");
    }

    #[test]
    fn money() {
        for (minor, code, ru, en) in [
            (123450, "RUB", "1_234,50_₽", "₽1,234.50"),
            (-5, "RUB", "-0,05_₽", "-₽0.05"),
            (0, "USD", "0,00_$", "$0.00"),
            (1234, "JPY", "1_234_¥", "¥1,234"),
            (1234, "KWD", "1,234_KWD", "KWD_1.234"),
            (100, "CHF", "1,00_CHF", "CHF_1.00"),
        ] {
            assert_eq!(plain(RU.money(minor, code)), ru);
            assert_eq!(plain(EN.money(minor, code)), en);
        }
        assert_eq!(plain(RU.money(i64::MIN, "RUB")), "-92_233_720_368_547_758,08_₽");
    }
}
