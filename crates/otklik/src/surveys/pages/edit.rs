//! The builder: the draft of a survey, edited with a script or as text, saved with the version that was read.

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::{Lang, T};
use kit::web::{Id, Input, answer, etag, field_text, from_json};
use kit::{Actor, Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::app::App;
use crate::doors::frame;
use crate::layout::{Errors, Frame, render};
use crate::standards;
use crate::surveys::responses::store::touchpoints;
use crate::surveys::rules::form::{Form, Type};
use crate::surveys::store::SurveyRow;

#[derive(Template)]
#[template(path = "surveys/pages/edit.html")]
struct EditPage {
    frame: Frame,
    id: Uuid,
    version: i64,
    draft: String,
    /// What the script needs: the draft, the words, the touchpoints.
    data: String,
    errors: Errors,
}

/// The builder's words, by the end of their keys.
const WORDS: &[&str] = &[
    "add",
    "all",
    "always",
    "any",
    "best",
    "best-max",
    "best-min",
    "clash",
    "clash-theirs",
    "clash-mine",
    "clash-text",
    "condition-add",
    "condition-gone",
    "consent",
    "contact-email",
    "contact-name",
    "contact-phone",
    "copy",
    "delete",
    "deleted",
    "down",
    "empty",
    "fields",
    "fix",
    "high",
    "hint",
    "if",
    "item-add",
    "item-delete",
    "key",
    "key-hint",
    "lang-en",
    "lang-ru",
    "locales",
    "locales-one",
    "low",
    "low-score",
    "low-score-below",
    "low-score-none",
    "item",
    "item-hint",
    "low-score-question",
    "max",
    "max-length",
    "min",
    "more",
    "moved",
    "name",
    "name-hint",
    "no-item",
    "no-touchpoint",
    "offline",
    "op-eq",
    "op-ge",
    "op-gt",
    "op-in",
    "op-le",
    "op-lt",
    "op-ne",
    "options",
    "points",
    "question",
    "required",
    "restored",
    "restored-drop",
    "rows",
    "saved",
    "saving",
    "scale",
    "settings",
    "show-if",
    "text-max",
    "thanks",
    "title",
    "touchpoint",
    "type",
    "undo",
    "unsaved",
    "up",
    "value",
    "anonymity",
    "anonymity-identified",
    "anonymity-confidential",
    "anonymity-anonymous",
    "about",
    "about-clients",
    "about-staff",
    "matrix-scale",
    "matrix-options",
    "matrix-by",
    "yes",
    "quarantine",
    "nested",
    "untitled",
];

async fn data(app: &App, actor: &Actor, row: &SurveyRow) -> Result<String> {
    let t = T::new(actor.lang);
    let words: Map<String, Json> = WORDS.iter().map(|w| ((*w).to_owned(), Json::from(t.s(&format!("builder-{w}"))))).collect();
    let kinds: Vec<Json> = Type::ALL
        .iter()
        .map(|k| {
            let key = k.as_str();
            json!({"key": key, "title": t.s(&format!("builder-type-{key}")), "hint": t.s(&format!("builder-type-{key}-hint"))})
        })
        .collect();
    let points = touchpoints(&app.ground.db, actor.org, 500).await?;
    let points: Vec<Json> = points.into_iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
    let short = |text: &str| {
        if text.chars().count() > 80 { text.chars().take(78).chain("…".chars()).collect() } else { text.to_owned() }
    };
    let items: Vec<Json> = standards::editing::in_force(&app.ground.db, actor.org)
        .await?
        .iter()
        .map(|i| json!({"id": i.id, "name": format!("{}: {}", t.label(&i.title), short(t.label(&i.text)))}))
        .collect();
    let draft: Json = serde_json::from_str(&row.draft)?;
    // What a new question says before it is written, in each of the survey's languages.
    let both = |key: &str| json!({"ru": T::new(Lang::Ru).s(key), "en": T::new(Lang::En).s(key)});
    let fresh: Map<String, Json> = ["new-question", "new-option", "new-row", "new-consent"]
        .iter()
        .map(|w| ((*w).to_owned(), both(&format!("builder-{w}"))))
        .collect();
    let all = json!({"id": row.id, "version": row.version, "form": draft, "words": words, "kinds": kinds, "touchpoints": points, "items": items,
        "lang": actor.lang, "fresh": fresh});
    Ok(all.to_string().replace('<', "\\u003c"))
}

async fn page(app: &App, actor: &Actor, row: &SurveyRow, draft: Option<(String, i64)>, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let pretty = || serde_json::from_str::<Json>(&row.draft).and_then(|v| serde_json::to_string_pretty(&v)).unwrap_or_default();
    let form: Form = serde_json::from_str(&row.draft)?;
    let name = t.label(&form.name).to_owned();
    let frame = frame(actor, t.s("surveys-edit"), "surveys")
        .crumb(t.s("surveys-title"), "/surveys")
        .crumb(name, format!("/surveys/{}", row.id));
    let (draft, version) = draft.unwrap_or_else(|| (pretty(), row.version));
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(render(status, &EditPage { frame, id: row.id, version, draft, data: data(app, actor, row).await?, errors }))
}

/// The builder's page.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = crate::surveys::find(&app.ground.db, actor.org, id.0).await?;
    page(&app, &actor, &row, None, Errors::none()).await
}

#[derive(Debug, Deserialize)]
pub struct Typed {
    version: i64,
    draft: String,
}

/// Saves the draft typed as text, where no script runs.
pub async fn save(State(app): State<App>, actor: Actor, id: Id, Posted(typed): Posted<Typed>) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    let row = crate::surveys::find(&tx, actor.org, id.0).await?;
    let saved = match from_json::<Form>(typed.draft.as_bytes()) {
        Ok(form) => crate::surveys::edit(&tx, id.0, Some(typed.version), &form).await.map(|_| ()),
        Err(e) => Err(e),
    };
    let errors: Errors = match saved {
        Ok(()) => {
            tx.commit().await?;
            return Ok(Redirect::to(&format!("/surveys/{}", id.0)).into_response());
        }
        Err(Error::Invalid(fields)) => fields.iter().map(|f| ("draft", format!("{}: {}", f.field, field_text(f, t)))).collect(),
        Err(Error::Unparseable(what)) => [("draft", t.w("problem-unparseable-detail", "what", what))].into_iter().collect(),
        Err(Error::Conflict(code)) => [("draft", t.s(&format!("conflict-{code}")))].into_iter().collect(),
        Err(other) => return Err(other),
    };
    drop(tx);
    // After a clash the next press saves over what was read now: the reader was told.
    let version = row.version;
    page(&app, &actor, &row, Some((typed.draft, version)), errors).await
}

/// The draft as the script reads it after a clash.
pub async fn draft(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = crate::surveys::find(&app.ground.db, actor.org, id.0).await?;
    let form: Json = serde_json::from_str(&row.draft)?;
    answer(200, &json!({"version": row.version, "form": form}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    version: i64,
    form: Form,
}

/// Saves what the script has, when the version is still the one it read.
pub async fn autosave(State(app): State<App>, actor: Actor, id: Id, written: Input<Json>) -> Result<Response> {
    let Written { version, form } = unwrap_form(written.0)?;
    let tx = app.write(&actor).await?;
    let row = crate::surveys::edit(&tx, id.0, Some(version), &form).await?;
    tx.commit().await?;
    answer(200, &json!({"version": row.version, "etag": etag(row.version)}))
}

/// Reads the body; a fault in the form is named as the form names it.
fn unwrap_form(body: Json) -> Result<Written> {
    kit::web::from_value(body).map_err(|e| match e {
        Error::Invalid(mut fields) => {
            for f in &mut fields {
                f.field = f.field.strip_prefix("form.").unwrap_or(&f.field).to_owned();
            }
            Error::Invalid(fields)
        }
        other => other,
    })
}
