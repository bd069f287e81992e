//! Russian and English: texts from Fluent files, numbers, dates and money as people write them.
//!
//! The program loads its texts once with [`Texts::load`] and [`install`]; pages then use the small, copyable [`T`]:
//! `t.s("cases-title")`, `t.n("cases-open", count)`, `t.money(amount, "RUB")`.

mod dates;
mod lang;
mod numbers;
mod speak;
mod texts;

pub use lang::{Label, LabelProblem, Lang, UnknownLang};
pub use numbers::{Count, Real};
pub use speak::{Arg, T};
pub use texts::{Texts, TextsError, install};
