//! The HTML door: overview and marks, catalogue, one figure and its table. `place` reads what a page was asked for.

mod figure;
mod mark;
mod overview;
mod place;
mod start;
mod table;
mod words;

pub use figure::{catalogue, figure};
pub use mark::mark;
pub use overview::overview;
pub use table::table;
