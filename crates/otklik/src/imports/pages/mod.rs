//! The pages of imports and exports: the list, the upload, progress and outcome.

pub mod mapping;

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use kit::i18n::T;
use kit::web::{Id, List, Paging, Params};
use kit::{Actor, Error, Result, Timestamp};
use serde::Deserialize;

use super::api::{Import, rejects_file};
use super::rules::map::{Kind, Map};
use super::store::{self, ImportRow};
use super::{preview, upload as files};
use crate::app::App;
use crate::doors::frame;
use crate::layout::{Errors, Field, Figure, Frame, State as Mood, render};
use crate::surveys;
use crate::surveys::rules::form::Form;

struct Row {
    href: String,
    file: String,
    kind: String,
    mood: Mood,
    state: String,
    accepted: String,
    rejected: String,
    made: String,
}

#[derive(Template)]
#[template(path = "imports/pages/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    next: String,
}

fn mood(row: &ImportRow) -> Mood {
    match row.state.as_str() {
        "done" if row.rejected > 0 => Mood::Warn,
        "done" => Mood::Good,
        "failed" => Mood::Bad,
        _ => Mood::Note,
    }
}

/// All imports, newest first.
pub async fn list(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let t = T::new(actor.lang);
    let before = paging.0.cursor_id()?;
    let limit = paging.0.limit()?;
    let cut = List::cut(store::list(&app.ground.db, actor.org, before, limit + 1).await?, limit, |r| vec![r.id.to_string()]);
    let next = cut.next.map(|c| format!("/imports?after={c}")).unwrap_or_default();
    let row = |r: ImportRow| Row {
        href: format!("/imports/{}", r.id),
        kind: t.s(&format!("imports-kind-{}", r.kind)),
        mood: mood(&r),
        state: t.s(&format!("imports-state-{}", r.state)),
        accepted: t.int(r.accepted),
        rejected: t.int(r.rejected),
        made: t.date_time(r.created_at, actor.zone.iana_name().unwrap_or("UTC")),
        file: r.file_name,
    };
    let frame = frame(&actor, t.s("imports-title"), "imports");
    Ok(render(StatusCode::OK, &ListPage { frame, rows: cut.items.into_iter().map(row).collect(), next }))
}

#[derive(Template)]
#[template(path = "imports/pages/new.html")]
struct NewPage {
    frame: Frame,
    fields: Vec<Field>,
    errors: Errors,
}

/// Surveys by name, for a list to choose from.
async fn survey_choices(app: &App, actor: &Actor, t: T) -> Result<Vec<(String, String)>> {
    let rows = surveys::store::surveys(&app.ground.db, actor.org, None, 500).await?;
    rows.into_iter()
        .map(|r| {
            let form: Form = serde_json::from_str(&r.draft)?;
            Ok((r.id.to_string(), t.label(&form.name).to_owned()))
        })
        .collect()
}

async fn new_page(app: &App, actor: &Actor, kind: &str, survey: &str, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let kinds = Kind::ALL.map(|k| (k.as_str().to_owned(), t.s(&format!("imports-kind-{}", k.as_str()))));
    let fields = vec![
        Field::select("kind", t.s("imports-kind")).value(kind).choices(kinds).error(errors.of("kind")),
        Field::select("survey", t.s("imports-survey"))
            .value(survey)
            .placeholder(t.s("imports-survey-none"))
            .choices(survey_choices(app, actor, t).await?)
            .hint(t.s("imports-survey-hint"))
            .error(errors.of("survey")),
        Field::input("file", "file", t.s("imports-file"))
            .hint(t.s("imports-file-hint"))
            .accept(".csv,.tsv,.txt,.gz,text/csv")
            .error(errors.of("file"))
            .required(),
    ];
    let frame = frame(actor, t.s("imports-new"), "imports").crumb(t.s("imports-title"), "/imports");
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render(status, &NewPage { frame, fields, errors }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Begin {
    survey: String,
}

/// Which file, and what is in it?
pub async fn choose(State(app): State<App>, actor: Actor, begin: axum::extract::Query<Begin>) -> Result<Response> {
    new_page(&app, &actor, Kind::Responses.as_str(), &begin.0.survey, Errors::none()).await
}

/// Takes the file; the next page names its columns.
pub async fn upload(
    State(app): State<App>,
    actor: Actor,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let mut parts = files::read(&app.ground, form.map_err(|_| Error::UnsupportedMedia)?).await?;
    let field = |name: &str| parts.fields.get(name).map(|v| v.trim().to_owned()).unwrap_or_default();
    let (kind_name, survey) = (field("kind"), field("survey"));
    let mut errors = Errors::none();
    let kind = Kind::parse(&kind_name);
    if kind.is_none() {
        errors.add("kind", t.s("error-required"));
    }
    if kind == Some(Kind::Responses) && survey.is_empty() {
        errors.add("survey", t.s("error-required"));
    }
    let file = parts.file.clone().filter(|(_, size)| *size > 0);
    if file.is_none() {
        errors.add("file", t.s("error-required"));
    }
    if let (Some(kind), Some((name, size)), false) = (kind, file, errors.any()) {
        let map = Map { survey: (kind == Kind::Responses).then_some(survey.clone()), ..blank() };
        match preview::preview(&app.ground, &actor, parts.id, kind, &map).await {
            Ok(_) => {
                let waiting = mapping::Waiting { org: actor.org, name, size, kind, survey: map.survey };
                mapping::put(&app.ground, parts.id, &waiting)?;
                parts.keep();
                return Ok(Redirect::to(&format!("/imports/new/{}", parts.id)).into_response());
            }
            Err(Error::Invalid(faults)) => {
                for f in faults {
                    let at = if f.field.starts_with("map.survey") { "survey" } else { "file" };
                    errors.add(at, kit::web::field_text(&f, t));
                }
            }
            Err(other) => return Err(other),
        }
    }
    new_page(&app, &actor, &kind_name, &survey, errors).await
}

fn blank() -> Map {
    serde_json::from_str("{}").unwrap_or_default()
}

struct Shown {
    row: String,
    column: String,
    message: String,
}

#[derive(Template)]
#[template(path = "imports/pages/show.html")]
struct ShowPage {
    frame: Frame,
    part: String,
}

#[derive(Template)]
#[template(path = "imports/pages/state.html")]
struct StatePart {
    t: T,
    poll: String,
    mood: Mood,
    said: String,
    words: String,
    percent: i64,
    failed: String,
    figures: Vec<Figure>,
    warnings: Vec<(String, String)>,
    errors: Vec<Shown>,
    errors_words: String,
    rejects: String,
}

fn state_part(actor: &Actor, row: ImportRow, now: Timestamp) -> Result<StatePart> {
    let t = T::new(actor.lang);
    let on = row.state == "queued" || row.state == "running";
    let words = if row.rows_done == 0 {
        t.s("imports-reading")
    } else {
        let gone = (now.0 - row.created_at).max(1) / kit::time::SECOND;
        let left = gone * (row.rows_total - row.rows_done).max(0) / row.rows_done;
        let done = t.w2("imports-progress-words", "done", t.int(row.rows_done), "total", t.int(row.rows_total));
        format!("{done}, {}", t.w("imports-progress-left", "left", t.duration(left)))
    };
    let failed = if row.state == "failed" {
        let why = row.failure.as_deref().map(|f| t.s(&format!("error-{f}"))).unwrap_or_default();
        let what = t.s(if row.accepted > 0 { "imports-failed-part" } else { "imports-failed-nothing" });
        let known = matches!(row.failure.as_deref(), Some("file-refused" | "gave-up"));
        if known { format!("{what} {why}") } else { what }
    } else {
        String::new()
    };
    let (mood, said, rejects) = (mood(&row), t.s(&format!("imports-state-{}", row.state)), row.rejects_size > 0);
    let (id, percent) = (row.id, if row.rows_total > 0 { row.rows_done * 100 / row.rows_total } else { 0 });
    let import = Import::of(row)?;
    let figure = |key: &str, n: i64| Figure::new(t.s(key), t.int(n));
    Ok(StatePart {
        t,
        poll: if on { format!("/imports/{id}/progress") } else { String::new() },
        mood,
        said,
        words,
        percent,
        failed,
        figures: vec![
            figure("imports-total", import.rows_total),
            figure("imports-accepted", import.accepted),
            figure("imports-duplicates", import.duplicates),
            figure("imports-rejected", import.rejected),
        ],
        warnings: import.warnings.into_iter().map(|w| (w.column, w.message)).collect(),
        errors_words: t.w("imports-errors-first", "n", t.int(import.errors.len())),
        errors: import
            .errors
            .into_iter()
            .map(|e| Shown {
                row: if e.row > 0 { e.row.to_string() } else { "—".into() }, column: e.column, message: e.message
            })
            .collect(),
        rejects: if rejects && !on { format!("/imports/{id}/rejects") } else { String::new() },
    })
}

/// How far an import is, and what became of it.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let t = T::new(actor.lang);
    let row = super::find(&app.ground.db, actor.org, id.0).await?;
    let frame = frame(&actor, row.file_name.clone(), "imports").crumb(t.s("imports-title"), "/imports");
    let part = state_part(&actor, row, app.ground.now())?.render().map_err(|e| Error::Internal(e.to_string()))?;
    Ok(render(StatusCode::OK, &ShowPage { frame, part }))
}

/// The moving part of that page.
pub async fn progress(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::find(&app.ground.db, actor.org, id.0).await?;
    let part = state_part(&actor, row, app.ground.now())?;
    Ok(Html(part.render().map_err(|e| Error::Internal(e.to_string()))?).into_response())
}

/// The rejected rows as a file.
pub async fn rejects(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    rejects_file(&app, &actor, id.0).await
}

#[derive(Template)]
#[template(path = "imports/pages/export.html")]
struct ExportPage {
    frame: Frame,
    fields: Vec<Field>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    kind: String,
    survey: String,
    from: String,
    to: String,
    format: String,
    separator: String,
    encoding: String,
}

/// What to export; with a kind chosen, goes to the file.
pub async fn exports(State(app): State<App>, actor: Actor, choice: axum::extract::Query<Choice>) -> Result<Response> {
    let t = T::new(actor.lang);
    let c = choice.0;
    if let Some(kind) = Kind::parse(&c.kind) {
        // On pages the last day belongs to what is asked, in the API and its stream it does not.
        let until = crate::surveys::responses::rules::after_last(&c.to);
        let mut query = form_urlencoded::Serializer::new(String::new());
        let answers = kind == Kind::Responses;
        for (name, value, on) in [
            ("survey", &c.survey, answers),
            ("from", &c.from, answers),
            ("to", &until, answers),
            ("format", &c.format, true),
            ("separator", &c.separator, true),
            ("encoding", &c.encoding, true),
        ] {
            if on && !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        return Ok(Redirect::to(&format!("/exports/{}?{}", kind.as_str(), query.finish())).into_response());
    }
    let kinds = Kind::ALL.map(|k| (k.as_str().to_owned(), t.s(&format!("imports-kind-{}", k.as_str()))));
    let own = |list: &[(&str, String)]| list.iter().map(|(v, l)| ((*v).to_owned(), l.clone())).collect::<Vec<_>>();
    let fields = vec![
        Field::select("kind", t.s("imports-export-kind")).value("responses").choices(kinds),
        Field::select("survey", t.s("imports-export-survey"))
            .value(c.survey)
            .placeholder("—")
            .choices(survey_choices(&app, &actor, t).await?)
            .hint(t.s("imports-export-survey-hint")),
        Field::input("date", "from", t.s("imports-export-from")).value(c.from),
        Field::input("date", "to", t.s("imports-export-to")).value(c.to).hint(t.s("imports-export-to-hint")),
        Field::select("format", t.s("imports-export-format"))
            .value("csv")
            .choices(own(&[("csv", "CSV".into()), ("jsonl", "JSON Lines".into())])),
        Field::select("separator", t.s("imports-export-separator")).value(";").choices(own(&[
            (";", ";".into()),
            (",", ",".into()),
            ("tab", t.s("imports-tab")),
        ])),
        Field::select("encoding", t.s("imports-export-encoding"))
            .value("utf-8")
            .choices(own(&[("utf-8", "UTF-8".into()), ("windows-1251", "Windows-1251".into())])),
    ];
    let frame = frame(&actor, t.s("imports-export-title"), "imports").crumb(t.s("imports-title"), "/imports");
    Ok(render(StatusCode::OK, &ExportPage { frame, fields }))
}
