//! Starters: items to begin with, in both languages; and items that come in from pasted text or a file.

pub mod rules;
