//! Penalty–reward contrast: do low ratings hurt more than high ones help?

use serde::{Deserialize, Serialize};

use super::regression::regress;

/// Effect of one attribute against its middle ratings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PenaltyRewardEffect {
    /// Coefficient of low ratings, in the unit of the outcome.
    pub penalty: f64,
    /// Coefficient of high ratings.
    pub reward: f64,
    /// Two-sided p-values.
    pub p_penalty: Option<f64>,
    /// Two-sided p-value of `reward`.
    pub p_reward: Option<f64>,
    /// reward − penalty.
    pub range: f64,
    /// (R − P)/(R + P) of the loss P = max(−penalty, 0) and the gain R = max(reward, 0), −1…1: −1 a basic attribute, +1
    /// one that delights. `None` when there is neither loss nor gain (Mikulić & Prebežac 2008).
    pub impact_asymmetry: Option<f64>,
}

/// A penalty–reward analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PenaltyReward {
    /// Complete rows used.
    pub n: usize,
    /// Share of variance explained, 0…1.
    pub r2: f64,
    /// Outcome when every attribute is rated in the middle.
    pub intercept: f64,
    /// One per attribute, in order.
    pub effects: Vec<PenaltyRewardEffect>,
}

/// Regresses `y` on two dummies per column of `x`: rating ≤ `low` and rating ≥ `high`. `None` as for [`regress`], also
/// when an attribute has no low or no high ratings.
pub fn penalty_reward(x: &[Vec<Option<f64>>], y: &[Option<f64>], low: f64, high: f64) -> Option<PenaltyReward> {
    let flag = |yes: bool| Some(f64::from(u8::from(yes)));
    let split = |cell: &Option<f64>| match cell {
        Some(v) => [flag(*v <= low), flag(*v >= high)],
        None => [None, None],
    };
    let dummies: Vec<Vec<Option<f64>>> = x.iter().map(|row| row.iter().flat_map(split).collect()).collect();
    let fit = regress(&dummies, y)?;
    let pairs = fit.coefficients.chunks_exact(2).filter_map(|pair| Some((pair.first()?, pair.last()?)));
    let effects = pairs
        .map(|(penalty, reward)| {
            let (loss, gain) = ((-penalty.b).max(0.0), reward.b.max(0.0));
            PenaltyRewardEffect {
                penalty: penalty.b,
                reward: reward.b,
                p_penalty: penalty.p,
                p_reward: reward.p,
                range: reward.b - penalty.b,
                impact_asymmetry: (loss + gain > 0.0).then(|| (gain - loss) / (gain + loss)),
            }
        })
        .collect();
    Some(PenaltyReward { n: fit.n, r2: fit.r2, intercept: fit.intercept, effects })
}
