//! The JSON door of figures.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::i18n::T;
use kit::time::date_of;
use kit::web::{Params, answer};
use kit::{Actor, Error, Result};
use serde::Serialize;
use uuid::Uuid;

use super::figure::{Figure, Item};
use super::rules::{Ask, Bin, Metric, Query};
use crate::app::App;

/// A figure as the catalogue has it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Entry {
    pub key: &'static str,
    pub title: String,
    /// What values are counted in: points, %, share (0…1), mean, count.
    pub unit: &'static str,
    #[schema(pattern = "^(up|down)$")]
    pub better: &'static str,
    pub definition: String,
    pub source: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Catalogue {
    pub items: Vec<Entry>,
    pub next: Option<String>,
}

/// One bar of a distribution.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Bar {
    /// The point of the scale, or the key of the option.
    pub key: String,
    pub label: String,
    pub n: i64,
    pub share: f64,
}

/// One item of a figure. Parts that were not asked for are absent.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemOut {
    pub key: String,
    pub label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The survey of a question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survey: Option<Uuid>,
    /// Answers in the base; null when suppressed.
    pub n: Option<i64>,
    pub value: Option<f64>,
    pub ci: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suppressed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Vec<Bar>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub previous: Option<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub previous_n: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub difference: Option<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<[f64; 2]>)]
    pub difference_ci: Option<Option<[f64; 2]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub p: Option<Option<f64>>,
    /// 1 is the best; groups of one tier cannot be told apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub tier: Option<Option<usize>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub against_mean: Option<Option<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<[f64; 2]>)]
    pub limits: Option<Option<[f64; 2]>>,
}

/// A point that is more than noise.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SignalOut {
    /// The period.
    pub key: String,
    /// `outside`, `nine_one_side` or `six_trend`.
    pub rule: &'static str,
    #[schema(pattern = "^(up|down)$")]
    pub side: &'static str,
    /// The period in which the run began.
    pub since: String,
}

/// A figure.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FigureOut {
    pub metric: &'static str,
    pub unit: &'static str,
    #[schema(format = Date)]
    pub from: Option<String>,
    #[schema(format = Date)]
    pub to: Option<String>,
    pub items: Vec<ItemOut>,
    /// The cursor of the next part, where a limit was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Surveys whose anonymous answers may not be cut this way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    pub centre: Option<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<[f64; 2]>)]
    pub limits: Option<Option<[f64; 2]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signals: Option<Vec<SignalOut>>,
}

/// Lists the figures.
#[utoipa::path(get, path = "/metrics", tag = "figures", responses((status = 200, body = Catalogue)))]
pub async fn list(actor: Actor) -> Result<Response> {
    let t = T::new(actor.lang);
    let items = Metric::ALL
        .into_iter()
        .map(|m| Entry {
            key: m.key(),
            title: t.s(&format!("insight-metric-{}", m.key())),
            unit: m.unit(),
            better: if m.up_is_better(true) { "up" } else { "down" },
            definition: t.s(&format!("insight-definition-{}", m.key())),
            source: t.s(&format!("insight-source-{}", m.key())),
        })
        .collect();
    answer(200, &Catalogue { items, next: None })
}

/// A figure: of everything, or by place, person, question or period.
///
/// `nps` is in points (−100…100), `promoters`, `passives` and `detractors` in percent, `csat`, `ces_easy` and
/// `response_rate` are shares (0…1), `ces`, `rating` and `score` means on their scale.
#[utoipa::path(get, path = "/metrics/{key}", tag = "figures", params(("key" = String, Path), Query),
    responses((status = 200, body = FigureOut)))]
pub async fn show(State(app): State<App>, actor: Actor, Path(key): Path<String>, query: Params<Query>) -> Result<Response> {
    let metric = Metric::parse(&key).ok_or(Error::NotFound)?;
    let ask = Ask::read(metric, query.0)?;
    let figure = super::desk(&app.ground.db, &actor, app.ground.now()).figure(&ask).await?;
    answer(200, &FigureOut::of(&ask, &figure))
}

impl FigureOut {
    #[must_use]
    pub fn of(ask: &Ask, figure: &Figure) -> Self {
        let day = |d: Option<i64>| d.map(|d| date_of(d).to_string());
        let pair = |i: measure::Interval| if ask.metric == Metric::Nps { measure::nps::cut(i) } else { i };
        let pair = |i: measure::Interval| [pair(i).low, pair(i).high];
        let mut items: Vec<ItemOut> = figure.items.iter().map(|i| item(ask, figure, i)).collect();
        let (mut centre, mut limits, mut signals) = (None, None, None);
        if let Some(chart) = &figure.chart {
            for (item, point) in items.iter_mut().zip(&chart.points) {
                item.limits = Some(point.limits.map(pair));
            }
            let last = chart.points.iter().rev().find(|p| p.limits.is_some());
            let middle = last.or(chart.points.last()).and_then(|p| p.centre);
            centre = Some(middle);
            limits = Some(last.and_then(|p| p.limits).map(pair));
            let key = |at: usize| figure.items.get(at).map(|i| i.key.clone()).unwrap_or_default();
            signals = Some(
                chart
                    .signals
                    .iter()
                    .map(|s| SignalOut { key: key(s.index), rule: rule_key(s.rule), side: side_key(s.side), since: key(s.since) })
                    .collect(),
            );
        }
        Self {
            metric: ask.metric.key(),
            unit: ask.metric.unit(),
            from: day(ask.range.from),
            to: day(ask.range.to),
            items,
            next: figure.next.clone(),
            left_out: figure.left_out.iter().copied().collect(),
            centre,
            limits,
            signals,
        }
    }
}

/// The word of a rule.
#[must_use]
pub fn rule_key(rule: measure::chart::Rule) -> &'static str {
    use measure::chart::Rule;
    match rule {
        Rule::Outside => "outside",
        Rule::NineOneSide => "nine_one_side",
        Rule::SixTrend => "six_trend",
    }
}

fn side_key(side: measure::chart::Side) -> &'static str {
    match side {
        measure::chart::Side::Up => "up",
        measure::chart::Side::Down => "down",
    }
}

fn item(ask: &Ask, figure: &Figure, i: &Item) -> ItemOut {
    let shown = !i.suppressed;
    let pair = |i: measure::Interval| [i.low, i.high];
    let change = i.change().filter(|_| shown);
    let compared = i.previous.is_some();
    let standing = i.standing.map(|s| match s.standing {
        measure::tiers::Standing::Above => "above",
        measure::tiers::Standing::Like => "like",
        measure::tiers::Standing::Below => "below",
    });
    ItemOut {
        key: i.key.clone(),
        label: i.label.clone(),
        code: i.code.clone(),
        survey: i.survey,
        n: shown.then(|| i.sample.n()),
        value: i.sample.value().filter(|_| shown),
        ci: i.sample.interval().filter(|_| shown).map(pair),
        suppressed: i.suppressed,
        distribution: bars(figure, i).filter(|_| shown),
        previous: compared.then(|| i.previous.as_ref().and_then(super::Sample::value).filter(|_| shown)),
        previous_n: compared.then(|| i.previous.as_ref().map(super::Sample::n).filter(|_| shown)),
        difference: compared.then(|| change.map(|d| d.difference)),
        difference_ci: compared.then(|| change.map(|d| pair(d.interval))),
        p: compared.then(|| change.and_then(|d| d.p)),
        tier: ask.tiers.then_some(i.tier),
        against_mean: ask.tiers.then_some(standing),
        limits: None,
    }
}

/// How often each value came.
#[must_use]
pub fn bars(figure: &Figure, item: &Item) -> Option<Vec<Bar>> {
    let super::Sample::Bins(n, bins) = &item.sample else { return None };
    #[expect(clippy::cast_precision_loss, reason = "answers lie far below 2^53")]
    let share = |c: i64| if *n > 0 { c as f64 / *n as f64 } else { 0.0 };
    Some(
        bins.iter()
            .map(|(bin, c)| {
                let (key, label) = match bin {
                    Bin::Value(v) => (v.to_string(), v.to_string()),
                    Bin::Option(o) => (o.clone(), figure.options.get(o).cloned().unwrap_or_else(|| o.clone())),
                };
                Bar { key, label, n: *c, share: share(*c) }
            })
            .collect(),
    )
}
