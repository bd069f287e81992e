//! What the script saves while somebody types.

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, answer, field_text};
use kit::{Actor, Error, Result};
use serde_json::json;

use super::edit::{back, differs, lang_of, saved, was};
use super::{FieldView, Typed};
use crate::app::App;
use crate::standards::editing;
use crate::standards::editing::lint::{self, Finding};

#[derive(Template)]
#[template(path = "standards/editing/pages/findings.html")]
struct Findings {
    t: T,
    findings: Vec<Finding>,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/clash.html")]
struct Clash {
    t: T,
    version: i64,
    fields: Vec<FieldView>,
    retired: bool,
}

/// Saves what the script sends while somebody types, and answers with what the linter says of it.
///
/// # Errors
/// `NotFound`.
pub async fn autosave(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let t = T::new(actor.lang);
    let lang = lang_of(&typed, &actor);
    let html = |page: &dyn askama::DynTemplate| page.dyn_render().map_err(|e| Error::Internal(e.to_string()));
    match saved(&app, &actor, id.0, &typed).await {
        Ok(item) => {
            let findings = lint::of_item(&app.ground.db, &actor, app.ground.now(), &item.draft).await?;
            let (was, back) = (was(&item.draft, lang), back(item.row.standard, lang, Some(id.0)));
            answer(200, &json!({"version": item.row.version, "was": was, "back": back, "html": html(&Findings { t, findings })?}))
        }
        Err(Error::Invalid(faults)) => {
            let errors: serde_json::Map<String, serde_json::Value> =
                faults.iter().map(|f| (f.field.clone(), field_text(f, t).into())).collect();
            answer(422, &json!({"errors": errors}))
        }
        Err(Error::Conflict(_)) => {
            let now = editing::item(&app.ground.db, actor.org, id.0).await?;
            let fields = differs(&app, &actor, &now, lang, &typed).await?;
            let retired = now.row.retired_in.is_some();
            let clash = Clash { t, version: now.row.version, fields, retired };
            answer(409, &json!({"version": now.row.version, "html": html(&clash)?}))
        }
        Err(other) => Err(other),
    }
}
