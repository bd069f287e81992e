//! The library itself: items to begin with for four kinds of business, in both languages.

use std::sync::LazyLock;

use kit::i18n::{Label, Lang, T};
use kit::{Error, Faults, FieldError, Result};
use serde::{Deserialize, Serialize};

use crate::standards::editing::rules::{ItemText, Kind};

/// Whose items they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Business {
    Clinic,
    Shop,
    Cafe,
    /// Support by phone and in writing, and visits to the client.
    Desk,
}

impl Business {
    pub const ALL: [Self; 4] = [Self::Clinic, Self::Shop, Self::Cafe, Self::Desk];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clinic => "clinic",
            Self::Shop => "shop",
            Self::Cafe => "cafe",
            Self::Desk => "desk",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.as_str() == text)
    }
}

/// What sort of rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StarterBlock)]
pub enum Block {
    /// What is done every day.
    Rule,
    /// If … then …: what to do when something goes wrong.
    Situation,
    /// What to do when a competitor acts.
    Competitor,
}

/// An item to begin with.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Starter {
    /// `clinic.desk-greeting`; those that begin with `any.` suit every business.
    pub key: String,
    pub kind: Kind,
    pub block: Block,
    /// The key of the touchpoint that it belongs to, from the list to begin with.
    pub touchpoint: String,
    pub text: Label,
    pub why: Label,
    pub measure: Label,
    pub norm: Label,
    pub weight: f64,
    pub minutes_cost: f64,
    #[serde(default)]
    pub critical: bool,
    #[serde(default = "yes")]
    pub mandatory: bool,
}

fn yes() -> bool {
    true
}

/// A question that goes with an item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The key of the starter.
    pub item: String,
    pub text: Label,
    pub options: Vec<Label>,
    /// Which option is right, from 0.
    pub correct: usize,
    pub explain: Label,
}

/// One file of the library.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shelf {
    pub key: String,
    #[serde(default)]
    pub name: Option<Label>,
    pub items: Vec<Starter>,
    #[serde(default)]
    pub questions: Vec<Question>,
}

static SHELVES: LazyLock<std::result::Result<Vec<Shelf>, String>> = LazyLock::new(|| {
    let files = [
        include_str!("../data/clinic.json"),
        include_str!("../data/shop.json"),
        include_str!("../data/cafe.json"),
        include_str!("../data/desk.json"),
        include_str!("../data/any.json"),
    ];
    files.iter().map(|f| serde_json::from_str(f).map_err(|e| e.to_string())).collect()
});

/// Every file of the library.
///
/// # Errors
/// When the library cannot be read: a defect that a test finds.
pub fn shelves() -> Result<&'static [Shelf]> {
    SHELVES.as_deref().map_err(|e| Error::Internal(e.clone()))
}

/// The items of a business (its own, then those for everybody) or of all, of one kind or of all.
///
/// # Errors
/// As `shelves`.
pub fn of(business: Option<Business>, kind: Option<Kind>) -> Result<Vec<&'static Starter>> {
    let wanted = |shelf: &&Shelf| business.is_none_or(|b| shelf.key == b.as_str() || shelf.key == "any");
    let items = shelves()?.iter().filter(wanted).flat_map(|s| &s.items);
    Ok(items.filter(|i| kind.is_none_or(|k| i.kind == k)).collect())
}

/// The questions that go with the items of a business.
///
/// # Errors
/// As `shelves`.
pub fn questions(business: Business) -> Result<&'static [Question]> {
    Ok(shelves()?.iter().find(|s| s.key == business.as_str()).map_or(&[][..], |s| &s.questions))
}

/// The starters with these keys, in the order asked for.
///
/// # Errors
/// `Invalid` for what is unknown or named twice.
pub fn named(keys: &[String]) -> Result<Vec<&'static Starter>> {
    let mut faults = Faults::default();
    if keys.is_empty() {
        faults.add("keys", "library-choose");
    }
    if keys.len() > 200 {
        return Err(Error::Invalid(vec![FieldError::new("keys", "too-many").with("max", 200)]));
    }
    let all = of(None, None)?;
    let mut found = Vec::new();
    for (i, key) in keys.iter().enumerate() {
        match all.iter().find(|s| s.key == *key) {
            None => faults.add(format!("keys[{i}]"), "unknown"),
            Some(_) if keys.iter().take(i).any(|k| k == key) => faults.add(format!("keys[{i}]"), "duplicate"),
            Some(starter) => found.push(*starter),
        }
    }
    faults.check()?;
    Ok(found)
}

/// The text of a key in both languages.
fn both(key: &str) -> Label {
    Label::Map([Lang::Ru, Lang::En].map(|lang| (lang, T::new(lang).s(key))).into())
}

impl Starter {
    /// The step of the journey that its touchpoint belongs to.
    #[must_use]
    pub fn stage(&self) -> &'static str {
        let known = crate::access::rules::places::STARTER;
        known.iter().find(|(key, ..)| *key == self.touchpoint).map_or("service", |(_, stage, ..)| stage)
    }

    /// The key of the heading that it stands under.
    #[must_use]
    pub fn heading(&self) -> String {
        match self.block {
            Block::Rule => format!("library-stage-{}", self.stage()),
            Block::Situation => "library-block-situation".into(),
            Block::Competitor => "library-block-competitor".into(),
        }
    }

    /// The starter as an item of a standard.
    #[must_use]
    pub fn item(&self) -> ItemText {
        ItemText {
            why: Some(self.why.clone()),
            measure: Some(self.measure.clone()),
            norm: Some(self.norm.clone()),
            critical: self.critical,
            weight: self.weight,
            minutes_cost: Some(self.minutes_cost),
            touchpoint: Some(self.touchpoint.clone()),
            mandatory: self.mandatory,
            stage: Some(both(&self.heading())),
            ..ItemText::new(self.text.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::access::rules::places::{STAGES, STARTER};

    fn labels(s: &Starter) -> [&Label; 4] {
        [&s.text, &s.why, &s.measure, &s.norm]
    }

    #[test]
    fn the_library_is_sound_in_both_languages() {
        let all = of(None, None).expect("the files parse");
        let keys: HashSet<&str> = all.iter().map(|s| s.key.as_str()).collect();
        assert_eq!(keys.len(), all.len(), "a key twice");
        for s in &all {
            let mut faults = Faults::default();
            s.item().check("", &mut faults);
            faults.check().unwrap_or_else(|e| panic!("{}: {e:?}", s.key));
            assert!(STARTER.iter().any(|(key, ..)| *key == s.touchpoint), "{}: touchpoint", s.key);
            for label in labels(s) {
                let Label::Map(map) = label else { panic!("{}: one language only", s.key) };
                assert_eq!(map.len(), 2, "{}", s.key);
                let (ru, en) = (label.get(Lang::Ru), label.get(Lang::En));
                assert!(!ru.is_empty() && !en.is_empty(), "{}", s.key);
                let cyrillic = |t: &str| t.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я'));
                assert!(!cyrillic(en) && (cyrillic(ru) || !ru.chars().any(char::is_alphabetic)), "{}: {ru} | {en}", s.key);
            }
            assert!(s.norm.get(Lang::Ru).chars().any(|c| c.is_ascii_digit()), "{}: a norm has a number", s.key);
        }
        let texts: HashSet<&str> = all.iter().map(|s| s.text.get(Lang::Ru)).collect();
        assert_eq!(texts.len(), all.len(), "a text twice");
    }

    #[test]
    fn every_business_has_all_kinds_all_stages_and_all_blocks() {
        for business in Business::ALL {
            let items = of(Some(business), None).expect("the files parse");
            assert!((25..=50).contains(&items.len()), "{business:?}: {}", items.len());
            for kind in Kind::ALL {
                assert!(items.iter().any(|s| s.kind == kind), "{business:?}: {kind:?}");
            }
            for stage in STAGES {
                assert!(items.iter().any(|s| s.stage() == stage && s.block == Block::Rule), "{business:?}: {stage}");
            }
            let count = |b| items.iter().filter(|s| s.block == b).count();
            assert!(count(Block::Situation) >= 8 && count(Block::Competitor) >= 4, "{business:?}");
            assert!(items.iter().filter(|s| s.block == Block::Situation).all(|s| s.text.get(Lang::Ru).starts_with("Если")));
            let own = questions(business).expect("the files parse");
            assert!((2..=3).contains(&own.len()), "{business:?}");
            for q in own {
                assert!(items.iter().any(|s| s.key == q.item), "{}", q.item);
                assert!(q.correct < q.options.len() && q.options.len() >= 3, "{}", q.item);
                for label in q.options.iter().chain([&q.text, &q.explain]) {
                    assert!(matches!(label, Label::Map(m) if m.len() == 2), "{}", q.item);
                }
            }
        }
    }

    #[test]
    fn a_choice_is_read_strictly() {
        let keys = ["clinic.call-greeting", "nowhere", "clinic.call-greeting"].map(str::to_owned);
        let Err(Error::Invalid(faults)) = named(&keys) else { panic!("refused") };
        assert_eq!(
            faults.iter().map(|f| (f.field.as_str(), f.code)).collect::<Vec<_>>(),
            [("keys[1]", "unknown"), ("keys[2]", "duplicate")]
        );
        assert!(named(&[]).is_err());
        assert!(!named(&keys[..1]).expect("one")[0].item().critical);
    }
}
