//! Intraclass correlations of Shrout & Fleiss (1979).

use serde::{Deserialize, Serialize};

/// The six coefficients: model 1 (other judges for each target), 2 (a sample of judges), 3 (these judges), for a single
/// judge and for the mean of k of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the paper")]
pub struct Icc {
    pub icc1: f64,
    pub icc2: f64,
    pub icc3: f64,
    pub icc1k: f64,
    pub icc2k: f64,
    pub icc3k: f64,
}

/// ICC of a full table, a row per target with one rating per judge. `None` below two targets or judges, for uneven rows
/// or when nothing varies.
pub fn icc(targets: &[Vec<f64>]) -> Option<Icc> {
    let (n, k) = (targets.len(), targets.first()?.len());
    if n < 2 || k < 2 || targets.iter().any(|row| row.len() != k || row.iter().any(|v| !v.is_finite())) {
        return None;
    }
    let (nf, kf) = (n as f64, k as f64);
    let grand = targets.iter().flatten().sum::<f64>() / (nf * kf);
    let rows: Vec<f64> = targets.iter().map(|row| row.iter().sum::<f64>() / kf).collect();
    let cols: Vec<f64> = (0..k).map(|j| targets.iter().filter_map(|row| row.get(j)).sum::<f64>() / nf).collect();
    let square = |v: &[f64]| v.iter().map(|m| (m - grand).powi(2)).sum::<f64>();
    let total: f64 = targets.iter().flatten().map(|v| (v - grand).powi(2)).sum();
    let (between, judges) = (kf * square(&rows), nf * square(&cols));
    let bms = between / (nf - 1.0);
    let wms = (total - between) / (nf * (kf - 1.0));
    let jms = judges / (kf - 1.0);
    let ems = (total - between - judges) / ((nf - 1.0) * (kf - 1.0));
    let icc = Icc {
        icc1: (bms - wms) / (bms + (kf - 1.0) * wms),
        icc2: (bms - ems) / (bms + (kf - 1.0) * ems + kf * (jms - ems) / nf),
        icc3: (bms - ems) / (bms + (kf - 1.0) * ems),
        icc1k: (bms - wms) / bms,
        icc2k: (bms - ems) / (bms + (jms - ems) / nf),
        icc3k: (bms - ems) / bms,
    };
    let all = [icc.icc1, icc.icc2, icc.icc3, icc.icc1k, icc.icc2k, icc.icc3k];
    all.iter().all(|v| v.is_finite()).then_some(icc)
}
