//! The two shapes nearly every figure comes in: an interval and an estimate.

use serde::{Deserialize, Serialize};

use crate::special::normal_quantile;

/// Two-sided normal quantile of 95 %: z with Φ(z) = 0.975.
pub const Z95: f64 = 1.959_963_984_540_054;

/// The confidence level used wherever the caller has no reason for another one.
pub const LEVEL: f64 = 0.95;

/// Two-sided z of a confidence level, e.g. 0.95 → 1.96. `None` outside (0, 1).
pub fn z_for(level: f64) -> Option<f64> {
    if level.is_nan() || level <= 0.0 || level >= 1.0 {
        return None;
    }
    if level == LEVEL {
        return Some(Z95);
    }
    normal_quantile(0.5 + level / 2.0)
}

/// A closed interval in the unit of its figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit, never below `low`.
    pub high: f64,
}

impl Interval {
    /// Builds an interval; the limits are put in order.
    pub fn new(a: f64, b: f64) -> Self {
        if a <= b { Self { low: a, high: b } } else { Self { low: b, high: a } }
    }

    /// `centre ± half`.
    pub fn around(centre: f64, half: f64) -> Self {
        Self::new(centre - half, centre + half)
    }

    /// Cuts both limits to the range a figure can have, e.g. −100…100 for the NPS. For display only: a cut interval
    /// is not to be calculated with.
    pub fn cut(self, min: f64, max: f64) -> Self {
        let cut = |x: f64| x.max(min).min(max);
        Self { low: cut(self.low), high: cut(self.high) }
    }

    /// Is the value inside, limits included?
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Do two intervals share at least one point? Groups that overlap are never ranked one above the other.
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// Multiplies both limits, e.g. by 100 to turn a share into percent.
    pub fn scale(self, factor: f64) -> Self {
        Self::new(self.low * factor, self.high * factor)
    }
}

/// A figure as the product shows it: never without its n, and with an interval wherever one exists.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure itself, in its own unit (NPS −100…100, share 0…1, mean on its scale).
    pub value: f64,
    /// Number of answers in the base.
    pub n: u64,
    /// Plain standard error in the unit of `value`; `None` where it is undefined (a mean of one answer).
    pub std_err: Option<f64>,
    /// 95 % interval, uncut; `None` where it is undefined.
    pub interval: Option<Interval>,
}
