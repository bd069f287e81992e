//! The two languages, and a text that may be given in both.

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A language of the program. Russian is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

/// A language that the program does not speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLang;

impl fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown language: use ru or en")
    }
}

impl std::error::Error for UnknownLang {}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        match text {
            "ru" => Ok(Self::Ru),
            "en" => Ok(Self::En),
            _ => Err(UnknownLang),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Lang {
    /// Both, Russian first.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// `ru` or `en`, as in `<html lang>` and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The other language, to fall back on.
    pub const fn other(self) -> Self {
        match self {
            Self::Ru => Self::En,
            Self::En => Self::Ru,
        }
    }

    /// The wish of a browser: of `ru` and `en` (with any region) the one with the greater weight, the earlier if
    /// equal; Russian if neither is named. Looks at the first KiB and 32 entries only, whatever is sent.
    pub fn from_accept_language(header: &str) -> Self {
        let bytes = header.as_bytes();
        let head = bytes.get(..1024).unwrap_or(bytes);
        let mut best = (Self::Ru, 0u32);
        for part in head.split(|&b| b == b',').take(32) {
            let Ok(part) = std::str::from_utf8(part) else {
                continue;
            };
            let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
            let tag = tag.trim();
            let primary = tag.split('-').next().unwrap_or(tag);
            let lang = if primary.eq_ignore_ascii_case("ru") || tag == "*" {
                Self::Ru
            } else if primary.eq_ignore_ascii_case("en") {
                Self::En
            } else {
                continue;
            };
            let weight = permille(weight.trim());
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }
}

/// The weight of `q=0.8` in thousandths: 1000 without one, 0 if it is nonsense.
fn permille(parameter: &str) -> u32 {
    if parameter.is_empty() {
        return 1000;
    }
    parameter
        .strip_prefix("q=")
        .and_then(|q| q.trim().parse::<f64>().ok())
        .filter(|q| (0.0..=1.0).contains(q))
        .map_or(0, |q| (q * 1000.0).round() as u32)
}

/// A text that people read, as an administrator gave it: one for all, or one for each language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// The same in every language.
    Plain(String),
    /// By language; never empty when it came through serde.
    Map(BTreeMap<Lang, String>),
}

/// Why a label is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelProblem {
    /// Nothing but spaces in some language, or no language at all.
    Empty,
    /// Longer than so many characters in some language.
    TooLong {
        /// The greatest number of characters.
        max: usize,
    },
}

impl fmt::Display for LabelProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the text is empty"),
            Self::TooLong { max } => write!(f, "the text is longer than {max} characters"),
        }
    }
}

impl std::error::Error for LabelProblem {}

impl Label {
    /// The text in `lang`, or in the other language where only that is given; `""` if there is none.
    pub fn get(&self, lang: Lang) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Map(map) => map.get(&lang).or_else(|| map.get(&lang.other())).map_or("", String::as_str),
        }
    }

    /// Reads a label out of a column; what is not JSON is a plain text.
    pub fn stored(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self::Plain(text.to_owned()))
    }

    /// Every text in it.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (plain, map) = match self {
            Self::Plain(text) => (Some(text), None),
            Self::Map(map) => (None, Some(map.values())),
        };
        plain.into_iter().chain(map.into_iter().flatten()).map(String::as_str)
    }

    /// Checks that no text is empty or longer than `max` characters.
    ///
    /// # Errors
    /// The first problem found.
    pub fn check(&self, max: usize) -> Result<(), LabelProblem> {
        let mut any = false;
        for text in self.texts() {
            any = true;
            if crate::visible::is_blank(text) {
                return Err(LabelProblem::Empty);
            }
            if text.chars().count() > max {
                return Err(LabelProblem::TooLong { max });
            }
        }
        if any { Ok(()) } else { Err(LabelProblem::Empty) }
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<String> for Label {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(text) => serializer.serialize_str(text),
            Self::Map(map) => serializer.collect_map(map),
        }
    }
}

// Not serde's `untagged`: it would hide which key was wrong behind "did not match any variant".
impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LabelVisitor;

        impl<'de> Visitor<'de> for LabelVisitor {
            type Value = Label;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a map {\"ru\": …, \"en\": …}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Label, E> {
                Ok(Label::Plain(text.to_owned()))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Label, E> {
                Ok(Label::Plain(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Label, A::Error> {
                let mut map = BTreeMap::new();
                while let Some(key) = access.next_key::<String>()? {
                    let lang: Lang = key.parse().map_err(|_| {
                        let shown: String = key.chars().take(20).collect();
                        de::Error::custom(format!("unknown language {shown:?}: use ru or en"))
                    })?;
                    if map.insert(lang, access.next_value::<String>()?).is_some() {
                        return Err(de::Error::custom(format!("language {lang} given twice")));
                    }
                }
                if map.is_empty() {
                    return Err(de::Error::custom("a text needs at least one language"));
                }
                Ok(Label::Map(map))
            }
        }

        deserializer.deserialize_any(LabelVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_language_they_ask_for() {
        for (header, want) in [
            ("", Lang::Ru),
            ("en", Lang::En),
            ("EN-gb", Lang::En),
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Lang::Ru),
            ("en-US,en;q=0.9,ru;q=0.8", Lang::En),
            ("ru;q=0.5, en;q=0.6", Lang::En),
            ("de, fr;q=0.9, en;q=0.1", Lang::En),
            ("de", Lang::Ru),
            ("*", Lang::Ru),
            ("en;q=0", Lang::Ru),
            ("en;q=NaN", Lang::Ru),
            ("en;q=7", Lang::Ru),
            ("english", Lang::Ru),
            ("ру,en", Lang::En),
        ] {
            assert_eq!(Lang::from_accept_language(header), want, "{header}");
        }
    }

    #[test]
    fn a_megabyte_of_rubbish_costs_nothing() {
        let start = std::time::Instant::now();
        for sign in ["_", ",", ";q=1,", "я"] {
            let rubbish = sign.repeat(1_000_000);
            for _ in 0..100 {
                assert_eq!(Lang::from_accept_language(&rubbish), Lang::Ru);
            }
        }
        assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
        let late = format!("{}en", ",".repeat(1024));
        assert_eq!(Lang::from_accept_language(&late), Lang::Ru);
    }

    #[test]
    fn labels_come_and_go_as_they_were_given() {
        let plain: Label = serde_json::from_str("\"Касса\"").unwrap();
        assert_eq!(plain.get(Lang::En), "Касса");
        assert_eq!(serde_json::to_string(&plain).unwrap(), "\"Касса\"");
        let text = r#"{"ru":"Касса","en":"Till"}"#;
        let both: Label = serde_json::from_str(text).unwrap();
        assert_eq!((both.get(Lang::Ru), both.get(Lang::En)), ("Касса", "Till"));
        assert_eq!(serde_json::to_string(&both).unwrap(), text);
        let one: Label = serde_json::from_str(r#"{"en":"Till"}"#).unwrap();
        assert_eq!(one.get(Lang::Ru), "Till");
    }

    #[test]
    fn labels_refuse_with_a_reason() {
        for (text, reason) in [
            (r#"{"ru":"a","de":"b"}"#, "unknown language \"de\""),
            (r#"{"ru":"a","ru":"b"}"#, "language ru given twice"),
            ("{}", "at least one language"),
            ("7", "a text, or a map"),
            ("null", "a text, or a map"),
            (r#"{"ru":null}"#, "string"),
        ] {
            let error = serde_json::from_str::<Label>(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
        assert_eq!(Label::from(" ").check(5), Err(LabelProblem::Empty));
        assert_eq!(Label::from("шесть!").check(5), Err(LabelProblem::TooLong { max: 5 }));
        assert_eq!(Label::from("шесть").check(5), Ok(()));
        assert_eq!(Label::Map(BTreeMap::new()).check(5), Err(LabelProblem::Empty));
        let half: Label = serde_json::from_str(r#"{"ru":"a","en":""}"#).unwrap();
        assert_eq!(half.check(5), Err(LabelProblem::Empty));
    }
}
