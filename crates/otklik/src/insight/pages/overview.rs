//! The overview: the company, the own branches, or the own results.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kit::i18n::{Label, T};
use kit::time::date_of;
use kit::{Actor, Reach, Result};
use uuid::Uuid;

use super::mark::MarkForm;
use super::place::{Filters, Where, filters};
use super::start::{Step, steps};
use super::words::{Words, words};
use crate::access::{self, Noun};
use crate::app::App;
use crate::doors::{frame, with_views};
use crate::figures::Period;
use crate::insight::home::{Home, home};
use crate::insight::overview::{Card, Overview, Wanted};
use crate::insight::rules::{By, Metric};
use crate::insight::store::{self, Version};
use crate::insight::view::{Look, Marked, rebased};
use crate::insight::{Desk, Item, Sample, desk};
use crate::layout::{Chart, Chip, Figure, Flash, Frame, Tier, render};
use crate::surveys::rules::form::Form;

#[derive(Template)]
#[template(path = "insight/pages/overview.html")]
struct OverviewPage {
    frame: Frame,
    filters: Filters,
    lead: String,
    any: bool,
    /// There are answers, but not in these days.
    nothing: bool,
    everything: String,
    /// What to do before there is anything to show; empty for those who only look.
    steps: Vec<Step>,
    may_import: bool,
    figures: Vec<Figure>,
    line: Option<Chart>,
    chips: Vec<Chip>,
    tabs: Vec<Chip>,
    dots: Option<Chart>,
    tiers: Vec<Tier>,
    guarded: bool,
    next: String,
    spread: Option<Chart>,
    words: Vec<Words>,
    left_out: String,
    may_mark: bool,
    mark: MarkForm,
    /// The comments of the same days and places.
    answers: String,
    all_figures: String,
    home: Home,
}

/// The overview: the company, the own branches, or the own results.
pub async fn overview(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response> {
    let page = overview_page(&app, &actor, Where::read(&uri), None).await?;
    Ok(render(page.filters.status(), &page))
}

/// The same page with a form of a mark that was refused.
pub(super) async fn refused(app: &App, actor: &Actor, place: Where, form: MarkForm) -> Result<Response> {
    Ok(render(StatusCode::UNPROCESSABLE_ENTITY, &overview_page(app, actor, place, Some(form)).await?))
}

async fn overview_page(app: &App, actor: &Actor, mut place: Where, refused: Option<MarkForm>) -> Result<OverviewPage> {
    let t = T::new(actor.lang);
    let desk = desk(&app.ground.db, actor, app.ground.now());
    let today = desk.today;
    let wrong = place.settle(desk.q, actor).await?;
    let by = place.get("by").and_then(By::parse).filter(|b| b.dim().is_some() && *b != By::Version);
    let by = by.unwrap_or(match actor.reach {
        Reach::Company => By::Branch,
        Reach::OwnBranches => By::Employee,
        Reach::Own => By::Touchpoint,
    });
    let ask = place.ask(Metric::Nps, today, place.query())?;
    let wanted = Wanted {
        by,
        metric: place.get("metric").and_then(Metric::parse),
        question: place.get("question").map(str::to_owned),
        after: place.get("after").map(str::to_owned),
        ask,
    };
    let mark = refused.unwrap_or_else(|| MarkForm { on: date_of(today).to_string(), ..MarkForm::default() });
    let (seen, home, branch, mark_branch) = tokio::try_join!(
        desk.overview(&wanted),
        home(desk.q, actor, date_of(today)),
        place.branches(desk.q, actor, wrong.as_ref()),
        mark.branches(desk.q, actor),
    )?;
    let filters = filters(t, &place, today, branch, &seen.surveys);
    let forms = forms_of(&desk, &seen).await?;
    let words = words(actor, t, &seen.latest, &seen.branches);
    let labels = titles(&forms);
    let marks = Marked::list(&seen.marks, place.get("branch").and_then(|b| b.parse().ok()), t);
    let figures = seen.cards.iter().map(|c| card(t, &place, c, &labels, &marks)).collect();
    let chosen = seen.cards.get(seen.chosen);
    let line = chosen.map(|c| {
        let title = t.w("insight-weekly", "metric", card_label(t, c, &labels));
        look(t, c).line(title, Period::Week, &c.weeks, &marks)
    });
    let chips = seen
        .cards
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let question = c.question.as_ref().map_or("", |q| q.1.as_str());
            Chip::new(
                card_label(t, c, &labels),
                place.href("/", &[("metric", c.metric.key()), ("question", question)]),
                i == seen.chosen,
            )
        })
        .collect();
    let own = [By::Branch, By::Region, By::Touchpoint, By::Employee, By::Channel];
    let tabs = own
        .into_iter()
        .filter(|b| actor.reach != Reach::Own || !matches!(b, By::Branch | By::Region | By::Employee))
        .map(|b| Chip::new(t.s(&format!("insight-by-{}", b.key())), place.href("/", &[("by", b.key())]), b == by))
        .collect();
    let (mut dots, mut tiers, mut next) = (None, Vec::new(), String::new());
    if let (Some(card), Some(figure)) = (chosen, &seen.groups) {
        let param = if by == By::Branch { "branch" } else { "" };
        let to = |item: &Item| {
            if param.is_empty() { String::new() } else { place.href("/", &[(param, &item.key), ("by", "employee")]) }
        };
        let over = t.s(&format!("insight-one-{}", by.key()));
        (dots, tiers) = look(t, card).groups(t.s(&format!("insight-by-{}", by.key())), over, &figure.worded(t), &to);
        next = figure.next.as_ref().map_or_else(String::new, |n| place.href("/", &[("after", n), ("by", by.key())]));
    }
    let spread = chosen.and_then(|c| look(t, c).spread(card_label(t, c, &labels), seen.spread.as_ref()?, &HashMap::new()));
    // Without a card: is it too early, or only the wrong days?
    let answered =
        seen.cards.is_empty() && crate::surveys::answer_counts(desk.q, actor.org, today).await?.values().any(|n| *n > 0);
    let lead = match place.range(today).1 {
        Some((from, to)) => t.w("insight-lead", "span", t.span(&date_of(from), &date_of(to - 1))),
        None => String::new(),
    };
    let title = t.s(match actor.reach {
        Reach::Company => "insight-title",
        Reach::OwnBranches => "insight-title-branch",
        Reach::Own => "insight-title-own",
    });
    let may = |right| access::reach(actor.role, right);
    let mut frame = with_views(frame(actor, title, "overview"), desk.q, actor, "/", &place.raw()).await?;
    if place.get("done") == Some("setup") {
        frame = frame.flash(Flash::good(t.s("access-done-setup")));
    }
    if place.get("marked").is_some() {
        frame = frame.flash(Flash::good(t.w("insight-mark-added", "text", place.get("marked").unwrap_or(""))));
    }
    let mark = MarkForm { branches: mark_branch, back: place.href("/", &[]), ..mark };
    Ok(OverviewPage {
        filters,
        lead,
        any: !seen.cards.is_empty(),
        nothing: answered,
        everything: place.href("/", &[("period", "all"), ("from", ""), ("to", ""), ("branch", ""), ("survey", "")]),
        steps: if may(access::change(Noun::Survey)).is_some() { steps(t, &seen, answered) } else { Vec::new() },
        may_import: may(access::change(Noun::Import)).is_some(),
        figures,
        line,
        chips,
        tabs,
        dots,
        tiers,
        guarded: chosen.is_some() && seen.groups.is_none(),
        next,
        spread,
        words,
        left_out: if seen.left_out > 0 { t.n("insight-left-out", seen.left_out) } else { String::new() },
        may_mark: may(access::change(Noun::Mark)).is_some(),
        mark,
        answers: place.answers(today, true),
        all_figures: place.href("/figures", &[]),
        home,
        frame,
    })
}

fn look(t: T, card: &Card) -> Look {
    let scale = card.series.first().map(|s| (s.key.lo, s.key.hi, s.key.best_is_max));
    Look { t, metric: card.metric, scale }
}

fn card_label(t: T, card: &Card, titles: &HashMap<(Uuid, String), Label>) -> String {
    match &card.question {
        Some(at) => titles.get(at).map_or_else(|| at.1.clone(), |l| t.label(l).to_owned()),
        None => t.s(&format!("insight-metric-{}", card.metric.key())),
    }
}

fn card(t: T, place: &Where, card: &Card, titles: &HashMap<(Uuid, String), Label>, marks: &[Marked]) -> Figure {
    let survey = card.question.as_ref().map(|q| q.0.to_string());
    let mut changes = vec![("metric", "")];
    match (&card.question, &survey) {
        (Some((_, question)), Some(survey)) => changes.extend([("question", question.as_str()), ("survey", survey.as_str())]),
        _ => changes.push(("question", "")),
    }
    let href = place.href(&format!("/figures/{}", card.metric.key()), &changes);
    let weeks: Vec<Sample> = card.weeks.iter().map(|w| w.1.clone()).collect();
    let anew = rebased(Period::Week, card.weeks.iter().map(|w| w.0), marks);
    let (before, year) = (card.before.as_ref(), card.year.as_ref());
    look(t, card).card(&card_label(t, card, titles), &href, &card.now, before, year, (&weeks, &anew))
}

/// The forms that the page needs: those of the ratings on cards.
async fn forms_of<Q: kit::Query>(desk: &Desk<'_, Q>, seen: &Overview) -> Result<HashMap<Uuid, Form>> {
    let mut ids: Vec<Uuid> = seen.cards.iter().filter_map(|c| c.question.as_ref().map(|q| q.0)).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<Version> = store::forms(desk.q, desk.actor.org, &ids).await?;
    Ok(rows.into_iter().filter_map(|v| Some((v.survey, serde_json::from_str(&v.form).ok()?))).collect())
}

/// What questions ask, by survey and key; a row of a matrix by `question.row`.
fn titles(forms: &HashMap<Uuid, Form>) -> HashMap<(Uuid, String), Label> {
    let mut out = HashMap::new();
    for (survey, form) in forms {
        for q in &form.questions {
            out.insert((*survey, q.key.clone()), q.title.clone());
            for row in &q.rows {
                out.insert((*survey, format!("{}.{}", q.key, row.key)), row.title.clone());
            }
        }
    }
    out
}
