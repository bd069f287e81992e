//! Rows of series and cells.

use std::fmt::Write;
use std::sync::OnceLock;

use kit::db::{Engine, filled_rows, list_places, portions};
use kit::time::{date_of, month_number};
use kit::{Error, Query, Result, args};
use rustc_hash::FxHashMap;
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::pack::{self, Pack};
use super::rules::{
    ALL_TIME, About, Anonymity, Cells, Counts, Dim, Hist, Keys, Kind, PackKey, Period, Series, SeriesKey, Slice, Stretch,
};

#[derive(FromQueryResult)]
struct SeriesRow {
    id: i64,
    kind: String,
    source: Uuid,
    question: String,
    about: String,
    anonymity: String,
    lo: i64,
    hi: i64,
    best: String,
}

impl SeriesRow {
    fn series(self) -> Option<Series> {
        Some(Series {
            id: self.id,
            key: SeriesKey {
                kind: Kind::parse(&self.kind)?,
                source: self.source,
                question: self.question,
                about: About::parse(&self.about)?,
                anonymity: Anonymity::parse(&self.anonymity)?,
                lo: self.lo,
                hi: self.hi,
                best_is_max: self.best == "max",
            },
        })
    }
}

pub async fn series(q: &impl Query, org: Uuid) -> Result<Vec<Series>> {
    let rows: Vec<SeriesRow> = q
        .all(
            "select id, kind, source, question, about, anonymity, lo, hi, best from series where org = $1 order by id",
            args![org],
        )
        .await?;
    Ok(rows.into_iter().filter_map(SeriesRow::series).collect())
}

pub async fn make_series(q: &impl Query, org: Uuid, key: &SeriesKey, now: kit::Timestamp) -> Result<Series> {
    let best = if key.best_is_max { "max" } else { "min" };
    q.run(
        "insert into series (org, id, kind, source, question, about, anonymity, lo, hi, best, created_at)
         select $1, coalesce(max(id), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 from series where org = $1
         on conflict (org, source, question, kind, lo, hi, best) do nothing",
        args![
            org,
            key.kind.as_str(),
            key.source,
            &*key.question,
            key.about.as_str(),
            key.anonymity.as_str(),
            key.lo,
            key.hi,
            best,
            now.0
        ],
    )
    .await?;
    let id: Option<i64> = q
        .scalar(
            "select id from series where org = $1 and source = $2 and question = $3 and kind = $4 and lo = $5 and hi = $6 and best = $7",
            args![org, key.source, &*key.question, key.kind.as_str(), key.lo, key.hi, best],
        )
        .await?;
    id.map(|id| Series { id, key: key.clone() }).ok_or_else(|| kit::Error::Internal("a series vanished".into()))
}

/// Statement sizes: few different texts, so that each is prepared once.
const SIZES: [usize; 10] = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1];

fn upsert_sql(engine: Engine, rows: usize) -> String {
    format!(
        "insert into cell (org, dim, key, grain, period, pack, data) {} \
         on conflict (org, dim, key, grain, period, pack) do update set data = excluded.data",
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
    lookup: Vec<String>,
}

fn texts(engine: Engine) -> &'static Texts {
    static SQLITE: OnceLock<Texts> = OnceLock::new();
    static POSTGRES: OnceLock<Texts> = OnceLock::new();
    let texts = if engine == Engine::Sqlite { &SQLITE } else { &POSTGRES };
    texts.get_or_init(|| Texts {
        upsert: SIZES.iter().map(|n| upsert_sql(engine, *n)).collect(),
        lookup: SIZES.iter().map(|n| lookup_sql(engine, *n)).collect(),
    })
}

#[derive(FromQueryResult)]
struct PackRow {
    dim: i64,
    key: Uuid,
    grain: i64,
    period: i64,
    pack: i64,
    data: Vec<u8>,
}

impl PackRow {
    fn place(&self) -> Option<PackKey> {
        let dim = Dim::EACH.into_iter().find(|d| *d as i64 == self.dim)?;
        Some(PackKey { dim, key: self.key, grain: self.grain, period: self.period, pack: self.pack })
    }

    fn read(&self) -> Result<Pack> {
        Pack::decode(self.pack, &self.data).ok_or_else(damaged)
    }
}

fn damaged() -> Error {
    Error::Internal("a cell of the figures is damaged; `otklik check --repair` counts it anew".into())
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

async fn put(q: &impl Query, org: Uuid, packs: &[(&PackKey, Vec<u8>)]) -> Result<()> {
    for (size, now) in portions(q.engine(), &SIZES, packs) {
        let at = SIZES.iter().position(|n| *n == size).unwrap_or(0);
        let mut values: Vec<Value> = Vec::with_capacity(size * 7);
        for (k, data) in now {
            values.extend(args![org, k.dim as i64, k.key, k.grain, k.period, k.pack, data.clone()]);
        }
        values.resize(size * 7, Value::BigInt(None));
        q.run(texts(q.engine()).upsert.get(at).map_or("", String::as_str), values).await?;
    }
    Ok(())
}

/// One transaction at a time adds to the cells of a company: what is read here is still true when it is written.
/// On SQLite the write lock says so already.
async fn alone(q: &impl Query, org: Uuid) -> Result<()> {
    if q.engine() == Engine::Postgres {
        let (high, low) = org.as_u64_pair();
        q.rows("select pg_advisory_xact_lock($1)", args![(high ^ low).cast_signed()]).await?;
    }
    Ok(())
}

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
        let mut packs = Vec::with_capacity(keys.len());
        for key in keys {
            let Some(more) = cells.0.get(key) else { continue };
            let data = match stored.get_mut(key) {
                Some(pack) => {
                    pack.merge(more);
                    pack.encode()
                }
                None => more.encode(),
            };
            packs.push((key, data));
        }
        put(q, org, &packs).await?;
    }
    Ok(())
}

/// So many packs are read and written in one go: memory stays bounded whatever an import brings.
const STEP: usize = 4096;

/// A row of an answer; parts that the slice did not ask for are empty.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub key: Option<Uuid>,
    /// Days, weeks (Monday 1969-12-29 is week 0) or months since 1970.
    pub period: Option<i64>,
    pub series: Option<i64>,
    pub hist: Hist,
}

/// Days since 1970 of the Monday of a week as [`Row::period`] counts it.
#[must_use]
pub fn week_start(week: i64) -> i64 {
    week * 7 - 3
}

/// The week of a day, as [`Row::period`] counts it.
#[must_use]
pub fn week_of(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

pub async fn read(q: &impl Query, org: Uuid, slice: &Slice) -> Result<Vec<Row>> {
    let keys = match &slice.keys {
        Keys::Whole => vec![Uuid::nil()],
        Keys::These(keys) => keys.clone(),
    };
    let mut packs: Vec<i64> = slice.series.iter().map(|s| pack::of(*s)).collect();
    packs.sort_unstable();
    packs.dedup();
    let stretches = match slice.by_period {
        Period::Month if !month_aligned(slice) => vec![Stretch { grain: 0, from: slice.range.from, to: slice.range.to, sign: 1 }],
        Period::None | Period::Month => slice.range.stretches(),
        Period::Day | Period::Week => vec![Stretch { grain: 0, from: slice.range.from, to: slice.range.to, sign: 1 }],
    };
    if packs.is_empty() || keys.is_empty() || stretches.is_empty() {
        return Ok(Vec::new());
    }
    let mut sums: FxHashMap<Place, Counts> = FxHashMap::default();
    // PostgreSQL knows at most 65,535 places, SQLite 32,766.
    for keys in keys.chunks(8000) {
        let mut values = args![org, slice.dim as i64];
        let key_places = list_places(values.len(), keys.len());
        values.extend(keys.iter().map(|k| Value::from(*k)));
        let pack_places = list_places(values.len(), packs.len());
        values.extend(packs.iter().map(|s| Value::from(*s)));
        // Packs of the same place are joined by the database, one behind the other: far fewer rows come over. Each stretch by
        // itself, in the order of the table's key, so that nothing has to be sorted first.
        let period = match slice.by_period {
            Period::None => "0",
            Period::Week => WEEK_OF,
            Period::Day | Period::Month => "period",
        };
        let joined = match q.engine() {
            Engine::Sqlite => "group_concat(hex(data), '')",
            Engine::Postgres => "string_agg(encode(data, 'hex'), '')",
        };
        let of_period = if slice.by_period == Period::None { "" } else { ", 2" };
        let parts: Vec<String> = stretches
            .iter()
            .map(|s| {
                let mut part = format!(
                    "select key, cast({period} as bigint) as p, pack, cast({} as bigint) as sign, {joined} as data from cell \
                     where org = $1 and dim = $2 and key in ({key_places}) and grain = {}",
                    s.sign, s.grain
                );
                if let Some(from) = s.from {
                    let _ = write!(part, " and period >= {from}");
                }
                if let Some(to) = s.to {
                    let _ = write!(part, " and period < {to}");
                }
                let _ = write!(part, " and pack in ({pack_places}) group by 1{of_period}, pack");
                part
            })
            .collect();
        let sql = parts.join(" union all ");
        for r in q.rows(&sql, values).await? {
            let (key, number, sign): (Uuid, i64, i64) = (r.try_get_by_index(0)?, r.try_get_by_index(2)?, r.try_get_by_index(3)?);
            let period = match slice.by_period {
                Period::None => None,
                // Months with a cut edge are added up from days.
                Period::Month if stretches.iter().all(|s| s.grain == 0) => Some(month_number(date_of(r.try_get_by_index(1)?))),
                Period::Day | Period::Week | Period::Month => Some(r.try_get_by_index(1)?),
            };
            let (key, data) = (slice.by_key.then_some(key), unhex(&r.try_get_by_index::<String>(4)?));
            pack::each(number, &data, |series, chunk, counts| {
                if slice.series.contains(&series) {
                    sums.entry((key, period, slice.by_series.then_some(series), chunk)).or_default().merge_signed(counts, sign);
                }
            })
            .ok_or_else(damaged)?;
        }
    }
    let mut sums: Vec<(Place, Counts)> = sums.into_iter().filter(|(_, counts)| !counts.is_empty()).collect();
    sums.sort_unstable_by_key(|(at, _)| *at);
    let mut out: Vec<Row> = Vec::new();
    for ((key, period, series, chunk), counts) in sums {
        if out.last().is_none_or(|row| (row.key, row.period, row.series) != (key, period, series)) {
            out.push(Row { key, period, series, hist: Hist::default() });
        }
        if let Some(last) = out.last_mut() {
            last.hist.put_chunk(chunk, &counts);
        }
    }
    Ok(out)
}

/// The week that a day lies in, counted so that days before 1970 come out right too.
const WEEK_OF: &str = "((period + 700003) / 7 - 100000)";

/// Bytes of hexadecimal text of either case; what is none of it ends as damage.
fn unhex(text: &str) -> Vec<u8> {
    let digit = |b: u8| DIGITS.get(usize::from(b)).copied().unwrap_or(u8::MAX);
    let mut out = Vec::with_capacity(text.len() / 2);
    let (pairs, rest) = text.as_bytes().as_chunks();
    for [a, b] in pairs {
        let (a, b) = (digit(*a), digit(*b));
        out.push(if (a | b) > 15 { u8::MAX } else { a << 4 | b });
    }
    out.extend(rest.iter().map(|_| u8::MAX));
    out
}

/// What each byte means as a hexadecimal digit; 255 for none.
const DIGITS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut i = 0;
    while i < 16 {
        table[b"0123456789abcdef"[i] as usize] = i as u8;
        table[b"0123456789ABCDEF"[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// Key, period, series and chunk; parts that the slice did not ask for are empty.
type Place = (Option<Uuid>, Option<i64>, Option<i64>, i64);

fn month_aligned(slice: &Slice) -> bool {
    slice.range.stretches().iter().all(|s| s.grain == 1)
}

/// Stocks as they stand now, from the cells of all time.
pub async fn stock(q: &impl Query, org: Uuid, dim: Dim, keys: &[Uuid], series: &[i64]) -> Result<Vec<(Uuid, i64, i64, i64)>> {
    let mut packs: Vec<i64> = series.iter().map(|s| pack::of(*s)).collect();
    packs.sort_unstable();
    packs.dedup();
    let mut out = Vec::new();
    // PostgreSQL knows at most 65,535 places, SQLite 32,766.
    let parts: Vec<(&[Uuid], &[i64])> = keys.chunks(8000).flat_map(|k| packs.chunks(8000).map(move |p| (k, p))).collect();
    for (keys, packs) in parts {
        let mut values = args![org, dim as i64];
        let key_places = list_places(values.len(), keys.len());
        values.extend(keys.iter().map(|k| Value::from(*k)));
        let pack_places = list_places(values.len(), packs.len());
        values.extend(packs.iter().map(|s| Value::from(*s)));
        // Handing a row over costs more than reading it: thousands of branches come as a few long texts of key and counts.
        let joined = match q.engine() {
            Engine::Sqlite => "group_concat(hex(key) || hex(data), ' ')",
            Engine::Postgres => "string_agg(encode(uuid_send(key), 'hex') || encode(data, 'hex'), ' ')",
        };
        let sql = format!(
            "select pack, {joined} from cell where org = $1 and dim = $2 and key in ({key_places}) and grain = {ALL_TIME} \
             and period = 0 and pack in ({pack_places}) group by pack"
        );
        for r in q.rows(&sql, values).await? {
            let (number, text): (i64, String) = (r.try_get_by_index(0)?, r.try_get_by_index(1)?);
            for one in text.split(' ') {
                let bytes = unhex(one);
                let (key, data) = bytes.split_at_checked(16).ok_or_else(damaged)?;
                let key = Uuid::from_slice(key).map_err(|_| damaged())?;
                pack::each(number, data, |id, _, counts| {
                    if series.contains(&id) {
                        out.push((key, id, counts.n, counts.sum));
                    }
                })
                .ok_or_else(damaged)?;
            }
        }
    }
    Ok(out)
}

/// The first and the last day of these series: from each end until a pack holds one of them.
pub async fn span(q: &impl Query, org: Uuid, series: &[i64]) -> Result<Option<(i64, i64)>> {
    let Some(first) = end(q, org, series, "asc").await? else { return Ok(None) };
    Ok(end(q, org, series, "desc").await?.map(|last| (first, last)))
}

async fn end(q: &impl Query, org: Uuid, series: &[i64], order: &str) -> Result<Option<i64>> {
    let mut packs: Vec<i64> = series.iter().map(|s| pack::of(*s)).collect();
    packs.sort_unstable();
    packs.dedup();
    if packs.is_empty() {
        return Ok(None);
    }
    let ahead = if order == "asc" { ">=" } else { "<=" };
    let mut from = if order == "asc" { i64::MIN } else { i64::MAX };
    // Every look sees 64 periods at least, so beginning again at the last of them gets on.
    let limit = 64 * packs.len();
    loop {
        let mut values = args![org, Uuid::nil(), from];
        let list = list_places(values.len(), packs.len());
        values.extend(packs.iter().map(|s| Value::from(*s)));
        let sql = format!(
            "select dim, key, grain, period, pack, data from cell where org = $1 and dim = 0 and key = $2 and grain = 0 \
             and period {ahead} $3 and pack in ({list}) order by period {order} limit {limit}"
        );
        let rows: Vec<PackRow> = q.all(&sql, values).await?;
        for row in &rows {
            if row.read()?.entries().any(|(s, _, counts)| series.contains(&s) && counts.n != 0) {
                return Ok(Some(row.period));
            }
        }
        match rows.last() {
            Some(last) if rows.len() == limit => from = last.period,
            _ => return Ok(None),
        }
    }
}

pub async fn check(q: &impl Query, org: Uuid, recount: &Cells, repair: bool) -> Result<usize> {
    alone(q, org).await?;
    let mut wanted: FxHashMap<&PackKey, &Pack> = recount.0.iter().filter(|(_, p)| !p.is_empty()).collect();
    let mut wrong = 0;
    let mut correction: Vec<(PackKey, Vec<u8>)> = Vec::new();
    for dim in Dim::EACH {
        let rows: Vec<PackRow> = q
            .all("select dim, key, grain, period, pack, data from cell where org = $1 and dim = $2", args![org, dim as i64])
            .await?;
        for row in rows {
            let Some(key) = row.place() else { continue };
            let want = wanted.remove(&key).cloned().unwrap_or_default();
            let differences = match row.read() {
                Ok(stored) => want.differences(&stored),
                Err(_) => want.entries().count().max(1),
            };
            if differences > 0 {
                wrong += differences;
                correction.push((key, want.encode()));
            }
        }
    }
    for (key, pack) in wanted {
        wrong += pack.entries().count();
        correction.push((*key, pack.encode()));
    }
    if repair {
        let rows: Vec<(&PackKey, Vec<u8>)> = correction.iter().map(|(k, data)| (k, data.clone())).collect();
        put(q, org, &rows).await?;
    }
    Ok(wrong)
}
