//! What was done here, read from the history.

use kit::db::Query;
use kit::filter::Filter;
use kit::web::List;
use kit::{Actor, Error, FieldError, Result, args};
use serde_json::{Value as Json, json};

use super::places::Wanted;
use super::store::places::{self as store, HistoryRow};

/// Which lines of history are wanted.
#[derive(Clone, Debug, Default)]
pub struct AuditWanted {
    pub noun: Option<String>,
    pub from: Option<kit::Timestamp>,
    pub to: Option<kit::Timestamp>,
}

/// What staff did, newest first.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn audit(q: &impl Query, actor: &Actor, wanted: &Wanted, which: &AuditWanted) -> Result<List<HistoryRow>> {
    let mut filter = Filter::of(actor.org);
    if let Some(noun) = &which.noun {
        filter.and("noun = ?", args![&**noun]);
    }
    if let Some(from) = which.from {
        filter.and("at >= ?", args![from.0]);
    }
    if let Some(to) = which.to {
        filter.and("at < ?", args![to.0]);
    }
    if let Some([seq]) = wanted.cursor::<1>()? {
        let seq: i64 = seq.parse().map_err(|_| Error::field("after", "bad-cursor"))?;
        filter.and("seq < ?", args![seq]);
    }
    let rows = store::history(q, filter, wanted.limit + 1).await?;
    Ok(List::cut(rows, wanted.limit, |r| vec![r.seq.to_string()]))
}

/// What a moment of the audit log is asked for: a day of the company (its start) or a moment.
///
/// # Errors
/// `Invalid` naming the field.
pub fn moment(actor: &Actor, field: &str, text: Option<&String>) -> Result<Option<kit::Timestamp>> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let day = text.parse::<jiff::civil::Date>().ok().filter(|d| (1900..=2200).contains(&d.year()) && text.len() == 10);
    let at = day.map(|d| kit::time::start_of_day(d, &actor.zone)).or_else(|| kit::Timestamp::parse(text));
    at.map(Some).ok_or_else(|| Error::Invalid(vec![FieldError::new(field, "bad-day")]))
}

/// The lines of a JSON object that differ, for a reader.
#[must_use]
pub fn changes(before: Option<&str>, after: Option<&str>) -> Vec<(String, String, String)> {
    let read = |t: Option<&str>| t.and_then(|t| serde_json::from_str::<Json>(t).ok()).unwrap_or(json!({}));
    let (b, a) = (read(before), read(after));
    let show = |v: Option<&Json>| match v {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(s)) => s.clone(),
        Some(Json::Array(items)) => {
            items.iter().map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned)).collect::<Vec<_>>().join(", ")
        }
        Some(Json::Object(map)) => map.values().filter_map(Json::as_str).collect::<Vec<_>>().join(" / "),
        Some(other) => other.to_string(),
    };
    let mut keys: Vec<&String> = b.as_object().into_iter().chain(a.as_object()).flat_map(|m| m.keys()).collect();
    keys.dedup();
    let mut out: Vec<(String, String, String)> = Vec::new();
    for key in keys {
        let (was, is) = (show(b.get(key)), show(a.get(key)));
        if was != is && !out.iter().any(|(k, ..)| k == key) {
            out.push((key.clone(), was, is));
        }
    }
    out
}
