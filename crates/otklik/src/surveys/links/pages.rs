//! Sheets to print: a card for every branch, desk or person.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, List, Paging, Params};
use kit::{Actor, Result};
use serde::Deserialize;

use super::{Drawn, Per, api, draw, links};
use crate::app::App;
use crate::layout::{Chip, render};
use crate::surveys::rules::form::Form;

struct Card {
    label: String,
    qr: Drawn,
}

#[derive(Template)]
#[template(path = "surveys/pages/sheet.html")]
struct Sheet {
    /// The reader's language, for what is not printed.
    t: T,
    /// The client's.
    say: T,
    title: String,
    company: String,
    back: String,
    short: String,
    size: &'static str,
    cards: Vec<Card>,
    per: Vec<Chip>,
    sizes: Vec<Chip>,
    next: String,
    /// What was searched for.
    q: String,
    /// The kind of place, which the search keeps.
    of: &'static str,
}

#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    per: Per,
    #[serde(default)]
    size: String,
    after: Option<String>,
    /// Words of the names or codes.
    #[serde(default)]
    q: String,
}

/// How many cards a page of the sheet has at most.
const CARDS: i64 = 100;

/// The sheet; on paper nothing but the cards.
pub async fn sheet(State(app): State<App>, actor: Actor, id: Id, wanted: Params<Wanted>) -> Result<Response> {
    let t = T::new(actor.lang);
    let row = crate::surveys::find(&app.ground.db, actor.org, id.0).await?;
    let form: Form = serde_json::from_str(&row.draft)?;
    let Wanted { per, size, after, q } = wanted.0;
    let q: String = q.trim().replace('\0', " ").chars().take(200).collect();
    let after = api::after(&Paging { limit: None, after })?;
    let found = links(&app.ground.db, &app.ground, &actor, &row.code, (per, &q), after, CARDS).await?;
    let cut = List::cut(found, CARDS, |l| vec![l.label.clone(), l.id.to_string()]);
    let size = if size == "a4" { "a4" } else { "a6" };
    let here = |per: Per, size: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("per", per.as_str()).append_pair("size", size);
        if !q.is_empty() {
            query.append_pair("q", &q);
        }
        format!("/surveys/{}/sheet?{}", row.id, query.finish())
    };
    let cards = cut.items.into_iter().map(|l| Ok(Card { qr: draw(&l.url)?, label: l.label })).collect::<Result<Vec<_>>>()?;
    let address = super::address(&app.ground, &row.code, "");
    let page = Sheet {
        t,
        say: T::new(form.locales.first().copied().unwrap_or(actor.lang)),
        title: t.label(&form.name).to_owned(),
        company: actor.org_name.to_string(),
        back: format!("/surveys/{}", row.id),
        short: address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned(),
        size,
        cards,
        per: Per::ALL
            .into_iter()
            .map(|p| Chip::new(t.s(&format!("surveys-sheet-{}", p.as_str())), here(p, size), p == per))
            .collect(),
        sizes: ["a6", "a4"].into_iter().map(|s| Chip::new(t.s(&format!("surveys-sheet-{s}")), here(per, s), s == size)).collect(),
        next: cut.next.map(|c| format!("{}&after={c}", here(per, size))).unwrap_or_default(),
        of: per.as_str(),
        q: q.clone(),
    };
    Ok(render(StatusCode::OK, &page))
}
