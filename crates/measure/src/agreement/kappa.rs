//! Cohen's kappa for two raters, Fleiss' for many.

use serde::{Deserialize, Serialize};

use crate::{Interval, LEVEL, z_for};

/// How much a disagreement of i and j categories weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weights {
    /// |i − j|.
    Linear,
    /// (i − j)².
    Quadratic,
}

/// Agreement of two raters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cohen {
    /// Unweighted kappa (Cohen 1960), at most 1.
    pub kappa: f64,
    /// Kappa with linear weights on the order of the categories (Cohen 1968).
    pub linear: f64,
    /// Kappa with quadratic weights.
    pub quadratic: f64,
    /// Asymptotic standard error of the unweighted kappa (Fleiss, Cohen, Everitt 1969).
    pub std_err: f64,
    /// kappa ± 1.96·std_err, uncut.
    pub interval: Interval,
    /// Share of units on which both agree, 0…1.
    pub agreement: f64,
    /// The highest kappa these margins allow.
    pub max_kappa: f64,
}

/// Cohen's kappa of a square table of counts: rows rater A, columns rater B, categories in the same order.
/// `None` unless the table is square, not empty, not negative and the raters use more than one category.
pub fn cohen(table: &[Vec<f64>]) -> Option<Cohen> {
    let size = table.len();
    if table.iter().any(|row| row.len() != size || row.iter().any(|c| !c.is_finite() || *c < 0.0)) {
        return None;
    }
    let n: f64 = table.iter().flatten().sum();
    if n <= 0.0 {
        return None;
    }
    let rows: Vec<f64> = table.iter().map(|row| row.iter().sum::<f64>() / n).collect();
    let cols: Vec<f64> = (0..size).map(|j| table.iter().filter_map(|row| row.get(j)).sum::<f64>() / n).collect();
    let cells = || table.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, c)| (i, j, c / n)));

    let observed: f64 = cells().filter(|(i, j, _)| i == j).map(|(_, _, p)| p).sum();
    let chance: f64 = rows.iter().zip(&cols).map(|(r, c)| r * c).sum();
    if chance >= 1.0 {
        return None;
    }
    let kappa = (observed - chance) / (1.0 - chance);
    let weighted = |w: &dyn Fn(f64) -> f64| {
        let apart = |i: usize, j: usize| w(i.abs_diff(j) as f64);
        let seen: f64 = cells().map(|(i, j, p)| apart(i, j) * p).sum();
        let due: f64 =
            rows.iter().enumerate().flat_map(|(i, r)| cols.iter().enumerate().map(move |(j, c)| apart(i, j) * r * c)).sum();
        1.0 - seen / due
    };
    let rest = 1.0 - kappa;
    let get = |v: &[f64], i: usize| v.get(i).copied().unwrap_or(0.0);
    let on: f64 =
        cells().filter(|(i, j, _)| i == j).map(|(i, _, p)| p * (1.0 - (get(&rows, i) + get(&cols, i)) * rest).powi(2)).sum();
    let off: f64 = cells().filter(|(i, j, _)| i != j).map(|(i, j, p)| p * (get(&cols, i) + get(&rows, j)).powi(2)).sum();
    let variance = (on + rest * rest * off - (kappa - chance * rest).powi(2)) / (n * (1.0 - chance).powi(2));
    let std_err = variance.max(0.0).sqrt();
    let best: f64 = rows.iter().zip(&cols).map(|(r, c)| r.min(*c)).sum();
    Some(Cohen {
        kappa,
        linear: weighted(&|d| d),
        quadratic: weighted(&|d| d * d),
        std_err,
        interval: Interval::around(kappa, z_for(LEVEL)? * std_err),
        agreement: observed,
        max_kappa: (best - chance) / (1.0 - chance),
    })
}

/// Fleiss' kappa (1971): a row per unit with the number of raters per category, the same number of raters in all rows.
/// `None` when that number varies or is below two, or when all ratings fall into one category.
pub fn fleiss(units: &[Vec<f64>]) -> Option<f64> {
    let raters = units.first()?.iter().sum::<f64>();
    let size = units.first()?.len();
    let sound =
        |row: &Vec<f64>| row.len() == size && row.iter().all(|c| *c >= 0.0) && (row.iter().sum::<f64>() - raters).abs() < 1e-9;
    if raters < 2.0 || !units.iter().all(sound) {
        return None;
    }
    let n = units.len() as f64;
    let within = |row: &Vec<f64>| (row.iter().map(|c| c * c).sum::<f64>() - raters) / (raters * (raters - 1.0));
    let observed = units.iter().map(within).sum::<f64>() / n;
    let category = |j: usize| units.iter().filter_map(|row| row.get(j)).sum::<f64>() / (n * raters);
    let chance: f64 = (0..size).map(|j| category(j).powi(2)).sum();
    (chance < 1.0 - 1e-12).then(|| (observed - chance) / (1.0 - chance))
}
