//! Pasting: the text or the file, then a preview where each line can be left out, edited or joined.

use askama::Template;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result};

use super::super::intake::{self, Parts};
use super::super::rules::paste::{Draft, Warning, wanted};
use super::{editor, frame_of, told};
use crate::app::App;
use crate::layout::{Errors, Field, Frame, render};
use crate::standards::editing::{self, Standard};

#[derive(Template)]
#[template(path = "standards/library/pages/paste.html")]
struct PastePage {
    frame: Frame,
    action: String,
    back: String,
    fields: Vec<Field>,
    errors: Errors,
}

fn paste_page(actor: &Actor, standard: &Standard, text: &str, errors: Errors) -> Response {
    let t = T::new(actor.lang);
    let fields = vec![
        Field::area("text", t.s("library-paste-text"))
            .value(text)
            .hint(t.s("library-paste-hint"))
            .rows(14)
            .error(errors.of("text")),
        Field::input("file", "file", t.s("library-paste-file"))
            .hint(t.s("library-paste-file-hint"))
            .accept(".txt,.md,.docx,text/plain")
            .error(errors.of("file")),
    ];
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = frame_of(actor, t, Some(standard), "library-paste");
    let action = format!("/standards/{}/paste", standard.row.id);
    render(status, &PastePage { frame, action, back: editor(standard.row.id), fields, errors })
}

/// Where text is pasted.
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let standard = editing::find(&app.ground.db, actor.org, id.0).await?;
    Ok(paste_page(&actor, &standard, "", Errors::none()))
}

struct Row {
    n: usize,
    take: bool,
    join: bool,
    draft: Draft,
    rows: usize,
    /// A heading before it, when it is another one than that of the row before.
    head: String,
    warnings: Vec<String>,
    error: String,
}

#[derive(Template)]
#[template(path = "standards/library/pages/preview.html")]
struct PreviewPage {
    frame: Frame,
    lead: String,
    action: String,
    back: String,
    rows: Vec<Row>,
    errors: Errors,
}

fn words(warning: &Warning, t: T) -> String {
    match warning {
        Warning::Empty => t.s("library-warn-empty"),
        Warning::TooLong { chars } => t.w("library-warn-long", "chars", t.int(i64::try_from(*chars).unwrap_or(i64::MAX))),
        Warning::Duplicate { of } => t.w("library-warn-twice", "of", of.to_string()),
        Warning::Present => t.s("library-warn-present"),
    }
}

/// A row as it was sent: taken or not, joined to the one above or not.
struct Sent {
    draft: Draft,
    take: bool,
    join: bool,
}

fn preview_page(actor: &Actor, standard: &Standard, sent: Vec<Sent>, errors: Errors) -> Response {
    let t = T::new(actor.lang);
    let taken = sent.iter().filter(|s| s.take).count();
    let mut section = None;
    let mut rows = Vec::with_capacity(sent.len());
    for (i, s) in sent.into_iter().enumerate() {
        let other = s.draft.section != section;
        section.clone_from(&s.draft.section);
        rows.push(Row {
            n: i + 1,
            take: s.take,
            join: s.join,
            rows: (s.draft.text.chars().count() / 70 + 1).clamp(1, 12),
            head: if other { s.draft.section.clone().unwrap_or_default() } else { String::new() },
            warnings: s.draft.warnings.iter().map(|w| words(w, t)).collect(),
            error: errors.of(&format!("text-{}", i + 1)).to_owned(),
            draft: s.draft,
        });
    }
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let id = standard.row.id;
    let page = PreviewPage {
        frame: frame_of(actor, t, Some(standard), "library-preview"),
        lead: format!("{} {}", t.n("library-preview-found", rows.len()), t.n("library-preview-taken", taken)),
        action: format!("/standards/{id}/paste/items"),
        back: format!("/standards/{id}/paste"),
        rows,
        errors,
    };
    render(status, &page)
}

/// Reads what was pasted and shows what would come in.
pub async fn look(State(app): State<App>, actor: Actor, id: Id, form: Result<Multipart, MultipartRejection>) -> Result<Response> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::find(db, actor.org, id.0).await?;
    let mut parts = intake::read(form.map_err(|_| Error::UnsupportedMedia)?).await?;
    let found = match intake::lines(&mut parts).await {
        Ok((lines, field)) => super::super::look(db, actor.org, id.0, &lines, field).await,
        Err(e) => Err(e),
    };
    match found {
        Ok(drafts) => {
            let sent = drafts.into_iter().map(|draft| Sent { take: wanted(&draft), join: false, draft }).collect();
            Ok(preview_page(&actor, &standard, sent, Errors::none()))
        }
        Err(Error::Invalid(faults)) => Ok(paste_page(&actor, &standard, parts.get("text"), told(&faults, t))),
        Err(other) => Err(other),
    }
}

/// The rows of the preview as they were sent: each begins with its `line`.
fn rows(parts: Parts) -> Vec<Sent> {
    let mut out: Vec<Sent> = Vec::new();
    let some = |text: String| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
    for (name, value) in parts.fields {
        if name == "line" {
            let draft = Draft { from_line: value.parse().unwrap_or(0), ..Draft::default() };
            out.push(Sent { draft, take: false, join: false });
            continue;
        }
        let Some(row) = out.last_mut() else { continue };
        match name.as_str() {
            "take" => row.take = true,
            "join" => row.join = true,
            "text" => row.draft.text = value,
            "section" => row.draft.section = some(value),
            "why" => row.draft.why = some(value),
            "measure" => row.draft.measure = some(value),
            "norm" => row.draft.norm = some(value),
            _ => {}
        }
    }
    out
}

/// Adds the rows that were taken; one that is joined goes on with the taken row above it.
pub async fn add(State(app): State<App>, actor: Actor, id: Id, form: Result<Multipart, MultipartRejection>) -> Result<Response> {
    let t = T::new(actor.lang);
    let parts = intake::read(form.map_err(|_| Error::UnsupportedMedia)?).await?;
    let sent = rows(parts);
    let mut joined: Vec<(usize, Draft)> = Vec::new();
    for (i, row) in sent.iter().enumerate().filter(|(_, r)| r.take) {
        match joined.last_mut().filter(|_| row.join) {
            Some((_, above)) => {
                above.text = format!("{} {}", above.text.trim(), row.draft.text.trim());
                for (to, from) in [
                    (&mut above.why, &row.draft.why),
                    (&mut above.measure, &row.draft.measure),
                    (&mut above.norm, &row.draft.norm),
                ] {
                    *to = to.take().or_else(|| from.clone());
                }
            }
            None => joined.push((i, row.draft.clone())),
        }
    }
    let drafts: Vec<&Draft> = joined.iter().map(|(_, d)| d).collect();
    let tx = app.write(&actor).await?;
    match super::super::add_drafts(&tx, id.0, &drafts).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Redirect::to(&editor(id.0)).into_response())
        }
        Err(Error::Invalid(faults)) => {
            drop(tx);
            let standard = editing::find(&app.ground.db, actor.org, id.0).await?;
            let mut errors = Errors::none();
            for fault in &faults {
                errors.add(field_of(&fault.field, &joined), kit::web::field_text(fault, t));
            }
            Ok(preview_page(&actor, &standard, sent, errors))
        }
        Err(other) => Err(other),
    }
}

/// `items[3].text` → the row it came from.
fn field_of(field: &str, joined: &[(usize, Draft)]) -> String {
    let at = field.strip_prefix("items[").and_then(|r| r.split_once(']')).and_then(|(n, _)| n.parse::<usize>().ok());
    // A single item has no number before its fields.
    let at = at.or_else(|| (joined.len() == 1 && field != "items").then_some(0));
    match at.and_then(|n| joined.get(n)) {
        Some((row, _)) => format!("text-{}", row + 1),
        None => "rows".into(),
    }
}
