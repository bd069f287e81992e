//! Cells are written: merged into what is stored, or set right by a recount.

use std::fmt::Write;
use std::sync::OnceLock;

use futures_util::future::join;
use kit::db::{Engine, filled_rows, portions};
use kit::{Query, Result, args};
use rustc_hash::FxHashMap;
use sea_orm::Value;
use uuid::Uuid;

use super::super::pack::Pack;
use super::super::recount::Recount;
use super::super::rules::{Cells, PackKey};
use super::read::{PackRow, damaged, unhex};

/// Statement sizes: few different texts, so that each is prepared once.
const SIZES: [usize; 10] = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1];

/// Writes packs over what is stored, or behind it.
fn upsert_sql(engine: Engine, rows: usize, behind: bool) -> String {
    let data = match engine {
        _ if !behind => "excluded.data",
        // Two blobs one behind the other are a text to SQLite, of the same bytes.
        Engine::Sqlite => "cast(cell.data || excluded.data as blob)",
        Engine::Postgres => "cell.data || excluded.data",
    };
    format!(
        "insert into cell (org, dim, key, grain, period, pack, data) {} \
         on conflict (org, dim, key, grain, period, pack) do update set data = {data}",
        filled_rows(engine, rows, 7)
    )
}

/// The stored packs of a list of keys, as one text of numbers in the list and bytes: handing rows over costs more than
/// finding them. The list stands first in the loop of the join, so each key is one look into the table.
fn lookup_sql(engine: Engine, rows: usize) -> String {
    let mut list = String::with_capacity(rows * 24);
    for i in 0..rows {
        let comma = if i == 0 { "" } else { "," };
        let at = i * 5;
        let _ = match engine {
            Engine::Sqlite => write!(list, "{comma}({i},?,?,?,?,?)"),
            Engine::Postgres if i == 0 => {
                write!(list, "(0,cast($1 as bigint),cast($2 as uuid),cast($3 as bigint),cast($4 as bigint),cast($5 as bigint))")
            }
            Engine::Postgres => write!(list, ",({i},${},${},${},${},${})", at + 1, at + 2, at + 3, at + 4, at + 5),
        };
    }
    let (joined, org) = match engine {
        Engine::Sqlite => ("group_concat(w.i || ':' || hex(c.data), ' ')", "?".to_owned()),
        Engine::Postgres => ("string_agg(w.i || ':' || encode(c.data, 'hex'), ' ')", format!("${}", rows * 5 + 1)),
    };
    format!(
        "with wanted (i, dim, key, grain, period, pack) as (values {list}) \
         select {joined} from wanted w cross join cell c \
         where c.org = {org} and c.dim = w.dim and c.key = w.key and c.grain = w.grain and c.period = w.period and c.pack = w.pack"
    )
}

struct Texts {
    upsert: Vec<String>,
    behind: Vec<String>,
    lookup: Vec<String>,
}

fn texts(engine: Engine) -> &'static Texts {
    static SQLITE: OnceLock<Texts> = OnceLock::new();
    static POSTGRES: OnceLock<Texts> = OnceLock::new();
    let texts = if engine == Engine::Sqlite { &SQLITE } else { &POSTGRES };
    texts.get_or_init(|| Texts {
        upsert: SIZES.iter().map(|n| upsert_sql(engine, *n, false)).collect(),
        behind: SIZES.iter().map(|n| upsert_sql(engine, *n, true)).collect(),
        lookup: SIZES.iter().map(|n| lookup_sql(engine, *n)).collect(),
    })
}

/// What is stored under these keys.
async fn stored(q: &impl Query, org: Uuid, keys: &[PackKey]) -> Result<FxHashMap<PackKey, Pack>> {
    let mut out = FxHashMap::default();
    let largest = SIZES.first().copied().unwrap_or(1);
    for part in keys.chunks(largest) {
        // The next larger size that is prepared; the last key fills it up.
        let (text, size) = texts(q.engine()).lookup.iter().zip(SIZES).rev().find(|(_, n)| *n >= part.len()).unzip();
        let (text, size) = (text.map_or("", String::as_str), size.unwrap_or(largest));
        let mut values: Vec<Value> = Vec::with_capacity(size * 5 + 1);
        for i in 0..size {
            if let Some(k) = part.get(i).or(part.last()) {
                values.extend(args![k.dim as i64, k.key, k.grain, k.period, k.pack]);
            }
        }
        values.push(org.into());
        let found: Option<String> = q.scalar(text, values).await?;
        for one in found.iter().flat_map(|f| f.split(' ')) {
            let (i, data) = one.split_once(':').ok_or_else(damaged)?;
            // The places that only fill the statement up repeat the last key.
            let Some(key) = i.parse().ok().and_then(|i: usize| part.get(i)) else { continue };
            out.insert(*key, Pack::decode(key.pack, &unhex(data)).ok_or_else(damaged)?);
        }
    }
    Ok(out)
}

/// Writes packs over what is stored, or behind it. The next portion is made ready while the database works at the last one.
async fn put(q: &impl Query, org: Uuid, packs: &[(&PackKey, &Pack)], behind: bool) -> Result<()> {
    let texts = texts(q.engine());
    let texts = if behind { &texts.behind } else { &texts.upsert };
    let mut ready = portions(q.engine(), &SIZES, packs).map(|(size, now)| {
        let at = SIZES.iter().position(|n| *n == size).unwrap_or(0);
        let mut values: Vec<Value> = Vec::with_capacity(size * 7);
        for (k, pack) in now {
            values.extend(args![org, k.dim as i64, k.key, k.grain, k.period, k.pack, pack.encode()]);
        }
        values.resize(size * 7, Value::BigInt(None));
        (texts.get(at).map_or("", String::as_str), values)
    });
    let mut next = ready.next();
    while let Some((sql, values)) = next {
        let (done, then) = join(q.run(sql, values), async { ready.next() }).await;
        done?;
        next = then;
    }
    Ok(())
}

/// One transaction at a time adds to the cells of a company: what is read here is still true when it is written.
/// On SQLite the write lock says so already.
pub async fn alone(q: &impl Query, org: Uuid) -> Result<()> {
    if q.engine() == Engine::Postgres {
        let (high, low) = org.as_u64_pair();
        q.rows("select pg_advisory_xact_lock($1)", args![(high ^ low).cast_signed()]).await?;
    }
    Ok(())
}

/// Adds cells to what is stored, in few large statements.
pub async fn add(q: &impl Query, org: Uuid, cells: &Cells) -> Result<()> {
    let mut keys: Vec<PackKey> = cells.0.iter().filter(|(_, p)| !p.is_empty()).map(|(k, _)| *k).collect();
    if keys.is_empty() {
        return Ok(());
    }
    alone(q, org).await?;
    // In the order of the key: pages are touched once.
    keys.sort_unstable();
    for keys in keys.chunks(STEP) {
        let mut stored = stored(q, org, keys).await?;
        for key in keys {
            if let (Some(pack), Some(more)) = (stored.get_mut(key), cells.0.get(key)) {
                pack.merge(more);
            }
        }
        let packs: Vec<(&PackKey, &Pack)> =
            keys.iter().filter_map(|key| Some((key, stored.get(key).or_else(|| cells.0.get(key))?))).collect();
        put(q, org, &packs, false).await?;
    }
    Ok(())
}

/// A day that got no more than so many answers at a time is written behind what is stored.
const FEW: i64 = 4;

/// Adds the cells of an import. Most of them are days of one employee with an answer or two, and new: looking for each first
/// would cost more than a second piece in the few that are not. The next live answer there makes one piece of them again.
pub async fn append(q: &impl Query, org: Uuid, mut cells: Cells) -> Result<()> {
    let small: Vec<(PackKey, Pack)> = cells.0.extract_if(|at, pack| at.grain == 0 && pack.most() <= FEW).collect();
    add(q, org, &cells).await?;
    drop(cells);
    alone(q, org).await?;
    let mut small: Vec<(&PackKey, &Pack)> = small.iter().filter(|(_, p)| !p.is_empty()).map(|(k, p)| (k, p)).collect();
    small.sort_unstable_by_key(|(k, _)| *k);
    put(q, org, &small, true).await
}

/// So many packs are read and written in one go: memory stays bounded whatever an import brings.
const STEP: usize = 4096;

/// Compares what is stored with a recount: how many cells differ. With `repair`, the recount is written. Both come in the
/// order of the key, so that memory does not grow with them.
pub async fn check(q: &impl Query, org: Uuid, recount: Recount, repair: bool) -> Result<usize> {
    let mut counted = recount.sorted()?;
    let mut want = counted.next()?;
    let (mut wrong, mut mend, mut after) = (0, Vec::new(), None);
    loop {
        let rows = packs_after(q, org, after).await?;
        for row in &rows {
            let Some(key) = row.place() else { continue };
            while let Some((missing, pack)) = want.take_if(|(k, _)| *k < key) {
                wrong += pack.entries().count();
                mend.push((missing, pack));
                want = counted.next()?;
            }
            let pack = match want.take_if(|(k, _)| *k == key) {
                Some((_, pack)) => {
                    want = counted.next()?;
                    pack
                }
                None => Pack::default(),
            };
            let differences = match row.read() {
                Ok(stored) => pack.differences(&stored),
                Err(_) => pack.entries().count().max(1),
            };
            if differences > 0 {
                wrong += differences;
                mend.push((key, pack));
            }
        }
        set_right(q, org, &mut mend, repair).await?;
        match rows.last() {
            Some(last) if rows.len() == STEP => after = Some(last.key()),
            _ => break,
        }
    }
    while let Some((missing, pack)) = want {
        wrong += pack.entries().count();
        mend.push((missing, pack));
        want = counted.next()?;
        if mend.len() >= STEP {
            set_right(q, org, &mut mend, repair).await?;
        }
    }
    set_right(q, org, &mut mend, repair).await?;
    Ok(wrong)
}

/// Writes what was found to differ, where that is wanted.
async fn set_right(q: &impl Query, org: Uuid, mend: &mut Vec<(PackKey, Pack)>, repair: bool) -> Result<()> {
    let found = std::mem::take(mend);
    if repair {
        let rows: Vec<(&PackKey, &Pack)> = found.iter().map(|(k, pack)| (k, pack)).collect();
        put(q, org, &rows, false).await?;
    }
    Ok(())
}

/// The next packs in the order of their key, at most [`STEP`].
async fn packs_after(q: &impl Query, org: Uuid, after: Option<(i64, Uuid, i64, i64, i64)>) -> Result<Vec<PackRow>> {
    let (dim, key, grain, period, pack) = after.unwrap_or((-1, Uuid::nil(), 0, 0, 0));
    let sql = format!(
        "select dim, key, grain, period, pack, data from cell where org = $1 and (dim, key, grain, period, pack) > ($2, $3, $4, $5, $6) \
         order by dim, key, grain, period, pack limit {STEP}"
    );
    q.all(&sql, args![org, dim, key, grain, period, pack]).await
}
