//! Chart of individual values and moving ranges.

use serde::{Deserialize, Serialize};

use super::{D2, MR_LIMIT, XMR_LIMIT, XMR_MEDIAN_LIMIT, average, moving_ranges};
use crate::{Interval, mean};

/// An XmR chart. All figures are in the unit of the series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Xmr {
    /// Centre line: the mean of the series.
    pub mean: f64,
    /// Mean moving range.
    pub mr_bar: f64,
    /// σ estimated as mr_bar/1.128.
    pub sigma: f64,
    /// Natural process limits, mean ± 2.660·mr_bar.
    pub limits: Interval,
    /// Upper limit of the moving ranges, 3.268·mr_bar.
    pub mr_upper: f64,
    /// Moving ranges; one fewer than values.
    pub moving_ranges: Vec<f64>,
    /// Median moving range.
    pub median_mr: f64,
    /// Limits from the median moving range, mean ± 3.145·median: less moved by one wild point.
    pub median_limits: Interval,
    /// Indices of values outside the limits.
    pub outside: Vec<usize>,
    /// Indices of values (the second of each pair) whose moving range is above its limit.
    pub mr_outside: Vec<usize>,
}

/// XmR chart (Wheeler). `None` below two values or when one is not finite.
pub fn xmr(series: &[f64]) -> Option<Xmr> {
    if series.len() < 2 || series.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let centre = average(series)?;
    let ranges = moving_ranges(series);
    let mr_bar = average(&ranges)?;
    let median_mr = mean::median(&ranges)?;
    let limits = Interval::around(centre, XMR_LIMIT * mr_bar);
    let mr_upper = MR_LIMIT * mr_bar;
    let places = |hit: &dyn Fn(f64) -> bool, values: &[f64], shift: usize| {
        values.iter().enumerate().filter(|(_, v)| hit(**v)).map(|(i, _)| i + shift).collect::<Vec<_>>()
    };
    Some(Xmr {
        mean: centre,
        mr_bar,
        sigma: mr_bar / D2,
        limits,
        mr_upper,
        median_mr,
        median_limits: Interval::around(centre, XMR_MEDIAN_LIMIT * median_mr),
        outside: places(&|v| v < limits.low || v > limits.high, series, 0),
        mr_outside: places(&|v| v > mr_upper, &ranges, 1),
        moving_ranges: ranges,
    })
}
