//! Standards: list, make, change, publish, review.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use kit::web::{Id, Input, List, Paging, Params, answer, created, if_match, patched, tagged};
use kit::{Actor, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Brief, Full, made};
use crate::access;
use crate::app::App;
use crate::standards::duties;
use crate::standards::editing::rules::{Change, ItemText, Kind, StandardForm};
use crate::standards::editing::{self, lint, reading, review, search, tip};

/// Which standards are wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    pub kind: Option<Kind>,
    /// Only those in force, or only those that were never published.
    pub published: Option<bool>,
    /// Only those that were withdrawn, or only the others.
    pub withdrawn: Option<bool>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

/// Lists standards, newest first; drafts only for those who may change them.
#[utoipa::path(get, path = "/standards", tag = "standards", params(Wanted), responses((status = 200, body = List<Brief>)))]
pub async fn list(State(app): State<App>, actor: Actor, p: Params<Wanted>) -> Result<Response> {
    let paging = Paging { limit: p.0.limit, after: p.0.after };
    let which = reading::Which { kind: p.0.kind, published: p.0.published, withdrawn: p.0.withdrawn, stage: None };
    let list = reading::list(&app.ground.db, &actor, &which, paging.cursor()?, paging.limit()?).await?;
    let now = app.ground.now();
    let items = list.items.iter().map(|s| Brief::of(s, &actor, now)).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: list.next })
}

/// Makes a standard: a draft with its first items.
#[utoipa::path(post, path = "/standards", tag = "standards", request_body = StandardForm, responses((status = 201, body = Full)))]
pub async fn create(State(app): State<App>, actor: Actor, form: Input<StandardForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let standard = editing::create_standard(&tx, &form.0).await?;
    made(tx, &standard).await
}

/// Shows a standard with its items.
#[utoipa::path(get, path = "/standards/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = Full)))]
pub async fn show(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let db = &app.ground.db;
    let standard = editing::seen(db, &actor, id.0).await?;
    let body = Full::of(db, &actor, app.ground.now(), &standard).await?;
    Ok(tagged(answer(200, &body)?, standard.row.version))
}

/// Changes the head of a standard (JSON merge patch); items have their own addresses.
#[utoipa::path(patch, path = "/standards/{id}", tag = "standards", params(("id" = Uuid, Path)),
    request_body(content = Object, content_type = "application/merge-patch+json"), responses((status = 200, body = Full)))]
pub async fn edit(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap, patch: Input<Json>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let standard = editing::edit_standard(&tx, id.0, if_match(&headers)?, |now| patched(now, &patch.0)).await?;
    let body = Full::of(&tx, &actor, tx.now, &standard).await?;
    tx.commit().await?;
    Ok(tagged(answer(200, &body)?, standard.row.version))
}

/// The items of a standard in their order.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ItemOrder)]
pub struct Order {
    /// Items that are not named stand behind those that are.
    #[schema(max_items = 2000)]
    pub items: Vec<Uuid>,
}

/// Puts the items into an order.
#[utoipa::path(post, path = "/standards/{id}/order", tag = "standards", params(("id" = Uuid, Path)), request_body = Order,
    responses((status = 201, body = Full)))]
pub async fn order(State(app): State<App>, actor: Actor, id: Id, headers: HeaderMap, order: Input<Order>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let standard = editing::reorder(&tx, id.0, if_match(&headers)?, &order.0.items).await?;
    made(tx, &standard).await
}

/// What a publication needs to know.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationForm {
    /// For each changed item: `material` when its sense changed, `editorial` when only its words did. Not needed for the
    /// first publication, nor for new and retired items.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Said>>)]
    pub changes: Option<BTreeMap<Uuid, Said>>,
}

/// What an author says of a changed item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ItemChangeSaid)]
pub enum Said {
    Material,
    Editorial,
}

impl From<Said> for Change {
    fn from(said: Said) -> Self {
        match said {
            Said::Material => Self::Material,
            Said::Editorial => Self::Editorial,
        }
    }
}

/// What a publication did to an item.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = PublishedChange)]
pub struct Changed {
    pub item: Uuid,
    pub change: Change,
}

/// What a publication answers.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StandardPublication)]
pub struct PublicationOut {
    pub standard: Uuid,
    pub version: i64,
    /// SHA-256 of the version's text.
    pub hash: String,
    pub changes: Vec<Changed>,
    /// So many people are in the audience.
    pub audience: i64,
    /// So many got something to sign.
    pub asked: i64,
    /// So many signatures stay good that asking everybody for everything would have asked for again.
    pub spared: i64,
}

/// Publishes the draft. People are asked for exactly what is new or changed in sense.
#[utoipa::path(post, path = "/standards/{id}/publication", tag = "standards", params(("id" = Uuid, Path)),
    request_body = Option<PublicationForm>, responses((status = 201, body = PublicationOut)))]
pub async fn publish(State(app): State<App>, actor: Actor, id: Id, req: Request) -> Result<Response> {
    let json = kit::web::is_json(req.headers());
    let bytes = kit::web::read_body(req, &app).await?;
    // The first publication has nothing to say.
    let form: PublicationForm = match (bytes.is_empty(), json) {
        (true, _) => PublicationForm::default(),
        (false, true) => kit::web::from_json::<Option<PublicationForm>>(&bytes)?.unwrap_or_default(),
        (false, false) => return Err(Error::UnsupportedMedia),
    };
    let changes = form.changes.unwrap_or_default().into_iter().map(|(item, said)| (item, said.into())).collect();
    let tx = app.write(&actor).await?;
    let done = editing::publish(&tx, id.0, &changes).await?;
    let publication = &done.publication;
    let changed = publication.items.iter().filter_map(|i| Some(Changed { item: i.id, change: i.change? }));
    let mut body = PublicationOut {
        standard: id.0,
        version: publication.number,
        hash: done.hash.clone(),
        changes: changed.collect(),
        audience: done.settling.audience,
        asked: done.settling.asked,
        spared: done.settling.spared,
    };
    let location = format!("/api/v1/standards/{}/versions/{}", id.0, publication.number);
    tx.finish(201, Some(&location), &body, false).await?;
    if !done.settling.settled {
        // Duties are true as soon as the publication answers.
        let all = duties::settle(&app, actor.org, id.0, body.version).await?;
        (body.audience, body.asked, body.spared) = (all.audience, all.asked, all.spared);
    }
    created(&location, &body)
}

/// Sends the draft to its approver.
#[utoipa::path(post, path = "/standards/{id}/review", tag = "standards", params(("id" = Uuid, Path)), responses((status = 201, body = Full)))]
pub async fn send(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let standard = review::send(&tx, id.0).await?;
    made(tx, &standard).await
}

/// Takes the draft back from its approver.
#[utoipa::path(delete, path = "/standards/{id}/review", tag = "standards", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn take_back(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    review::take_back(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Agrees to exactly this draft; only its approver may.
#[utoipa::path(post, path = "/standards/{id}/approval", tag = "standards", params(("id" = Uuid, Path)), responses((status = 201, body = Full)))]
pub async fn approve(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let standard = review::approve(&tx, id.0).await?;
    made(tx, &standard).await
}

/// Why a draft is sent back.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Reason {
    #[param(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// Sends the draft back, with a reason.
#[utoipa::path(delete, path = "/standards/{id}/approval", tag = "standards", params(("id" = Uuid, Path), Reason), responses((status = 204)))]
pub async fn send_back(State(app): State<App>, actor: Actor, id: Id, why: Params<Reason>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    review::send_back(&tx, id.0, &why.0.reason).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What the linter says of the draft. It never blocks.
#[utoipa::path(get, path = "/standards/{id}/lint", tag = "standards", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<lint::Finding>)))]
pub async fn lint(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let db = &app.ground.db;
    let standard = editing::seen(db, &actor, id.0).await?;
    let items = reading::items_for(db, &actor, id.0).await?;
    answer(200, &lint::of_standard(db, &actor, app.ground.now(), &standard, &items).await?)
}

/// What to search for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Words {
    /// Words in any form.
    #[param(min_length = 1, max_length = 200)]
    pub q: String,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// A rule that was found.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = FoundRule)]
pub struct Found {
    pub item: Uuid,
    pub standard: Uuid,
    /// The standard's title in the reader's language.
    pub title: String,
    /// The rule in the reader's language.
    pub text: String,
    pub why: Option<String>,
    pub norm: Option<String>,
}

/// What a search found.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = FoundRules)]
pub struct Results {
    /// The closest first.
    pub items: Vec<Found>,
    /// Has no rule all the words, and these have some of them?
    pub close: bool,
    /// Always null: what matters stands on top.
    pub next: Option<String>,
}

/// Searches the rules in force, by word forms.
#[utoipa::path(get, path = "/standards/search", tag = "standards", params(Words), responses((status = 200, body = Results)))]
pub async fn search(State(app): State<App>, actor: Actor, words: Params<Words>) -> Result<Response> {
    let limit = Paging { limit: words.0.limit, after: None }.limit()?;
    let mut faults = kit::Faults::default();
    faults.text("q", &words.0.q, 200);
    faults.check()?;
    let results = search::find(&app.ground.db, actor.org, &words.0.q, usize::try_from(limit).unwrap_or(50)).await?;
    let t = kit::i18n::T::new(actor.lang);
    let items = results.found.iter().map(|f| Found {
        item: f.item,
        standard: f.standard,
        title: t.label(&f.title).to_owned(),
        text: t.label(&f.text.text).to_owned(),
        why: f.text.why.as_ref().map(|l| t.label(l).to_owned()),
        norm: f.text.norm.as_ref().map(|l| t.label(l).to_owned()),
    });
    answer(200, &Results { items: items.collect(), close: results.close, next: None })
}

/// Whose tip.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TipOf {
    /// A branch's id or code; the whole company when not given.
    #[param(max_length = 64)]
    pub branch: Option<String>,
}

/// A rule to think of today.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = TipOfTheDay)]
pub struct TipOut {
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    pub branch: Option<Uuid>,
    /// Null while nothing is published.
    pub item: Option<Uuid>,
    pub standard: Option<Uuid>,
    pub title: Option<String>,
    pub text: Option<ItemText>,
    /// So many of those who work there have signed it, of so many.
    pub known: Option<i64>,
    pub people: Option<i64>,
}

/// The tip of the day: one rule that the branch knows least.
#[utoipa::path(get, path = "/standards/tip", tag = "standards", params(TipOf), responses((status = 200, body = TipOut)))]
pub async fn tip(State(app): State<App>, actor: Actor, of: Params<TipOf>) -> Result<Response> {
    let db = &app.ground.db;
    let branch = match &of.0.branch {
        None => None,
        Some(text) => {
            let id = access::places::branch_ref(db, actor.org, text).await?;
            let id = id.ok_or_else(|| Error::field("branch", "unknown"))?;
            // The tip says how many of a branch know the rule.
            let all = access::reach(actor.role, access::see(access::Noun::Branch)) == Some(kit::Reach::Company);
            if !all && !actor.branches.contains(&id) {
                return Err(Error::Forbidden("other-branch"));
            }
            Some(id)
        }
    };
    let day = app.ground.now().date(&actor.zone);
    let tip = tip::of_day(db, actor.org, day, branch).await?;
    let t = kit::i18n::T::new(actor.lang);
    answer(
        200,
        &TipOut {
            day,
            branch,
            item: tip.as_ref().map(|p| p.item),
            standard: tip.as_ref().map(|p| p.standard),
            title: tip.as_ref().map(|p| t.label(&p.title).to_owned()),
            known: tip.as_ref().and_then(|p| p.known).map(|k| k.0),
            people: tip.as_ref().and_then(|p| p.known).map(|k| k.1),
            text: tip.map(|p| p.text),
        },
    )
}

/// Lists standards by the day on which they are looked at again, the earliest first.
#[utoipa::path(get, path = "/standards/calendar", tag = "standards", params(Paging), responses((status = 200, body = List<Brief>)))]
pub async fn calendar(State(app): State<App>, actor: Actor, paging: Params<Paging>) -> Result<Response> {
    let list = reading::calendar(&app.ground.db, &actor, paging.0.cursor()?, paging.0.limit()?).await?;
    let now: Timestamp = app.ground.now();
    let items = list.items.iter().map(|s| Brief::of(s, &actor, now)).collect::<Result<Vec<_>>>()?;
    answer(200, &List { items, next: list.next })
}
