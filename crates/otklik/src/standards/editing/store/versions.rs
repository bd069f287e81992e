//! Rows of publications.

use kit::db::Query;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::super::rules::{Change, PublishedItem};

/// A publication as it was.
#[derive(Clone, Debug, FromQueryResult)]
pub struct VersionRow {
    pub number: i64,
    pub content: String,
    pub hash: String,
    pub title: String,
    pub audience: String,
    pub days: i64,
    pub published_at: i64,
    pub published_by: Option<Uuid>,
    pub approved_by: Option<Uuid>,
    pub audience_size: i64,
    pub asked: i64,
    pub spared: i64,
    pub settled_at: Option<i64>,
}

const VERSION: &str = "number, content, hash, title, audience, days, published_at, published_by, approved_by, audience_size, asked, \
                       spared, settled_at";

pub async fn version(q: &impl Query, org: Uuid, standard: Uuid, number: i64) -> Result<Option<VersionRow>> {
    let sql = format!("select {VERSION} from standard_version where org = $1 and standard = $2 and number = $3");
    q.one(&sql, args![org, standard, number]).await
}

/// When the versions came, and the counts of whom they asked: without their texts.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BriefRow {
    pub number: i64,
    pub hash: String,
    pub published_at: i64,
    pub published_by: Option<Uuid>,
    pub by_name: Option<String>,
    pub approved_by: Option<Uuid>,
    pub approver_name: Option<String>,
    pub audience_size: i64,
    pub asked: i64,
    pub spared: i64,
    pub settled_at: Option<i64>,
}

/// The newest first; before `before` when that is not 0.
pub async fn versions(q: &impl Query, org: Uuid, standard: Uuid, before: i64, limit: i64) -> Result<Vec<BriefRow>> {
    q.all(
        "select v.number, v.hash, v.published_at, v.published_by, m.name as by_name, v.approved_by, a.name as approver_name,
           v.audience_size, v.asked, v.spared, v.settled_at
         from standard_version v left join member m on m.org = v.org and m.id = v.published_by
         left join member a on a.org = v.org and a.id = v.approved_by
         where v.org = $1 and v.standard = $2 and ($3 = 0 or v.number < $3) order by v.number desc limit $4",
        args![org, standard, before, limit],
    )
    .await
}

pub async fn insert(tx: &Tx, standard: Uuid, v: &VersionRow) -> Result<()> {
    tx.run(
        "insert into standard_version (org, standard, number, content, hash, title, audience, days, published_at, published_by, approved_by)
         values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
        args![
            tx.org(),
            standard,
            v.number,
            &*v.content,
            &*v.hash,
            &*v.title,
            &*v.audience,
            v.days,
            v.published_at,
            v.published_by,
            v.approved_by
        ],
    )
    .await?;
    Ok(())
}

/// Makes the draft the version in force; false when it changed meanwhile or lacks its approval.
pub async fn put_in_force(tx: &Tx, standard: Uuid, version: i64, number: i64) -> Result<bool> {
    let n = tx
        .run(
            "update standard set published = $4, published_at = $5, stage = 'draft', version = version + 1
             where org = $1 and id = $2 and version = $3 and withdrawn_at is null
               and (approver is null or stage = 'approved')",
            args![tx.org(), standard, version, number, tx.now.0],
        )
        .await?;
    Ok(n == 1)
}

/// Writes what a publication made of an item.
pub async fn publish_item(tx: &Tx, number: i64, item: &PublishedItem, change: Change) -> Result<()> {
    let text = serde_json::to_string(&item.text)?;
    let point = item.text.touchpoint.as_deref().and_then(|t| Uuid::try_parse(t).ok());
    tx.run(
        "insert into item_version (org, item, number, change, text) values ($1,$2,$3,$4,$5)",
        args![tx.org(), item.id, number, change.as_str(), &*text],
    )
    .await?;
    if item.retired {
        tx.run(
            "update item set retired_in = $3, retiring = $4, version = version + 1 where org = $1 and id = $2",
            args![tx.org(), item.id, number, false],
        )
        .await?;
    } else {
        tx.run(
            "update item set published = $3, touchpoint = $4, changed_in = $5, asked_in = $6, version = version + 1
             where org = $1 and id = $2",
            args![tx.org(), item.id, text, point, number, item.asked_in],
        )
        .await?;
    }
    Ok(())
}

/// Items that were taken back before they were ever published.
pub async fn drop_unborn(tx: &Tx, standard: Uuid, number: i64) -> Result<()> {
    tx.run(
        "update item set retired_in = $3, retiring = $4 where org = $1 and standard = $2 and retiring = $5 and published is null
           and retired_in is null",
        args![tx.org(), standard, number, false, true],
    )
    .await?;
    Ok(())
}

/// One version of an item's text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ItemVersionRow {
    pub number: i64,
    pub change: String,
    pub text: String,
    pub published_at: i64,
}

/// The versions of an item, newest first.
pub async fn of_item(q: &impl Query, org: Uuid, item: Uuid) -> Result<Vec<ItemVersionRow>> {
    q.all(
        "select v.number, v.change, v.text, s.published_at from item_version v
         join item i on i.org = v.org and i.id = v.item
         join standard_version s on s.org = v.org and s.standard = i.standard and s.number = v.number
         where v.org = $1 and v.item = $2 order by v.number desc",
        args![org, item],
    )
    .await
}
