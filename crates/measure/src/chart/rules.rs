//! The run rules of Nelson (1984) and Western Electric. Comparisons are strict; equal neighbours break a run of rules 3
//! and 4, a point on the centre line breaks rule 2. Every qualifying window is reported at its last point, 0-based.

use serde::{Deserialize, Serialize};

/// Hits of Nelson's eight rules: `rules[0]` belongs to rule 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NelsonHits {
    /// Last points of the qualifying windows, by rule.
    pub rules: [Vec<usize>; 8],
}

/// Hits of the four Western Electric rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WesternElectricHits {
    /// One point beyond 3σ.
    pub beyond_3s: Vec<usize>,
    /// Two of three beyond 2σ on one side.
    pub two_of_three: Vec<usize>,
    /// Four of five beyond 1σ on one side.
    pub four_of_five: Vec<usize>,
    /// Eight in a row on one side.
    pub eight_one_side: Vec<usize>,
}

/// Last points of all windows of `size` that satisfy `hit`.
fn windows(z: &[f64], size: usize, hit: impl Fn(&[f64]) -> bool) -> Vec<usize> {
    z.windows(size).enumerate().filter(|(_, w)| hit(w)).map(|(i, _)| i + size - 1).collect()
}

fn one_side(w: &[f64]) -> bool {
    w.iter().all(|&z| z > 0.0) || w.iter().all(|&z| z < 0.0)
}

/// At least `need` points of the window beyond `k`σ on one side.
fn several_beyond(w: &[f64], need: usize, k: f64) -> bool {
    w.iter().filter(|&&z| z > k).count() >= need || w.iter().filter(|&&z| z < -k).count() >= need
}

fn steady(w: &[f64]) -> bool {
    let pairs = || w.iter().zip(w.iter().skip(1));
    pairs().all(|(a, b)| b > a) || pairs().all(|(a, b)| b < a)
}

fn alternating(w: &[f64]) -> bool {
    let steps: Vec<f64> = w.iter().zip(w.iter().skip(1)).map(|(a, b)| b - a).collect();
    steps.iter().zip(steps.iter().skip(1)).all(|(a, b)| (*a > 0.0 && *b < 0.0) || (*a < 0.0 && *b > 0.0))
}

/// Nelson's rules 1–8 around a centre with a given σ > 0. `None` when σ is not positive or a value is not finite.
pub fn nelson(series: &[f64], centre: f64, sigma: f64) -> Option<NelsonHits> {
    let z = standardise(series, centre, sigma)?;
    Some(NelsonHits {
        rules: [
            windows(&z, 1, |w| several_beyond(w, 1, 3.0)),
            windows(&z, 9, one_side),
            // Rises and alternations compare the raw values: standardising must not turn a tie into a step.
            windows(series, 6, steady),
            windows(series, 14, alternating),
            // Nelson reports these two windows wherever they qualify, also when the last point itself is inside.
            windows(&z, 3, |w| several_beyond(w, 2, 2.0)),
            windows(&z, 5, |w| several_beyond(w, 4, 1.0)),
            windows(&z, 15, |w| w.iter().all(|v| v.abs() < 1.0)),
            windows(&z, 8, |w| w.iter().all(|v| v.abs() > 1.0)),
        ],
    })
}

/// The Western Electric rules around a centre with a given σ > 0. `None` as for [`nelson`].
pub fn western_electric(series: &[f64], centre: f64, sigma: f64) -> Option<WesternElectricHits> {
    let z = standardise(series, centre, sigma)?;
    Some(WesternElectricHits {
        beyond_3s: windows(&z, 1, |w| several_beyond(w, 1, 3.0)),
        two_of_three: windows(&z, 3, |w| several_beyond(w, 2, 2.0)),
        four_of_five: windows(&z, 5, |w| several_beyond(w, 4, 1.0)),
        eight_one_side: windows(&z, 8, one_side),
    })
}

fn standardise(series: &[f64], centre: f64, sigma: f64) -> Option<Vec<f64>> {
    let sound = sigma > 0.0 && sigma.is_finite() && centre.is_finite() && series.iter().all(|v| v.is_finite());
    sound.then(|| series.iter().map(|v| (v - centre) / sigma).collect())
}
