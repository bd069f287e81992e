//! Time's door of access: letters to people. Each may run twice after a crash; the second letter says the same.

use kit::db::Query;
use kit::i18n::{Lang, T};
use kit::jobs::{Job, Registry};
use kit::mail::Message;
use kit::{Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::people as store;
use super::{people, rules::people::UserState};
use crate::app::App;

/// One letter, already written: `Letter` as JSON.
pub const MAIL: &str = "mail.send";
/// A link to a new password.
pub const RESET: &str = "access.reset";
/// An invitation by e-mail.
pub const INVITE: &str = "access.invite";

/// Names the handlers.
pub fn register(jobs: &mut Registry<App>) {
    jobs.on(MAIL, send);
    jobs.on(RESET, reset);
    jobs.on(INVITE, invite);
}

/// A letter that any feature may enqueue as `mail.send`. It must hold no secret: the queue lies in the database.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Letter {
    pub to: String,
    #[serde(default)]
    pub to_name: Option<String>,
    pub subject: String,
    /// Paragraphs; both the text and the HTML are made of them.
    pub paragraphs: Vec<String>,
    /// A button with its address.
    #[serde(default)]
    pub link: Option<(String, String)>,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
}

impl Letter {
    fn text(&self) -> String {
        let mut parts = self.paragraphs.clone();
        if let Some((words, url)) = &self.link {
            parts.push(format!("{words}:\n{url}"));
        }
        parts.push("Otklik".into());
        parts.join("\n\n") + "\n"
    }

    fn html(&self) -> String {
        let mut out = String::from(
            "<!doctype html><meta charset=\"utf-8\"><div style=\"font:16px/1.5 sans-serif;max-width:34em;margin:auto;color:#1d2b2a\">",
        );
        for p in &self.paragraphs {
            out += &format!("<p>{}</p>", escape(p).replace('\n', "<br>"));
        }
        if let Some((words, url)) = &self.link {
            let (words, url) = (escape(words), escape(url));
            out += &format!(
                "<p><a href=\"{url}\" style=\"display:inline-block;padding:10px 18px;background:#0b5f5b;color:#fff;border-radius:6px;\
                 text-decoration:none\">{words}</a></p><p style=\"color:#5b6b6a;font-size:14px\">{url}</p>"
            );
        }
        out + "<p style=\"color:#5b6b6a\">Otklik</p></div>"
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

async fn deliver(app: &App, id: Uuid, letter: &Letter) -> Result<()> {
    let Some(mailer) = &app.ground.mailer else {
        tracing::warn!("a letter was dropped: no mail server is set");
        return Ok(());
    };
    let host = app.ground.public_url.split("://").nth(1).unwrap_or("").split([':', '/', '[']).next().unwrap_or("");
    let message = Message {
        to: letter.to.clone(),
        to_name: letter.to_name.clone(),
        subject: letter.subject.clone(),
        text: letter.text(),
        html: Some(letter.html()),
        // The job's own id: a letter that went out twice is seen to be one.
        message_id: format!("{id}@{}", if host.is_empty() { "otklik" } else { host }),
        at_micros: app.ground.now().0,
        headers: letter.headers.clone(),
        ..Message::default()
    };
    match mailer.send(&message).await {
        Ok(()) => Ok(()),
        Err(e) if e.is_permanent() => {
            tracing::warn!(error = %e, "a letter cannot be delivered");
            Ok(())
        }
        Err(e) => Err(Error::Internal(format!("mail: {e}"))),
    }
}

async fn send(app: App, job: Job) -> Result<()> {
    let letter: Letter = serde_json::from_value(job.payload)?;
    deliver(&app, job.id, &letter).await
}

#[derive(Deserialize)]
struct ResetFor {
    email: String,
    lang: Lang,
}

async fn reset(app: App, job: Job) -> Result<()> {
    let ask: ResetFor = serde_json::from_value(job.payload)?;
    let ground = &app.ground;
    let Some(login) = store::login_by_email(&ground.db, &ask.email).await? else { return Ok(()) };
    if super::store::companies(&ground.db, login.id).await?.is_empty() {
        return Ok(());
    }
    let secret = people::new_secret(&ground.db, ground, "reset", None, None, Some(login.id)).await?;
    let t = T::new(ask.lang);
    let letter = Letter {
        to: ask.email,
        subject: t.s("access-mail-reset-subject"),
        paragraphs: vec![t.s("access-mail-reset-text"), t.s("access-mail-reset-ignore")],
        link: Some((t.s("access-mail-reset-link"), format!("{}/reset/{secret}", ground.public_url))),
        ..Letter::default()
    };
    deliver(&app, job.id, &letter).await
}

#[derive(Deserialize)]
struct InviteFor {
    member: Uuid,
    by: String,
    lang: Lang,
}

async fn invite(app: App, job: Job) -> Result<()> {
    let ground = &app.ground;
    let org = job.org.ok_or_else(|| Error::Internal("an invitation without a company".into()))?;
    let ask: InviteFor = serde_json::from_value(job.payload)?;
    let Some(user) = store::user(&ground.db, org, ask.member).await? else { return Ok(()) };
    let (Some(email), true) = (user.email, user.state == UserState::Invited.as_str()) else { return Ok(()) };
    let company = super::store::org(&ground.db, org).await?.ok_or(Error::NotFound)?;
    let secret = people::new_secret(&ground.db, ground, "invitation", Some(org), Some(ask.member), None).await?;
    let t = T::new(ask.lang);
    let letter = Letter {
        to: email,
        to_name: Some(user.name.clone()),
        subject: t.w("access-mail-invite-subject", "company", &company.name),
        paragraphs: vec![
            t.w("access-mail-hello", "name", &user.name),
            t.w2("access-mail-invite-text", "by", &ask.by, "company", &company.name),
            t.s("access-mail-invite-days"),
        ],
        link: Some((t.s("access-mail-invite-link"), format!("{}/invitation/{secret}", ground.public_url))),
        ..Letter::default()
    };
    deliver(&app, job.id, &letter).await
}

/// Is a mail server set?
#[must_use]
pub fn mail_is_set(app: &App) -> bool {
    app.ground.mailer.is_some()
}

/// Mails that failed for good or wait for another try, for the settings page.
///
/// # Errors
/// Those of the database.
pub async fn waiting_mail(q: &impl Query) -> Result<i64> {
    store::waiting_mail(q).await
}
