//! What the database itself remembers of an evening: taken away when the day is over.

use kit::db::Engine;
use kit::ground::setting;
use kit::time::DAY;
use kit::{Ground, Result, Timestamp};

use super::store::mixing as store;

/// Writes guarded answers and used links of days that are over anew, in an order drawn by lot: on PostgreSQL the number of
/// its transaction and its place in the table would join an answer with the link that gave it. SQLite keeps neither.
/// Returns how many rows it wrote.
///
/// # Errors
/// Those of the database.
pub async fn mix_closed_days(ground: &Ground) -> Result<u64> {
    if ground.db.engine != Engine::Postgres {
        return Ok(0);
    }
    // An anonymous answer stands at the beginning of its day: a day later all of that day are there.
    let until = ground.now().0 - DAY;
    let from = setting(&ground.db, "mixed_until").await?.and_then(|t| t.parse().ok()).unwrap_or(0);
    let date = |at: i64| Timestamp(at).date(&jiff::tz::TimeZone::UTC).to_string();
    // Two transactions: one number for both tables would join a day with one answer.
    let tx = ground.db.begin().await?;
    let answers = store::mix_answers(&tx, from, until).await?;
    tx.commit().await?;
    let tx = ground.db.begin().await?;
    // Links keep the day by the company's clock, so a day more on the far side.
    let links = store::mix_links(&tx, &date((from - 2 * DAY).max(0)), &date(until)).await?;
    store::mixed_until(&tx, until).await?;
    tx.commit().await?;
    Ok(answers + links)
}
