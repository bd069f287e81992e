//! Who knows what: how many have to know, and how many do; now, on a day, over time.
//!
//! It is a stock: the sum of all steps up to a day. Cells hold the sums that are asked for often; two conditions at once,
//! and the past of one item in one branch, are added up from the steps.

use std::collections::{BTreeMap, HashMap};

use kit::Result;
use kit::db::Query;
use uuid::Uuid;

use super::counts;
use super::rules::duty::position_id;
use super::store::{people, reads};
use crate::figures::{self, Dim, Keys, Period, Range, Series, Slice};

/// What a line of the answer stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    Whole,
    Branch,
    Position,
    Item,
    Standard,
}

/// What is counted.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub standard: Option<Uuid>,
    pub item: Option<Uuid>,
    /// Only these; `None`: all.
    pub branches: Option<Vec<Uuid>>,
    pub position: Option<Uuid>,
}

/// How many have to know, and how many do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    pub required: i64,
    pub known: i64,
}

impl Stock {
    fn add(&mut self, required: i64, known: i64) {
        self.required += required;
        self.known += known;
    }

    /// The known share, 0…1; `None` where nobody has to know anything.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "people times items lie far below 2^53")]
    pub fn share(&self) -> Option<f64> {
        (self.required > 0).then(|| self.known as f64 / self.required as f64)
    }
}

/// Positions that employees have: id and the first spelling.
///
/// # Errors
/// Those of the database.
pub async fn positions(q: &impl Query, org: Uuid) -> Result<Vec<(Uuid, String)>> {
    let mut out: Vec<(Uuid, String)> = Vec::new();
    for name in people::spellings(q, org).await? {
        if let Some(id) = position_id(&name).filter(|id| !out.iter().any(|p| p.0 == *id)) {
            out.push((id, name.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }
    Ok(out)
}

/// The series that a question reads, with what each stands for.
fn series(all: &[Series], scope: &Scope, split: Split, of: &HashMap<Uuid, Uuid>) -> HashMap<i64, Uuid> {
    let mut out = HashMap::new();
    let mine = |s: &&Series| s.key.kind == figures::Kind::Knowledge;
    match (split, scope.item) {
        (Split::Item, None) => {
            for s in all.iter().filter(mine).filter(|s| !s.key.question.is_empty()) {
                let Ok(item) = Uuid::try_parse(&s.key.question) else { continue };
                if scope.standard.is_none_or(|wanted| s.key.source == wanted) {
                    out.insert(s.id, item);
                }
            }
        }
        (_, Some(item)) => {
            let standard = of.get(&item).copied().filter(|s| scope.standard.is_none_or(|w| w == *s));
            let found = standard.and_then(|s| Some((counts::find(all, s, Some(item))?, s)));
            out.extend(found.map(|(id, s)| (id, if split == Split::Standard { s } else { item })));
        }
        (Split::Standard, None) => {
            let whole = |s: &&Series| s.key.question.is_empty() && !s.key.source.is_nil();
            let wanted = |s: &&Series| scope.standard.is_none_or(|w| s.key.source == w);
            out.extend(all.iter().filter(mine).filter(whole).filter(wanted).map(|s| (s.id, s.key.source)));
        }
        (_, None) => {
            let source = scope.standard.unwrap_or_default();
            out.extend(counts::find(all, source, None).map(|id| (id, source)));
        }
    }
    out
}

fn by_item(scope: &Scope, split: Split) -> bool {
    scope.item.is_some() || split == Split::Item
}

/// How things stand: now, or (with `before`) at the end of the day before that one. Keys without anything are not there.
///
/// # Errors
/// Those of the database.
pub async fn stock(
    q: &impl Query,
    org: Uuid,
    all: &[Series],
    scope: &Scope,
    split: Split,
    before: Option<i64>,
) -> Result<HashMap<Uuid, Stock>> {
    let here = scope.branches.is_some() || split == Split::Branch;
    let does = scope.position.is_some() || split == Split::Position;
    if (here && does) || ((here || does) && by_item(scope, split) && before.is_some()) {
        return folded(q, org, scope, split, before).await;
    }
    let of = if scope.item.is_some() { reads::standards(q, org).await? } else { HashMap::new() };
    let series = series(all, scope, split, &of);
    let ids: Vec<i64> = series.keys().copied().collect();
    let (dim, keys) = match (here, does) {
        (true, _) => (
            Dim::Branch,
            match &scope.branches {
                Some(ids) => ids.clone(),
                None => reads::branches(q, org).await?.iter().map(|b| b.id).collect(),
            },
        ),
        (_, true) => (
            Dim::Position,
            match scope.position {
                Some(id) => vec![id],
                None => positions(q, org).await?.iter().map(|p| p.0).collect(),
            },
        ),
        _ => (Dim::All, vec![Uuid::nil()]),
    };
    let mut out: HashMap<Uuid, Stock> = HashMap::new();
    let mut put = |key: Uuid, id: i64, required: i64, known: i64| {
        let key = match split {
            Split::Whole => Uuid::nil(),
            Split::Branch | Split::Position => key,
            Split::Item | Split::Standard => series.get(&id).copied().unwrap_or_default(),
        };
        out.entry(key).or_default().add(required, known);
    };
    match before {
        None => {
            for (key, id, required, known) in figures::stock(q, org, dim, &keys, &ids).await? {
                put(key, id, required, known);
            }
        }
        Some(day) => {
            let slice = Slice {
                series: ids,
                dim,
                keys: Keys::These(keys),
                range: Range { from: None, to: Some(day) },
                by_key: true,
                by_period: Period::None,
                by_series: true,
            };
            for row in figures::read(q, org, &slice).await? {
                if let (Some(key), Some(id)) = (row.key, row.series) {
                    put(key, id, row.hist.n, row.hist.sum);
                }
            }
        }
    }
    out.retain(|_, s| *s != Stock::default());
    Ok(out)
}

/// From the steps themselves.
async fn folded(q: &impl Query, org: Uuid, scope: &Scope, split: Split, before: Option<i64>) -> Result<HashMap<Uuid, Stock>> {
    let of = reads::standards(q, org).await?;
    let mut out: HashMap<Uuid, Stock> = HashMap::new();
    for s in steps(q, org, scope, &of, before.unwrap_or(i64::MAX)).await? {
        let key = match split {
            Split::Whole => Some(Uuid::nil()),
            Split::Branch => Some(s.branch),
            Split::Position => s.position,
            Split::Item => Some(s.item),
            Split::Standard => of.get(&s.item).copied(),
        };
        if let Some(key) = key {
            out.entry(key).or_default().add(s.required, s.known);
        }
    }
    out.retain(|_, s| *s != Stock::default());
    Ok(out)
}

async fn steps(q: &impl Query, org: Uuid, scope: &Scope, of: &HashMap<Uuid, Uuid>, before: i64) -> Result<Vec<reads::StepRow>> {
    let mut rows = reads::steps_in(q, org, scope.branches.as_deref(), before).await?;
    rows.retain(|r| {
        scope.item.is_none_or(|i| r.item == i)
            && scope.standard.is_none_or(|s| of.get(&r.item) == Some(&s))
            && scope.position.is_none_or(|p| r.position == Some(p))
    });
    Ok(rows)
}

/// How things stood at the end of each of these periods; `ends` are the first days behind them, ascending.
///
/// # Errors
/// Those of the database.
pub async fn over(q: &impl Query, org: Uuid, all: &[Series], scope: &Scope, ends: &[i64]) -> Result<Vec<Stock>> {
    let (Some(first), Some(last)) = (ends.first().copied(), ends.last().copied()) else { return Ok(Vec::new()) };
    let two = scope.branches.is_some() && scope.position.is_some();
    let item_here = scope.item.is_some() && (scope.branches.is_some() || scope.position.is_some());
    let mut by_day: BTreeMap<i64, Stock> = BTreeMap::new();
    let of = if scope.item.is_some() || two { reads::standards(q, org).await? } else { HashMap::new() };
    if two || item_here {
        for s in steps(q, org, scope, &of, last).await? {
            by_day.entry(s.day).or_default().add(s.required, s.known);
        }
    } else {
        let ids: Vec<i64> = series(all, scope, Split::Whole, &of).into_keys().collect();
        let (dim, keys) = match (&scope.branches, scope.position) {
            (Some(ids), _) => (Dim::Branch, Keys::These(ids.clone())),
            (None, Some(id)) => (Dim::Position, Keys::These(vec![id])),
            (None, None) => (Dim::All, Keys::Whole),
        };
        let slice = |range, by_period| Slice {
            series: ids.clone(),
            dim,
            keys: keys.clone(),
            range,
            by_key: false,
            by_period,
            by_series: false,
        };
        for row in figures::read(q, org, &slice(Range { from: None, to: Some(first) }, Period::None)).await? {
            by_day.entry(first - 1).or_default().add(row.hist.n, row.hist.sum);
        }
        for row in figures::read(q, org, &slice(Range { from: Some(first), to: Some(last) }, Period::Day)).await? {
            by_day.entry(row.period.unwrap_or(first)).or_default().add(row.hist.n, row.hist.sum);
        }
    }
    let (mut sum, mut out, mut days) = (Stock::default(), Vec::with_capacity(ends.len()), by_day.into_iter().peekable());
    for end in ends {
        while let Some((_, step)) = days.next_if(|(day, _)| day < end) {
            sum.add(step.required, step.known);
        }
        out.push(sum);
    }
    Ok(out)
}

/// The first day on which anything had to be known.
///
/// # Errors
/// Those of the database.
pub async fn since(q: &impl Query, org: Uuid, all: &[Series]) -> Result<Option<i64>> {
    let ids: Vec<i64> = counts::find(all, Uuid::nil(), None).into_iter().collect();
    Ok(figures::span(q, org, &ids).await?.map(|s| s.0))
}

/// How many have to know an item and do, in these branches (everywhere when `None`), for whoever shows what points at it.
///
/// # Errors
/// Those of the database.
pub async fn of_item(q: &impl Query, org: Uuid, item: Uuid, branches: Option<Vec<Uuid>>) -> Result<Stock> {
    let all = figures::all_series(q, org).await?;
    let scope = Scope { item: Some(item), branches, ..Scope::default() };
    Ok(stock(q, org, &all, &scope, Split::Whole, None).await?.into_values().next().unwrap_or_default())
}
