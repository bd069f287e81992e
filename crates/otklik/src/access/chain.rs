//! Is the history whole? Every line's hash covers the line before it.

use kit::db::Query;
use kit::tx::HistoryLine;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Line {
    seq: i64,
    at: i64,
    actor: Option<Uuid>,
    actor_name: String,
    via: String,
    verb: String,
    noun: String,
    noun_id: String,
    before: Option<String>,
    after: Option<String>,
    prev: String,
    hash: String,
}

#[derive(FromQueryResult)]
struct Head {
    seq: i64,
    hash: String,
}

/// Looks at every line of a company's history; returns the number of the first that does not fit.
///
/// # Errors
/// Those of the database.
pub async fn broken_at(q: &impl Query, org: Uuid) -> Result<Option<i64>> {
    let (mut seq, mut hash) = (0, String::new());
    // The head as it stands before: lines that come meanwhile are not looked at.
    let head: Option<Head> = q.one("select seq, hash from history_head where org = $1", args![org]).await?;
    let last = head.as_ref().map_or(0, |h| h.seq);
    loop {
        let lines: Vec<Line> = q
            .all(
                "select seq, at, actor, actor_name, via, verb, noun, noun_id, before, after, prev, hash from history
                 where org = $1 and seq > $2 and seq <= $3 order by seq limit 1000",
                args![org, seq, last],
            )
            .await?;
        if lines.is_empty() {
            break;
        }
        for l in lines {
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
            if l.seq != seq + 1 || l.prev != hash || line.hash(&hash)? != l.hash {
                return Ok(Some(seq + 1));
            }
            (seq, hash) = (l.seq, l.hash);
        }
    }
    Ok(head.filter(|h| h.seq != seq || h.hash != hash).map(|_| seq + 1))
}

/// Every company's id and name.
///
/// # Errors
/// Those of the database.
pub async fn companies(q: &impl Query) -> Result<Vec<(Uuid, String)>> {
    let rows = q.rows("select id, name from org order by id", args![]).await?;
    rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?))).collect()
}
