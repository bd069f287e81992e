//! The JSON door of duties, signatures, sheets and absences.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kit::i18n::Label;
use kit::time::{date_of, day_number};
use kit::web::{Id, Input, List, Paging, Params, answer, created};
use kit::{Actor, Error, Result, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::absence::AbsenceForm;
use super::rules::signing::{SheetForm, SignatureForm};
use super::store::absences::AbsenceRow;
use super::store::signatures::SignatureRow;
use super::{Stand, Wanted, absence, signing};
use crate::access::places::branch_ref;
use crate::app::App;
use crate::standards::editing;

/// One person and one standard.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Duty {
    pub id: Uuid,
    pub standard: Uuid,
    /// The standard's title in the reader's language.
    pub title: String,
    pub employee: Uuid,
    pub employee_name: String,
    pub branch: Uuid,
    /// Open: what is asked. Signed: what was signed last. Lifted: nothing.
    pub items: Vec<Uuid>,
    /// Open: the version to sign. Signed: the one that was.
    pub version: i64,
    #[schema(format = Date)]
    pub due_on: String,
    #[schema(pattern = "^(pending|signed|overdue|lifted)$")]
    pub state: &'static str,
    /// When it became what it is.
    pub since: Timestamp,
}

impl Duty {
    fn of(d: super::Duty, actor: &Actor) -> Self {
        Self {
            id: d.id,
            standard: d.standard,
            title: d.title.get(actor.lang).to_owned(),
            employee: d.employee,
            employee_name: d.employee_name,
            branch: d.branch,
            items: d.items,
            version: d.version,
            due_on: date_of(d.due).to_string(),
            state: d.state.as_str(),
            since: Timestamp(d.since),
        }
    }
}

/// Which duties of a standard.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DutyParams {
    /// pending: open and in time; overdue: open and late.
    #[param(pattern = "^(pending|signed|overdue|lifted)$")]
    pub state: Option<String>,
    /// A branch's id or code.
    #[param(max_length = 64)]
    pub branch: Option<String>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

/// Today in the reader's company.
#[must_use]
pub fn today(app: &App, actor: &Actor) -> i64 {
    day_number(app.ground.now().date(&actor.zone))
}

/// Lists who has to sign a standard, and who has, by employee.
#[utoipa::path(get, path = "/standards/{id}/duties", tag = "standards", params(("id" = Uuid, Path), DutyParams),
    responses((status = 200, body = List<Duty>)))]
pub async fn of_standard(State(app): State<App>, actor: Actor, id: Id, p: Params<DutyParams>) -> Result<Response> {
    let db = &app.ground.db;
    editing::seen(db, &actor, id.0).await?;
    let state = match p.0.state.as_deref() {
        None => None,
        Some(text) => Some(Stand::parse(text).ok_or_else(|| {
            let allowed = "pending, signed, overdue, lifted";
            Error::Invalid(vec![kit::FieldError::new("state", "unknown-variant").with("allowed", allowed)])
        })?),
    };
    let branch = match p.0.branch.as_deref() {
        None => None,
        Some(text) => Some(branch_ref(db, actor.org, text).await?.ok_or_else(|| Error::field("branch", "unknown"))?),
    };
    let paging = Paging { limit: p.0.limit, after: p.0.after };
    let after = match paging.cursor()?.as_deref() {
        None => None,
        Some([id]) => Some(Uuid::try_parse(id).map_err(|_| Error::field("after", "bad-cursor"))?),
        Some(_) => return Err(Error::field("after", "bad-cursor")),
    };
    let wanted = Wanted { state, branch, limit: paging.limit()?, after };
    let list = super::of_standard(db, &actor, id.0, &wanted, today(&app, &actor)).await?;
    answer(200, &list.map(|d| Duty::of(d, &actor)))
}

/// Lists what somebody has to sign and has signed: what is open first.
#[utoipa::path(get, path = "/employees/{id}/duties", tag = "standards", params(("id" = Uuid, Path)),
    responses((status = 200, body = List<Duty>)))]
pub async fn of_employee(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let duties = super::of_employee(&app.ground.db, &actor, id.0, today(&app, &actor)).await?;
    answer(200, &List { items: duties.into_iter().map(|d| Duty::of(d, &actor)).collect::<Vec<_>>(), next: None })
}

/// Lists the own duties: what is open first. Empty for a user who is no employee.
#[utoipa::path(get, path = "/duties", tag = "standards", responses((status = 200, body = List<Duty>)))]
pub async fn own(State(app): State<App>, actor: Actor) -> Result<Response> {
    let duties = match actor.employee {
        Some(employee) => super::of_person(&app.ground.db, actor.org, employee, today(&app, &actor)).await?,
        None => Vec::new(),
    };
    answer(200, &List { items: duties.into_iter().map(|d| Duty::of(d, &actor)).collect::<Vec<_>>(), next: None })
}

/// A signature: kept for ever, never changed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Signature {
    pub id: Uuid,
    pub standard: Uuid,
    pub version: i64,
    pub employee: Uuid,
    pub employee_name: String,
    pub items: Vec<Uuid>,
    pub statement: String,
    /// SHA-256 of exactly what was shown.
    pub text_hash: String,
    /// SHA-256 of the signature itself.
    pub hash: String,
    #[schema(pattern = "^(session|token|paper)$")]
    pub via: String,
    /// Who entered it; from paper somebody other than who signed.
    pub entered_by: String,
    pub at: Timestamp,
}

impl Signature {
    fn of(row: SignatureRow) -> Result<Self> {
        let items = signing::items_of(&row)?;
        Ok(Self {
            id: row.id,
            standard: row.standard,
            version: row.number,
            employee: row.employee,
            employee_name: row.employee_name,
            items,
            statement: row.statement,
            text_hash: row.text_hash,
            hash: row.hash,
            via: row.via,
            entered_by: row.member_name,
            at: Timestamp(row.at),
        })
    }
}

/// Signs a version for oneself: exactly the items that are asked.
#[utoipa::path(post, path = "/standards/{id}/signatures", tag = "standards", params(("id" = Uuid, Path)),
    request_body = SignatureForm, responses((status = 201, body = Signature)))]
pub async fn sign(State(app): State<App>, actor: Actor, id: Id, form: Input<SignatureForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = signing::sign(&tx, id.0, &form.0).await?;
    let location = format!("/api/v1/signatures/{}", row.id);
    let body = Signature::of(row)?;
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// Shows a signature.
#[utoipa::path(get, path = "/signatures/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = Signature)))]
pub async fn signature(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    answer(200, &Signature::of(signing::signature(&app.ground.db, &actor, id.0).await?)?)
}

/// The file that proves a signature on any machine: check it with `otklik verify`.
#[utoipa::path(get, path = "/signatures/{id}/bundle", tag = "standards", params(("id" = Uuid, Path)), responses((status = 200, body = Object)))]
pub async fn bundle(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let text = signing::bundle(&app.ground.db, &actor, id.0).await?;
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], text).into_response();
    let name = format!("attachment; filename=\"signature-{}.json\"", id.0);
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// What a sheet became.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Sheet {
    pub standard: Uuid,
    pub version: i64,
    pub signatures: Vec<Signature>,
}

/// Enters a printed sheet of acquaintance that people signed by hand.
#[utoipa::path(post, path = "/standards/{id}/sheets", tag = "standards", params(("id" = Uuid, Path)),
    request_body = SheetForm, responses((status = 201, body = Sheet)))]
pub async fn sheet(State(app): State<App>, actor: Actor, id: Id, form: Input<SheetForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let rows = signing::enter_sheet(&tx, id.0, &form.0).await?;
    let location = format!("/api/v1/standards/{}/duties", id.0);
    let signatures = rows.into_iter().map(Signature::of).collect::<Result<Vec<_>>>()?;
    let body = Sheet { standard: id.0, version: form.0.version, signatures };
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// Time away.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Absence {
    pub id: Uuid,
    pub employee: Uuid,
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: Option<String>,
    pub created_at: Timestamp,
}

impl From<AbsenceRow> for Absence {
    fn from(r: AbsenceRow) -> Self {
        let day = |d: i64| date_of(d).to_string();
        Self { id: r.id, employee: r.employee, from: day(r.from_day), to: r.to_day.map(day), created_at: Timestamp(r.created_at) }
    }
}

/// Lists somebody's leaves, the latest first.
#[utoipa::path(get, path = "/employees/{id}/absences", tag = "standards", params(("id" = Uuid, Path), Paging),
    responses((status = 200, body = List<Absence>)))]
pub async fn absences(State(app): State<App>, actor: Actor, id: Id, p: Params<Paging>) -> Result<Response> {
    let list = absence::list(&app.ground.db, &actor, id.0, p.0.limit()?, p.0.cursor()?).await?;
    answer(200, &list.map(Absence::from))
}

/// Enters a leave: what is open is lifted while it lasts, and asked anew behind it.
#[utoipa::path(post, path = "/employees/{id}/absences", tag = "standards", params(("id" = Uuid, Path)),
    request_body = AbsenceForm, responses((status = 201, body = Absence)))]
pub async fn create_absence(State(app): State<App>, actor: Actor, id: Id, form: Input<AbsenceForm>) -> Result<Response> {
    let tx = app.write(&actor).await?;
    let row = absence::create(&tx, id.0, &form.0).await?;
    let location = format!("/api/v1/employees/{}/absences", id.0);
    let body = Absence::from(row);
    tx.finish(201, Some(&location), &body, false).await?;
    created(&location, &body)
}

/// Takes a leave back.
#[utoipa::path(delete, path = "/absences/{id}", tag = "standards", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn remove_absence(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let tx = app.write(&actor).await?;
    absence::remove(&tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The title as the reader reads it.
#[must_use]
pub fn title(label: &Label, actor: &Actor) -> String {
    label.get(actor.lang).to_owned()
}
