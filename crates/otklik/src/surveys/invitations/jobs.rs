//! Time's door: links go out by e-mail.

use kit::i18n::T;
use kit::jobs::Job;
use kit::mail::Message;
use kit::{Error, Result};
use uuid::Uuid;

use super::store;
use crate::app::App;
use crate::surveys::rules::Form;

/// The kind of job that sends one link.
pub const SEND: &str = "invitation.send";

/// Sends a link once; a second run finds it sent.
///
/// # Errors
/// When the mail server does not take it now; then it is tried again.
pub async fn send(app: App, job: Job) -> Result<()> {
    let (Some(org), Some(mailer)) = (job.org, &app.ground.mailer) else { return Ok(()) };
    let text = |name: &str| job.payload.get(name).and_then(|v| v.as_str()).unwrap_or_default();
    let db = &app.ground.db;
    let id = Uuid::try_parse(text("invitation")).unwrap_or_default();
    let Some(row) = store::find(db, org, id).await?.filter(|r| r.sent_at.is_none() && r.answered_on.is_none()) else {
        return Ok(());
    };
    let Some(to) = row.email.clone() else { return Ok(()) };
    let Some(survey) = crate::surveys::store::survey(db, org, row.survey).await?.filter(|s| s.state == "open") else {
        return Ok(());
    };
    let Some(company) = crate::access::store::org(db, org).await? else { return Ok(()) };
    let form: Form = match survey.published {
        Some(n) => serde_json::from_str(&crate::surveys::store::version(db, org, survey.id, n).await?.ok_or(Error::NotFound)?)?,
        None => return Ok(()),
    };
    let lang = form.locales.first().copied().unwrap_or_default();
    let t = T::new(lang);
    let hello =
        row.name.as_deref().map_or_else(|| t.s("invitation-mail-hello"), |name| t.w("invitation-mail-hello-name", "name", name));
    let body = t.w2("invitation-mail-text", "org", &company.name, "link", text("link"));
    let now = app.ground.now();
    let host =
        app.ground.public_url.split("://").nth(1).unwrap_or("otklik").split(['/', ':']).next().unwrap_or("otklik").to_owned();
    let message = Message {
        to,
        to_name: row.name.clone(),
        subject: format!("{}: {}", company.name, form.name.get(lang)),
        text: format!("{hello}\n\n{body}\n"),
        message_id: format!("invitation-{id}@{host}"),
        at_micros: now.0,
        ..Message::default()
    };
    match mailer.send(&message).await {
        Ok(()) => store::mark_sent(db, org, id, now.0, true).await,
        Err(error) if error.is_permanent() => store::mark_sent(db, org, id, now.0, false).await,
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}
