//! e: process charts. The vectors count points from 1.

use std::collections::BTreeMap;

use measure::Interval;
use measure::chart::{AttributeChart, NelsonHits, WesternElectricHits, ewma, nelson, p_chart, u_chart, western_electric, xmr};
use serde_json::{Map, Value, json};

use super::{Context, Outcome, Skip, counts, numbers, pair};

fn from_one(indices: &[usize]) -> Vec<usize> {
    indices.iter().map(|i| i + 1).collect()
}

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    let series = numbers(&input["series"]);
    if let Some(lambda) = input["lambda_"].as_f64().or(input["lambda"].as_f64()) {
        let (target, sigma) = (input["target"].as_f64().unwrap_or(f64::NAN), input["sigma"].as_f64().unwrap_or(f64::NAN));
        let chart = ewma(&series, lambda, target, sigma).ok_or(Skip::NotCovered)?;
        return Ok(json!({
            "ewma": chart.values, "ucl_asymptotic": chart.limits.high, "lcl_asymptotic": chart.limits.low,
            "outside_index1": from_one(&chart.outside),
        }));
    }
    if input.get("centre").is_some() {
        return rules(input, &series);
    }
    if input["series"].is_array() {
        return individuals(&series);
    }
    if input["defectives"].is_array() {
        let counts = counts(&input["defectives"]);
        let bases: Vec<u64> = bases(&input["n"], counts.len()).iter().map(|n| *n as u64).collect();
        return Ok(attribute(&p_chart(&counts, &bases).ok_or(Skip::NotCovered)?, "p_bar"));
    }
    if input["defects"].is_array() {
        let counts = counts(&input["defects"]);
        return Ok(attribute(&u_chart(&counts, &bases(&input["n"], counts.len())).ok_or(Skip::NotCovered)?, "u_bar"));
    }
    if input["data"] == "sf_inspections" {
        return inspections(context);
    }
    Err(Skip::NotCovered)
}

fn bases(n: &Value, len: usize) -> Vec<f64> {
    n.as_f64().map_or_else(|| numbers(n), |n| vec![n; len])
}

fn individuals(series: &[f64]) -> Outcome {
    let chart = xmr(series).ok_or(Skip::NotCovered)?;
    Ok(json!({
        "n": series.len(), "mean": chart.mean, "mr_bar": chart.mr_bar, "sigma_hat": chart.sigma,
        "unpl": chart.limits.high, "lnpl": chart.limits.low, "mr_upper": chart.mr_upper,
        "moving_ranges": chart.moving_ranges, "points_outside_index1": from_one(&chart.outside),
        "mr_outside_index1": from_one(&chart.mr_outside), "median_mr": chart.median_mr,
        "limits_from_median_mr": pair(Some(chart.median_limits)),
    }))
}

fn rules(input: &Value, series: &[f64]) -> Outcome {
    let chart = xmr(series);
    let centre = input["centre"].as_f64().or(chart.as_ref().map(|c| c.mean)).ok_or(Skip::NotCovered)?;
    let sigma = input["sigma"].as_f64().or(chart.as_ref().map(|c| c.sigma)).ok_or(Skip::NotCovered)?;
    let NelsonHits { rules } = nelson(series, centre, sigma).ok_or(Skip::NotCovered)?;
    let western: WesternElectricHits = western_electric(series, centre, sigma).ok_or(Skip::NotCovered)?;
    let nelson: Map<String, Value> =
        rules.iter().enumerate().map(|(i, hits)| ((i + 1).to_string(), json!(from_one(hits)))).collect();
    Ok(json!({
        "centre": centre, "sigma": sigma, "nelson": nelson,
        "western_electric": {
            "1_one_beyond_3s": from_one(&western.beyond_3s), "2_two_of_three_beyond_2s": from_one(&western.two_of_three),
            "3_four_of_five_beyond_1s": from_one(&western.four_of_five), "4_eight_in_a_row_one_side": from_one(&western.eight_one_side),
        },
    }))
}

fn attribute(chart: &AttributeChart, centre: &str) -> Value {
    let split = |limits: &[Interval]| -> (Vec<f64>, Vec<f64>) { limits.iter().map(|l| (l.low, l.high)).unzip() };
    let (low, high) = split(&chart.plain.limits);
    let mut result = json!({"ucl": high, "lcl": low, "outside_index1": from_one(&chart.plain.outside)});
    result[centre] = json!(chart.centre);
    if let (Some(sigma), Some(laney)) = (chart.sigma_z, &chart.laney) {
        let (low, high) = split(&laney.limits);
        result["laney_sigma_z"] = json!(sigma);
        result["laney_ucl"] = json!(high);
        result["laney_lcl"] = json!(low);
        result["laney_outside_index1"] = json!(from_one(&laney.outside));
    }
    result
}

/// Per month: share of inspections with a score under 86; months with at least 30 inspections.
fn inspections(context: &Context) -> Outcome {
    let table = context.table("sf_inspections", "inspections.csv")?;
    let mut months: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (date, score) in table.texts("date")?.into_iter().zip(table.numbers("score")?) {
        if let (Some(month), Some(score)) = (date.get(..7), score) {
            let cell = months.entry(month.to_owned()).or_default();
            cell.0 += 1;
            cell.1 += u64::from(score < 86.0);
        }
    }
    months.retain(|_, (n, _)| *n >= 30);
    let n: Vec<u64> = months.values().map(|m| m.0).collect();
    let low: Vec<u64> = months.values().map(|m| m.1).collect();
    let mut result = attribute(&p_chart(&low, &n).ok_or(Skip::NotCovered)?, "p_bar");
    result["months"] = json!(months.keys().collect::<Vec<_>>());
    result["n"] = json!(n);
    result["low"] = json!(low);
    Ok(result)
}
