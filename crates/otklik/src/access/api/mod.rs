//! The JSON door of companies, places and people.

pub mod account;
pub mod outgoing;
pub mod people;
pub mod places;

use kit::web::Paging;
use kit::{Faults, Result};

use super::places::Wanted;

/// A part of a list as a verb takes it.
///
/// # Errors
/// `Invalid` for a limit or a cursor that is none.
pub fn wanted(limit: Option<i64>, after: Option<String>, q: Option<String>) -> Result<Wanted> {
    let paging = Paging { limit, after };
    let q = q.unwrap_or_default();
    let mut faults = Faults::default();
    faults.optional("q", &q, 200);
    faults.check()?;
    Ok(Wanted { limit: paging.limit()?, after: paging.cursor()?, q })
}
