//! What each column of a file is to become.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kit::time::day_number;
use kit::{Error, Faults, FieldError, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::dates::Dates;
use super::numbers::Decimal;
use super::table;
use crate::surveys::rules::form::{Form, Question, Type};
use kit::encoding::Encoding;

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Responses,
    Branches,
    Employees,
    Touchpoints,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Responses, Self::Branches, Self::Employees, Self::Touchpoints];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Branches => "branches",
            Self::Employees => "employees",
            Self::Touchpoints => "touchpoints",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }

    /// The targets besides answers.
    #[must_use]
    pub fn targets(self) -> &'static [&'static str] {
        match self {
            Self::Responses => &["at", "external_id", "branch", "employee", "touchpoint", "channel", "respondent"],
            Self::Branches => &["name", "code", "region", "timezone"],
            Self::Employees => &["name", "branch", "position", "email", "phone", "hired_on", "left_on", "code"],
            Self::Touchpoints => &["key", "name", "stage", "channel"],
        }
    }

    /// The targets that a file must have.
    #[must_use]
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Responses => &[],
            Self::Branches => &["name"],
            Self::Employees => &["name", "branch"],
            Self::Touchpoints => &["name"],
        }
    }
}

/// What may be made where a row names one that is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Create {
    Branches,
    Employees,
    Touchpoints,
}

/// What becomes of a file with a bad row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// Bad rows stay out, the others come in.
    #[default]
    RejectRows,
    /// One bad row keeps the whole file out.
    RefuseFile,
}

/// How a file is read: which column is what.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// For answers: the survey's id or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
    /// Heading → target: a text, or `{to, reverse, missing, scale_change}`. Columns not named are passed over.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub columns: BTreeMap<String, Json>,
    /// What may be made when a row names it and it is not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub create: Vec<Create>,
    /// auto, utf-8, utf-16le, utf-16be or windows-1251
    #[serde(default = "auto")]
    pub encoding: String,
    /// auto, or one of `;` `,` tab `|`
    #[serde(default = "auto")]
    pub separator: String,
    /// auto, `,` or `.`
    #[serde(default = "auto")]
    pub decimal: String,
    /// auto, iso, dmy, mdy, unix or excel
    #[serde(default = "auto")]
    pub dates: String,
    #[serde(default)]
    pub on_error: OnError,
}

fn auto() -> String {
    "auto".into()
}

/// One target with its details, as the map writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    to: String,
    #[serde(default)]
    reverse: bool,
    #[serde(default)]
    missing: Vec<Json>,
    #[serde(default)]
    scale_change: Option<Json>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    at: String,
    after: String,
}

/// Where a numeric column goes on after its scale changed.
#[derive(Clone, Debug, PartialEq)]
pub enum ScaleChange {
    /// Look, and refuse a mixture.
    Watch,
    /// The importer knows better: take the values as they are.
    Ignore,
    /// From this day on the values answer another question.
    Switch { day: i64, after: usize },
}

/// What a column becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Answer(Answer),
    /// One of [`Kind::targets`].
    Plain(&'static str),
    Skip,
}

/// A column that answers a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Which question of the form.
    pub question: usize,
    /// The row of a matrix or the part of a contact.
    pub part: Option<String>,
    pub reverse: bool,
    pub missing: Vec<String>,
    pub scale_change: ScaleChange,
}

/// A column of the file that the map names.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub column: usize,
    pub header: String,
    pub target: Target,
}

/// A map that fits a file and a form.
#[derive(Clone, Debug)]
pub struct Plan {
    pub kind: Kind,
    pub bound: Vec<Bound>,
    pub header: Vec<String>,
    pub decimal: Decimal,
    /// `None`: look at the column.
    pub dates: Option<Dates>,
    pub create: Vec<Create>,
    pub on_error: OnError,
    /// The columns that make up a row's content, in the order of their headings.
    pub content: Vec<usize>,
}

impl Plan {
    #[must_use]
    pub fn may_create(&self, what: Create) -> bool {
        self.create.contains(&what)
    }

    #[must_use]
    pub fn column_of(&self, target: &str) -> Option<&Bound> {
        self.bound.iter().find(|b| matches!(b.target, Target::Plain(t) if t == target))
    }
}

impl Map {
    /// The encoding that was asked for; `None` for auto.
    ///
    /// # Errors
    /// `Invalid` naming the field.
    pub fn encoding(&self) -> Result<Option<Encoding>> {
        named(&self.encoding, "map.encoding", Encoding::parse, "auto, utf-8, utf-16le, utf-16be, windows-1251")
    }

    /// # Errors
    /// `Invalid` naming the field.
    pub fn separator(&self) -> Result<Option<u8>> {
        named(&self.separator, "map.separator", table::separator, "auto ; , tab |")
    }

    /// Fits the map to the headings of a file and, for answers, to a form.
    ///
    /// # Errors
    /// `Invalid` with everything that does not fit.
    pub fn plan(&self, kind: Kind, header: &[String], form: Option<&Form>) -> Result<Plan> {
        let mut faults = Faults::default();
        let decimal = Decimal::parse(&self.decimal).unwrap_or_else(|| {
            faults.push(FieldError::new("map.decimal", "unknown-variant").with("allowed", "auto , ."));
            Decimal::Auto
        });
        if !Dates::is_name(&self.dates) {
            faults.push(FieldError::new("map.dates", "unknown-variant").with("allowed", "auto, iso, dmy, mdy, unix, excel"));
        }
        let mut seen: HashMap<String, &str> = HashMap::new();
        let mut bound = Vec::new();
        for (name, target) in &self.columns {
            let field = format!("map.columns.{name}");
            let mut found = header.iter().enumerate().filter(|(_, h)| h.as_str() == name.trim());
            let Some((column, _)) = found.next() else {
                faults.add(&field, "no-such-column");
                continue;
            };
            if found.next().is_some() {
                faults.add(&field, "column-twice");
                continue;
            }
            match self.target(kind, target, form, &field) {
                Ok(target) => {
                    let key = match &target {
                        Target::Answer(a) => Some(format!("answer {} {:?}", a.question, a.part)),
                        Target::Plain(name) => Some((*name).to_owned()),
                        Target::Skip => None,
                    };
                    if key.is_some_and(|k| seen.insert(k, name).is_some()) {
                        faults.add(&field, "target-twice");
                    }
                    bound.push(Bound { column, header: name.trim().to_owned(), target });
                }
                Err(e) => faults.push(e),
            }
        }
        let has = |name: &str| bound.iter().any(|b| matches!(b.target, Target::Plain(t) if t == name));
        for need in kind.needs().iter().filter(|n| !has(n)) {
            faults.push(FieldError::new("map.columns", "target-missing").with("target", need));
        }
        if kind == Kind::Responses && faults.0.is_empty() && !bound.iter().any(|b| matches!(b.target, Target::Answer(_))) {
            faults.push(FieldError::new("map.columns", "target-missing").with("target", "answer:…"));
        }
        bound.sort_by_key(|b| b.column);
        faults.check()?;
        let skipped = |i: usize| bound.iter().any(|b| b.column == i && b.target == Target::Skip);
        let mut content: Vec<usize> = (0..header.len()).filter(|i| !skipped(*i)).collect();
        content.sort_by(|a, b| header[*a].cmp(&header[*b]).then(a.cmp(b)));
        Ok(Plan {
            kind,
            bound,
            header: header.to_vec(),
            decimal,
            dates: Dates::parse(&self.dates),
            create: self.create.clone(),
            on_error: self.on_error,
            content,
        })
    }

    fn target(&self, kind: Kind, given: &Json, form: Option<&Form>, field: &str) -> std::result::Result<Target, FieldError> {
        let detailed: Detailed = match given {
            Json::String(to) => Detailed { to: to.clone(), ..Detailed::default() },
            other => kit::web::from_value(other.clone()).map_err(|e| inner(field, e))?,
        };
        let to = detailed.to.trim();
        if to.is_empty() || to == "skip" {
            return Ok(Target::Skip);
        }
        if let Some(name) = kind.targets().iter().find(|t| **t == to) {
            return Ok(Target::Plain(name));
        }
        let unknown = || FieldError::new(field, "unknown-target").with("target", to.chars().take(80).collect::<String>());
        let (Some(key), Some(form)) = (to.strip_prefix("answer:"), form) else { return Err(unknown()) };
        let (question, part) = find(form, key).ok_or_else(unknown)?;
        let scale_change = match &detailed.scale_change {
            None => ScaleChange::Watch,
            Some(Json::String(s)) if s == "ignore" => ScaleChange::Ignore,
            Some(other) => {
                let switch: Switch =
                    kit::web::from_value(other.clone()).map_err(|e| inner(&format!("{field}.scale_change"), e))?;
                let date: Date =
                    switch.at.parse().map_err(|_| FieldError::new(format!("{field}.scale_change.at"), "not-a-date"))?;
                let after = switch.after.strip_prefix("answer:").and_then(|k| find(form, k)).map(|f| f.0);
                let after = after.ok_or_else(|| {
                    FieldError::new(format!("{field}.scale_change.after"), "unknown-target").with("target", &switch.after)
                })?;
                ScaleChange::Switch { day: day_number(date), after }
            }
        };
        let missing =
            detailed.missing.iter().map(|m| m.as_str().map_or_else(|| m.to_string(), |s| s.trim().to_owned())).collect();
        if detailed.reverse && form.questions.get(question).and_then(Question::scale).is_none() {
            return Err(FieldError::new(format!("{field}.reverse"), "not-for-type"));
        }
        Ok(Target::Answer(Answer { question, part, reverse: detailed.reverse, missing, scale_change }))
    }
}

fn inner(field: &str, error: Error) -> FieldError {
    match error {
        Error::Invalid(fields) => fields.into_iter().next().map_or_else(
            || FieldError::new(field, "unknown-target"),
            |f| FieldError { field: if f.field.is_empty() { field.to_owned() } else { format!("{field}.{}", f.field) }, ..f },
        ),
        _ => FieldError::new(field, "unknown-target"),
    }
}

/// The question that `key`, `key.row` or `key.part` names.
fn find(form: &Form, key: &str) -> Option<(usize, Option<String>)> {
    let at = |key: &str| form.questions.iter().position(|q| q.key == key);
    if let Some(i) = at(key) {
        let whole = !matches!(form.questions[i].kind, Type::Matrix | Type::Contact);
        return whole.then_some((i, None));
    }
    let (key, part) = key.rsplit_once('.')?;
    let i = at(key)?;
    let q = form.questions.get(i)?;
    let sound = match q.kind {
        Type::Matrix => q.rows.iter().any(|r| r.key == part),
        Type::Contact => part == "consent" || q.fields.iter().any(|f| f.as_str() == part),
        _ => false,
    };
    sound.then(|| (i, Some(part.to_owned())))
}

fn named<T>(text: &str, field: &str, parse: impl Fn(&str) -> Option<T>, allowed: &str) -> Result<Option<T>> {
    if text == "auto" || text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).ok_or_else(|| Error::Invalid(vec![FieldError::new(field, "unknown-variant").with("allowed", allowed)]))
}
