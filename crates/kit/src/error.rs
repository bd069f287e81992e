//! What can go wrong, once. Verbs return it; doors turn it into a page or a problem document in the reader's language.

use sea_orm::{DbErr, SqlErr};

/// One field that could not be accepted. `field` is a path such as `questions[0].title`;
/// `code` names a text `error-<code>`; `args` fill that text's places.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    pub field: String,
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl FieldError {
    #[must_use]
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code, args: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// The one error of the program.
#[derive(Debug)]
pub enum Error {
    /// 400: the request could not be parsed at all.
    Unparseable(String),
    /// 401
    Unauthorized,
    /// 403, with the code of a text that says why.
    Forbidden(&'static str),
    /// 404, also for everything of another company.
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 409: wrong state or an old version; the code names the text.
    Conflict(&'static str),
    /// The same, naming what there is now: it stands as `what` in the text of the code.
    ConflictWith(&'static str, String),
    /// 410
    Gone(&'static str),
    /// 413
    TooLarge,
    /// 415
    UnsupportedMedia,
    /// 421: the request names a host that is not ours.
    Misdirected,
    /// 422
    Invalid(Vec<FieldError>),
    /// 429 with seconds to wait.
    TooMany(u64),
    /// 503 with seconds to wait: the queue is full or the database does not answer.
    Busy(u64),
    /// The same request with this idempotency key was served a moment ago by another transaction.
    Replay,
    /// 500: a defect of ours. The text goes to the log, never to the reader.
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One refused field.
    #[must_use]
    pub fn field(field: impl Into<String>, code: &'static str) -> Self {
        Self::Invalid(vec![FieldError::new(field, code)])
    }

    /// The HTTP status of this error.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Unparseable(_) => 400,
            Self::Unauthorized => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict(_) | Self::ConflictWith(..) | Self::Replay => 409,
            Self::Gone(_) => 410,
            Self::TooLarge => 413,
            Self::UnsupportedMedia => 415,
            Self::Misdirected => 421,
            Self::Invalid(_) => 422,
            Self::TooMany(_) => 429,
            Self::Internal(_) => 500,
            Self::Busy(_) => 503,
        }
    }

    /// Turns a violated unique constraint into what the verb means by it; everything else stays as it was.
    #[must_use]
    pub fn on_unique(self, constraint: &str, meant: Error) -> Self {
        match &self {
            Self::Internal(text) if text.starts_with(UNIQUE) && mentions(text, constraint) => meant,
            _ => self,
        }
    }

    /// Turns a violated reference into what the verb means by it. (SQLite does not name the constraint.)
    #[must_use]
    pub fn on_foreign(self, meant: Error) -> Self {
        if matches!(self, Self::Conflict(IN_USE)) { meant } else { self }
    }
}

const IN_USE: &str = "in-use";
const UNIQUE: &str = "unique: ";

/// SQLite names the columns (`UNIQUE constraint failed: branch.org, branch.code`), PostgreSQL the index
/// (`… "branch_code"`): an index `table_column` is recognised in both.
fn mentions(text: &str, index: &str) -> bool {
    let (table, column) = index.rsplit_once('_').unwrap_or((index, ""));
    // `unique` beside a column makes PostgreSQL name the index itself.
    let made = [format!("\"{index}\""), format!("\"{index}_key\"")];
    made.iter().any(|name| text.contains(name)) || text.contains(&format!("{table}.{column}"))
}

impl From<DbErr> for Error {
    fn from(e: DbErr) -> Self {
        match e.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => return Self::Internal(format!("{UNIQUE}{text}")),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::Conflict(IN_USE),
            _ => {}
        }
        let text = e.to_string();
        // A lost or slow database is the administrator's trouble, not a defect: say "later" and keep nothing half done.
        let passing = matches!(e, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
            || [
                "error communicating with database",
                "connection",
                "Connection",
                "pool timed out",
                "database is locked",
                "terminating",
                "shutting down",
                "starting up",
                "recovery mode",
                "database or disk is full",
                "readonly database",
                "disk I/O error",
                "PoolTimedOut",
                "deadlock",
                "could not serialize",
                "statement timeout",
            ]
            .iter()
            .any(|sign| text.contains(sign));
        if passing {
            tracing::warn!(error = %text, "the database did not answer");
            return Self::Busy(2);
        }
        Self::Internal(text)
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        match e.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::ReadOnlyFilesystem => Self::Busy(10),
            _ => Self::Internal(format!("file: {e}")),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(e: serde_json::Error) -> Self {
        Self::Internal(format!("stored JSON: {e}"))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid(fields) => {
                write!(f, "refused:")?;
                fields.iter().try_for_each(|e| write!(f, " {} ({})", e.field, e.code))
            }
            other => write!(f, "{other:?}"),
        }
    }
}

impl std::error::Error for Error {}

/// Collects what is wrong with an input, so that the reader sees all of it at once.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<FieldError>);

impl Faults {
    pub fn add(&mut self, field: impl Into<String>, code: &'static str) {
        self.0.push(FieldError::new(field, code));
    }

    pub fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// A text that must be there and fit. Counts characters; control characters other than line breaks are refused.
    pub fn text(&mut self, field: &str, value: &str, max: usize) {
        if crate::visible::is_blank(value) {
            self.add(field, "required");
        } else {
            self.optional(field, value, max);
        }
    }

    /// A text that may be empty but must fit.
    pub fn optional(&mut self, field: &str, value: &str, max: usize) {
        if value.chars().count() > max {
            self.push(FieldError::new(field, "too-long").with("max", max));
        } else if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.add(field, "control-characters");
        }
    }

    /// # Errors
    /// `Invalid` with everything collected, when anything was.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
