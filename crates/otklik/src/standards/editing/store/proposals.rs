//! Rows of proposals.

use kit::db::Query;
use kit::filter::Filter;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A proposal with the names of those who had to do with it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ProposalRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub item: Option<Uuid>,
    pub base: Option<i64>,
    pub text: Option<String>,
    pub reason: String,
    pub author: Uuid,
    pub author_name: String,
    pub state: String,
    pub answer: Option<String>,
    pub decided_by: Option<Uuid>,
    pub decider_name: Option<String>,
    pub decided_at: Option<i64>,
    pub created_at: i64,
}

const PROPOSAL: &str = "(select p.*, m.name as author_name, d.name as decider_name from proposal p \
     join member m on m.org = p.org and m.id = p.author left join member d on d.org = p.org and d.id = p.decided_by) p";
const COLUMNS: &str = "id, standard, item, base, text, reason, author, author_name, state, answer, decided_by, decider_name, \
     decided_at, created_at";

/// What is said of a draft is for those who may see drafts.
pub const IN_FORCE: &str = "exists (select 1 from standard s where s.org = p.org and s.id = p.standard and s.published is not null) \
     and (p.item is null or exists (select 1 from item i where i.org = p.org and i.id = p.item and i.published is not null))";

pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<ProposalRow>> {
    q.one(&format!("select {COLUMNS} from {PROPOSAL} where org = $1 and id = $2"), args![org, id]).await
}

/// Newest first.
pub async fn list(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<ProposalRow>> {
    let place = filter.place(limit.into());
    let sql = format!("select {COLUMNS} from {PROPOSAL} where {} order by id desc limit {place}", filter.sql);
    q.all(&sql, filter.args).await
}

/// How many wait for an answer.
pub async fn open_count(q: &impl Query, org: Uuid, standard: Option<Uuid>) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from proposal where org = $1 and state = 'open' and ($2 = 0 or standard = $3)";
    Ok(q.scalar(sql, args![org, i64::from(standard.is_some()), standard.unwrap_or_default()]).await?.unwrap_or(0))
}

/// A new proposal; `about` is its item, and the version in force when it was made.
pub async fn insert(
    tx: &Tx,
    id: Uuid,
    standard: Uuid,
    about: (Option<Uuid>, Option<i64>),
    text: Option<String>,
    reason: &str,
    author: Uuid,
) -> Result<()> {
    tx.run(
        "insert into proposal (org, id, standard, item, base, text, reason, author, state, created_at)
         values ($1,$2,$3,$4,$5,$6,$7,$8,'open',$9)",
        args![tx.org(), id, standard, about.0, about.1, text, reason, author, tx.now.0],
    )
    .await?;
    Ok(())
}

/// Answers an open proposal; false when it was answered before.
pub async fn decide(tx: &Tx, id: Uuid, state: &str, answer: Option<&str>) -> Result<bool> {
    let n = tx
        .run(
            "update proposal set state = $3, answer = $4, decided_by = $5, decided_at = $6
             where org = $1 and id = $2 and state = 'open'",
            args![tx.org(), id, state, answer.map(str::to_owned), tx.actor.member, tx.now.0],
        )
        .await?;
    Ok(n == 1)
}
