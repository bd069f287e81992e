//! g: the working-time clock.

use jiff::Timestamp;
use measure::clock::{Calendar, Clock};
use serde_json::{Value, json};

use super::{Context, Outcome, Skip};

fn instant(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    // Minutes only: 2024-06-03T07:00Z.
    text.parse().ok().or_else(|| format!("{}:00Z", text.strip_suffix('Z')?).parse().ok())
}

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    let name = input["calendar"].as_str().unwrap_or_default();
    let own = if input["calendar"].is_object() { &input["calendar"] } else { &context.file["calendars"][name] };
    let calendar: Calendar = serde_json::from_value(own.clone()).map_err(|_| Skip::NotCovered)?;
    let clock = Clock::new(&calendar).map_err(|_| Skip::NotCovered)?;
    let start = instant(&input["start"]).ok_or(Skip::NotCovered)?;
    let none = Vec::new();
    let pauses = input["pauses"].as_array().unwrap_or(&none).iter();
    let pauses: Option<Vec<(Timestamp, Timestamp)>> = pauses.map(|p| Some((instant(&p[0])?, instant(&p[1])?))).collect();
    let pauses = pauses.ok_or(Skip::NotCovered)?;
    match input["op"].as_str() {
        Some("elapsed") => {
            let end = instant(&input["end"]).ok_or(Skip::NotCovered)?;
            let wall = (end.as_second() - start.as_second()) / 60;
            Ok(json!({"business_minutes": clock.elapsed_minutes(start, end, &pauses), "wall_minutes": wall}))
        }
        Some("due") => {
            let minutes = input["minutes"].as_i64().ok_or(Skip::NotCovered)?;
            let Some(due) = clock.due(start, minutes, &pauses) else {
                return Ok(json!({"due": null, "due_local": null}));
            };
            let local = due.to_zoned(clock.zone().clone());
            Ok(json!({
                "due": jiff::fmt::strtime::format("%Y-%m-%dT%H:%MZ", due).unwrap_or_default(),
                "due_local": local.strftime("%Y-%m-%d %H:%M %z").to_string(),
            }))
        }
        _ => Err(Skip::NotCovered),
    }
}
