//! Ordinary least squares on complete rows.

use serde::{Deserialize, Serialize};

use crate::linalg::Matrix;
use crate::special::t_p_two_sided;

/// One predictor of a regression.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// Change of the outcome per unit of the predictor, the others held.
    pub b: f64,
    /// Standardised coefficient.
    pub beta: f64,
    /// Correlation with the outcome.
    pub correlation: f64,
    /// Standard error of `b`.
    pub std_err: f64,
    /// b / std_err; `None` for a perfect fit.
    pub t: Option<f64>,
    /// Two-sided p-value of t.
    pub p: Option<f64>,
    /// Variance inflation factor, ≥ 1.
    pub vif: f64,
    /// Mean of the predictor over the rows used.
    pub mean: f64,
}

/// A fitted regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// Complete rows used.
    pub n: usize,
    /// Share of variance explained, 0…1.
    pub r2: f64,
    /// Value of the outcome when all predictors are zero.
    pub intercept: f64,
    /// One per predictor, in order.
    pub coefficients: Vec<Coefficient>,
}

/// Means, spreads and correlations of complete rows; the last variable is the outcome.
pub(super) struct Correlations {
    pub n: usize,
    pub means: Vec<f64>,
    /// Sums of squared deviations.
    pub squares: Vec<f64>,
    /// Correlations among the predictors.
    pub r: Matrix,
    /// Correlations of the predictors with the outcome.
    pub ry: Vec<f64>,
}

pub(super) fn correlations(x: &[Vec<Option<f64>>], y: &[Option<f64>]) -> Option<Correlations> {
    let p = x.iter().map(Vec::len).max()?;
    let full = |(row, y): (&Vec<Option<f64>>, &Option<f64>)| -> Option<Vec<f64>> {
        let cells: Option<Vec<f64>> = row.iter().copied().chain(std::iter::once(*y)).collect();
        cells.filter(|c| c.len() == p + 1 && c.iter().all(|v| v.is_finite()))
    };
    let rows: Vec<Vec<f64>> = x.iter().zip(y).filter_map(full).collect();
    let n = rows.len();
    if p == 0 || n < 2 {
        return None;
    }
    let means: Vec<f64> = (0..=p).map(|j| rows.iter().filter_map(|r| r.get(j)).sum::<f64>() / n as f64).collect();
    // Two passes: sums of products of centred values lose nothing to cancellation.
    let mut products = Matrix::zeros(p + 1);
    for row in &rows {
        let centred: Vec<f64> = row.iter().zip(&means).map(|(v, m)| v - m).collect();
        for (i, a) in centred.iter().enumerate() {
            for (j, b) in centred.iter().enumerate().take(i + 1) {
                products.set(i, j, products.at(i, j) + a * b);
            }
        }
    }
    let squares: Vec<f64> = (0..=p).map(|i| products.at(i, i)).collect();
    // A variable that does not vary has no correlation with anything.
    if squares.iter().any(|s| !s.is_finite() || *s <= 0.0) {
        return None;
    }
    let corr = |i: usize, j: usize| {
        let scale = squares.get(i).zip(squares.get(j)).map_or(f64::NAN, |(a, b)| (a * b).sqrt());
        if i == j { 1.0 } else { products.at(i.max(j), i.min(j)) / scale }
    };
    let r = Matrix::from_fn(p, corr);
    let ry = (0..p).map(|i| corr(i, p)).collect();
    Some(Correlations { n, means, squares, r, ry })
}

/// Regresses `y` on the columns of `x` (a row per case); rows with a gap are left out. `None` when there are not more
/// rows than coefficients, a variable does not vary, or predictors are linearly dependent.
pub fn regress(x: &[Vec<Option<f64>>], y: &[Option<f64>]) -> Option<Regression> {
    fit(&correlations(x, y)?)
}

pub(super) fn fit(c: &Correlations) -> Option<Regression> {
    let p = c.ry.len();
    if c.n <= p + 1 {
        return None;
    }
    let inverse = c.r.inverse()?;
    let betas = inverse.times(&c.ry);
    let r2 = betas.iter().zip(&c.ry).map(|(b, r)| b * r).sum::<f64>().clamp(0.0, 1.0);
    let df = (c.n - p - 1) as f64;
    let (sy, my) = (*c.squares.get(p)?, *c.means.get(p)?);
    let residual = (1.0 - r2) * sy / df;
    let mut coefficients = Vec::with_capacity(p);
    for (i, beta) in betas.iter().enumerate() {
        let (sx, mean) = (*c.squares.get(i)?, *c.means.get(i)?);
        let b = beta * (sy / sx).sqrt();
        let vif = inverse.at(i, i);
        let std_err = (residual * vif / sx).sqrt();
        let t = Some(b / std_err).filter(|t| t.is_finite());
        let p = t.and_then(|t| t_p_two_sided(t, df));
        coefficients.push(Coefficient { b, beta: *beta, correlation: *c.ry.get(i)?, std_err, t, p, vif, mean });
    }
    let intercept = my - coefficients.iter().map(|c| c.b * c.mean).sum::<f64>();
    Some(Regression { n: c.n, r2, intercept, coefficients })
}
