//! Proposals of staff: make, read, accept, refuse.

use axum::extract::State;
use axum::response::Response;
use kit::i18n::{Label, Lang, T};
use kit::web::{Id, Input, List, Paging, Params, answer, created};
use kit::{Actor, Result, Timestamp, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::standards::editing;
use crate::standards::editing::proposals::{self, AcceptanceForm, ProposalForm, ProposalRow, RefusalForm, Which, merged};
use crate::standards::editing::rules::{Span, word_difference};

/// A proposal.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalOut {
    pub id: Uuid,
    pub standard: Uuid,
    pub item: Option<Uuid>,
    /// The version that it was written on.
    pub base: Option<i64>,
    pub text: Option<Label>,
    pub reason: String,
    /// Against the words in force, in the reader's language; empty for a remark.
    pub words: Vec<Span>,
    pub author: Uuid,
    pub author_name: String,
    #[schema(pattern = "^(open|accepted|declined)$")]
    pub state: String,
    pub answer: Option<String>,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl ProposalOut {
    /// # Errors
    /// Those of the database.
    pub async fn of(q: &impl kit::db::Query, actor: &Actor, row: ProposalRow) -> Result<Self> {
        let text = row.label()?;
        let words = words(q, actor, &row).await?;
        Ok(Self {
            id: row.id,
            standard: row.standard,
            item: row.item,
            base: row.base,
            text,
            reason: row.reason,
            words,
            author: row.author,
            author_name: row.author_name,
            state: row.state,
            answer: row.answer,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
        })
    }
}

/// What the proposal would change of the words in force, in the reader's language; in the language that it speaks, where it
/// leaves the reader's as it is.
///
/// # Errors
/// Those of the database.
pub async fn words(q: &impl kit::db::Query, actor: &Actor, row: &ProposalRow) -> Result<Vec<Span>> {
    let Some(proposed) = row.label()? else { return Ok(Vec::new()) };
    let t = T::new(actor.lang);
    let Some(item) = row.item else { return Ok(word_difference("", t.label(&proposed))) };
    let item = editing::item(q, actor.org, item).await?;
    let base = proposals::base(actor, row, &item);
    let new = merged(&base.text, &proposed);
    let here = (t.label(&base.text), t.label(&new));
    let differs = |lang: &Lang| base.text.get(*lang) != new.get(*lang);
    let (was, is) = match Lang::ALL.into_iter().find(differs) {
        Some(lang) if here.0 == here.1 => (base.text.get(lang), new.get(lang)),
        _ => here,
    };
    Ok(word_difference(was, is))
}

/// Which proposals are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    #[param(inline)]
    pub state: Option<StateName>,
    pub item: Option<Uuid>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ProposalState)]
pub enum StateName {
    Open,
    Accepted,
    Declined,
}

impl StateName {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }
}

async fn listed(app: &App, actor: &Actor, standard: Option<Uuid>, wanted: Wanted) -> Result<Response> {
    let paging = Paging { limit: wanted.limit, after: wanted.after };
    let which = Which { standard, item: wanted.item, state: wanted.state.map(|s| s.as_str().to_owned()) };
    let list = proposals::list(&app.ground.db, actor, &which, paging.cursor()?, paging.limit()?).await?;
    let mut items = Vec::with_capacity(list.items.len());
    for row in list.items {
        items.push(ProposalOut::of(&app.ground.db, actor, row).await?);
    }
    answer(200, &List { items, next: list.next })
}

/// Lists proposals, newest first; staff see their own.
#[utoipa::path(get, path = "/proposals", tag = "standards", params(Wanted), responses((status = 200, body = List<ProposalOut>)))]
pub async fn all(State(app): State<App>, actor: Actor, p: Params<Wanted>) -> Result<Response> {
    listed(&app, &actor, None, p.0).await
}

/// Lists the proposals to a standard, newest first.
#[utoipa::path(get, path = "/standards/{id}/proposals", tag = "standards", params(("id" = Uuid, Path), Wanted),
    responses((status = 200, body = List<ProposalOut>)))]
pub async fn of_standard(State(app): State<App>, actor: Actor, id: Id, p: Params<Wanted>) -> Result<Response> {
    editing::seen(&app.ground.db, &actor, id.0).await?;
    listed(&app, &actor, Some(id.0), p.0).await
}

async fn made(tx: Tx, row: ProposalRow) -> Result<Response> {
    let location = format!("/api/v1/proposals/{}", row.id);
    let body = ProposalOut::of(&tx, &tx.actor, row).await?;
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// Proposes other words for an item, a new item, or says something of the standard.
#[utoipa::path(post, path = "/standards/{id}/proposals", tag = "standards", params(("id" = Uuid, Path)),
    request_body = ProposalForm, responses((status = 201, body = ProposalOut)))]
pub async fn create(State(app): State<App>, actor: Actor, id: Id, form: Input<ProposalForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = proposals::create(&tx, id.0, &form.0).await?;
    made(tx, row).await
}

/// Shows a proposal.
#[utoipa::path(get, path = "/proposals/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = ProposalOut)))]
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = proposals::show(&app.ground.db, &actor, id.0).await?;
    answer(200, &ProposalOut::of(&app.ground.db, &actor, row).await?)
}

/// Takes a proposal: its words go into the draft, and its author is named.
#[utoipa::path(post, path = "/proposals/{id}/acceptance", tag = "standards", params(("id" = Uuid, Path)),
    request_body = AcceptanceForm, responses((status = 201, body = ProposalOut)))]
pub async fn accept(State(app): State<App>, actor: Actor, id: Id, said: Input<AcceptanceForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = proposals::accept(&tx, id.0, &said.0).await?;
    made(tx, row).await
}

/// Does not take a proposal, and says why.
#[utoipa::path(post, path = "/proposals/{id}/refusal", tag = "standards", params(("id" = Uuid, Path)),
    request_body = RefusalForm, responses((status = 201, body = ProposalOut)))]
pub async fn refuse(State(app): State<App>, actor: Actor, id: Id, said: Input<RefusalForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = proposals::refuse(&tx, id.0, &said.0).await?;
    made(tx, row).await
}
