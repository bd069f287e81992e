//! Means with Student's t interval, from values, from a histogram, or from n, sum and sum of squares.

use serde::{Deserialize, Serialize};

use crate::special::t_quantile;
use crate::{Estimate, Interval, LEVEL};

/// n, mean and sum of squared deviations: all a mean, its spread and its interval need. Merges exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Number of values.
    pub n: u64,
    /// Mean in the unit of the values; 0 when `n` is 0.
    pub mean: f64,
    /// Sum of squared deviations from the mean, never negative.
    pub m2: f64,
}

impl Moments {
    /// From n, Σx and Σx², as daily cells hold them. Rounding below zero is cut.
    pub fn from_sums(n: u64, sum: f64, sum_of_squares: f64) -> Self {
        if n == 0 || !sum.is_finite() || !sum_of_squares.is_finite() {
            return Self::default();
        }
        let mean = sum / n as f64;
        Self { n, mean, m2: (sum_of_squares - sum * mean).max(0.0) }
    }

    /// From raw values; values that are not finite are left out.
    pub fn from_values(values: &[f64]) -> Self {
        let finite = || values.iter().copied().filter(|v| v.is_finite());
        let n = finite().count() as u64;
        if n == 0 {
            return Self::default();
        }
        let mean = finite().sum::<f64>() / n as f64;
        Self { n, mean, m2: finite().map(|v| (v - mean).powi(2)).sum() }
    }

    /// From a histogram `(value, how many)`; values that are not finite are left out.
    pub fn from_histogram(slices: &[(f64, u64)]) -> Self {
        let finite = || slices.iter().copied().filter(|(v, many)| v.is_finite() && *many > 0);
        let n = finite().fold(0u64, |sum, (_, many)| sum.saturating_add(many));
        if n == 0 {
            return Self::default();
        }
        let mean = finite().map(|(v, many)| v * many as f64).sum::<f64>() / n as f64;
        Self { n, mean, m2: finite().map(|(v, many)| (v - mean).powi(2) * many as f64).sum() }
    }

    /// Adds the moments of another period or branch (Chan, Golub, LeVeque 1979).
    pub fn merge(self, other: Self) -> Self {
        if self.n == 0 {
            return other;
        }
        if other.n == 0 {
            return self;
        }
        let (na, nb) = (self.n as f64, other.n as f64);
        let n = na + nb;
        let gap = other.mean - self.mean;
        Self {
            n: self.n.saturating_add(other.n),
            mean: self.mean + gap * nb / n,
            m2: self.m2 + other.m2 + gap * gap * na * nb / n,
        }
    }

    /// Mean; `None` without values.
    pub fn value(&self) -> Option<f64> {
        (self.n > 0).then_some(self.mean)
    }

    /// Sample variance (n − 1); `None` below two values.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1).then(|| self.m2 / (self.n - 1) as f64)
    }

    /// Sample standard deviation; `None` below two values.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// Standard error of the mean; `None` below two values.
    pub fn std_err(&self) -> Option<f64> {
        self.variance().map(|v| (v / self.n as f64).sqrt())
    }

    /// Student's t interval of the mean, uncut; `None` below two values.
    pub fn t_interval(&self, level: f64) -> Option<Interval> {
        let half = t_quantile(0.5 + level / 2.0, self.n.checked_sub(1)? as f64)? * self.std_err()?;
        Some(Interval::around(self.mean, half))
    }

    /// The figure of the product: mean, SE, t 95 %.
    pub fn estimate(&self) -> Option<Estimate> {
        Some(Estimate { value: self.value()?, n: self.n, std_err: self.std_err(), interval: self.t_interval(LEVEL) })
    }
}

/// Weighted mean Σwx/Σw of `(value, weight)`. `None` when the weights do not add up to something positive.
pub fn weighted_mean(values: &[(f64, f64)]) -> Option<f64> {
    let sum: f64 = values.iter().map(|(_, w)| w).sum();
    let mean = values.iter().map(|(v, w)| v * w).sum::<f64>() / sum;
    (sum > 0.0 && mean.is_finite()).then_some(mean)
}

/// Quantile by linear interpolation between order statistics (R type 7, numpy's default), q in 0…1.
/// Values that are not finite are left out; `None` without values or for q outside 0…1.
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    quantile_sorted(&sorted, q)
}

/// [`quantile`] of values that are already sorted in ascending order.
pub fn quantile_sorted(sorted: &[f64], q: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&q) {
        return None;
    }
    let place = q * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    Some(low + (high - low) * (place - below as f64))
}

/// Median; for an even number of values the mean of the two middle ones. `None` without values.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}
