//! The mail server, from one URL.

use super::{Mailer, one_line, valid_email};
use lettre::message::Mailbox;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use percent_encoding::percent_decode_str;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;
use url::Url;

/// For each step of the conversation with the server.
const STEP: Duration = Duration::from_secs(20);

/// What is wrong with the address of the mail server. Holds no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailConfigError(String);

impl fmt::Display for MailConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mail server: {} (expected smtp://user:password@host:port?from=name@example.org, or smtps://…)", self.0)
    }
}

impl std::error::Error for MailConfigError {}

fn wrong(what: impl fmt::Display) -> MailConfigError {
    MailConfigError(what.to_string())
}

pub(super) fn read(text: &str) -> Result<Mailer, MailConfigError> {
    let url = Url::parse(text).map_err(wrong)?;
    let wrapped = match url.scheme() {
        "smtp" => false,
        "smtps" => true,
        _ => return Err(wrong("the scheme is neither smtp nor smtps")),
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    if host.is_empty() {
        return Err(wrong("no host"));
    }
    let (mut from, mut tls, mut ca) = (None, None, None);
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "from" => from = Some(sender(&value)?),
            "tls" => tls = Some(value.into_owned()),
            "ca" => ca = Some(value.into_owned()),
            _ => {
                return Err(wrong(format_args!("unknown parameter {:?}", one_line(&name))));
            }
        }
    }
    let credentials = credentials(&url)?;
    let here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let default = match (&credentials, here) {
        (_, true) => "none",
        (Some(_), false) => "required",
        (None, false) => "opportunistic",
    };
    let parameters = || parameters(&host, ca.as_deref());
    let tls = match (wrapped, tls.as_deref().unwrap_or(default)) {
        (true, _) if tls.is_some() => return Err(wrong("smtps is TLS already: leave out tls=")),
        (true, _) => Tls::Wrapper(parameters()?),
        (false, "required") => Tls::Required(parameters()?),
        (false, "opportunistic") => Tls::Opportunistic(parameters()?),
        (false, "none") => Tls::None,
        (false, _) => return Err(wrong("tls is required, opportunistic or none")),
    };
    let from = match from {
        Some(from) => from,
        // A host that is an address or a bare name is no domain for mail.
        None => sender(&format!("otklik@{host}")).or_else(|_| sender("otklik@localhost.localdomain"))?,
    };
    let port = url.port().unwrap_or(if wrapped { 465 } else { 587 });
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)
        .port(port)
        .tls(tls)
        .timeout(Some(STEP))
        // Not this machine's name: the recipient need not learn it.
        .hello_name(ClientId::Domain(from.email.domain().to_owned()))
        .pool_config(PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(20)));
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    Ok(Mailer { transport: builder.build(), from, shown: format!("{}://{host}:{port}", url.scheme()) })
}

/// `a@b.org`, or `Name <a@b.org>`.
fn sender(text: &str) -> Result<Mailbox, MailConfigError> {
    let (name, address) = match text.trim().strip_suffix('>').and_then(|head| head.split_once('<')) {
        Some((name, address)) => (Some(one_line(name)), address),
        None => (None, text),
    };
    let address = valid_email(address).map_err(|problem| wrong(format_args!("from: {problem}")))?;
    let address = address.parse().map_err(|problem| wrong(format_args!("from: {problem}")))?;
    Ok(Mailbox::new(name.filter(|name| !name.is_empty()), address))
}

fn credentials(url: &Url) -> Result<Option<Credentials>, MailConfigError> {
    let plain = |text: &str| {
        percent_decode_str(text).decode_utf8().map(|text| text.into_owned()).map_err(|_| wrong("user or password is not UTF-8"))
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => Ok(Some(Credentials::new(plain(user)?, plain(password)?))),
        _ => Err(wrong("a user without a password, or the other way round")),
    }
}

fn parameters(host: &str, ca: Option<&str>) -> Result<TlsParameters, MailConfigError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = ca {
        let pem = std::fs::read(file).map_err(|error| wrong(format_args!("ca: {file}: {error}")))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(format_args!("ca: {file}: {error}")))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn urls() {
        for (url, from, shown) in [
            ("smtp://mail.example.org", "otklik@mail.example.org", "smtp://mail.example.org:587"),
            ("smtps://u:p@mail.example.org?from=a@b.org", "a@b.org", "smtps://mail.example.org:465"),
            ("smtp://127.0.0.1:2525", "otklik@localhost.localdomain", "smtp://127.0.0.1:2525"),
            ("smtp://[::1]:2525?from=A%20B%20%3Ca@b.org%3E", "a@b.org", "smtp://::1:2525"),
            ("smtp://localhost:25?from=Отклик <a@b.org>", "a@b.org", "smtp://localhost:25"),
            ("smtp://u%40x:p%2F%3A@h.org?tls=opportunistic", "otklik@h.org", "smtp://h.org:587"),
        ] {
            let mailer = read(url).unwrap();
            assert_eq!((mailer.from(), mailer.shown.as_str()), (from.to_owned(), shown), "{url}");
        }
        for url in [
            "",
            "mail.example.org:25",
            "http://mail.example.org",
            "smtp://",
            "smtp://h.org?from=nobody",
            "smtp://h.org?from=a@b.org%0d%0aBcc:x@y.org",
            "smtp://h.org?tls=maybe",
            "smtps://h.org?tls=none",
            "smtp://h.org?colour=red",
            "smtp://user@h.org",
            "smtp://:secret@h.org",
            "smtp://h.org?ca=/nowhere/none.pem&tls=required",
        ] {
            let error = read(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        let secret = format!("{:?}", read("smtp://user:secret@h.org").unwrap());
        assert!(!secret.contains("secret") && !secret.contains("user"), "{secret}");
    }
}
