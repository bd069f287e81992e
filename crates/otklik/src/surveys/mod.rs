//! What we ask clients and staff.
//!
//! Nouns: survey (a draft that is edited), version (a form that never changes), response, invitation.
//! A survey is draft → open ⇄ closed. Its code is permanent: it is printed.

pub mod api;
pub mod backfill;
mod comments;
mod counts;
pub mod fold;
pub mod intake;
pub mod invitations;
pub mod links;
mod mixing;
pub mod pages;
pub mod preview;
pub mod public;
pub mod public_form;
mod public_json;
pub mod public_page;
mod public_question;
mod removal;
pub mod responses;
pub mod rules;
pub mod store;
pub mod templates;
#[cfg(test)]
mod tests;
pub mod writer;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use kit::db::Query;
use kit::i18n::{Label, Lang};
use kit::{Error, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::figures::{self, Dims, Recount};
use crate::standards;
pub use comments::Comments;
pub use counts::answer_counts;
pub use mixing::mix_closed_days;
pub use removal::remove_response;
use rules::answers::Answers;
use rules::facts::{Counter, series_keys};
use rules::form::Form;
use store::{PlaceKind, ResponseRow, SurveyRow};

/// Letters of a printed code: none that is read or heard as another.
const CODE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// The name as it is searched and sorted: every language's text.
fn plain_name(name: &Label) -> String {
    name.texts().collect::<Vec<_>>().join(" / ")
}

/// Makes a survey: a draft with a permanent code.
///
/// # Errors
/// `Invalid` with what is wrong with the form.
pub async fn create(tx: &Tx, form: &Form) -> Result<SurveyRow> {
    form.check(false)?;
    items_known(tx, tx.org(), form).await?;
    touchpoints(tx, tx.org(), form).await?;
    let code: String =
        (0..8).map(|_| char::from(CODE[usize::try_from(tx.ground.entropy.below(CODE.len() as u64)).unwrap_or(0)])).collect();
    let row = SurveyRow {
        org: tx.org(),
        id: tx.new_id(),
        code,
        draft: serde_json::to_string(form)?,
        state: "draft".into(),
        published: None,
        version: 1,
        created_at: tx.now.0,
    };
    store::insert_survey(tx, &row, &plain_name(&form.name), form.about.as_str(), form.anonymity.as_str()).await?;
    tx.record("survey.created", row.id, None, Some(json!({"name": form.name}))).await?;
    Ok(row)
}

/// Replaces the draft. `version` is the one the editor saw; `None` overwrites whatever is there.
///
/// # Errors
/// `NotFound`, `Conflict` when somebody saved meanwhile, `Invalid` for an unsound form.
pub async fn edit(tx: &Tx, id: Uuid, version: Option<i64>, form: &Form) -> Result<SurveyRow> {
    form.check(false)?;
    items_known(tx, tx.org(), form).await?;
    touchpoints(tx, tx.org(), form).await?;
    let before = find(tx, tx.org(), id).await?;
    let draft = serde_json::to_string(form)?;
    let read = version.unwrap_or(before.version);
    let name = plain_name(&form.name);
    if !store::edit(tx, tx.org(), id, read, &draft, &name, form).await? {
        return Err(Error::Conflict("version"));
    }
    let (was, is) = rules::diff::difference(&serde_json::from_str(&before.draft)?, &serde_json::from_str(&draft)?);
    tx.record("survey.edited", id, Some(was), Some(is)).await?;
    find(tx, tx.org(), id).await
}

/// A survey of this company.
///
/// # Errors
/// `NotFound`.
pub async fn find(q: &impl Query, org: Uuid, id: Uuid) -> Result<SurveyRow> {
    store::survey(q, org, id).await?.ok_or(Error::NotFound)
}

/// Freezes the draft as the next version and opens the survey. An unchanged draft keeps its version: that is reopening.
///
/// # Errors
/// `Invalid` when the form cannot be published or names an unknown touchpoint, `Conflict` when somebody else published
/// at the same moment.
pub async fn publish(tx: &Tx, id: Uuid) -> Result<SurveyRow> {
    let row = find(tx, tx.org(), id).await?;
    let form: Form = serde_json::from_str(&row.draft)?;
    form.check(true)?;
    touchpoints(tx, tx.org(), &form).await?;
    let current = match row.published {
        Some(n) => store::version(tx, tx.org(), id, n).await?,
        None => None,
    };
    let number = match (&current, row.published) {
        (Some(text), Some(n)) if serde_json::from_str::<Form>(text)? == form => n,
        (_, n) => n.unwrap_or(0) + 1,
    };
    if row.published != Some(number) {
        freeze_as(tx, &row, number, &form).await?;
    }
    store::set_state(tx, tx.org(), id, &["draft", "open", "closed"], "open", Some(number)).await?;
    let before = json!({"state": row.state, "version": row.published});
    tx.record("survey.published", id, Some(before), Some(json!({"version": number}))).await?;
    figures::series(tx, tx.org(), &series_keys(&form, id), tx.now).await?;
    find(tx, tx.org(), id).await
}

/// Freezes a draft that was never published as its first version without opening it: old answers need a form to belong to.
/// A survey that has a version stays as it is.
///
/// # Errors
/// As [`publish`].
pub async fn freeze(tx: &Tx, id: Uuid) -> Result<SurveyRow> {
    let row = find(tx, tx.org(), id).await?;
    if row.published.is_some() {
        return Ok(row);
    }
    let form: Form = serde_json::from_str(&row.draft)?;
    form.check(true)?;
    touchpoints(tx, tx.org(), &form).await?;
    freeze_as(tx, &row, 1, &form).await?;
    store::set_state(tx, tx.org(), id, &["draft"], "closed", Some(1)).await?;
    tx.record("survey.frozen", id, Some(json!({"state": row.state})), Some(json!({"version": 1}))).await?;
    figures::series(tx, tx.org(), &series_keys(&form, id), tx.now).await?;
    find(tx, tx.org(), id).await
}

/// Keeps the draft as the version of this number, for ever.
async fn freeze_as(tx: &Tx, row: &SurveyRow, number: i64, form: &Form) -> Result<()> {
    let text = (&*row.draft, form.anonymity.as_str());
    let kept = store::insert_version(tx, tx.org(), row.id, number, text, tx.now.0, tx.actor.member).await;
    kept.map_err(|e| e.on_unique("survey_version_pkey", Error::Conflict("version")))
}

/// Closes an open survey; publication opens it again under the same code.
///
/// # Errors
/// `NotFound`, or `Conflict` when it is not open.
pub async fn close(tx: &Tx, id: Uuid) -> Result<()> {
    find(tx, tx.org(), id).await?;
    if !store::set_state(tx, tx.org(), id, &["open"], "closed", None).await? {
        return Err(Error::Conflict("not-open"));
    }
    tx.record("survey.closed", id, None, None).await
}

/// Copies a survey into a new draft.
///
/// # Errors
/// `NotFound`.
pub async fn copy(tx: &Tx, id: Uuid) -> Result<SurveyRow> {
    let row = find(tx, tx.org(), id).await?;
    let mut form: Form = serde_json::from_str(&row.draft)?;
    form.name = copied(&form.name);
    create(tx, &form).await
}

/// The name of a copy, so that two surveys in a list are not taken for one another.
fn copied(name: &Label) -> Label {
    let add = |text: &str, words: &str| if text.chars().count() > 180 { text.to_owned() } else { format!("{text} {words}") };
    match name {
        Label::Plain(text) => Label::Plain(add(text, "(копия)")),
        Label::Map(map) => {
            Label::Map(map.iter().map(|(l, text)| (*l, add(text, if *l == Lang::Ru { "(копия)" } else { "(copy)" }))).collect())
        }
    }
}

/// Every question that names an item of a standard names one of this company.
///
/// # Errors
/// `Invalid` naming the question whose item is not known here.
async fn items_known(q: &impl Query, org: Uuid, form: &Form) -> Result<()> {
    for (i, question) in form.questions.iter().enumerate() {
        if let Some(item) = question.item
            && standards::editing::item_ref(q, org, item).await?.is_none()
        {
            return Err(Error::field(format!("questions[{i}].item"), "unknown"));
        }
    }
    Ok(())
}

/// A question that asks about an item of a standard.
#[derive(Clone, Debug)]
pub struct About {
    pub survey: Uuid,
    pub name: Label,
    pub about: figures::About,
    pub question: rules::form::Question,
}

/// The questions of published surveys that ask about an item; about any item when none is named.
///
/// # Errors
/// Those of the database.
pub async fn questions_about(q: &impl Query, org: Uuid, item: Option<Uuid>) -> Result<Vec<About>> {
    let mut out = Vec::new();
    for (survey, text) in store::forms_with_items(q, org).await? {
        let form: Form = serde_json::from_str(&text)?;
        let asks = form.questions.iter().filter(|q| q.item.is_some() && (item.is_none() || q.item == item));
        out.extend(asks.map(|q| About { survey, name: form.name.clone(), about: form.about, question: q.clone() }));
    }
    Ok(out)
}

/// The touchpoints that questions name, by question key.
///
/// # Errors
/// `Invalid` naming the question whose touchpoint is not known here.
pub async fn touchpoints(q: &impl Query, org: Uuid, form: &Form) -> Result<HashMap<String, Uuid>> {
    let mut out = HashMap::new();
    for (i, question) in form.questions.iter().enumerate() {
        let Some(name) = &question.touchpoint else { continue };
        let place = store::place(q, org, PlaceKind::Touchpoint, name).await?;
        let place = place.ok_or_else(|| Error::field(format!("questions[{i}].touchpoint"), "unknown"))?;
        out.insert(question.key.clone(), place.id);
    }
    Ok(out)
}

/// A version's form, ready to count answers.
///
/// # Errors
/// `NotFound` when there is no such version.
pub async fn counter(q: &impl Query, org: Uuid, survey: Uuid, version: i64) -> Result<Counter> {
    let text = store::version(q, org, survey, version).await?.ok_or(Error::NotFound)?;
    let form: Form = serde_json::from_str(&text)?;
    let series = figures::all_series(q, org).await?;
    // A touchpoint that was removed since only loses its own slice.
    let mut points = HashMap::new();
    for question in &form.questions {
        if let Some(name) = &question.touchpoint
            && let Some(place) = store::place(q, org, PlaceKind::Touchpoint, name).await?
        {
            points.insert(question.key.clone(), place.id);
        }
    }
    Ok(Counter::new(form, survey, &series, points))
}

fn dims_of(row: &ResponseRow) -> Dims {
    Dims {
        branch: row.branch,
        employee: row.employee,
        touchpoint: row.touchpoint,
        channel: row.channel,
        version: Some(figures::version_key(row.survey, row.version)),
        position: None,
    }
}

/// Turns stored answers back into facts, in the order they were stored: deleting, recounting and slicing use it.
#[derive(Debug, Default)]
pub struct Refold {
    counters: HashMap<(Uuid, i64), Counter>,
    said: HashMap<(Uuid, String), HashSet<String>>,
}

impl Refold {
    /// The facts of the next answer of this company.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(&mut self, q: &impl Query, org: Uuid, row: &ResponseRow) -> Result<Vec<figures::Fact>> {
        let key = (row.survey, row.version);
        let counter = match self.counters.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(counter(q, org, row.survey, row.version).await?),
        };
        let answers: Answers = serde_json::from_str(&row.answers)?;
        let Some(who) = &row.respondent else { return Ok(counter.facts(&answers, row.day, dims_of(row), &|_| false)) };
        let said = self.said.entry((row.survey, who.clone())).or_default();
        let facts = counter.facts(&answers, row.day, dims_of(row), &|question| said.contains(question));
        said.extend(answers.into_keys());
        Ok(facts)
    }
}

/// Counts everything anew from the answers.
///
/// # Errors
/// Those of the database.
pub async fn recount(q: &impl Query, org: Uuid, into: &mut Recount) -> Result<()> {
    let mut refold = Refold::default();
    let mut after = i64::MIN;
    loop {
        let rows = store::responses_from(q, org, None, after, 5000).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.seq;
        for row in &rows {
            let facts = refold.next(q, org, row).await?;
            into.add(|cells| cells.fold(&facts));
        }
    }
}
