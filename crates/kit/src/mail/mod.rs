//! Sending mail over SMTP, and what counts as an address or a telephone number.

mod address;
mod config;
mod phone;
#[cfg(test)]
mod tests;

pub use address::{EmailProblem, valid_email};
pub use config::MailConfigError;
pub use phone::{PhoneProblem, normalise_phone, show_phone};

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

/// For a whole message, with connecting and everything.
const WHOLE: Duration = Duration::from_secs(60);
/// Longest subject and name, in characters.
const LINE: usize = 300;

/// One message to one person. Names and subjects may hold anything: what could break a header is made harmless.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The address; checked with [`valid_email`].
    pub to: String,
    /// The person's name, to stand beside the address.
    pub to_name: Option<String>,
    /// Where answers should go, if not to the sender; checked with [`valid_email`].
    pub reply_to: Option<String>,
    /// The subject, in one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML, if there is one.
    pub html: Option<String>,
    /// A stable id, as `case-17.3@example.org`, without angle brackets: sending twice must be visible as such.
    pub message_id: String,
    /// When it was written, in microseconds since 1970, UTC.
    pub at_micros: i64,
    /// Further headers, as `In-Reply-To`, `References`, `List-Unsubscribe`; those that say who, what and when are
    /// refused.
    pub headers: Vec<(String, String)>,
}

/// Why a message did not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// It never will: the address is wrong or the server refuses this message for good. Do not try again.
    Permanent(String),
    /// The server is busy, unreachable, or not willing to let us in: try again later.
    Temporary(String),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Permanent(reason) | Self::Temporary(reason)) = self;
        f.write_str(reason)
    }
}

impl std::error::Error for SendError {}

impl SendError {
    /// Whether trying again is pointless.
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Permanent(_))
    }
}

/// A connection to the administrator's mail server. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// For logs and the settings page: without user and password.
    shown: String,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({} as {})", self.shown, self.from.email)
    }
}

impl Mailer {
    /// Reads `smtp://user:password@host:port?from=Name <a@b.org>&tls=required&ca=/path.pem`; `smtps://` for TLS from
    /// the first byte. What is optional, and its default:
    /// - user and password (percent-encoded): none;
    /// - port: 587, for `smtps` 465;
    /// - `from`: `otklik@` and the host;
    /// - `tls` (only `smtp`): `required`, `opportunistic` or `none`; with a password `required`, else `opportunistic`,
    ///   but `none` to this machine itself;
    /// - `ca`: a PEM file with a certificate to be trusted besides the usual ones.
    ///
    /// # Errors
    /// Says what is wrong, without the password.
    pub fn from_url(url: &str) -> Result<Self, MailConfigError> {
        config::read(url)
    }

    /// The sender's address.
    pub fn from(&self) -> String {
        self.from.email.to_string()
    }

    /// Sends a message and waits until the server has taken it; a minute at most.
    ///
    /// # Errors
    /// [`SendError`] says whether to try again.
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let (envelope, bytes) = self.render(message)?;
        match tokio::time::timeout(WHOLE, self.transport.send_raw(&envelope, &bytes)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(verdict(&error)),
            Err(_) => Err(SendError::Temporary("the mail server took longer than a minute".to_owned())),
        }
    }

    fn render(&self, message: &Message) -> Result<(Envelope, Vec<u8>), SendError> {
        let to = mailbox(message.to_name.as_deref(), &message.to)?;
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to.email.clone()]).map_err(broken)?;
        let at = u64::try_from(message.at_micros).map_err(|_| broken("it was written before 1970"))?;
        let mut builder = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&message.subject))
            .date(UNIX_EPOCH + Duration::from_micros(at))
            .message_id(Some(checked_id(&message.message_id)?));
        if let Some(address) = &message.reply_to {
            builder = builder.reply_to(mailbox(None, address)?);
        }
        // So that no robot answers a robot.
        let own = [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];
        let given = message.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.into_iter().chain(given) {
            builder = builder.raw_header(header(name, value)?);
        }
        let built = match &message.html {
            Some(html) => builder.multipart(MultiPart::alternative_plain_html(message.text.clone(), html.clone())),
            None => builder.singlepart(SinglePart::plain(message.text.clone())),
        };
        Ok((envelope, built.map_err(broken)?.formatted()))
    }
}

fn broken(why: impl fmt::Display) -> SendError {
    SendError::Permanent(format!("the message cannot be written: {why}"))
}

fn mailbox(name: Option<&str>, address: &str) -> Result<Mailbox, SendError> {
    let address = valid_email(address).map_err(broken)?;
    let address: Address = address.parse().map_err(broken)?;
    let name = name.map(one_line).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, address))
}

/// A name or subject that stays in its line whatever a mail program decodes: no control signs, no direction marks, and
/// nothing that pretends to be an encoded word.
fn one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| match c {
            c if c.is_control() => ' ',
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
            c => c,
        })
        .take(LINE)
        .collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    words.join(" ").replace("=?", "= ?")
}

fn checked_id(id: &str) -> Result<String, SendError> {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"._+-=@".contains(&b);
    let good = id.len() <= 200
        && id.bytes().all(sign)
        && id.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty() && !b.contains('@'));
    if good { Ok(format!("<{id}>")) } else { Err(broken("the message id is not of the form a@b")) }
}

/// A header of the caller's, unless it would change who the message is from or to, or break out of its line.
fn header(name: &str, value: &str) -> Result<HeaderValue, SendError> {
    const OURS: [&str; 13] = [
        "from",
        "sender",
        "to",
        "cc",
        "bcc",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "return-path",
        "received",
        "mime-version",
        "dkim-signature",
    ];
    let lower = name.to_ascii_lowercase();
    let ours = OURS.contains(&lower.as_str()) || lower.starts_with("content-") || lower.starts_with("resent-");
    let shape = !name.is_empty() && name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if ours || !shape || value.len() > 2000 || value.chars().any(char::is_control) {
        return Err(broken(format_args!("the header {:?} is not allowed", one_line(name))));
    }
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(broken)?;
    Ok(HeaderValue::new(name, value.to_owned()))
}

/// Sorts what went wrong. A 5xx is for good, except when it is about letting us in: a wrong password would otherwise
/// throw away every message of the day.
fn verdict(error: &SmtpError) -> SendError {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        reason = format!("{reason}: {inner}");
        source = inner.source();
    }
    let reason = one_line(&reason);
    let about_us = error.status().is_some_and(|code| matches!(u16::from(code), 500..=504 | 521 | 530 | 534 | 535 | 538));
    if error.is_permanent() && !about_us { SendError::Permanent(reason) } else { SendError::Temporary(reason) }
}
