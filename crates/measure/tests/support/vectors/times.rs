//! h and k: call queues, time to resolution with open tickets.

use measure::LEVEL;
use measure::erlang::{agents_needed, erlang_b, queue, traffic};
use measure::mean::{Moments, median};
use measure::survival::kaplan_meier;
use serde_json::{Map, Value, json};

use super::{Context, Outcome, Skip, numbers, pair, rows};

pub fn compute_calls(_: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if input["pairs"].is_array() {
        let blocked = |p: &Vec<f64>| erlang_b(*p.first()?, *p.get(1)? as u32);
        return Ok(json!(rows(&input["pairs"]).iter().map(blocked).collect::<Vec<_>>()));
    }
    let field = |name: &str| input[name].as_f64().ok_or(Skip::NotCovered);
    let (calls, period, aht, target) =
        (field("calls")?, field("period_seconds")?, field("aht_seconds")?, field("target_seconds")?);
    let mut result = json!({});
    let agents = match (input["agents"].as_u64(), input["service_level"].as_f64()) {
        (Some(agents), _) => agents as u32,
        (None, Some(level)) => {
            let agents = agents_needed(calls, period, aht, target, level).ok_or(Skip::NotCovered)?;
            result["agents"] = json!(agents);
            agents
        }
        _ => return Err(Skip::NotCovered),
    };
    let load = traffic(calls, period, aht).ok_or(Skip::NotCovered)?;
    let found = queue(calls, period, aht, agents, target);
    result["traffic_erlangs"] = json!(load);
    result["occupancy"] = json!(load / f64::from(agents));
    result["stable"] = json!(found.is_some());
    if let Some(q) = found {
        result["prob_wait"] = json!(q.prob_wait);
        result["erlang_b"] = json!(q.erlang_b);
        result["service_level"] = json!(q.service_level);
        result["asa_seconds"] = json!(q.asa_seconds);
        result["mean_wait_of_waiting_s"] = json!(q.wait_of_waiting);
        result["mean_queue_length"] = json!(q.queue_length);
    }
    Ok(result)
}

pub fn compute(_: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if !input["durations"].is_array() {
        return Err(Skip::NotCovered);
    }
    let done = numbers(&input["resolved"]).into_iter().map(|r| r != 0.0);
    let tickets: Vec<(f64, bool)> = numbers(&input["durations"]).into_iter().zip(done).collect();
    let km = kaplan_meier(&tickets);
    let closed: Vec<f64> = tickets.iter().filter(|t| t.1).map(|t| t.0).collect();
    // The times and shares asked for are the keys of the expected fields.
    let each = |name: &str, f: &dyn Fn(f64) -> Value| -> Value {
        let keys = case["expected"][name].as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        Value::Object(keys.into_iter().map(|k| (k.clone(), f(k.parse().unwrap_or(f64::NAN)))).collect::<Map<_, _>>())
    };
    Ok(json!({
        "n": km.n, "closed": km.events, "open_": km.n - km.events,
        "still_open_share": each("still_open_share", &|t| json!(km.at(t).survival)),
        "ci_loglog": each("ci_loglog", &|t| pair(km.at(t).log_log(LEVEL))),
        "quantile_resolved": each("quantile_resolved", &|q| json!(km.quantile(q))),
        "naive_mean_of_closed": Moments::from_values(&closed).value(), "naive_median_of_closed": median(&closed),
    }))
}
