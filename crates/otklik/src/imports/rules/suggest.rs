//! What a column could be: a first guess for the mapping screen.

use serde_json::{Value as Json, json};

use super::dates::{Dates, moment};
use super::map::Kind;
use super::numbers::{Decimal, number};
use crate::surveys::rules::form::{Form, Type};

/// What the cells of a column look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    Empty,
    Number,
    Date,
    Text,
}

/// Looks at the first cells of a column.
#[must_use]
pub fn look<'a>(cells: impl Iterator<Item = &'a str>) -> Look {
    let utc = jiff::tz::TimeZone::UTC;
    let (mut n, mut numbers, mut dates) = (0, 0, 0);
    for cell in cells.map(str::trim).filter(|c| !c.is_empty()) {
        n += 1;
        numbers += usize::from(number(cell, Decimal::Auto).is_some());
        dates += usize::from(
            moment(cell, Dates::Look { month_first: false }, &utc).is_some()
                || moment(cell, Dates::Look { month_first: true }, &utc).is_some(),
        );
    }
    match n {
        0 => Look::Empty,
        n if dates == n => Look::Date,
        n if numbers == n => Look::Number,
        _ => Look::Text,
    }
}

/// Words in headings that give a column away.
const WORDS: [(&str, &[&str]); 18] = [
    ("at", &["дата", "время", "date", "time", "timestamp", "created", "at", "когда"]),
    ("external_id", &["id", "external_id", "номер ответа", "comment id", "review_id", "response id", "№"]),
    ("respondent", &["respondent", "respondent id", "респондент", "клиент", "customer id"]),
    (
        "branch",
        &["филиал", "branch", "точка", "магазин", "клиника", "отделение", "офис", "service type 1", "object", "airline_name"],
    ),
    ("employee", &["сотрудник", "employee", "менеджер", "продавец", "врач"]),
    ("touchpoint", &["точка контакта", "touchpoint"]),
    ("channel", &["канал", "channel", "источник", "source"]),
    ("name", &["название", "имя", "фио", "name", "филиал", "сотрудник", "наименование"]),
    ("code", &["код", "code"]),
    ("key", &["ключ", "key", "код"]),
    ("region", &["регион", "город", "region", "city"]),
    ("timezone", &["часовой пояс", "timezone"]),
    ("position", &["должность", "position"]),
    ("email", &["почта", "email", "e-mail"]),
    ("phone", &["телефон", "phone"]),
    ("hired_on", &["принят", "дата приёма", "дата приема", "hired_on"]),
    ("left_on", &["уволен", "дата увольнения", "left_on"]),
    ("stage", &["этап", "stage"]),
];

/// A target for each heading; null where nothing fits.
#[must_use]
pub fn suggest(kind: Kind, header: &[String], looks: &[Look], form: Option<&Form>) -> Vec<Json> {
    let mut taken: Vec<String> = Vec::new();
    let mut out = vec![Json::Null; header.len()];
    let mut give = |i: usize, target: String| {
        if out[i].is_null() && !taken.contains(&target) {
            out[i] = json!(target);
            taken.push(target);
        }
    };
    for (i, name) in header.iter().enumerate() {
        let plain = name.trim().to_lowercase();
        if let Some(form) = form {
            for q in &form.questions {
                let titled = q.title.texts().any(|t| t.trim().to_lowercase() == plain);
                if !matches!(q.kind, Type::Matrix | Type::Contact) && (q.key.to_lowercase() == plain || titled) {
                    give(i, format!("answer:{}", q.key));
                }
                for row in q.rows.iter().map(|r| r.key.as_str()).chain(q.fields.iter().map(|f| f.as_str())) {
                    if format!("{}.{row}", q.key).to_lowercase() == plain {
                        give(i, format!("answer:{}.{row}", q.key));
                    }
                }
            }
        }
        for target in kind.targets() {
            let words = WORDS.iter().find(|w| w.0 == *target).map_or(&[][..], |w| w.1);
            let sound = *target != "at" || looks.get(i) != Some(&Look::Text);
            if sound && (plain == *target || words.contains(&plain.as_str())) {
                give(i, (*target).to_owned());
            }
        }
    }
    out
}
