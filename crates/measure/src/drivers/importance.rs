//! Relative importance: how much of R² belongs to each predictor.

use serde::{Deserialize, Serialize};

use super::regression::{Correlations, Regression, correlations, fit};
use crate::linalg::Matrix;

/// LMG visits every subset of the predictors; above this many it is left out.
pub const MAX_SHAPLEY: usize = 16;

/// Importance of every predictor, in order. All parts are shares of the outcome's variance, not of R².
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The regression behind it.
    pub regression: Regression,
    /// LMG (Lindeman, Merenda, Gold 1980), the Shapley value of R²; adds up to R². `None` above [`MAX_SHAPLEY`].
    pub lmg: Option<Vec<f64>>,
    /// Relative weights (Johnson 2000); add up to R². The figure of the product.
    pub johnson: Vec<f64>,
    /// beta·r (Pratt); adds up to R² but can be negative.
    pub pratt: Vec<f64>,
}

impl Importance {
    /// Parts divided by R², so that they add up to one.
    pub fn shares(&self, parts: &[f64]) -> Vec<f64> {
        parts.iter().map(|part| part / self.regression.r2).collect()
    }
}

/// Importance of the columns of `x` for `y`. `None` as for [`super::regress`].
pub fn importance(x: &[Vec<Option<f64>>], y: &[Option<f64>]) -> Option<Importance> {
    let c = correlations(x, y)?;
    let regression = fit(&c)?;
    let pratt = regression.coefficients.iter().map(|k| k.beta * k.correlation).collect();
    Some(Importance { lmg: shapley(&c), johnson: johnson(&c), pratt, regression })
}

/// R² of a subset by Cholesky; a predictor that adds nothing of its own is passed over.
fn r2_of(c: &Correlations, subset: &[usize]) -> f64 {
    let mut rows: Vec<(usize, Vec<f64>, f64)> = Vec::with_capacity(subset.len());
    for &i in subset {
        let mut row: Vec<f64> = Vec::with_capacity(rows.len());
        let mut target = c.ry.get(i).copied().unwrap_or(0.0);
        for (j, other, y) in &rows {
            let head = other.last().copied().unwrap_or(1.0);
            let dot: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
            let cell = (c.r.at(i, *j) - dot) / head;
            row.push(cell);
            target -= cell * y;
        }
        let left = 1.0 - row.iter().map(|v| v * v).sum::<f64>();
        if left > 1e-12 {
            row.push(left.sqrt());
            rows.push((i, row, target / left.sqrt()));
        }
    }
    rows.iter().map(|(_, _, y)| y * y).sum()
}

fn shapley(c: &Correlations) -> Option<Vec<f64>> {
    let p = c.ry.len();
    if p > MAX_SHAPLEY {
        return None;
    }
    let members = |mask: usize| (0..p).filter(|i| mask >> i & 1 == 1).collect::<Vec<usize>>();
    let r2: Vec<f64> = (0..1_usize << p).map(|mask| r2_of(c, &members(mask))).collect();
    // Weight of an entry after s others: s!(p−1−s)!/p! = 1 / (p·C(p−1, s)).
    let mut weights = vec![1.0 / p as f64];
    for s in 1..p {
        let last = weights.last().copied().unwrap_or(0.0);
        weights.push(last * s as f64 / (p - s) as f64);
    }
    let gain = |i: usize| {
        let others = (0..r2.len()).filter(move |mask| mask >> i & 1 == 0);
        others
            .filter_map(|mask| {
                let weight = weights.get(mask.count_ones() as usize)?;
                Some(weight * (r2.get(mask | 1 << i)? - r2.get(mask)?))
            })
            .sum::<f64>()
    };
    Some((0..p).map(gain).collect())
}

fn johnson(c: &Correlations) -> Vec<f64> {
    let p = c.ry.len();
    let (values, vectors) = c.r.eigen();
    let power = |f: &dyn Fn(f64) -> f64| {
        let parts: Vec<f64> = values.iter().map(|v| if *v > 1e-12 { f(v.sqrt()) } else { 0.0 }).collect();
        let cell = |i: usize, j: usize| parts.iter().enumerate().map(|(k, d)| vectors.at(i, k) * d * vectors.at(j, k)).sum();
        Matrix::from_fn(p, cell)
    };
    let root = power(&|d| d);
    let weights = power(&|d| 1.0 / d).times(&c.ry);
    let part = |i: usize| weights.iter().enumerate().map(|(k, w)| (root.at(i, k) * w).powi(2)).sum();
    (0..p).map(part).collect()
}

/// Field of the importance–performance grid (Martilla & James 1977).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quadrant {
    /// Important and weak.
    #[serde(rename = "concentrate here")]
    ConcentrateHere,
    /// Important and strong.
    #[serde(rename = "keep up")]
    KeepUp,
    /// Unimportant and weak.
    #[serde(rename = "low priority")]
    LowPriority,
    /// Unimportant and strong.
    #[serde(rename = "possible overkill")]
    PossibleOverkill,
}

/// Places `(performance, importance)` on the grid; the crosshair stands at the means of both. On the line counts as high.
pub fn quadrants(points: &[(f64, f64)]) -> Vec<Quadrant> {
    let n = points.len() as f64;
    let performance = points.iter().map(|p| p.0).sum::<f64>() / n;
    let importance = points.iter().map(|p| p.1).sum::<f64>() / n;
    let place = |p: &(f64, f64)| match (p.1 >= importance, p.0 >= performance) {
        (true, false) => Quadrant::ConcentrateHere,
        (true, true) => Quadrant::KeepUp,
        (false, false) => Quadrant::LowPriority,
        (false, true) => Quadrant::PossibleOverkill,
    };
    points.iter().map(place).collect()
}
