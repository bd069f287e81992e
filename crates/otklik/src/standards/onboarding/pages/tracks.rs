//! The tracks of a company.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Paging, Params};
use kit::{Actor, Result};

use crate::access::{Noun, change, reach};
use crate::app::App;
use crate::layout::{Frame, render};
use crate::standards::onboarding::{self as tracks};

struct Row {
    href: String,
    title: String,
    sub: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "standards/onboarding/pages/tracks.html")]
struct TracksPage {
    frame: Frame,
    rows: Vec<Row>,
    next: String,
    may_change: bool,
}

pub(super) fn may_change(actor: &Actor) -> bool {
    reach(actor.role, change(Noun::Track)).is_some()
}

pub(super) fn whom(t: T, positions: &[String]) -> String {
    if positions.is_empty() { t.s("track-for-all") } else { positions.join(", ") }
}

/// All tracks.
pub async fn list(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let t = T::new(actor.lang);
    let list = tracks::tracks(&app.ground.db, &actor, paging.0.cursor()?, paging.0.limit()?).await?;
    let row = |r: &tracks::store::TrackRow| {
        let form = tracks::form_of(r)?;
        Ok(Row {
            href: format!("/onboarding-tracks/{}", r.id),
            title: t.label(&form.title).to_owned(),
            sub: format!("{} · {}", whom(t, &form.positions), t.n("track-steps-n", form.steps.len())),
            active: form.active,
        })
    };
    let page = TracksPage {
        frame: crate::standards::section::top(&actor, t.s("track-title"), "tracks"),
        rows: list.items.iter().map(row).collect::<Result<_>>()?,
        next: list.next.map(|c| format!("/onboarding-tracks?after={c}")).unwrap_or_default(),
        may_change: may_change(&actor),
    };
    Ok(render(StatusCode::OK, &page))
}
