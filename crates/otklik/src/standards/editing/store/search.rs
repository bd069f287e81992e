//! The index of the rules in force.

use kit::db::{Engine, Query};
use kit::{Result, Tx, args};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A word that stands for a company, and one for an item, in the index itself: a search never walks through the rules
/// of others, and an item is found to be replaced.
fn org_word(org: Uuid) -> String {
    format!("org{}", org.simple())
}

fn item_word(item: Uuid) -> String {
    format!("itm{}", item.simple())
}

/// Takes an item out of the index.
pub async fn forget(tx: &Tx, item: Uuid) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => {
            let found = "delete from item_search where rowid in (select rowid from item_search where item_search match $1)";
            tx.run(found, args![format!("\"{}\"", item_word(item))]).await?;
        }
        Engine::Postgres => {
            tx.run("delete from item_search where org = $1 and item = $2", args![tx.org(), item]).await?;
        }
    }
    Ok(())
}

/// Puts the stems of an item into the index.
pub async fn put(q: &impl Query, org: Uuid, item: Uuid, stems: &str) -> Result<()> {
    let line = format!("{} {} {stems}", org_word(org), item_word(item));
    let sql = match q.engine() {
        Engine::Sqlite => "insert into item_search (org, item, stems) values ($1,$2,$3)",
        Engine::Postgres => "insert into item_search (org, item, stems) values ($1,$2,to_tsvector('simple', $3))",
    };
    q.run(sql, args![org, item, line]).await?;
    Ok(())
}

/// Every rule of a company that is in force.
pub async fn in_force(q: &impl Query, org: Uuid) -> Result<Vec<Row>> {
    let sql = "select i.id, i.standard, v.title, i.published from item i join standard s on s.org = i.org and s.id = i.standard \
               join standard_version v on v.org = s.org and v.standard = s.id and v.number = s.published \
               where i.org = $1 and i.published is not null and i.retired_in is null order by i.id";
    q.all(sql, args![org]).await
}

/// A rule in force, as it was published.
#[derive(FromQueryResult)]
pub struct Row {
    pub id: Uuid,
    pub standard: Uuid,
    pub published: String,
    pub title: String,
}

/// So many rules are looked at before the best are chosen.
const LOOKED: i64 = 300;

/// Rules in force with all of these words, or with any of them; a word is any of its stems.
pub async fn find(q: &impl Query, org: Uuid, asked: &[Vec<String>], all: bool) -> Result<Vec<Row>> {
    let (quote, or, and, test) = match q.engine() {
        Engine::Sqlite => ('"', " OR ", " AND ", "s.stems match $2"),
        Engine::Postgres => ('\'', " | ", " & ", "s.org = $1 and s.stems @@ to_tsquery('simple', $2)"),
    };
    let one = |word: &Vec<String>| {
        let list: Vec<String> = word.iter().map(|w| format!("{quote}{w}{quote}")).collect();
        format!("({})", list.join(or))
    };
    let words = asked.iter().map(one).collect::<Vec<_>>().join(if all { and } else { or });
    let query = format!("{quote}{}{quote}{and}({words})", org_word(org));
    let sql = format!(
        "select i.id, i.standard, i.published, v.title from item_search s cross join item i
         join standard d on d.org = i.org and d.id = i.standard
         join standard_version v on v.org = d.org and v.standard = d.id and v.number = d.published
         where {test} and i.org = $1 and i.id = s.item and i.retired_in is null and i.published is not null
           and d.withdrawn_at is null limit $3"
    );
    q.all(&sql, args![org, query, LOOKED]).await
}
