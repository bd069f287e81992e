//! What the director sees: figures with their intervals, changes, signals and breakdowns; the overview; the marks.
//!
//! Nouns: metric (a formula over cells), item (one line of its answer), mark (a change on the time axis).

pub mod api;
mod figure;
mod gather;
mod home;
mod knowing;
mod overview;
pub mod pages;
mod rate;
mod read;
mod rules;
pub mod search;
mod store;
#[cfg(test)]
mod tests;
pub mod thread;
mod view;

use kit::Actor;
use kit::db::Query;
use kit::time::day_number;

pub use figure::{Figure, Item};
pub use gather::Desk;
pub use rules::{Ask, Metric, Sample};

/// The desk of this reader, today.
pub fn desk<'a, Q: Query>(q: &'a Q, actor: &'a Actor, now: kit::Timestamp) -> Desk<'a, Q> {
    Desk { q, actor, today: day_number(now.date(&actor.zone)) }
}
