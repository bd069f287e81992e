//! Texts from Fluent files.

use super::numbers::group;
use super::{Arg, Lang};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;
use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::sync::{Mutex, OnceLock};

/// How many different missing keys are logged: keys can be built from data, and the log must not grow with it.
const MISSING_LOGGED: usize = 500;

pub(super) static INSTALLED: OnceLock<Texts> = OnceLock::new();
static MISSING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// All texts of the program in both languages.
pub struct Texts {
    ru: Bundle,
    en: Bundle,
}

struct Bundle {
    fluent: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts(ru: {}, en: {})", self.ru.keys.len(), self.en.keys.len())
    }
}

/// What is wrong with the sources: a programmer's mistake, shown at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextsError {
    /// A line that is not Fluent.
    Syntax {
        /// Of which language.
        lang: Lang,
        /// Which of the sources, from 0.
        source: usize,
        /// The line in it, from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// A key that two messages have.
    Duplicate {
        /// Of which language.
        lang: Lang,
        /// Which of the sources, from 0, came second.
        source: usize,
        /// The key.
        key: String,
    },
}

impl Display for TextsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { lang, source, line, reason } => {
                write!(f, "{lang} source {source}, line {line}: {reason}")
            }
            Self::Duplicate { lang, source, key } => {
                write!(f, "{lang} source {source}: the key {key} exists already")
            }
        }
    }
}

impl std::error::Error for TextsError {}

impl Texts {
    /// Parses and merges the sources (`.ftl`) of each language.
    ///
    /// # Errors
    /// The first syntax error, or a key given twice in one language.
    pub fn load(ru: &[&'static str], en: &[&'static str]) -> Result<Self, TextsError> {
        Ok(Self { ru: bundle(Lang::Ru, ru)?, en: bundle(Lang::En, en)? })
    }

    /// Every key of a language, sorted: for the test that both languages say the same.
    pub fn keys(&self, lang: Lang) -> impl Iterator<Item = &str> {
        self.of(lang).keys.iter().map(String::as_str)
    }

    /// Whether the language itself (without falling back) has the key.
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.of(lang).keys.contains(key)
    }

    /// The text, from the other language where this one lacks it, or `None`.
    pub fn format(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        self.of(lang).format(lang, key, args).or_else(|| {
            let text = self.of(lang.other()).format(lang.other(), key, args)?;
            warn_once(lang, key);
            Some(text)
        })
    }

    const fn of(&self, lang: Lang) -> &Bundle {
        match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

fn bundle(lang: Lang, sources: &[&'static str]) -> Result<Bundle, TextsError> {
    let mut fluent = FluentBundle::new_concurrent(vec![lang.as_str().parse().unwrap_or_default()]);
    // The isolating marks would turn up in every value that a test or a person copies; our two languages run one way.
    fluent.set_use_isolating(false);
    fluent.set_formatter(Some(match lang {
        Lang::Ru => |value, _| number(Lang::Ru, value),
        Lang::En => |value, _| number(Lang::En, value),
    }));
    let mut keys = BTreeSet::new();
    for (source, text) in sources.iter().enumerate() {
        let resource = FluentResource::try_new((*text).to_owned()).map_err(|(_, errors)| {
            let error = errors.first();
            let start = error.map_or(0, |e| e.pos.start);
            TextsError::Syntax {
                lang,
                source,
                line: text.get(..start).map_or(0, |head| head.matches('\n').count()) + 1,
                reason: error.map(ToString::to_string).unwrap_or_default(),
            }
        })?;
        keys.extend(resource.entries().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        }));
        fluent.add_resource(resource).map_err(|errors| TextsError::Duplicate {
            lang,
            source,
            key: match errors.into_iter().next() {
                Some(FluentError::Overriding { id, .. }) => id,
                _ => String::new(),
            },
        })?;
    }
    Ok(Bundle { fluent, keys })
}

/// Numbers inside texts look like numbers elsewhere.
fn number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let plain = number.as_string();
    Some(if number.options.use_grouping { group(lang, &plain) } else { plain.into_owned() })
}

impl Bundle {
    fn format(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let pattern = self.fluent.get_message(key)?.value()?;
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            values.set((*name).to_owned(), arg.value(lang));
        }
        let mut errors = Vec::new();
        let text = self.fluent.format_pattern(pattern, Some(&values), &mut errors).into_owned();
        if let Some(error) = errors.first() {
            tracing::warn!(key, %lang, %error, "a text could not be filled in");
        }
        Some(text)
    }
}

pub(super) fn warn_once(lang: Lang, key: &str) {
    // A poisoned lock only means that a log line is repeated.
    let mut seen = MISSING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if seen.len() < MISSING_LOGGED && seen.insert(format!("{lang} {key}")) {
        drop(seen);
        tracing::warn!(key, %lang, "no such text");
    }
}

/// Makes the texts those of the program. The first call wins, so that tests may all call it.
/// Returns whether this call was the first.
pub fn install(texts: Texts) -> bool {
    INSTALLED.set(texts).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RU: &str = "\
hello = Здравствуйте, { $name }!
only-ru = только здесь
answers = { $n ->
    [one] { $n } ответ
    [few] { $n } ответа
   *[many] { $n } ответов
}
";
    const EN: &str = "\
hello = Hello, { $name }!
only-en = only here
answers = { $n ->
    [one] { $n } answer
   *[other] { $n } answers
}
";

    fn texts() -> Texts {
        Texts::load(&[RU, "second = второй"], &[EN]).unwrap()
    }

    fn say(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        texts().format(lang, key, args).unwrap().replace('\u{a0}', "_")
    }

    #[test]
    fn plurals_and_grouping() {
        for (n, ru, en) in [
            (0, "0 ответов", "0 answers"),
            (1, "1 ответ", "1 answer"),
            (2, "2 ответа", "2 answers"),
            (5, "5 ответов", "5 answers"),
            (11, "11 ответов", "11 answers"),
            (21, "21 ответ", "21 answers"),
            (22, "22 ответа", "22 answers"),
            (111, "111 ответов", "111 answers"),
            (12345, "12_345 ответов", "12,345 answers"),
            (-2, "−2 ответа", "−2 answers"),
        ] {
            assert_eq!(say(Lang::Ru, "answers", &[("n", n.into())]), ru);
            assert_eq!(say(Lang::En, "answers", &[("n", n.into())]), en);
        }
    }

    #[test]
    fn no_number_panics() {
        for n in [i64::MIN, i64::MAX, 999_999_999_999_999, 1_000_000_000_000_000] {
            assert!(!say(Lang::Ru, "answers", &[("n", n.into())]).is_empty());
        }
        assert!(say(Lang::Ru, "answers", &[("n", i64::MAX.into())]).contains("9_223_372_036_854_775_807"));
        for x in [f64::NAN, f64::INFINITY, 1e300, -1e300, 1e-300, 0.1 + 0.2, 999_999_999_999_999.9, 1.0 / 3.0] {
            assert!(!say(Lang::En, "answers", &[("n", x.into())]).is_empty());
        }
        assert_eq!(say(Lang::Ru, "answers", &[("n", 1.5.into())]), "1,5 ответов");
    }

    #[test]
    fn values_stay_as_they_are() {
        let odd = "<b>{ $n }</b> \u{202e} -1";
        assert_eq!(say(Lang::En, "hello", &[("name", odd.into())]), format!("Hello, {odd}!"));
        // A value that is missing must be seen, not hide the text.
        assert_eq!(say(Lang::En, "hello", &[]), "Hello, {$name}!");
    }

    #[test]
    fn each_language_falls_back_on_the_other() {
        let texts = texts();
        assert_eq!(texts.format(Lang::En, "only-ru", &[]).unwrap(), "только здесь");
        assert_eq!(texts.format(Lang::Ru, "only-en", &[]).unwrap(), "only here");
        assert_eq!(texts.format(Lang::Ru, "nowhere", &[]), None);
        assert!(!texts.has(Lang::En, "only-ru") && texts.has(Lang::Ru, "second"));
        assert_eq!(texts.keys(Lang::En).collect::<Vec<_>>(), ["answers", "hello", "only-en"]);
    }

    #[test]
    fn mistakes_in_the_sources_stop_the_program() {
        assert_eq!(
            Texts::load(&["a = 1\n", "b = 1\na = 2\n"], &[]).unwrap_err(),
            TextsError::Duplicate { lang: Lang::Ru, source: 1, key: "a".into() }
        );
        assert!(Texts::load(&["a = 1\na = 2\n"], &[]).is_err());
        let error = Texts::load(&[], &["a = 1\nb = { $x \nc = 2\n"]).unwrap_err();
        assert!(matches!(error, TextsError::Syntax { lang: Lang::En, line: 2..=3, .. }), "{error}");
    }
}
