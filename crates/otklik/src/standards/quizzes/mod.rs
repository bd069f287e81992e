//! Questions that show which wording people do not understand.
