//! f: key drivers.

use measure::drivers::{Importance, importance, penalty_reward, quadrants};
use measure::mean::Moments;
use serde_json::{Map, Value, json};

use super::{Context, Outcome, Skip, strings};

type Rows = (Vec<Vec<Option<f64>>>, Vec<Option<f64>>);

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if input["rows"].is_array() {
        let columns = strings(&input["columns"]);
        let y = columns.iter().position(|c| Some(c.as_str()) == input["y"].as_str()).ok_or(Skip::NotCovered)?;
        let names: Vec<String> = columns.iter().enumerate().filter(|(i, _)| *i != y).map(|(_, c)| c.clone()).collect();
        let rows: Vec<Vec<Option<f64>>> =
            input["rows"].as_array().map(|r| r.iter().map(super::gappy).collect()).unwrap_or_default();
        let target = rows.iter().map(|r| r.get(y).copied().flatten()).collect::<Vec<_>>();
        let x: Vec<Vec<Option<f64>>> =
            rows.iter().map(|r| r.iter().enumerate().filter(|(i, _)| *i != y).map(|(_, v)| *v).collect()).collect();
        return Ok(report(&names, &importance(&x, &target).ok_or(Skip::NotCovered)?));
    }
    if input["data"] != "airline_satisfaction" {
        return Err(Skip::NotCovered);
    }
    let named = strings(&input["predictors"]);
    // "Same rows" and the grid go on with the predictors of the regression before them.
    let same_rows = input["rule"].as_str().is_some_and(|r| r.contains("same rows")) || named.is_empty();
    let earlier = strings(context.inherited.get("regression_predictors").unwrap_or(&Value::Null));
    let complete = if same_rows && !earlier.is_empty() { earlier } else { named.clone() };
    let predictors = if named.is_empty() { complete.clone() } else { named };
    let (x, y) = airline(context, &predictors, &complete)?;
    if let (Some(low), Some(high)) = (threshold(&input["penalty"]), threshold(&input["reward"])) {
        return penalties(&predictors, &x, &y, low, high);
    }
    if input["predictors"].is_array() {
        context.inherited.insert("regression_predictors".to_owned(), json!(predictors));
        return Ok(report(&predictors, &importance(&x, &y).ok_or(Skip::NotCovered)?));
    }
    grid(&predictors, &x, &y)
}

/// The first number of "rating <= 2".
fn threshold(rule: &Value) -> Option<f64> {
    let text = rule.as_str()?;
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    digits.parse().ok()
}

/// Predictors and outcome of the rows in which all `complete` ratings are 1…5.
fn airline(context: &Context, predictors: &[String], complete: &[String]) -> Result<Rows, Skip> {
    let table = context.table("airline_satisfaction", "survey.csv")?;
    let columns = |names: &[String]| names.iter().map(|n| table.numbers(n)).collect::<Result<Vec<_>, _>>();
    let (wanted, needed) = (columns(predictors)?, columns(complete)?);
    let outcome = table.texts("satisfaction")?;
    let rated = |i: usize| needed.iter().all(|c| c.get(i).copied().flatten().is_some_and(|v| (1.0..=5.0).contains(&v)));
    let keep: Vec<usize> = (0..table.rows.len()).filter(|i| rated(*i)).collect();
    let x = keep.iter().map(|&i| wanted.iter().map(|c| c.get(i).copied().flatten()).collect()).collect();
    let y = keep.iter().map(|&i| outcome.get(i).map(|o| f64::from(u8::from(*o == "satisfied")))).collect();
    Ok((x, y))
}

fn by_name<T: Into<Value>>(names: &[String], values: impl IntoIterator<Item = T>) -> Value {
    Value::Object(names.iter().cloned().zip(values.into_iter().map(Into::into)).collect::<Map<_, _>>())
}

fn report(names: &[String], found: &Importance) -> Value {
    let fit = &found.regression;
    let each = |f: &dyn Fn(&measure::drivers::Coefficient) -> Option<f64>| by_name(names, fit.coefficients.iter().map(f));
    let mut result = json!({
        "n": fit.n, "r2": fit.r2, "intercept": fit.intercept,
        "correlation": each(&|c| Some(c.correlation)), "beta_standardised": each(&|c| Some(c.beta)),
        "b_raw": each(&|c| Some(c.b)), "std_err": each(&|c| Some(c.std_err)), "t": each(&|c| c.t), "vif": each(&|c| Some(c.vif)),
        "johnson": by_name(names, found.johnson.clone()), "johnson_share": by_name(names, found.shares(&found.johnson)),
        "pratt": by_name(names, found.pratt.clone()),
    });
    if let Some(lmg) = &found.lmg {
        result["lmg"] = by_name(names, lmg.clone());
        result["lmg_share"] = by_name(names, found.shares(lmg));
    }
    result
}

fn penalties(names: &[String], x: &[Vec<Option<f64>>], y: &[Option<f64>], low: f64, high: f64) -> Outcome {
    let found = penalty_reward(x, y, low, high).ok_or(Skip::NotCovered)?;
    let effects = found.effects.iter().map(|e| {
        json!({
            "penalty": e.penalty, "reward": e.reward, "p_penalty": e.p_penalty, "p_reward": e.p_reward,
            "range": e.range, "impact_asymmetry": e.impact_asymmetry,
        })
    });
    Ok(json!({"n": found.n, "r2": found.r2, "intercept": found.intercept, "effects": by_name(names, effects)}))
}

fn grid(names: &[String], x: &[Vec<Option<f64>>], y: &[Option<f64>]) -> Outcome {
    let found = importance(x, y).ok_or(Skip::NotCovered)?;
    let shares = found.shares(&found.lmg.clone().ok_or(Skip::NotCovered)?);
    let mean = |j: usize| {
        let column: Vec<f64> = x.iter().filter_map(|r| r.get(j).copied().flatten()).collect();
        Moments::from_values(&column).mean
    };
    let points: Vec<(f64, f64)> = shares.iter().enumerate().map(|(j, s)| (mean(j), *s)).collect();
    let fields = quadrants(&points);
    let cell = |((performance, importance), quadrant)| json!({"performance": performance, "importance": importance, "quadrant": quadrant});
    Ok(by_name(names, points.into_iter().zip(fields).map(cell)))
}
