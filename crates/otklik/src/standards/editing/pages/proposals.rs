//! What staff propose, and the answers.

use askama::Template;
use axum::Form as Posted;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, Paging, Params};
use kit::{Actor, Error, Result, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::{Typed, refused};
use crate::app::App;
use crate::doors::go;
use crate::layout::{Chip, Errors, Frame, State as Mood, render};
use crate::standards::editing::api::proposals::words;
use crate::standards::editing::proposals::{self, AcceptanceForm, ProposalRow, RefusalForm, Which, merged};
use crate::standards::editing::rules::Span;
use crate::standards::editing::{self, sees_drafts};

struct View {
    id: Uuid,
    item: String,
    standard: String,
    title: String,
    /// What the item says now; "" for a remark on the whole standard.
    now: String,
    words: Vec<Span>,
    proposed: String,
    reason: String,
    author: String,
    at: String,
    open: bool,
    mood: Mood,
    state: String,
    answer: String,
    decider: String,
    /// Its answer was refused just now.
    stuck: bool,
}

#[derive(Template)]
#[template(path = "standards/editing/pages/proposals.html")]
struct ProposalsPage {
    frame: Frame,
    chips: Vec<Chip>,
    list: Vec<View>,
    next: String,
    may_decide: bool,
    errors: Errors,
    /// What was typed as its answer.
    typed: String,
}

/// What the address carries.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    state: String,
    standard: Option<Uuid>,
    item: Option<Uuid>,
    after: Option<String>,
}

impl Wanted {
    fn address(&self, state: &str) -> String {
        let ids = [("standard", self.standard), ("item", self.item)];
        let mut parts: Vec<String> = ids.iter().filter_map(|(k, v)| v.map(|v| format!("{k}={v}"))).collect();
        if !state.is_empty() {
            parts.push(format!("state={state}"));
        }
        if parts.is_empty() { "/proposals".into() } else { format!("/proposals?{}", parts.join("&")) }
    }
}

async fn view(app: &App, actor: &Actor, row: ProposalRow) -> Result<View> {
    let t = T::new(actor.lang);
    let db = &app.ground.db;
    let standard = editing::find(db, actor.org, row.standard).await?;
    let words = words(db, actor, &row).await?;
    let proposed = row.label()?;
    let mut now = String::new();
    let mut whole = proposed.clone();
    if let Some(item) = row.item {
        let item = editing::item(db, actor.org, item).await?;
        let base = proposals::base(actor, &row, &item);
        t.label(&base.text).clone_into(&mut now);
        whole = proposed.map(|p| merged(&base.text, &p));
    }
    let mood = match row.state.as_str() {
        "accepted" => Mood::Good,
        "declined" => Mood::Quiet,
        _ => Mood::Note,
    };
    Ok(View {
        id: row.id,
        item: row.item.map(|i| format!("/items/{i}")).unwrap_or_default(),
        standard: format!("/standards/{}", row.standard),
        title: t.label(standard.title_for(actor)).to_owned(),
        now,
        words,
        proposed: whole.as_ref().map(|p| t.label(p).to_owned()).unwrap_or_default(),
        reason: row.reason,
        author: row.author_name,
        at: t.date(&Timestamp(row.created_at).date(&actor.zone)),
        open: row.state == "open",
        mood,
        state: t.s(&format!("standards-proposal-{}", row.state)),
        answer: row.answer.unwrap_or_default(),
        decider: row.decider_name.unwrap_or_default(),
        stuck: false,
    })
}

async fn page(app: &App, actor: &Actor, wanted: &Wanted, stuck: Option<(Uuid, String)>, errors: Errors) -> Result<Response> {
    let t = T::new(actor.lang);
    let paging = Paging { limit: None, after: wanted.after.clone() };
    let state = Some(wanted.state.as_str()).filter(|s| ["open", "accepted", "declined"].contains(s));
    let which = Which { standard: wanted.standard, item: wanted.item, state: state.map(str::to_owned) };
    let rows = proposals::list(&app.ground.db, actor, &which, paging.cursor()?, paging.limit()?).await?;
    let mut list = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        let mut shown = view(app, actor, row).await?;
        shown.stuck = stuck.as_ref().is_some_and(|(id, _)| *id == shown.id);
        list.push(shown);
    }
    let chip = |state: &str| {
        let label = t.s(&format!("standards-proposals-{}", if state.is_empty() { "all" } else { state }));
        Chip::new(label, wanted.address(state), wanted.state == state)
    };
    let here_again = wanted.address(&wanted.state);
    let join = if here_again.contains('?') { '&' } else { '?' };
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ProposalsPage {
        frame: crate::standards::section::top(actor, t.s("standards-proposals"), "proposals"),
        chips: ["", "open", "accepted", "declined"].into_iter().map(chip).collect(),
        list,
        next: rows.next.map(|c| format!("{here_again}{join}after={c}")).unwrap_or_default(),
        may_decide: sees_drafts(actor),
        errors,
        typed: stuck.map(|(_, typed)| typed).unwrap_or_default(),
    };
    Ok(render(status, &page))
}

/// Proposals, newest first; staff see their own.
///
/// # Errors
/// Those of the database.
pub async fn list(State(app): State<App>, actor: Actor, wanted: Params<Wanted>) -> Result<Response> {
    page(&app, &actor, &wanted.0, None, Errors::none()).await
}

/// Takes a proposal, or says why not: the button that was pressed says which.
///
/// # Errors
/// `NotFound`.
pub async fn decide(
    State(app): State<App>,
    actor: Actor,
    id: Id,
    Posted(typed): Posted<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed(typed);
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    let answer = typed.get("answer").to_owned();
    let done = if typed.get("decision") == "accept" {
        // Words that were left as proposed follow the language of the proposal; others are what was typed.
        let typed_words = Some(typed.get("text")).filter(|x| !x.is_empty() && *x != typed.get("proposed"));
        let form = AcceptanceForm { text: typed_words.map(Into::into), answer: Some(answer.clone()) };
        proposals::accept(&tx, id.0, &form).await
    } else {
        proposals::refuse(&tx, id.0, &RefusalForm { answer: answer.clone() }).await
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            Ok(go("/proposals?state=open"))
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            drop(tx);
            let errors = refused(error, t, "answer")?;
            let wanted = Wanted { state: "open".into(), ..Wanted::default() };
            page(&app, &actor, &wanted, Some((id.0, answer)), errors).await
        }
        Err(other) => Err(other),
    }
}
