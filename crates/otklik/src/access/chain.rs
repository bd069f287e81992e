//! Is the history whole? Every line's hash covers the line before it.

use kit::Result;
use kit::db::Query;
use kit::tx::HistoryLine;
use uuid::Uuid;

use super::store::chain as store;

/// Looks at every line of a company's history; returns the number of the first that does not fit.
///
/// # Errors
/// Those of the database.
pub async fn broken_at(q: &impl Query, org: Uuid) -> Result<Option<i64>> {
    let (mut seq, mut hash) = (0, String::new());
    // The head as it stands before: lines that come meanwhile are not looked at.
    let head = store::head(q, org).await?;
    let last = head.as_ref().map_or(0, |h| h.seq);
    loop {
        let lines = store::lines(q, org, seq, last).await?;
        if lines.is_empty() {
            break;
        }
        for store::Line { row: l, prev, hash: kept } in lines {
            let line = HistoryLine {
                org,
                seq: l.seq,
                at: l.at,
                actor: l.actor,
                actor_name: &l.actor_name,
                via: &l.via,
                verb: &l.verb,
                noun: &l.noun,
                noun_id: &l.noun_id,
                before: l.before.as_deref(),
                after: l.after.as_deref(),
            };
            if l.seq != seq + 1 || prev != hash || line.hash(&hash)? != kept {
                return Ok(Some(seq + 1));
            }
            (seq, hash) = (l.seq, kept);
        }
    }
    Ok(head.filter(|h| h.seq != seq || h.hash != hash).map(|_| seq + 1))
}

/// Is the last line the one that this installation wrote last? Who cuts lines off and sets the head back has no seal for it.
///
/// # Errors
/// Those of the database.
pub async fn is_sealed(q: &impl Query, key: &[u8], org: Uuid) -> Result<bool> {
    let head = store::head(q, org).await?;
    Ok(head
        .is_none_or(|h| h.seq == 0 || kit::secret::same(h.seal.as_bytes(), kit::tx::seal(key, org, h.seq, &h.hash).as_bytes())))
}

/// Every company's id and name.
///
/// # Errors
/// Those of the database.
pub async fn companies(q: &impl Query) -> Result<Vec<(Uuid, String)>> {
    store::companies(q).await
}
