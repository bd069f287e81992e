//! The web server: an accept loop of our own around an axum [`Router`], because `axum::serve` has no limits in time.
//!
//! Who is silent, who sends or reads a drop at a time, who sends heads without end: each is closed on a clock and
//! costs a bounded piece of memory. HTTP/1.1 only: in front of HTTP/2 stands the administrator's proxy.

mod client;
mod connection;
mod exchange;
mod framing;
mod head;
#[cfg(test)]
mod tests;
mod tls;

pub use client::{ClientIp, Scheme};
pub use tls::tls_from_pem;

use axum::Router;
use connection::Watched;
use exchange::Exchange;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
pub use ipnet::IpNet;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// How the server treats its connections. [`Serve::default`] is right for the open internet.
#[derive(Clone, Debug)]
pub struct Serve {
    /// For a whole head (and for a TLS handshake): from the opening of the connection, or from the first byte of a
    /// further request.
    pub header_timeout: Duration,
    /// How long a connection may lie idle between requests. Longer than the usual 60 s of proxies, which else
    /// send a request into a connection that is just being closed. A tenth of it when three quarters of
    /// [`Serve::max_connections`] are open.
    pub idle_timeout: Duration,
    /// A client that we wait for must send so many bytes a second of its body, on average over each
    /// [`Serve::body_grace`]; a slower one gets 408 and is closed.
    pub body_min_rate: u64,
    /// See [`Serve::body_min_rate`].
    pub body_grace: Duration,
    /// A client that does not take some KiB of the answer in this time is closed.
    pub write_timeout: Duration,
    /// From the head of a request to the head of its answer, without the time spent waiting for the client's body;
    /// then 503. The body of an answer may take longer.
    pub request_deadline: Duration,
    /// Connections open at once; a further one gets 503 and is closed. [`serve`] lowers it to what the process may
    /// open as files.
    pub max_connections: usize,
    /// Bytes of a head (the request line and all fields); more: 431. At least 8192.
    pub max_header_bytes: usize,
    /// Fields of a head; more: 431.
    pub max_header_fields: usize,
    /// How long [`serve`] waits for requests in flight after it was told to stop.
    pub shutdown_grace: Duration,
    /// TLS, from [`tls_from_pem`]; without it plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Counters for the metrics; keep a clone.
    pub stats: Arc<Stats>,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            body_min_rate: 1024,
            body_grace: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            request_deadline: Duration::from_secs(30),
            max_connections: 12_000,
            max_header_bytes: 32 * 1024,
            max_header_fields: 100,
            shutdown_grace: Duration::from_secs(10),
            tls: None,
            trusted_proxies: Vec::new(),
            stats: Arc::default(),
        }
    }
}

/// What the server counts.
#[derive(Debug, Default)]
pub struct Stats {
    open: AtomicUsize,
    accepted: AtomicU64,
    refused: AtomicU64,
}

impl Stats {
    /// Connections open now.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Connections taken since the start.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Connections turned away with 503 because too many were open.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// Counts a connection for as long as it lives, however it ends.
struct Counted(Arc<Stats>);

impl Counted {
    fn new(stats: &Arc<Stats>) -> Self {
        stats.open.fetch_add(1, Ordering::Relaxed);
        stats.accepted.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(stats))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Refusals in progress at once; beyond that a connection is dropped without a word.
const REFUSALS: usize = 256;
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Serves until `shutdown` is done; then stops accepting, lets requests in flight finish within
/// [`Serve::shutdown_grace`] and returns. Every request carries [`ClientIp`] and [`Scheme`] as extensions.
///
/// # Errors
/// Only if the listener cannot say its address; trouble with single connections is logged.
pub async fn serve(listener: TcpListener, router: Router, config: Serve, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let address = listener.local_addr()?;
    let config = Arc::new(with_files_allowed(config));
    let acceptor = config.tls.clone().map(TlsAcceptor::from);
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);

    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            // Reaped as they end, or the set would remember every connection there ever was.
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // A client that gave up while it waited is not our trouble; out of files is, and a short wait lets
                // connections end instead of turning this loop into a furnace.
                if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
                    tracing::warn!(%address, %error, "could not accept a connection");
                    sleep(Duration::from_millis(50)).await;
                }
                continue;
            }
        };
        if config.stats.open() >= config.max_connections {
            config.stats.refused.fetch_add(1, Ordering::Relaxed);
            // Over TLS a refusal would cost a handshake: that one is only closed.
            if acceptor.is_none()
                && let Ok(permit) = Arc::clone(&refusals).try_acquire_owned()
            {
                connections.spawn(async move {
                    refuse(stream).await;
                    drop(permit);
                });
            }
            continue;
        }
        let counted = Counted::new(&config.stats);
        let (config, router, acceptor, stopped) = (Arc::clone(&config), router.clone(), acceptor.clone(), stopped.clone());
        connections.spawn(async move {
            let _ = stream.set_nodelay(true);
            match acceptor {
                None => drive(stream, peer, Scheme::Http, router, config, stopped).await,
                Some(acceptor) => {
                    if let Ok(Ok(stream)) = timeout(config.header_timeout, acceptor.accept(stream)).await {
                        drive(stream, peer, Scheme::Https, router, config, stopped).await;
                    }
                }
            }
            drop(counted);
        });
    }

    drop(listener);
    drop(stopped);
    let _ = stop.send(());
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(config.shutdown_grace, all).await.is_err() {
        tracing::warn!(%address, open = config.stats.open(), "closing what did not finish in time");
        connections.shutdown().await;
    }
    Ok(())
}

/// One connection, from its first byte to its last.
async fn drive<S>(
    stream: S,
    peer: SocketAddr,
    scheme: Scheme,
    router: Router,
    config: Arc<Serve>,
    mut stopped: watch::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (io, shared) = Watched::new(stream, &config);
    let exchange = Exchange::new(router, shared, peer.ip().to_canonical(), scheme, Arc::clone(&config));
    let service = hyper::service::service_fn(move |request| exchange.clone().answer(request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // `Watched` keeps both times apart; hyper's one clock, from the end of the last answer, is only a second net.
        .header_read_timeout(2 * (config.idle_timeout + config.header_timeout))
        .max_headers(config.max_header_fields)
        .max_header_size(config.max_header_bytes.max(8192))
        .max_buf_size(config.max_header_bytes.max(8192))
        .serve_connection(TokioIo::new(io), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Daily life on the internet, so not above debug.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Says 503 and makes sure that it arrives: closing with unread bytes would reset the connection under it.
async fn refuse(mut stream: TcpStream) {
    let _ = timeout(Duration::from_secs(1), async {
        stream.write_all(REFUSAL).await?;
        stream.shutdown().await?;
        let mut rest = [0u8; 4096];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    })
    .await;
}

/// Lowers the number of connections so that some files stay free for the database and the store: running out of
/// them would fail the whole program and not only the client that came last.
fn with_files_allowed(mut config: Serve) -> Serve {
    const KEPT: usize = 200;
    let limit = std::fs::read_to_string("/proc/self/limits").ok().and_then(|limits| {
        let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
        line.split_whitespace().nth(3)?.parse::<usize>().ok()
    });
    if let Some(limit) = limit {
        let fits = limit.saturating_sub(KEPT).max(limit / 2);
        if fits < config.max_connections {
            tracing::warn!(
                connections = fits,
                files = limit,
                "fewer connections than wanted: the limit of open files is low (ulimit -n, LimitNOFILE)"
            );
            config.max_connections = fits;
        }
    }
    config
}

/// The clock of this module: it runs steadily, and tests can stop it.
fn now() -> Instant {
    Instant::now()
}
