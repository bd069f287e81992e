//! The door behind a personal link. Mail scanners open every link and some press every button, so a link is spent only
//! by a form that was shown after a press and came back filled in.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use kit::i18n::{Lang, T};
use kit::time::{DAY, SECOND};
use kit::web::read_body;
use kit::{Error, Result, Timestamp};
use uuid::Uuid;

use super::{InvitationRow, State as Stand, store};
use crate::app::App;
use crate::surveys::intake::{Coming, Open, Origin, prepare};
use crate::surveys::public::{again, client_ip, left_contacts, refused, thanks_for, within_limits};
use crate::surveys::public_form::{Sent, Turn, VERSION, is_form, language, pairs, turn, version};
use crate::surveys::public_page::{Note, Page, field_name};
use crate::surveys::rules::answers::{Answers, from_fields};
use crate::surveys::rules::steps::step_from;

/// A shown form may be sent for this long.
const SHOWN: i64 = DAY;

struct Found {
    row: InvitationRow,
    open: Open,
    hash: String,
}

/// The link and its survey, when it can still be answered.
async fn find(app: &App, token: &str) -> Result<Found> {
    if !kit::secret::looks_like_token("", token) {
        return Err(Error::NotFound);
    }
    let hash = kit::secret::hash_token(token);
    let (org, row) = store::by_secret(&app.ground.db, &hash).await?.ok_or(Error::NotFound)?;
    let survey = crate::surveys::store::survey(&app.ground.db, org, row.survey).await?.ok_or(Error::NotFound)?;
    let open = app.memory.survey(&app.ground, &survey.code).await?.ok_or(Error::NotFound)?;
    Ok(Found { row, open, hash })
}

impl Found {
    fn usable(&self, now: Timestamp) -> Result<()> {
        match Stand::of(&self.row, now) {
            Stand::Answered => Err(Error::Gone("invitation-used")),
            Stand::Expired => Err(Error::Gone("invitation-expired")),
            Stand::Waiting if !self.open.open => Err(Error::Gone("survey-closed")),
            Stand::Waiting => Ok(()),
        }
    }

    /// The proof that the form was shown: signed, bound to the link, for a day.
    fn shown(&self, app: &App) -> String {
        let until = (app.ground.now().0 + SHOWN) / SECOND;
        format!("{until}.{}", kit::secret::sign(&app.ground.signing_key, &["shown", &self.hash, &until.to_string()]))
    }

    fn was_shown(&self, app: &App, proof: Option<&str>) -> bool {
        let Some((until, signature)) = proof.and_then(|p| p.split_once('.')) else { return false };
        let in_time = until.parse::<i64>().is_ok_and(|u| u > app.ground.now().0 / SECOND);
        in_time && kit::secret::verify(&app.ground.signing_key, &["shown", &self.hash, until], signature)
    }

    fn origin(&self) -> Origin {
        let text = |id: Option<Uuid>| id.map(|id| id.to_string());
        Origin {
            branch: text(self.row.branch),
            employee: text(self.row.employee),
            touchpoint: text(self.row.touchpoint),
            channel: self.row.channel.clone(),
            signature: None,
        }
    }
}

const BOTH: [Lang; 2] = [Lang::Ru, Lang::En];

/// The first page: a button. Looking at it changes nothing.
pub async fn page(State(app): State<App>, Path(token): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let query = pairs(uri.query().unwrap_or("").as_bytes()).unwrap_or_default();
    let found = match find(&app, &token).await {
        Ok(found) => found,
        Err(error) => return refused(&error, language(&BOTH, &query, &headers), None),
    };
    let lang = language(&found.open.form().locales, &query, &headers);
    if let Err(error) = found.usable(app.ground.now()) {
        return refused(&error, lang, Some(&found.open));
    }
    let t = T::new(lang);
    let hello = found.row.name.as_deref().map(|name| t.w("invitation-hello", "name", name));
    let asks = t.w("invitation-asks", "org", &found.open.org_name);
    Note {
        status: 200,
        title: found.open.form().name.get(lang).to_owned(),
        paragraphs: hello.into_iter().chain([asks]).collect(),
        org: found.open.org_name.to_string(),
        frame_origins: found.open.frame_origins.to_string(),
        button: Some((format!("/i/{token}?lang={lang}"), t.s("invitation-begin"))),
        ..Note::default()
    }
    .response(lang)
}

/// Shows the form to whoever pressed, and takes it when it comes back with the proof that it was shown.
pub async fn submit(State(app): State<App>, Path(token): Path<String>, req: Request) -> Response {
    let query = pairs(req.uri().query().unwrap_or("").as_bytes()).unwrap_or_default();
    let headers = req.headers().clone();
    let mut found = match find(&app, &token).await {
        Ok(found) => found,
        Err(error) => return refused(&error, language(&BOTH, &query, &headers), None),
    };
    let ip = client_ip(&req);
    // Whatever is no form of ours is a blind knock: it only gets the form.
    let read = async {
        let fields = if is_form(&headers) { pairs(&read_body(req, &()).await?)? } else { Vec::new() };
        let shown = app.memory.as_shown(&app.ground, found.open.clone(), version(&fields)).await?;
        Ok((fields, shown))
    };
    let fields = match read.await {
        Ok((fields, shown)) => {
            found.open = shown;
            fields
        }
        Err(error) => return refused(&error, language(&found.open.form().locales, &query, &headers), Some(&found.open)),
    };
    let open = &found.open;
    let form = open.form();
    let sent = Sent::read(form, &query, &fields);
    let lang = sent.lang.filter(|l| form.locales.contains(l)).unwrap_or_else(|| language(&form.locales, &query, &headers));
    if let Err(error) = found.usable(app.ground.now()) {
        return refused(&error, lang, Some(open));
    }
    let values = from_fields(form, &fields);
    let showing = |proof: String, values: &Answers, errors: &[kit::FieldError], step: usize| -> Response {
        let page = dressed(Page::new(open.sheet(), lang, values, errors), &token, proof, open.version);
        Page { step, ..page }.response()
    };
    let Some(proof) = sent.once.clone().filter(|p| found.was_shown(&app, Some(p))) else {
        let step = sent.step.unwrap_or_else(|| step_from(form, &values, 0).unwrap_or(0));
        return showing(found.shown(&app), &values, &[], step);
    };
    let step = match turn(form, &values, sent.step, sent.back) {
        Turn::Ask { step, errors } => return showing(proof, &values, &errors, step),
        Turn::Send { step } => step,
    };
    let coming = Coming {
        origin: found.origin(),
        lang: Some(lang),
        invitation: Some(found.row.id),
        source: "invitation",
        ..Coming::default()
    };
    let stored = async {
        within_limits(&app, open, ip)?;
        let submission = prepare(&app.ground, &app.memory, open, &values, coming).await?;
        let done = (submission.row.branch, left_contacts(open, &submission.answers));
        app.answers.submit(submission).await?;
        Ok((done.0, done.1))
    };
    match stored.await {
        Ok((branch, left)) => thanks_for(&open.code, lang, branch, left, None),
        Err(error) => again(error, dressed(Page::new(open.sheet(), lang, &values, &[]), &token, proof, open.version), step, open),
    }
}

fn dressed<'a>(mut page: Page<'a>, token: &str, proof: String, version: i64) -> Page<'a> {
    let form = page.sheet.form;
    page.action = format!("/i/{token}");
    let lang = page.lang.as_str().to_owned();
    page.hidden =
        vec![(field_name(form, "once"), proof), (field_name(form, "lang"), lang), (VERSION.to_owned(), version.to_string())];
    page
}
