//! Exponentially weighted moving average: sees small lasting shifts.

use serde::{Deserialize, Serialize};

use crate::Interval;

/// An EWMA chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ewma {
    /// Smoothed series, starting from the target.
    pub values: Vec<f64>,
    /// Asymptotic limits, target ± 3σ√(λ/(2−λ)).
    pub limits: Interval,
    /// Indices outside the limits.
    pub outside: Vec<usize>,
}

/// EWMA chart with asymptotic limits (NIST 6.3.2.4). `None` unless 0 < λ ≤ 1, σ ≥ 0 and everything is finite.
pub fn ewma(series: &[f64], lambda: f64, target: f64, sigma: f64) -> Option<Ewma> {
    let sound = lambda > 0.0 && lambda <= 1.0 && sigma >= 0.0 && sigma.is_finite() && target.is_finite();
    if !sound || series.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let limits = Interval::around(target, 3.0 * sigma * (lambda / (2.0 - lambda)).sqrt());
    let mut last = target;
    let values: Vec<f64> = series
        .iter()
        .map(|v| {
            last = lambda * v + (1.0 - lambda) * last;
            last
        })
        .collect();
    let outside = values.iter().enumerate().filter(|(_, v)| !limits.contains(**v)).map(|(i, _)| i).collect();
    Some(Ewma { values, limits, outside })
}
