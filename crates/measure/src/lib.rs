//! Statistics and rules of the service-quality trade.
//!
//! Everything here is a pure function: no files, no network, no clock, no global randomness. Whatever the input, nothing
//! panics: what is undefined (an empty base, a zero variance) is `None` or an error, never a made-up number.
//!
//! Start with [`nps`], [`share`] and [`mean`] for one figure, [`difference`] for its change, [`chart`] for its course over
//! time and [`tiers`] for many groups side by side. [`text`] finds words in any form, [`wording`] reads rules of service.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod agreement;
pub mod chart;
pub mod clock;
pub mod difference;
pub mod drivers;
pub mod erlang;
mod interval;
pub mod linalg;
pub mod mean;
pub mod nps;
pub mod score;
pub mod share;
pub mod special;
pub mod survival;
pub mod text;
pub mod tiers;
pub mod value;
pub mod wording;

pub use interval::{Estimate, Interval, LEVEL, Z95, z_for};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
