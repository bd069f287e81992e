//! Key drivers: which ratings go with the outcome, and how strongly. Always association, never cause.

mod importance;
mod penalty;
mod regression;

pub use importance::{Importance, MAX_SHAPLEY, Quadrant, importance, quadrants};
pub use penalty::{PenaltyReward, PenaltyRewardEffect, penalty_reward};
pub use regression::{Coefficient, Regression, regress};
