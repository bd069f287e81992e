//! The catalogue of figures, and one of them: how it is counted, over time, by place.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kit::i18n::T;
use kit::time::date_of;
use kit::{Actor, Error, Reach, Result};

use super::place::{Filters, Where, filters};
use crate::app::App;
use crate::doors::{frame, with_views};
use crate::figures::Period;
use crate::insight::overview::GROUPS;
use crate::insight::rules::{Ask, By, Metric, Query, periods};
use crate::insight::store;
use crate::insight::view::{Look, Marked, rebased};
use crate::insight::{Item, Sample, desk};
use crate::layout::{Chart, Chip, Field, Figure, Frame, Tier, render};

struct Row {
    href: String,
    title: String,
    definition: String,
    source: String,
}

#[derive(Template)]
#[template(path = "insight/pages/catalogue.html")]
struct CataloguePage {
    frame: Frame,
    rows: Vec<Row>,
}

/// All figures with their definitions.
pub async fn catalogue(actor: Actor, uri: Uri) -> Result<Response> {
    let t = T::new(actor.lang);
    let place = Where::read(&uri);
    // Who sees only their own has what they know on the page of their duties.
    let own = actor.reach == Reach::Own;
    let rows = Metric::ALL
        .into_iter()
        .filter(|m| !own || *m != Metric::Acknowledged)
        .map(|m| Row {
            href: place.href(&format!("/figures/{}", m.key()), &[("metric", ""), ("question", "")]),
            title: t.s(&format!("insight-metric-{}", m.key())),
            definition: t.s(&format!("insight-definition-{}", m.key())),
            source: t.s(&format!("insight-source-{}", m.key())),
        })
        .collect();
    let frame = frame(&actor, t.s("insight-figures"), "overview").crumb(t.s("insight-title"), place.href("/", &[]));
    Ok(render(StatusCode::OK, &CataloguePage { frame, rows }))
}

#[derive(Template)]
#[template(path = "insight/pages/figure.html")]
struct FigurePage {
    frame: Frame,
    filters: Filters,
    question: Option<Field>,
    choose: bool,
    card: Option<Figure>,
    line: Option<Chart>,
    grains: Vec<Chip>,
    tabs: Vec<Chip>,
    dots: Option<Chart>,
    tiers: Vec<Tier>,
    next: String,
    spread: Option<Chart>,
    definition: String,
    source: String,
    guarded: bool,
    left_out: String,
    csv: String,
    /// The answers that are counted; empty where there are none to show.
    answers: String,
}

/// One figure: how it is counted, over time, by place.
pub async fn figure(State(app): State<App>, actor: Actor, Path(key): Path<String>, uri: Uri) -> Result<Response> {
    let metric = Metric::parse(&key).ok_or(Error::NotFound)?;
    let t = T::new(actor.lang);
    let (db, mut place) = (&app.ground.db, Where::read(&uri));
    let wrong = place.settle(db, &actor).await?;
    let desk = desk(db, &actor, app.ground.now());
    let path = format!("/figures/{key}");
    let more = || place.query_of(metric);
    let (branch, surveys, series) = tokio::try_join!(
        place.branches(db, &actor, wrong.as_ref()),
        store::surveys(db, actor.org, 200),
        crate::figures::all_series(db, actor.org),
    )?;
    let asked: Vec<crate::figures::Series> = series
        .iter()
        .filter(|s| !metric.of_standards() && metric.takes(&s.key, true))
        .filter(|s| !s.key.question.contains('=') && !s.key.question.is_empty())
        .cloned()
        .collect();
    let titles = desk.titles(&asked).await?;
    // A question is called by its words; several surveys may share its key.
    let questions: BTreeMap<String, String> = asked
        .iter()
        .map(|s| {
            let words = titles.get(&format!("{}/{}", s.key.source, s.key.question)).map(|l| t.label(l).to_owned());
            (s.key.question.clone(), words.unwrap_or_else(|| s.key.question.clone()))
        })
        .collect();
    let question = (!questions.is_empty()).then(|| {
        Field::select("question", t.s("insight-question"))
            .placeholder(t.s("insight-question-any"))
            .value(place.get("question").unwrap_or(""))
            .choices(questions)
    });
    let frame = frame(&actor, t.s(&format!("insight-metric-{key}")), "overview")
        .crumb(t.s("insight-title"), place.href("/", &[]))
        .crumb(t.s("insight-figures"), place.href("/figures", &[]));
    let frame = with_views(frame, db, &actor, &path, &place.raw()).await?;
    let behind =
        !metric.of_standards() && crate::access::reach(actor.role, crate::access::see(crate::access::Noun::Response)).is_some();
    let mut page = FigurePage {
        frame,
        filters: filters(t, &place, desk.today, branch, if metric.of_standards() { &[] } else { &surveys }),
        question,
        choose: false,
        card: None,
        line: None,
        grains: Vec::new(),
        tabs: Vec::new(),
        dots: None,
        tiers: Vec::new(),
        next: String::new(),
        spread: None,
        definition: t.s(&format!("insight-definition-{key}")),
        source: t.s(&format!("insight-source-{key}")),
        guarded: false,
        left_out: String::new(),
        answers: if behind { place.answers(desk.today, false) } else { String::new() },
        csv: place.href(&format!("{path}/table.csv"), &[]),
    };
    if metric.of_standards() {
        page.filters.about.choices.clear();
    }
    let ranged = place.range(desk.today).1.is_some();
    let compare = |which: &str| (ranged && metric != Metric::Distribution).then(|| which.to_owned());
    let now = desk.figure_of(&place.ask(metric, desk.today, Query { compare: compare("previous"), ..more() })?, &series).await;
    let now = match now {
        Ok(now) => now,
        Err(Error::Invalid(faults)) => {
            page.choose = faults.iter().any(|f| f.code == "several-scales");
            page.guarded = faults.iter().any(|f| f.code.starts_with("guarded"));
            if !page.choose && !page.guarded {
                return Err(Error::Invalid(faults));
            }
            return Ok(render(page.filters.status(), &page));
        }
        Err(error) => return Err(error),
    };
    let look = Look { t, metric, scale: now.scale };
    let grain = place.get("grain").unwrap_or("week");
    let period = period_of(grain);
    // A year at least: dynamics first.
    let end = place.range(desk.today).1.map_or(desk.today + 1, |d| d.1);
    let begin = place.range(desk.today).1.map_or(end - 364 * 3, |d| d.0.min(end - 364)).max(end - 20 * 365);
    let begin = if period == Period::Day { begin.max(end - 120) } else { periods::start(period, periods::of(period, begin)) };
    let over = Ask::read(
        metric,
        Query {
            from: Some(date_of(begin).to_string()),
            to: Some(date_of(end).to_string()),
            by: Some(grain_key(period).into()),
            chart: Some("1".into()),
            ..more()
        },
    )?;
    let title = t.s(&format!("insight-metric-{key}"));
    let (mut weeks, mut anew) = (Vec::new(), Vec::new());
    if metric != Metric::Distribution {
        match desk.figure_of(&over, &series).await {
            Ok(line) => {
                let first = periods::of(period, begin);
                let points: Vec<(i64, Sample, bool)> =
                    (first..).zip(&line.items).map(|(at, i)| (at, i.sample.clone(), i.suppressed)).collect();
                let quiet = points.iter().take_while(|p| p.1.n() == 0 && !p.2).count();
                let points = &points[quiet.min(points.len())..];
                weeks = points.iter().map(|p| p.1.clone()).collect();
                let (begin, end) = (date_of(begin).to_string(), date_of(end).to_string());
                let marks = store::marks(db, actor.org, &begin, &end, actor.only_branches()).await?;
                let marks = Marked::list(&marks, place.get("branch").and_then(|b| b.parse().ok()), t);
                anew = rebased(period, points.iter().map(|p| p.0), &marks);
                page.line = (!points.is_empty()).then(|| look.line(title.clone(), period, points, &marks));
            }
            Err(Error::Invalid(_)) => page.guarded = true,
            Err(error) => return Err(error),
        }
    }
    if let Some(item) = now.items.first() {
        if metric == Metric::Distribution {
            page.spread = look.spread(title.clone(), &item.sample, &now.options);
        } else {
            let mut before = item.previous.clone();
            if metric == Metric::Responses {
                before = None;
            }
            page.card = Some(look.card(&title, "", &item.sample, before.as_ref(), None, (&weeks, &anew)));
        }
    }
    page.grains = ["day", "week", "month"]
        .map(|g| Chip::new(t.s(&format!("insight-{g}")), place.href(&path, &[("grain", g)]), g == grain_key(period)))
        .into();
    let tabs: &[By] = match metric {
        Metric::Acknowledged => &[By::Branch, By::Region, By::Position, By::Standard, By::Item],
        Metric::Quiz => &[By::Branch, By::Region, By::Employee, By::Item],
        _ => &[By::Branch, By::Region, By::Touchpoint, By::Employee, By::Channel],
    };
    let by = place.get("by").and_then(By::parse).filter(|b| tabs.contains(b)).unwrap_or(match actor.reach {
        Reach::Own if metric.of_standards() => By::Item,
        Reach::Own => By::Touchpoint,
        _ => By::Branch,
    });
    let groups = Query {
        by: Some(by.key().into()),
        tiers: Some("1".into()),
        limit: Some(GROUPS),
        after: place.get("after").map(str::to_owned),
        ..more()
    };
    if metric != Metric::Distribution {
        match desk.figure_of(&place.ask(metric, desk.today, groups)?, &series).await {
            Ok(figure) => {
                let to = |item: &Item| {
                    if by == By::Branch { place.href(&path, &[("branch", &item.key)]) } else { String::new() }
                };
                let over = t.s(&format!("insight-one-{}", by.key()));
                (page.dots, page.tiers) = look.groups(t.s(&format!("insight-by-{}", by.key())), over, &figure.worded(t), &to);
                page.next =
                    figure.next.as_ref().map_or_else(String::new, |n| place.href(&path, &[("after", n), ("by", by.key())]));
            }
            Err(Error::Invalid(_)) => page.guarded = true,
            Err(error) => return Err(error),
        }
        page.tabs = tabs
            .iter()
            .map(|b| Chip::new(t.s(&format!("insight-by-{}", b.key())), place.href(&path, &[("by", b.key())]), *b == by))
            .collect();
    }
    if !now.left_out.is_empty() {
        page.left_out = t.n("insight-left-out", now.left_out.len());
    }
    Ok(render(page.filters.status(), &page))
}

/// The grain of an address; weeks where it names none.
fn period_of(grain: &str) -> Period {
    match grain {
        "day" => Period::Day,
        "month" => Period::Month,
        _ => Period::Week,
    }
}

/// A grain as an address names it.
fn grain_key(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Month => "month",
        _ => "week",
    }
}
