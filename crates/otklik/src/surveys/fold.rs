//! Counting from the answers themselves, where the cells do not know the question: two dimensions at once.
//!
//! Answers stream through memory in pages, along an index; an answer of a respondent counts as it did when it came.

use kit::Result;
use kit::db::Query;
use uuid::Uuid;

use super::Refold;
pub use super::store::Which;
use super::store::{PAGE, answers_along, has_respondents, responses_from};
use crate::figures::Fact;

/// Hands every fact of these answers to `each`.
///
/// # Errors
/// Those of the database.
pub async fn fold(q: &impl Query, org: Uuid, which: &Which, mut each: impl FnMut(&Fact) + Send) -> Result<()> {
    let mut free = Vec::new();
    for survey in &which.surveys {
        if has_respondents(q, org, *survey).await? {
            // The first value of a question counts, so every answer of the survey has to pass in its order.
            let (mut refold, mut after) = (Refold::default(), 0);
            loop {
                let rows = responses_from(q, org, Some(*survey), after, PAGE).await?;
                let Some(last) = rows.last() else { break };
                after = last.seq;
                for row in &rows {
                    refold.next(q, org, row).await?.iter().for_each(&mut each);
                }
            }
        } else {
            free.push(*survey);
        }
    }
    let mut refold = Refold::default();
    let places: Vec<(&str, Uuid)> = match &which.branches {
        Some(branches) => branches.iter().map(|b| ("branch", *b)).collect(),
        None => free.iter().map(|s| ("survey", *s)).collect(),
    };
    if free.is_empty() {
        return Ok(());
    }
    for (column, place) in places {
        for dated in [true, false] {
            if !dated && !which.undated {
                continue;
            }
            let mut after = (i64::MIN, 0);
            loop {
                let rows = answers_along(q, org, which, &free, (column, place), dated, after).await?;
                for row in &rows {
                    refold.next(q, org, row).await?.iter().for_each(&mut each);
                }
                match rows.last() {
                    Some(last) if rows.len() == usize::try_from(PAGE).unwrap_or(5000) => {
                        after = (last.at.unwrap_or(i64::MIN), last.seq)
                    }
                    _ => break,
                }
            }
        }
    }
    Ok(())
}
