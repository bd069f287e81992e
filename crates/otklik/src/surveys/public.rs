//! The door that clients come through. No cookie, no Origin check; a GET changes nothing.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use kit::actor::Idempotency;
use kit::i18n::{Lang, T};
use kit::limits::Rule;
use kit::serve::ClientIp;
use kit::web::{is_json, read_body};
use kit::{Error, Result};
use uuid::Uuid;

use super::intake::{Coming, Open, prepare};
use super::public_form::{Sent, Turn, VERSION, is_form, language, pairs, turn, version};
use super::public_json::{Stored, Submitted, submit_json};
use super::public_page::{Note, Page, Sheet, field_name};
use super::rules::answers::{Answers, from_fields};
use super::rules::steps::step_from;
use super::store;
use crate::app::App;
use crate::figures::Anonymity;

/// The survey behind a code. What cannot be a code is not looked for.
pub(super) async fn find(app: &App, code: &str) -> Result<Open> {
    if code.is_empty() || code.len() > 64 || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Error::NotFound);
    }
    app.memory.survey(&app.ground, code).await?.ok_or(Error::NotFound)
}

impl Open {
    /// What its page is drawn from.
    #[must_use]
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet { form: self.form(), code: &self.code, org_name: &self.org_name, frame_origins: &self.frame_origins }
    }
}

/// The page behind a printed code.
pub async fn page(State(app): State<App>, Path(code): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let query = pairs(uri.query().unwrap_or("").as_bytes()).unwrap_or_default();
    let open = match find(&app, &code).await {
        Ok(open) => open,
        Err(error) => return refused(&error, language(&[Lang::Ru, Lang::En], &query, &headers), None),
    };
    let lang = language(&open.form().locales, &query, &headers);
    if !open.open {
        return refused(&Error::Gone("survey-closed"), lang, Some(&open));
    }
    let mut sent = Sent::read(open.form(), &query, &[]);
    sent.lang = Some(lang);
    // A key of its own for each showing: the same form sent twice counts once.
    sent.once = Some(kit::secret::token("", &mut |b: &mut [u8]| app.ground.entropy.fill(b)));
    let values = Answers::new();
    let mut page = showing(&app, &open, lang, &sent, &values, &[]);
    page.step = step_from(open.form(), &values, 0).unwrap_or(0);
    page.response()
}

/// The form with what came along: origin, language and key stay with it.
fn showing<'a>(
    app: &App,
    open: &'a Open,
    lang: Lang,
    sent: &Sent,
    values: &'a Answers,
    errors: &'a [kit::FieldError],
) -> Page<'a> {
    let mut page = Page::new(open.sheet(), lang, values, errors);
    let form = open.form();
    page.hidden = sent.carried().into_iter().map(|(k, v)| (field_name(form, k), v)).collect();
    page.hidden.push((VERSION.to_owned(), open.version.to_string()));
    page.query = sent.link().into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    if is_test(app, &open.code, sent) {
        page.notice = T::new(lang).s("ask-test");
    }
    page
}

/// Is this staff trying the survey out? Only a link that we signed says so.
pub(super) fn is_test(app: &App, code: &str, sent: &Sent) -> bool {
    sent.test.as_deref().is_some_and(|s| kit::secret::verify(&app.ground.signing_key, &["test", code], s))
}

/// The signature of the link with which staff try a survey out: `/s/{code}?test=…`.
#[must_use]
pub fn test_signature(key: &[u8], code: &str) -> String {
    kit::secret::sign(key, &["test", code])
}

/// Takes an answer: the page's form, or JSON from a program.
#[utoipa::path(post, path = "/s/{code}", tag = "surveys", security(()),
    params(("code" = String, Path, description = "The code of the survey, as it is printed")),
    request_body = Submitted, responses((status = 201, body = Stored)))]
pub async fn submit(State(app): State<App>, Path(code): Path<String>, req: Request) -> Result<Response> {
    if is_json(req.headers()) {
        return submit_json(&app, &code, req).await;
    }
    if !is_form(req.headers()) {
        return Err(Error::UnsupportedMedia);
    }
    Ok(submit_form(&app, &code, req).await)
}

async fn submit_form(app: &App, code: &str, req: Request) -> Response {
    let query = pairs(req.uri().query().unwrap_or("").as_bytes()).unwrap_or_default();
    let headers = req.headers().clone();
    let lang = language(&[Lang::Ru, Lang::En], &query, &headers);
    let open = match find(app, code).await {
        Ok(open) => open,
        Err(error) => return refused(&error, lang, None),
    };
    let ip = client_ip(&req);
    let read = async {
        let bytes = read_body(req, &()).await?;
        let fields = pairs(&bytes)?;
        let shown = app.memory.as_shown(&app.ground, open.clone(), version(&fields)).await?;
        Ok((kit::ids::sha256_hex(&bytes), fields, shown))
    };
    let (body_hash, fields, open) = match read.await {
        Ok(read) => read,
        Err(error) => return refused(&error, language(&open.form().locales, &query, &headers), Some(&open)),
    };
    let sent = Sent::read(open.form(), &query, &fields);
    let lang =
        sent.lang.filter(|l| open.form().locales.contains(l)).unwrap_or_else(|| language(&open.form().locales, &query, &headers));
    if !open.open {
        return refused(&Error::Gone("survey-closed"), lang, Some(&open));
    }
    let values = from_fields(open.form(), &fields);
    let step = match turn(open.form(), &values, sent.step, sent.back) {
        Turn::Ask { step, errors } => {
            let mut page = showing(app, &open, lang, &sent, &values, &errors);
            page.step = step;
            return page.response();
        }
        Turn::Send { step } => step,
    };
    let test = is_test(app, code, &sent);
    let path = format!("/s/{code}");
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).filter(|k| (1..=255).contains(&k.len()));
    let once = match (key, &sent.once) {
        (Some(key), _) => Some(Idempotency { key: key.to_owned(), path, body_hash }),
        // A page's own key stands for the page: whatever is sent again from it, the first answer stays.
        (None, Some(key)) => Some(Idempotency { key: format!("page:{key}"), path, body_hash: String::new() }),
        (None, None) => None,
    };
    let coming = Coming { origin: sent.origin.clone(), lang: Some(lang), once, source: "page", ..Coming::default() };
    let stored = async {
        within_limits(app, &open, ip)?;
        let submission = prepare(&app.ground, &app.memory, &open, &values, coming).await?;
        let (branch, left) = (submission.row.branch, left_contacts(&open, &submission.answers));
        if !test {
            app.answers.submit(submission).await?;
        }
        Ok((branch, left))
    };
    match stored.await {
        Ok((branch, left)) => thanks_for(code, lang, branch, left, sent.test.as_deref().filter(|_| test)),
        Err(error) => again(error, showing(app, &open, lang, &sent, &values, &[]), step, &open),
    }
}

/// What a client sees when the answer could not be taken: the same form with everything typed, and when to press again.
pub(super) fn again(error: Error, mut page: Page<'_>, step: usize, open: &Open) -> Response {
    let lang = page.lang;
    let t = T::new(lang);
    page.step = step;
    match error {
        Error::Invalid(errors) => {
            let (sheet, values) = (page.sheet, page.values);
            let Page { action, hidden, query, notice, .. } = page;
            Page { action, hidden, query, notice, step, ..Page::new(sheet, lang, values, &errors) }.at_first_error().response()
        }
        Error::Busy(wait) | Error::TooMany(wait) => {
            page.alarm = t.s("ask-busy");
            page.status = error.status();
            let mut response = page.response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            response
        }
        other => refused(&other, lang, Some(open)),
    }
}

/// Did the client leave a way to be reached?
pub(super) fn left_contacts(open: &Open, answers: &Answers) -> bool {
    use super::rules::Type;
    open.form()
        .questions
        .iter()
        .any(|q| q.kind == Type::Contact && answers.get(&q.key).is_some_and(|v| v.get("phone").or(v.get("email")).is_some()))
}

/// On to the thanks. The address says nothing of the answer, only what the page needs for its words.
pub(super) fn thanks_for(code: &str, lang: Lang, branch: Option<Uuid>, left: bool, test: Option<&str>) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("lang", lang.as_str());
    if let Some(branch) = branch {
        query.append_pair("branch", &branch.to_string());
    }
    if left {
        query.append_pair("left", "1");
    }
    if let Some(test) = test {
        query.append_pair("test", test);
    }
    Redirect::to(&format!("/s/{code}/thanks?{}", query.finish())).into_response()
}

/// Thanks, and what happens next.
pub async fn thanks(State(app): State<App>, Path(code): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let query = pairs(uri.query().unwrap_or("").as_bytes()).unwrap_or_default();
    let open = match find(&app, &code).await {
        Ok(open) => open,
        Err(error) => return refused(&error, language(&[Lang::Ru, Lang::En], &query, &headers), None),
    };
    let form = open.form();
    let lang = language(&form.locales, &query, &headers);
    let t = T::new(lang);
    let get = |name: &str| query.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
    let branch = get("branch").and_then(|b| Uuid::try_parse(b).ok());
    let reader = match branch {
        Some(branch) => store::reader_of(&app.ground.db, open.org, branch).await.unwrap_or_default(),
        None => None,
    };
    let mut paragraphs: Vec<String> = match &form.thanks {
        Some(own) => own.get(lang).split('\n').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect(),
        None => vec![t.s("ask-thanks-saved")],
    };
    paragraphs.push(match reader {
        Some(name) => t.w("ask-thanks-reader", "name", &name),
        None => t.w("ask-thanks-read", "org", &open.org_name),
    });
    if get("left").is_some() {
        paragraphs.push(t.s("ask-thanks-call"));
    }
    if form.anonymity == Anonymity::Anonymous {
        paragraphs.push(t.s("ask-thanks-anonymous"));
    }
    let sent = Sent { test: get("test").map(str::to_owned), ..Sent::default() };
    let notice = if is_test(&app, &code, &sent) { t.s("ask-test") } else { String::new() };
    Note {
        status: 200,
        title: t.s("ask-thanks"),
        paragraphs,
        org: open.org_name.to_string(),
        notice,
        frame_origins: open.frame_origins.to_string(),
        button: None,
    }
    .response(lang)
}

/// A refusal as a page that a client can read.
pub(super) fn refused(error: &Error, lang: Lang, open: Option<&Open>) -> Response {
    let t = T::new(lang);
    let (title, text) = match error {
        Error::Gone("survey-closed") => (t.s("ask-closed"), t.s("ask-closed-text")),
        Error::Gone(code) => (t.s("ask-gone"), t.s(&format!("gone-{code}"))),
        Error::NotFound => (t.s("ask-unknown"), t.s("ask-unknown-text")),
        Error::TooLarge => (t.s("ask-too-large"), t.s("ask-too-large-text")),
        Error::Unparseable(_) => (t.s("ask-unreadable"), t.s("ask-unreadable-text")),
        Error::Internal(text) => {
            tracing::error!(error = %text, "a defect");
            kit::web::explain(error, t)
        }
        other => kit::web::explain(other, t),
    };
    let mut response = Note {
        status: error.status(),
        title,
        paragraphs: vec![text],
        org: open.map_or_else(String::new, |o| o.org_name.to_string()),
        frame_origins: open.map_or_else(String::new, |o| o.frame_origins.to_string()),
        ..Note::default()
    }
    .response(lang);
    if let Error::TooMany(wait) | Error::Busy(wait) = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*wait));
    }
    response
}

pub(super) fn client_ip(req: &Request) -> Option<ClientIp> {
    req.extensions().get::<ClientIp>().copied()
}

/// One address first, so that a flood from one place does not use up the form's allowance.
pub(super) fn within_limits(app: &App, open: &Open, ip: Option<ClientIp>) -> Result<()> {
    let limits = &app.ground.limits;
    if let Some(ip) = ip {
        limits.check(Rule::SubmitIp, ip.bucket()).map_err(|wait| Error::TooMany(wait.0))?;
    }
    limits.check(Rule::SubmitForm, open.survey).map_err(|wait| Error::TooMany(wait.0))
}
