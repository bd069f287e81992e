//! p and u charts, plain and with Laney's correction.

use serde::{Deserialize, Serialize};

use super::{D2, average, moving_ranges};
use crate::Interval;

/// Limits per period and the periods outside them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Lower and upper limit per period.
    pub limits: Vec<Interval>,
    /// Indices of the periods outside their limits.
    pub outside: Vec<usize>,
}

/// A p or u chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeChart {
    /// Centre line: total count over total base.
    pub centre: f64,
    /// Plain limits, centre ± 3·SE.
    pub plain: Limits,
    /// Laney's σz: mean moving range of the standardised values over 1.128. `None` below two periods or when the
    /// standard error vanishes.
    pub sigma_z: Option<f64>,
    /// Laney's limits, centre ± 3·SE·σz (Laney 2002): the only ones to trust at large n.
    pub laney: Option<Limits>,
}

/// p chart of `counts` out of `bases` (shares 0…1, limits cut to 0…1). `None` when the lengths differ, a base is zero or
/// a count exceeds its base.
pub fn p_chart(counts: &[u64], bases: &[u64]) -> Option<AttributeChart> {
    if counts.iter().zip(bases).any(|(c, n)| c > n) {
        return None;
    }
    let bases: Vec<f64> = bases.iter().map(|&n| n as f64).collect();
    build(counts, &bases, |p| p * (1.0 - p), 1.0)
}

/// u chart of `counts` over areas of opportunity `bases` (rates, lower limit cut at 0). `None` when the lengths differ or
/// a base is not positive.
pub fn u_chart(counts: &[u64], bases: &[f64]) -> Option<AttributeChart> {
    build(counts, bases, |u| u, f64::INFINITY)
}

fn build(counts: &[u64], bases: &[f64], variance: impl Fn(f64) -> f64, top: f64) -> Option<AttributeChart> {
    if counts.is_empty() || counts.len() != bases.len() || bases.iter().any(|n| !n.is_finite() || *n <= 0.0) {
        return None;
    }
    let centre = counts.iter().map(|&c| c as f64).sum::<f64>() / bases.iter().sum::<f64>();
    let values: Vec<f64> = counts.iter().zip(bases).map(|(&c, n)| c as f64 / n).collect();
    let errors: Vec<f64> = bases.iter().map(|n| (variance(centre).max(0.0) / n).sqrt()).collect();
    let limits = |factor: f64| {
        let limits: Vec<Interval> = errors.iter().map(|se| Interval::around(centre, 3.0 * factor * se).cut(0.0, top)).collect();
        let outside = values.iter().zip(&limits).enumerate().filter(|(_, (v, l))| !l.contains(**v)).map(|(i, _)| i).collect();
        Limits { limits, outside }
    };
    let standardised: Vec<f64> = values.iter().zip(&errors).map(|(v, se)| (v - centre) / se).collect();
    let sigma_z = average(&moving_ranges(&standardised)).map(|mr| mr / D2).filter(|s| s.is_finite());
    Some(AttributeChart { centre, plain: limits(1.0), sigma_z, laney: sigma_z.map(limits) })
}
