//! d: agreement of raters and consistency of scales.

use measure::agreement::{Metric, cohen, cronbach, fleiss, icc, krippendorff};
use serde_json::{Value, json};

use super::{Context, Outcome, Skip, gappy, pair, rows, strings};

fn gappy_rows(value: &Value) -> Vec<Vec<Option<f64>>> {
    value.as_array().map(|a| a.iter().map(gappy).collect()).unwrap_or_default()
}

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if input["raters_by_units"].is_array() {
        let raters = gappy_rows(&input["raters_by_units"]);
        let alpha = |metric| krippendorff(&raters, metric);
        return Ok(json!({"krippendorff_alpha": {
            "nominal": alpha(Metric::Nominal), "ordinal": alpha(Metric::Ordinal),
            "interval": alpha(Metric::Interval), "ratio": alpha(Metric::Ratio),
        }}));
    }
    if input["table_rows_rater_a_cols_rater_b"].is_array() {
        let c = cohen(&rows(&input["table_rows_rater_a_cols_rater_b"]));
        return Ok(json!({
            "kappa": c.map(|c| c.kappa), "kappa_linear": c.map(|c| c.linear), "kappa_quadratic": c.map(|c| c.quadratic),
            "std_err": c.map(|c| c.std_err), "ci95": pair(c.map(|c| c.interval)),
            "percent_agreement": c.map(|c| c.agreement), "max_possible_kappa": c.map(|c| c.max_kappa),
        }));
    }
    if input["units_by_category_counts"].is_array() {
        return Ok(json!({"fleiss_kappa": fleiss(&rows(&input["units_by_category_counts"]))}));
    }
    if input["targets_by_judges"].is_array() {
        let i = icc(&rows(&input["targets_by_judges"]));
        return Ok(json!({
            "ICC1": i.map(|i| i.icc1), "ICC2": i.map(|i| i.icc2), "ICC3": i.map(|i| i.icc3),
            "ICC1k": i.map(|i| i.icc1k), "ICC2k": i.map(|i| i.icc2k), "ICC3k": i.map(|i| i.icc3k),
        }));
    }
    let scale = if input["rows_by_items"].is_array() { gappy_rows(&input["rows_by_items"]) } else { from_data(context, input)? };
    let Some(c) = cronbach(&scale) else {
        return Ok(json!({"alpha_raw": null}));
    };
    Ok(json!({
        "n_complete": c.n, "items": c.items, "alpha_raw": c.alpha, "alpha_standardised": c.standardised,
        "ci95_feldt": pair(c.interval), "alpha_if_item_dropped": c.without_item, "corrected_item_total_r": c.item_rest,
        "average_inter_item_r": c.mean_correlation,
    }))
}

fn from_data(context: &Context, input: &Value) -> Result<Vec<Vec<Option<f64>>>, Skip> {
    let items = strings(&input["items"]);
    if items.is_empty() || input["data"] != "bfi" {
        return Err(Skip::NotCovered);
    }
    let table = context.table("bfi", "bfi.csv")?;
    let turned = strings(&input["reversed_as_7_minus_x"]);
    let mut columns = Vec::new();
    for item in &items {
        let reverse = turned.contains(item);
        columns.push(table.numbers(item)?.into_iter().map(|v| v.map(|v| if reverse { 7.0 - v } else { v })).collect::<Vec<_>>());
    }
    Ok((0..table.rows.len()).map(|i| columns.iter().map(|c| c.get(i).copied().flatten()).collect()).collect())
}
