//! Which names are ours, and what is refused before anybody reads it.
//!
//! A name that leads to this machine without being ours (a stranger's domain, a rebound one) would share the browser's
//! ideas of "the same site" with us. So where the administrator said what we are called, we answer to that name, and to the
//! addresses of this machine and its own network, for whoever stands beside it.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use kit::Error;

use crate::app::App;

/// What the administrator called us, and where we listen.
#[derive(Clone, Debug)]
pub struct Hosts {
    host: String,
    origin: String,
    listens: IpAddr,
}

impl Hosts {
    /// `None` when the address is none.
    #[must_use]
    pub fn new(public_url: &str, listens: IpAddr) -> Option<Self> {
        let url: Uri = public_url.parse().ok()?;
        Some(Self { host: bare(url.host()?), origin: origin_of(public_url)?, listens })
    }

    /// The name alone: what port a proxy or a container puts behind it is its own affair.
    fn is_ours(&self, host: &str) -> bool {
        host.parse::<Authority>().is_ok_and(|a| !host.contains('@') && (bare(a.host()) == self.host || self.is_here(a.host())))
    }

    /// An address of this machine or the own network, as far as we listen there; never a name but `localhost`.
    fn is_here(&self, host: &str) -> bool {
        let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>() else { return bare(host) == "localhost" };
        let own = match ip.to_canonical() {
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
        };
        ip.to_canonical().is_loopback()
            || (own && (self.listens.is_unspecified() || ip.to_canonical() == self.listens.to_canonical()))
    }

    /// Did a page of ours send this? To our name only one of the public address, to another name of ours one of that.
    #[must_use]
    pub fn is_own_origin(&self, host: &str, origin: &str) -> bool {
        let Some(origin) = origin_of(origin) else { return false };
        let public = host.parse::<Authority>().is_ok_and(|a| bare(a.host()) == self.host);
        if public {
            origin == self.origin
        } else {
            ["http", "https"].iter().any(|s| origin_of(&format!("{s}://{host}")) == Some(origin.clone()))
        }
    }
}

fn bare(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Scheme, host and port, the port always said.
fn origin_of(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let scheme = url.scheme_str().filter(|s| matches!(*s, "http" | "https"))?;
    let port = url.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    Some(format!("{scheme}://{}:{port}", bare(url.host()?)))
}

/// What no door should see: a host that is not ours, a packed body, one that is said to be too long. Nothing of the body is
/// read, so a client that asks first is not told to go on.
pub(super) fn refusal(app: &App, req: &Request) -> Option<Error> {
    let text = |name| req.headers().get(name).and_then(|v| v.to_str().ok());
    let path = req.uri().path();
    // Whoever watches over the server asks by whatever address it has.
    let watched = path.starts_with("/health/") || path == "/metrics";
    if let Some(hosts) = app.hosts.get().filter(|_| !watched)
        && !text(header::HOST).is_some_and(|host| hosts.is_ours(host))
    {
        return Some(Error::Misdirected);
    }
    if req.headers().get(header::CONTENT_ENCODING).is_some_and(|v| !v.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Some(Error::UnsupportedMedia);
    }
    // Files have limits of their own, at the doors that take them.
    let multipart =
        text(header::CONTENT_TYPE).is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("multipart/"));
    (!multipart && said_length(req.headers()) > kit::web::JSON_LIMIT as u64).then_some(Error::TooLarge)
}

/// How long a body is said to be; 0 when nothing is said.
#[must_use]
pub fn said_length(headers: &HeaderMap) -> u64 {
    headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_names_and_nobody_elses() {
        let hosts = |listens: &str| Hosts::new("https://otklik.example.ru", listens.parse().unwrap()).unwrap();
        for ours in
            ["otklik.example.ru", "OTKLIK.example.ru:443", "otklik.example.ru:8443", "localhost:8080", "127.0.0.1", "[::1]:80"]
        {
            assert!(hosts("127.0.0.1").is_ours(ours), "{ours}");
        }
        for strange in [
            "",
            "evil.test",
            "otklik.example.ru.evil.test",
            "a@otklik.example.ru",
            "localhost.evil.test",
            "93.184.216.34",
            "10.0.0.1",
            "2130706433",
            "[::]",
        ] {
            assert!(!hosts("127.0.0.1").is_ours(strange), "{strange}");
        }
        assert!(hosts("0.0.0.0").is_ours("192.168.1.5:8080") && hosts("192.168.1.5").is_ours("192.168.1.5"));
        assert!(!hosts("192.168.1.5").is_ours("192.168.1.6") && !hosts("0.0.0.0").is_ours("8.8.8.8"));
        let own = |host: &str, origin: &str| hosts("127.0.0.1").is_own_origin(host, origin);
        assert!(
            own("otklik.example.ru", "https://otklik.example.ru") && own("otklik.example.ru", "https://otklik.example.ru:443")
        );
        assert!(own("127.0.0.1:8080", "http://127.0.0.1:8080") && own("localhost", "https://localhost"));
        for (host, origin) in [
            ("otklik.example.ru", "http://otklik.example.ru"),
            ("otklik.example.ru", "https://otklik.example.ru:8443"),
            ("otklik.example.ru", "http://evil.test"),
            ("otklik.example.ru", "null"),
            ("127.0.0.1:8080", "http://127.0.0.1:9090"),
            ("127.0.0.1:8080", "https://otklik.example.ru"),
        ] {
            assert!(!own(host, origin), "{host} {origin}");
        }
    }
}
