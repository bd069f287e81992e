//! Cells are read: sums over keys and periods, stocks as they stand, the first and the last day.

use std::fmt::Write;

use kit::db::{Engine, list_places};
use kit::time::{date_of, month_number};
use kit::{Error, Query, Result, args};
use rustc_hash::FxHashMap;
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::super::pack::{self, Pack};
use super::super::rules::{ALL_TIME, Counts, Dim, Hist, Keys, PackKey, Period, Slice, Stretch};

#[derive(FromQueryResult)]
pub(super) struct PackRow {
    dim: i64,
    key: Uuid,
    grain: i64,
    period: i64,
    pack: i64,
    data: Vec<u8>,
}

impl PackRow {
    pub(super) fn place(&self) -> Option<PackKey> {
        let dim = Dim::EACH.into_iter().find(|d| *d as i64 == self.dim)?;
        Some(PackKey { dim, key: self.key, grain: self.grain, period: self.period, pack: self.pack })
    }

    /// Where it lies, as the table has it.
    pub(super) fn key(&self) -> (i64, Uuid, i64, i64, i64) {
        (self.dim, self.key, self.grain, self.period, self.pack)
    }

    pub(super) fn read(&self) -> Result<Pack> {
        Pack::decode(self.pack, &self.data).ok_or_else(damaged)
    }
}

pub(super) fn damaged() -> Error {
    Error::Internal("a cell of the figures is damaged; `otklik check --repair` counts it anew".into())
}

/// A row of an answer; parts that the slice did not ask for are empty.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub key: Option<Uuid>,
    /// Days, weeks (Monday 1969-12-29 is week 0) or months since 1970.
    pub period: Option<i64>,
    pub series: Option<i64>,
    pub hist: Hist,
}

/// The packs that these series lie in, each once.
fn packs_of(series: &[i64]) -> Vec<i64> {
    let mut packs: Vec<i64> = series.iter().map(|s| pack::of(*s)).collect();
    packs.sort_unstable();
    packs.dedup();
    packs
}

/// Sums over the slice's days: a row for each key, period and series that it asks for, in their order.
pub async fn read(q: &impl Query, org: Uuid, slice: &Slice) -> Result<Vec<Row>> {
    let keys = match &slice.keys {
        Keys::Whole => vec![Uuid::nil()],
        Keys::These(keys) => keys.clone(),
    };
    let packs = packs_of(&slice.series);
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
            // Many pieces of one place: added up here first, so that the table of sums is asked once for each series.
            let mut place = Pack::with_room(2);
            pack::each(number, &data, |series, chunk, counts| {
                if slice.series.contains(&series) {
                    place.at(series, chunk).merge(counts);
                }
            })
            .ok_or_else(damaged)?;
            for (series, chunk, counts) in place.entries() {
                sums.entry((key, period, slice.by_series.then_some(series), chunk)).or_default().merge_signed(counts, sign);
            }
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
pub(super) fn unhex(text: &str) -> Vec<u8> {
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

/// Stocks as they stand now, from the cells of all time: `(key, series, n, sum)`.
pub async fn stock(q: &impl Query, org: Uuid, dim: Dim, keys: &[Uuid], series: &[i64]) -> Result<Vec<(Uuid, i64, i64, i64)>> {
    let packs = packs_of(series);
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

/// The first and the last day of these series, in days since 1970: from each end until a pack holds one of them.
pub async fn span(q: &impl Query, org: Uuid, series: &[i64]) -> Result<Option<(i64, i64)>> {
    let Some(first) = end(q, org, series, "asc").await? else { return Ok(None) };
    Ok(end(q, org, series, "desc").await?.map(|last| (first, last)))
}

/// The day nearest to the beginning (`asc`) or the end (`desc`) that holds a fact of these series.
async fn end(q: &impl Query, org: Uuid, series: &[i64], order: &str) -> Result<Option<i64>> {
    let packs = packs_of(series);
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
