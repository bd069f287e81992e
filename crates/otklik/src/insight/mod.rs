//! What the director sees.
