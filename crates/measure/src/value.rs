//! What a client is worth, simple rules. Money is in the unit of the input.

/// Own revenue of one client: monthly revenue over `months`, undiscounted.
pub fn lifetime_revenue(monthly: f64, months: f64) -> f64 {
    monthly * months
}

/// Client value of the product: monthly revenue · 12 · years · (1 + referred clients); 100 · 12 · 10 · (1 + 5) = 72 000.
pub fn client_value(monthly: f64, years: f64, referred: f64) -> f64 {
    lifetime_revenue(monthly, 12.0 * years) * (1.0 + referred)
}

/// Effective rate per month of an effective annual rate, e.g. 0.1 → 0.00797. `None` at or below −100 %.
pub fn monthly_rate(annual: f64) -> Option<f64> {
    (annual > -1.0).then(|| (1.0 + annual).powf(1.0 / 12.0) - 1.0)
}

/// Present value of `periods` equal payments at `rate` per period, each at the end of its period; `at_start` moves them
/// to the beginning. `None` when the rate is at or below −100 %.
pub fn annuity(payment: f64, rate: f64, periods: f64, at_start: bool) -> Option<f64> {
    if rate.is_nan() || rate <= -1.0 {
        return None;
    }
    let factor = if rate == 0.0 { periods } else { (1.0 - (1.0 + rate).powf(-periods)) / rate };
    Some(payment * factor * if at_start { 1.0 + rate } else { 1.0 })
}

/// Expected revenue of `periods` payments when each period a share `churn` of clients leaves: Σ payment·(1 − churn)^(k−1).
pub fn with_churn(payment: f64, churn: f64, periods: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&churn) {
        return None;
    }
    Some(if churn == 0.0 { payment * periods } else { payment * (1.0 - (1.0 - churn).powf(periods)) / churn })
}

/// Value of a margin per period at a retention and a discount rate (Gupta & Lehmann 2005): m·r/(1 + i − r), or with the
/// first payment at once m·(1 + i)/(1 + i − r). `None` when the sum does not converge.
pub fn gupta_lehmann(margin: f64, retention: f64, discount: f64, first_now: bool) -> Option<f64> {
    let rest = 1.0 + discount - retention;
    (rest > 0.0).then(|| margin * if first_now { 1.0 + discount } else { retention } / rest)
}
