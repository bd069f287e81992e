//! Krippendorff's alpha.

use serde::{Deserialize, Serialize};

/// Level of measurement: how far apart two values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Same or not.
    Nominal,
    /// Ranks.
    Ordinal,
    /// Squared difference.
    Interval,
    /// Squared difference over sum; values must not be negative.
    Ratio,
}

/// Alpha from the coincidence matrix (Krippendorff 2011). `raters` has a row per rater with one cell per unit, `None`
/// where the rater is missing; short rows count as missing. Units with fewer than two ratings are dropped.
///
/// At most 1; below 0 when raters disagree more than chance. `None` when no unit has two ratings or nothing varies.
pub fn krippendorff(raters: &[Vec<Option<f64>>], metric: Metric) -> Option<f64> {
    let units = raters.iter().map(Vec::len).max().unwrap_or(0);
    let ratings: Vec<Vec<f64>> = (0..units)
        .map(|u| raters.iter().filter_map(|row| row.get(u).copied().flatten()).filter(|v| v.is_finite()).collect::<Vec<f64>>())
        .filter(|unit| unit.len() >= 2)
        .collect();
    let mut values: Vec<f64> = ratings.iter().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let place = |v: f64| values.partition_point(|x| *x < v);
    let mut totals = vec![0.0; values.len()];
    for value in ratings.iter().flatten() {
        if let Some(total) = totals.get_mut(place(*value)) {
            *total += 1.0;
        }
    }
    let n: f64 = totals.iter().sum();
    let distance = |c: usize, k: usize| distance(&values, &totals, metric, c.min(k), c.max(k));

    let mut observed = 0.0;
    for unit in &ratings {
        let places: Vec<usize> = unit.iter().map(|v| place(*v)).collect();
        let pairs = places.iter().enumerate().flat_map(|(i, a)| places.iter().skip(i + 1).map(move |b| (*a, *b)));
        observed += 2.0 * pairs.map(|(a, b)| distance(a, b)).sum::<f64>() / (unit.len() as f64 - 1.0);
    }
    let mut expected = 0.0;
    for (c, nc) in totals.iter().enumerate() {
        for (k, nk) in totals.iter().enumerate().skip(c + 1) {
            expected += 2.0 * nc * nk * distance(c, k);
        }
    }
    let alpha = 1.0 - (n - 1.0) * observed / expected;
    (expected > 0.0 && alpha.is_finite()).then_some(alpha)
}

/// Squared distance of the values at places c ≤ k.
fn distance(values: &[f64], totals: &[f64], metric: Metric, c: usize, k: usize) -> f64 {
    let (Some(a), Some(b)) = (values.get(c), values.get(k)) else {
        return 0.0;
    };
    if c == k {
        return 0.0;
    }
    match metric {
        Metric::Nominal => 1.0,
        Metric::Interval => (a - b).powi(2),
        Metric::Ratio if a + b == 0.0 => 0.0,
        Metric::Ratio => ((a - b) / (a + b)).powi(2),
        Metric::Ordinal => {
            let between: f64 = totals.iter().take(k + 1).skip(c).sum();
            let ends = totals.get(c).copied().unwrap_or(0.0) + totals.get(k).copied().unwrap_or(0.0);
            (between - ends / 2.0).powi(2)
        }
    }
}
