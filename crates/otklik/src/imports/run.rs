//! An import runs: the first look at the file, then stretch after stretch, each stored whole with its progress. A run that
//! breaks off anywhere goes on exactly there.

use std::sync::Arc;
use std::time::Duration;

use kit::i18n::T;
use kit::time::MINUTE;
use kit::{Actor, Error, Ground, Result, Via};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::chunks::{self, Chunk, Goal, MOST_ERRORS, RowError, Work};
use super::rejects::Rejects;
use super::rules::book::{Book, Names};
use super::rules::map::{Kind, Map, OnError};
use super::rules::responses::Reader;
use super::rules::survey::month_of;
use super::source::{self, Unusable};
use super::store::{self, ImportRow};
use super::stretch::Stretch;
use crate::access::{self, intake};
use crate::surveys;
use crate::surveys::rules::facts::Counter;

/// What the first look found, as it is kept and shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    pub encoding: String,
    pub separator: String,
    pub warnings: Vec<Warning>,
}

/// Something odd about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Warning {
    /// The heading; empty when it is the file as a whole.
    pub column: String,
    pub code: String,
    pub message: String,
}

/// How an import shares the database with others.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// So many answers go into one transaction.
    pub rows: usize,
    /// So long the database is left to others after each.
    pub rest: Duration,
}

impl Pace {
    /// Within a server: whoever waits for the one connection that writes gets it next, so small transactions are enough.
    pub const AMONG_OTHERS: Self = Self { rows: chunks::ROWS, rest: Duration::ZERO };
    /// In a process beside a server: who waits for the file's lock looks for it from time to time only.
    pub const BESIDE: Self = Self { rows: chunks::ROWS, rest: Duration::from_millis(60) };
    /// Nobody waits. A large transaction touches each page of the cells once instead of forty times.
    pub const ALONE: Self = Self { rows: 80_000, rest: Duration::ZERO };
}

/// Runs an import to its end; `pace` is asked after every chunk. `told` hears of every stored stretch.
///
/// # Errors
/// Those of the database; then it may be run again.
pub async fn run(
    ground: &Arc<Ground>,
    org: Uuid,
    id: Uuid,
    pace: impl Fn() -> Pace + Send,
    mut told: impl FnMut(&ImportRow) + Send,
) -> Result<ImportRow> {
    let row = store::find(&ground.db, org, id).await?.ok_or(Error::NotFound)?;
    if row.state == "done" || row.state == "failed" {
        return Ok(row);
    }
    let actor = actor(ground, org, &row).await?;
    let t = T::new(actor.lang);
    let (kind, map) = (Kind::parse(&row.kind).unwrap_or(Kind::Responses), serde_json::from_str::<Map>(&row.map)?);
    let counter = match kind {
        Kind::Responses => match goal_of(ground, org, &map).await {
            Ok(found) => Some(found),
            Err(error @ (Error::Invalid(_) | Error::NotFound | Error::Conflict(_))) => {
                return fail(ground, &actor, row, Unusable::Map(error)).await;
            }
            Err(error) => return Err(error),
        },
        _ => None,
    };
    store::hold(&ground.db, &super::job_name(id), ground.now().plus(MINUTE).0).await?;
    let path = source::path_of(ground, id);
    let (zone, look_map, form) = (actor.zone.clone(), map.clone(), counter.as_ref().map(|(c, ..)| c.form().clone()));
    let look_path = path.clone();
    let looked = blocking(move || source::first_look(&look_path, &look_map, kind, form.as_ref(), &zone)).await?;
    let (dialect, plan, findings) = match looked {
        Ok(found) => found,
        Err(why) => return fail(ground, &actor, row, why).await,
    };
    let found = Found {
        encoding: dialect.encoding.as_str().into(),
        separator: char::from(dialect.separator).to_string(),
        warnings: warnings(&plan, &findings, dialect, t),
    };
    let mut row = row;
    row.rows_total = findings.rows;
    row.found = Some(serde_json::to_string(&found)?);
    if !store::running(&ground.db, org, id, row.rows_total, row.found.as_deref().unwrap_or("{}")).await? {
        return store::find(&ground.db, org, id).await?.ok_or(Error::NotFound);
    }
    row.state = "running".into();
    let goal = counter.map(|(counter, survey, version)| Goal {
        survey,
        version,
        anonymity: counter.form().anonymity,
        reader: Reader::new(plan.clone(), counter.form().clone(), findings.clone(), actor.zone.clone(), ground.now()),
        counter: Some(counter),
    });
    let work = Arc::new(Work {
        ground: Arc::clone(ground),
        now: ground.now(),
        actor: actor.clone(),
        dialect,
        plan,
        findings,
        goal,
        t,
        skip: row.rows_done,
        chunk: if kind == Kind::Responses { chunks::ROWS } else { 250 },
    });
    let book = book(ground, org).await?;
    let mut rejects = Rejects::open(ground, &work, &row)?;
    if work.plan.on_error == OnError::RefuseFile && row.rows_done == 0 {
        row = check_pass(&work, &book, &path, row, &mut rejects).await?;
        if row.rejected > 0 {
            return fail_refused(ground, &actor, row).await;
        }
    }
    let mut chunks = produce(&work, book, path);
    let mut open: Option<Stretch> = None;
    while let Some(chunk) = chunks.recv().await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(fault) => {
                if let Some(stretch) = open {
                    row = stretch.end(&work).await?;
                }
                return fail(ground, &actor, row, Unusable::File(fault)).await;
            }
        };
        let mut stretch = match open.take() {
            Some(stretch) => stretch,
            None => Stretch::begin(&work, row.clone()).await?,
        };
        stretch.store(&work, chunk, &mut rejects).await?;
        if kind == Kind::Responses && !stretch.is_long(&work, pace().rows) {
            open = Some(stretch);
            continue;
        }
        row = stretch.end(&work).await?;
        told(&row);
        tokio::time::sleep(pace().rest).await;
    }
    if let Some(stretch) = open {
        row = stretch.end(&work).await?;
        told(&row);
    }
    if row.rows_done < row.rows_total {
        return Err(Error::Internal(format!("import {id}: {} of {} rows were read", row.rows_done, row.rows_total)));
    }
    row.state = "done".into();
    end(ground, &actor, row).await
}

/// Whoever began it acts; the program writes in their name.
async fn actor(ground: &Ground, org: Uuid, row: &ImportRow) -> Result<Actor> {
    let found = access::store::org(&ground.db, org).await?.ok_or(Error::NotFound)?;
    let mut actor = access::entry::system(org, &found.name, &found.timezone, Via::System);
    actor.lang = found.locale.parse().unwrap_or_default();
    actor.member = row.member;
    if let Some(name) = store::member_name(&ground.db, org, row.member).await? {
        actor.name = name.into();
    }
    Ok(actor)
}

/// The survey that answers go to, ready to count, with the version that is in force.
///
/// # Errors
/// `Invalid` on `map.survey`.
pub async fn goal_of(ground: &Ground, org: Uuid, map: &Map) -> Result<(Counter, Uuid, i64)> {
    let survey = super::survey_of(&ground.db, org, map).await?;
    let version = survey.published.ok_or_else(|| Error::field("map.survey", "not-published"))?;
    Ok((surveys::counter(&ground.db, org, survey.id, version).await?, survey.id, version))
}

/// Every name that a file may use.
pub(super) async fn book(ground: &Ground, org: Uuid) -> Result<Book> {
    Ok(Book {
        branches: Names::of(intake::branches(&ground.db, org).await?),
        employees: Names::of(intake::employees(&ground.db, org).await?),
        touchpoints: Names::of(intake::touchpoints(&ground.db, org).await?),
    })
}

/// What is odd about a file, in the reader's words.
pub fn warnings(
    plan: &super::rules::map::Plan,
    findings: &super::rules::survey::Findings,
    dialect: source::Dialect,
    t: T,
) -> Vec<Warning> {
    let mut out = Vec::new();
    for (column, change) in &findings.changes {
        let header = plan.header.get(*column).cloned().unwrap_or_default();
        let (month, small, large) = (month_of(change), change.small.to_string(), change.large.to_string());
        let key = if change.grew { "imports-warning-scale-grew" } else { "imports-warning-scale-shrank" };
        let message =
            t.args(key, &[("month", month.as_str().into()), ("small", small.as_str().into()), ("large", large.as_str().into())]);
        out.push(Warning { column: header, code: "mixed-scale".into(), message });
    }
    if dialect.broken {
        out.push(Warning {
            column: String::new(),
            code: "broken-letters".into(),
            message: t.s("imports-warning-broken-letters"),
        });
    }
    out
}

pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))
}

pub(super) type Chunks = tokio::sync::mpsc::Receiver<Result<Chunk, super::rules::table::Fault>>;

/// Reads on a thread of its own; three chunks may wait, so memory stays bounded whatever the file's length.
pub(super) fn produce(work: &Arc<Work>, book: Book, path: std::path::PathBuf) -> Chunks {
    let (give, take) = tokio::sync::mpsc::channel(1);
    let work = Arc::clone(work);
    tokio::task::spawn_blocking(move || {
        let ended = chunks::read(&work, book, &path, |chunk| give.blocking_send(Ok(chunk)).is_ok());
        if let Err(fault) = ended {
            let _ = give.blocking_send(Err(fault));
        }
    });
    take
}

/// Reads every row without storing any.
async fn check_pass(
    work: &Arc<Work>,
    book: &Book,
    path: &std::path::Path,
    mut row: ImportRow,
    rejects: &mut Rejects,
) -> Result<ImportRow> {
    let mut chunks = produce(work, book.clone(), path.to_path_buf());
    let mut errors: Vec<RowError> = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        let Ok(chunk) = chunk else { break };
        row.rejected += chunk.rejected;
        errors.extend(chunk.errors);
        errors.truncate(MOST_ERRORS);
        row.rejects_size = rejects.add(&chunk.rejects)?;
    }
    row.errors = serde_json::to_string(&errors)?;
    Ok(row)
}

/// The file or its map cannot be used: nothing of it is stored.
async fn fail(ground: &Arc<Ground>, actor: &Actor, mut row: ImportRow, why: Unusable) -> Result<ImportRow> {
    let t = T::new(actor.lang);
    let errors: Vec<RowError> = match why {
        Unusable::File(f) => {
            vec![RowError { row: f.row, column: String::new(), code: f.code.into(), message: t.s(&format!("error-{}", f.code)) }]
        }
        Unusable::Map(Error::Invalid(fields)) => fields
            .iter()
            .map(|f| RowError { row: 0, column: f.field.clone(), code: f.code.into(), message: kit::web::field_text(f, t) })
            .collect(),
        Unusable::Map(Error::NotFound) => {
            vec![RowError { row: 0, column: "map.survey".into(), code: "unknown".into(), message: t.s("error-unknown") }]
        }
        Unusable::Map(other) => return Err(other),
    };
    row.failure = errors.first().map(|e| e.code.clone());
    row.errors = serde_json::to_string(&errors)?;
    row.state = "failed".into();
    end(ground, actor, row).await
}

async fn fail_refused(ground: &Arc<Ground>, actor: &Actor, mut row: ImportRow) -> Result<ImportRow> {
    row.state = "failed".into();
    row.failure = Some("file-refused".into());
    end(ground, actor, row).await
}

/// Ends an import that cannot be carried on after many attempts.
///
/// # Errors
/// Those of the database.
pub async fn give_up(ground: &Arc<Ground>, org: Uuid, id: Uuid) -> Result<()> {
    if let Some(mut row) = store::find(&ground.db, org, id).await? {
        let actor = actor(ground, org, &row).await?;
        row.state = "failed".into();
        row.failure = Some("gave-up".into());
        end(ground, &actor, row).await?;
    }
    Ok(())
}

async fn end(ground: &Arc<Ground>, actor: &Actor, mut row: ImportRow) -> Result<ImportRow> {
    let tx = ground.write(actor).await?;
    row.finished_at = Some(tx.now.0);
    if store::finish(&tx, actor.org, &row, tx.now.0).await? {
        let after = json!({"state": row.state, "accepted": row.accepted, "duplicates": row.duplicates, "rejected": row.rejected, "failure": row.failure});
        tx.record("import.finished", row.id, None, Some(after)).await?;
    }
    store::drop_own_job(&tx, &super::job_name(row.id)).await?;
    tx.commit().await?;
    // The answers are in; the file with all its names need not stay.
    let _ = std::fs::remove_file(source::path_of(ground, row.id));
    Ok(row)
}
