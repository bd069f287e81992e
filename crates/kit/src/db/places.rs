//! Places of arguments in a statement, as each database likes them.

use sea_orm::{Statement, Value};

use super::Engine;

/// So many places are looked up by name without anybody feeling it.
const FEW: usize = 24;

/// The statement as the driver gets it.
///
/// SQLite takes a numbered place for a named one, and finds names by walking a list: a statement with thousands of places
/// would spend its time there. So where there are many, they become plain question marks, each with its value.
pub(super) fn statement(engine: Engine, sql: &str, args: Vec<Value>) -> Statement {
    if engine == Engine::Postgres || args.len() <= FEW || !sql.contains('$') {
        return Statement::from_sql_and_values(engine.backend(), sql, args);
    }
    let mut out = String::with_capacity(sql.len());
    let mut values = Vec::with_capacity(args.len());
    let mut rest = sql;
    let mut quoted = false;
    while let Some(at) = rest.find(['$', '\'']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let after = &from[1..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let place = after.get(..digits).and_then(|n| n.parse::<usize>().ok()).filter(|_| !quoted && from.starts_with('$'));
        match place.and_then(|n| args.get(n.checked_sub(1)?)) {
            Some(value) => {
                out.push('?');
                values.push(value.clone());
                rest = &after[digits..];
            }
            None => {
                quoted ^= from.starts_with('\'');
                out.push_str(&from[..1]);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Statement::from_sql_and_values(engine.backend(), out, values)
}

/// The text of a multi-row `values` list: `($1,$2),($3,$4)` for two rows of two.
///
/// On SQLite the places are plain question marks from the start (see [`Query`]'s statements), so nothing else in the statement
/// may have numbered places.
#[must_use]
pub fn places(engine: Engine, rows: usize, columns: usize) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        out.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { "," };
            let _ = match engine {
                Engine::Sqlite => write!(out, "{comma}?"),
                Engine::Postgres => write!(out, "{comma}${}", row * columns + column + 1),
            };
        }
        out.push(')');
    }
    out
}

/// Rows for an `insert … {} on conflict …` of a fixed size, so that its text is prepared once. On SQLite rows beyond those
/// at hand may stay empty: the second column of a real row is never null. PostgreSQL wants to know the types of every place,
/// so there the rows are exact.
#[must_use]
pub fn filled_rows(engine: Engine, rows: usize, columns: usize) -> String {
    let list = places(engine, rows, columns);
    match engine {
        Engine::Sqlite => format!("select * from (values {list}) where column2 is not null"),
        Engine::Postgres => format!("values {list}"),
    }
}

/// Cuts rows into portions of the sizes that are prepared (largest first, the last is 1), each with its size. On SQLite the
/// last portion may be smaller than its size: see [`filled_rows`].
pub fn portions<'a, T>(engine: Engine, sizes: &'a [usize], rows: &'a [T]) -> impl Iterator<Item = (usize, &'a [T])> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let exact = sizes.iter().copied().find(|n| *n <= rest.len()).unwrap_or(1);
        let filled = sizes.iter().rev().copied().find(|n| *n >= rest.len()).unwrap_or(exact);
        // A statement more costs about as much as a few dozen empty rows.
        let few = filled.saturating_sub(rest.len()) <= 32;
        let size = if engine == Engine::Sqlite && few { filled.max(exact) } else { exact };
        let (now, later) = rest.split_at(size.min(rest.len()));
        rest = later;
        Some((size, now))
    })
}

/// A list of places for `in (…)`: `$3,$4,$5` for three values after two.
#[must_use]
pub fn list_places(after: usize, count: usize) -> String {
    (1..=count).map(|i| format!("${}", after + i)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_become_plain_and_keep_their_values() {
        let args: Vec<Value> = (1..=30_i64).map(Value::from).collect();
        let sql = format!("select '$2', 'it''s $3', x from t where a = $30 and b in ({}) and c = $30", list_places(0, 30));
        let plain = statement(Engine::Sqlite, &sql, args.clone());
        let marks = vec!["?"; 30].join(",");
        assert_eq!(plain.sql, format!("select '$2', 'it''s $3', x from t where a = ? and b in ({marks}) and c = ?"));
        let mut wanted: Vec<Value> = vec![30_i64.into()];
        wanted.extend(args.iter().cloned());
        wanted.push(30_i64.into());
        assert_eq!(plain.values.map(|v| v.0), Some(wanted));
        assert_eq!(statement(Engine::Postgres, &sql, args).sql, sql);
        assert_eq!(statement(Engine::Sqlite, "select $1", vec![1_i64.into()]).sql, "select $1");
    }
}
