//! A stretch of a file: as many chunks as go into one transaction, with their figures and the progress of the import.

use std::collections::{HashMap, HashSet};

use kit::time::MINUTE;
use kit::{Error, Result, Timestamp, Tx};
use uuid::Uuid;

use super::chunks::{Chunk, Goal, MOST_ERRORS, RowError, Work};
use super::rejects::Rejects;
use super::rules::book::Fresh;
use super::store::{self, ImportRow};
use crate::access::intake;
use crate::figures::{self, Cells};
use crate::surveys;
use crate::surveys::rules::answers::Answers;

/// A stretch ends after so many microseconds, however short it is: the claim on the job must not run out meanwhile.
const LONGEST: i64 = 15_000_000;

/// An open transaction of an import. Dropped without `end`, nothing of it happened.
pub(super) struct Stretch {
    tx: Tx,
    begun: Timestamp,
    before: i64,
    row: ImportRow,
    /// Figures of every chunk so far: written once at the end, where chunks meet in the same cells.
    cells: Cells,
}

impl Stretch {
    pub(super) async fn begin(work: &Work, row: ImportRow) -> Result<Self> {
        let tx = work.ground.write(&work.actor).await?;
        Ok(Self { begun: tx.now, tx, before: row.rows_done, row, cells: Cells::default() })
    }

    /// Has it taken so many rows, or so long, that it should end?
    pub(super) fn is_long(&self, work: &Work, rows: usize) -> bool {
        let taken = usize::try_from(self.row.rows_done - self.before).unwrap_or(usize::MAX);
        taken >= rows || work.ground.now().0 - self.begun.0 > LONGEST
    }

    /// Stores the rows of a chunk, and what they make.
    pub(super) async fn store(&mut self, work: &Work, chunk: Chunk, rejects: &mut Rejects) -> Result<()> {
        self.row.rejects_size = rejects.add(&chunk.rejects)?;
        for fresh in &chunk.fresh {
            match fresh {
                Fresh::Branch(b) => intake::add_branch(&self.tx, b).await?,
                Fresh::Employee(e) => intake::add_employee(&self.tx, e).await?,
                Fresh::Touchpoint(p) => intake::add_touchpoint(&self.tx, p).await?,
            }
        }
        let people: Vec<Uuid> =
            chunk.fresh.iter().filter_map(|f| if let Fresh::Employee(e) = f { Some(e.id) } else { None }).collect();
        crate::staff::hired(&self.tx, &people).await?;
        let row = &mut self.row;
        row.rows_done += chunk.read;
        row.accepted += chunk.made;
        row.duplicates += chunk.duplicates;
        row.rejected += chunk.rejected;
        if !chunk.errors.is_empty() {
            let mut errors: Vec<RowError> = serde_json::from_str(&row.errors)?;
            if errors.len() < MOST_ERRORS {
                errors.extend(chunk.errors);
                errors.truncate(MOST_ERRORS);
                row.errors = serde_json::to_string(&errors)?;
            }
        }
        if let Some(goal) = &work.goal {
            surveys::store::name_channels(&self.tx, &chunk.channels).await?;
            let count = i64::try_from(chunk.rows.len()).unwrap_or(0);
            let stored = self.answers(goal, &chunk.rows, chunk.cells).await?;
            self.row.accepted += stored;
            self.row.duplicates += count - stored;
        }
        Ok(())
    }

    /// Stores answers and counts those that were new; says how many.
    async fn answers(&mut self, goal: &Goal, rows: &[surveys::store::NewResponse], cells: Cells) -> Result<i64> {
        let Some(counter) = &goal.counter else { return Ok(0) };
        let (tx, org) = (&self.tx, self.tx.org());
        let who: Vec<String> = rows.iter().filter_map(|r| r.respondent.clone()).collect::<HashSet<_>>().into_iter().collect();
        let mut said = if who.is_empty() {
            HashMap::new()
        } else {
            surveys::store::answered_before(tx, org, counter.survey(), &who).await?
        };
        let stored = surveys::store::insert_responses(tx, &rows.iter().collect::<Vec<_>>()).await?;
        if who.is_empty() && stored.len() == rows.len() {
            self.cells.merge(cells);
        } else {
            for row in rows.iter().filter(|r| stored.contains(&r.id)) {
                let answers: Answers = serde_json::from_str(&row.answers)?;
                let before = row.respondent.as_ref().map(|who| said.entry(who.clone()).or_default());
                let already = |q: &str| before.as_ref().is_some_and(|b| b.contains(q));
                self.cells.fold(&goal.facts(counter, row, &answers, &already));
                if let Some(before) = before {
                    before.extend(answers.into_keys());
                }
            }
        }
        Ok(i64::try_from(stored.len()).unwrap_or(0))
    }

    /// Writes the figures and how far the import has come, and commits.
    ///
    /// # Errors
    /// `Busy` when another process went on with this import: what this one did is thrown away.
    pub(super) async fn end(self, work: &Work) -> Result<ImportRow> {
        let Self { tx, before, row, cells, .. } = self;
        figures::append(&tx, work.actor.org, cells).await?;
        if !store::advance(&tx, work.actor.org, before, &row).await? {
            return Err(Error::Busy(5));
        }
        let later = work.ground.now().plus(MINUTE).0;
        store::put_off(&tx, &super::job_name(row.id), later).await?;
        store::hold(&tx, &super::job_name(row.id), later).await?;
        tx.commit().await?;
        Ok(row)
    }
}
