//! The tip of the day: one rule a branch knows least, the same for everybody there the whole day.

use jiff::civil::Date;
use kit::db::Query;
use kit::i18n::Label;
use kit::ids::named_id;
use kit::{Result, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::rules::ItemText;

/// A rule to think of today.
#[derive(Clone, Debug)]
pub struct Tip {
    pub item: Uuid,
    pub standard: Uuid,
    pub title: Label,
    pub text: ItemText,
    /// How many of the branch's people have signed it, of how many; nothing where nobody works.
    pub known: Option<(i64, i64)>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    standard: Uuid,
    title: String,
    published: String,
    known: i64,
}

/// Of so many of the least known rules, one a day.
const AMONG: usize = 12;

/// The tip of a day for a branch, or for the whole company. Same company, day and branch: same tip.
///
/// # Errors
/// Those of the database.
pub async fn of_day(q: &impl Query, org: Uuid, day: Date, branch: Option<Uuid>) -> Result<Option<Tip>> {
    let here = "($2 = 0 or e.branch = $3) and e.left_on is null";
    let places = args![org, i64::from(branch.is_some()), branch.unwrap_or_default()];
    let people: i64 = q
        .scalar(&format!("select cast(count(*) as bigint) from employee e where e.org = $1 and {here}"), places.clone())
        .await?
        .unwrap_or(0);
    let sql = format!(
        "select i.id, i.standard, v.title, i.published, cast(coalesce(k.known, 0) as bigint) as known from item i
         join standard s on s.org = i.org and s.id = i.standard
         join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published
         left join (select a.item, count(*) as known from acknowledgement a
                    join item w on w.org = a.org and w.id = a.item and a.number >= w.asked_in
                    join employee e on e.org = a.org and e.id = a.employee and {here}
                    where a.org = $1 group by a.item) k on k.item = i.id
         where i.org = $1 and i.published is not null and i.retired_in is null and s.withdrawn_at is null
         order by coalesce(k.known, 0), i.id limit 5000"
    );
    let mut rows: Vec<Row> = q.all(&sql, places).await?;
    // Everybody knows everything alike: the whole list takes turns. Else those that fewest know.
    let least = rows.first().map_or(0, |r| r.known);
    let equal = rows.iter().take_while(|r| r.known == least).count();
    rows.truncate(equal.max(AMONG));
    if rows.is_empty() {
        return Ok(None);
    }
    let seed = named_id("tip", &format!("{org} {day} {branch:?}")).as_u128();
    let chosen = usize::try_from(seed % (rows.len() as u128)).unwrap_or(0);
    let row = rows.swap_remove(chosen);
    Ok(Some(Tip {
        item: row.id,
        standard: row.standard,
        title: serde_json::from_str(&row.title)?,
        text: serde_json::from_str(&row.published)?,
        known: (people > 0).then_some((row.known, people)),
    }))
}
