//! [`T`], with which a page asks for its texts, and the values that go into them.

use super::numbers::{Count, Real, decimal, group};
use super::texts::{INSTALLED, warn_once};
use super::{Label, Lang};
use fluent_bundle::FluentValue;
use std::fmt::Display;

/// From here on a float no longer holds every whole number, and Fluent's plural rules would panic on longer ones.
const EXACT: f64 = 1e15;
/// Decimals of a number given to a text: enough for any figure, and few enough for the plural rules.
const TEXT_DECIMALS: usize = 3;
/// A value inside a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg<'a> {
    /// A whole number: grouped, and usable for plurals.
    Int(i64),
    /// Another number: rounded to three decimals without trailing zeros. For fixed decimals format it first and
    /// pass the text.
    Real(f64),
    /// Words, as they are.
    Text(std::borrow::Cow<'a, str>),
}

impl<'a> Arg<'a> {
    pub(super) fn value(&'a self, lang: Lang) -> FluentValue<'a> {
        match self {
            // Fluent counts in floats; a greater number keeps its digits but is no plural any more.
            Self::Int(n) if n.unsigned_abs() as f64 >= EXACT => FluentValue::from(group(lang, &n.to_string())),
            Self::Int(n) => FluentValue::from(*n),
            Self::Real(x) if x.is_finite() && x.abs() < EXACT => {
                let power = 10f64.powi(TEXT_DECIMALS as i32);
                FluentValue::from((x * power).round() / power)
            }
            Self::Real(x) => FluentValue::from(decimal(lang, *x, 0)),
            Self::Text(text) => FluentValue::from(text.as_ref()),
        }
    }
}

macro_rules! int_arg {
    ($($t:ty)*) => { $(
        impl From<$t> for Arg<'_> {
            fn from(n: $t) -> Self {
                Self::Int(n.count())
            }
        }
        impl From<&$t> for Arg<'_> {
            fn from(n: &$t) -> Self {
                Self::Int(n.count())
            }
        }
    )* };
}
int_arg!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl From<f64> for Arg<'_> {
    fn from(x: f64) -> Self {
        Self::Real(x.real())
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.as_str().into())
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// Speaks one language: gives texts by key and formats numbers, money and dates. Costs nothing to copy.
///
/// A key that no language has comes back as it is and is logged once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct T {
    lang: Lang,
}

impl T {
    /// Speaks `lang`.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// `ru` or `en`, for `<html lang>`.
    pub const fn lang(self) -> &'static str {
        self.lang.as_str()
    }

    /// The language itself.
    pub const fn language(self) -> Lang {
        self.lang
    }

    /// A text without values.
    pub fn s(self, key: &str) -> String {
        self.args(key, &[])
    }

    /// A text with a number `$n`, for plurals.
    pub fn n(self, key: &str, n: impl Count) -> String {
        self.args(key, &[("n", Arg::Int(n.count()))])
    }

    /// A text with one value, as it is displayed (a number so passed is neither grouped nor counted: see [`T::n`]).
    pub fn w(self, key: &str, name: &str, value: impl Display) -> String {
        self.args(key, &[(name, value.to_string().into())])
    }

    /// A text with two values.
    pub fn w2(self, key: &str, a: &str, va: impl Display, b: &str, vb: impl Display) -> String {
        self.args(key, &[(a, va.to_string().into()), (b, vb.to_string().into())])
    }

    /// A text with a number `$n` and one value.
    pub fn nw(self, key: &str, n: impl Count, name: &str, value: impl Display) -> String {
        self.args(key, &[("n", Arg::Int(n.count())), (name, value.to_string().into())])
    }

    /// A text with any values.
    pub fn args(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        INSTALLED.get().and_then(|texts| texts.format(self.lang, key, args)).unwrap_or_else(|| {
            warn_once(self.lang, key);
            key.to_owned()
        })
    }

    /// Whether either language has the key.
    pub fn has(self, key: &str) -> bool {
        INSTALLED.get().is_some_and(|texts| Lang::ALL.iter().any(|&lang| texts.has(lang, key)))
    }

    /// The label in this language.
    pub fn label(self, label: &Label) -> &str {
        label.get(self.lang)
    }
}

#[cfg(test)]
#[expect(clippy::needless_borrows_for_generic_args, reason = "templates pass references, so the tests do")]
mod tests {
    use super::super::{Texts, install};
    use super::*;

    fn texts() -> Texts {
        let ru = "hello = Здравствуйте, { $name }!\nanswers = { $n ->\n    [one] { $n } ответ\n    [few] { $n } ответа\n   *[many] { $n } ответов\n}\n";
        Texts::load(&[ru], &["only-en = only here"]).unwrap()
    }

    #[test]
    fn a_missing_key_comes_back_and_the_first_installation_stays() {
        // The only test that touches what is installed.
        let t = T::new(Lang::Ru);
        assert_eq!(t.s("hello"), "hello");
        assert!(install(texts()));
        assert!(!install(Texts::load(&[], &[]).unwrap()));
        assert_eq!(t.w("hello", "name", &"Анна"), "Здравствуйте, Анна!");
        assert_eq!(t.n("answers", &2usize), "2 ответа");
        assert_eq!(t.n("answers", 2u8), "2 ответа");
        assert_eq!(t.s("no-such-key"), "no-such-key");
        assert_eq!(t.s("not a key {"), "not a key {");
        assert!(t.has("only-en") && !t.has("no-such-key"));
        assert_eq!(t.lang(), "ru");
        assert_eq!(t.label(&Label::from("Касса")), "Касса");
    }
}
