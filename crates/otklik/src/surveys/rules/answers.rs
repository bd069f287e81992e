//! What a client said, checked against the form it was said to.

use std::collections::BTreeMap;

use kit::mail::{normalise_phone, valid_email};
use kit::{Faults, FieldError};
use serde_json::{Map, Value as Json, json};

use super::form::{ContactField, Form, Question, Scale, TEXT_MAX, Type};
use super::show::visible;

/// Question key → answer, as the contract writes it.
pub type Answers = BTreeMap<String, Json>;

/// Checks answers and brings them into their stored form: trimmed, phones as E.164, nothing empty, nothing hidden.
/// `strict` refuses answers to hidden and unknown questions (JSON); otherwise they are dropped (the page's form).
///
/// # Errors
/// `Invalid` naming each question under `answers.<key>`.
pub fn check_answers(form: &Form, given: &Answers, strict: bool) -> kit::Result<Answers> {
    let mut faults = Faults::default();
    let mut kept = Answers::new();
    // First every answer by itself: rules look at sound answers only.
    for q in &form.questions {
        let Some(value) = given.get(&q.key).filter(|v| !is_empty(v)) else { continue };
        match check_one(q, value) {
            Ok(Some(sound)) => {
                kept.insert(q.key.clone(), sound);
            }
            // Consent is given or it is not there; a program that says "no" has something else in mind than we would store.
            Ok(None) if strict => faults.add(format!("answers.{}", q.key), "not-a-tick"),
            Ok(None) => {}
            Err(errors) => faults.0.extend(errors),
        }
    }
    let seen = visible(form, &kept);
    let is_seen = |key: &str| seen.iter().any(|q| q.key == key);
    if strict {
        for key in given.keys() {
            if form.question(key).is_none() {
                let shown: String = key.chars().take(80).collect();
                faults.add(format!("answers.{shown}"), "unknown-question");
            } else if !is_seen(key) && given.get(key).is_some_and(|v| !v.is_null()) {
                faults.add(format!("answers.{key}"), "hidden-question");
            }
        }
    } else {
        faults.0.retain(|e| e.field.split('.').nth(1).is_none_or(is_seen));
    }
    kept.retain(|key, _| is_seen(key));
    for q in &seen {
        let wrong = faults.0.iter().any(|e| e.field.split('.').nth(1) == Some(q.key.as_str()));
        if q.required && !kept.contains_key(&q.key) && !wrong {
            faults.add(format!("answers.{}", q.key), "required");
        }
    }
    if kept.is_empty() && faults.0.is_empty() {
        faults.add("answers", "nothing-answered");
    }
    faults.check()?;
    Ok(kept)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(s) => s.trim().is_empty(),
        Json::Array(a) => a.is_empty(),
        Json::Object(o) => o.values().all(is_empty),
        _ => false,
    }
}

type Checked = Result<Option<Json>, Vec<FieldError>>;

/// Checks one answer by itself, without the rules of the form around it: for answers that were given elsewhere.
///
/// # Errors
/// Every fault, under `answers.<key>`.
pub fn check_value(q: &Question, value: &Json) -> Result<Option<Json>, Vec<FieldError>> {
    check_one(q, value)
}

/// One answer to one question; `None` when it says nothing (an unticked consent).
fn check_one(q: &Question, value: &Json) -> Checked {
    let field = format!("answers.{}", q.key);
    let fail = |code| Err(vec![FieldError::new(field.clone(), code)]);
    match q.kind {
        Type::Nps | Type::Csat | Type::Ces | Type::Rating => {
            let scale = q.scale().unwrap_or(Scale { min: 0, max: 10, best: super::form::Best::Max });
            on_scale(&field, scale, value).map(Some)
        }
        Type::Choice | Type::ScoredChoice => match value.as_str() {
            Some(k) if q.option(k).is_some() => Ok(Some(json!(k))),
            Some(_) => fail("unknown-option"),
            None => fail("not-an-option"),
        },
        Type::Choices => {
            let Some(list) = value.as_array() else { return fail("not-a-list") };
            let mut chosen: Vec<&str> = Vec::new();
            for v in list {
                match v.as_str() {
                    Some(k) if q.option(k).is_none() => return fail("unknown-option"),
                    Some(k) if chosen.contains(&k) => return fail("duplicate"),
                    Some(k) => chosen.push(k),
                    None => return fail("not-an-option"),
                }
            }
            Ok(Some(json!(chosen)))
        }
        Type::Matrix => check_matrix(q, &field, value).map(Some),
        Type::Text => {
            let Some(text) = value.as_str() else { return fail("not-a-text") };
            let max = q.max.unwrap_or(TEXT_MAX);
            if i64::try_from(text.chars().count()).unwrap_or(i64::MAX) > max {
                return Err(vec![FieldError::new(field, "too-long").with("max", max)]);
            }
            if text.contains('\0') {
                return fail("control-characters");
            }
            Ok(Some(json!(text.trim())))
        }
        Type::Consent => match value {
            Json::Bool(true) => Ok(Some(json!(true))),
            Json::Bool(false) => Ok(None),
            _ => fail("not-a-tick"),
        },
        Type::Contact => check_contact(q, &field, value),
    }
}

fn on_scale(field: &str, scale: Scale, value: &Json) -> Result<Json, Vec<FieldError>> {
    match value.as_i64() {
        Some(n) if scale.holds(n) => Ok(json!(n)),
        _ => Err(vec![FieldError::new(field, "not-on-scale").with("min", scale.min).with("max", scale.max)]),
    }
}

fn check_matrix(q: &Question, field: &str, value: &Json) -> Result<Json, Vec<FieldError>> {
    let Some(rows) = value.as_object() else { return Err(vec![FieldError::new(field, "not-a-matrix")]) };
    let mut out = Map::new();
    let mut faults = Vec::new();
    for (row, v) in rows.iter().filter(|(_, v)| !is_empty(v)) {
        let shown: String = row.chars().take(80).collect();
        let at = format!("{field}.{shown}");
        if !q.rows.iter().any(|r| r.key == *row) {
            faults.push(FieldError::new(at, "unknown-row"));
        } else if let Some(scale) = q.scale() {
            match on_scale(&at, scale, v) {
                Ok(v) => _ = out.insert(row.clone(), v),
                Err(e) => faults.extend(e),
            }
        } else if v.as_str().is_some_and(|k| q.option(k).is_some()) {
            out.insert(row.clone(), v.clone());
        } else {
            faults.push(FieldError::new(at, "unknown-option"));
        }
    }
    if q.required && out.len() < q.rows.len() && faults.is_empty() {
        faults.extend(
            q.rows
                .iter()
                .filter(|r| !out.contains_key(&r.key))
                .map(|r| FieldError::new(format!("{field}.{}", r.key), "required")),
        );
    }
    if faults.is_empty() { Ok(Json::Object(out)) } else { Err(faults) }
}

fn check_contact(q: &Question, field: &str, value: &Json) -> Checked {
    let Some(given) = value.as_object() else { return Err(vec![FieldError::new(field, "not-a-contact")]) };
    let mut out = Map::new();
    let mut faults = Vec::new();
    for (name, v) in given.iter().filter(|(name, v)| *name != "consent" && !is_empty(v)) {
        let at = format!("{field}.{}", name.chars().take(40).collect::<String>());
        let Some(kind) = q.fields.iter().find(|f| f.as_str() == name) else {
            faults.push(FieldError::new(at, "unknown-field"));
            continue;
        };
        let Some(text) = v.as_str().map(str::trim) else {
            faults.push(FieldError::new(at, "not-a-text"));
            continue;
        };
        let sound = match kind {
            ContactField::Name => {
                (text.chars().count() <= 200 && !text.chars().any(char::is_control)).then(|| text.to_owned()).ok_or("bad-name")
            }
            ContactField::Phone => normalise_phone(text, "RU").map_err(|_| "bad-phone"),
            ContactField::Email => valid_email(text).map_err(|_| "bad-email"),
        };
        match sound {
            Ok(text) => _ = out.insert(name.clone(), Json::String(text)),
            Err(code) => faults.push(FieldError::new(at, code)),
        }
    }
    let consent = match given.get("consent") {
        None | Some(Json::Null | Json::Bool(false)) => false,
        Some(Json::Bool(true)) => true,
        Some(_) => {
            faults.push(FieldError::new(format!("{field}.consent"), "not-a-tick"));
            true
        }
    };
    if !consent && (!out.is_empty() || !faults.is_empty()) {
        faults.push(FieldError::new(format!("{field}.consent"), "consent-needed"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if out.is_empty() {
        return Ok(None);
    }
    out.insert("consent".into(), json!(true));
    Ok(Some(Json::Object(out)))
}

/// Reads the page's form: fields are question keys, repeated for choices, `key.row` for a matrix, `key.phone` for a contact.
/// What cannot be a sound answer is kept as text, so that the check can say what is wrong with it.
#[must_use]
pub fn from_fields(form: &Form, fields: &[(String, String)]) -> Answers {
    let mut out = Answers::new();
    for q in &form.questions {
        let all = || fields.iter().filter(|(k, _)| *k == q.key).map(|(_, v)| v.as_str());
        let number = |text: &str| text.trim().parse::<i64>().map_or_else(|_| json!(text), |n| json!(n));
        let tick = |text: &str| if matches!(text, "true" | "on" | "1") { json!(true) } else { json!(false) };
        let parts = |convert: &dyn Fn(&str, &str) -> Json| {
            let mut map = Map::new();
            for (k, v) in fields {
                if let Some(part) = k.strip_prefix(q.key.as_str()).and_then(|rest| rest.strip_prefix('.')) {
                    map.insert(part.to_owned(), convert(part, v));
                }
            }
            Json::Object(map)
        };
        let value = match q.kind {
            Type::Nps | Type::Csat | Type::Ces | Type::Rating => all().next().filter(|t| !t.trim().is_empty()).map(number),
            Type::Choice | Type::ScoredChoice => all().next().map(|t| json!(t)),
            // A browser sends two signs for a line break and counts one.
            Type::Text => all().next().map(|t| json!(t.replace("\r\n", "\n").trim())),
            Type::Choices => Some(Json::from(all().map(|t| json!(t)).collect::<Vec<_>>())),
            Type::Consent => all().next().map(tick),
            Type::Matrix if q.options.is_empty() => Some(parts(&|_, v| if v.trim().is_empty() { Json::Null } else { number(v) })),
            Type::Matrix => Some(parts(&|_, v| json!(v))),
            Type::Contact => Some(parts(&|part, v| if part == "consent" { tick(v) } else { json!(v) })),
        };
        if let Some(value) = value.filter(|v| !is_empty(v)) {
            out.insert(q.key.clone(), value);
        }
    }
    out
}

/// The comments among the answers, joined for the search.
#[must_use]
pub fn texts(form: &Form, answers: &Answers) -> String {
    let texts: Vec<&str> = form
        .questions
        .iter()
        .filter(|q| q.kind == Type::Text)
        .filter_map(|q| answers.get(&q.key).and_then(Json::as_str))
        .collect();
    texts.join("\n")
}
