//! One question of the client's page: how it is drawn, what is wrong with it, and its answer as fields.

use kit::FieldError;
use kit::i18n::{Label, Lang, T};
use serde_json::Value as Json;

use super::rules::form::{Best, ContactField, Form, Question as Asked, TEXT_MAX, Type};
use crate::layout::{Ask, ContactLine, Pick, Question, Row};

/// What is wrong with a question, or a part of it.
pub(super) struct Problem {
    pub at: String,
    pub title: String,
    pub text: String,
}

/// Errors by question (or its part), each once, in the form's order.
pub(super) fn problems(form: &Form, lang: Lang, errors: &[FieldError]) -> Vec<Problem> {
    let mut out: Vec<Problem> = Vec::new();
    for q in &form.questions {
        for e in errors.iter().filter(|e| e.field.split('.').nth(1) == Some(q.key.as_str())) {
            let at = e.field.strip_prefix("answers.").unwrap_or(&e.field);
            let part = at.strip_prefix(q.key.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or("");
            let row = q.rows.iter().find(|r| r.key == part).map(|r| r.title.get(lang).to_owned());
            let line = q.fields.iter().find(|f| f.as_str() == part).map(|f| T::new(lang).s(line_of(*f).2));
            let row = row.or(line);
            let known = part.is_empty() || row.is_some() || part == "consent";
            let problem = Problem {
                at: if known { at.to_owned() } else { q.key.clone() },
                title: row.unwrap_or_else(|| q.title.get(lang).to_owned()),
                text: said(e, T::new(lang)),
            };
            if !out.iter().any(|p| p.at == problem.at) {
                out.push(problem);
            }
        }
    }
    out
}

/// An error in a client's words.
fn said(e: &FieldError, t: T) -> String {
    if e.code == "required" { t.s("ask-required") } else { kit::web::field_text(e, t) }
}

fn label(l: Option<&Label>, lang: Lang) -> Option<String> {
    l.map(|l| l.get(lang).to_owned())
}

/// A question as the macros draw it, with what was typed and what is wrong with it.
pub(super) fn question(q: &Asked, lang: Lang, value: Option<&Json>, errors: &[FieldError]) -> Question {
    let t = T::new(lang);
    let error = |part: &str| {
        let field = if part.is_empty() { format!("answers.{}", q.key) } else { format!("answers.{}.{part}", q.key) };
        errors.iter().find(|e| e.field == field).map_or_else(String::new, |e| said(e, t))
    };
    let text = |v: Option<&Json>| v.map_or_else(String::new, |v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
    let chosen = |key: &str| match value {
        Some(Json::Array(list)) => list.iter().any(|v| v.as_str() == Some(key)),
        Some(v) => v.as_str() == Some(key),
        None => false,
    };
    let part = |name: &str| value.and_then(|v| v.get(name));
    let ask = match q.kind {
        Type::Nps | Type::Csat | Type::Ces | Type::Rating => {
            let scale = q.scale();
            let (from, to) = scale.map_or((0, 10), |s| (s.min, s.max));
            let (low, high) = ends(q, lang);
            Ask::Scale { from, to, low, high, chosen: value.and_then(Json::as_i64) }
        }
        Type::Choice | Type::ScoredChoice | Type::Choices => {
            let options = q.options.iter().map(|o| Pick::new(&*o.key, o.title.get(lang), chosen(&o.key))).collect();
            Ask::Choice { options, many: q.kind == Type::Choices }
        }
        Type::Text => {
            let max = q.max.unwrap_or(TEXT_MAX);
            Ask::Words { value: text(value), rows: if max <= 200 { 2 } else { 4 }, max: u32::try_from(max).unwrap_or(0) }
        }
        Type::Matrix => {
            let rows = q.rows.iter().map(|r| Row {
                key: r.key.clone(),
                title: r.title.get(lang).to_owned(),
                chosen: text(part(&r.key)),
                error: error(&r.key),
            });
            let numbers = q.scale().map(|s| (s.min..=s.max).map(|n| (n.to_string(), n.to_string())).collect());
            let options =
                numbers.unwrap_or_else(|| q.options.iter().map(|o| (o.key.clone(), o.title.get(lang).to_owned())).collect());
            Ask::Matrix { rows: rows.collect(), options, words: !q.options.is_empty() }
        }
        Type::Consent => {
            Ask::Tick { label: label(q.consent.as_ref(), lang).unwrap_or_default(), ticked: value == Some(&Json::Bool(true)) }
        }
        Type::Contact => {
            let lines = q.fields.iter().map(|f| {
                let (kind, complete, name) = line_of(*f);
                ContactLine {
                    part: f.as_str(),
                    label: t.s(name),
                    kind,
                    complete,
                    value: text(part(f.as_str())),
                    error: error(f.as_str()),
                }
            });
            Ask::Contact {
                lines: lines.collect(),
                consent: label(q.consent.as_ref(), lang).unwrap_or_default(),
                ticked: part("consent") == Some(&Json::Bool(true)),
                consent_error: error("consent"),
            }
        }
    };
    let hint = label(q.hint.as_ref(), lang).unwrap_or_else(|| match q.kind {
        Type::Choices => t.s("ask-several"),
        Type::Matrix if q.options.is_empty() => {
            let (low, high) = ends(q, lang);
            let s = q.scale();
            s.filter(|_| !low.is_empty() && !high.is_empty())
                .map_or_else(String::new, |s| format!("{} — {low}, {} — {high}", s.min, s.max))
        }
        _ => String::new(),
    });
    Question::new(&*q.key, q.title.get(lang), ask).hint(hint).required(q.required).error(error(""))
}

/// A line of a contact: the input's type, the browser's word for what belongs there, and our text.
fn line_of(field: ContactField) -> (&'static str, &'static str, &'static str) {
    match field {
        ContactField::Name => ("text", "name", "ask-contact-name"),
        ContactField::Phone => ("tel", "tel", "ask-contact-phone"),
        ContactField::Email => ("email", "email", "ask-contact-email"),
    }
}

/// Words at the ends of a scale.
fn ends(q: &Asked, lang: Lang) -> (String, String) {
    let t = T::new(lang);
    let (low, high) = match q.kind {
        Type::Nps => (t.s("ask-nps-low"), t.s("ask-nps-high")),
        Type::Csat => (t.s("ask-csat-low"), t.s("ask-csat-high")),
        Type::Ces => (t.s("ask-ces-low"), t.s("ask-ces-high")),
        _ if q.scale().is_some_and(|s| s.best == Best::Min) => (t.s("ask-rating-high"), t.s("ask-rating-low")),
        _ => (t.s("ask-rating-low"), t.s("ask-rating-high")),
    };
    (label(q.low_label.as_ref(), lang).unwrap_or(low), label(q.high_label.as_ref(), lang).unwrap_or(high))
}

/// An answer as fields of a form: what `from_fields` reads back.
pub(super) fn fields_of(q: &Asked, value: &Json) -> Vec<(String, String)> {
    let text = |v: &Json| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    match value {
        Json::Null => Vec::new(),
        Json::Array(list) => list.iter().map(|v| (q.key.clone(), text(v))).collect(),
        Json::Object(map) => map.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (format!("{}.{k}", q.key), text(v))).collect(),
        one => vec![(q.key.clone(), text(one))],
    }
}
