//! Change of a figure: two independent samples, and what to do when many are compared at once.

use serde::{Deserialize, Serialize};

use crate::mean::Moments;
use crate::nps::NpsCounts;
use crate::share::Share;
use crate::special::p_two_sided;
use crate::{Interval, z_for};

/// Difference a − b of two independent figures, in their unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// a − b.
    pub difference: f64,
    /// √(SE² of a + SE² of b), plain variances.
    pub std_err: f64,
    /// difference / std_err; `None` when the standard error is zero: then there is nothing to test with.
    pub z: Option<f64>,
    /// Two-sided p-value of z, 0…1; `None` when the standard error is zero.
    pub p: Option<f64>,
    /// difference ± z(level)·std_err, uncut.
    pub interval: Interval,
}

impl Difference {
    /// Is the difference significant at the 5 % level? `false` where it cannot be tested.
    pub fn significant(&self) -> bool {
        self.p.is_some_and(|p| p < 0.05)
    }
}

/// Two-sample z test of any two figures given as `(value, standard error)`. `None` unless all are finite.
pub fn two_sample(a: (f64, f64), b: (f64, f64), level: f64) -> Option<Difference> {
    let difference = a.0 - b.0;
    let std_err = (a.1 * a.1 + b.1 * b.1).sqrt();
    if !difference.is_finite() || !std_err.is_finite() {
        return None;
    }
    let z = (std_err > 0.0).then(|| difference / std_err);
    let interval = Interval::around(difference, z_for(level)? * std_err);
    Some(Difference { difference, std_err, z, p: z.map(p_two_sided), interval })
}

/// Difference of two NPS in points.
pub fn nps(a: &NpsCounts, b: &NpsCounts, level: f64) -> Option<Difference> {
    two_sample((a.value()?, a.std_err()?), (b.value()?, b.std_err()?), level)
}

/// Difference of two shares (0…1), z with unpooled variances; see [`crate::share::newcombe`] for the better interval.
pub fn share(a: &Share, b: &Share, level: f64) -> Option<Difference> {
    two_sample((a.value()?, a.std_err()?), (b.value()?, b.std_err()?), level)
}

/// Difference of two means; `None` below two values a side.
pub fn mean(a: &Moments, b: &Moments, level: f64) -> Option<Difference> {
    two_sample((a.value()?, a.std_err()?), (b.value()?, b.std_err()?), level)
}

/// Indices of `p` from the smallest p-value up; p-values that are not numbers come last.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}

/// Holm's (1979) step-down adjusted p-values, in the order given. Keeps the chance of even one false alarm at the level.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut highest = 0.0_f64;
    for (rank, index) in ascending(p).into_iter().enumerate() {
        highest = highest.max((p[index] * (p.len() - rank) as f64).min(1.0));
        adjusted[index] = highest;
    }
    adjusted
}

/// Benjamini–Hochberg (1995) adjusted p-values, in the order given. Keeps the share of false alarms among alarms.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut lowest = 1.0_f64;
    for (rank, index) in ascending(p).into_iter().enumerate().rev() {
        lowest = lowest.min(p[index] * p.len() as f64 / (rank + 1) as f64);
        adjusted[index] = lowest;
    }
    adjusted
}
