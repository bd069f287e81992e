//! Types and decisions of surveys: facts in, decision out. No SQL, HTTP, clock or async.

pub mod answers;
pub mod diff;
pub mod facts;
pub mod form;
pub mod show;
mod sound;
pub mod steps;
pub mod veil;

pub use answers::{Answers, check_answers};
pub use form::{Choice, Form, Question, Scale, Type};
pub use show::{Op, Show, visible};
