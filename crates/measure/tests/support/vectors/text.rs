//! l: stems, searches, and counts over the hand-marked reviews.

use std::collections::BTreeMap;

use measure::text::{Match, Stems, matches, stem, stems, tokens};
use serde_json::{Value, json};

use super::{Context, Outcome, Skip, strings};

pub fn compute(context: &mut Context, case: &Value) -> Outcome {
    let input = &case["input"];
    if input["words"].is_array() {
        return Ok(json!(strings(&input["words"]).iter().map(|w| stem(w)).collect::<Vec<_>>()));
    }
    if let Some(query) = input["query"].as_str() {
        return search(context, query, input["mode"].as_str().unwrap_or("AND"));
    }
    match case["id"].as_str() {
        Some("gold-counts") => gold(context),
        Some("mean-scores") => means(context),
        _ => Err(Skip::NotCovered),
    }
}

fn search(context: &Context, query: &str, mode: &str) -> Outcome {
    let how = match mode {
        "AND" => Match::All,
        "OR" => Match::Any,
        "PHRASE" => Match::Phrase,
        _ => return Err(Skip::NotCovered),
    };
    // The vectors ask for plain stems: one alternative a word.
    let stemmer = Stems::default();
    let plain: Vec<String> = tokens(query).iter().map(|t| stemmer.stem(t)).collect();
    let asked: Vec<Vec<String>> = plain.iter().map(|s| vec![s.clone()]).collect();
    let table = context.table("ru_restaurants", "reviews.csv")?;
    let (ids, texts) = (table.texts("review_id")?, table.texts("text")?);
    let hits: Vec<&str> =
        ids.into_iter().zip(texts).filter(|(_, text)| matches(&stems(text), &asked, how)).map(|(id, _)| id).collect();
    let mut sorted = hits.clone();
    sorted.sort_by_key(|id| id.parse::<u64>().unwrap_or(u64::MAX));
    Ok(json!({"query_stems": plain, "hits": hits.len(), "ids": sorted}))
}

fn tally<'a>(keys: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, u64> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts
}

fn gold(context: &Context) -> Outcome {
    let categories = context.table("ru_restaurants", "categories.csv")?;
    let aspects = context.table("ru_restaurants", "aspects.csv")?;
    let (names, moods) = (categories.texts("category")?, categories.texts("sentiment")?);
    let mut by_category: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for (name, mood) in names.into_iter().zip(moods) {
        *by_category.entry(name).or_default().entry(mood).or_default() += 1;
    }
    Ok(json!({
        "category_sentiment": by_category,
        "aspects_by_category": tally(aspects.texts("category")?.into_iter()),
        "aspect_types": tally(aspects.texts("type")?.into_iter()),
    }))
}

fn means(context: &Context) -> Outcome {
    let table = context.table("ru_restaurants", "reviews.csv")?;
    let mut result = json!({});
    for name in ["food", "interior", "service"] {
        let cells = table.numbers(name)?;
        let given: Vec<f64> = cells.iter().flatten().copied().filter(|v| *v != 0.0).collect();
        let moments = measure::mean::Moments::from_values(&given);
        result[name] = json!({"n": given.len(), "mean": moments.value(), "blank_or_zero": cells.len() - given.len()});
    }
    Ok(result)
}
