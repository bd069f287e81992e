//! Many answers in one transaction: the writer's group, an import's chunk, the demonstration company.

use std::collections::{BTreeSet, HashMap, HashSet};

use kit::Result;
use kit::db::Query;
use uuid::Uuid;

use super::store::{self, NewResponse};
use super::writer::Submission;
use crate::figures::{self, Cells};

/// Stores answers and adds their facts to the cells; returns the ids of those that were new.
///
/// # Errors
/// Those of the database; then nothing of the transaction may be kept.
pub async fn store(q: &impl Query, answers: &[&Submission]) -> Result<HashSet<Uuid>> {
    let channels: BTreeSet<(Uuid, Uuid, String)> =
        answers.iter().filter_map(|s| Some((s.row.org, s.row.channel?, s.channel_name.clone()?))).collect();
    store::name_channels(q, &channels.into_iter().collect::<Vec<_>>()).await?;
    let rows: Vec<&NewResponse> = answers.iter().map(|s| &s.row).collect();
    let new = store::insert_responses(q, &rows).await?;
    let mut cells: HashMap<Uuid, Cells> = HashMap::new();
    for s in answers.iter().filter(|s| new.contains(&s.row.id)) {
        let facts = s.counter.facts(&s.answers, s.row.day, s.dims, &|_| false);
        cells.entry(s.row.org).or_default().fold(&facts);
    }
    for (org, cells) in &cells {
        figures::add(q, *org, cells).await?;
    }
    Ok(new)
}
