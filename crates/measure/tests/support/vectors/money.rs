//! i: the simple value of a client.

use measure::value::{client_value, gupta_lehmann, lifetime_revenue, with_churn};
use serde_json::{Value, json};

use super::{Context, Outcome, Skip};

pub fn compute(_: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    let field = |name: &str| input[name].as_f64().ok_or(Skip::NotCovered);
    if let Some(retention) = input["retention"].as_f64() {
        let (m, i) = (field("margin_per_period")?, field("discount")?);
        return Ok(json!({
            "first_payment_after_one_period": gupta_lehmann(m, retention, i, false),
            "first_payment_now": gupta_lehmann(m, retention, i, true),
        }));
    }
    if let (Some(churn), Some(years)) = (input["monthly_churn"].as_f64(), input["years"].as_f64()) {
        return Ok(json!({"own": with_churn(field("monthly_spend")?, churn, 12.0 * years)}));
    }
    let plain = ["left_after_years", "annual_discount", "margin", "monthly_churn"].iter().all(|name| input.get(*name).is_none());
    if plain && input["friends_brought"].is_number() {
        let (spend, years, friends) = (field("monthly_spend")?, field("years")?, field("friends_brought")?);
        let own = lifetime_revenue(spend, 12.0 * years);
        let total = client_value(spend, years, friends);
        return Ok(json!({"own": own, "friends": total - own, "total": total}));
    }
    Err(Skip::NotCovered)
}
