//! b: Kaplan–Meier and log-rank.

use std::collections::BTreeMap;

use measure::LEVEL;
use measure::survival::{KaplanMeier, kaplan_meier, log_rank};
use serde_json::{Map, Value, json};

use super::{Context, Outcome, Skip, numbers, pair, strings};

type Subjects = Vec<(f64, bool)>;

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    let (subjects, groups) = subjects(context, &case["input"])?;
    let expected = &case["expected"];
    let mut by_group: BTreeMap<String, Subjects> = BTreeMap::new();
    for (subject, group) in subjects.iter().zip(&groups) {
        by_group.entry(group.clone()).or_default().push(*subject);
    }
    let mut result = json!({"overall": curve(&subjects, &expected["overall"])});
    if by_group.len() > 1 {
        let curves: Map<String, Value> =
            by_group.iter().map(|(name, g)| (name.clone(), curve(g, &expected["by_group"][name]))).collect();
        result["by_group"] = Value::Object(curves);
        let parts: Vec<Subjects> = by_group.values().cloned().collect();
        if let Some(test) = log_rank(&parts) {
            result["logrank"] = json!({
                "groups": by_group.keys().collect::<Vec<_>>(), "observed": test.observed, "expected": test.expected,
                "chi2": test.chi2, "df": test.df, "p": test.p,
            });
        }
    }
    Ok(result)
}

fn subjects(context: &Context, input: &Value) -> Result<(Subjects, Vec<String>), Skip> {
    if input["times"].is_array() {
        let events = numbers(&input["events"]).into_iter().map(|e| e != 0.0);
        return Ok((numbers(&input["times"]).into_iter().zip(events).collect(), strings(&input["groups"])));
    }
    let (folder, file, time, event) = match input["data"].as_str() {
        Some("telco_churn") => ("telco_churn", "telco_churn.csv", "tenure", "Churn"),
        Some("ibm_hr_attrition") => ("ibm_hr_attrition", "hr_attrition.csv", "YearsAtCompany", "Attrition"),
        _ => return Err(Skip::NotCovered),
    };
    let table = context.table(folder, file)?;
    let events = table.texts(event)?.into_iter().map(|e| e == "Yes");
    let times = table.numbers(time)?.into_iter().map(|t| t.unwrap_or(f64::NAN));
    let groups = match input["group"].as_str() {
        Some(name) => table.texts(name)?.into_iter().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    Ok((times.zip(events).collect(), groups))
}

/// The times of the table and the horizon of the mean are part of the question.
fn curve(subjects: &Subjects, asked: &Value) -> Value {
    let km: KaplanMeier = kaplan_meier(subjects);
    let row = |row: &Value| {
        let t = row["t"].as_f64().unwrap_or(f64::NAN);
        let at = km.at(t);
        let mut cell = json!({"t": t, "S": at.survival, "at_risk": km.at_risk(t)});
        if at.std_err.is_some() {
            cell["std_err"] = json!(at.std_err);
            cell["ci_plain"] = pair(at.plain(LEVEL));
            cell["ci_log"] = pair(at.log(LEVEL));
            cell["ci_loglog"] = pair(at.log_log(LEVEL));
        }
        cell
    };
    let tau = asked["rmst"]["tau"].as_f64().unwrap_or(f64::NAN);
    json!({
        "n": km.n, "events": km.events, "table": asked["table"].as_array().map(|t| t.iter().map(row).collect::<Vec<_>>()),
        "median": km.median(), "q25": km.quantile(0.25), "q75": km.quantile(0.75),
        "rmst": {"tau": tau, "value": km.restricted_mean(tau)},
    })
}
