//! The rule that one needs while the client stands at the desk: found by any form of its words.

use kit::db::{Engine, Query};
use kit::i18n::Label;
use kit::{Result, Tx, args};
use measure::text::{query_stems, stems};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::rules::{ItemText, Publication};

/// A word that stands for a company, and one for an item, in the index itself: a search never walks through the rules
/// of others, and an item is found to be replaced.
fn org_word(org: Uuid) -> String {
    format!("org{}", org.simple())
}

fn item_word(item: Uuid) -> String {
    format!("itm{}", item.simple())
}

/// What of an item is looked through, in every language.
fn words(title: &Label, text: &ItemText) -> String {
    let parts = [Some(&text.text), text.why.as_ref(), text.measure.as_ref(), text.norm.as_ref(), text.stage.as_ref()];
    let texts: Vec<&str> = parts.into_iter().flatten().flat_map(Label::texts).chain(title.texts()).collect();
    stems(&texts.join(" . ")).join(" ")
}

/// Brings the index up to what was just published.
///
/// # Errors
/// Those of the database.
pub async fn index(tx: &Tx, title: &Label, publication: &Publication) -> Result<()> {
    let org = tx.org();
    for item in &publication.items {
        match tx.engine() {
            Engine::Sqlite => {
                let found = "delete from item_search where rowid in (select rowid from item_search where item_search match $1)";
                tx.run(found, args![format!("\"{}\"", item_word(item.id))]).await?;
            }
            Engine::Postgres => {
                tx.run("delete from item_search where org = $1 and item = $2", args![org, item.id]).await?;
            }
        }
        if item.retired {
            continue;
        }
        let line = format!("{} {} {}", org_word(org), item_word(item.id), words(title, &item.text));
        let sql = match tx.engine() {
            Engine::Sqlite => "insert into item_search (org, item, stems) values ($1,$2,$3)",
            Engine::Postgres => "insert into item_search (org, item, stems) values ($1,$2,to_tsvector('simple', $3))",
        };
        tx.run(sql, args![org, item.id, line]).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    standard: Uuid,
    published: String,
    title: String,
}

/// A rule that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub item: Uuid,
    pub standard: Uuid,
    pub title: Label,
    pub text: ItemText,
    score: usize,
}

/// What a search found; `close` when no rule has all the words and these have some of them.
#[derive(Clone, Debug, Default)]
pub struct Results {
    pub close: bool,
    pub found: Vec<Found>,
}

/// So many rules are looked at before the best are chosen.
const LOOKED: i64 = 300;

/// The rules in force that speak of these words, the closest first.
///
/// # Errors
/// Those of the database.
pub async fn find(q: &impl Query, org: Uuid, typed: &str, limit: usize) -> Result<Results> {
    let typed: String = typed.chars().take(200).collect();
    let mut asked = query_stems(&typed);
    asked.truncate(12);
    if asked.is_empty() {
        return Ok(Results::default());
    }
    let mut close = false;
    let mut rows = rows(q, org, &asked, true).await?;
    if rows.is_empty() && asked.len() > 1 {
        close = true;
        rows = self::rows(q, org, &asked, false).await?;
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (title, text): (Label, ItemText) = (serde_json::from_str(&row.title)?, serde_json::from_str(&row.published)?);
        let score = score(&title, &text, &asked);
        found.push(Found { item: row.id, standard: row.standard, title, text, score });
    }
    found.sort_by(|a, b| b.score.cmp(&a.score).then(a.item.cmp(&b.item)));
    found.truncate(limit);
    Ok(Results { close, found })
}

/// A word in the rule itself weighs more than one in its reason or its title.
fn score(title: &Label, text: &ItemText, asked: &[Vec<String>]) -> usize {
    let has = |label: &Label| {
        let stems: Vec<String> = label.texts().flat_map(stems).collect();
        asked.iter().filter(|word| word.iter().any(|w| stems.contains(w))).count()
    };
    let rest = [text.why.as_ref(), text.measure.as_ref(), text.norm.as_ref(), text.stage.as_ref(), Some(title)];
    has(&text.text) * 10 + rest.into_iter().flatten().map(has).sum::<usize>()
}

async fn rows(q: &impl Query, org: Uuid, asked: &[Vec<String>], all: bool) -> Result<Vec<Row>> {
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
