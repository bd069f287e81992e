//! j and m: composite scores, checks, turnover.

use std::collections::BTreeMap;

use measure::LEVEL;
use measure::score::{Criterion, acsi, check_score, csi, kano, kano_category, servqual};
use measure::share::Share;
use serde_json::{Map, Value, json};

use super::{Context, Outcome, Skip, numbers, pair, rows};

pub fn compute(_: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if case["id"] == "kano-table" {
        let cells = (1..=5).flat_map(|f| (1..=5).map(move |d| (format!("{f},{d}"), json!(kano_category(f, d)))));
        return Ok(Value::Object(cells.collect()));
    }
    if input["answers_functional_dysfunctional"].is_array() {
        let answers: Vec<(u8, u8)> = rows(&input["answers_functional_dysfunctional"])
            .iter()
            .filter_map(|a| Some((*a.first()? as u8, *a.get(1)? as u8)))
            .collect();
        let k = kano(&answers).ok_or(Skip::NotCovered)?;
        let counts: Map<String, Value> = k.counts.iter().map(|(c, n)| (format!("{c:?}"), json!(n))).collect();
        return Ok(json!({
            "counts": counts, "category_by_mode": k.category, "better": k.better, "worse": k.worse,
            "category_strength": k.category_strength, "total_strength": k.total_strength,
        }));
    }
    if input["expectations"].is_array() {
        return gaps(input);
    }
    if input["importance"].is_array() {
        let (importance, satisfaction) = (numbers(&input["importance"]), numbers(&input["satisfaction"]));
        let pairs: Vec<(f64, f64)> = importance.into_iter().zip(satisfaction).collect();
        let c = csi(&pairs, input["scale"].as_f64().unwrap_or(f64::NAN)).ok_or(Skip::NotCovered)?;
        return Ok(json!({
            "weights": c.weights, "weighted_score": c.weighted, "csi_percent_of_max": c.percent_of_max,
            "csi_0_100": c.percent_of_range, "gap_importance_minus_satisfaction": pairs.iter().map(|(i, s)| i - s).collect::<Vec<_>>(),
        }));
    }
    if input["weights"].is_array() && input["means"].is_array() {
        let items: Vec<(f64, f64)> = numbers(&input["weights"]).into_iter().zip(numbers(&input["means"])).collect();
        let ends = numbers(&input["scale"]);
        let (min, max) = (ends.first().copied().unwrap_or(f64::NAN), ends.last().copied().unwrap_or(f64::NAN));
        return Ok(json!({"acsi": acsi(&items, min, max)}));
    }
    if let Some(items) = input["items"].as_array() {
        let criterion = |i: &Value| Criterion {
            weight: i["w"].as_f64().unwrap_or(f64::NAN),
            points: i["a"].as_f64(),
            critical: i["critical"].as_bool().unwrap_or(false),
        };
        let score = check_score(&items.iter().map(criterion).collect::<Vec<_>>());
        return Ok(json!({
            "points": score.points, "max_points": score.max, "score_pct": score.percent,
            "critical_failed": score.critical_failed, "score_with_critical_zero": score.final_percent(),
        }));
    }
    Err(Skip::NotCovered)
}

/// The dimensions of SERVQUAL in the order of their items.
const DIMENSIONS: [&str; 5] = ["tangibles", "reliability", "responsiveness", "assurance", "empathy"];

fn gaps(input: &Value) -> Outcome {
    let sizes: Option<Vec<usize>> = DIMENSIONS.iter().map(|d| input["dimension_items"][d].as_u64().map(|n| n as usize)).collect();
    let gaps = servqual(&rows(&input["expectations"]), &rows(&input["perceptions"]), &sizes.ok_or(Skip::NotCovered)?);
    let gaps = gaps.ok_or(Skip::NotCovered)?;
    let weights: Vec<f64> = DIMENSIONS.iter().map(|d| input["weights_sum_100"][d].as_f64().unwrap_or(f64::NAN)).collect();
    let pairs: Vec<(f64, f64)> = gaps.iter().copied().zip(weights).collect();
    Ok(json!({
        "gap_by_dimension": DIMENSIONS.iter().zip(&gaps).map(|(d, g)| ((*d).to_owned(), json!(g))).collect::<Map<_, _>>(),
        "unweighted_mean_of_dimensions": gaps.iter().sum::<f64>() / gaps.len() as f64,
        "weighted": measure::mean::weighted_mean(&pairs),
    }))
}

pub fn compute_staff(context: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if input["data"] == "ibm_hr_attrition" || input["by"].is_string() {
        let table = context.table("ibm_hr_attrition", "hr_attrition.csv")?;
        let left: Vec<bool> = table.texts("Attrition")?.into_iter().map(|a| a == "Yes").collect();
        let Some(by) = input["by"].as_str() else {
            let s = Share { yes: left.iter().filter(|l| **l).count() as u64, n: left.len() as u64 };
            return Ok(json!({"n": s.n, "left": s.yes, "rate_pct": s.value().map(|v| 100.0 * v)}));
        };
        let mut groups: BTreeMap<&str, Share> = BTreeMap::new();
        for (group, left) in table.texts(by)?.into_iter().zip(&left) {
            let cell = groups.entry(group).or_default();
            *cell = cell.merge(Share { yes: u64::from(*left), n: 1 });
        }
        let row = |s: &Share| json!({"n": s.n, "left": s.yes, "rate_pct": s.value().map(|v| 100.0 * v), "wilson": pair(s.wilson(LEVEL))});
        let shares: Vec<Share> = groups.values().copied().collect();
        let test = measure::share::chi2_test(&shares).ok_or(Skip::NotCovered)?;
        return Ok(json!({
            "table": groups.iter().map(|(g, s)| ((*g).to_owned(), row(s))).collect::<Map<_, _>>(),
            "chi2": test.chi2, "df": test.df, "p": test.p,
        }));
    }
    Err(Skip::NotCovered)
}
