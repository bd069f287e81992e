//! What makes a standard and an item sound, and what a publication asks of whom. No database, no web, no clock.

pub mod difference;
pub mod form;
pub mod publication;

pub use difference::{ItemChange, Part, Span, word_difference};
pub use form::{Audience, AudienceForm, Example, ItemText, Kind, MOST_ITEMS, StandardForm, StandardHead};
pub use publication::{Change, Content, ContentItem, Publication, PublishedItem, asked, canonical};
