//! Who has to know what, and who knows it. No SQL, no clock.

pub mod bundle;
pub mod duty;
#[cfg(test)]
mod properties;
pub mod reminder;
pub mod signing;

pub use duty::{Duty, ItemState, Now, Outcome, Person, Place, State, Step, Whom, asked, differing, only_differing, reconcile};
