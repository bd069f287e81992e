//! From rows of a file to chunks that are stored together; runs beside the database, on a thread of its own.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use kit::i18n::T;
use kit::time::{DAY, date_of, start_of_day};
use kit::{Actor, FieldError, Ground, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::book::{Book, Fresh};
use super::rules::cells::write_row;
use super::rules::map::{Create, Plan};
use super::rules::people::{self, Read, new_branch};
use super::rules::responses::{Reader, Sound, content};
use super::rules::survey::Findings;
use super::rules::table::{Fault, Record};
use super::source::{self, Dialect};
use crate::access::intake::{NewEmployee, NewTouchpoint};
use crate::figures::version_key;
use crate::figures::{Anonymity, Cells, Dims, Fact};
use crate::surveys::intake::channel_id;
use crate::surveys::rules::answers::{Answers, texts};
use crate::surveys::rules::facts::Counter;
use crate::surveys::store::NewResponse;

/// So many rows are read together; memory holds three such chunks.
pub const ROWS: usize = 2000;
/// So many errors are shown.
pub const MOST_ERRORS: usize = 100;

/// A refused cell, as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RowError {
    /// As a spreadsheet counts: the headings are row 1.
    pub row: u64,
    /// The heading; empty when it is the row as a whole.
    pub column: String,
    pub code: String,
    pub message: String,
}

/// Rows that are read together.
#[derive(Debug, Default)]
pub struct Chunk {
    pub read: i64,
    pub rejected: i64,
    pub duplicates: i64,
    /// Rows that are places or people themselves.
    pub made: i64,
    pub fresh: Vec<Fresh>,
    pub channels: Vec<(Uuid, Uuid, String)>,
    pub rows: Vec<NewResponse>,
    /// What the rows add up to when all of them are new and nobody answered twice.
    pub cells: Cells,
    pub errors: Vec<RowError>,
    /// The rejected rows as lines of a file.
    pub rejects: String,
}

/// Where answers go.
#[derive(Debug)]
pub struct Goal {
    pub survey: Uuid,
    pub version: i64,
    pub anonymity: Anonymity,
    pub reader: Reader,
    /// Counts what is read; `None` when nothing will be stored.
    pub counter: Option<Counter>,
}

impl Goal {
    /// What an answer adds to the figures. `already` names the questions that its author answered before.
    #[must_use]
    pub fn facts(&self, counter: &Counter, row: &NewResponse, answers: &Answers, already: &dyn Fn(&str) -> bool) -> Vec<Fact> {
        let dims = Dims {
            branch: row.branch,
            employee: row.employee,
            touchpoint: row.touchpoint,
            channel: row.channel,
            version: Some(version_key(self.survey, self.version)),
            position: None,
        };
        counter.facts(answers, row.day, dims, already)
    }
}

/// What the thread works with.
pub struct Work {
    pub ground: Arc<Ground>,
    pub actor: Actor,
    pub now: Timestamp,
    pub dialect: Dialect,
    pub plan: Plan,
    pub findings: Findings,
    pub goal: Option<Goal>,
    pub t: T,
    /// Rows that were stored before.
    pub skip: i64,
    /// So many rows make a chunk.
    pub chunk: usize,
}

/// Reads the file and gives one chunk after another to `give`, until that says stop.
///
/// # Errors
/// When the file cannot be read on.
pub fn read(work: &Work, mut book: Book, path: &Path, mut give: impl FnMut(Chunk) -> bool) -> Result<(), Fault> {
    let mut rows = source::rows(path, work.dialect)?;
    source::header(&mut rows)?;
    let mut record = Record::default();
    for _ in 0..work.skip {
        if !rows.next(&mut record)? {
            return Ok(());
        }
    }
    let mut named = HashSet::new();
    loop {
        let mut chunk = Chunk::default();
        // Later ids are greater, so every chunk stands behind the last one in the index of ids.
        let mut ids = work.ground.entropy.ids(work.ground.now(), work.chunk).into_iter();
        while usize::try_from(chunk.read).unwrap_or(0) < work.chunk && rows.next(&mut record)? {
            chunk.read += 1;
            let refused = match &work.goal {
                Some(goal) => response(work, goal, &record, &mut book, &mut named, &mut ids, &mut chunk),
                None => thing(work, &record, &mut book, &mut chunk),
            };
            if let Err(refused) = refused {
                reject(work, &mut chunk, rows.row(), &record, &refused);
            }
        }
        if chunk.read == 0 || !give(chunk) {
            return Ok(());
        }
    }
}

fn thing(work: &Work, record: &Record, book: &mut Book, chunk: &mut Chunk) -> Result<(), Vec<FieldError>> {
    let mut new_id = || work.ground.entropy.id(work.now);
    match people::read(&work.plan, record, book, work.findings.dates, &work.actor.zone, &mut new_id)? {
        Read::Known => chunk.duplicates += 1,
        Read::New(fresh) => {
            chunk.made += 1;
            fresh.iter().for_each(|f| book.take(f));
            chunk.fresh.extend(fresh);
        }
    }
    Ok(())
}

/// Finds the places of a row; makes those that may be made.
struct Places<'a> {
    work: &'a Work,
    book: &'a Book,
    fresh: Vec<Fresh>,
    refused: Vec<FieldError>,
}

impl Places<'_> {
    fn refuse(&mut self, target: &str, code: &'static str) {
        let header = self.work.plan.column_of(target).map(|b| b.header.clone()).unwrap_or_default();
        self.refused.push(FieldError::new(header, code).with("max", 60));
    }

    /// An id that is not of this company is refused, never made into a name.
    fn may_make(&self, text: &str, what: Create) -> bool {
        self.work.plan.may_create(what) && Uuid::try_parse(text).is_err()
    }

    fn branch(&mut self, text: &str) -> Option<Uuid> {
        if let Some(id) = self.book.branches.find(text, None) {
            return Some(id);
        }
        if !self.may_make(text, Create::Branches) {
            self.refuse("branch", "unknown");
            return None;
        }
        let fresh = new_branch(self.book, text, self.work.ground.entropy.id(self.work.now));
        let id = fresh.id;
        self.fresh.push(Fresh::Branch(fresh));
        Some(id)
    }

    fn employee(&mut self, text: &str, branch: Option<Uuid>) -> Option<(Uuid, Option<Uuid>)> {
        if let Some(id) = self.book.employees.find(text, branch) {
            return Some((id, self.book.employees.branch_of(id)));
        }
        let Some(branch) = branch.filter(|_| self.may_make(text, Create::Employees)) else {
            let code = if self.may_make(text, Create::Employees) { "employee-needs-branch" } else { "unknown" };
            self.refuse("employee", code);
            return None;
        };
        let id = self.work.ground.entropy.id(self.work.now);
        self.fresh.push(Fresh::Employee(NewEmployee { id, name: text.to_owned(), branch, ..NewEmployee::default() }));
        Some((id, Some(branch)))
    }

    fn touchpoint(&mut self, text: &str) -> Option<Uuid> {
        if let Some(id) = self.book.touchpoints.find(text, None) {
            return Some(id);
        }
        if !self.may_make(text, Create::Touchpoints) {
            self.refuse("touchpoint", "unknown");
            return None;
        }
        let id = self.work.ground.entropy.id(self.work.now);
        let key = self.book.touchpoints.free_code(text);
        self.fresh.push(Fresh::Touchpoint(NewTouchpoint {
            id,
            key,
            name: text.to_owned(),
            stage: "service".into(),
            channel: None,
        }));
        Some(id)
    }
}

fn response(
    work: &Work,
    goal: &Goal,
    record: &Record,
    book: &mut Book,
    named: &mut HashSet<Uuid>,
    ids: &mut impl Iterator<Item = Uuid>,
    chunk: &mut Chunk,
) -> Result<(), Vec<FieldError>> {
    let sound = goal.reader.read(record)?;
    let mut places = Places { work, book, fresh: Vec::new(), refused: Vec::new() };
    let branch = sound.branch.as_deref().and_then(|t| places.branch(t));
    let mut dims = Dims { branch, ..Dims::default() };
    if let Some((employee, own)) = sound.employee.as_deref().and_then(|t| places.employee(t, dims.branch)) {
        dims.employee = Some(employee);
        dims.branch = dims.branch.or(own);
    }
    dims.touchpoint = sound.touchpoint.as_deref().and_then(|t| places.touchpoint(t));
    if let Some(channel) = &sound.channel {
        if channel.chars().count() > 60 {
            places.refuse("channel", "too-long");
        } else {
            dims.channel = Some(channel_id(channel));
        }
    }
    let (fresh, refused) = (places.fresh, places.refused);
    if !refused.is_empty() {
        return Err(refused);
    }
    fresh.iter().for_each(|f| book.take(f));
    chunk.fresh.extend(fresh);
    if let (Some(id), Some(name)) = (dims.channel, &sound.channel)
        && named.insert(id)
    {
        chunk.channels.push((work.actor.org, id, name.clone()));
    }
    let id = ids.next().unwrap_or_else(|| work.ground.entropy.id(work.now));
    let row = row(work, goal, record, &sound, dims, id);
    if let Some(counter) = &goal.counter {
        chunk.cells.fold(&goal.facts(counter, &row, &sound.answers, &|_| false));
    }
    chunk.rows.push(row);
    Ok(())
}

fn row(work: &Work, goal: &Goal, record: &Record, sound: &Sound, dims: Dims, id: Uuid) -> NewResponse {
    let anonymous = goal.anonymity == Anonymity::Anonymous;
    let entropy = &work.ground.entropy;
    // Anonymous answers keep what makes them one, not what names their author.
    let hide = |text: &Option<String>| match text {
        Some(t) if anonymous => Some(kit::secret::keyed_hash(&work.ground.signing_key, &format!("{}:{t}", goal.survey))),
        other => other.clone(),
    };
    let comments = texts(goal.reader.form(), &sound.answers);
    let content_hash = sound.external_id.is_none().then(|| {
        let mut hash = kit::ids::sha256_hex(content(&work.plan, record).as_bytes());
        hash.truncate(32);
        hash
    });
    let at = sound.at.map(|m| if anonymous { start_of_day(date_of(m.day), &work.actor.zone) } else { m.at });
    let received = if anonymous { work.now.0 - work.now.0.rem_euclid(DAY) } else { work.now.0 };
    NewResponse {
        org: work.actor.org,
        id: if anonymous { entropy.blind_id() } else { id },
        survey: goal.survey,
        version: goal.version,
        at: at.map(|t| t.0),
        day: sound.at.map(|m| m.day),
        received_at: received,
        branch: dims.branch,
        employee: dims.employee,
        touchpoint: dims.touchpoint,
        channel: dims.channel,
        raw: None,
        lang: None,
        source: "import",
        answers: serde_json::to_string(&sound.answers).unwrap_or_default(),
        external_id: hide(&sound.external_id),
        content_hash,
        respondent: hide(&sound.respondent),
        client: None,
        stems: if comments.is_empty() { String::new() } else { measure::text::stems(&comments).join(" ") },
        // The order of a file is nobody's secret.
        lot: None,
    }
}

fn reject(work: &Work, chunk: &mut Chunk, row: u64, record: &Record, refused: &[FieldError]) {
    chunk.rejected += 1;
    let said: Vec<RowError> = refused
        .iter()
        .map(|e| RowError { row, column: e.field.clone(), code: e.code.into(), message: kit::web::field_text(e, work.t) })
        .collect();
    let number = row.to_string();
    let reason = said
        .iter()
        .map(|e| if e.column.is_empty() { e.message.clone() } else { format!("{}: {}", e.column, e.message) })
        .collect::<Vec<_>>()
        .join(" ");
    let width = work.plan.header.len().max(record.len());
    let cells = (0..width).map(|i| super::rules::cells::unguard(record.get(i)));
    write_row(&mut chunk.rejects, cells.chain([number.as_str(), reason.as_str()]), char::from(work.dialect.separator));
    if chunk.errors.len() < MOST_ERRORS {
        chunk.errors.extend(said);
    }
}

/// The first line of the file of rejected rows.
#[must_use]
pub fn rejects_header(work: &Work) -> String {
    let mut out = String::new();
    let columns = [work.t.s("imports-rejects-row"), work.t.s("imports-rejects-reason")];
    write_row(
        &mut out,
        work.plan.header.iter().map(String::as_str).chain(columns.iter().map(String::as_str)),
        char::from(work.dialect.separator),
    );
    out
}
