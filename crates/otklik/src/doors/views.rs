//! Saved views above a page's content.

use kit::db::Query;
use kit::i18n::T;
use kit::{Actor, Result};

use crate::access::views;
use crate::layout::{Flash, Frame, View, Views};

/// A page's address with its query, if any.
#[must_use]
pub fn address(page: &str, query: &str) -> String {
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

/// Puts into a frame the own views of the page, and a place to keep what is asked for now; says what became of a view when
/// the address tells of one.
///
/// # Errors
/// Those of the database.
pub async fn with_views(frame: Frame, q: &impl Query, actor: &Actor, page: &str, query: &str) -> Result<Frame> {
    let here = views::filters(query);
    let list = views::of(q, actor, page).await?;
    let known = list.iter().any(|v| v.query == here);
    let list = list.into_iter().map(|v| View {
        on: v.query == here,
        href: address(page, &v.query),
        remove: format!("/views/{}/removal", v.id),
        name: v.name,
    });
    let list = list.collect();
    let mut frame = frame;
    frame.views = Views { list, page: page.to_owned(), keep: (!known && !here.is_empty()).then_some(here) };
    let done = form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == "view").map(|(_, v)| v.into_owned());
    if let Some(done @ ("saved" | "removed")) = done.as_deref() {
        frame = frame.flash(Flash::good(T::new(actor.lang).s(&format!("access-view-{done}"))));
    }
    Ok(frame)
}
