//! Are the triggers that forbid changes still those that the migrations made?

use crate::args;
use crate::db::{Engine, Query};
use crate::error::Result;
use crate::migrate::{Script, text_for};

/// A statement without what does not count: letter case, spaces, the end, the name of the schema.
fn plain(sql: &str) -> Vec<String> {
    let sql = sql.to_lowercase().replace("public.", "").replace(['(', ')', ',', ';'], " ");
    sql.split_whitespace().map(str::to_owned).collect()
}

/// The same with the words in order: PostgreSQL writes down what a trigger says in an order of its own.
fn sorted(sql: &str) -> Vec<String> {
    let mut words = plain(sql);
    words.sort();
    words
}

/// The name after `create trigger` or `create function`.
fn name_of<'a>(line: &'a str, what: &str) -> Option<&'a str> {
    line.trim_start().strip_prefix(what)?.split([' ', '(']).next()
}

/// The names of the triggers (and of their functions) that are missing, off, or other than the scripts made them.
///
/// # Errors
/// Those of the database.
pub async fn changed(q: &impl Query, scripts: &[Script]) -> Result<Vec<String>> {
    let text: String = scripts.iter().map(|s| text_for(s.sql, q.engine()) + "\n").collect();
    let mut found = Vec::new();
    for line in text.lines() {
        let (name, fits) = if let Some(name) = name_of(line, "create trigger ") {
            (name, trigger(q, name, line).await?)
        } else if let Some(name) = name_of(line, "create function ") {
            (name, function(q, name, line).await?)
        } else {
            continue;
        };
        if !fits {
            found.push(name.to_owned());
        }
    }
    found.dedup();
    Ok(found)
}

async fn trigger(q: &impl Query, name: &str, line: &str) -> Result<bool> {
    if q.engine() == Engine::Sqlite {
        let sql = "select sql from sqlite_master where type = 'trigger' and name = $1";
        let now: Option<String> = q.scalar(sql, args![name]).await?;
        return Ok(now.is_some_and(|now| plain(&now) == plain(line)));
    }
    // Only one that fires for everybody: `O` is what the scripts made, a disabled one is `D`.
    let sql = "select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
               where t.tgname = $1 and t.tgenabled in ('O', 'A') and pg_table_is_visible(c.oid)";
    let now: Option<String> = q.scalar(sql, args![name]).await?;
    Ok(now.is_some_and(|now| sorted(&now) == sorted(line)))
}

async fn function(q: &impl Query, name: &str, line: &str) -> Result<bool> {
    let sql = "select prosrc from pg_proc where proname = $1 and pg_function_is_visible(oid)";
    let now: Option<String> = q.scalar(sql, args![name]).await?;
    let meant = line.split("$body$").nth(1).unwrap_or_default();
    Ok(now.is_some_and(|now| plain(&now) == plain(meant)))
}
