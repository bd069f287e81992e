//! The JSON door of the library and of pasted text.

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::response::Response;
use kit::web::{Id, Input, List, Params, answer, created, is_json};
use kit::{Actor, Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::intake;
use super::rules::paste::Draft;
use super::rules::starters::{self, Business, Starter};
use crate::app::App;
use crate::standards::editing::rules::Kind;

/// Which starters.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Its own items and those that suit every business.
    #[param(inline)]
    pub business: Option<Business>,
    #[param(inline)]
    pub kind: Option<Kind>,
}

/// Lists the items to begin with.
#[utoipa::path(get, path = "/library", tag = "standards", params(Wanted), responses((status = 200, body = List<Starter>)))]
pub async fn library(_: State<App>, _: Actor, wanted: Params<Wanted>) -> Result<Response> {
    answer(200, &List { items: starters::of(wanted.0.business, wanted.0.kind)?, next: None })
}

/// A choice out of the library.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StarterChoice {
    /// Keys of starters, each once.
    #[schema(min_items = 1, max_items = 200)]
    pub keys: Vec<String>,
}

/// What came in.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StartersAdded {
    /// The new items' ids.
    pub items: Vec<Uuid>,
    /// Keys of starters that the standard had already.
    pub skipped: Vec<String>,
}

/// Adds starters as items at the end of the draft, in both languages.
#[utoipa::path(post, path = "/standards/{id}/starters", tag = "standards", params(("id" = Uuid, Path)),
    request_body = StarterChoice, responses((status = 201, body = StartersAdded)))]
pub async fn add_starters(State(app): State<App>, actor: Actor, id: Id, choice: Input<StarterChoice>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let added = super::add_starters(&tx, id.0, &choice.0.keys).await?;
    let location = format!("/api/v1/standards/{}/items", id.0);
    let body = StartersAdded { items: added.items, skipped: added.skipped };
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// A text to be read into items.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasteText {
    pub text: String,
    /// Only says what would come in.
    #[serde(default)]
    pub preview: bool,
}

/// The parts of an upload: a text file (.txt, .md) or a Word file (.docx).
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request")]
pub struct PasteUpload {
    /// Only says what would come in: `true` or `false`.
    preview: Option<String>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What was found.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Pasted {
    pub drafts: Vec<Draft>,
    /// The new items' ids; empty for a preview. Drafts that are empty, twice there or in the standard already stay out.
    pub items: Vec<Uuid>,
}

/// Reads text or a file into items: a preview (200), or items at the end of the draft (201).
#[utoipa::path(post, path = "/standards/{id}/paste", tag = "standards", params(("id" = Uuid, Path)),
    request_body(content((PasteText = "application/json"), (PasteUpload = "multipart/form-data"))),
    responses((status = 200, body = Pasted, description = "A preview"), (status = 201, body = Pasted)))]
pub async fn paste(State(app): State<App>, actor: Actor, id: Id, req: Request) -> Result<Response> {
    let (lines, field, preview) = if is_json(req.headers()) {
        // Files may be larger than JSON; the route allows for files.
        let bytes = axum::body::to_bytes(req.into_body(), kit::web::JSON_LIMIT).await.map_err(|_| Error::TooLarge)?;
        let form: PasteText = kit::web::from_json(&bytes)?;
        (intake::text(&form.text)?, "text", form.preview)
    } else {
        let form = Multipart::from_request(req, &app).await.map_err(|_| Error::UnsupportedMedia)?;
        let mut parts = intake::read(form).await?;
        if let Some((name, _)) = parts.fields.iter().find(|(n, _)| n != "preview") {
            return Err(Error::field(name.chars().take(80).collect::<String>(), "unknown-field"));
        }
        if parts.file.is_none() && parts.refused.is_none() {
            return Err(Error::field("file", "required"));
        }
        let preview = match parts.get("preview") {
            "true" => true,
            "" | "false" => false,
            _ => return Err(Error::field("preview", "wrong-value")),
        };
        let (lines, field) = intake::lines(&mut parts).await?;
        (lines, field, preview)
    };
    if preview {
        let drafts = super::look(&app.ground.db, actor.org, id.0, &lines, field).await?;
        return answer(200, &Pasted { drafts, items: Vec::new() });
    }
    let tx = app.write(&actor).await?;
    let drafts = super::look(&tx, actor.org, id.0, &lines, field).await?;
    let items = super::add_drafts(&tx, id.0, &super::worth(&drafts)).await?;
    let location = format!("/api/v1/standards/{}/items", id.0);
    let body = Pasted { drafts, items };
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}
