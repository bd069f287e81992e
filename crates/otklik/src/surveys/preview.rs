//! The draft as a client would meet it, drawn by the same code. Nothing is sent from here.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use kit::i18n::Lang;
use kit::web::{Id, Params};
use kit::{Actor, Result};
use serde::Deserialize;

use super::public_page::{Sheet, render_form};
use super::rules::answers::Answers;
use super::rules::form::Form;
use crate::app::App;
use crate::doors::CLIENT_CSP;

/// In which language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    lang: Option<Lang>,
}

/// The draft's page; only our own pages may frame it.
pub async fn show(State(app): State<App>, actor: Actor, id: Id, spoken: Params<Spoken>) -> Result<Response> {
    let row = super::find(&app.ground.db, actor.org, id.0).await?;
    let form: Form = serde_json::from_str(&row.draft)?;
    let lang = spoken.0.lang.or(form.locales.first().copied()).unwrap_or(actor.lang);
    let sheet = Sheet { form: &form, code: &row.code, org_name: &actor.org_name, frame_origins: "" };
    let mut response = render_form(sheet, lang, &Answers::new(), &[], true);
    if let Ok(policy) = HeaderValue::from_str(&format!("{CLIENT_CSP}; frame-ancestors 'self'")) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}
