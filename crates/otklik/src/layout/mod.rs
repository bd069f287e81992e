//! What every page shares: the frame around it, the macros it is built of and the figures it shows.
//!
//! A page is a struct with a field `frame: Frame` and a template that extends `layout/base.html`;
//! a page before signing in extends `layout/bare.html`, a client's page `layout/client.html`.

mod charts;
pub mod clash;
mod client;
mod error;
mod figures;
mod forms;
mod frame;
pub mod simple;
mod words;

pub use charts::{Bars, Bin, Chart, Dist, Dot, Dots, Line, Mark, Point};
pub use client::{Ask, Line as ContactLine, Pick, Question, Row};
pub use error::{error_page, render};
pub use figures::{Figure, Move, Spark, Tier, TierRow};
pub use forms::{Chip, Choice, Errors, Field, Kind};
pub use frame::{Flash, Frame, NavItem, State, Undo, View, Views};
pub use words::{Piece, marked, short};

/// `assets::url` and friends under a name templates can reach.
pub fn asset(name: &str) -> &'static str {
    assets::url(name)
}

/// The address of one icon of the sprite; the names are listed in `ui/icons.txt`.
pub fn icon(name: &str) -> String {
    debug_assert!(assets::has_icon(name), "ui/icons.txt has no icon {name:?}");
    format!("{}#{name}", assets::url("icons.svg"))
}

#[cfg(test)]
mod tests;
