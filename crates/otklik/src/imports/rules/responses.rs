//! What a row of answers means.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use kit::{FieldError, Timestamp};
use serde_json::{Map as JsonMap, Value as Json, json};

use super::cells::unguard;
use super::dates::{Moment, moment};
use super::map::{Answer, Bound, Plan, ScaleChange, Target};
use super::numbers::whole;
use super::survey::{Findings, is_missing, month_of};
use super::table::Record;
use crate::surveys::rules::answers::{Answers, check_value};
use crate::surveys::rules::form::{Form, Question, Type};

/// Most characters of a text that comes from a file: it was written under another form's limit.
const TEXT_MOST: i64 = 10_000;
/// Most characters of ids and names in columns.
const NAME_MOST: usize = 200;

/// A row that makes sense so far; places are still names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sound {
    pub answers: Answers,
    pub at: Option<Moment>,
    pub external_id: Option<String>,
    pub respondent: Option<String>,
    pub branch: Option<String>,
    pub employee: Option<String>,
    pub touchpoint: Option<String>,
    pub channel: Option<String>,
}

/// Why a row stays out: the heading of the column, and a refusal.
pub type Refusal = FieldError;

/// Reads rows of one file into one form.
#[derive(Debug)]
pub struct Reader {
    plan: Plan,
    form: Form,
    findings: Findings,
    zone: TimeZone,
    /// Answers from tomorrow are a slip.
    latest: Timestamp,
    /// For each question: what its options are called → their keys.
    options: Vec<HashMap<String, String>>,
}

impl Reader {
    #[must_use]
    pub fn new(plan: Plan, mut form: Form, findings: Findings, zone: TimeZone, now: Timestamp) -> Self {
        // Old answers need not be complete; what they lack they lack.
        for q in &mut form.questions {
            q.required = false;
            if q.kind == Type::Text {
                q.max = Some(TEXT_MOST);
            }
        }
        let options = form.questions.iter().map(names).collect();
        Self { plan, form, findings, zone, latest: now.plus(kit::time::DAY), options }
    }

    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Every reason to keep it out, by column.
    pub fn read(&self, record: &Record) -> Result<Sound, Vec<Refusal>> {
        let mut out = Sound::default();
        let mut refused = Vec::new();
        let mut given: HashMap<usize, Json> = HashMap::new();
        let mut said_nothing = false;
        if record.len() > self.plan.header.len()
            && (self.plan.header.len()..record.len()).any(|i| !record.get(i).trim().is_empty())
        {
            refused.push(FieldError::new("", "too-many-cells"));
        }
        // The date first: scales may hang on it.
        if let Some(b) = self.plan.column_of("at") {
            match self.when(unguard(record.get(b.column).trim())) {
                Ok(at) => out.at = at,
                Err(code) => refused.push(FieldError::new(&*b.header, code)),
            }
        }
        for b in &self.plan.bound {
            let cell = unguard(record.get(b.column).trim());
            if cell.is_empty() {
                continue;
            }
            match &b.target {
                Target::Skip | Target::Plain("at") => {}
                Target::Plain(name) => match self.name(cell) {
                    Ok(text) => out.put(name, text),
                    Err(code) => refused.push(FieldError::new(&*b.header, code).with("max", NAME_MOST)),
                },
                Target::Answer(a) => {
                    if is_missing(cell, &a.missing) {
                        said_nothing = true;
                    } else if let Err(e) = self.answer(b, a, cell, out.at, &mut given) {
                        refused.push(e);
                    }
                }
            }
        }
        for (i, value) in given {
            let Some(q) = self.form.questions.get(i) else { continue };
            match check_value(q, &value) {
                Ok(Some(sound)) => _ = out.answers.insert(q.key.clone(), sound),
                Ok(None) => said_nothing = true,
                Err(errors) => refused.extend(errors.into_iter().map(|e| self.of_column(i, e))),
            }
        }
        if refused.is_empty() && out.answers.is_empty() && !said_nothing {
            refused.push(FieldError::new("", "row-answers-nothing"));
        }
        if refused.is_empty() { Ok(out) } else { Err(refused) }
    }

    fn when(&self, text: &str) -> Result<Option<Moment>, &'static str> {
        if text.is_empty() {
            return Ok(None);
        }
        let m = moment(text, self.findings.dates, &self.zone).ok_or("not-a-date")?;
        if m.at > self.latest { Err("in-the-future") } else { Ok(Some(m)) }
    }

    fn name(&self, cell: &str) -> Result<String, &'static str> {
        if cell.chars().count() > NAME_MOST {
            Err("too-long")
        } else if cell.chars().any(char::is_control) {
            // A line break inside a name is a space that was wrapped.
            let wrapped = cell.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
            if wrapped { Ok(cell.split_whitespace().collect::<Vec<_>>().join(" ")) } else { Err("control-characters") }
        } else {
            Ok(cell.to_owned())
        }
    }

    fn answer(
        &self,
        b: &Bound,
        a: &Answer,
        cell: &str,
        at: Option<Moment>,
        given: &mut HashMap<usize, Json>,
    ) -> Result<(), Refusal> {
        let day = at.map(|m| m.day);
        let question = match a.scale_change {
            ScaleChange::Switch { day: from, after } if day.is_some_and(|d| d >= from) => after,
            _ => a.question,
        };
        let Some(q) = self.form.questions.get(question) else { return Ok(()) };
        let fail = |code| FieldError::new(&*b.header, code);
        let value = match (q.kind, q.scale()) {
            (_, Some(scale)) => {
                let number = whole(cell, self.plan.decimal).ok_or_else(|| fail("not-a-whole-number"))?;
                if let Some(change) = self.findings.changes.get(&b.column).filter(|c| c.misfits(day, scale.max)) {
                    let (small, large) = (change.small, change.large);
                    return Err(fail("mixed-scale").with("month", month_of(change)).with("small", small).with("large", large));
                }
                if !scale.holds(number) {
                    return Err(fail("off-scale").with("value", number).with("min", scale.min).with("max", scale.max));
                }
                json!(if a.reverse { scale.min + scale.max - number } else { number })
            }
            (Type::Choice | Type::ScoredChoice | Type::Matrix, None) => {
                json!(self.option(question, cell).ok_or_else(|| fail("unknown-option"))?)
            }
            (Type::Choices, None) => Json::from(self.options_of(question, cell).ok_or_else(|| fail("unknown-option"))?),
            (Type::Consent, None) => tick(cell).ok_or_else(|| fail("not-a-tick"))?,
            (Type::Contact, None) if a.part.as_deref() == Some("consent") => tick(cell).ok_or_else(|| fail("not-a-tick"))?,
            _ => json!(cell),
        };
        match &a.part {
            None => _ = given.insert(question, value),
            Some(part) => {
                let whole = given.entry(question).or_insert_with(|| Json::Object(JsonMap::new()));
                if let Json::Object(map) = whole {
                    map.insert(part.clone(), value);
                }
            }
        }
        Ok(())
    }

    fn option(&self, question: usize, cell: &str) -> Option<&str> {
        self.options.get(question)?.get(&cell.to_lowercase()).map(String::as_str)
    }

    fn options_of(&self, question: usize, cell: &str) -> Option<Vec<String>> {
        if let Some(one) = self.option(question, cell) {
            return Some(vec![one.to_owned()]);
        }
        // Titles may hold commas, so the rarer signs part first.
        [';', '|', ','].into_iter().find_map(|sign| {
            let mut keys: Vec<String> = Vec::new();
            for part in cell.split(sign).map(str::trim).filter(|p| !p.is_empty()) {
                let key = self.option(question, part)?.to_owned();
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            (!keys.is_empty()).then_some(keys)
        })
    }

    /// Names the column instead of the answer's path.
    fn of_column(&self, question: usize, error: FieldError) -> FieldError {
        let part = error.field.splitn(3, '.').nth(2).map(str::to_owned);
        let own =
            |b: &&Bound| matches!(&b.target, Target::Answer(a) if a.question == question && (a.part.is_none() || a.part == part));
        let any = |b: &&Bound| matches!(&b.target, Target::Answer(a) if a.question == question);
        let bound = self.plan.bound.iter().find(own).or_else(|| self.plan.bound.iter().find(any));
        FieldError { field: bound.map(|b| b.header.clone()).unwrap_or_default(), ..error }
    }
}

impl Sound {
    fn put(&mut self, name: &str, text: String) {
        let place = match name {
            "external_id" => &mut self.external_id,
            "respondent" => &mut self.respondent,
            "branch" => &mut self.branch,
            "employee" => &mut self.employee,
            "touchpoint" => &mut self.touchpoint,
            "channel" => &mut self.channel,
            _ => return,
        };
        *place = Some(text);
    }
}

fn names(q: &Question) -> HashMap<String, String> {
    let mut out = HashMap::new();
    for o in &q.options {
        for title in o.title.texts() {
            out.entry(title.trim().to_lowercase()).or_insert_with(|| o.key.clone());
        }
    }
    // A key has the last word.
    for o in &q.options {
        out.insert(o.key.to_lowercase(), o.key.clone());
    }
    out
}

fn tick(cell: &str) -> Option<Json> {
    match cell.to_lowercase().as_str() {
        "1" | "true" | "yes" | "да" | "on" | "+" => Some(json!(true)),
        "0" | "false" | "no" | "нет" | "off" | "-" => Some(json!(false)),
        _ => None,
    }
}

/// What makes two rows without an id the same: every cell that says something, by its heading. Columns that the map
/// skips by name do not count.
#[must_use]
pub fn content(plan: &Plan, record: &Record) -> String {
    let mut text = String::with_capacity(256);
    for i in plan.content.iter().copied() {
        let cell = record.get(i).trim();
        if !cell.is_empty() {
            text.push_str(&plan.header[i]);
            text.push('\u{1f}');
            text.push_str(cell);
            text.push('\u{1e}');
        }
    }
    text
}
