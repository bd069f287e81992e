//! The process chart of the product: Laney's idea for figures with a standard error, XmR for the others.

use serde::{Deserialize, Serialize};

use super::{D2, XMR_LIMIT, average, moving_ranges};
use crate::Interval;

/// A period with fewer answers is not charted.
pub const MIN_N: u64 = 5;

/// Below this many charted periods no limits are drawn: a spread guessed from a handful of ranges cries wolf.
pub const MIN_BASELINE: usize = 6;

/// One period of a series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The figure; `None` when the period has none.
    pub value: Option<f64>,
    /// Its plain standard error, in the same unit. `None` (in all points) selects XmR: means, medians.
    pub se: Option<f64>,
    /// Answers in the period.
    pub n: u64,
}

/// How the limits were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Limits centre ± 3·SE·σz, per period by its own n.
    Laney,
    /// Limits mean ± 2.660·mean moving range.
    Xmr,
}

/// A stretch of the series with one frozen baseline: the whole series, or a part between re-basings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// First point of the stretch.
    pub start: usize,
    /// One past its last point.
    pub end: usize,
    /// Which chart was drawn.
    pub kind: ChartKind,
    /// Centre line; `None` when nothing could be charted.
    pub centre: Option<f64>,
    /// Laney: spread of the standardised values, 1 = sampling noise only. XmR: σ of the values in their unit.
    /// `None` while the baseline has fewer than [`MIN_BASELINE`] charted periods.
    pub sigma_z: Option<f64>,
    /// Charted periods the baseline rests on.
    pub baseline: usize,
    /// The baseline has not reached the length asked for: limits may still move.
    pub provisional: bool,
}

/// One period as drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartPoint {
    /// Value, if the period is charted.
    pub value: Option<f64>,
    /// Centre line here.
    pub centre: Option<f64>,
    /// Limits here, uncut.
    pub limits: Option<Interval>,
}

/// The rules that open a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The point lies outside its limits.
    Outside,
    /// Nine charted points in a row on one side of the centre.
    NineOneSide,
    /// Six charted points in a row steadily rising or falling.
    SixTrend,
}

/// Direction of a signal. Whether up is good is for the caller to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Above the limits or the centre, or rising.
    Up,
    /// Below, or falling.
    Down,
}

/// A signal at its last point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Signal {
    /// Last point of the pattern.
    pub index: usize,
    /// First point of the run it belongs to. A run that goes on gives a signal at each further point with the same
    /// `since`: one finding, not many.
    pub since: usize,
    /// Which rule.
    pub rule: Rule,
    /// Which way.
    pub side: Side,
}

/// A drawn chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessChart {
    /// One entry per period given.
    pub points: Vec<ChartPoint>,
    /// One stretch, and one more for each re-basing.
    pub segments: Vec<Segment>,
    /// Signals by index.
    pub signals: Vec<Signal>,
}

/// Draws the chart of a series.
///
/// Figures that carry standard errors follow Laney: the variance of one answer is pooled over the baseline, so that the
/// standard error of a period is √(pooled/n) — for shares exactly Laney's p′ up to a factor that σz takes out again, and
/// never zero merely because all seven answers of a week agreed. Each period is standardised by it, σz is the mean
/// moving range of these z values over 1.128, the limits are centre ± 3·SE·σz. Figures without standard errors get XmR.
///
/// The baseline is the first `baseline` charted periods (20 in the product) from the start and from each index
/// of `rebase_at` (any order; those outside the series say nothing), and stays frozen. Periods without a value or with n under 5 are not charted and break runs; so does re-basing.
pub fn process_chart(points: &[Point], baseline: usize, rebase_at: &[usize]) -> ProcessChart {
    let mut chart = ProcessChart { points: Vec::with_capacity(points.len()), segments: Vec::new(), signals: Vec::new() };
    let mut cuts: Vec<usize> = rebase_at.iter().copied().filter(|&at| at > 0 && at < points.len()).collect();
    cuts.extend([0, points.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    for (start, end) in cuts.iter().copied().zip(cuts.iter().copied().skip(1)) {
        if let Some(stretch) = points.get(start..end) {
            draw(&mut chart, stretch, start, baseline);
        }
    }
    chart.signals.sort_by_key(|s| (s.index, s.rule as u8));
    chart
}

fn charted(point: &Point) -> Option<f64> {
    point.value.filter(|v| v.is_finite() && point.n >= MIN_N)
}

fn draw(chart: &mut ProcessChart, stretch: &[Point], start: usize, baseline: usize) {
    let base: Vec<(f64, f64, Option<f64>)> = stretch
        .iter()
        .filter_map(|p| Some((charted(p)?, p.n as f64, p.se.filter(|se| se.is_finite()))))
        .take(baseline.max(1))
        .collect();
    let total: f64 = base.iter().map(|(_, n, _)| n).sum();
    // Variance of one answer, pooled over the baseline; zero or absent means there is nothing to standardise by.
    let pooled = base.iter().filter_map(|(_, n, se)| se.map(|se| se * se * n * n)).sum::<f64>() / total;
    let kind = if pooled > 0.0 { ChartKind::Laney } else { ChartKind::Xmr };
    let error = |n: f64| (pooled / n).sqrt();
    let (centre, scaled) = match kind {
        ChartKind::Laney => {
            let centre = base.iter().map(|(v, n, _)| v * n).sum::<f64>() / total;
            (Some(centre), base.iter().map(|(v, n, _)| (v - centre) / error(*n)).collect::<Vec<_>>())
        }
        ChartKind::Xmr => {
            let values: Vec<f64> = base.iter().map(|(v, _, _)| *v).collect();
            (average(&values), values)
        }
    };
    let range = average(&moving_ranges(&scaled)).filter(|_| base.len() >= MIN_BASELINE);
    let half = |n: u64| {
        range.map(|mr| match kind {
            ChartKind::Laney => 3.0 * error(n as f64) * mr / D2,
            ChartKind::Xmr => XMR_LIMIT * mr,
        })
    };
    let drawn: Vec<ChartPoint> = stretch
        .iter()
        .map(|p| {
            let limits = half(p.n).zip(centre).filter(|_| p.n >= MIN_N).map(|(half, centre)| Interval::around(centre, half));
            ChartPoint { value: charted(p), centre, limits }
        })
        .collect();
    if let (Some(centre), Some(_)) = (centre, range) {
        chart.signals.extend(signals(&drawn, centre, start));
    }
    chart.segments.push(Segment {
        start,
        end: start + stretch.len(),
        kind,
        centre,
        sigma_z: range.map(|mr| mr / D2),
        baseline: base.len(),
        provisional: base.len() < baseline,
    });
    chart.points.extend(drawn);
}

/// A run in progress: which way, since when, how many points.
type Run = Option<(Side, usize, usize)>;

fn go_on(run: Run, side: Option<Side>, since: usize, length: usize) -> Run {
    let side = side?;
    match run {
        Some((same, since, length)) if same == side => Some((side, since, length + 1)),
        _ => Some((side, since, length)),
    }
}

/// Equal is equal up to rounding: the mean of twenty equal values may miss them in the last bit.
fn side_of(value: f64, line: f64) -> Option<Side> {
    let slack = 1e-12 * (value.abs() + line.abs());
    if value > line + slack {
        Some(Side::Up)
    } else if value < line - slack {
        Some(Side::Down)
    } else {
        None
    }
}

fn signals(points: &[ChartPoint], centre: f64, start: usize) -> Vec<Signal> {
    let mut found = Vec::new();
    let (mut run, mut trend): (Run, Run) = (None, None);
    let mut previous: Option<f64> = None;
    for (i, point) in points.iter().enumerate() {
        let index = start + i;
        let Some(value) = point.value else {
            (run, trend, previous) = (None, None, None);
            continue;
        };
        if let Some(limits) = point.limits {
            // Rounding must not turn a constant series into signals.
            let slack = 1e-9 * (limits.high.abs() + limits.low.abs());
            if value > limits.high + slack || value < limits.low - slack {
                let side = if value > limits.high { Side::Up } else { Side::Down };
                found.push(Signal { index, since: index, rule: Rule::Outside, side });
            }
        }
        run = go_on(run, side_of(value, centre), index, 1);
        // A trend starts with two points: the one before the first step belongs to it.
        trend = go_on(trend, previous.and_then(|last| side_of(value, last)), index.saturating_sub(1), 2);
        previous = Some(value);
        for (state, need, rule) in [(run, 9, Rule::NineOneSide), (trend, 6, Rule::SixTrend)] {
            if let Some((side, since, _)) = state.filter(|(_, _, length)| *length >= need) {
                found.push(Signal { index, since, rule, side });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::p_chart;
    use crate::share::Share;

    fn share_points(counts: &[u64], bases: &[u64]) -> Vec<Point> {
        let point = |(&yes, &n): (&u64, &u64)| {
            let share = Share { yes, n };
            Point { value: share.value(), se: share.std_err(), n }
        };
        counts.iter().zip(bases).map(point).collect()
    }

    #[test]
    fn shares_get_exactly_laneys_p_prime_limits() {
        let counts = [135, 23, 41, 42, 41, 127, 131, 89, 15, 24, 54, 83];
        let bases = [737, 113, 194, 243, 195, 729, 787, 540, 73, 120, 325, 412];
        let chart = process_chart(&share_points(&counts, &bases), 20, &[]);
        let laney = p_chart(&counts, &bases).and_then(|c| c.laney).map(|l| l.limits).unwrap_or_default();
        assert_eq!(laney.len(), 12);
        for (point, want) in chart.points.iter().zip(&laney) {
            let limits = point.limits.map_or((f64::NAN, f64::NAN), |l| (l.low, l.high));
            assert!((limits.0 - want.low).abs() < 1e-9 && (limits.1 - want.high).abs() < 1e-9);
        }
        assert!(chart.segments.iter().all(|s| s.provisional && s.baseline == 12));
    }

    #[test]
    fn a_gap_breaks_a_run_and_small_weeks_are_not_charted() {
        let week = |v: f64, n: u64| Point { value: Some(v), se: None, n };
        let mut points: Vec<Point> = (0..20).map(|i| week(f64::from(i % 2), 50)).collect();
        points.extend((0..8).map(|_| week(0.9, 50)));
        points.push(week(40.0, 4));
        points.extend((0..9).map(|_| week(0.9, 50)));
        let chart = process_chart(&points, 20, &[]);
        let hits: Vec<(usize, usize, Rule)> = chart.signals.iter().map(|s| (s.index, s.since, s.rule)).collect();
        // The 20th point is above the centre already, so the first run is 19…27: nine points.
        assert_eq!(hits, vec![(27, 19, Rule::NineOneSide), (37, 29, Rule::NineOneSide)]);
        assert_eq!(chart.points.get(28).and_then(|p| p.value), None);
    }

    #[test]
    fn rebasing_freezes_a_second_baseline() {
        let point = |i: u32| Point { value: Some(f64::from(i % 3) + if i >= 20 { 10.0 } else { 0.0 }), se: None, n: 9 };
        let points: Vec<Point> = (0..40).map(point).collect();
        assert!(!process_chart(&points, 20, &[]).signals.is_empty());
        let rebased = process_chart(&points, 20, &[20]);
        assert!(rebased.signals.is_empty());
        assert_eq!(rebased.segments.len(), 2);
        let thrice = process_chart(&points, 20, &[30, 20, 0, 20, 99]);
        assert_eq!(thrice.segments.iter().map(|s| (s.start, s.end)).collect::<Vec<_>>(), [(0, 20), (20, 30), (30, 40)]);
    }

    #[test]
    fn a_constant_series_is_silent() {
        let points = vec![Point { value: Some(0.1 + 0.2), se: Some(0.0), n: 30 }; 30];
        assert!(process_chart(&points, 20, &[]).signals.is_empty());
        assert!(process_chart(&[], 20, &[3]).points.is_empty());
    }
}
