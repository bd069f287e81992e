//! Do groups keep their clients equally long?

use serde::{Deserialize, Serialize};

use crate::linalg::Matrix;
use crate::special::chi2_sf;

/// A log-rank test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogRank {
    /// Events seen per group.
    pub observed: Vec<f64>,
    /// Events expected if all groups were alike.
    pub expected: Vec<f64>,
    /// Test statistic.
    pub chi2: f64,
    /// Degrees of freedom: groups − 1.
    pub df: u64,
    /// p-value, 0…1.
    pub p: f64,
}

/// Log-rank test with hypergeometric variance; a slice of `(time, event)` per group. `None` below two groups, for an
/// empty group or when nothing can be told apart.
pub fn log_rank(groups: &[Vec<(f64, bool)>]) -> Option<LogRank> {
    let k = groups.len();
    let sound = |g: &Vec<(f64, bool)>| !g.is_empty() && g.iter().all(|(t, _)| t.is_finite());
    if k < 2 || !groups.iter().all(sound) {
        return None;
    }
    let sorted: Vec<Vec<(f64, bool)>> = groups
        .iter()
        .map(|g| {
            let mut g = g.clone();
            g.sort_by(|a, b| a.0.total_cmp(&b.0));
            g
        })
        .collect();
    let mut times: Vec<f64> = groups.iter().flatten().filter(|(_, event)| *event).map(|(t, _)| *t).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut observed, mut expected) = (vec![0.0; k], vec![0.0; k]);
    let mut variance = Matrix::zeros(k - 1);
    for t in times {
        let risk: Vec<f64> = sorted.iter().map(|g| (g.len() - g.partition_point(|s| s.0 < t)) as f64).collect();
        let here = |g: &Vec<(f64, bool)>| {
            let (from, to) = (g.partition_point(|s| s.0 < t), g.partition_point(|s| s.0 <= t));
            g.get(from..to).unwrap_or_default().iter().filter(|s| s.1).count() as f64
        };
        let dead: Vec<f64> = sorted.iter().map(here).collect();
        let (n, d): (f64, f64) = (risk.iter().sum(), dead.iter().sum());
        for ((o, e), (dead, risk)) in observed.iter_mut().zip(&mut expected).zip(dead.iter().zip(&risk)) {
            *o += dead;
            *e += d * risk / n;
        }
        if n > 1.0 {
            let spread = d * (n - d) / (n - 1.0);
            for (i, a) in risk.iter().enumerate().take(k - 1) {
                for (j, b) in risk.iter().enumerate().take(k - 1) {
                    let cell = if i == j { a / n * (1.0 - a / n) } else { -a * b / (n * n) };
                    variance.set(i, j, variance.at(i, j) + spread * cell);
                }
            }
        }
    }
    let gap: Vec<f64> = observed.iter().zip(&expected).take(k - 1).map(|(o, e)| o - e).collect();
    let chi2: f64 = variance.inverse()?.times(&gap).iter().zip(&gap).map(|(a, b)| a * b).sum();
    let df = (k - 1) as u64;
    Some(LogRank { observed, expected, chi2, df, p: chi2_sf(chi2, df as f64)? })
}
