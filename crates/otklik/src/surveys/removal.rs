//! An answer is removed.

use kit::{Error, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::rules::answers::Answers;
use super::rules::form::{Form, Type};
use super::store::{self, ResponseRow};
use super::{Refold, responses};
use crate::figures::{self, week_of, week_start};

/// Removes an answer; figures follow. Of a guarded survey every word goes at once. Its numbers go with it while its week
/// runs; later they stay in the figures: somebody who takes one answer out and subtracts would learn its score.
///
/// # Errors
/// `NotFound`.
pub async fn remove_response(tx: &Tx, id: Uuid) -> Result<()> {
    let org = tx.org();
    let row = store::response(tx, org, id).await?.ok_or(Error::NotFound)?;
    let text = store::version(tx, org, row.survey, row.version).await?.ok_or(Error::NotFound)?;
    let form: Form = serde_json::from_str(&text)?;
    let guarded = responses::store::versions(tx, org, Some(row.survey))
        .await?
        .iter()
        .any(|v| v.number == row.version && v.anonymity != "identified");
    let today = kit::time::day_number(tx.now.date(&tx.actor.zone));
    // Who reads the journal learns no more than who reads the list.
    let at = match (guarded, row.day) {
        (false, _) => row.at.map(|a| kit::Timestamp(a).to_string()),
        (true, day) => day.map(|d| kit::time::date_of(week_start(week_of(d))).to_string()),
    };
    let before = json!({"survey": row.survey, "at": at});
    if guarded && row.day.is_none_or(|day| week_of(day) < week_of(today)) {
        let answers: Answers = serde_json::from_str(&row.answers)?;
        let kept = serde_json::to_string(&counted(&form, answers))?;
        if !store::hush_response(tx, org, &row, &kept, today).await? {
            return Err(Error::NotFound);
        }
        return tx.record("response.removed", id, Some(before), None).await;
    }
    // With several answers of one respondent the next value takes the place of the one that goes.
    let group = match &row.respondent {
        Some(who) => store::of_respondent(tx, org, row.survey, who).await?,
        None => vec![row.clone()],
    };
    let facts = difference(tx, org, &group, id).await?;
    if !store::remove_response(tx, org, &row).await? {
        return Err(Error::NotFound);
    }
    // History before cells: see `figures::add`.
    tx.record("response.removed", id, Some(before), None).await?;
    figures::record(tx, org, &facts).await
}

/// What figures are made of: words, contacts and consents are not.
fn counted(form: &Form, answers: Answers) -> Answers {
    let words = |key: &str| form.question(key).is_none_or(|q| matches!(q.kind, Type::Text | Type::Contact | Type::Consent));
    answers.into_iter().filter(|(key, _)| !words(key)).collect()
}

/// The facts that a group of answers loses without one of them.
async fn difference(tx: &Tx, org: Uuid, group: &[ResponseRow], id: Uuid) -> Result<Vec<figures::Fact>> {
    let mut facts = Vec::new();
    let mut before = Refold::default();
    for r in group {
        facts.extend(before.next(tx, org, r).await?.into_iter().map(|f| figures::Fact { sign: -1, ..f }));
    }
    let mut after = Refold::default();
    for r in group.iter().filter(|r| r.id != id) {
        facts.extend(after.next(tx, org, r).await?);
    }
    Ok(facts)
}
