//! The command line: one binary for the server and for the administrator beside it.

pub mod backup;
pub mod check;
pub mod demo;
pub mod files;
pub mod serve;
pub mod setup;
pub mod verify;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use kit::db::Db;
use kit::{Error, Ground, Result};

use crate::app::{App, MIGRATIONS, TEXTS};
use crate::surveys::writer::{BATCH, Writer};

/// Otklik hears clients, counts, and shows what to mend next.
#[derive(Debug, Parser)]
#[command(name = "otklik", version, about)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the data lies.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// Folder of the installation: database, files, nothing else
    #[arg(long, env = "OTKLIK_DATA", default_value = "./otklik-data", global = true)]
    pub data: PathBuf,
    /// postgres://… ; without it the database is DATA/otklik.db (SQLite)
    #[arg(long, env = "OTKLIK_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// smtp://user:password@host:port?from=… ; without it links are copied by hand
    #[arg(long, env = "OTKLIK_SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Rate limits: empty for the defaults, "off" on a trusted network, or differences: submit-ip=300/min,api-token=off
    #[arg(long, env = "OTKLIK_LIMITS", default_value = "", global = true)]
    pub limits: String,
    /// How many answers are committed together at most (1: each alone, for comparison)
    #[arg(long, env = "OTKLIK_WRITER_BATCH", default_value_t = BATCH, global = true, hide = true)]
    pub writer_batch: usize,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the web server, the API and the jobs
    Serve(serve::Serve),
    /// Make a company and its owner without a browser; prints JSON with the owner's token
    Setup(setup::Setup),
    /// Add a demonstration company with a year of life; prints who can sign in
    Demo(demo::Demo),
    /// Make a token for a user, at the server; prints JSON
    Token(setup::Token),
    /// Reset a user's password, at the server; prints a one-time link, or sets it from a file
    Password(setup::Password),
    /// Take a file of answers, branches, employees or touchpoints; exit 1 when rows were rejected
    Import(files::Import),
    /// Write answers, branches, employees or touchpoints to a file or standard output
    Export(files::Export),
    /// Compare figures with their answers and look at the history's chain; exit 1 on a finding
    Check(check::Check),
    /// Write the whole state, files included, into one file, while the server runs
    Backup(backup::Backup),
    /// Read a backup into an empty folder and database; mail starts paused
    Restore(backup::Restore),
    /// Check an exported signature without a server; exit 1 when anything in it was changed
    Verify(verify::Verify),
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("OTKLIK_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    if let Command::Verify(c) = &cli.command {
        return verify::run(c).unwrap_or_else(|error| fail(&error));
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Error::Internal(error.to_string())),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(c) => serve::run(&cli.place, c).await,
            Command::Setup(c) => setup::run(&cli.place, c).await,
            Command::Demo(c) => demo::run(&cli.place, c).await,
            Command::Token(c) => setup::token(&cli.place, c).await,
            Command::Password(c) => setup::password(&cli.place, std::env::var("OTKLIK_PUBLIC_URL").ok(), c).await,
            Command::Import(c) => files::import(&cli.place, c).await,
            Command::Export(c) => files::export(&cli.place, c).await,
            Command::Check(c) => check::run(&cli.place, &c).await,
            Command::Backup(c) => backup::make(&cli.place, &c).await,
            Command::Restore(c) => backup::restore(&cli.place, &c).await,
            Command::Verify(c) => verify::run(&c),
        }
    });
    match done {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

/// The words for whoever sits at the server, in the language of their terminal.
#[must_use]
pub fn words() -> kit::i18n::T {
    let russian = std::env::var("LANG").is_ok_and(|l| l.starts_with("ru"));
    kit::i18n::T::new(if russian { kit::i18n::Lang::Ru } else { kit::i18n::Lang::En })
}

fn fail(error: &Error) -> ExitCode {
    install_texts();
    let t = words();
    // Here the reader is the administrator: the reason itself helps, consolation does not.
    if let Error::Internal(text) = error {
        eprintln!("otklik: {text}");
        return ExitCode::from(2);
    }
    let (title, detail) = kit::web::explain(error, t);
    match error {
        // The detail says it all; the title consoles those who come too late to a page.
        Error::Conflict(_) | Error::ConflictWith(..) => eprintln!("otklik: {detail}"),
        _ => eprintln!("otklik: {title}: {detail}"),
    }
    if let Error::Invalid(fields) = error {
        fields.iter().for_each(|f| eprintln!("  {}: {}", f.field, kit::web::field_text(f, t)));
    }
    ExitCode::from(2)
}

/// Makes the texts of all features known; once in a process.
pub fn install_texts() {
    match kit::i18n::Texts::load(TEXTS[0], TEXTS[1]) {
        Ok(texts) => _ = kit::i18n::install(texts),
        Err(error) => tracing::error!(%error, "the texts cannot be read"),
    }
}

/// Opens the database, brings it to the newest schema and lays the ground on it.
///
/// # Errors
/// With a reason that an administrator can act on.
pub async fn open(place: &Place, public_url: Option<String>) -> Result<Arc<Ground>> {
    install_texts();
    let data = &place.data;
    private_folder(data).map_err(|e| Error::Internal(format!("the folder {} cannot be used: {e}", data.display())))?;
    let url = url_of(place)?;
    crate::backup::unfinished(data, &url).await?;
    if place.database_url.as_deref().is_none_or(str::is_empty) {
        let file = data.join("otklik.db");
        private_file(&file).map_err(|e| Error::Internal(format!("the file {} cannot be used: {e}", file.display())))?;
    }
    let db = Db::open(&url).await.map_err(|e| match e {
        Error::Busy(_) => Error::Internal("the database cannot be used; the line above says why".into()),
        other => other,
    })?;
    kit::migrate::up(&db, MIGRATIONS).await?;
    let signing_key = kit::ground::signing_key(&db, &kit::ids::Entropy::System).await?;
    lay(place, public_url, db, signing_key)
}

/// The address of the database.
///
/// # Errors
/// When it is none.
pub fn url_of(place: &Place) -> Result<String> {
    match place.database_url.as_deref().filter(|u| !u.is_empty()) {
        None => Ok(format!("sqlite:{}", place.data.join("otklik.db").display())),
        Some(url) if ["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| url.starts_with(scheme)) => {
            Ok(url.to_owned())
        }
        // The address itself is not shown: it may hold a password.
        Some(_) => Err(Error::Internal("--database-url: not an address like postgres://user:password@host/name".into())),
    }
}

/// Lays the ground on a database.
///
/// # Errors
/// When limits or mail are set to something that is none.
pub fn lay(place: &Place, public_url: Option<String>, db: Db, signing_key: Vec<u8>) -> Result<Arc<Ground>> {
    let clock: Arc<dyn kit::limits::Clock> = Arc::new(kit::limits::Steady::start());
    let limits =
        kit::limits::Limits::from_setting(&place.limits, clock).map_err(|e| Error::Internal(format!("OTKLIK_LIMITS: {e}")))?;
    let mailer = place.smtp_url.as_deref().filter(|u| !u.is_empty()).map(kit::mail::Mailer::from_url).transpose();
    let mailer = mailer.map_err(|e| Error::Internal(format!("OTKLIK_SMTP_URL: {e}")))?;
    Ok(Arc::new(Ground {
        db,
        clock: kit::time::Clock::System,
        entropy: kit::ids::Entropy::System,
        public_url: public_url.unwrap_or_default().trim_end_matches('/').to_owned(),
        data: place.data.clone(),
        mailer,
        limits,
        signing_key,
        jobs_due: tokio::sync::Notify::new(),
    }))
}

/// Makes the folder of an installation; nobody else on the machine looks into one that we make.
pub fn private_folder(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes the file of the database, for us alone: it holds everything, also the key that signs links. The files that
/// SQLite puts beside it take its permissions.
fn private_file(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    let now = file.metadata()?.permissions().mode();
    // A group may have been let in on purpose; the whole machine never is.
    if now & 0o007 != 0 { file.set_permissions(std::fs::Permissions::from_mode(now & 0o770)) } else { Ok(()) }
}

/// The program's parts on a ground, and word of the writer's end.
///
/// # Errors
/// When the system gives no thread for the writer.
pub fn assemble(ground: &Arc<Ground>, batch: usize) -> kit::Result<(App, tokio::sync::oneshot::Receiver<()>)> {
    let (writer, end) = Writer::start(Arc::clone(ground), batch)?;
    Ok((App::new(Arc::clone(ground), writer), end))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn every_flag_has_its_variable_and_a_line_of_help() {
        let cli = super::Cli::command();
        let commands = cli.get_subcommands().chain(std::iter::once(&cli));
        for (command, arg) in commands.flat_map(|c| c.get_arguments().map(move |a| (c.get_name(), a))) {
            let Some(long) = arg.get_long().filter(|l| !matches!(*l, "help" | "version")) else { continue };
            let variable = format!("OTKLIK_{}", long.to_uppercase().replace('-', "_"));
            assert_eq!(arg.get_env().and_then(|e| e.to_str()), Some(&*variable), "{command} --{long}");
            assert!(arg.get_help().is_some(), "{command} --{long}");
        }
    }
}
