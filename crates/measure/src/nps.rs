//! Net Promoter Score (Reichheld 2003) from counts, with the intervals of Rocks (2016).
//!
//! Values, standard errors and limits are in points, −100…100. Intervals are returned uncut; use [`cut`] for display.

mod limits;
mod weighted;

use serde::{Deserialize, Serialize};

pub use limits::{bootstrap_percentile_limit, score_tango};
pub use weighted::{WeightedNps, weighted};

use crate::share::wilson_z;
use crate::special::chi2_quantile;
use crate::{Estimate, Interval, LEVEL, z_for};

/// Answers on 0–10, counted by group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NpsCounts {
    /// Answers 9 and 10.
    pub promoters: u64,
    /// Answers 7 and 8.
    pub passives: u64,
    /// Answers 0 to 6.
    pub detractors: u64,
}

/// The group of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NpsGroup {
    /// 9 or 10.
    Promoter,
    /// 7 or 8.
    Passive,
    /// 0 to 6.
    Detractor,
}

/// Group of an answer; `None` for anything that is not a whole number 0…10: such answers never enter the base.
pub fn group(score: f64) -> Option<NpsGroup> {
    if score.fract() != 0.0 || !(0.0..=10.0).contains(&score) {
        return None;
    }
    Some(match score as u8 {
        0..=6 => NpsGroup::Detractor,
        7 | 8 => NpsGroup::Passive,
        _ => NpsGroup::Promoter,
    })
}

/// Cuts an interval to −100…100 for display.
pub fn cut(interval: Interval) -> Interval {
    interval.cut(-100.0, 100.0)
}

impl NpsCounts {
    /// Counts given directly.
    pub fn new(promoters: u64, passives: u64, detractors: u64) -> Self {
        Self { promoters, passives, detractors }
    }

    /// Counts from a histogram `(answer, how many)`; the second result is the number of answers outside 0…10.
    pub fn from_histogram(slices: &[(f64, u64)]) -> (Self, u64) {
        let mut counts = Self::default();
        let mut invalid = 0u64;
        for &(score, many) in slices {
            let cell = match group(score) {
                Some(NpsGroup::Promoter) => &mut counts.promoters,
                Some(NpsGroup::Passive) => &mut counts.passives,
                Some(NpsGroup::Detractor) => &mut counts.detractors,
                None => &mut invalid,
            };
            *cell = cell.saturating_add(many);
        }
        (counts, invalid)
    }

    /// Counts from raw answers, blanks as `None`; the second result is the number of blank or impossible answers.
    pub fn from_scores(scores: impl IntoIterator<Item = Option<f64>>) -> (Self, u64) {
        let slices: Vec<(f64, u64)> = scores.into_iter().map(|s| (s.unwrap_or(f64::NAN), 1)).collect();
        Self::from_histogram(&slices)
    }

    /// Adds the counts of another period or branch.
    pub fn merge(self, other: Self) -> Self {
        Self {
            promoters: self.promoters.saturating_add(other.promoters),
            passives: self.passives.saturating_add(other.passives),
            detractors: self.detractors.saturating_add(other.detractors),
        }
    }

    /// Number of answers.
    pub fn n(&self) -> u64 {
        self.promoters.saturating_add(self.passives).saturating_add(self.detractors)
    }

    fn shares(&self) -> Option<(f64, f64)> {
        let n = self.n() as f64;
        (n > 0.0).then(|| (self.promoters as f64 / n, self.detractors as f64 / n))
    }

    /// 100·(P − D)/n. `None` without answers.
    pub fn value(&self) -> Option<f64> {
        // Counts are subtracted before they are divided: equal shares give equal values, to the last bit.
        let n = self.n() as f64;
        (n > 0.0).then(|| 100.0 * (self.promoters as f64 - self.detractors as f64) / n)
    }

    /// Variance of one answer coded +1, 0, −1: p + d − (p − d)². Between 0 and 1.
    pub fn variance_unit(&self) -> Option<f64> {
        self.shares().map(|(p, d)| (p + d - (p - d).powi(2)).max(0.0))
    }

    /// Plain standard error in points, 100·√(variance/n). Zero when all answers fall into one group.
    pub fn std_err(&self) -> Option<f64> {
        self.variance_unit().map(|v| 100.0 * (v / self.n() as f64).sqrt())
    }

    /// Standard error with n − 1 instead of n. `None` below two answers.
    pub fn std_err_n_minus_1(&self) -> Option<f64> {
        let n = self.n() as f64;
        self.variance_unit().filter(|_| n > 1.0).map(|v| 100.0 * (v / (n - 1.0)).sqrt())
    }

    /// Plain Wald interval: value ± z·SE. Covers far too seldom at small n; kept for comparison.
    pub fn wald(&self, level: f64) -> Option<Interval> {
        Some(Interval::around(self.value()?, z_for(level)? * self.std_err()?))
    }

    /// Centre and standard error (both in points) after adding ¾ promoter, 1½ passive, ¾ detractor (Rocks 2016).
    /// Never zero: use this standard error to compare groups of which one may hold promoters only.
    pub fn adjusted(&self) -> Option<(f64, f64)> {
        let n = self.n() as f64;
        if n == 0.0 {
            return None;
        }
        let big = n + 3.0;
        let p = (self.promoters as f64 + 0.75) / big;
        let d = (self.detractors as f64 + 0.75) / big;
        let variance = (p + d - (p - d).powi(2)).max(0.0);
        Some((100.0 * (p - d), 100.0 * (variance / big).sqrt()))
    }

    /// Adjusted Wald interval of Rocks (2016) around the adjusted centre, uncut: the interval of the product.
    pub fn adjusted_wald(&self, level: f64) -> Option<Interval> {
        let (centre, se) = self.adjusted()?;
        Some(Interval::around(centre, z_for(level)? * se))
    }

    /// Goodman's (1965) simultaneous intervals of the shares (0…1) of detractors, passives, promoters.
    pub fn goodman(&self, level: f64) -> Option<[Interval; 3]> {
        if level.is_nan() || level <= 0.0 || level >= 1.0 {
            return None;
        }
        let z = chi2_quantile(1.0 - (1.0 - level) / 3.0, 1.0)?.sqrt();
        let n = self.n();
        Some([
            wilson_z(self.detractors as f64, n as f64, z)?,
            wilson_z(self.passives as f64, n as f64, z)?,
            wilson_z(self.promoters as f64, n as f64, z)?,
        ])
    }

    /// The figure of the product: plain value, plain SE, adjusted Wald 95 % uncut. `None` without answers.
    pub fn estimate(&self) -> Option<Estimate> {
        Some(Estimate { value: self.value()?, n: self.n(), std_err: self.std_err(), interval: self.adjusted_wald(LEVEL) })
    }
}

/// Answers needed so that the plain Wald interval is `value ± margin` points, for expected shares of promoters and
/// detractors (0…1). With `population` the finite-population correction is applied. `None` for impossible input.
pub fn sample_size(p: f64, d: f64, margin: f64, level: f64, population: Option<u64>) -> Option<u64> {
    let sound = p >= 0.0 && d >= 0.0 && p + d <= 1.0 + 1e-12 && margin > 0.0;
    if !sound {
        return None;
    }
    let z = z_for(level)?;
    let variance = (p + d - (p - d).powi(2)).max(0.0);
    let n0 = variance * (100.0 * z / margin).powi(2);
    let n = match population {
        Some(size) if size > 0 => n0 / (1.0 + (n0 - 1.0) / size as f64),
        _ => n0,
    };
    n.is_finite().then(|| n.max(1.0).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_answers_never_enter_the_base() {
        let (counts, invalid) = NpsCounts::from_scores([Some(9.0), Some(7.5), Some(-0.0), Some(11.0), None, Some(f64::NAN)]);
        assert_eq!((counts, invalid), (NpsCounts::new(1, 0, 1), 4));
        assert_eq!(NpsCounts::default().estimate(), None);
    }
}
