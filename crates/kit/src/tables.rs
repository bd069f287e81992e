//! The tables of a database as they are, whatever the program thinks of them: for backups, which must forget none.

mod bulk;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sea_orm::{FromQueryResult, QueryResult, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::args;
use crate::db::{Engine, Query};
use crate::error::{Error, Result};
use crate::ids::hex;

pub use bulk::{count_on, drop_indexes, insert, portion, sort_on_disk, sound};

/// What a column holds, the same on both databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Id,
    Int,
    Bool,
    Text,
    Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// A table and how it is walked.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The columns that order its rows; empty where the database has a number of its own for every row.
    key: Vec<Column>,
    /// Columns that PostgreSQL counts up by itself.
    counted: Vec<String>,
    parents: BTreeSet<String>,
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

#[derive(FromQueryResult)]
struct Found {
    name: String,
    kind: String,
    place: i64,
    counted: bool,
}

async fn names(q: &impl Query, sql: &str, values: Vec<Value>) -> Result<Vec<String>> {
    Ok(q.all::<Name>(sql, values).await?.into_iter().map(|n| n.name).collect())
}

/// The names of all tables, those of a search index too, but not what an index keeps for itself.
///
/// # Errors
/// Those of the database.
pub async fn all(q: &impl Query) -> Result<Vec<String>> {
    let sql = match q.engine() {
        Engine::Sqlite => {
            "select name from pragma_table_list where schema = 'main' and type in ('table', 'virtual') \
             and name not like 'sqlite\\_%' escape '\\' order by name"
        }
        Engine::Postgres => {
            "select cast(table_name as text) as name from information_schema.tables \
             where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1"
        }
    };
    names(q, sql, args![]).await
}

/// The tables but for those named in `without`, each after the tables that it points at.
///
/// # Errors
/// When a column holds what is not known here; those of the database.
pub async fn read(q: &impl Query, without: &[&str]) -> Result<Vec<Table>> {
    let mut waiting = Vec::new();
    for name in all(q).await? {
        // A note of another program beside ours is not ours to carry.
        if !without.contains(&&*name) && !name.starts_with('_') {
            waiting.push(table(q, name).await?);
        }
    }
    let mut out: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let before = out.len();
        let (ready, later): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(|t| {
            t.parents.iter().all(|p| *p == t.name || out.iter().any(|o| o.name == *p) || !waiting.iter().any(|w| w.name == *p))
        });
        out.extend(ready);
        waiting = later;
        if out.len() == before {
            return Err(Error::Internal(format!("the table {} points at one that points at it", waiting[0].name)));
        }
    }
    Ok(out)
}

async fn table(q: &impl Query, name: String) -> Result<Table> {
    plain(&name)?;
    let (columns, parents) = match q.engine() {
        Engine::Sqlite => (
            "select name, type as kind, pk as place, 0 as counted from pragma_table_info($1) order by cid",
            "select distinct \"table\" as name from pragma_foreign_key_list($1)",
        ),
        Engine::Postgres => (
            "select cast(c.column_name as text) as name, cast(c.data_type as text) as kind, \
             coalesce(c.column_default like 'nextval(%', false) as counted, cast(coalesce((select array_position(cast(i.indkey as int2[]), a.attnum) + 1 \
             from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attname = c.column_name \
             join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace \
             where i.indisprimary and t.relname = c.table_name and n.nspname = c.table_schema), 0) as bigint) as place \
             from information_schema.columns c where c.table_schema = current_schema() and c.table_name = $1 order by c.ordinal_position",
            "select distinct cast(p.relname as text) as name from pg_constraint k join pg_class p on p.oid = k.confrelid \
             join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace \
             where k.contype = 'f' and t.relname = $1 and n.nspname = current_schema()",
        ),
    };
    let found: Vec<Found> = q.all(columns, args![&*name]).await?;
    let parents = names(q, parents, args![&*name]).await?.into_iter().collect();
    let mut key = Vec::new();
    let mut columns = Vec::new();
    let mut counted = Vec::new();
    for f in found {
        plain(&f.name)?;
        let kind = match f.kind.to_ascii_lowercase().as_str() {
            "uuid" => Kind::Id,
            "bigint" | "integer" => Kind::Int,
            "boolean" => Kind::Bool,
            "text" | "character varying" => Kind::Text,
            "blob" | "bytea" => Kind::Bytes,
            other => {
                return Err(Error::Internal(format!(
                    "the column {name}.{} holds {other:?}, which a backup does not know",
                    f.name
                )));
            }
        };
        if f.counted {
            counted.push(f.name.clone());
        }
        let column = Column { name: f.name, kind };
        if f.place > 0 {
            key.push((f.place, column.clone()));
        }
        columns.push(column);
    }
    key.sort_by_key(|(place, _)| *place);
    let mut key: Vec<Column> = key.into_iter().map(|(_, c)| c).collect();
    let numbered = "select count(*) from pragma_table_list where schema = 'main' and name = $1 and wr = 0";
    if q.engine() == Engine::Sqlite && q.scalar::<i64>(numbered, args![&*name]).await? == Some(1) {
        key.clear();
    } else if key.is_empty() {
        return Err(Error::Internal(format!("the table {name} has no primary key to walk it by")));
    }
    Ok(Table { name, columns, key, counted, parents })
}

/// Names stand in statements without quotes, so they hold nothing that could end one.
fn plain(name: &str) -> Result<()> {
    let good = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if good { Ok(()) } else { Err(Error::Internal(format!("{name:?} is not a name of ours"))) }
}

/// How much of a table is read at once: about so many bytes, within so many rows.
const PAGE_BYTES: usize = 1 << 20;
const PAGE_ROWS: usize = 2000;

/// A walk through a table along its key, page by page, so that memory does not grow with it.
#[derive(Debug)]
pub struct Walk<'t> {
    table: &'t Table,
    after: Vec<Value>,
    rows: usize,
    done: bool,
}

impl<'t> Walk<'t> {
    #[must_use]
    pub fn new(table: &'t Table) -> Self {
        Self { table, after: Vec::new(), rows: 64, done: false }
    }

    /// Adds the next rows to `out`, one JSON array a line, and says how many there were; 0 at the end.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(&mut self, q: &impl Query, out: &mut Vec<u8>) -> Result<usize> {
        if self.done {
            return Ok(0);
        }
        let t = self.table;
        let rowid = [Column { name: "rowid".into(), kind: Kind::Int }];
        let key = if t.key.is_empty() { &rowid[..] } else { &t.key };
        let list = |columns: &[Column]| columns.iter().map(|c| format!("\"{}\"", c.name)).collect::<Vec<_>>().join(", ");
        let order = if t.key.is_empty() { "rowid".to_owned() } else { list(key) };
        let mut sql = format!("select {}, {order} from \"{}\"", list(&t.columns), t.name);
        if !self.after.is_empty() {
            let marks: Vec<String> = (1..=self.after.len()).map(|i| format!("${i}")).collect();
            let _ = write!(sql, " where ({order}) > ({})", marks.join(", "));
        }
        let _ = write!(sql, " order by {order} limit {}", self.rows);
        let rows = q.rows(&sql, self.after.clone()).await?;
        let before = out.len();
        for row in &rows {
            out.push(b'[');
            for (i, column) in t.columns.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(row, i, column.kind, out)?;
            }
            out.extend_from_slice(b"]\n");
        }
        self.done = rows.len() < self.rows;
        if let Some(last) = rows.last() {
            let from = t.columns.len();
            self.after = key.iter().enumerate().map(|(i, c)| value_at(last, from + i, c.kind)).collect::<Result<_>>()?;
            let each = ((out.len() - before) / rows.len()).max(1);
            self.rows = (PAGE_BYTES / each).clamp(1, (self.rows * 4).min(PAGE_ROWS));
        }
        Ok(rows.len())
    }
}

fn write(row: &QueryResult, i: usize, kind: Kind, out: &mut Vec<u8>) -> Result<()> {
    let null = b"null";
    match kind {
        Kind::Id => match row.try_get_by_index::<Option<Uuid>>(i)? {
            Some(id) => serde_json::to_writer(out, &id)?,
            None => out.extend_from_slice(null),
        },
        Kind::Int => serde_json::to_writer(out, &row.try_get_by_index::<Option<i64>>(i)?)?,
        Kind::Bool => serde_json::to_writer(out, &row.try_get_by_index::<Option<bool>>(i)?)?,
        Kind::Text => serde_json::to_writer(out, &row.try_get_by_index::<Option<String>>(i)?)?,
        Kind::Bytes => match row.try_get_by_index::<Option<Vec<u8>>>(i)? {
            Some(bytes) => serde_json::to_writer(out, &hex(&bytes))?,
            None => out.extend_from_slice(null),
        },
    }
    Ok(())
}

fn value_at(row: &QueryResult, i: usize, kind: Kind) -> Result<Value> {
    Ok(match kind {
        Kind::Id => row.try_get_by_index::<Option<Uuid>>(i)?.into(),
        Kind::Int => row.try_get_by_index::<Option<i64>>(i)?.into(),
        Kind::Bool => row.try_get_by_index::<Option<bool>>(i)?.into(),
        Kind::Text => row.try_get_by_index::<Option<String>>(i)?.into(),
        Kind::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(i)?.into(),
    })
}

/// Reads a line of [`Walk::next`]; `None` when it does not fit the columns.
#[must_use]
pub fn parse(line: &[u8], columns: &[Column]) -> Option<Vec<Value>> {
    let row: Vec<Json> = serde_json::from_slice(line).ok()?;
    if row.len() != columns.len() {
        return None;
    }
    row.into_iter().zip(columns).map(|(json, column)| value(json, column.kind)).collect()
}

fn value(json: Json, kind: Kind) -> Option<Value> {
    Some(match (kind, json) {
        (Kind::Id, Json::Null) => None::<Uuid>.into(),
        (Kind::Id, Json::String(s)) => Some(Uuid::try_parse(&s).ok()?).into(),
        (Kind::Int, Json::Null) => None::<i64>.into(),
        (Kind::Int, Json::Number(n)) => Some(n.as_i64()?).into(),
        (Kind::Bool, Json::Null) => None::<bool>.into(),
        (Kind::Bool, Json::Bool(b)) => Some(b).into(),
        (Kind::Text, Json::Null) => None::<String>.into(),
        (Kind::Text, Json::String(s)) => Some(s).into(),
        (Kind::Bytes, Json::Null) => None::<Vec<u8>>.into(),
        (Kind::Bytes, Json::String(s)) => Some(unhex(&s)?).into(),
        _ => return None,
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let figure = |b: u8| char::from(b).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks_exact(2).map(|pair| Some((figure(pair[0])? << 4) | figure(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let kinds = [Kind::Id, Kind::Int, Kind::Bool, Kind::Text, Kind::Bytes];
        let columns: Vec<Column> = kinds.iter().map(|k| Column { name: "c".into(), kind: *k }).collect();
        let id = Uuid::from_u128(7);
        let line = format!("[\"{id}\",-9223372036854775808,true,\"Здравствуйте\\n\",\"00ff\"]");
        let want: Vec<Value> =
            args![Some(id), Some(i64::MIN), Some(true), Some("Здравствуйте\n".to_owned()), Some(vec![0_u8, 255])];
        assert_eq!(parse(line.as_bytes(), &columns), Some(want));
        assert!(parse(b"[null,null,null,null,null]", &columns).is_some());
        for bad in [
            "[]",
            "{}",
            "",
            "[1,1,true,\"\",\"\"]",
            "[null,1.5,null,null,null]",
            "[null,null,1,null,null]",
            "[null,null,null,null,\"0\"]",
        ] {
            assert_eq!(parse(bad.as_bytes(), &columns), None, "{bad}");
        }
        assert!(plain("answer\"; drop").is_err() && plain("").is_err() && plain("response_2").is_ok());
    }
}
