//! What adds up to what: series, dimensions and facts here, cells in `cells`, questions to them in `slices`. No SQL, no clock.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod cells;
pub mod guard;
mod slices;

pub use cells::{ALL_TIME, Cells, Counts, PackKey, SLOTS, UNDATED};
pub use slices::{Hist, Keys, Period, Range, Slice, Stretch, week_of, week_start};

/// Whom a survey asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum About {
    #[default]
    Clients,
    Staff,
}

impl About {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Staff => "staff",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Clients, Self::Staff].into_iter().find(|a| a.as_str() == text)
    }
}

/// What is known of who answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Anonymity {
    #[default]
    Identified,
    Confidential,
    Anonymous,
}

impl Anonymity {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identified => "identified",
            Self::Confidential => "confidential",
            Self::Anonymous => "anonymous",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Identified, Self::Confidential, Self::Anonymous].into_iter().find(|a| a.as_str() == text)
    }
}

/// What a series counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Answers as such: one fact for each.
    Responses,
    Nps,
    Csat,
    Ces,
    Rating,
    /// Points of a scored choice.
    Points,
    /// A choice: the question itself counts who answered it, `question=option` who chose the option.
    Choice,
    /// Answers of a quiz about an item: 1 right, 0 not. The source is the standard, the question the item's id.
    Quiz,
    /// Who has to know an item (`n`) and who does (`sum`): a stock, so its cells are steps.
    Knowledge,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Responses,
        Self::Nps,
        Self::Csat,
        Self::Ces,
        Self::Rating,
        Self::Points,
        Self::Choice,
        Self::Quiz,
        Self::Knowledge,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Nps => "nps",
            Self::Csat => "csat",
            Self::Ces => "ces",
            Self::Rating => "rating",
            Self::Points => "points",
            Self::Choice => "choice",
            Self::Quiz => "quiz",
            Self::Knowledge => "knowledge",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// What makes a series one: a question of a source on one scale.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeriesKey {
    pub kind: Kind,
    /// The survey; the standard of quizzes and of knowledge (nil: all standards at once).
    pub source: Uuid,
    /// The question's key; `question.row` for a row of a matrix, `question=option` for an option; an item's id for quizzes
    /// and knowledge; empty for the source as a whole.
    pub question: String,
    pub about: About,
    pub anonymity: Anonymity,
    /// The ends of the scale.
    pub lo: i64,
    pub hi: i64,
    /// Is the upper end the good one?
    pub best_is_max: bool,
}

/// A series with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub id: i64,
    pub key: SeriesKey,
}

/// One dimension at a time; combinations are folded from the facts themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dim {
    All = 0,
    Branch = 1,
    Employee = 2,
    Touchpoint = 3,
    Channel = 4,
    Version = 5,
    Position = 6,
}

impl Dim {
    pub const EACH: [Self; 7] =
        [Self::All, Self::Branch, Self::Employee, Self::Touchpoint, Self::Channel, Self::Version, Self::Position];
}

/// Where a fact happened, frozen when it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dims {
    pub branch: Option<Uuid>,
    pub employee: Option<Uuid>,
    pub touchpoint: Option<Uuid>,
    pub channel: Option<Uuid>,
    pub version: Option<Uuid>,
    pub position: Option<Uuid>,
}

impl Dims {
    #[must_use]
    pub fn get(&self, dim: Dim) -> Option<Uuid> {
        match dim {
            Dim::All => Some(Uuid::nil()),
            Dim::Branch => self.branch,
            Dim::Employee => self.employee,
            Dim::Touchpoint => self.touchpoint,
            Dim::Channel => self.channel,
            Dim::Version => self.version,
            Dim::Position => self.position,
        }
    }
}

/// The key of a survey's version in the cells.
#[must_use]
pub fn version_key(survey: Uuid, version: i64) -> Uuid {
    kit::ids::named_id("version", &format!("{survey}/{version}"))
}

/// Something that happened once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub series: i64,
    /// The value on the series' scale; `None` where only the happening counts.
    pub value: Option<i64>,
    /// Days since 1970 in the company's time zone; `None` for a fact without a date.
    pub day: Option<i64>,
    pub dims: Dims,
    /// 1 adds, −1 takes back.
    pub sign: i64,
}
