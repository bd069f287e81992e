//! The HTML door of duties.
