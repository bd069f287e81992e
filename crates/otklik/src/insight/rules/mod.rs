//! What a figure is, which answers it rests on, and what may be shown of anonymous ones. No SQL, no clock.

pub mod ask;
pub mod metric;
pub mod periods;

pub use crate::figures::guard;
pub use ask::{Ask, By, Compare, Query};
pub use metric::{Bin, Metric, Sample};
