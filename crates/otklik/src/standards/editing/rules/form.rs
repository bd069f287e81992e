//! A standard and its items as they are written.

use jiff::civil::Date;
use kit::filter::fold;
use kit::i18n::{Label, LabelProblem};
use kit::{Faults, FieldError, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A standard with more items than this is read by nobody.
pub const MOST_ITEMS: usize = 2000;
/// So many branches or positions may an audience name.
const MOST_NAMED: usize = 5000;

/// What a standard is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StandardKind)]
pub enum Kind {
    Communication,
    Organisation,
    Operation,
    Profession,
    Materials,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Communication, Self::Organisation, Self::Operation, Self::Profession, Self::Materials];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Communication => "communication",
            Self::Organisation => "organisation",
            Self::Operation => "operation",
            Self::Profession => "profession",
            Self::Materials => "materials",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// How it looks or sounds when it is done right: files that were uploaded before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ItemExample)]
pub struct Example {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub photo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub audio: Option<String>,
}

/// An item: what is to be done, why, how it is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemText {
    /// What is to be done; at most 2,000 characters.
    pub text: Label,
    /// Why it matters; at most 1,000 characters, as the next two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Label>,
    /// How one sees that it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Label>,
    /// The number that it is held against: «3 минуты», «9 из 10».
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub norm: Option<Label>,
    /// A check that misses this item has failed as a whole.
    #[serde(default)]
    pub critical: bool,
    #[serde(default = "one")]
    #[schema(minimum = 0, maximum = 100)]
    pub weight: f64,
    /// How many minutes of a person's time it costs each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 480)]
    pub minutes_cost: Option<f64>,
    /// The touchpoint's id or key; it comes back as the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub touchpoint: Option<String>,
    /// Has everybody of the audience to sign it?
    #[serde(default = "yes")]
    pub mandatory: bool,
    /// The heading it stands under on the page, such as a step of the visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
}

fn one() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

impl ItemText {
    /// An item that says only what is to be done.
    #[must_use]
    pub fn new(text: impl Into<Label>) -> Self {
        Self {
            text: text.into(),
            why: None,
            measure: None,
            norm: None,
            critical: false,
            weight: 1.0,
            minutes_cost: None,
            touchpoint: None,
            mandatory: true,
            stage: None,
            example: None,
        }
    }

    /// Adds what is wrong with the item; `at` is where it stands, such as `items[3].`.
    pub fn check(&self, at: &str, faults: &mut Faults) {
        label(faults, &format!("{at}text"), &self.text, 2000);
        for (name, text, max) in
            [("why", &self.why, 1000), ("measure", &self.measure, 1000), ("norm", &self.norm, 1000), ("stage", &self.stage, 200)]
        {
            if let Some(text) = text {
                label(faults, &format!("{at}{name}"), text, max);
            }
        }
        number(faults, &format!("{at}weight"), self.weight, 100);
        if let Some(minutes) = self.minutes_cost {
            number(faults, &format!("{at}minutes_cost"), minutes, 480);
        }
        if let Some(name) = &self.touchpoint {
            faults.text(&format!("{at}touchpoint"), name, 64);
        }
        let files = self.example.iter().flat_map(|e| [("photo", &e.photo), ("audio", &e.audio)]);
        for (name, id) in files {
            let sound = |id: &String| id.len() == 64 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            if id.as_ref().is_some_and(|id| !sound(id)) {
                faults.add(format!("{at}example.{name}"), "unknown");
            }
        }
    }
}

/// A text in one or more languages that must be there and fit.
pub fn label(faults: &mut Faults, field: &str, label: &Label, max: usize) {
    match label.check(max) {
        Ok(()) if label.texts().any(|t| t.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))) => {
            faults.add(field, "control-characters");
        }
        Ok(()) => {}
        Err(LabelProblem::Empty) => faults.add(field, "required"),
        Err(LabelProblem::TooLong { max }) => faults.push(FieldError::new(field, "too-long").with("max", max)),
    }
}

fn number(faults: &mut Faults, field: &str, value: f64, max: i32) {
    if !(0.0..=f64::from(max)).contains(&value) {
        faults.push(FieldError::new(field, "out-of-range").with("min", 0).with("max", max));
    }
}

/// Whom a standard is for, as it is written: branches by id or code. Nobody named is everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceForm {
    /// Ids or codes.
    #[serde(default)]
    #[schema(max_items = 5000)]
    pub branches: Vec<String>,
    #[serde(default)]
    #[schema(max_items = 5000)]
    pub positions: Vec<String>,
}

/// Whom a standard is for. An empty list narrows nothing; two lists narrow together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StandardAudience)]
pub struct Audience {
    #[serde(default)]
    pub branches: Vec<Uuid>,
    #[serde(default)]
    pub positions: Vec<String>,
}

/// A position as audiences compare it: spaces, capitals and ё make no difference.
#[must_use]
pub fn folded_position(position: &str) -> String {
    fold(position).split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Audience {
    /// Is somebody of this branch and position meant?
    #[must_use]
    pub fn includes(&self, branch: Uuid, position: Option<&str>) -> bool {
        let here = self.branches.is_empty() || self.branches.contains(&branch);
        let own = position.map(folded_position).unwrap_or_default();
        here && (self.positions.is_empty() || (!own.is_empty() && self.positions.iter().any(|p| folded_position(p) == own)))
    }

    #[must_use]
    pub fn everybody(&self) -> bool {
        self.branches.is_empty() && self.positions.is_empty()
    }
}

/// A standard without its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardHead {
    /// At most 200 characters.
    pub title: Label,
    pub kind: Kind,
    /// Everybody when not given.
    #[serde(default)]
    pub audience: AudienceForm,
    /// The user who answers for it; the author when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Uuid>,
    /// The user whose word a publication needs; nobody's when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<Uuid>,
    /// When to look at it again; in a year when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub review_on: Option<Date>,
    /// Days that people have for reading and signing.
    #[serde(default = "week")]
    #[schema(minimum = 1, maximum = 365)]
    pub days: i64,
}

fn week() -> i64 {
    7
}

/// A standard with its items, as it is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardForm {
    /// At most 200 characters.
    pub title: Label,
    pub kind: Kind,
    /// Everybody when not given.
    #[serde(default)]
    pub audience: AudienceForm,
    /// The user who answers for it; the author when not given.
    #[serde(default)]
    pub owner: Option<Uuid>,
    /// The user whose word a publication needs; nobody's when not given.
    #[serde(default)]
    pub approver: Option<Uuid>,
    /// When to look at it again; in a year when not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub review_on: Option<Date>,
    /// Days that people have for reading and signing.
    #[serde(default = "week")]
    #[schema(minimum = 1, maximum = 365)]
    pub days: i64,
    #[serde(default)]
    #[schema(max_items = 2000)]
    pub items: Vec<ItemText>,
}

impl StandardForm {
    /// A standard of this title and kind for everybody.
    #[must_use]
    pub fn new(title: impl Into<Label>, kind: Kind) -> Self {
        Self {
            title: title.into(),
            kind,
            audience: AudienceForm::default(),
            owner: None,
            approver: None,
            review_on: None,
            days: week(),
            items: Vec::new(),
        }
    }

    #[must_use]
    pub fn head(&self) -> StandardHead {
        StandardHead {
            title: self.title.clone(),
            kind: self.kind,
            audience: self.audience.clone(),
            owner: self.owner,
            approver: self.approver,
            review_on: self.review_on,
            days: self.days,
        }
    }

    /// # Errors
    /// `Invalid` with every fault.
    pub fn check(&self) -> Result<()> {
        let mut faults = Faults::default();
        self.head().faults(&mut faults);
        if self.items.len() > MOST_ITEMS {
            faults.push(FieldError::new("items", "too-many").with("max", MOST_ITEMS));
        }
        for (i, item) in self.items.iter().enumerate().take(MOST_ITEMS) {
            item.check(&format!("items[{i}]."), &mut faults);
        }
        faults.check()
    }
}

impl StandardHead {
    fn faults(&self, faults: &mut Faults) {
        label(faults, "title", &self.title, 200);
        if !(1..=365).contains(&self.days) {
            faults.push(FieldError::new("days", "out-of-range").with("min", 1).with("max", 365));
        }
        if self.review_on.is_some_and(|d| !(1900..=2200).contains(&d.year())) {
            faults.add("review_on", "bad-day");
        }
        for (name, list, max) in [("branches", &self.audience.branches, 64), ("positions", &self.audience.positions, 200)] {
            if list.len() > MOST_NAMED {
                faults.push(FieldError::new(format!("audience.{name}"), "too-many").with("max", MOST_NAMED));
            }
            for (i, text) in list.iter().enumerate().take(MOST_NAMED) {
                faults.text(&format!("audience.{name}[{i}]"), text, max);
            }
        }
    }

    /// # Errors
    /// `Invalid` with every fault.
    pub fn check(&self) -> Result<()> {
        let mut faults = Faults::default();
        self.faults(&mut faults);
        faults.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_compares_positions_as_people_write_them() {
        let branch = Uuid::from_u128(1);
        let audience = Audience { branches: vec![branch], positions: vec![" Старший  приёмщик".into()] };
        assert!(audience.includes(branch, Some("старший приемщик ")));
        assert!(!audience.includes(Uuid::from_u128(2), Some("старший приемщик")));
        assert!(!audience.includes(branch, Some("приёмщик")));
        assert!(!audience.includes(branch, None));
        assert!(Audience::default().includes(branch, None));
    }

    #[test]
    fn an_unsound_item_says_where() {
        let mut form = StandardForm::new("Приветствие", Kind::Communication);
        let mut item = ItemText::new(" ");
        item.weight = f64::NAN;
        item.minutes_cost = Some(481.0);
        item.why = Some("х".repeat(1001).into());
        form.items = vec![ItemText::new("Здоровайтесь первым"), item];
        let Err(kit::Error::Invalid(faults)) = form.check() else { panic!("refused") };
        let named: Vec<String> = faults.iter().map(|f| format!("{}: {}", f.field, f.code)).collect();
        assert_eq!(
            named,
            [
                "items[1].text: required",
                "items[1].why: too-long",
                "items[1].weight: out-of-range",
                "items[1].minutes_cost: out-of-range"
            ]
        );
    }
}
