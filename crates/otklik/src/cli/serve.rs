//! `otklik serve`.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use kit::{Error, Result};
use tokio::net::TcpListener;

use super::Place;
use crate::doors::{Hosts, Table};

#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port; port 0 picks a free one
    #[arg(long, env = "OTKLIK_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Where people reach this installation, for links and QR codes
    #[arg(long, env = "OTKLIK_PUBLIC_URL")]
    public_url: Option<String>,
    /// Allows an http:// address that others can reach; passwords then travel readable
    #[arg(long, env = "OTKLIK_ALLOW_HTTP", value_parser = clap::builder::FalseyValueParser::new())]
    allow_http: bool,
    /// Networks of proxies whose X-Forwarded-For is believed
    #[arg(long, env = "OTKLIK_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxy: Vec<String>,
    /// Certificate chain in PEM
    #[arg(long, env = "OTKLIK_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<std::path::PathBuf>,
    /// Lets a monitoring program read /metrics; otherwise an owner's token is needed
    #[arg(long, env = "OTKLIK_METRICS_TOKEN", hide_env_values = true)]
    metrics_token: Option<String>,
    /// Private key in PEM
    #[arg(long, env = "OTKLIK_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<std::path::PathBuf>,
}

/// Serves until SIGTERM or SIGINT, then finishes what is in flight.
///
/// # Errors
/// When the address, the certificate or the database cannot be used.
pub async fn run(place: &Place, c: Serve) -> Result<ExitCode> {
    let listener = TcpListener::bind(&c.listen).await.map_err(|e| Error::Internal(format!("{}: {e}", c.listen)))?;
    let address = listener.local_addr().map_err(|e| Error::Internal(e.to_string()))?;
    let mut config = kit::serve::Serve::default();
    if let (Some(cert), Some(key)) = (&c.tls_cert, &c.tls_key) {
        check_key(key)?;
        config.tls = Some(kit::serve::tls_from_pem(cert, key).map_err(|e| Error::Internal(format!("TLS: {e}")))?);
    }
    config.trusted_proxies = proxies(&c.trusted_proxy)?;
    let metrics_token = c.metrics_token.filter(|t| !t.is_empty());
    check_metrics_token(metrics_token.as_deref())?;
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let named = c.public_url.filter(|u| !u.is_empty());
    let hosts = named.as_deref().and_then(|url| Hosts::new(url, address.ip()));
    let public_url = named.unwrap_or_else(|| format!("{scheme}://{address}"));
    check_address(&public_url, c.allow_http)?;
    let ground = super::open(place, Some(public_url.clone())).await?;
    let _serving = serving(&place.data)?;
    kit::jobs::release_dead(&ground).await?;
    crate::sweep::next(&ground, ground.now().plus(10 * kit::time::MINUTE)).await?;
    let (app, writer) = super::assemble(&ground, place.writer_batch)?;
    config.stats = Arc::clone(&app.watch.connections);
    if let Some(token) = metrics_token {
        let _ = app.watch.token.set(token);
    }
    if let Some(hosts) = hosts {
        let _ = app.hosts.set(hosts);
    }
    let mut table = Table::new(app.clone());
    crate::app::routes(&mut table);
    let router = table.build();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let told = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|s| *s).await;
    };
    let jobs = tokio::spawn(kit::jobs::run(Arc::clone(&ground), crate::app::jobs(), app.clone(), told(stopped.clone())));
    tokio::spawn(async move {
        signalled().await;
        let _ = stop.send(true);
    });
    if let Some(code) = crate::access::entrance::new_setup_code(&ground).await? {
        tracing::info!("nothing is set up yet: open {public_url}/setup and enter the one-time code {code}");
    }
    let paused = crate::access::outgoing::paused_companies(&ground.db).await?;
    if paused > 0 {
        tracing::warn!("outgoing mail is paused for {paused} companies: it waits until an owner presses \"Send mail again\"");
    }
    println!("listening on {scheme}://{address}");
    kit::serve::serve(listener, router, config, told(stopped)).await?;
    let _ = tokio::time::timeout(std::time::Duration::from_secs(10), jobs).await;
    drop(app);
    let _ = tokio::time::timeout(std::time::Duration::from_secs(10), writer).await;
    ground.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}

/// The file that servers of a folder hold while they are at work.
fn mark(data: &Path) -> std::io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(data.join("serving"))
}

fn serving(data: &Path) -> Result<File> {
    let file = mark(data)?;
    file.lock_shared()?;
    Ok(file)
}

/// Is a server at work on this folder? What cannot be told counts as yes.
#[must_use]
pub fn is_served(data: &Path) -> bool {
    mark(data).and_then(|file| Ok(file.try_lock()?)).is_err()
}

/// Links and QR codes are made of this address, so a slip must not get into print.
///
/// Nor may passwords travel readable through other people's networks: `http` is for the own machine and the own network.
fn check_address(url: &str, allow_http: bool) -> Result<()> {
    let bad = || Error::Internal("--public-url: not an address like https://otklik.example.org".to_owned());
    let uri: axum::http::Uri = url.parse().map_err(|_| bad())?;
    // Who signs in here does it on a page. (The address is not shown again: it holds a password.)
    if uri.authority().is_some_and(|a| a.as_str().contains('@')) {
        return Err(Error::Internal("--public-url: no name and password before the host; links are made of this address".into()));
    }
    let known = matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none();
    let host = uri.host().filter(|h| known && !h.is_empty()).ok_or_else(bad)?;
    if uri.scheme_str() == Some("http") && !allow_http && !stays_inside(host) {
        return Err(Error::Internal(format!(
            "--public-url {url}: over http:// passwords and answers travel readable. Give the https:// address (of your proxy, or \
             with --tls-cert and --tls-key), or --allow-http if only a network you trust leads here"
        )));
    }
    Ok(())
}

/// The networks whose word about their clients is taken: never everybody's.
fn proxies(nets: &[String]) -> Result<Vec<kit::serve::IpNet>> {
    let read = |net: &String| {
        let parsed: kit::serve::IpNet =
            net.parse().map_err(|_| Error::Internal(format!("--trusted-proxy {net}: not a network")))?;
        if parsed.prefix_len() == 0 {
            return Err(Error::Internal(format!(
                "--trusted-proxy {net}: this is everybody, and anybody could then send from any address. Give the address of your \
                 proxy, such as 127.0.0.1/32"
            )));
        }
        Ok(parsed)
    };
    nets.iter().map(read).collect()
}

/// The shortest token of a watcher that cannot be guessed.
const TOKEN_LEAST: usize = 16;

fn check_metrics_token(token: Option<&str>) -> Result<()> {
    if token.is_some_and(|t| t.chars().count() < TOKEN_LEAST) {
        let text = format!("--metrics-token: at least {TOKEN_LEAST} characters, for example from: openssl rand -hex 16");
        return Err(Error::Internal(text));
    }
    Ok(())
}

/// A key that others on this machine can read is no secret. (A group may have been let in on purpose, to read.)
fn check_key(path: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let named = path.display();
    let mode = std::fs::metadata(path).map_err(|e| Error::Internal(format!("--tls-key {named}: {e}")))?.permissions().mode();
    if mode & 0o037 == 0 {
        return Ok(());
    }
    Err(Error::Internal(format!("--tls-key {named}: others on this machine can read or change the key. Run: chmod 600 {named}")))
}

/// Does an address lead nowhere but to this machine or the own network? (RFC 6890 blocks, RFC 6761 and RFC 6762 names.)
fn stays_inside(host: &str) -> bool {
    use std::net::IpAddr;
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified(),
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_unspecified(),
        Err(_) => {
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            let inside = ["localhost", "local", "test", "internal", "lan", "home.arpa"];
            !host.contains('.') || inside.iter().any(|zone| host.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.')))
        }
    }
}

async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut s) => _ = s.recv().await,
            Err(_) => std::future::pending::<()>().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_secret_no_secret_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("key.pem");
        std::fs::write(&key, "x").expect("a key");
        for (mode, fine) in
            [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o604, false), (0o660, false), (0o666, false)]
        {
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).expect("permissions");
            let said = check_key(&key);
            assert_eq!(said.is_ok(), fine, "{mode:o}");
            assert!(fine || matches!(&said, Err(Error::Internal(text)) if text.contains("chmod 600")), "{said:?}");
        }
        assert!(check_metrics_token(None).is_ok() && check_metrics_token(Some("0123456789abcdef")).is_ok());
        assert!(check_metrics_token(Some("short")).is_err() && check_metrics_token(Some("0123456789abcde")).is_err());
        let nets = |text: &str| proxies(&[text.to_owned()]);
        assert!(nets("10.0.0.0/8").is_ok() && nets("127.0.0.1/32").is_ok() && nets("fd00::/8").is_ok());
        assert!(nets("0.0.0.0/0").is_err() && nets("::/0").is_err() && nets("everybody").is_err());
        for url in ["https://me:secret@otklik.example.org", "https://me@otklik.example.org", "http://me:secret@127.0.0.1"] {
            let said = check_address(url, true);
            assert!(matches!(&said, Err(Error::Internal(text)) if !text.contains("secret")), "{said:?}");
        }
    }

    #[test]
    fn readable_passwords_stay_in_the_own_network() {
        let inside =
            ["127.0.0.1:8080", "localhost", "[::1]:80", "192.168.1.5", "10.0.0.2:8080", "[fd00::1]", "server", "otklik.local"];
        for host in inside {
            assert!(check_address(&format!("http://{host}"), false).is_ok(), "{host}");
        }
        for host in ["otklik.example.org", "93.184.216.34", "[2001:db8::1]", "local", "notlocal.ru", "localhost.evil.ru"] {
            assert_eq!(check_address(&format!("http://{host}"), false).is_ok(), host == "local", "{host}");
            assert!(check_address(&format!("http://{host}"), true).is_ok(), "{host}");
            assert!(check_address(&format!("https://{host}"), false).is_ok(), "{host}");
        }
    }

    #[test]
    fn an_address_of_links_is_an_address() {
        for wrong in ["otklik.example.org", "ftp://otklik.example.org", "https://", "https://a.example/?x=1", "/path", ""] {
            assert!(check_address(wrong, true).is_err(), "{wrong}");
        }
    }
}
