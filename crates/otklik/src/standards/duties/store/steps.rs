//! How far a publication came in giving out its duties, step by step.

use kit::db::Query;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Where a publication begins to give out its duties, when that takes steps.
pub async fn begin_steps(tx: &Tx, standard: Uuid, number: i64, audience: i64) -> Result<()> {
    tx.run(
        "update standard_version set cursor = $4, audience_size = $5 where org = $1 and standard = $2 and number = $3",
        args![tx.org(), standard, number, Uuid::nil(), audience],
    )
    .await?;
    Ok(())
}

/// Goes through everybody once more: a standard went out of force, or came back. What the publication asked for stays counted.
pub async fn again(tx: &Tx, standard: Uuid, number: i64) -> Result<()> {
    tx.run(
        "update standard_version set cursor = $4, done = 0 where org = $1 and standard = $2 and number = $3",
        args![tx.org(), standard, number, Uuid::nil()],
    )
    .await?;
    Ok(())
}

/// Lifts every open duty under a standard.
pub async fn lift_open(tx: &Tx, standard: Uuid) -> Result<u64> {
    tx.run(
        "update duty set state = 'lifted', since = $3, reminded_day = null where org = $1 and standard = $2 and state = 'pending'",
        args![tx.org(), standard, tx.now.0],
    )
    .await
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Did {
    pub done: i64,
    pub asked: i64,
    pub spared: i64,
}

/// Moves the cursor from where this step found it; false when another was faster.
pub async fn end_step(tx: &Tx, standard: Uuid, number: i64, found: Uuid, next: Option<Uuid>, did: Did, now: i64) -> Result<bool> {
    let n = tx
        .run(
            "update standard_version set cursor = $5, done = done + $6, asked = asked + $7, spared = spared + $8, settled_at = $9 \
             where org = $1 and standard = $2 and number = $3 and cursor = $4",
            args![
                tx.org(),
                standard,
                number,
                found,
                next,
                did.done,
                did.asked,
                did.spared,
                next.is_none().then_some(now)
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Ends a publication that a newer one overtook.
pub async fn overtaken(tx: &Tx, standard: Uuid, before: i64) -> Result<()> {
    tx.run(
        "update standard_version set cursor = null, settled_at = $4 where org = $1 and standard = $2 and number < $3 and cursor is not null",
        args![tx.org(), standard, before, tx.now.0],
    )
    .await?;
    Ok(())
}

/// How far a publication came.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct ProgressRow {
    pub audience_size: i64,
    pub done: i64,
    pub asked: i64,
    pub spared: i64,
    pub cursor: Option<Uuid>,
}

pub async fn progress(q: &impl Query, org: Uuid, standard: Uuid, number: i64) -> Result<Option<ProgressRow>> {
    q.one(
        "select audience_size, done, asked, spared, cursor from standard_version where org = $1 and standard = $2 and number = $3",
        args![org, standard, number],
    )
    .await
}

/// Another day for a duty that is still open.
pub async fn set_due(tx: &Tx, standard: Uuid, employee: Uuid, day: i64) -> Result<u64> {
    tx.run(
        "update duty set due_day = $4, reminded_day = null \
         where org = $1 and standard = $2 and employee = $3 and state = 'pending' and due_day <> $4",
        args![tx.org(), standard, employee, day],
    )
    .await
}
