//! What we promise: standards and their items, and who knows them. An item has one permanent id, and everything points at it.

pub mod duties;
pub mod editing;
pub mod library;
pub mod onboarding;
pub mod quizzes;
pub mod section;
