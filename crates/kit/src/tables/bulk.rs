//! Many rows at once: what a restore does and nothing else may.

use sea_orm::{FromQueryResult, Value};

use super::{Column, Table, plain};
use crate::args;
use crate::db::{Db, Engine, Query, places};
use crate::error::Result;

/// How many rows go into a table with one statement; the same number again and again, so that it is prepared once.
#[must_use]
pub fn portion(columns: usize) -> usize {
    (8000 / columns.max(1)).clamp(1, 400)
}

/// Puts rows into a table: `values` has those of all rows, one after another.
///
/// # Errors
/// Those of the database: a row that stands there already, or that a constraint does not allow.
pub async fn insert(q: &impl Query, table: &str, columns: &[Column], values: Vec<Value>) -> Result<u64> {
    plain(table)?;
    columns.iter().try_for_each(|c| plain(&c.name))?;
    let rows = values.len() / columns.len().max(1);
    if rows == 0 {
        return Ok(0);
    }
    let list: Vec<String> = columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
    let sql = format!("insert into \"{table}\" ({}) values {}", list.join(", "), places(q.engine(), rows, columns.len()));
    q.run(&sql, values).await
}

/// Takes away the indexes that only make reading fast or forbid doubles, and gives the statements that bring them back:
/// an index over many rows is made faster at once than row by row.
///
/// # Errors
/// Those of the database.
pub async fn drop_indexes(q: &impl Query) -> Result<Vec<String>> {
    #[derive(FromQueryResult)]
    struct Index {
        name: String,
        made: String,
    }
    let sql = match q.engine() {
        Engine::Sqlite => "select name, sql as made from sqlite_master where type = 'index' and sql is not null order by name",
        Engine::Postgres => {
            "select cast(i.indexname as text) as name, i.indexdef as made from pg_indexes i where i.schemaname = current_schema() \
             and i.indexname not in (select conname from pg_constraint) order by 1"
        }
    };
    let all: Vec<Index> = q.all(sql, args![]).await?;
    for index in &all {
        q.run(&format!("drop index \"{}\"", index.name), args![]).await?;
    }
    Ok(all.into_iter().map(|i| i.made).collect())
}

/// Lets SQLite sort on the disk from now on: a large index would not fit into memory. Not inside a transaction.
///
/// # Errors
/// Those of the database.
pub async fn sort_on_disk(db: &Db) -> Result<()> {
    if db.engine == Engine::Sqlite {
        db.run("pragma temp_store = file", args![]).await?;
    }
    Ok(())
}

/// Lets the counters of PostgreSQL go on after the highest number that stands in the tables.
///
/// # Errors
/// Those of the database.
pub async fn count_on(q: &impl Query, tables: &[Table]) -> Result<()> {
    for t in tables {
        for column in &t.counted {
            let sql = format!(
                "select setval(pg_get_serial_sequence('{0}', '{column}'), greatest(max(\"{column}\"), 0) + 1, false) from \"{0}\"",
                t.name
            );
            q.rows(&sql, args![]).await?;
        }
    }
    Ok(())
}

/// Is anything pointed at that is not there? Asked on SQLite after rows came in in bulk.
///
/// # Errors
/// Those of the database.
pub async fn sound(q: &impl Query) -> Result<bool> {
    if q.engine() == Engine::Postgres {
        return Ok(true);
    }
    let broken: Option<i64> = q.scalar("select count(*) from pragma_foreign_key_check", args![]).await?;
    Ok(broken == Some(0))
}
