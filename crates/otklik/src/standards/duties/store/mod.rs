//! Rows of duties, signatures, absences and the steps of knowledge.

pub mod absences;
pub mod people;
pub mod reads;
pub mod signatures;
pub mod steps;

use kit::db::{Engine, Query};
use kit::{Result, Tx, args};

/// Duties, signatures and publications of one company come one after the other: each reads what the one before left.
/// The lock is the one that every entry of the history takes anyway, so the order of locks is always the same.
pub async fn lock(tx: &Tx) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        let org = tx.org();
        tx.run("insert into history_head (org, seq, hash) values ($1, 0, '') on conflict (org) do nothing", args![org]).await?;
        tx.run("update history_head set seq = seq where org = $1", args![org]).await?;
    }
    Ok(())
}
