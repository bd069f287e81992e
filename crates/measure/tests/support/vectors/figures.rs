//! c: NPS, CSAT, CES and their intervals.

use std::collections::{BTreeMap, HashSet};

use measure::LEVEL;
use measure::difference::{self, benjamini_hochberg, holm};
use measure::mean::Moments;
use measure::nps::{NpsCounts, bootstrap_percentile_limit, sample_size, score_tango, weighted};
use measure::share::{Share, newcombe};
use serde_json::{Map, Value, json};

use super::{Context, Outcome, Skip, gappy, numbers, pair};

fn nps_counts(value: &Value) -> Option<NpsCounts> {
    Some(NpsCounts::new(value["promoters"].as_u64()?, value["passives"].as_u64()?, value["detractors"].as_u64()?))
}

fn as_share(value: &Value) -> Option<Share> {
    Share::new(value[0].as_u64()?, value[1].as_u64()?)
}

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if let Some(counts) = nps_counts(input) {
        return Ok(nps(&counts));
    }
    if let (Some(a), Some(b)) = (nps_counts(&input["a"]), nps_counts(&input["b"])) {
        let d = difference::nps(&a, &b, LEVEL).ok_or(Skip::NotCovered)?;
        return Ok(json!({
            "nps_a": a.value(), "nps_b": b.value(), "difference": d.difference, "std_err": d.std_err,
            "z": d.z, "p_two_sided": d.p, "ci95": pair(Some(d.interval)),
        }));
    }
    if let (Some(a), Some(b)) = (as_share(&input["a"]), as_share(&input["b"])) {
        let gap = a.value().zip(b.value()).map(|(a, b)| a - b);
        return Ok(json!({"difference": gap, "ci95_newcombe": pair(newcombe(&a, &b, LEVEL))}));
    }
    if let (Some(yes), Some(n)) = (input["successes"].as_u64(), input["n"].as_u64()) {
        return Ok(share(&Share::new(yes, n).ok_or(Skip::NotCovered)?));
    }
    if input["scores"].is_array() && input["top_box"].is_array() {
        return Ok(effort(&numbers(&input["scores"]), &numbers(&input["top_box"])));
    }
    if input["scores"].is_array() {
        let scores = gappy(&input["scores"]);
        let (counts, invalid) = NpsCounts::from_scores(scores);
        return Ok(json!({
            "promoters": counts.promoters, "passives": counts.passives, "detractors": counts.detractors,
            "invalid_ignored": invalid, "nps": counts.value(),
        }));
    }
    if input["y"].is_array() && input["weights"].is_array() {
        let answers: Vec<(f64, f64)> = numbers(&input["y"]).into_iter().zip(numbers(&input["weights"])).collect();
        let w = weighted(&answers).ok_or(Skip::NotCovered)?;
        return Ok(json!({
            "nps": w.value, "std_err_linearised": w.std_err, "kish_n_eff": w.n_eff, "kish_deff": w.design_effect,
        }));
    }
    if input["p"].is_array() {
        let p = numbers(&input["p"]);
        return Ok(json!({"holm": holm(&p), "benjamini_hochberg": benjamini_hochberg(&p)}));
    }
    if let Some(p) = input["promoters_share"].as_f64() {
        return size(input, p, &case["expected"]);
    }
    match input["data"].as_str() {
        Some("nhs_fft") => friends_and_family(context),
        Some("airline_satisfaction") => airline(context),
        Some("hcahps_state") => hospitals(context),
        _ => Err(Skip::NotCovered),
    }
}

fn nps(counts: &NpsCounts) -> Value {
    let n = counts.n() as f64;
    let percent = |part: u64| (n > 0.0).then(|| 100.0 * part as f64 / n);
    let margin = counts.std_err().map(|se| measure::Z95 * se);
    let mut result = json!({
        "n": counts.n(), "nps": counts.value(), "variance_unit": counts.variance_unit(), "std_err": counts.std_err(),
        "promoters_pct": percent(counts.promoters), "passives_pct": percent(counts.passives),
        "detractors_pct": percent(counts.detractors), "std_err_n_minus_1": counts.std_err_n_minus_1(),
        "ci95_wald": pair(counts.wald(LEVEL)), "ci95_adjusted_wald": pair(counts.adjusted_wald(LEVEL)),
        "adjusted_centre": counts.adjusted().map(|a| a.0), "margin_of_error_95": margin,
        "ci95_score_tango": pair(score_tango(counts, LEVEL)),
        "goodman95_detractors_passives_promoters": counts.goodman(LEVEL).map(|g| g.map(|i| pair(Some(i)))),
    });
    if let Some(limit) = bootstrap_percentile_limit(counts, LEVEL) {
        result["ci95_bootstrap_percentile_limit"] = pair(Some(limit));
    }
    result
}

fn share(share: &Share) -> Value {
    json!({
        "proportion": share.value(), "ci95_wilson": pair(share.wilson(LEVEL)),
        "ci95_clopper_pearson": pair(share.clopper_pearson(LEVEL)), "ci95_agresti_coull": pair(share.agresti_coull(LEVEL)),
        "ci95_jeffreys": pair(share.jeffreys(LEVEL)), "ci95_wald": pair(share.wald(LEVEL)),
    })
}

fn effort(scores: &[f64], top: &[f64]) -> Value {
    let moments = Moments::from_values(scores);
    let slices: Vec<(f64, u64)> = scores.iter().map(|s| (*s, 1)).collect();
    let high = Share::from_histogram(&slices, |v| top.contains(&v));
    json!({
        "n": moments.n, "mean": moments.value(), "sd": moments.sd(), "ci95_t": pair(moments.t_interval(LEVEL)),
        "top_box_count": high.yes, "top_box": share(&high),
    })
}

fn size(input: &Value, p: f64, expected: &Value) -> Outcome {
    let field = |name: &str| input[name].as_f64().ok_or(Skip::NotCovered);
    let (d, margin, level) = (field("detractors_share")?, field("margin_points")?, field("confidence")?);
    let mut result = Map::from_iter([("n".to_owned(), json!(sample_size(p, d, margin, level, None)))]);
    // The size of the population stands in the name of the field.
    for key in expected.as_object().map(|e| e.keys().cloned().collect::<Vec<_>>()).unwrap_or_default() {
        if let Some(population) = key.strip_prefix("finite_population_").and_then(|n| n.parse().ok()) {
            result.insert(key, json!(sample_size(p, d, margin, level, Some(population))));
        }
    }
    Ok(Value::Object(result))
}

/// NHS rule: one row per respondent, positive = answers 1 and 2 of 1…6.
fn friends_and_family(context: &Context) -> Outcome {
    let table = context.table("nhs_fft", "comments.csv")?;
    let mut seen = HashSet::new();
    let answers = table.texts("Respondent ID")?.into_iter().zip(table.numbers("FFT categorical answer")?);
    let firsts: Vec<Option<f64>> = answers.filter(|(id, _)| seen.insert(*id)).map(|(_, a)| a).collect();
    let slices: Vec<(f64, u64)> = firsts.iter().flatten().map(|a| (*a, 1)).collect();
    let upto = |top: f64| slices.iter().copied().filter(|(a, _)| (1.0..=top).contains(a)).collect::<Vec<_>>();
    let six = Share::from_histogram(&upto(6.0), |a| a <= 2.0);
    let five = Share::from_histogram(&upto(5.0), |a| a <= 2.0);
    let bad = Share::from_histogram(&upto(6.0), |a| a == 4.0 || a == 5.0);
    let percent = |s: Share| s.value().map(|v| 100.0 * v);
    Ok(json!({
        "respondents": firsts.len(), "answered_1_6": six.n, "positive": six.yes, "negative": bad.yes,
        "pct_positive_of_1_6": percent(six), "pct_negative_of_1_6": percent(bad), "pct_positive_of_1_5": percent(five),
        "wilson_positive_of_1_6": pair(six.wilson(LEVEL)), "themes_top10": themes(&table)?,
    }))
}

/// Hand-coded themes: every column behind the comment's own that holds 1 or nothing.
fn themes(table: &super::Table) -> Result<Value, Skip> {
    let from = table.column("Comment sentiment")? + 1;
    let mut counts: Vec<(usize, &String)> = Vec::new();
    for (place, name) in table.header.iter().enumerate().skip(from) {
        let marked = table.rows.iter().filter(|r| r.get(place).is_some_and(|c| c.trim().parse() == Ok(1.0_f64)));
        counts.push((marked.count(), name));
    }
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    Ok(Value::Object(counts.into_iter().take(10).map(|(count, name)| (name.clone(), json!(count))).collect()))
}

/// The rating behind these figures is the one of online booking; 0 = not applicable.
fn airline(context: &Context) -> Outcome {
    let table = context.table("airline_satisfaction", "survey.csv")?;
    let rated: Vec<f64> = table.numbers("Ease_of_Online_booking")?.into_iter().flatten().filter(|v| *v > 0.0).collect();
    let moments = Moments::from_values(&rated);
    let slices: Vec<(f64, u64)> = rated.iter().map(|v| (*v, 1)).collect();
    let top = Share::csat(&slices, true);
    let outcome = table.texts("satisfaction")?;
    let mut classes: BTreeMap<&str, Share> = BTreeMap::new();
    let mut all = Share::default();
    for (class, outcome) in table.texts("Class")?.into_iter().zip(outcome) {
        let one = Share { yes: u64::from(outcome == "satisfied"), n: 1 };
        all = all.merge(one);
        let cell = classes.entry(class).or_default();
        *cell = cell.merge(one);
    }
    let by_class: Map<String, Value> = classes
        .into_iter()
        .map(|(class, s)| (class.to_owned(), json!({"n": s.n, "satisfied": s.yes, "wilson": pair(s.wilson(LEVEL))})))
        .collect();
    Ok(json!({
        "n_rated": moments.n, "mean": moments.value(), "sd": moments.sd(), "top2": top.yes, "top2_share": top.value(),
        "wilson": pair(top.wilson(LEVEL)), "satisfied": all.yes, "n": all.n, "satisfied_by_class": by_class,
    }))
}

fn hospitals(context: &Context) -> Outcome {
    let table = context.table("hcahps_state", "hcahps_state.csv")?;
    let (states, measures) = (table.texts("State")?, table.texts("HCAHPS Measure ID")?);
    let percents = table.numbers("HCAHPS Answer Percent")?;
    let mut found: BTreeMap<&str, [Option<f64>; 2]> = BTreeMap::new();
    for ((state, measure), percent) in states.into_iter().zip(measures).zip(percents) {
        let cell = found.entry(state).or_default();
        match measure {
            "H_HSP_RATING_9_10" => cell[0] = percent,
            "H_HSP_RATING_0_6" => cell[1] = percent,
            _ => {}
        }
    }
    let value = |[high, low]: [Option<f64>; 2]| high.zip(low).map(|(high, low)| high - low);
    Ok(Value::Object(found.into_iter().map(|(state, cell)| (state.to_owned(), json!(value(cell)))).collect()))
}
