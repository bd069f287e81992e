//! How a file is read: letters, cells, values, and what a row means.

pub mod book;
pub mod cells;
pub mod dates;
pub mod map;
pub mod mixed;
pub mod numbers;
pub mod out;
pub mod people;
pub mod responses;
pub mod suggest;
pub mod survey;
pub mod table;
