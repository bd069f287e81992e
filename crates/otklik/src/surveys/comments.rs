//! The search in comments, made anew from the answers: a restored database has none.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kit::Result;
use kit::db::Query;
use uuid::Uuid;

use super::rules::answers::{Answers, texts};
use super::rules::form::Form;
use super::store;

/// The forms seen so far.
#[derive(Debug, Default)]
pub struct Comments {
    forms: HashMap<(Uuid, Uuid, i64), Option<Form>>,
}

impl Comments {
    /// Puts the comments of the next answers after `after` into the empty index; gives the last of them and how many
    /// answers there were, `None` at the end.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn index_from(&mut self, q: &impl Query, after: i64) -> Result<Option<(i64, u64)>> {
        let rows = store::said_from(q, after, 5000).await?;
        let Some(last) = rows.last().map(|r| r.seq) else { return Ok(None) };
        let mut found = Vec::new();
        for row in &rows {
            let form = match self.forms.entry((row.org, row.survey, row.version)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let text = store::version(q, row.org, row.survey, row.version).await?;
                    new.insert(text.and_then(|text| serde_json::from_str(&text).ok()))
                }
            };
            let Some(form) = form else { continue };
            let answers: Answers = serde_json::from_str(&row.answers)?;
            let said = texts(form, &answers);
            let stems = measure::text::stems(&said).join(" ");
            if !stems.is_empty() {
                found.push((row.seq, stems, row.org, row.survey));
            }
        }
        let found: Vec<(i64, &str, Uuid, Uuid)> = found.iter().map(|(seq, stems, org, s)| (*seq, &**stems, *org, *s)).collect();
        store::index(q, &found).await?;
        Ok(Some((last, rows.len() as u64)))
    }
}
