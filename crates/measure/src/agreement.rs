//! Do raters agree, and do the items of a scale belong together?
//!
//! A coefficient is `None` where it is undefined, above all when nothing varies: full agreement on one single value says
//! nothing about the raters.

mod cronbach;
mod icc;
mod kappa;
mod krippendorff;

pub use cronbach::{Cronbach, cronbach};
pub use icc::{Icc, icc};
pub use kappa::{Cohen, Weights, cohen, fleiss};
pub use krippendorff::{Metric, krippendorff};
