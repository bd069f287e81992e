//! Cronbach's alpha with Feldt's interval.

use serde::{Deserialize, Serialize};

use crate::special::f_quantile;
use crate::{Interval, LEVEL};

/// Consistency of a scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cronbach {
    /// Complete rows.
    pub n: usize,
    /// Items.
    pub items: usize,
    /// Raw alpha, at most 1.
    pub alpha: f64,
    /// Alpha of standardised items; `None` when an item does not vary.
    pub standardised: Option<f64>,
    /// 95 % interval of Feldt (1965).
    pub interval: Option<Interval>,
    /// Alpha without each item; empty below three items.
    pub without_item: Vec<Option<f64>>,
    /// Correlation of each item with the sum of the others.
    pub item_rest: Vec<Option<f64>>,
    /// Mean correlation between items.
    pub mean_correlation: Option<f64>,
}

/// Alpha of complete rows (a row per person, one cell per item); rows with a gap are left out, sample variances (n − 1).
/// `None` below two items or complete rows, or when the sum does not vary.
pub fn cronbach(rows: &[Vec<Option<f64>>]) -> Option<Cronbach> {
    let items = rows.iter().map(Vec::len).max()?;
    let full = |row: &Vec<Option<f64>>| -> Option<Vec<f64>> {
        let cells: Option<Vec<f64>> = row.iter().copied().collect();
        cells.filter(|c| c.len() == items && c.iter().all(|v| v.is_finite()))
    };
    let data: Vec<Vec<f64>> = rows.iter().filter_map(full).collect();
    let n = data.len();
    if items < 2 || n < 2 {
        return None;
    }
    let columns: Vec<Vec<f64>> = (0..items).map(|j| data.iter().filter_map(|row| row.get(j).copied()).collect()).collect();
    let everything: Vec<&Vec<f64>> = columns.iter().collect();
    let alpha = alpha_of(&everything)?;
    let others = |j: usize| columns.iter().enumerate().filter(|(i, _)| *i != j).map(|(_, c)| c).collect::<Vec<_>>();
    let item_rest = columns.iter().enumerate().map(|(j, column)| correlation(column, &sum_of(&others(j)))).collect();
    let pairs: Option<Vec<f64>> =
        columns.iter().enumerate().flat_map(|(i, a)| columns.iter().skip(i + 1).map(move |b| correlation(a, b))).collect();
    let mean_correlation = pairs.map(|p| p.iter().sum::<f64>() / p.len() as f64);
    let k = items as f64;
    let (df1, df2) = (n as f64 - 1.0, (n as f64 - 1.0) * (k - 1.0));
    let tail = (1.0 - LEVEL) / 2.0;
    let limit = |p: f64| f_quantile(p, df1, df2).map(|f| 1.0 - (1.0 - alpha) * f);
    Some(Cronbach {
        n,
        items,
        alpha,
        standardised: mean_correlation.map(|r| k * r / (1.0 + (k - 1.0) * r)).filter(|v| v.is_finite()),
        interval: limit(1.0 - tail).zip(limit(tail)).map(|(low, high)| Interval::new(low, high)),
        without_item: if items < 3 { Vec::new() } else { (0..items).map(|j| alpha_of(&others(j))).collect() },
        item_rest,
        mean_correlation,
    })
}

fn sum_of(columns: &[&Vec<f64>]) -> Vec<f64> {
    let rows = columns.iter().map(|c| c.len()).min().unwrap_or(0);
    (0..rows).map(|i| columns.iter().filter_map(|c| c.get(i)).sum()).collect()
}

fn alpha_of(columns: &[&Vec<f64>]) -> Option<f64> {
    let k = columns.len() as f64;
    let parts: f64 = columns.iter().map(|c| square(c, c)).sum();
    let sum = sum_of(columns);
    let alpha = k / (k - 1.0) * (1.0 - parts / square(&sum, &sum));
    alpha.is_finite().then_some(alpha)
}

/// Sum of products of deviations.
fn square(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum()
}

fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let r = square(a, b) / (square(a, a) * square(b, b)).sqrt();
    r.is_finite().then_some(r)
}
