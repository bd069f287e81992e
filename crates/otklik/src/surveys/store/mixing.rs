//! PostgreSQL numbers every transaction on every row, and keeps rows in the order in which they were written. Both would say
//! which link gave which answer, so what was written on days that are over is written anew in an order drawn by lot.

use kit::db::Query;
use kit::{Result, args};

/// Writes the guarded answers between two moments anew, all in one transaction.
pub async fn mix_answers(q: &impl Query, from: i64, until: i64) -> Result<u64> {
    let sql = "with gone as (delete from response r where r.at >= $1 and r.at < $2 and exists (select 1 from survey_version v \
               where v.org = r.org and v.survey = r.survey and v.number = r.version and v.anonymity <> 'identified') returning r.*) \
               insert into response select g.* from gone g order by random()";
    q.run(sql, args![from, until]).await
}

/// Writes the used links of surveys with guarded versions anew, those used between two days (the second is out).
pub async fn mix_links(q: &impl Query, from: &str, until: &str) -> Result<u64> {
    let sql = "with gone as (delete from invitation i where i.answered_on >= $1 and i.answered_on < $2 and exists (select 1 \
               from survey_version v where v.org = i.org and v.survey = i.survey and v.anonymity <> 'identified') returning i.*) \
               insert into invitation select g.* from gone g order by random()";
    q.run(sql, args![from, until]).await
}

/// Remembers how far it has come.
pub async fn mixed_until(q: &impl Query, until: i64) -> Result<()> {
    let sql =
        "insert into setting (key, value) values ('mixed_until', $1) on conflict (key) do update set value = excluded.value";
    q.run(sql, args![until.to_string()]).await?;
    Ok(())
}
