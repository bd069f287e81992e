//! `otklik import` and `otklik export`: the same verbs as web and API, beside the server.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use kit::db::Engine;
use kit::i18n::T;
use kit::{Actor, Error, FieldError, Ground, Result, Via};

use super::Place;
use crate::imports::export::{Export as Table, Wanted};
use crate::imports::preview::preview;
use crate::imports::rules::map::OnError;
use crate::imports::run::Pace;
use crate::imports::store::ImportRow;
use crate::imports::{self, Kind, Map, source, upload};
use crate::{access, imports::api::map_of};

#[derive(Debug, Args)]
pub struct Import {
    /// responses, branches, employees or touchpoints
    kind: String,
    /// A CSV file, also packed (.gz)
    file: PathBuf,
    /// The company's name
    #[arg(long, env = "OTKLIK_ORG")]
    org: String,
    /// A file with the map as JSON; without it the headings are taken for targets
    #[arg(long, env = "OTKLIK_MAP")]
    map: Option<PathBuf>,
    /// Look at the file and say what would happen; store nothing
    #[arg(long, env = "OTKLIK_DRY_RUN", value_parser = clap::builder::FalseyValueParser::new())]
    dry_run: bool,
}

async fn company(ground: &Ground, name: &str) -> Result<Actor> {
    let org = access::store::org_by_name(&ground.db, name).await?.ok_or_else(|| Error::field("org", "unknown"))?;
    let mut actor = access::entry::system(org.id, &org.name, &org.timezone, Via::Cli);
    actor.lang = org.locale.parse().unwrap_or_default();
    Ok(actor)
}

/// Imports a file to its end. Exit 0: every row is in or was before; 1: some were rejected; 2: the file or the map cannot be used.
///
/// # Errors
/// `Invalid` when file or map do not fit.
pub async fn import(place: &Place, c: Import) -> Result<ExitCode> {
    let ground = super::open(place, None).await?;
    let actor = company(&ground, &c.org).await?;
    let kind = imports::api::kind_of(Some(&c.kind))?;
    let mut map = match &c.map {
        Some(path) => map_of(&std::fs::read_to_string(path).map_err(|e| unusable(path, &e))?)?,
        None => map_of("{}")?,
    };
    let id = ground.entropy.id(ground.now());
    let path = source::path_of(&ground, id);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // A copy in the installation's own folder, so that the server can go on with it if this process dies.
    std::fs::copy(&c.file, &path).map_err(|e| unusable(&c.file, &e))?;
    let done = run(&ground, &actor, kind, &mut map, &c, id).await;
    let kept = matches!(&done, Err(e) if !matches!(e, Error::Invalid(_)));
    if !kept {
        let _ = std::fs::remove_file(&path);
    }
    let code = done?;
    ground.db.clone().close().await;
    Ok(code)
}

fn unusable(path: &Path, e: &std::io::Error) -> Error {
    Error::Invalid(vec![FieldError::new(path.display().to_string(), "file-unreadable").with("reason", e)])
}

async fn run(ground: &Arc<Ground>, actor: &Actor, kind: Kind, map: &mut Map, c: &Import, id: uuid::Uuid) -> Result<ExitCode> {
    let name = upload::clean_name(&c.file.to_string_lossy());
    let size = i64::try_from(std::fs::metadata(&c.file)?.len()).unwrap_or(i64::MAX);
    if map.columns.is_empty() {
        let seen = preview(ground, actor, id, kind, map).await?;
        map.columns = seen.columns.into_iter().filter(|s| !s.suggested.is_null()).map(|s| (s.header, s.suggested)).collect();
    }
    if c.dry_run {
        return dry(ground, actor, kind, map, id).await;
    }
    let file = upload::ready(ground, id, &name, size, map).await?;
    let tx = ground.write(actor).await?;
    imports::begin(&tx, kind, map, &file, true).await?;
    tx.commit().await?;
    let mut bar = Bar::new(actor);
    let pace = || match ground.db.engine {
        Engine::Sqlite if !super::serve::is_served(&ground.data) => Pace::ALONE,
        Engine::Sqlite => Pace::BESIDE,
        // Other servers may be anywhere; nobody waits for more than the figures of one transaction.
        Engine::Postgres => Pace { rows: 20_000, ..Pace::AMONG_OTHERS },
    };
    let done = imports::run::run(ground, actor.org, id, pace, |row| bar.show(row)).await?;
    bar.end();
    report(ground, actor, &done, &c.file)
}

/// Says what a file would do.
async fn dry(ground: &Arc<Ground>, actor: &Actor, kind: Kind, map: &Map, id: uuid::Uuid) -> Result<ExitCode> {
    let seen = preview(ground, actor, id, kind, map).await?;
    let told = imports::dry(ground, actor, kind, map, id).await?;
    let t = T::new(actor.lang);
    let mut said =
        format!("{}: {}\n{}: {}\n", t.s("imports-total"), seen.rows_total.unwrap_or(0), t.s("imports-rejected"), told.rejected);
    for w in &seen.warnings {
        said.push_str(&format!("{}: {}\n", w.column, w.message));
    }
    for e in &told.errors {
        said.push_str(&format!("{} {}: {}: {}\n", t.s("imports-row"), e.row, e.column, e.message));
    }
    // A reader who has seen enough (`| head`) is no defect.
    let _ = std::io::stdout().write_all(said.as_bytes());
    Ok(ExitCode::from(u8::from(told.rejected > 0)))
}

fn report(ground: &Ground, actor: &Actor, row: &ImportRow, file: &Path) -> Result<ExitCode> {
    let t = T::new(actor.lang);
    let errors: Vec<imports::chunks::RowError> = serde_json::from_str(&row.errors)?;
    if row.state == "failed" {
        for e in &errors {
            eprintln!("{} {}: {} {}", t.s("imports-row"), e.row, e.column, e.message);
        }
        eprintln!("{}", t.s(if row.accepted > 0 { "imports-failed-part" } else { "imports-failed-nothing" }));
    } else {
        println!(
            "{}: {} · {}: {} · {}: {}",
            t.s("imports-accepted"),
            row.accepted,
            t.s("imports-duplicates"),
            row.duplicates,
            t.s("imports-rejected"),
            row.rejected
        );
    }
    if row.rejects_size > 0 {
        let mut beside = file.as_os_str().to_owned();
        beside.push(".rejects.csv");
        std::fs::copy(source::rejects_of(ground, row.id), &beside)?;
        eprintln!("{}: {}", t.s("imports-rejects-beside"), Path::new(&beside).display());
    }
    let refused = serde_json::from_str::<Map>(&row.map).is_ok_and(|m| m.on_error == OnError::RefuseFile) && row.rejected > 0;
    Ok(match row.state.as_str() {
        "failed" if !refused => ExitCode::from(2),
        _ if row.rejected > 0 => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

/// Progress on a terminal; silent in a pipe.
struct Bar {
    t: T,
    began: Instant,
    on: bool,
}

impl Bar {
    fn new(actor: &Actor) -> Self {
        Self { t: T::new(actor.lang), began: Instant::now(), on: std::io::stderr().is_terminal() }
    }

    fn show(&mut self, row: &ImportRow) {
        if !self.on {
            return;
        }
        let (done, total) = (row.rows_done.max(1), row.rows_total.max(1));
        let gone = i64::try_from(self.began.elapsed().as_secs()).unwrap_or(0);
        let left = self.t.duration(gone * (total - done) / done);
        let words = self.t.w2("imports-progress-words", "done", self.t.int(done), "total", self.t.int(total));
        eprint!("\r{words}, {}    ", self.t.w("imports-progress-left", "left", left));
        let _ = std::io::stderr().flush();
    }

    fn end(&self) {
        if self.on {
            eprintln!();
        }
    }
}

#[derive(Debug, Args)]
pub struct Export {
    /// responses, branches, employees or touchpoints
    kind: String,
    /// The company's name; may be left out when there is one only
    #[arg(long, env = "OTKLIK_ORG")]
    org: Option<String>,
    /// csv or jsonl
    #[arg(long, default_value = "csv", env = "OTKLIK_FORMAT")]
    format: String,
    /// Where to write; standard output when not given
    #[arg(short, long, env = "OTKLIK_OUTPUT")]
    output: Option<PathBuf>,
    /// For responses: a survey's id or code
    #[arg(long, env = "OTKLIK_SURVEY")]
    survey: Option<String>,
    /// The first day, YYYY-MM-DD
    #[arg(long, env = "OTKLIK_FROM")]
    from: Option<String>,
    /// The day after the last
    #[arg(long, env = "OTKLIK_TO")]
    to: Option<String>,
    /// ; , or tab
    #[arg(long, default_value = ";", env = "OTKLIK_SEPARATOR")]
    separator: String,
    /// utf-8 or windows-1251
    #[arg(long, default_value = "utf-8", env = "OTKLIK_ENCODING")]
    encoding: String,
}

/// Writes a table, in constant memory.
///
/// # Errors
/// `Invalid` for an unknown company, kind or format.
pub async fn export(place: &Place, c: Export) -> Result<ExitCode> {
    let ground = super::open(place, None).await?;
    let name = match c.org {
        Some(name) => name,
        None => {
            let mut all = access::chain::companies(&ground.db).await?;
            match (all.pop(), all.is_empty()) {
                (Some((_, only)), true) => only,
                _ => return Err(Error::field("org", "required")),
            }
        }
    };
    let actor = company(&ground, &name).await?;
    let wanted = Wanted {
        format: Some(c.format),
        survey: c.survey,
        from: c.from,
        to: c.to,
        separator: Some(c.separator),
        encoding: Some(c.encoding),
    };
    let mut table = Table::begin(&ground, &actor, &c.kind, &wanted).await.map_err(|e| match e {
        Error::NotFound => Error::field("kind", "unknown"),
        other => other,
    })?;
    let mut out: Box<dyn Write> = match &c.output {
        Some(path) => Box::new(std::fs::File::create(path).map_err(|e| unusable(path, &e))?),
        None => Box::new(std::io::stdout().lock()),
    };
    while let Some(piece) = table.next().await? {
        match out.write_all(&piece) {
            // The reader has seen enough (`| head`).
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            other => other?,
        }
    }
    out.flush()?;
    drop(out);
    ground.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}
