//! Rows of signatures and what they acknowledge.

use kit::db::{Query, places};
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A signature as it is kept.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SignatureRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub number: i64,
    pub employee: Uuid,
    pub employee_name: String,
    pub items: String,
    pub statement: String,
    pub text_hash: String,
    pub hash: String,
    pub via: String,
    pub member: Uuid,
    pub member_name: String,
    pub at: i64,
}

const SIGNATURE: &str =
    "id, standard, number, employee, employee_name, items, statement, text_hash, hash, via, member, member_name, at";

pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<SignatureRow>> {
    q.one(&format!("select {SIGNATURE} from signature where org = $1 and id = $2"), args![org, id]).await
}

/// Somebody's signatures under a standard, the newest first.
pub async fn of_person(q: &impl Query, org: Uuid, employee: Uuid, limit: i64) -> Result<Vec<SignatureRow>> {
    let sql = format!("select {SIGNATURE} from signature where org = $1 and employee = $2 order by id desc limit $3");
    q.all(&sql, args![org, employee, limit]).await
}

/// The next signatures of a company along their ids.
pub async fn after(q: &impl Query, org: Uuid, id: Uuid, limit: i64) -> Result<Vec<SignatureRow>> {
    let sql = format!("select {SIGNATURE} from signature where org = $1 and id > $2 order by id limit $3");
    q.all(&sql, args![org, id, limit]).await
}

pub async fn insert(tx: &Tx, s: &SignatureRow) -> Result<()> {
    tx.run(
        &format!("insert into signature (org, {SIGNATURE}) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)"),
        args![
            tx.org(),
            s.id,
            s.standard,
            s.number,
            s.employee,
            &*s.employee_name,
            &*s.items,
            &*s.statement,
            &*s.text_hash,
            &*s.hash,
            &*s.via,
            s.member,
            &*s.member_name,
            s.at
        ],
    )
    .await?;
    Ok(())
}

/// Turns an open duty into a signed one; false when it is not open, or was counted up to another publication.
pub async fn close_duty(tx: &Tx, standard: Uuid, employee: Uuid, number: i64) -> Result<bool> {
    let n = tx
        .run(
            "update duty set state = 'signed', since = $5 where org = $1 and standard = $2 and employee = $3 and seen = $4 \
             and state = 'pending'",
            args![tx.org(), standard, employee, number, tx.now.0],
        )
        .await?;
    Ok(n == 1)
}

/// Keeps that somebody knows these items as a publication left them.
pub async fn acknowledge(tx: &Tx, employee: Uuid, items: &[Uuid], number: i64, signature: Uuid) -> Result<()> {
    for part in items.chunks(500) {
        let sql = format!(
            "insert into acknowledgement (org, employee, item, number, signature) values {} \
             on conflict (org, employee, item) do update set number = excluded.number, signature = excluded.signature",
            places(tx.engine(), part.len(), 5)
        );
        let values = part.iter().flat_map(|i| args![tx.org(), employee, *i, number, signature]).collect();
        tx.run(&sql, values).await?;
    }
    Ok(())
}
