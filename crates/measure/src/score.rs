//! Scores of checks and of composite questionnaires.

mod kano;

use serde::{Deserialize, Serialize};

pub use kano::{Kano, KanoCategory, kano, kano_category};

/// One criterion of a check.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// Weight, ≥ 0.
    pub weight: f64,
    /// Degree of fulfilment 0…1; `None` = not applicable, leaves numerator and denominator.
    pub points: Option<f64>,
    /// Anything below full points fails the whole check.
    pub critical: bool,
}

/// Score of a check.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckScore {
    /// Σ weight·points over applicable criteria.
    pub points: f64,
    /// Σ weight over applicable criteria.
    pub max: f64,
    /// Raw score 0…100; stays visible also when a critical criterion failed. `None` when nothing was applicable.
    pub percent: Option<f64>,
    /// A critical criterion was not fully met.
    pub critical_failed: bool,
}

impl CheckScore {
    /// The score with a critical failure counted as zero.
    pub fn final_percent(&self) -> Option<f64> {
        self.percent.map(|p| if self.critical_failed { 0.0 } else { p })
    }
}

/// Score = 100·Σ(weight·points)/Σ(weight) over applicable criteria. Points are cut to 0…1; criteria with a weight that is
/// negative or not a number are left out.
pub fn check_score(criteria: &[Criterion]) -> CheckScore {
    let applicable = || {
        let sound = criteria.iter().filter(|c| c.weight.is_finite() && c.weight >= 0.0);
        sound.filter_map(|c| c.points.filter(|p| !p.is_nan()).map(|p| (c, p.clamp(0.0, 1.0))))
    };
    let points: f64 = applicable().map(|(c, p)| c.weight * p).sum();
    let max: f64 = applicable().map(|(c, _)| c.weight).sum();
    CheckScore {
        points,
        max,
        percent: (max > 0.0).then(|| 100.0 * points / max),
        critical_failed: applicable().any(|(c, p)| c.critical && p < 1.0),
    }
}

/// Customer satisfaction index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Csi {
    /// importance/Σ importance.
    pub weights: Vec<f64>,
    /// Σ weight·satisfaction, on the scale.
    pub weighted: f64,
    /// Share of the maximum in percent: Σ importance·satisfaction ÷ (max·Σ importance). The figure of the product.
    pub percent_of_max: f64,
    /// The same stretched from the lowest answer 1: 0…100.
    pub percent_of_range: f64,
}

/// CSI of `(importance, satisfaction)` per attribute on a scale 1…`max`. `None` unless importances are not negative and
/// add up to something.
pub fn csi(attributes: &[(f64, f64)], max: f64) -> Option<Csi> {
    let total: f64 = attributes.iter().map(|a| a.0).sum();
    let weighted = attributes.iter().map(|(i, s)| i * s).sum::<f64>() / total;
    let sound = total > 0.0 && weighted.is_finite() && max > 1.0 && attributes.iter().all(|a| a.0 >= 0.0);
    sound.then(|| Csi {
        weights: attributes.iter().map(|a| a.0 / total).collect(),
        weighted,
        percent_of_max: 100.0 * weighted / max,
        percent_of_range: 100.0 * (weighted - 1.0) / (max - 1.0),
    })
}

/// ACSI (Fornell et al. 1996): weighted mean of `(weight, mean)` stretched from `min…max` to 0…100.
pub fn acsi(items: &[(f64, f64)], min: f64, max: f64) -> Option<f64> {
    let total: f64 = items.iter().map(|i| i.0).sum();
    let sum: f64 = items.iter().map(|(w, x)| w * x).sum();
    let value = (sum - min * total) / ((max - min) * total) * 100.0;
    (total > 0.0 && max > min && value.is_finite()).then_some(value)
}

/// SERVQUAL gaps (Parasuraman, Zeithaml, Berry 1988): perception − expectation per dimension. `expectations` and
/// `perceptions` hold a row per respondent with the items in order; `sizes` the number of items per dimension. A
/// dimension's gap is the mean of its items, averaged over respondents. `None` when a row does not fit.
pub fn servqual(expectations: &[Vec<f64>], perceptions: &[Vec<f64>], sizes: &[usize]) -> Option<Vec<f64>> {
    let items: usize = sizes.iter().sum();
    let fits = |rows: &[Vec<f64>]| rows.iter().all(|row| row.len() == items);
    if expectations.is_empty() || expectations.len() != perceptions.len() || !fits(expectations) || !fits(perceptions) {
        return None;
    }
    let mut from = 0;
    let mut gaps = Vec::with_capacity(sizes.len());
    for &size in sizes {
        let part = |row: &Vec<f64>| row.iter().skip(from).take(size).sum::<f64>();
        let gap: f64 = perceptions.iter().zip(expectations).map(|(p, e)| (part(p) - part(e)) / size as f64).sum();
        gaps.push(gap / expectations.len() as f64);
        from += size;
    }
    gaps.iter().all(|g| g.is_finite()).then_some(gaps)
}
