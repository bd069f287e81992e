//! Shares (CSAT, compliance, response rate …) and their intervals. Shares are 0…1.

use serde::{Deserialize, Serialize};

use crate::special::beta_quantile;
use crate::{Estimate, Interval, LEVEL, z_for};

/// `yes` of `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Share {
    /// Number of cases that count.
    pub yes: u64,
    /// Size of the base; never below `yes` when built by [`Share::new`].
    pub n: u64,
}

impl Share {
    /// `None` when more cases count than there are.
    pub fn new(yes: u64, n: u64) -> Option<Self> {
        (yes <= n).then_some(Self { yes, n })
    }

    /// Share of the answers that satisfy `counts`, from a histogram `(answer, how many)`.
    pub fn from_histogram(slices: &[(f64, u64)], counts: impl Fn(f64) -> bool) -> Self {
        let mut share = Self::default();
        for &(value, many) in slices {
            share.n = share.n.saturating_add(many);
            if counts(value) {
                share.yes = share.yes.saturating_add(many);
            }
        }
        share
    }

    /// CSAT: the two best answers of a five-point scale. `best_is_high` says which end is best. Anything off 1…5
    /// (don't knows, blanks coded 0) stays out of the base.
    pub fn csat(slices: &[(f64, u64)], best_is_high: bool) -> Self {
        let on_scale: Vec<(f64, u64)> =
            slices.iter().copied().filter(|(v, _)| v.fract() == 0.0 && (1.0..=5.0).contains(v)).collect();
        Self::from_histogram(&on_scale, |v| if best_is_high { v >= 4.0 } else { v <= 2.0 })
    }

    /// Share of easy answers, 5–7 of 1…7 with 7 = very easy (CES 2.0). Anything off the scale stays out of the base.
    pub fn ces_easy(slices: &[(f64, u64)]) -> Self {
        let on_scale: Vec<(f64, u64)> =
            slices.iter().copied().filter(|(v, _)| v.fract() == 0.0 && (1.0..=7.0).contains(v)).collect();
        Self::from_histogram(&on_scale, |v| v >= 5.0)
    }

    /// Adds the counts of another period or branch.
    pub fn merge(self, other: Self) -> Self {
        Self { yes: self.yes.saturating_add(other.yes), n: self.n.saturating_add(other.n) }
    }

    /// yes/n, 0…1. `None` on an empty base or a share above one.
    pub fn value(&self) -> Option<f64> {
        (self.n > 0 && self.yes <= self.n).then(|| self.yes as f64 / self.n as f64)
    }

    /// Plain standard error √(p(1−p)/n).
    pub fn std_err(&self) -> Option<f64> {
        self.value().map(|p| (p * (1.0 - p) / self.n as f64).sqrt())
    }

    /// Standard error after adding z²/2 successes and failures (Agresti & Coull); never zero.
    pub fn adjusted_std_err(&self) -> Option<f64> {
        self.value()?;
        let z2 = crate::Z95 * crate::Z95;
        let n = self.n as f64 + z2;
        let p = (self.yes as f64 + z2 / 2.0) / n;
        Some((p * (1.0 - p) / n).sqrt())
    }

    /// The figure of the product: share, plain SE, Wilson 95 %.
    pub fn estimate(&self) -> Option<Estimate> {
        Some(Estimate { value: self.value()?, n: self.n, std_err: self.std_err(), interval: self.wilson(LEVEL) })
    }

    /// Wilson score interval (1927) without continuity correction: the interval of the product.
    pub fn wilson(&self, level: f64) -> Option<Interval> {
        self.value()?;
        wilson_z(self.yes as f64, self.n as f64, z_for(level)?)
    }

    /// Clopper–Pearson "exact" interval (1934): never covers less than the level.
    pub fn clopper_pearson(&self, level: f64) -> Option<Interval> {
        self.value()?;
        z_for(level)?;
        let (x, n, tail) = (self.yes as f64, self.n as f64, (1.0 - level) / 2.0);
        let low = if self.yes == 0 { 0.0 } else { beta_quantile(x, n - x + 1.0, tail)? };
        let high = if self.yes == self.n { 1.0 } else { beta_quantile(x + 1.0, n - x, 1.0 - tail)? };
        Some(Interval::new(low, high))
    }

    /// Jeffreys interval: equal-tailed posterior under Beta(½, ½).
    pub fn jeffreys(&self, level: f64) -> Option<Interval> {
        self.value()?;
        z_for(level)?;
        let (a, b, tail) = (self.yes as f64 + 0.5, (self.n - self.yes) as f64 + 0.5, (1.0 - level) / 2.0);
        Some(Interval::new(beta_quantile(a, b, tail)?, beta_quantile(a, b, 1.0 - tail)?))
    }

    /// Agresti–Coull interval (1998), cut to 0…1.
    pub fn agresti_coull(&self, level: f64) -> Option<Interval> {
        self.value()?;
        let z2 = z_for(level)?.powi(2);
        let n = self.n as f64 + z2;
        let p = (self.yes as f64 + z2 / 2.0) / n;
        Some(Interval::around(p, (z2 * p * (1.0 - p) / n).sqrt()).cut(0.0, 1.0))
    }

    /// Plain Wald interval, uncut; kept for comparison.
    pub fn wald(&self, level: f64) -> Option<Interval> {
        Some(Interval::around(self.value()?, z_for(level)? * self.std_err()?))
    }
}

/// Wilson's interval for any z; also the building block of Goodman's simultaneous intervals.
pub(crate) fn wilson_z(yes: f64, n: f64, z: f64) -> Option<Interval> {
    if n.is_nan() || n <= 0.0 {
        return None;
    }
    let z2 = z * z;
    let p = yes / n;
    let centre = (yes + z2 / 2.0) / (n + z2);
    let half = z / (n + z2) * (n * p * (1.0 - p) + z2 / 4.0).sqrt();
    let limits = Interval::around(centre, half).cut(0.0, 1.0);
    // At the ends the limit is 0 or 1 exactly; rounding would leave 1e-17 there.
    let low = if yes <= 0.0 { 0.0 } else { limits.low };
    let high = if yes >= n { 1.0 } else { limits.high };
    Some(Interval { low, high })
}

/// Interval of the difference a − b of two independent shares (Newcombe 1998, method 10: square-and-add of Wilson).
/// In −1…1. `None` when a base is empty.
pub fn newcombe(a: &Share, b: &Share, level: f64) -> Option<Interval> {
    let (pa, pb) = (a.value()?, b.value()?);
    let (wa, wb) = (a.wilson(level)?, b.wilson(level)?);
    let d = pa - pb;
    let low = d - ((pa - wa.low).powi(2) + (wb.high - pb).powi(2)).sqrt();
    let high = d + ((wa.high - pa).powi(2) + (pb - wb.low).powi(2)).sqrt();
    Some(Interval::new(low, high))
}

/// A test of whether shares of several groups differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chi2Test {
    /// Pearson's statistic without correction.
    pub chi2: f64,
    /// Degrees of freedom: groups − 1.
    pub df: u64,
    /// p-value, 0…1.
    pub p: f64,
}

/// Pearson's chi-square test of equal shares. `None` below two groups, with an empty base, or when all or none count.
pub fn chi2_test(groups: &[Share]) -> Option<Chi2Test> {
    let all = groups.iter().fold(Share::default(), |sum, group| sum.merge(*group));
    let p = all.value().filter(|p| *p > 0.0 && *p < 1.0)?;
    let values: Option<Vec<(f64, f64)>> = groups.iter().map(|g| Some((g.value()?, g.n as f64))).collect();
    let chi2 = values?.iter().map(|(v, n)| n * (v - p).powi(2) / (p * (1.0 - p))).sum();
    let df = groups.len().checked_sub(1).filter(|df| *df > 0)? as u64;
    Some(Chi2Test { chi2, df, p: crate::special::chi2_sf(chi2, df as f64)? })
}
