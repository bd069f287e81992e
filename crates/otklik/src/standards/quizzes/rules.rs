//! What makes a quiz sound, how its questions are mixed, and what is right.

use std::fmt;

use kit::error::FieldError;
use kit::i18n::{Label, Lang};
use kit::{Error, Faults, Result};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use uuid::Uuid;

mod judging;

pub use judging::{Asked, Judged, Tally, judge, mixed, right_of};

pub const MOST_QUESTIONS: usize = 100;
pub const MOST_OPTIONS: usize = 12;
/// A title that is given as a plain text is the option's key too.
const TITLE_MAX: usize = 300;
/// A share is kept in ten-thousandths, so that comparing it is exact.
const WHOLE: i64 = 10_000;

/// A quiz on one standard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuizForm {
    /// The standard that is asked about; it stays.
    pub standard: Uuid,
    /// The share of right answers that passes.
    #[schema(minimum = 0, maximum = 1)]
    pub pass_share: f64,
    #[schema(min_items = 1, max_items = 100)]
    pub questions: Vec<Question>,
    /// Runs that one person has; without it, as many as it takes to learn: figures count the first one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub attempts: Option<i64>,
}

/// One question, tied to an item of the standard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuizFormQuestion)]
pub struct Question {
    /// How answers name it; made when it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub key: Option<String>,
    pub item: Uuid,
    pub text: Label,
    #[schema(min_items = 2, max_items = 12)]
    pub options: Vec<Choice>,
    /// The key of the right option, or a list of them: then several may be ticked, and all of them must be right.
    pub correct: Picks,
    /// Shown when the run has been handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Label>,
}

impl Question {
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.as_deref().unwrap_or("")
    }

    /// May several options be ticked?
    #[must_use]
    pub fn many(&self) -> bool {
        matches!(self.correct, Picks::Many(_))
    }

    #[must_use]
    pub fn option(&self, key: &str) -> Option<&Choice> {
        self.options.iter().find(|o| o.key == key)
    }
}

/// An option: `{"key","title"}`, or a plain text that is its own key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    pub key: String,
    pub title: Label,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Full {
    key: String,
    title: Label,
}

impl<'de> Deserialize<'de> for Choice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Choice;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with key and title, or a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Choice, E> {
                let text = text.trim();
                Ok(Choice { key: text.to_owned(), title: Label::Plain(text.to_owned()) })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Choice, A::Error> {
                let full = Full::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Choice { key: full.key, title: full.title })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

fn text_of(max: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(max))
}

impl utoipa::PartialSchema for Choice {
    fn schema() -> RefOr<Schema> {
        let full = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("key", text_of(TITLE_MAX))
            .property("title", Label::schema())
            .required("key")
            .required("title")
            .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::<Schema>::FreeForm(false)));
        OneOfBuilder::new().item(text_of(TITLE_MAX)).item(full).into()
    }
}

impl utoipa::ToSchema for Choice {
    fn name() -> std::borrow::Cow<'static, str> {
        "QuizChoice".into()
    }
}

/// One option, or a list of options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picks {
    One(String),
    Many(Vec<String>),
}

impl Picks {
    #[must_use]
    pub fn keys(&self) -> &[String] {
        match self {
            Self::One(key) => std::slice::from_ref(key),
            Self::Many(keys) => keys,
        }
    }

    fn sorted(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.keys().iter().map(String::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

impl Serialize for Picks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(key) => serializer.serialize_str(key),
            Self::Many(keys) => serializer.collect_seq(keys),
        }
    }
}

impl<'de> Deserialize<'de> for Picks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Picks;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an option's key as a string, or a sequence of them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Picks, E> {
                Ok(Picks::One(text.trim().to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Picks, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = list.next_element::<String>()? {
                    keys.push(key.trim().to_owned());
                }
                Ok(Picks::Many(keys))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl utoipa::PartialSchema for Picks {
    fn schema() -> RefOr<Schema> {
        let list = ArrayBuilder::new().items(text_of(TITLE_MAX)).min_items(Some(1)).max_items(Some(MOST_OPTIONS));
        OneOfBuilder::new().item(text_of(TITLE_MAX)).item(list).into()
    }
}

impl utoipa::ToSchema for Picks {}

/// A share in ten-thousandths.
#[must_use]
pub fn kept_share(share: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a share lies between 0 and 1")]
    let kept = (share * 10_000.0).round() as i64;
    kept
}

/// The share that ten-thousandths stand for.
#[must_use]
pub fn share(kept: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
    let share = kept as f64 / 10_000.0;
    share
}

/// Is this many right enough?
#[must_use]
pub fn passes(right: i64, of: i64, kept_share: i64) -> bool {
    of > 0 && right * WHOLE >= kept_share * of
}

fn label(faults: &mut Faults, field: &str, label: &Label, max: usize) {
    // The first fault of a text is enough: the field is one.
    let mut own = Faults::default();
    label.texts().for_each(|text| own.text(field, text, max));
    faults.0.extend(own.0.into_iter().next());
}

/// Everything that is wrong with a quiz, apart from what its items are. Gives it with trimmed texts and a key for each question.
///
/// # Errors
/// `Invalid` with one entry for each fault.
pub fn check(form: &QuizForm) -> Result<QuizForm> {
    let mut out = form.clone();
    let mut faults = Faults::default();
    if !(0.0..=1.0).contains(&form.pass_share) {
        faults.push(FieldError::new("pass_share", "out-of-range").with("min", 0).with("max", 1));
    }
    if form.attempts.is_some_and(|n| !(1..=100).contains(&n)) {
        faults.push(FieldError::new("attempts", "out-of-range").with("min", 1).with("max", 100));
    }
    if form.questions.is_empty() {
        faults.add("questions", "required");
    }
    if form.questions.len() > MOST_QUESTIONS {
        faults.push(FieldError::new("questions", "too-many").with("max", MOST_QUESTIONS));
    }
    out.questions.truncate(MOST_QUESTIONS);
    give_keys(&mut out.questions);
    for i in 0..out.questions.len() {
        let (earlier, rest) = out.questions.split_at_mut(i);
        let Some(question) = rest.first_mut() else { continue };
        check_question(&format!("questions[{i}]"), question, earlier, &mut faults);
    }
    faults.check()?;
    Ok(out)
}

fn check_question(at: &str, q: &mut Question, earlier: &[Question], faults: &mut Faults) {
    let name = q.name().to_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        faults.add(format!("{at}.key"), "bad-key");
    } else if earlier.iter().any(|e| e.name() == name) {
        faults.add(format!("{at}.key"), "duplicate");
    }
    label(faults, &format!("{at}.text"), &q.text, 1000);
    if let Some(explain) = &q.explain {
        label(faults, &format!("{at}.explain"), explain, 2000);
    }
    if q.options.len() < 2 {
        faults.add(format!("{at}.options"), "quiz-two-options");
    }
    if q.options.len() > MOST_OPTIONS {
        faults.push(FieldError::new(format!("{at}.options"), "too-many").with("max", MOST_OPTIONS));
    }
    for (n, option) in q.options.iter_mut().enumerate() {
        option.key = option.key.trim().to_owned();
        faults.text(&format!("{at}.options[{n}].key"), &option.key, TITLE_MAX);
        label(faults, &format!("{at}.options[{n}].title"), &option.title, TITLE_MAX);
    }
    for (n, option) in q.options.iter().enumerate() {
        if q.options[..n].iter().any(|o| o.key == option.key) {
            faults.add(format!("{at}.options[{n}].key"), "duplicate");
        }
    }
    if q.correct.keys().is_empty() {
        faults.add(format!("{at}.correct"), "quiz-mark-one");
    } else if q.correct.keys().iter().any(|k| q.option(k).is_none()) {
        faults.add(format!("{at}.correct"), "unknown-option");
    } else if q.many() && q.correct.sorted().len() == q.options.len() {
        // Whoever ticks everything would be right without having read anything.
        faults.add(format!("{at}.correct"), "quiz-all-right");
    }
}

/// Keys for the questions that came without: `q1`, `q2` … as far as they are free.
fn give_keys(questions: &mut [Question]) {
    let mut taken: Vec<String> = questions.iter().filter_map(|q| q.key.clone()).collect();
    let mut n = 1;
    for q in questions.iter_mut().filter(|q| q.key.is_none()) {
        while taken.contains(&format!("q{n}")) {
            n += 1;
        }
        let key = format!("q{n}");
        taken.push(key.clone());
        q.key = Some(key);
    }
}

/// A text edited in one language; the other language keeps its own.
#[must_use]
pub fn relabel(old: Option<&Label>, lang: Lang, text: &str) -> Label {
    match old {
        Some(Label::Map(map)) => {
            let mut map = map.clone();
            map.insert(lang, text.to_owned());
            Label::Map(map)
        }
        _ => Label::Plain(text.to_owned()),
    }
}

/// A person may have one more run?
///
/// # Errors
/// `Conflict` when all runs are used up.
pub fn may_begin(submitted: i64, most: Option<i64>) -> Result<()> {
    if most.is_some_and(|most| submitted >= most) { Err(Error::Conflict("quiz-attempts-used")) } else { Ok(()) }
}

/// So many runs have a number at most.
const MOST_RUNS: i64 = 1_000_000;

/// # Errors
/// `Invalid` for a number that no run has.
pub fn check_number(number: Option<i64>) -> Result<()> {
    match number {
        Some(n) if !(1..=MOST_RUNS).contains(&n) => {
            Err(Error::Invalid(vec![FieldError::new("number", "out-of-range").with("min", 1).with("max", MOST_RUNS)]))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
