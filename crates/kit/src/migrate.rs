//! Migrations are SQL files, each run once on either database.

use sea_orm::ConnectionTrait;
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

use crate::db::{Batch, Db, Engine};
use crate::error::{Error, Result};

/// One file: its name and its text.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    pub name: &'static str,
    pub sql: &'static str,
}

static SCRIPTS: std::sync::OnceLock<Vec<Script>> = std::sync::OnceLock::new();

impl MigrationName for Script {
    fn name(&self) -> &str {
        self.name
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Script {
    async fn up(&self, manager: &SchemaManager) -> Result<(), sea_orm::DbErr> {
        let engine = match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => Engine::Sqlite,
            _ => Engine::Postgres,
        };
        manager.get_connection().execute_unprepared(&text_for(self.sql, engine)).await?;
        Ok(())
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let scripts = SCRIPTS.get().map_or(&[][..], Vec::as_slice);
        scripts.iter().map(|s| Box::new(*s) as Box<dyn MigrationTrait>).collect()
    }
}

/// Lines that begin with `--sqlite:` or `--postgres:` belong to that database alone.
pub(crate) fn text_for(sql: &str, engine: Engine) -> String {
    let (ours, others) = match engine {
        Engine::Sqlite => ("--sqlite:", "--postgres:"),
        Engine::Postgres => ("--postgres:", "--sqlite:"),
    };
    sql.lines()
        .filter(|line| !line.trim_start().starts_with(others))
        .map(|line| line.trim_start().strip_prefix(ours).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Brings the database to the newest schema.
///
/// # Errors
/// When a script fails, or when the database was made by a newer program (the missing script is named).
pub async fn up(db: &Db, scripts: &[Script]) -> Result<()> {
    let _ = SCRIPTS.set(scripts.to_vec());
    Migrator::up(db.raw(), None).await.map_err(said)
}

/// Runs so many of the scripts that wait (`None`: all) inside a transaction: where it is thrown away, there was no schema.
///
/// # Errors
/// As [`up`].
pub async fn up_inside(batch: &Batch, scripts: &[Script], steps: Option<u32>) -> Result<()> {
    let _ = SCRIPTS.set(scripts.to_vec());
    Migrator::up(&batch.tx, steps).await.map_err(said)
}

fn said(e: sea_orm::DbErr) -> Error {
    let text = e.to_string();
    Error::Internal(if text.contains("is missing, this migration has been applied") {
        format!("this database was made by a newer Otklik; run that one, or restore a backup made before it ({text})")
    } else {
        format!("migration: {text}")
    })
}
