//! The columns of a file that goes out.

use serde_json::Value as Json;

use super::map::Kind;
use crate::surveys::rules::answers::Answers;
use crate::surveys::rules::form::{Form, Type};

/// The columns before the answers.
const BASE: [&str; 10] =
    ["id", "external_id", "survey", "version", "at", "branch", "employee", "touchpoint", "channel", "respondent"];

/// Headings, and where each answer is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    pub names: Vec<String>,
    answers: Vec<(String, Option<String>)>,
}

impl Columns {
    /// The columns of answers to these forms: one for each question, row of a matrix and part of a contact.
    #[must_use]
    pub fn of<'a>(forms: impl Iterator<Item = &'a Form>, contacts: bool) -> Self {
        let mut out = Self { names: BASE.map(str::to_owned).to_vec(), answers: Vec::new() };
        let mut forms: Vec<&Form> = forms.collect();
        // The longest first, so that the order of its questions is kept.
        forms.sort_by_key(|f| std::cmp::Reverse(f.questions.len()));
        for q in forms.iter().flat_map(|f| &f.questions) {
            match q.kind {
                Type::Matrix => q.rows.iter().for_each(|r| out.add(&q.key, Some(&r.key))),
                Type::Contact if contacts => {
                    q.fields.iter().for_each(|f| out.add(&q.key, Some(f.as_str())));
                    out.add(&q.key, Some("consent"));
                }
                Type::Contact => {}
                _ => out.add(&q.key, None),
            }
        }
        out
    }

    fn add(&mut self, key: &str, part: Option<&str>) {
        let at = (key.to_owned(), part.map(str::to_owned));
        if !self.answers.contains(&at) {
            let name = part.map_or_else(|| key.to_owned(), |p| format!("{key}.{p}"));
            // A question may be called like one of ours.
            self.names.push(if BASE.contains(&name.as_str()) { format!("answer:{name}") } else { name });
            self.answers.push(at);
        }
    }

    /// The columns of places and people.
    #[must_use]
    pub fn plain(kind: Kind) -> Self {
        let names: &[&str] = match kind {
            Kind::Branches => &["id", "code", "name", "region", "timezone"],
            Kind::Employees => &["id", "code", "name", "branch", "position", "email", "phone", "hired_on", "left_on"],
            Kind::Touchpoints | Kind::Responses => &["id", "key", "name", "stage", "channel"],
        };
        Self { names: names.iter().map(|n| (*n).to_owned()).collect(), answers: Vec::new() }
    }
}

/// The cells of an answer.
#[must_use]
pub fn cells_of(columns: &Columns, base: &[(&'static str, Option<String>)], answers: &Answers) -> Vec<String> {
    let mut out: Vec<String> = base.iter().map(|(_, v)| v.clone().unwrap_or_default()).collect();
    out.extend(columns.answers.iter().map(|(key, part)| {
        let value = answers.get(key);
        text(match part {
            Some(part) => value.and_then(|v| v.get(part)),
            None => value,
        })
    }));
    out
}

fn text(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(s)) => s.clone(),
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("|"),
        Some(other) => other.to_string(),
    }
}
