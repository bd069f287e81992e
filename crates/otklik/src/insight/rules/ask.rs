//! A question to the figures, as it comes in an address.

use kit::error::FieldError;
use kit::time::day_number;
use kit::{Error, Faults, Result};
use serde::Deserialize;

use super::metric::Metric;
use crate::figures::{About, Dim, Period, Range};

/// The parameters of a figure.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// First day, `YYYY-MM-DD`; without it, since the first answer.
    #[param(format = Date)]
    pub from: Option<String>,
    /// The day behind the last one; without it, until now.
    #[param(format = Date)]
    pub to: Option<String>,
    /// One item for each of these.
    #[param(
        pattern = "^(branch|region|employee|touchpoint|channel|question|survey|version|standard|item|position|day|week|month)$"
    )]
    pub by: Option<String>,
    /// Surveys of clients (the default) or of staff.
    #[param(pattern = "^(clients|staff)$")]
    pub about: Option<String>,
    /// Id or code.
    #[param(max_length = 200)]
    pub survey: Option<String>,
    /// The key of a question, `question.row` for a row of a matrix.
    #[param(max_length = 200)]
    pub question: Option<String>,
    /// Id or code.
    #[param(max_length = 200)]
    pub branch: Option<String>,
    #[param(max_length = 200)]
    pub region: Option<String>,
    /// Id or code.
    #[param(max_length = 200)]
    pub employee: Option<String>,
    /// Id or key.
    #[param(max_length = 200)]
    pub touchpoint: Option<String>,
    #[param(max_length = 200)]
    pub channel: Option<String>,
    /// Id; for `acknowledged`.
    #[param(max_length = 64)]
    pub standard: Option<String>,
    /// Id; for `acknowledged`.
    #[param(max_length = 64)]
    pub item: Option<String>,
    /// As it is written on the cards of employees; for `acknowledged`.
    #[param(max_length = 200)]
    pub position: Option<String>,
    /// `1`: centre, limits and signals of the process; with `by=day|week|month`.
    #[param(pattern = "^[01]$")]
    pub chart: Option<String>,
    /// The equally long time before, or the same dates last year.
    #[param(pattern = "^(previous|year)$")]
    pub compare: Option<String>,
    /// `1`: groups that the data can tell apart.
    #[param(pattern = "^[01]$")]
    pub tiers: Option<String>,
    /// Without it, everything comes at once.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// The cursor that the part before ended with; only with `limit`.
    pub after: Option<String>,
}

/// What the items stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Branch,
    Region,
    Employee,
    Touchpoint,
    Channel,
    Question,
    Survey,
    Version,
    Standard,
    Item,
    Position,
    Day,
    Week,
    Month,
}

impl By {
    const ALL: [(Self, &'static str); 14] = [
        (Self::Branch, "branch"),
        (Self::Region, "region"),
        (Self::Employee, "employee"),
        (Self::Touchpoint, "touchpoint"),
        (Self::Channel, "channel"),
        (Self::Question, "question"),
        (Self::Survey, "survey"),
        (Self::Version, "version"),
        (Self::Standard, "standard"),
        (Self::Item, "item"),
        (Self::Position, "position"),
        (Self::Day, "day"),
        (Self::Week, "week"),
        (Self::Month, "month"),
    ];

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.1 == text).map(|b| b.0)
    }

    #[must_use]
    pub fn key(self) -> &'static str {
        Self::ALL.into_iter().find(|b| b.0 == self).map_or("", |b| b.1)
    }

    #[must_use]
    pub fn period(self) -> Period {
        match self {
            Self::Day => Period::Day,
            Self::Week => Period::Week,
            Self::Month => Period::Month,
            _ => Period::None,
        }
    }

    /// The dimension of the cells that it reads.
    #[must_use]
    pub fn dim(self) -> Option<Dim> {
        match self {
            Self::Branch | Self::Region => Some(Dim::Branch),
            Self::Employee => Some(Dim::Employee),
            Self::Touchpoint => Some(Dim::Touchpoint),
            Self::Channel => Some(Dim::Channel),
            Self::Version => Some(Dim::Version),
            _ => None,
        }
    }
}

/// What a figure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Previous,
    Year,
}

/// A question that makes sense by itself; whether its names exist is another matter.
#[derive(Clone, Debug)]
pub struct Ask {
    pub metric: Metric,
    pub range: Range,
    pub by: Option<By>,
    pub about: About,
    pub chart: bool,
    pub compare: Option<Compare>,
    pub tiers: bool,
    pub limit: Option<i64>,
    pub query: Query,
}

impl Ask {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `Invalid` with everything that is wrong.
    pub fn read(metric: Metric, query: Query) -> Result<Self> {
        let mut faults = Faults::default();
        let range =
            Range { from: date(&mut faults, "from", query.from.as_deref()), to: date(&mut faults, "to", query.to.as_deref()) };
        if let (Some(from), Some(to)) = (range.from, range.to)
            && from >= to
        {
            faults.add("to", "range-empty");
        }
        let names = [
            ("survey", &query.survey),
            ("question", &query.question),
            ("branch", &query.branch),
            ("region", &query.region),
            ("employee", &query.employee),
            ("touchpoint", &query.touchpoint),
            ("channel", &query.channel),
            ("standard", &query.standard),
            ("item", &query.item),
            ("position", &query.position),
        ];
        for (field, text) in names {
            if let Some(text) = text {
                faults.text(field, text, 200);
            }
        }
        let by = query.by.as_deref().and_then(|text| {
            let by = By::parse(text);
            if by.is_none() {
                faults.push(allowed(
                    "by",
                    "branch, region, employee, touchpoint, channel, question, survey, version, standard, item, position, day, week, month",
                ));
            }
            by
        });
        let about = match query.about.as_deref() {
            None => About::Clients,
            Some(text) => About::parse(text).unwrap_or_else(|| {
                faults.push(allowed("about", "clients, staff"));
                About::Clients
            }),
        };
        let compare = query.compare.as_deref().and_then(|text| match text {
            "previous" => Some(Compare::Previous),
            "year" => Some(Compare::Year),
            _ => {
                faults.push(allowed("compare", "previous, year"));
                None
            }
        });
        let chart = flag(&mut faults, "chart", query.chart.as_deref());
        let tiers = flag(&mut faults, "tiers", query.tiers.as_deref());
        let period = by.map_or(Period::None, By::period);
        if chart && period == Period::None {
            faults.add("chart", "chart-needs-periods");
        }
        if tiers && (by.is_none() || period != Period::None) {
            faults.add("tiers", "tiers-need-groups");
        }
        if compare.is_some() && period == Period::None && (range.from.is_none() || range.to.is_none()) {
            faults.add("compare", "compare-needs-range");
        }
        if query.limit.is_some_and(|n| !(1..=500).contains(&n)) {
            faults.push(FieldError::new("limit", "out-of-range").with("min", 1).with("max", 500));
        }
        if query.after.is_some() && query.limit.is_none() {
            faults.add("after", "after-needs-limit");
        }
        let impossible = match metric {
            Metric::ResponseRate => matches!(by, Some(By::Question | By::Version)) || query.question.is_some(),
            Metric::Responses => by == Some(By::Question) || query.question.is_some(),
            _ => false,
        };
        if impossible {
            faults.add(if query.question.is_some() { "question" } else { "by" }, "not-for-metric");
        }
        // Each figure knows its own conditions; one that does nothing would mislead.
        let (knowing, quiz) = (metric == Metric::Acknowledged, metric == Metric::Quiz);
        let strange: &[(&str, &Option<String>)] = if quiz {
            &[
                ("survey", &query.survey),
                ("question", &query.question),
                ("touchpoint", &query.touchpoint),
                ("channel", &query.channel),
                ("position", &query.position),
                ("about", &query.about),
            ]
        } else if knowing {
            &[
                ("survey", &query.survey),
                ("question", &query.question),
                ("employee", &query.employee),
                ("touchpoint", &query.touchpoint),
                ("channel", &query.channel),
                ("about", &query.about),
            ]
        } else {
            &[("standard", &query.standard), ("item", &query.item), ("position", &query.position)]
        };
        for (field, _) in strange.iter().filter(|(field, text)| text.is_some() && !(impossible && *field == "question")) {
            faults.add(*field, "not-for-metric");
        }
        let split = match by {
            Some(By::Standard | By::Position) => knowing,
            Some(By::Item) => knowing || quiz,
            Some(By::Employee) => !knowing,
            Some(By::Touchpoint | By::Channel | By::Question | By::Survey | By::Version) => !knowing && !quiz,
            _ => true,
        };
        if !split && !impossible {
            faults.add("by", "not-for-metric");
        }
        faults.check()?;
        Ok(Self { metric, range, by, about, chart, compare, tiers, limit: query.limit, query })
    }

    #[must_use]
    pub fn period(&self) -> Period {
        self.by.map_or(Period::None, By::period)
    }
}

fn allowed(field: &str, words: &str) -> FieldError {
    FieldError::new(field, "unknown-variant").with("allowed", words)
}

fn flag(faults: &mut Faults, field: &str, text: Option<&str>) -> bool {
    match text {
        None | Some("0") => false,
        Some("1") => true,
        Some(_) => {
            faults.push(allowed(field, "0, 1"));
            false
        }
    }
}

/// A day; years outside 1900…2199 are a slip of the finger.
fn date(faults: &mut Faults, field: &str, text: Option<&str>) -> Option<i64> {
    let text = text?;
    match day(text) {
        Ok(day) => Some(day),
        Err(_) => {
            faults.add(field, "bad-day");
            None
        }
    }
}

/// Reads `YYYY-MM-DD`.
///
/// # Errors
/// When it is not, or lies outside 1900…2199.
pub fn day(text: &str) -> Result<i64> {
    let bad = || Error::field("from", "bad-day");
    if text.len() != 10 {
        return Err(bad());
    }
    let date: jiff::civil::Date = text.parse().map_err(|_| bad())?;
    if (1900..2200).contains(&date.year()) { Ok(day_number(date)) } else { Err(bad()) }
}
