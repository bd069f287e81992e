//! Process charts: is a change a signal or noise?
//!
//! [`process_chart`] is the chart of the product. [`xmr`], [`p_chart`], [`u_chart`], [`ewma`] and [`nelson`] are the
//! classics it stands on. Indices are 0-based; a run is reported at its last point.

mod attribute;
mod ewma;
mod process;
mod rules;
mod xmr;

pub use attribute::{AttributeChart, Limits, p_chart, u_chart};
pub use ewma::{Ewma, ewma};
pub use process::{ChartKind, ChartPoint, MIN_BASELINE, MIN_N, Point, ProcessChart, Rule, Segment, Side, Signal, process_chart};
pub use rules::{NelsonHits, WesternElectricHits, nelson, western_electric};
pub use xmr::{Xmr, xmr};

/// Mean moving range of two neighbours over σ, for normal data (d₂ for n = 2).
pub const D2: f64 = 1.128;

/// Limits of individuals: mean ± 2.660·mean moving range (Wheeler; 3/1.128 rounded as printed).
pub const XMR_LIMIT: f64 = 2.660;

/// Upper limit of the moving range: 3.268·mean moving range (Wheeler).
pub const MR_LIMIT: f64 = 3.268;

/// Limits of individuals from the median moving range: mean ± 3.145·median.
pub const XMR_MEDIAN_LIMIT: f64 = 3.145;

/// Absolute differences of neighbours.
pub(crate) fn moving_ranges(values: &[f64]) -> Vec<f64> {
    values.windows(2).filter_map(|w| Some((w.last()? - w.first()?).abs())).collect()
}

pub(crate) fn average(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
