//! What a survey asks: the form and its questions. What makes a form sound stands in `sound`.

use kit::i18n::{Label, Lang};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::show::Show;
use crate::figures::{About, Anonymity};

/// A survey's content: what is edited as a draft and frozen as a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// What staff call it, and what the client reads on top.
    pub name: Label,
    /// Languages of the page, the first is shown when the client's is not among them.
    pub locales: Vec<Lang>,
    #[serde(default)]
    pub about: About,
    #[serde(default)]
    pub anonymity: Anonymity,
    pub questions: Vec<Question>,
    /// Below which answer to which question somebody calls back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_score: Option<LowScore>,
    /// How many days a person is left in peace after an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 3650)]
    pub quarantine_days: Option<i64>,
    /// What the client reads after sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanks: Option<Label>,
}

/// A question whose low answers need a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LowScore {
    pub question: String,
    pub below: i64,
}

/// The kinds of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Nps,
    Csat,
    Ces,
    Rating,
    Choice,
    Choices,
    ScoredChoice,
    Matrix,
    Text,
    Contact,
    Consent,
}

impl Type {
    pub const ALL: [Self; 11] = [
        Self::Nps,
        Self::Csat,
        Self::Ces,
        Self::Rating,
        Self::Choice,
        Self::Choices,
        Self::ScoredChoice,
        Self::Matrix,
        Self::Text,
        Self::Contact,
        Self::Consent,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Csat => "csat",
            Self::Ces => "ces",
            Self::Rating => "rating",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::ScoredChoice => "scored_choice",
            Self::Matrix => "matrix",
            Self::Text => "text",
            Self::Contact => "contact",
            Self::Consent => "consent",
        }
    }
}

/// One question. Which of the optional parts apply depends on the type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// 1–64 of `a–z A–Z 0–9 _ -`, unique in the form; answers and figures hang on it.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub key: String,
    #[serde(rename = "type")]
    pub kind: Type,
    pub title: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Label>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Words at the lower and the upper end of the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_label: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_label: Option<Label>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Choice>,
    /// Most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000)]
    pub max: Option<i64>,
    /// Which contacts are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ContactField>,
    /// The text of the consent: the one that goes with contacts, or that of a question for consent (also read as `text`).
    #[serde(default, alias = "text", skip_serializing_if = "Option::is_none")]
    pub consent: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub show_if: Option<Show>,
    /// The touchpoint that this question is about: its id or key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// The item of a standard that this question asks about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Uuid>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(b: &bool) -> bool {
    !*b
}

/// The ends of a scale, and which of them is the good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    #[schema(minimum = -100, maximum = 100)]
    pub min: i64,
    #[schema(minimum = -100, maximum = 100)]
    pub max: i64,
    #[serde(default)]
    pub best: Best,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Best {
    #[default]
    Max,
    Min,
}

impl Scale {
    #[must_use]
    pub fn holds(&self, value: i64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

/// An option of a choice or a row of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub key: String,
    pub title: Label,
    /// Points of an option of a scored choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1000, maximum = 1000)]
    pub points: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ContactField {
    Name,
    Phone,
    Email,
}

impl ContactField {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

/// Most characters of a text answer when the question says nothing.
pub const TEXT_MAX: i64 = 2000;

impl Question {
    /// The scale of the answers; `None` for questions without numbers.
    #[must_use]
    pub fn scale(&self) -> Option<Scale> {
        let best = Best::Max;
        match self.kind {
            Type::Nps => Some(Scale { min: 0, max: 10, best }),
            Type::Csat => Some(Scale { min: 1, max: 5, best }),
            Type::Ces => Some(Scale { min: 1, max: 7, best }),
            Type::Rating => Some(self.scale.unwrap_or(Scale { min: 1, max: 5, best })),
            Type::Matrix if self.options.is_empty() => Some(self.scale.unwrap_or(Scale { min: 1, max: 5, best })),
            _ => None,
        }
    }

    #[must_use]
    pub fn option(&self, key: &str) -> Option<&Choice> {
        self.options.iter().find(|o| o.key == key)
    }
}

impl Form {
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|q| q.key == key)
    }
}
