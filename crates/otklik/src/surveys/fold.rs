//! Counting from the answers themselves, where the cells do not know the question: two dimensions at once.
//!
//! Answers stream through memory in pages, along an index; an answer of a respondent counts as it did when it came.

use kit::db::{Query, list_places};
use kit::{Result, args};
use sea_orm::Value;
use uuid::Uuid;

use super::Refold;
use super::store::{RESPONSE, ResponseRow, responses_from};
use crate::figures::Fact;

/// Which answers to read. It may be wider than what is wanted: the facts say their day and place themselves.
#[derive(Clone, Debug)]
pub struct Which {
    pub surveys: Vec<Uuid>,
    /// Only answers of these branches; `None` for all.
    pub branches: Option<Vec<Uuid>>,
    /// Moments, half-open.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Answers without a date too?
    pub undated: bool,
}

const PAGE: i64 = 5000;

/// Hands every fact of these answers to `each`.
///
/// # Errors
/// Those of the database.
pub async fn fold(q: &impl Query, org: Uuid, which: &Which, mut each: impl FnMut(&Fact) + Send) -> Result<()> {
    let mut free = Vec::new();
    for survey in &which.surveys {
        if has_respondents(q, org, *survey).await? {
            // The first value of a question counts, so every answer of the survey has to pass in its order.
            let (mut refold, mut after) = (Refold::default(), i64::MIN);
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
            let mut after = (i64::MIN, i64::MIN);
            loop {
                let rows = page(q, org, which, &free, (column, place), dated, after).await?;
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

/// The next page along the index of a survey or a branch.
async fn page(
    q: &impl Query,
    org: Uuid,
    which: &Which,
    surveys: &[Uuid],
    (column, place): (&str, Uuid),
    dated: bool,
    after: (i64, i64),
) -> Result<Vec<ResponseRow>> {
    let mut values =
        args![org, place, after.0.max(which.from.unwrap_or(i64::MIN)), which.to.unwrap_or(i64::MAX), after.0, after.1, PAGE];
    let time = if dated {
        "and r.at >= $3 and r.at < $4 and (r.at > $5 or r.seq > $6)"
    } else {
        // The same places, so that one list of values serves both.
        "and r.at is null and r.seq > $6 and $3 = $3 and $4 = $4 and $5 = $5"
    };
    let of = if column == "branch" {
        let list = list_places(values.len(), surveys.len());
        values.extend(surveys.iter().map(|s| Value::from(*s)));
        format!("and r.survey in ({list})")
    } else {
        String::new()
    };
    let sql = format!(
        "select {RESPONSE} from response r where r.org = $1 and r.{column} = $2 {time} {of} order by r.at, r.seq limit $7"
    );
    q.all(&sql, values).await
}

async fn has_respondents(q: &impl Query, org: Uuid, survey: Uuid) -> Result<bool> {
    let sql = "select seq from response where org = $1 and survey = $2 and respondent is not null limit 1";
    Ok(q.scalar::<i64>(sql, args![org, survey]).await?.is_some())
}
