//! The database: one writer and several readers on SQLite, one pool on PostgreSQL, the same SQL for both.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    FromQueryResult, IsolationLevel, QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};

use sea_orm::sqlx::Connection;

use crate::error::{Error, Result};

mod places;

use places::statement;
pub use places::{filled_rows, list_places, places, portions};

/// Collects the arguments of a statement: `args![org, id, now]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$(::sea_orm::Value::from($value)),*] };
}

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Connections to one database.
#[derive(Clone, Debug)]
pub struct Db {
    pub engine: Engine,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

/// The oldest SQLite whose WAL is known to be sound (the WAL-reset defect was mended in it).
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

impl Db {
    /// Opens (and for SQLite creates) the database at a URL: `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// When it cannot be reached, or when the SQLite library is older than 3.51.3.
    pub async fn open(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Self::open_sqlite(Path::new(path)).await;
        }
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(16)
            .min_connections(1)
            .connect_timeout(Duration::from_secs(5))
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(Duration::from_secs(1800))
            // A connection that rested may have been cut by the server; a busy one has just proved itself.
            .test_before_acquire(false)
            .test_before_acquire_if_idle_for(Duration::from_secs(1))
            .statement_timeout(Duration::from_secs(60))
            .sqlx_logging(false);
        let pool = Database::connect(options).await?;
        Ok(Self { engine: Engine::Postgres, writer: pool.clone(), reader: pool })
    }

    async fn open_sqlite(path: &Path) -> Result<Self> {
        let url = format!("sqlite:{}?mode=rwc", path.display());
        let mut writer = ConnectOptions::new(&url);
        writer.max_connections(1).min_connections(1);
        let mut reader = ConnectOptions::new(&url);
        reader.max_connections(8).min_connections(1);
        for (options, cache) in [(&mut writer, "-131072"), (&mut reader, "-8192")] {
            options
                .acquire_timeout(Duration::from_secs(10))
                // A connection that is closed for idleness would take its page cache and prepared statements with it.
                .idle_timeout(Duration::from_secs(3600))
                .test_before_acquire(false)
                .sqlx_logging(false)
                .map_sqlx_sqlite_opts(move |o| {
                    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
                    o.journal_mode(SqliteJournalMode::Wal)
                        // A receipt means stored: NORMAL loses what a power cut finds in the WAL.
                        .synchronous(SqliteSynchronous::Full)
                        .foreign_keys(true)
                        .busy_timeout(Duration::from_secs(5))
                        .statement_cache_capacity(512)
                        .pragma("cache_size", cache)
                        .pragma("secure_delete", "on")
                        .pragma("temp_store", "memory")
                        // 32 MiB of log before it is folded in: fewer pauses of the writer.
                        .pragma("wal_autocheckpoint", "8192")
                });
        }
        // A full disk makes SQLite roll back by itself; the driver's own rollback then fails, and it takes the next begin for
        // one inside another. What such a connection "commits" is lost: a fresh one takes its place.
        writer.map_sqlx_sqlite_pool_opts(|pool| pool.before_acquire(|c, _| Box::pin(async { Ok(!c.is_in_transaction()) })));
        let writer = Database::connect(writer).await?;
        let row = writer.query_one_raw(Statement::from_string(DbBackend::Sqlite, "select sqlite_version() as v")).await?;
        let version: String = row.map(|r| r.try_get("", "v")).transpose()?.unwrap_or_default();
        if parse_version(&version) < OLDEST_SQLITE {
            return Err(Error::Internal(format!(
                "SQLite {version} can damage a database in WAL mode; 3.51.3 or newer is needed"
            )));
        }
        let reader = Database::connect(reader).await?;
        Ok(Self { engine: Engine::Sqlite, writer, reader })
    }

    /// The connection that migrations run on.
    #[must_use]
    pub fn raw(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once.
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn begin(&self) -> Result<Batch> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.writer.begin_with_options(options).await?;
        Ok(Batch { tx, engine: self.engine, broken: AtomicBool::new(false) })
    }

    /// Begins a transaction that only reads, and sees one moment however long it takes. On SQLite the log cannot be
    /// folded in beyond that moment while it lasts.
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn snapshot(&self) -> Result<Batch> {
        let mut options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            ..TransactionOptions::default()
        };
        if self.engine == Engine::Postgres {
            options.isolation_level = Some(IsolationLevel::RepeatableRead);
            options.access_mode = Some(AccessMode::ReadOnly);
        }
        let tx = self.reader.begin_with_options(options).await?;
        let batch = Batch { tx, engine: self.engine, broken: AtomicBool::new(false) };
        batch.unhurried().await?;
        Ok(batch)
    }

    /// Closes both pools; on SQLite the WAL is folded into the database.
    pub async fn close(self) {
        let _ = self.reader.close().await;
        if self.engine == Engine::Sqlite {
            let _ = self.writer.execute_unprepared("pragma wal_checkpoint(truncate)").await;
            let _ = self.writer.close().await;
        }
    }
}

fn parse_version(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|p| p.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

/// An open transaction below the level of a verb: migrations, the writer of answers, imports.
#[derive(Debug)]
pub struct Batch {
    pub(crate) tx: DatabaseTransaction,
    pub engine: Engine,
    /// A statement failed in a way after which the database may have thrown the transaction away.
    broken: AtomicBool,
}

impl Batch {
    /// # Errors
    /// When the commit did not reach the disk; then nothing was stored.
    pub async fn commit(self) -> Result<()> {
        self.sound()?;
        Ok(self.tx.commit().await?)
    }

    /// SQLite ends a transaction by itself on a full disk and the like: what came after it would be stored piece by piece.
    fn sound(&self) -> Result<()> {
        if self.broken.load(Ordering::Relaxed) { Err(Error::Busy(2)) } else { Ok(()) }
    }

    /// Remembers a failure that is more than a refused row (after which a transaction goes on).
    fn noted<T>(&self, result: std::result::Result<T, DbErr>) -> Result<T> {
        if let Err(error) = &result
            && self.engine == Engine::Sqlite
            && error.sql_err().is_none()
        {
            self.broken.store(true, Ordering::Relaxed);
        }
        Ok(result?)
    }

    /// Lifts the limit of time for the statements of this transaction.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn unhurried(&self) -> Result<()> {
        if self.engine == Engine::Postgres {
            self.tx.execute_unprepared("set local statement_timeout = 0").await?;
        }
        Ok(())
    }

    /// Throws everything of this transaction away.
    ///
    /// # Errors
    /// When the database does not answer (then it throws it away itself).
    pub async fn rollback(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }
}

/// Asking and telling, the same on a pool and in a transaction.
pub trait Query: Sync {
    fn engine(&self) -> Engine;

    fn rows(&self, sql: &str, args: Vec<Value>) -> impl Future<Output = Result<Vec<QueryResult>>> + Send;

    /// Executes and says how many rows were touched.
    fn run(&self, sql: &str, args: Vec<Value>) -> impl Future<Output = Result<u64>> + Send;

    fn all<T: FromQueryResult + Send>(&self, sql: &str, args: Vec<Value>) -> impl Future<Output = Result<Vec<T>>> + Send {
        async move {
            let rows = self.rows(sql, args).await?;
            rows.iter().map(|r| T::from_query_result(r, "").map_err(Error::from)).collect()
        }
    }

    fn one<T: FromQueryResult + Send>(&self, sql: &str, args: Vec<Value>) -> impl Future<Output = Result<Option<T>>> + Send {
        async move {
            let rows = self.rows(sql, args).await?;
            Ok(rows.first().map(|r| T::from_query_result(r, "")).transpose()?)
        }
    }

    /// The first column of the first row.
    fn scalar<T: sea_orm::TryGetable + Send>(
        &self,
        sql: &str,
        args: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>>> + Send {
        async move {
            let rows = self.rows(sql, args).await?;
            match rows.first() {
                Some(r) => Ok(r.try_get_by_index::<Option<T>>(0)?),
                None => Ok(None),
            }
        }
    }
}

impl Engine {
    fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

impl Query for Db {
    fn engine(&self) -> Engine {
        self.engine
    }

    async fn rows(&self, sql: &str, args: Vec<Value>) -> Result<Vec<QueryResult>> {
        Ok(self.reader.query_all_raw(statement(self.engine, sql, args)).await?)
    }

    async fn run(&self, sql: &str, args: Vec<Value>) -> Result<u64> {
        Ok(self.writer.execute_raw(statement(self.engine, sql, args)).await?.rows_affected())
    }
}

impl Query for Batch {
    fn engine(&self) -> Engine {
        self.engine
    }

    async fn rows(&self, sql: &str, args: Vec<Value>) -> Result<Vec<QueryResult>> {
        self.sound()?;
        self.noted(self.tx.query_all_raw(statement(self.engine, sql, args)).await)
    }

    async fn run(&self, sql: &str, args: Vec<Value>) -> Result<u64> {
        self.sound()?;
        Ok(self.noted(self.tx.execute_raw(statement(self.engine, sql, args)).await)?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The disk is full, and free again: what was refused is not there, what was accepted is, also for others.
    #[tokio::test]
    async fn a_full_disk_loses_nothing_that_was_accepted() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("full.db").display());
        let (db, other) = (Db::open(&url).await.expect("a database"), Db::open(&url).await.expect("a second"));
        db.run("create table t (id bigint primary key, body text)", vec![]).await.expect("a table");
        let put = "insert into t values ($1, hex(zeroblob($2)))";
        let mut accepted = 0;
        for round in 0..12_i64 {
            let full = round % 3 == 1;
            let pages = if full { 4 } else { 1_000_000 };
            db.run(&format!("pragma max_page_count = {pages}"), vec![]).await.expect("a limit");
            let tx = db.begin().await.expect("a transaction");
            let small = tx.run(put, args![round * 2, 10_i64]).await;
            let large = tx.run(put, args![round * 2 + 1, if full { 100_000_i64 } else { 10 }]).await;
            // Whatever a careless caller does next, nothing of a broken transaction is stored.
            let after = tx.run(put, args![1000 + round, 10_i64]).await;
            assert_eq!((large.is_err(), after.is_err()), (full, full), "{round}: {small:?} {large:?} {after:?}");
            let done = tx.commit().await;
            assert_eq!(done.is_err(), full, "{round}: {done:?}");
            accepted += if full { 0 } else { 3 };
            let seen = other.scalar::<i64>("select count(*) from t", vec![]).await.expect("a count");
            assert_eq!(seen, Some(accepted), "after round {round}");
        }
    }
}
