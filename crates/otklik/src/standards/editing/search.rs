//! The rule that one needs while the client stands at the desk: found by any form of its words.

use kit::db::Query;
use kit::i18n::Label;
use kit::{Result, Tx};
use measure::text::{query_stems, stems};
use uuid::Uuid;

use super::rules::{ItemText, Publication};
use super::store::search as store;

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
    for item in &publication.items {
        store::forget(tx, item.id).await?;
        if item.retired {
            continue;
        }
        store::put(tx, item.id, &words(title, &item.text)).await?;
    }
    Ok(())
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
    let mut rows = store::find(q, org, &asked, true).await?;
    if rows.is_empty() && asked.len() > 1 {
        close = true;
        rows = store::find(q, org, &asked, false).await?;
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
