//! Rows of series and cells.

use std::fmt::Write;
use std::sync::OnceLock;

use kit::db::{Engine, list_places, places};
use kit::{Query, Result, args};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::rules::{
    ALL_TIME, About, Anonymity, CellKey, Cells, Counts, Dim, Hist, Keys, Kind, Period, SLOTS, Series, SeriesKey, Slice, Stretch,
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
const SIZES: [usize; 5] = [256, 64, 16, 4, 1];
const COLUMNS: usize = 9 + SLOTS;

fn upsert_sql(engine: Engine, rows: usize) -> String {
    let mut sql = format!(
        "insert into cell (org, dim, key, grain, period, series, chunk, n, sum, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11) \
         values {} on conflict (org, dim, key, grain, period, series, chunk) do update set n = cell.n + excluded.n, sum = cell.sum + excluded.sum",
        places(engine, rows, COLUMNS)
    );
    for i in 0..SLOTS {
        let _ = write!(sql, ", s{i} = cell.s{i} + excluded.s{i}");
    }
    sql
}

fn statement(engine: Engine, rows: usize) -> &'static str {
    static SQLITE: OnceLock<Vec<String>> = OnceLock::new();
    static POSTGRES: OnceLock<Vec<String>> = OnceLock::new();
    let texts = if engine == Engine::Sqlite { &SQLITE } else { &POSTGRES };
    let texts = texts.get_or_init(|| SIZES.iter().map(|n| upsert_sql(engine, *n)).collect());
    SIZES.iter().position(|n| *n == rows).and_then(|i| texts.get(i)).map_or("", String::as_str)
}

pub async fn add(q: &impl Query, org: Uuid, cells: &Cells) -> Result<()> {
    let mut rows: Vec<(&CellKey, &Counts)> = cells.0.iter().filter(|(_, c)| !c.is_empty()).collect();
    // In the order of the key: pages are touched once, and two nodes never wait for each other crosswise.
    rows.sort_unstable_by_key(|(k, _)| **k);
    let mut rest = rows.as_slice();
    while !rest.is_empty() {
        let size = SIZES.into_iter().find(|n| *n <= rest.len()).unwrap_or(1);
        let (now, later) = rest.split_at(size);
        let mut values: Vec<Value> = Vec::with_capacity(size * COLUMNS);
        for (k, c) in now {
            values.extend(args![org, k.dim as i64, k.key, k.grain, k.period, k.series, k.chunk, c.n, c.sum]);
            values.extend(c.slots.iter().map(|s| Value::from(*s)));
        }
        q.run(statement(q.engine(), size), values).await?;
        rest = later;
    }
    Ok(())
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

/// The week that a day lies in, counted so that days before 1970 come out right too.
const WEEK_OF: &str = "((period + 700003) / 7 - 100000)";

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
    if slice.series.is_empty() || keys.is_empty() {
        return Ok(Vec::new());
    }
    let stretches = match slice.by_period {
        Period::None => slice.range.stretches(),
        Period::Month if month_aligned(slice) => slice.range.stretches(),
        Period::Month | Period::Day | Period::Week => {
            vec![Stretch { grain: 0, from: slice.range.from, to: slice.range.to }]
        }
    };
    let period = match slice.by_period {
        Period::None => "0",
        Period::Day => "period",
        Period::Week => WEEK_OF,
        Period::Month if month_aligned(slice) => "period",
        // Months with a cut edge are added up from days by the caller, who knows the calendar.
        Period::Month => "period",
    };
    let key = if slice.by_key { "key" } else { "$2" };
    let series = if slice.by_series { "series" } else { "0" };
    let mut out: Vec<Row> = Vec::new();
    // PostgreSQL knows at most 65,535 places, SQLite 32,766.
    for keys in keys.chunks(8000) {
        let mut values = args![org, Uuid::nil(), slice.dim as i64];
        let key_places = list_places(values.len(), keys.len());
        values.extend(keys.iter().map(|k| Value::from(*k)));
        let series_places = list_places(values.len(), slice.series.len());
        values.extend(slice.series.iter().map(|s| Value::from(*s)));
        let mut parts = Vec::new();
        for s in &stretches {
            let mut part = format!(
                "select key, period, series, chunk, n, sum, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 from cell \
                 where org = $1 and dim = $3 and key in ({key_places}) and grain = {}",
                s.grain
            );
            if let Some(from) = s.from {
                let _ = write!(part, " and period >= {from}");
            }
            if let Some(to) = s.to {
                let _ = write!(part, " and period < {to}");
            }
            let _ = write!(part, " and series in ({series_places})");
            parts.push(part);
        }
        if parts.is_empty() {
            continue;
        }
        let mut sums = String::new();
        for i in 0..SLOTS {
            let _ = write!(sums, ", cast(sum(s{i}) as bigint) as s{i}");
        }
        let sql = format!(
            "select {key} as k, {period} as p, {series} as s, chunk as c, cast(sum(n) as bigint) as n, cast(sum(sum) as bigint) as total{sums} \
             from ({}) as part group by 1, 2, 3, 4 order by 1, 2, 3, 4",
            parts.join(" union all ")
        );
        for r in q.rows(&sql, values).await? {
            let (key, period, series): (Uuid, i64, i64) = (r.try_get_by_index(0)?, int(&r, 1)?, int(&r, 2)?);
            let mut counts = Counts { n: r.try_get_by_index(4)?, sum: r.try_get_by_index(5)?, slots: [0; SLOTS] };
            for (i, slot) in counts.slots.iter_mut().enumerate() {
                *slot = r.try_get_by_index(6 + i)?;
            }
            let this = Row {
                key: slice.by_key.then_some(key),
                period: (slice.by_period != Period::None).then_some(period),
                series: slice.by_series.then_some(series),
                hist: Hist::default(),
            };
            let same = |row: &Row| row.key == this.key && row.period == this.period && row.series == this.series;
            if !out.last().is_some_and(same) {
                out.push(this);
            }
            if let Some(last) = out.last_mut() {
                last.hist.put_chunk(r.try_get_by_index(3)?, &counts);
            }
        }
    }
    if slice.by_period == Period::Month && !month_aligned(slice) {
        out = months_of_days(out);
    }
    if !slice.by_key && keys.len() > 8000 {
        out = merged(out);
    }
    Ok(out)
}

/// A literal 0 comes as int4 from PostgreSQL and as int8 from SQLite.
fn int(row: &sea_orm::QueryResult, index: usize) -> Result<i64> {
    match row.try_get_by_index::<i64>(index) {
        Ok(v) => Ok(v),
        Err(_) => Ok(i64::from(row.try_get_by_index::<i32>(index)?)),
    }
}

fn month_aligned(slice: &Slice) -> bool {
    slice.range.stretches().iter().all(|s| s.grain == 1)
}

fn months_of_days(rows: Vec<Row>) -> Vec<Row> {
    merged(
        rows.into_iter()
            .map(|mut r| {
                r.period = r.period.map(|d| kit::time::month_number(kit::time::date_of(d)));
                r
            })
            .collect(),
    )
}

/// Rows of the same place become one.
fn merged(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|r| (r.key, r.period, r.series));
    let mut out: Vec<Row> = Vec::new();
    for r in rows {
        match out.last_mut() {
            Some(last) if (last.key, last.period, last.series) == (r.key, r.period, r.series) => last.hist.merge(&r.hist),
            _ => out.push(r),
        }
    }
    out
}

/// Stocks as they stand now, from the cells of all time.
pub async fn stock(q: &impl Query, org: Uuid, dim: Dim, keys: &[Uuid], series: &[i64]) -> Result<Vec<(Uuid, i64, i64, i64)>> {
    let mut out = Vec::new();
    // PostgreSQL knows at most 65,535 places, SQLite 32,766.
    let parts: Vec<(&[Uuid], &[i64])> = keys.chunks(8000).flat_map(|k| series.chunks(8000).map(move |s| (k, s))).collect();
    for (keys, series) in parts {
        let mut values = args![org, dim as i64];
        let key_places = list_places(values.len(), keys.len());
        values.extend(keys.iter().map(|k| Value::from(*k)));
        let series_places = list_places(values.len(), series.len());
        values.extend(series.iter().map(|s| Value::from(*s)));
        let sql = format!(
            "select key, series, n, sum from cell where org = $1 and dim = $2 and key in ({key_places}) and grain = {ALL_TIME} \
             and period = 0 and series in ({series_places})"
        );
        for r in q.rows(&sql, values).await? {
            out.push((r.try_get_by_index(0)?, r.try_get_by_index(1)?, r.try_get_by_index(2)?, r.try_get_by_index(3)?));
        }
    }
    Ok(out)
}

pub async fn span(q: &impl Query, org: Uuid, series: &[i64]) -> Result<Option<(i64, i64)>> {
    if series.is_empty() {
        return Ok(None);
    }
    let mut values = args![org, Uuid::nil()];
    let list = list_places(values.len(), series.len());
    values.extend(series.iter().map(|s| Value::from(*s)));
    let sql = format!(
        "select min(period) as lo, max(period) as hi from cell where org = $1 and dim = 0 and key = $2 and grain = 0 and series in ({list})"
    );
    let Some(row) = q.rows(&sql, values).await?.into_iter().next() else { return Ok(None) };
    let (lo, hi): (Option<i64>, Option<i64>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(lo.zip(hi))
}

#[derive(FromQueryResult)]
struct CellRow {
    dim: i64,
    key: Uuid,
    grain: i64,
    period: i64,
    series: i64,
    chunk: i64,
    n: i64,
    sum: i64,
    s0: i64,
    s1: i64,
    s2: i64,
    s3: i64,
    s4: i64,
    s5: i64,
    s6: i64,
    s7: i64,
    s8: i64,
    s9: i64,
    s10: i64,
    s11: i64,
}

pub async fn check(q: &impl Query, org: Uuid, recount: &Cells, repair: bool) -> Result<usize> {
    let mut wanted = recount.clone();
    wanted.0.retain(|_, c| !c.is_empty());
    let mut wrong = 0;
    let mut correction = Cells::default();
    for dim in Dim::EACH {
        let rows: Vec<CellRow> = q
            .all(
                "select dim, key, grain, period, series, chunk, n, sum, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
                 from cell where org = $1 and dim = $2",
                args![org, dim as i64],
            )
            .await?;
        for r in rows {
            let key = CellKey { dim, key: r.key, grain: r.grain, period: r.period, series: r.series, chunk: r.chunk };
            let stored =
                Counts { n: r.n, sum: r.sum, slots: [r.s0, r.s1, r.s2, r.s3, r.s4, r.s5, r.s6, r.s7, r.s8, r.s9, r.s10, r.s11] };
            let want = wanted.0.remove(&key).unwrap_or_default();
            if stored != want {
                wrong += 1;
                let mut slots = want.slots;
                slots.iter_mut().zip(stored.slots).for_each(|(w, s)| *w -= s);
                correction.0.insert(key, Counts { n: want.n - stored.n, sum: want.sum - stored.sum, slots });
            }
            debug_assert_eq!(r.dim, dim as i64);
        }
    }
    wrong += wanted.0.len();
    correction.0.extend(wanted.0);
    if repair {
        add(q, org, &correction).await?;
    }
    Ok(wrong)
}
