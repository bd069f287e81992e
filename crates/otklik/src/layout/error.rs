//! A refusal as a page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use kit::Error;
use kit::i18n::T;

use super::Frame;

#[derive(Template)]
#[template(path = "layout/error.html")]
struct ErrorPage {
    frame: Frame,
    detail: String,
    fields: Vec<String>,
}

/// What went wrong and what can be done, in the reader's language.
#[must_use]
pub fn error_page(error: &Error, t: T) -> Response {
    let (title, detail) = kit::web::explain(error, t);
    let fields = match error {
        Error::Invalid(fields) => fields.iter().map(|f| format!("{}: {}", f.field, kit::web::field_text(f, t))).collect(),
        _ => Vec::new(),
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    render(status, &ErrorPage { frame: Frame::bare(t, title), detail, fields })
}

/// A page with a status.
pub fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => Error::Internal(format!("a page cannot be drawn: {error}")).into_response(),
    }
}
