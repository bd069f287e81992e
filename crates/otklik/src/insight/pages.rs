//! The HTML door: overview, catalogue, one figure, marks.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::{Label, T};
use kit::time::date_of;
use kit::{Actor, Error, Reach, Result};
use uuid::Uuid;

use super::overview::{Card, Overview, Wanted, mark_day, period_of};
use super::rules::{Ask, By, Metric, Query, ask};
use super::store::{self, Version};
use super::view::Look;
use super::{Desk, desk};
use crate::access::choose::{self, What};
use crate::access::places;
use crate::access::rules::places::MarkForm as NewMark;
use crate::app::App;
use crate::doors::frame;
use crate::figures::Period;
use crate::layout::{Chart, Chip, Errors, Field, Figure, Flash, Frame, Tier, render};
use crate::surveys::responses::Shown;
use crate::surveys::rules::form::{Form, Type};

/// What a page of figures was asked for, as it stands in the address; it follows from page to page.
#[derive(Clone, Debug, Default)]
pub struct Where {
    pairs: Vec<(String, String)>,
}

impl Where {
    fn read(uri: &Uri) -> Self {
        let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
        Self { pairs: pairs.into_owned().filter(|(_, v)| !v.is_empty() && !v.contains('\0') && v.len() < 300).collect() }
    }

    /// Turns the branch that was chosen or typed into its id. What fits none or several is taken out, so that the page shows
    /// everything, and the words about it are returned with what was typed.
    async fn settle(&mut self, q: &impl kit::Query, actor: &Actor) -> Result<Option<(String, String)>> {
        let Some(at) = self.pairs.iter().position(|(k, _)| k == "branch") else { return Ok(None) };
        let typed = self.pairs[at].1.clone();
        match choose::resolve(q, actor, What::Branch, "branch", &typed).await {
            Ok(Some(id)) => self.pairs[at].1 = id.to_string(),
            Ok(None) => _ = self.pairs.remove(at),
            Err(Error::Invalid(faults)) => {
                self.pairs.remove(at);
                let words = faults.first().map_or_else(String::new, |f| kit::web::field_text(f, T::new(actor.lang)));
                return Ok(Some((typed, words)));
            }
            Err(other) => return Err(other),
        }
        Ok(None)
    }

    /// The filter of branches; none for those who see one or only themselves.
    async fn branches(&self, q: &impl kit::Query, actor: &Actor, wrong: Option<&(String, String)>) -> Result<Option<Field>> {
        if actor.reach == Reach::Own {
            return Ok(None);
        }
        let t = T::new(actor.lang);
        let (value, error) = wrong.map_or((self.get("branch").unwrap_or(""), ""), |(typed, words)| (typed, words));
        let field = Field::select("branch", t.s("insight-branch")).placeholder(t.s("insight-branch-any")).value(value);
        let field = choose::field(q, actor, What::Branch, field).await?.error(error);
        Ok((field.choices.len() > 1 || wrong.is_some()).then_some(field))
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The address of a page with some of it changed; "" drops a part.
    fn href(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (k, v) in &self.pairs {
            let follows = matches!(
                k.as_str(),
                "period"
                    | "from"
                    | "to"
                    | "branch"
                    | "survey"
                    | "about"
                    | "by"
                    | "metric"
                    | "question"
                    | "item"
                    | "standard"
                    | "grain"
            );
            if follows && !changes.iter().any(|(c, _)| c == k) {
                out.append_pair(k, v);
            }
        }
        for (k, v) in changes.iter().filter(|(_, v)| !v.is_empty()) {
            out.append_pair(k, v);
        }
        let query = out.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The period in words of the filter, and its days; the last day is included on pages.
    fn range(&self, today: i64) -> (&'static str, Option<(i64, i64)>) {
        let back = |days: i64| Some((today + 1 - days, today + 1));
        let period = self.get("period").or_else(|| self.get("from").or(self.get("to")).map(|_| "own"));
        match period {
            Some("30") => ("30", back(30)),
            Some("365") => ("365", back(365)),
            Some("all") => ("all", None),
            Some("own") => {
                let day = |key| self.get(key).and_then(|text| ask::day(text).ok());
                let to = day("to").map_or(today, |t| t.max(day("from").unwrap_or(t)));
                ("own", Some((day("from").unwrap_or(to - 89).min(to), to + 1)))
            }
            _ => ("90", back(90)),
        }
    }

    fn query(&self) -> Query {
        let own = |key: &str| self.get(key).map(str::to_owned);
        Query { survey: own("survey"), branch: own("branch"), about: own("about").filter(|a| a == "staff"), ..Query::default() }
    }

    /// What the address asks of one figure: of a survey and its question, or of a standard and its item.
    fn query_of(&self, metric: Metric) -> Query {
        let own = |key: &str| self.get(key).map(str::to_owned);
        if metric.of_standards() {
            return Query { branch: own("branch"), standard: own("standard"), item: own("item"), ..Query::default() };
        }
        Query { question: own("question"), ..self.query() }
    }

    fn ask(&self, metric: Metric, today: i64, more: Query) -> Result<Ask> {
        let (_, days) = self.range(today);
        let text = |d: i64| date_of(d).to_string();
        Ask::read(metric, Query { from: days.map(|d| text(d.0)), to: days.map(|d| text(d.1)), ..more })
    }
}

/// The filters above a page.
struct Filters {
    period: Field,
    own: bool,
    from: String,
    to: String,
    branch: Option<Field>,
    survey: Option<Field>,
    about: Field,
    keep: Vec<(String, String)>,
}

impl Filters {
    /// A branch that nobody knows is told beside the filter, and by the status.
    fn status(&self) -> StatusCode {
        if self.branch.as_ref().is_some_and(|f| !f.error.is_empty()) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

fn filters(t: T, place: &Where, today: i64, branch: Option<Field>, surveys: &[store::SurveyName]) -> Filters {
    let (period, days) = place.range(today);
    let periods = ["30", "90", "365", "all", "own"].map(|p| (p, t.s(&format!("insight-period-{p}"))));
    let chosen = place.get("survey").unwrap_or("");
    let survey_choices = surveys.iter().map(|s| (s.id.to_string(), t.label(&s.label()).to_owned()));
    let of_survey = surveys.iter().find(|s| s.code == chosen).map_or_else(|| chosen.to_owned(), |s| s.id.to_string());
    let text = |d: i64| date_of(d).to_string();
    Filters {
        period: Field::select("period", t.s("insight-period")).value(period).choices(periods),
        own: period == "own",
        from: days.map_or(String::new(), |d| text(d.0)),
        to: days.map_or(String::new(), |d| text(d.1 - 1)),
        branch,
        survey: (surveys.len() > 1).then(|| {
            Field::select("survey", t.s("insight-survey"))
                .placeholder(t.s("insight-survey-any"))
                .value(of_survey)
                .choices(survey_choices)
        }),
        about: Field::select("about", t.s("insight-about"))
            .value(place.get("about").unwrap_or("clients"))
            .choices(["clients", "staff"].map(|a| (a, t.s(&format!("insight-about-{a}"))))),
        keep: ["by", "metric", "question", "grain"]
            .into_iter()
            .filter_map(|k| Some((k.to_owned(), place.get(k)?.to_owned())))
            .collect(),
    }
}

/// Somebody's words, with where they were said.
struct Words {
    href: String,
    text: String,
    /// «8 из 10»; empty where nothing was rated or ratings are not shown.
    score: String,
    basis: String,
}

/// A step of somebody who has just set up a company.
struct Step {
    done: bool,
    title: String,
    why: String,
    /// Where it is done, and the words of the button; empty until it is its turn.
    href: String,
    go: String,
}

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
    all_figures: String,
    home: super::home::Home,
}

/// The form of a mark.
#[derive(Default)]
struct MarkForm {
    on: String,
    text: String,
    branch: String,
    /// None while there are no branches.
    branches: Option<Field>,
    back: String,
    errors: Errors,
}

impl MarkForm {
    async fn branches(&self, q: &impl kit::Query, actor: &Actor) -> Result<Option<Field>> {
        let t = T::new(actor.lang);
        let field = Field::select("branch", t.s("insight-mark-branch")).placeholder(t.s("insight-branch-any")).value(&*self.branch);
        let field = choose::field(q, actor, What::Branch, field).await?.error(self.errors.of("branch"));
        Ok((!field.choices.is_empty()).then_some(field))
    }
}

/// The overview: the company, the own branches, or the own results.
pub async fn overview(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response> {
    let page = overview_page(&app, &actor, Where::read(&uri), None).await?;
    Ok(render(page.filters.status(), &page))
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
        super::home::home(desk.q, actor, date_of(today)),
        place.branches(desk.q, actor, wrong.as_ref()),
        mark.branches(desk.q, actor),
    )?;
    let filters = filters(t, &place, today, branch, &seen.surveys);
    let forms = forms_of(&desk, &seen).await?;
    let words = words(actor, t, &seen.latest, &seen.branches);
    let labels = titles(&forms);
    let marks: Vec<(i64, String)> = seen.marks.iter().filter_map(|m| Some((mark_day(m)?, m.words(t.language())))).collect();
    let figures = seen.cards.iter().map(|c| card(t, &place, c, &labels)).collect();
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
        let to = |item: &super::Item| {
            if param.is_empty() { String::new() } else { place.href("/", &[(param, &item.key), ("by", "employee")]) }
        };
        let over = t.s(&format!("insight-one-{}", by.key()));
        (dots, tiers) = look(t, card).groups(t.s(&format!("insight-by-{}", by.key())), over, figure, &to);
        next = figure.next.as_ref().map_or_else(String::new, |n| place.href("/", &[("after", n), ("by", by.key())]));
    }
    let spread = chosen.and_then(|c| look(t, c).spread(card_label(t, c, &labels), seen.spread.as_ref()?, &HashMap::new()));
    // Without a card: is it too early, or only the wrong days?
    let answered = seen.cards.is_empty() && crate::surveys::answer_counts(desk.q, actor.org).await?.values().any(|n| *n > 0);
    let lead = match place.range(today).1 {
        Some((from, to)) => t.w("insight-lead", "span", t.span(&date_of(from), &date_of(to - 1))),
        None => String::new(),
    };
    let title = t.s(match actor.reach {
        Reach::Company => "insight-title",
        Reach::OwnBranches => "insight-title-branch",
        Reach::Own => "insight-title-own",
    });
    let may = |right| crate::access::reach(actor.role, right);
    let mut frame = frame(actor, title, "overview");
    if place.get("marked").is_some() {
        frame = frame.flash(Flash::good(t.w("insight-mark-added", "text", place.get("marked").unwrap_or(""))));
    }
    let mark = MarkForm { branches: mark_branch, back: place.href("/", &[]), ..mark };
    Ok(OverviewPage {
        filters,
        lead,
        any: seen.any && !seen.cards.is_empty(),
        nothing: answered,
        everything: place.href("/", &[("period", "all"), ("from", ""), ("to", ""), ("branch", ""), ("survey", "")]),
        steps: if may(crate::access::change(crate::access::Noun::Survey)).is_some() {
            steps(t, &seen, answered)
        } else {
            Vec::new()
        },
        may_import: may(crate::access::change(crate::access::Noun::Import)).is_some(),
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
        may_mark: may(crate::access::change(crate::access::Noun::Mark)).is_some(),
        mark,
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

fn card(t: T, place: &Where, card: &Card, titles: &HashMap<(Uuid, String), Label>) -> Figure {
    let survey = card.question.as_ref().map(|q| q.0.to_string());
    let mut changes = vec![("metric", "")];
    match (&card.question, &survey) {
        (Some((_, question)), Some(survey)) => changes.extend([("question", question.as_str()), ("survey", survey.as_str())]),
        _ => changes.push(("question", "")),
    }
    let href = place.href(&format!("/figures/{}", card.metric.key()), &changes);
    let weeks: Vec<super::Sample> = card.weeks.iter().map(|w| w.1.clone()).collect();
    look(t, card).card(&card_label(t, card, titles), &href, &card.now, card.before.as_ref(), card.year.as_ref(), &weeks)
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

/// Branches, a survey, the first answer: each step is ticked once it is done, and the first open one has the button.
fn steps(t: T, seen: &Overview, answered: bool) -> Vec<Step> {
    let (open, draft) = (seen.surveys.iter().find(|s| s.state == "open"), seen.surveys.first());
    let survey = match draft {
        Some(draft) => (format!("/surveys/{}", draft.id), "insight-step-survey-publish"),
        None => ("/surveys/new".to_owned(), "insight-step-survey-go"),
    };
    let link = open.map_or_else(String::new, |s| format!("/surveys/{}", s.id));
    let all = [
        ("branch", !seen.branches.is_empty(), "/branches/new".to_owned(), "insight-step-branch-go"),
        ("survey", open.is_some(), survey.0, survey.1),
        ("answer", answered, link, "insight-step-answer-go"),
    ];
    let turn = all.iter().position(|(_, done, ..)| !done);
    let step = |(i, (key, done, href, go)): (usize, (&str, bool, String, &str))| Step {
        done,
        title: t.s(&format!("insight-step-{key}")),
        why: t.s(&format!("insight-step-{key}-why")),
        href: if Some(i) == turn { href } else { String::new() },
        go: t.s(go),
    };
    all.into_iter().enumerate().map(step).collect()
}

fn words(actor: &Actor, t: T, rows: &[Shown], branches: &[store::Named]) -> Vec<Words> {
    let mut out = Vec::new();
    for shown in rows {
        let said = shown.form.questions.iter().filter(|q| q.kind == Type::Text).find_map(|q| shown.answers.get(&q.key)?.as_str());
        let Some(text) = said.filter(|s| !s.trim().is_empty()) else { continue };
        // Who could be recognised by day and place stays unrecognised.
        let day = shown.row.at.filter(|_| !shown.protected).map(|at| t.date(&kit::Timestamp(at).date(&actor.zone)));
        let branch = shown.row.branch.and_then(|b| branches.iter().find(|n| n.id == b)).map(|b| b.name.clone());
        let scaled =
            |q: &&crate::surveys::rules::form::Question| matches!(q.kind, Type::Nps | Type::Csat | Type::Ces | Type::Rating);
        let score = shown.form.questions.iter().find(scaled);
        let score = score.and_then(|q| Some((q.scale()?.max, shown.answers.get(&q.key)?.as_i64()?)));
        let score = score.map_or_else(String::new, |(max, v)| t.w2("responses-score", "value", v, "max", max));
        out.push(Words {
            href: format!("/responses/{}", shown.row.id),
            text: text.chars().take(300).collect(),
            score,
            basis: [branch, day].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        });
        if out.len() == 8 {
            break;
        }
    }
    out
}

/// Sets a mark and goes back to where it was set.
pub async fn mark(State(app): State<App>, actor: Actor, RawForm(body): RawForm) -> Result<Response> {
    let fields: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |key: &str| fields.get(key).map_or("", String::as_str);
    let back = field("back");
    // Only a page of ours.
    let back = if back.starts_with("/?") || back == "/" { back } else { "/" };
    let branch = choose::resolve(&app.ground.db, &actor, What::Branch, "branch", field("branch")).await;
    let tx = app.write(&actor).await?;
    let made = match (field("on").parse(), branch) {
        (Ok(on), Ok(branch)) => {
            let branch = branch.map(|id| id.to_string());
            places::create_mark(&tx, &NewMark { on, text: field("text").into(), branch }).await
        }
        (Err(_), _) => Err(Error::field("on", "bad-day")),
        (_, Err(error)) => Err(error),
    };
    match made {
        Ok(_) => {
            tx.commit().await?;
            let marked = form_urlencoded::Serializer::new(String::new()).append_pair("marked", field("text").trim()).finish();
            let sign = if back.contains('?') { '&' } else { '?' };
            Ok(Redirect::to(&format!("{back}{sign}{marked}")).into_response())
        }
        Err(Error::Invalid(faults)) => {
            drop(tx);
            let t = T::new(actor.lang);
            let errors = faults.iter().map(|f| (f.field.clone(), kit::web::field_text(f, t))).collect();
            let form = MarkForm {
                on: field("on").into(),
                text: field("text").into(),
                branch: field("branch").into(),
                errors,
                ..MarkForm::default()
            };
            let place = Where::read(&back.parse().unwrap_or_default());
            Ok(render(StatusCode::UNPROCESSABLE_ENTITY, &overview_page(&app, &actor, place, Some(form)).await?))
        }
        Err(error) => Err(error),
    }
}

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
    let rows = Metric::ALL
        .into_iter()
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
    let questions: Vec<String> = {
        let mut names: Vec<String> = series
            .iter()
            .filter(|s| {
                !metric.of_standards()
                    && metric.takes(&s.key, true)
                    && !s.key.question.contains('=')
                    && !s.key.question.is_empty()
            })
            .map(|s| s.key.question.clone())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let question = (!questions.is_empty()).then(|| {
        Field::select("question", t.s("insight-question"))
            .placeholder(t.s("insight-question-any"))
            .value(place.get("question").unwrap_or(""))
            .choices(questions.iter().map(|q| (q.clone(), q.clone())))
    });
    let frame = frame(&actor, t.s(&format!("insight-metric-{key}")), "overview")
        .crumb(t.s("insight-title"), place.href("/", &[]))
        .crumb(t.s("insight-figures"), place.href("/figures", &[]));
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
    let begin = if period == Period::Day {
        begin.max(end - 120)
    } else {
        super::rules::periods::start(period, super::rules::periods::of(period, begin))
    };
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
    let mut weeks = Vec::new();
    if metric != Metric::Distribution {
        match desk.figure_of(&over, &series).await {
            Ok(line) => {
                let first = super::rules::periods::of(period, begin);
                let points: Vec<(i64, super::Sample, bool)> =
                    (first..).zip(&line.items).map(|(at, i)| (at, i.sample.clone(), i.suppressed)).collect();
                let quiet = points.iter().take_while(|p| p.1.n() == 0 && !p.2).count();
                let points = &points[quiet.min(points.len())..];
                weeks = points.iter().map(|p| p.1.clone()).collect();
                let (begin, end) = (date_of(begin).to_string(), date_of(end).to_string());
                let marks = store::marks(db, actor.org, &begin, &end, actor.only_branches()).await?;
                let marks: Vec<(i64, String)> = marks.iter().filter_map(|m| Some((mark_day(m)?, m.words(t.language())))).collect();
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
            page.card = Some(look.card(&title, "", &item.sample, before.as_ref(), None, &weeks));
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
        limit: Some(super::overview::GROUPS),
        after: place.get("after").map(str::to_owned),
        ..more()
    };
    if metric != Metric::Distribution {
        match desk.figure_of(&place.ask(metric, desk.today, groups)?, &series).await {
            Ok(figure) => {
                let to = |item: &super::Item| {
                    if by == By::Branch { place.href(&path, &[("branch", &item.key)]) } else { String::new() }
                };
                let over = t.s(&format!("insight-one-{}", by.key()));
                (page.dots, page.tiers) = look.groups(t.s(&format!("insight-by-{}", by.key())), over, &figure, &to);
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

fn grain_key(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Month => "month",
        _ => "week",
    }
}

/// The table of a figure's breakdown: `;` between cells and a comma in numbers in Russian, as spreadsheets there expect.
pub async fn table(State(app): State<App>, actor: Actor, Path(key): Path<String>, uri: Uri) -> Result<Response> {
    let metric = Metric::parse(&key).ok_or(Error::NotFound)?;
    let t = T::new(actor.lang);
    let place = Where::read(&uri);
    let desk = desk(&app.ground.db, &actor, app.ground.now());
    let by = place.get("by").and_then(By::parse).unwrap_or(By::Branch);
    let more = Query { by: Some(by.key().into()), ..place.query_of(metric) };
    let figure = desk.figure(&place.ask(metric, desk.today, more)?).await?;
    let russian = t.lang() == "ru";
    let mut out =
        csv::WriterBuilder::new().delimiter(if russian { b';' } else { b',' }).from_writer("\u{feff}".as_bytes().to_vec());
    let heads =
        [String::new(), t.s("insight-head-n"), t.s("insight-head-value"), t.s("insight-head-low"), t.s("insight-head-high")];
    let number = |v: Option<f64>| {
        let text = v.map_or_else(String::new, |v| format!("{v:.4}"));
        if russian { text.replace('.', ",") } else { text }
    };
    let broken = |e: csv::Error| Error::Internal(e.to_string());
    out.write_record(&heads).map_err(broken)?;
    for i in &figure.items {
        let interval = i.sample.interval().filter(|_| !i.suppressed);
        let n = if i.suppressed { String::new() } else { i.sample.n().to_string() };
        // A name that begins like a formula stays a name.
        let label = crate::imports::rules::cells::guarded(&i.label);
        let value = i.sample.value().filter(|_| !i.suppressed);
        out.write_record([label, n, number(value), number(interval.map(|i| i.low)), number(interval.map(|i| i.high))])
            .map_err(broken)?;
    }
    let bytes = out.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    let name = format!("attachment; filename=\"{key}.csv\"");
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
