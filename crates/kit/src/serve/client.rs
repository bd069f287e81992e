//! Who is at the other end, as far as we may believe it.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;
use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The client's address: the peer's, or, if that is a trusted proxy, the right-most hop of `X-Forwarded-For` that is
/// not one. `Forwarded`, `X-Real-IP` and the like are never believed. An extension of every request and an extractor;
/// in a request that did not come through [`super::serve`] it is 0.0.0.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// What limits count by: the address itself, but of IPv6 the /64 network, which is one household's.
    pub fn bucket(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }

    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let mut client = peer;
        let mut hops = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .collect::<Vec<_>>()
            .into_iter()
            .rev();
        // Each trusted hop vouches for the one to its left; whatever stands left of a stranger is his invention.
        while is_trusted(client, trusted) {
            match hops.next().and_then(hop) {
                Some(address) => client = address,
                None => break,
            }
        }
        Self(client)
    }
}

impl fmt::Display for ClientIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the client speaks to us or to our proxy. An extension of every request and an extractor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Encrypted, here or at a trusted proxy that says so in `X-Forwarded-Proto`.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(super) fn of(own: Self, peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let said = headers
            .get_all("x-forwarded-proto")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .next_back()
            .map(str::trim);
        match said {
            Some("https") if is_trusted(peer, trusted) => Self::Https,
            _ => own,
        }
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// One entry of `X-Forwarded-For`: an address, perhaps with a port.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse())
        .ok()?;
    Some(address.to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let unknown = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Ok(parts.extensions.get().copied().unwrap_or(unknown))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Scheme {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::Http))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, lines: &[&str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for line in lines {
            map.append(name, line.parse().unwrap());
        }
        map.insert("x-real-ip", "6.6.6.6".parse().unwrap());
        map.insert("forwarded", "for=6.6.6.6".parse().unwrap());
        map
    }

    fn client(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let peer: IpAddr = peer.parse().unwrap();
        ClientIp::of(peer, &headers("x-forwarded-for", lines), &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_a_trusted_proxy() {
        assert_eq!(client("9.9.9.9", &["1.1.1.1"], &[]), "9.9.9.9");
        assert_eq!(client("9.9.9.9", &["1.1.1.1"], &["10.0.0.0/8"]), "9.9.9.9");
    }

    #[test]
    fn the_right_most_stranger_is_the_client() {
        let proxies = &["10.0.0.0/8", "fd00::/8"];
        for (lines, want) in [
            (&["1.1.1.1"][..], "1.1.1.1"),
            (&["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            (&["6.6.6.6, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
            (&["6.6.6.6", "1.1.1.1", "10.0.0.2"], "1.1.1.1"),
            (&["6.6.6.6,1.1.1.1:4711 , fd00::2"], "1.1.1.1"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:1.1.1.1"], "1.1.1.1"),
            // Rubbish ends the chain: the last proxy we know is all we know.
            (&["1.1.1.1, unknown"], "10.0.0.1"),
            (&["1.1.1.1, "], "10.0.0.1"),
            (&[], "10.0.0.1"),
            (&["10.0.0.3"], "10.0.0.3"),
        ] {
            assert_eq!(client("10.0.0.1", lines, proxies), want, "{lines:?}");
        }
    }

    #[test]
    fn limits_count_a_v6_network_as_one() {
        let bucket = |ip: &str| ClientIp(ip.parse().unwrap()).bucket().to_string();
        assert_eq!(bucket("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(bucket("2001:db8:1:2:ffff::1"), "2001:db8:1:2::");
        assert_ne!(bucket("2001:db8:1:3::1"), "2001:db8:1:2::");
        assert_eq!(bucket("1.2.3.4"), "1.2.3.4");
        assert_eq!(bucket("::ffff:1.2.3.4"), "1.2.3.4");
    }

    #[test]
    fn a_proxy_may_say_that_it_was_https() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let scheme = |own, peer: &str, lines: &[&str]| {
            Scheme::of(own, peer.parse().unwrap(), &headers("x-forwarded-proto", lines), &trusted).as_str()
        };
        assert_eq!(scheme(Scheme::Http, "10.0.0.1", &["https"]), "https");
        assert_eq!(scheme(Scheme::Http, "10.0.0.1", &["https, http"]), "http");
        assert_eq!(scheme(Scheme::Http, "9.9.9.9", &["https"]), "http");
        assert_eq!(scheme(Scheme::Https, "9.9.9.9", &["http"]), "https");
    }
}
