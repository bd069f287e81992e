//! Rows of standards, their items and versions.

pub mod examples;
pub mod proposals;
pub mod search;
pub mod tip;
pub mod versions;

use kit::db::Query;
use kit::filter::Filter;
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A standard as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StandardRow {
    pub id: Uuid,
    pub kind: String,
    pub title: String,
    pub audience: String,
    pub owner: Option<Uuid>,
    pub approver: Option<Uuid>,
    pub review_on: String,
    pub days: i64,
    pub stage: String,
    pub published: Option<i64>,
    pub published_at: Option<i64>,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_why: Option<String>,
    pub version: i64,
    pub created_at: i64,
    /// Of the version in force; the others are the draft's.
    pub force_title: Option<String>,
    pub force_audience: Option<String>,
    pub force_days: Option<i64>,
}

/// Standards with what is in force of them, under the names of their own columns.
const STANDARD: &str = "(select s.*, v.title as force_title, v.audience as force_audience, v.days as force_days from standard s \
     left join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published) s";
const COLUMNS: &str = "id, kind, title, audience, owner, approver, review_on, days, stage, published, published_at, withdrawn_at, \
     withdrawn_why, version, created_at, force_title, force_audience, force_days";

pub async fn standard(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<StandardRow>> {
    q.one(&format!("select {COLUMNS} from {STANDARD} where org = $1 and id = $2"), args![org, id]).await
}

/// Newest first.
pub async fn standards(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<StandardRow>> {
    let limit = filter.place(limit.into());
    let sql = format!("select {COLUMNS} from {STANDARD} where {} order by id desc limit {limit}", filter.sql);
    q.all(&sql, filter.args).await
}

/// The earliest review first.
pub async fn by_review(q: &impl Query, mut filter: Filter, limit: i64) -> Result<Vec<StandardRow>> {
    let limit = filter.place(limit.into());
    let sql = format!("select {COLUMNS} from {STANDARD} where {} order by review_on, id limit {limit}", filter.sql);
    q.all(&sql, filter.args).await
}

pub async fn insert_standard(tx: &Tx, row: &StandardRow) -> Result<()> {
    tx.run(
        "insert into standard (org, id, kind, title, audience, owner, approver, review_on, days, stage, version, created_at)
         values ($1,$2,$3,$4,$5,$6,$7,$8,$9,'draft',1,$10)",
        args![
            tx.org(),
            row.id,
            &*row.kind,
            &*row.title,
            &*row.audience,
            row.owner,
            row.approver,
            &*row.review_on,
            row.days,
            row.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Replaces the head, when the version is still the one that was read; the draft needs a new approval.
pub async fn update_standard(tx: &Tx, row: &StandardRow, version: i64) -> Result<bool> {
    let n = tx
        .run(
            "update standard set kind = $4, title = $5, audience = $6, owner = $7, approver = $8, review_on = $9, days = $10,
               stage = 'draft', version = version + 1 where org = $1 and id = $2 and version = $3",
            args![
                tx.org(),
                row.id,
                version,
                &*row.kind,
                &*row.title,
                &*row.audience,
                row.owner,
                row.approver,
                &*row.review_on,
                row.days
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Something of the draft changed: its version grows, an approval of the older draft is worth nothing.
/// With `version`, only when it is still that.
pub async fn touch(tx: &Tx, id: Uuid, version: Option<i64>) -> Result<bool> {
    let n = tx
        .run(
            "update standard set stage = 'draft', version = version + 1
             where org = $1 and id = $2 and ($3 = 0 or version = $4)",
            args![tx.org(), id, i64::from(version.is_some()), version.unwrap_or(0)],
        )
        .await?;
    Ok(n == 1)
}

/// Moves the draft from one stage to another, when it stands there.
pub async fn set_stage(tx: &Tx, id: Uuid, from: &str, to: &str) -> Result<bool> {
    let n = tx
        .run(
            "update standard set stage = $4, version = version + 1 where org = $1 and id = $2 and stage = $3",
            args![tx.org(), id, from, to],
        )
        .await?;
    Ok(n == 1)
}

/// Takes a standard out of force; false when it is not in force.
pub async fn withdraw(tx: &Tx, id: Uuid, why: &str) -> Result<bool> {
    let n = tx
        .run(
            "update standard set withdrawn_at = $3, withdrawn_why = $4, version = version + 1
             where org = $1 and id = $2 and published is not null and withdrawn_at is null",
            args![tx.org(), id, tx.now.0, why],
        )
        .await?;
    Ok(n == 1)
}

/// Puts a withdrawn standard back in force; false when it is not withdrawn.
pub async fn restore(tx: &Tx, id: Uuid) -> Result<bool> {
    let n = tx
        .run(
            "update standard set withdrawn_at = null, withdrawn_why = null, restored_at = $3, version = version + 1
             where org = $1 and id = $2 and withdrawn_at is not null",
            args![tx.org(), id, tx.now.0],
        )
        .await?;
    Ok(n == 1)
}

/// An act on the head of a standard that no version keeps.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ActRow {
    pub verb: String,
    pub actor_name: String,
    pub at: i64,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Changes of the head, withdrawals and returns, newest first.
pub async fn head_acts(q: &impl Query, org: Uuid, id: Uuid, limit: i64) -> Result<Vec<ActRow>> {
    q.all(
        "select verb, actor_name, at, before, after from history where org = $1 and noun = 'standard' and noun_id = $2
           and verb in ('standard.edited', 'standard.withdrawn', 'standard.restored') order by seq desc limit $3",
        args![org, id.to_string(), limit],
    )
    .await
}

/// An item as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ItemRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub place: i64,
    pub draft: String,
    pub published: Option<String>,
    pub touchpoint: Option<Uuid>,
    pub changed_in: Option<i64>,
    pub asked_in: Option<i64>,
    pub retired_in: Option<i64>,
    pub retiring: bool,
    pub version: i64,
    pub created_at: i64,
}

const ITEM: &str =
    "id, standard, place, draft, published, touchpoint, changed_in, asked_in, retired_in, retiring, version, created_at";

pub async fn item(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<ItemRow>> {
    q.one(&format!("select {ITEM} from item where org = $1 and id = $2"), args![org, id]).await
}

/// Every item of a standard in the order of the page, retired ones too.
pub async fn items(q: &impl Query, org: Uuid, standard: Uuid) -> Result<Vec<ItemRow>> {
    q.all(&format!("select {ITEM} from item where org = $1 and standard = $2 order by place, id"), args![org, standard]).await
}

/// How many items that are not retired a standard has.
pub async fn count_items(q: &impl Query, org: Uuid, standard: Uuid) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from item where org = $1 and standard = $2 and retired_in is null";
    Ok(q.scalar(sql, args![org, standard]).await?.unwrap_or(0))
}

/// Adds items at the end, in their order.
pub async fn insert_items(tx: &Tx, standard: Uuid, items: &[(Uuid, String)]) -> Result<()> {
    let sql = "select cast(coalesce(max(place), 0) as bigint) from item where org = $1 and standard = $2";
    let mut place: i64 = tx.scalar(sql, args![tx.org(), standard]).await?.unwrap_or(0);
    for part in items.chunks(200) {
        let list = kit::db::places(tx.engine(), part.len(), 6);
        let mut values = Vec::with_capacity(part.len() * 6);
        for (id, draft) in part {
            place += 1;
            values.extend(args![tx.org(), *id, standard, place, &**draft, tx.now.0]);
        }
        tx.run(&format!("insert into item (org, id, standard, place, draft, created_at) values {list}"), values).await?;
    }
    Ok(())
}

/// Replaces an item's draft, when the version is still the one that was read and the item is in force.
pub async fn update_item(tx: &Tx, id: Uuid, version: i64, draft: &str) -> Result<bool> {
    let n = tx
        .run(
            "update item set draft = $4, version = version + 1
             where org = $1 and id = $2 and version = $3 and retired_in is null",
            args![tx.org(), id, version, draft],
        )
        .await?;
    Ok(n == 1)
}

/// Marks an item for retirement by the next publication, or takes that back.
pub async fn set_retiring(tx: &Tx, id: Uuid, retiring: bool) -> Result<bool> {
    let n = tx
        .run(
            "update item set retiring = $3, version = version + 1
             where org = $1 and id = $2 and retiring <> $3 and retired_in is null",
            args![tx.org(), id, retiring],
        )
        .await?;
    Ok(n == 1)
}

/// Puts an item at a place.
pub async fn set_place(tx: &Tx, standard: Uuid, id: Uuid, place: i64) -> Result<()> {
    tx.run("update item set place = $4 where org = $1 and standard = $2 and id = $3", args![tx.org(), standard, id, place])
        .await?;
    Ok(())
}

/// What an item says to those who point at it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct HeadRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub text: String,
    pub in_force: bool,
    pub retired: bool,
}

/// The head of an item of this company: its text in force, or its draft's while it was never published.
pub async fn head(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<HeadRow>> {
    q.one(
        "select id, standard, coalesce(published, draft) as text, published is not null as in_force,
           retired_in is not null as retired from item where org = $1 and id = $2",
        args![org, id],
    )
    .await
}

/// A user of this company who may come in, or was invited.
pub async fn member(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<String>> {
    q.scalar("select role from member where org = $1 and id = $2 and state <> 'revoked'", args![org, id]).await
}

/// The names of users.
pub async fn member_name(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<String>> {
    q.scalar("select name from member where org = $1 and id = $2", args![org, id]).await
}

/// The touchpoint that an id or a key names.
pub async fn touchpoint(q: &impl Query, org: Uuid, text: &str) -> Result<Option<Uuid>> {
    match Uuid::try_parse(text) {
        Ok(id) => q.scalar("select id from touchpoint where org = $1 and id = $2", args![org, id]).await,
        Err(_) => q.scalar("select id from touchpoint where org = $1 and key = $2", args![org, text]).await,
    }
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

/// The names of branches.
pub async fn branch_names(q: &impl Query, org: Uuid, ids: &[Uuid]) -> Result<std::collections::HashMap<Uuid, String>> {
    let mut filter = Filter::of(org);
    filter.among("id", ids);
    let rows: Vec<Named> = q.all(&format!("select id, name from branch where {}", filter.sql), filter.args).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Branches that are open, by name.
pub async fn branches(q: &impl Query, org: Uuid, limit: i64) -> Result<Vec<(Uuid, String)>> {
    let sql = "select id, name from branch where org = $1 and closed_at is null order by name, id limit $2";
    let rows: Vec<Named> = q.all(sql, args![org, limit]).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Touchpoints with their names as they are stored, by key.
pub async fn touchpoints(q: &impl Query, org: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows: Vec<Named> = q.all("select id, name from touchpoint where org = $1 order by key limit 1000", args![org]).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Users who may come in, by name; with `approving` only those whose role may agree to a draft.
pub async fn members(q: &impl Query, org: Uuid, approving: bool) -> Result<Vec<(Uuid, String)>> {
    let narrow = if approving { "and role in ('owner', 'manager')" } else { "" };
    let sql = format!("select id, name from member where org = $1 and state <> 'revoked' {narrow} order by name, id limit 500");
    let rows: Vec<Named> = q.all(&sql, args![org]).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

#[derive(FromQueryResult)]
struct Position {
    position: String,
}

/// The positions of those who work here, by name.
pub async fn positions(q: &impl Query, org: Uuid, limit: i64) -> Result<Vec<String>> {
    let sql = "select distinct position from employee where org = $1 and left_on is null and position is not null
        and position <> '' order by position limit $2";
    let rows: Vec<Position> = q.all(sql, args![org, limit]).await?;
    Ok(rows.into_iter().map(|r| r.position).collect())
}

/// A touchpoint's step and channel.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PointRow {
    pub id: Uuid,
    pub stage: String,
    pub channel: Option<String>,
}

/// The steps and channels of the touchpoints.
pub async fn points(q: &impl Query, org: Uuid) -> Result<Vec<PointRow>> {
    q.all("select id, stage, channel from touchpoint where org = $1 order by key limit 1000", args![org]).await
}

/// The channels by which clients came so far.
pub async fn channels(q: &impl Query, org: Uuid) -> Result<Vec<Uuid>> {
    let rows = q.rows("select id from channel where org = $1 order by id limit 500", args![org]).await?;
    rows.iter().map(|r| Ok(r.try_get_by_index(0)?)).collect()
}

#[derive(FromQueryResult)]
pub struct ForceRow {
    pub id: Uuid,
    pub standard: Uuid,
    pub title: String,
    pub published: String,
    pub touchpoint: Option<Uuid>,
}

/// Every item in force with its standard, in the order of reading.
pub async fn in_force(q: &impl Query, org: Uuid) -> Result<Vec<ForceRow>> {
    q.all(
        "select i.id, i.standard, v.title, i.published, i.touchpoint from item i join standard s on s.org = i.org and s.id = i.standard \
         join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published \
         where i.org = $1 and i.published is not null and i.retired_in is null and s.withdrawn_at is null \
         order by s.created_at, s.id, i.place, i.id",
        args![org],
    )
    .await
}

/// The last word about a draft: sent, returned or published.
#[derive(FromQueryResult)]
pub struct WordRow {
    pub verb: String,
    pub actor_name: String,
    pub at: i64,
    pub after: Option<String>,
}

/// The last time a standard was sent to its approver, sent back or published, as the history has it.
pub async fn last_word(q: &impl Query, org: Uuid, id: Uuid) -> Result<Option<WordRow>> {
    q.one(
        "select verb, actor_name, at, after from history where org = $1 and noun = 'standard' and noun_id = $2
           and verb in ('standard.sent', 'standard.returned', 'standard.published') order by seq desc limit 1",
        args![org, id.to_string()],
    )
    .await
}
