//! NPS of a weighted sample.

use serde::{Deserialize, Serialize};

/// A weighted NPS with its design figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightedNps {
    /// Weighted NPS in points.
    pub value: f64,
    /// Taylor-linearised standard error in points, with n/(n − 1). `None` below two answers.
    pub std_err: Option<f64>,
    /// Kish's effective number of answers, (Σw)²/Σw².
    pub n_eff: f64,
    /// Kish's design effect of weighting, n·Σw²/(Σw)².
    pub design_effect: f64,
}

/// Weighted NPS of answers coded +1 promoter, 0 passive, −1 detractor as `(code, weight)`. `None` when the weights do
/// not add up to something positive and finite. Negative weights are refused.
pub fn weighted(answers: &[(f64, f64)]) -> Option<WeightedNps> {
    let n = answers.len() as f64;
    if answers.iter().any(|(y, w)| !y.is_finite() || w.is_nan() || *w < 0.0) {
        return None;
    }
    let sum: f64 = answers.iter().map(|(_, w)| w).sum();
    let squares: f64 = answers.iter().map(|(_, w)| w * w).sum();
    if !(sum.is_finite() && squares.is_finite() && sum > 0.0) {
        return None;
    }
    let mean = answers.iter().map(|(y, w)| y * w).sum::<f64>() / sum;
    let spread: f64 = answers.iter().map(|(y, w)| (w * (y - mean)).powi(2)).sum();
    let std_err = (n > 1.0).then(|| 100.0 * (n / (n - 1.0) * spread).sqrt() / sum);
    Some(WeightedNps { value: 100.0 * mean, std_err, n_eff: sum * sum / squares, design_effect: n * squares / (sum * sum) })
}
