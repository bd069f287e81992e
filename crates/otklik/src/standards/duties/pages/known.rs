//! Who knows what: by branch, position, item and standard, and over time.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::{Label, T};
use kit::time::date_of;
use kit::{Actor, Reach, Result};
use uuid::Uuid;

use crate::app::App;
use crate::figures;
use crate::layout::{Chart, Chip, Field, Figure, Frame, Line as Curve, Point, render};
use crate::standards::duties::api;
use crate::standards::duties::report::{self, Scope, Split, Stock};
use crate::standards::duties::store::reads;
use crate::standards::editing::rules::ItemText;

/// A line of the table.
struct Row {
    label: String,
    sub: String,
    href: String,
    required: String,
    missing: String,
    share: String,
    percent: f64,
}

#[derive(Template)]
#[template(path = "standards/duties/pages/known.html")]
struct KnownPage {
    frame: Frame,
    any: bool,
    filter: Option<Field>,
    by: String,
    figures: Vec<Figure>,
    chart: Option<Chart>,
    tabs: Vec<Chip>,
    head: String,
    rows: Vec<Row>,
    more: usize,
    csv: String,
}

/// What the address may carry.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Ask {
    #[serde(default)]
    pub by: String,
    #[serde(default)]
    pub standard: String,
    #[serde(default)]
    pub all: String,
}

/// So many lines are shown; the weakest come first, the rest on demand.
const LINES: usize = 100;
/// Weeks of the chart.
const WEEKS: i64 = 52;

/// Who knows what.
///
/// # Errors
/// Those of the database.
pub async fn show(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let (db, org, today) = (&app.ground.db, actor.org, api::today(&app, &actor));
    let own = match actor.reach {
        Reach::Company => None,
        Reach::OwnBranches => Some(actor.branches.to_vec()),
        // Whoever sees only their own has it on the page of their duties.
        Reach::Own => return Ok(crate::doors::go("/duties")),
    };
    let series = figures::all_series(db, org).await?;
    let standard = Uuid::try_parse(&ask.standard).ok();
    let scope = Scope { standard, branches: own, ..Scope::default() };
    let split = match ask.by.as_str() {
        "position" => Split::Position,
        "item" => Split::Item,
        "standard" => Split::Standard,
        _ => Split::Branch,
    };
    let by = match split {
        Split::Position => "position",
        Split::Item => "item",
        Split::Standard => "standard",
        _ => "branch",
    };
    // Ends of weeks: Mondays, and tomorrow for the week that runs.
    let monday = figures::week_start(figures::week_of(today));
    let since = report::since(db, org, &series).await?;
    let mut ends: Vec<i64> = (0..WEEKS).rev().map(|w| monday - 7 * w).filter(|d| since.is_some_and(|s| *d > s)).collect();
    ends.push(today + 1);
    let (stock, over, items, words) = tokio::try_join!(
        report::stock(db, org, &series, &scope, split, None),
        report::over(db, org, &series, &scope, &ends),
        reads::items(db, org),
        names(db, org, split),
    )?;
    let now = over.last().copied().unwrap_or_default();
    let label =
        |stored: &str| serde_json::from_str::<Label>(stored).map_or_else(|_| stored.to_owned(), |l| t.label(&l).to_owned());
    let mut titles: Vec<(Uuid, String)> = Vec::new();
    for item in &items {
        if titles.last().is_none_or(|l| l.0 != item.standard) {
            titles.push((item.standard, label(&item.title)));
        }
    }
    let title = |id: &Uuid| titles.iter().find(|s| s.0 == *id).map(|s| s.1.clone());
    let name = |id: &Uuid| -> Option<(String, String, String)> {
        match split {
            Split::Item => {
                let item = items.iter().find(|i| i.id == *id)?;
                let text: ItemText = serde_json::from_str(&item.text).ok()?;
                Some((t.label(&text.text).to_owned(), title(&item.standard)?, format!("/items/{id}")))
            }
            Split::Standard => Some((title(id)?, String::new(), format!("/standards/{id}/people"))),
            Split::Branch => {
                let href = standard.map_or_else(String::new, |s| format!("/standards/{s}/people?branch={id}"));
                Some((words.get(id)?.clone(), String::new(), href))
            }
            _ => Some((words.get(id)?.clone(), String::new(), String::new())),
        }
    };
    let mut lines: Vec<(f64, (String, String, String), Stock)> =
        stock.iter().filter(|(_, s)| s.required > 0).filter_map(|(id, s)| Some((s.share()?, name(id)?, *s))).collect();
    // The weakest first: there something is to be done.
    lines.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let shown = if ask.all.is_empty() { LINES } else { usize::MAX };
    let more = lines.len().saturating_sub(shown);
    let row = |(share, (label, sub, href), s): (f64, (String, String, String), Stock)| Row {
        label,
        sub,
        href,
        required: t.int(s.required),
        missing: t.int(s.required - s.known),
        share: t.percent(share, 1),
        percent: share * 100.0,
    };
    let rows: Vec<Row> = lines.into_iter().take(shown).map(row).collect();
    let mut figure = Figure::new(t.s("insight-metric-acknowledged"), now.share().map_or_else(|| "—".into(), |s| t.percent(s, 1)));
    figure = figure.n(t.w2("duties-known-of", "known", t.int(now.known), "all", t.int(now.required)));
    let missing = Figure::new(t.s("duties-missing"), t.int(now.required - now.known)).href("/figures/acknowledged");
    let points: Vec<Point> = ends
        .iter()
        .zip(&over)
        .map(|(end, s)| Point {
            label: t.date_short(&date_of(end - 1)),
            value: s.share().map(|v| v * 100.0),
            interval: None,
            n: s.required,
            signal: None,
        })
        .collect();
    let chart = (points.len() > 1).then(|| {
        let says = now.share().map_or_else(String::new, |s| t.w("duties-known-now", "share", t.percent(s, 1)));
        let curve = Curve {
            title: t.s("duties-known-over"),
            says,
            unit: "%".into(),
            decimals: 1,
            over: t.s("insight-week"),
            points,
            range: Some((0.0, 100.0)),
            ..Curve::default()
        };
        curve.chart(t)
    });
    let here = |by: &str, more: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (k, v) in [("by", by), ("standard", ask.standard.as_str()), ("all", more)] {
            if !v.is_empty() {
                query.append_pair(k, v);
            }
        }
        format!("/standards/knowledge?{}", query.finish())
    };
    let tabs = ["branch", "position", "standard", "item"]
        .map(|b| Chip::new(t.s(&format!("insight-by-{b}")), here(b, ""), b == by))
        .into();
    let filter = (titles.len() > 1).then(|| {
        Field::select("standard", t.s("insight-one-standard"))
            .placeholder(t.s("duties-all-standards"))
            .value(standard.map_or_else(String::new, |s| s.to_string()))
            .choices(titles.iter().map(|(id, name)| (id.to_string(), name.clone())))
    });
    let frame = crate::standards::section::top(&actor, t.s("duties-knowledge"), "knowledge");
    let page = KnownPage {
        frame,
        any: now.required > 0,
        filter,
        by: by.into(),
        figures: vec![figure, missing],
        chart,
        tabs,
        head: t.s(&format!("insight-one-{by}")),
        rows,
        more,
        csv: here(by, "1"),
    };
    Ok(render(StatusCode::OK, &page))
}

/// Names of branches or positions, where the lines are those.
async fn names(q: &impl kit::Query, org: Uuid, split: Split) -> Result<HashMap<Uuid, String>> {
    Ok(match split {
        Split::Branch => reads::branches(q, org).await?.into_iter().map(|b| (b.id, b.name)).collect(),
        Split::Position => report::positions(q, org).await?.into_iter().collect(),
        _ => HashMap::new(),
    })
}
