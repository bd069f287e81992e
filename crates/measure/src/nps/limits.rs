//! Two costlier intervals: the score interval and the limit of the bootstrap.

use super::NpsCounts;
use crate::special::bisect;
use crate::{Interval, z_for};

/// Score interval of p − d (Tango 1998; "iterative" in Rocks 2016), in points, always inside −100…100.
/// It inverts the score test, hence keeps its level even when all answers fall into one group.
pub fn score_tango(counts: &NpsCounts, level: f64) -> Option<Interval> {
    let z = z_for(level)?;
    let n = counts.n() as f64;
    if n == 0.0 {
        return None;
    }
    let (b, c) = (counts.promoters as f64, counts.detractors as f64);
    // Squared score statistic at the difference `delta`, with the share of detractors at its constrained maximum.
    let beyond = |delta: f64| {
        let b2 = -b - c + (2.0 * n - b + c) * delta;
        let c2 = -c * delta * (1.0 - delta);
        let q = ((b2 * b2 - 8.0 * n * c2).max(0.0).sqrt() - b2) / (4.0 * n);
        let variance = n * (2.0 * q + delta * (1.0 - delta));
        // Compared as squares without division: the variance vanishes at the ends of the range.
        (b - c - n * delta).powi(2) - z * z * variance.max(0.0)
    };
    let centre = (b - c) / n;
    let high = if centre >= 1.0 { 1.0 } else { bisect(centre, 1.0, beyond) };
    let low = if centre <= -1.0 { -1.0 } else { -bisect(-centre, 1.0, |x| beyond(-x)) };
    Some(Interval::new(100.0 * low, 100.0 * high))
}

/// Above this n the exact distribution costs too much and differs from Wald by less than a point.
const BOOTSTRAP_MAX_N: u64 = 5_000;

/// What a percentile bootstrap of the NPS tends to: exact quantiles of the multinomial resampling distribution, in
/// steps of 100/n points. `None` without answers or above 5000 of them.
pub fn bootstrap_percentile_limit(counts: &NpsCounts, level: f64) -> Option<Interval> {
    let n = counts.n();
    if n == 0 || n > BOOTSTRAP_MAX_N || level.is_nan() || level <= 0.0 || level >= 1.0 {
        return None;
    }
    let total = n as f64;
    let (p, q, d) = (counts.promoters as f64 / total, counts.passives as f64 / total, counts.detractors as f64 / total);
    let size = n as usize;
    // dist[k] = probability that promoters − detractors of the resample is k − (answers drawn so far).
    let mut dist = vec![1.0];
    for _ in 0..size {
        let mut next = vec![0.0; dist.len() + 2];
        for (k, mass) in dist.iter().enumerate() {
            next[k] += mass * d;
            next[k + 1] += mass * q;
            next[k + 2] += mass * p;
        }
        dist = next;
    }
    let quantile = |share: f64| {
        let mut sum = 0.0;
        for (k, mass) in dist.iter().enumerate() {
            sum += mass;
            // The slack keeps a quantile that is hit exactly from slipping by rounding.
            if sum >= share - 1e-12 {
                return 100.0 * (k as f64 - total) / total;
            }
        }
        100.0
    };
    let alpha = 1.0 - level;
    Some(Interval::new(quantile(alpha / 2.0), quantile(1.0 - alpha / 2.0)))
}
