//! The two buttons of saved views.

use axum::extract::State;
use axum::response::Response;
use kit::i18n::T;
use kit::web::Id;
use kit::{Actor, Error, Result};

use crate::access::views;
use crate::app::App;
use crate::doors::{address, go};
use crate::layout::simple::{Typed, refused};

fn back(page: &str, query: &str, done: &str) -> String {
    let sign = if query.is_empty() { "?" } else { "&" };
    format!("{}{sign}view={done}", address(page, query))
}

/// Keeps the filters of a page under a name.
///
/// # Errors
/// `NotFound` for a page that keeps none, `Invalid` for a name that is none, `Conflict` when there are too many.
pub async fn save(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match views::save(&tx, typed.get("page"), typed.get("query"), typed.get("name")).await {
        Ok(row) => {
            tx.commit().await?;
            Ok(go(&back(&row.page, &row.query, "saved")))
        }
        Err(error @ Error::Invalid(_)) => {
            // The browser asks for a name by itself; without one the page comes back as it was.
            refused(error, T::new(actor.lang))?;
            let page = typed.get("page");
            Ok(go(&address(page, &views::filters(typed.get("query")))))
        }
        Err(other) => Err(other),
    }
}

/// Forgets a view.
///
/// # Errors
/// `NotFound`, also for somebody else's.
pub async fn remove(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = views::remove(&tx, id.0).await?;
    tx.commit().await?;
    Ok(go(&back(&row.page, &row.query, "removed")))
}
