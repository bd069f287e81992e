//! The stream of comments: filters and search. One answer in full stands in `one`.

mod one;

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, List, Paging, Params};
use kit::{Actor, Error, Result, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

pub use one::{one, remove};

use super::rules::{Piece, after_last, marked};
use super::store::{Names, names, touchpoints};
use super::{After, Asked, Shown, list};
use crate::access::choose::{self, What};
use crate::access::rules::places::channel;
use crate::access::{Noun, reach, see};
use crate::app::App;
use crate::doors::{frame, with_views};
use crate::layout::{Chip, Errors, Field, Frame, render};
use crate::surveys::rules::form::{Question, Type};

/// What the URL of the page says; what is left empty is not asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    q: String,
    from: String,
    to: String,
    branch: String,
    employee: String,
    touchpoint: String,
    channel: String,
    version: String,
    below: String,
    all: String,
    after: String,
    done: String,
    view: String,
}

impl Said {
    fn asked(&self) -> Asked {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        Asked {
            q: some(&self.q),
            from: some(&self.from),
            // On pages the last day belongs to what is asked, in the API it does not.
            to: some(&after_last(&self.to)),
            branch: some(&self.branch),
            employee: some(&self.employee),
            touchpoint: some(&self.touchpoint),
            channel: some(&self.channel),
            version: self.version.trim().parse().ok(),
            question: None,
            score_below: self.below.trim().parse().ok(),
            commented: self.all.is_empty(),
            about: None,
        }
    }

    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all: [(&'static str, &str); 10] = [
            ("q", &self.q),
            ("from", &self.from),
            ("to", &self.to),
            ("branch", &self.branch),
            ("employee", &self.employee),
            ("touchpoint", &self.touchpoint),
            ("channel", &self.channel),
            ("version", &self.version),
            ("below", &self.below),
            ("all", &self.all),
        ];
        all.into_iter().filter(|(_, v)| !v.trim().is_empty()).collect()
    }

    /// The page's address with some parameters set anew; an empty one goes.
    fn with(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (key, value) in self.pairs().into_iter().filter(|(k, _)| changes.iter().all(|(c, _)| c != k)) {
            out.append_pair(key, value);
        }
        for (key, value) in changes.iter().filter(|(_, v)| !v.is_empty()) {
            out.append_pair(key, value);
        }
        let query = out.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

struct Row {
    href: String,
    when: String,
    survey: String,
    scores: Vec<String>,
    comments: Vec<Vec<Piece>>,
    where_from: String,
}

#[derive(Template)]
#[template(path = "surveys/pages/responses.html")]
struct ListPage {
    frame: Frame,
    q: String,
    from: String,
    to: String,
    all: String,
    fields: Vec<Field>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    next: String,
    /// Where the first answer comes from; empty for those who see no surveys.
    first: String,
    stream: bool,
    filtered: bool,
    protected: bool,
    errors: Errors,
}

/// The answers of one survey.
pub async fn of_survey(State(app): State<App>, actor: Actor, id: Id, said: Params<Said>) -> Result<Response> {
    page(&app, &actor, Some(id.0), said.0).await
}

/// The comments of all surveys.
pub async fn all(State(app): State<App>, actor: Actor, said: Params<Said>) -> Result<Response> {
    page(&app, &actor, None, said.0).await
}

const ROWS: i64 = 30;

/// Turns the branch that was chosen or typed into its id.
async fn settle(app: &App, actor: &Actor, said: &mut Said) -> Result<()> {
    let id = choose::resolve(&app.ground.db, actor, What::Branch, "branch", &said.branch).await?;
    said.branch = id.map(|id| id.to_string()).unwrap_or_default();
    Ok(())
}

async fn page(app: &App, actor: &Actor, survey: Option<Uuid>, mut said: Said) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let path = survey.map_or_else(|| "/responses".to_owned(), |id| format!("/surveys/{id}/responses"));
    let mut protected = false;
    let mut frame = frame(actor, t.s("responses-title"), if survey.is_some() { "surveys" } else { "responses" });
    // Who may not see surveys gets no way to them.
    let sees = reach(actor.role, see(Noun::Survey)).is_some();
    if sees && survey.is_some() {
        frame = frame.crumb(t.s("surveys-title"), "/surveys");
    }
    if let Some(id) = survey {
        let row = crate::surveys::find(db, actor.org, id).await?;
        let form: crate::surveys::rules::Form = serde_json::from_str(&row.draft)?;
        if sees {
            frame = frame.crumb(t.label(&form.name), format!("/surveys/{id}"));
        }
        protected = super::store::versions(db, actor.org, survey).await?.iter().any(|v| v.anonymity != "identified");
    }
    if said.done == "removed" {
        frame = frame.flash(crate::layout::Flash::good(t.s("responses-removed")));
    }
    let mut errors = Errors::none();
    let paging = Paging { limit: Some(ROWS), after: Some(said.after.clone()).filter(|a| !a.is_empty()) };
    let after = After::read(paging.cursor()?)?;
    let found = match settle(app, actor, &mut said).await {
        Ok(()) => list(db, actor, survey, &said.asked(), (after, app.today(actor)), ROWS).await,
        Err(error) => Err(error),
    };
    let rows = match found {
        Ok(rows) => rows,
        Err(Error::Invalid(fields)) => {
            errors = fields.iter().map(|f| (f.field.clone(), kit::web::field_text(f, t))).collect();
            Vec::new()
        }
        Err(other) => return Err(other),
    };
    let cut = List::cut(rows, ROWS, |s| s.cursor.clone());
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let words = measure::text::query_stems(&said.q);
    let address = said.with("", &[("view", &said.view)]);
    let frame = with_views(frame, db, actor, &path, address.trim_start_matches('?')).await?;
    let known = Known::of(app, actor, &cut.items, survey.is_none()).await?;
    let page = ListPage {
        frame,
        fields: filters(app, actor, survey, &said, protected, &errors, t).await?,
        chips: chips(&said, &path, t),
        rows: cut.items.iter().map(|s| row(s, &words, &known, actor, t)).collect(),
        next: cut.next.map(|c| said.with(&path, &[("after", &c)])).unwrap_or_default(),
        first: if sees { survey.map_or_else(|| "/surveys".to_owned(), |id| format!("/surveys/{id}")) } else { String::new() },
        stream: survey.is_none(),
        filtered: !said.pairs().is_empty(),
        protected,
        errors,
        q: said.q,
        from: said.from,
        to: said.to,
        all: said.all,
    };
    Ok(render(status, &page))
}

async fn filters(
    app: &App,
    actor: &Actor,
    survey: Option<Uuid>,
    said: &Said,
    protected: bool,
    errors: &Errors,
    t: T,
) -> Result<Vec<Field>> {
    let db = &app.ground.db;
    let mut out = Vec::new();
    let select = |name: &str, value: &str| {
        Field::select(name, t.s(&format!("responses-{name}"))).value(value).placeholder(t.s(&format!("responses-{name}-all")))
    };
    let branch = choose::field(db, actor, What::Branch, select("branch", &said.branch)).await?;
    if !branch.choices.is_empty() {
        out.push(branch.error(errors.of("branch")));
    }
    if !protected {
        let some = touchpoints(db, actor.org, 500).await?;
        if !some.is_empty() {
            out.push(select("touchpoint", &said.touchpoint).choices(some.into_iter().map(|(id, name)| (id.to_string(), name))));
        }
    }
    if let (Some(id), false) = (survey, protected)
        && let Some(key) = super::scored(db, actor.org, survey, None).await?
    {
        let row = crate::surveys::find(db, actor.org, id).await?;
        let form: crate::surveys::rules::Form = serde_json::from_str(&row.draft)?;
        if let Some(scale) = form.question(&key).and_then(Question::scale) {
            let below = (scale.min + 1..=scale.max).map(|n| (n.to_string(), t.w("responses-below-n", "n", n)));
            out.push(
                Field::select("below", t.s("responses-below"))
                    .value(said.below.clone())
                    .placeholder(t.s("responses-below-all"))
                    .choices(below),
            );
        }
    }
    Ok(out)
}

fn chips(said: &Said, path: &str, t: T) -> Vec<Chip> {
    let mut out = vec![
        Chip::new(t.s("responses-commented"), said.with(path, &[("all", "")]), said.all.is_empty()),
        Chip::new(t.s("responses-all"), said.with(path, &[("all", "1")]), !said.all.is_empty()),
    ];
    // A filter that no drop-down shows can still be taken off.
    for (key, value) in said.pairs() {
        if matches!(key, "q" | "employee" | "channel" | "version") {
            let label = t.w2("responses-chip", "what", t.s(&format!("responses-{key}")), "value", value);
            out.push(Chip::new(label, said.with(path, &[(key, "")]), true));
        }
    }
    out
}

/// Names behind the ids of a part of the list.
#[derive(Default)]
struct Known {
    places: HashMap<Uuid, String>,
    surveys: HashMap<Uuid, String>,
}

impl Known {
    async fn of(app: &App, actor: &Actor, items: &[Shown], with_surveys: bool) -> Result<Self> {
        let db = &app.ground.db;
        let mut out = Self::default();
        type Pick = fn(&Shown) -> Option<Uuid>;
        let kinds: [(Names, Pick); 3] =
            [(Names::Branch, |s| s.row.branch), (Names::Employee, |s| s.row.employee), (Names::Touchpoint, |s| s.row.touchpoint)];
        for (of, pick) in kinds {
            let ids: Vec<Uuid> = items.iter().filter_map(pick).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
            out.places.extend(names(db, actor.org, of, &ids).await?);
        }
        if with_surveys {
            let t = T::new(actor.lang);
            out.surveys.extend(items.iter().map(|s| (s.row.survey, t.label(&s.form.name).to_owned())));
        }
        Ok(out)
    }

    fn where_from(&self, s: &Shown, t: T) -> String {
        let places = [s.row.branch, s.row.employee, s.row.touchpoint];
        let mut all: Vec<&str> = places.into_iter().flatten().filter_map(|id| self.places.get(&id)).map(String::as_str).collect();
        let channel = s.channel.as_deref().map(|c| channel(t, c));
        all.extend(channel.as_deref());
        all.join(" · ")
    }
}

fn when(s: &Shown, actor: &Actor, t: T) -> String {
    match s.row.at {
        None => t.s("responses-undated"),
        Some(at) if s.protected => t.w("responses-week-of", "date", t.date(&Timestamp(at).date(&actor.zone))),
        Some(at) => t.date_time(at, actor.zone.iana_name().unwrap_or("UTC")),
    }
}

fn row(s: &Shown, words: &[Vec<String>], known: &Known, actor: &Actor, t: T) -> Row {
    let scores = s.form.questions.iter().filter_map(|q| {
        let scale = q.scale()?;
        let value = s.answers.get(&q.key)?.as_i64()?;
        Some(t.w2("responses-score", "value", value, "max", scale.max))
    });
    let comments = s.form.questions.iter().filter(|q| q.kind == Type::Text);
    Row {
        href: format!("/responses/{}", s.row.id),
        when: when(s, actor, t),
        survey: known.surveys.get(&s.row.survey).cloned().unwrap_or_default(),
        scores: scores.take(3).collect(),
        comments: comments.filter_map(|q| Some(marked(s.answers.get(&q.key)?.as_str()?, words))).collect(),
        where_from: known.where_from(s, t),
    }
}
