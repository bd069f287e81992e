//! Pure decisions of the library: what a starter holds, how pasted text becomes items.

pub mod file;
pub mod lines;
pub mod paste;
pub mod starters;
