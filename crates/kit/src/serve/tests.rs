//! The server from outside, byte by byte over real sockets.

use super::*;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use tokio::sync::oneshot;

const SECOND: Duration = Duration::from_secs(1);

/// Short times, so that the tests are quick, and far enough apart that a busy machine does not mix them up.
fn quick() -> Serve {
    Serve {
        header_timeout: Duration::from_millis(600),
        idle_timeout: Duration::from_millis(3000),
        body_grace: Duration::from_millis(600),
        body_min_rate: 1000,
        write_timeout: Duration::from_millis(600),
        request_deadline: Duration::from_millis(800),
        shutdown_grace: Duration::from_secs(2),
        ..Serve::default()
    }
}

struct Server {
    address: SocketAddr,
    stats: Arc<Stats>,
    stop: Option<oneshot::Sender<()>>,
    done: tokio::task::JoinHandle<io::Result<()>>,
}

async fn start(config: Serve) -> Server {
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/who", get(|ip: ClientIp, scheme: Scheme| async move { format!("{ip} {}", scheme.as_str()) }))
        .route("/echo", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/ignore", post(|| async { "ignored" }))
        .route(
            "/slow",
            get(|| async {
                sleep(Duration::from_millis(500)).await;
                "at last"
            }),
        )
        .route("/never", get(std::future::pending::<&str>))
        .route("/panic", get(|| async { if true { panic!("on purpose") } else { "" } }))
        .route(
            "/endless",
            get(|| async {
                Body::from_stream(futures_util::stream::repeat_with(|| io::Result::Ok(Bytes::from_static(&[b'x'; 65536]))))
            }),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stats = Arc::clone(&config.stats);
    let done = tokio::spawn(serve(listener, router, config, async {
        let _ = stopped.await;
    }));
    Server { address, stats, stop: Some(stop), done }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and reads to the end of the connection; gives the answer and how long it took.
    async fn say(&self, bytes: &[u8]) -> (String, Duration) {
        let begin = now();
        let mut stream = self.connect().await;
        // The server may close before it has read all: that is no failure of the test.
        let _ = stream.write_all(bytes).await;
        (rest(&mut stream).await, begin.elapsed())
    }

    async fn until_open(&self, wanted: usize) {
        let begin = now();
        while self.stats.open() != wanted {
            assert!(begin.elapsed() < 10 * SECOND, "{} connections open, not {wanted}", self.stats.open());
            sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut all = Vec::new();
    timeout(20 * SECOND, stream.read_to_end(&mut all)).await.expect("the server did not close").ok();
    String::from_utf8_lossy(&all).into_owned()
}

/// Reads one answer of known length off a connection that stays open.
async fn one(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0u8; 1024];
    while !text.ends_with(end) {
        let n = timeout(20 * SECOND, stream.read(&mut buffer)).await.expect("no answer").unwrap();
        assert!(n > 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&buffer[..n]));
    }
    text
}

fn about(took: Duration, wanted_ms: u64) -> bool {
    let wanted = Duration::from_millis(wanted_ms);
    took + Duration::from_millis(50) >= wanted && took < wanted + 2 * SECOND
}

#[tokio::test]
async fn the_silent_and_the_half_said_are_closed() {
    let server = start(quick()).await;
    let (text, took) = server.say(b"").await;
    assert!(text.is_empty() && about(took, 600), "{took:?} {text:?}");
    let (text, took) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: ").await;
    assert!(text.is_empty() && about(took, 600), "{took:?} {text:?}");

    // A drop every 50 ms keeps no clock from running.
    let begin = now();
    let (mut read, mut write) = server.connect().await.into_split();
    let drops = tokio::spawn(async move {
        while write.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    rest(&mut read).await;
    assert!(about(begin.elapsed(), 600), "{:?}", begin.elapsed());
    drops.abort();
    server.until_open(0).await;
}

#[tokio::test]
async fn a_second_head_has_the_same_time_and_idleness_its_own() {
    let server = start(quick()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        one(&mut stream, "hello").await;
        // Longer than a head may take: idle connections are kept.
        sleep(Duration::from_millis(900)).await;
    }
    let begin = now();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    rest(&mut stream).await;
    assert!(about(begin.elapsed(), 600), "{:?}", begin.elapsed());

    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    one(&mut stream, "hello").await;
    let begin = now();
    rest(&mut stream).await;
    assert!(about(begin.elapsed(), 3000), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_body_that_stalls_or_drips_is_refused() {
    let server = start(quick()).await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n";
    let (text, took) = server.say(format!("{head}abc").as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && about(took, 600), "{took:?} {text}");

    let begin = now();
    let (mut read, mut write) = server.connect().await.into_split();
    write.write_all(head.as_bytes()).await.unwrap();
    let drops = tokio::spawn(async move {
        while write.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(40)).await;
        }
    });
    let text = rest(&mut read).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && about(begin.elapsed(), 600), "{:?} {text}", begin.elapsed());
    drops.abort();

    // A quick start earns no rest.
    let (text, took) = server.say(format!("{head}{}", "b".repeat(4000)).as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && about(took, 600), "{took:?} {text}");
}

#[tokio::test]
async fn a_slow_but_steady_body_arrives_beyond_the_deadline() {
    let server = start(quick()).await;
    let begin = now();
    let mut stream = server.connect().await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..16 {
        sleep(Duration::from_millis(100)).await;
        stream.write_all(&[b'a'; 500]).await.unwrap();
    }
    let text = rest(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.ends_with("8000"), "{text}");
    assert!(begin.elapsed() > Duration::from_millis(1500), "the test must outlive the deadline");
}

#[tokio::test]
async fn handlers_have_a_deadline_and_may_panic() {
    let server = start(quick()).await;
    let (text, took) = server.say(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 503 ") && text.contains("retry-after: 5"), "{text}");
    assert!(about(took, 800), "{took:?}");
    let (text, _) = server.say(b"GET /panic HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 500 ") && !text.contains("on purpose"), "{text}");
    let (text, _) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(text.ends_with("hello"), "{text}");
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_closed() {
    let server = start(quick()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    server.until_open(1).await;
    let begin = now();
    server.until_open(0).await;
    assert!(begin.elapsed() < 5 * SECOND, "{:?}", begin.elapsed());

    // One that reads keeps the connection well beyond the write timeout.
    let mut stream = server.connect().await;
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut buffer = vec![0u8; 256 * 1024];
    let begin = now();
    while begin.elapsed() < Duration::from_millis(1500) {
        assert!(stream.read(&mut buffer).await.unwrap() > 0);
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.stats.open(), 1);
}

#[tokio::test]
async fn heads_have_a_size() {
    let server = start(quick()).await;
    let cookie = "x".repeat(1024 * 1024);
    let (text, took) = server.say(format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n\r\n").as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 431 "), "{text}");
    assert!(took < 2 * SECOND, "{took:?}");
    // The refused may go on talking for a moment without being reset, or they would not hear why.
    let mut stream = server.connect().await;
    stream.write_all(format!("GET / HTTP/1.1\r\nCookie: {}", &cookie[..40_000]).as_bytes()).await.unwrap();
    let mut start = [0u8; 13];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 431 ");
    for _ in 0..10 {
        sleep(Duration::from_millis(30)).await;
        stream.write_all(&[b'x'; 1000]).await.expect("reset while talking");
    }
    let fields = "X: y\r\n".repeat(100);
    let (text, _) = server.say(format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 431 "), "{text}");
    let cookie = "x".repeat(30 * 1024);
    let fine = format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n");
    let (text, _) = server.say(fine.as_bytes()).await;
    assert!(text.ends_with("hello"), "{text}");
}

#[tokio::test]
async fn ambiguous_and_foreign_requests_are_refused_and_closed() {
    let server = start(quick()).await;
    for (request, status) in [
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nabc", 400),
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET http://evil/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("CONNECT evil:25 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("\x16\x03\x01\x02\x00\x01\x00", 400),
    ] {
        let (text, took) = server.say(request.as_bytes()).await;
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {text}");
        assert_eq!(text.matches("HTTP/1.1").count(), 1, "{request:?}: {text}");
        assert!(took < Duration::from_millis(550), "{request:?}: closed only after {took:?}");
    }
}

#[tokio::test]
async fn pipelined_requests_and_unread_bodies_stay_in_order() {
    let server = start(quick()).await;
    let two = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na\n\nbGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let last = "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nGET / \n\n\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let (text, _) = server.say(format!("{two}{last}").as_bytes()).await;
    assert_eq!(text.matches("HTTP/1.1 200").count(), 4, "{text}");
    assert!(text.ends_with("hello"), "{text}");

    // The same with the body late: refused or served, but never taken for a request.
    let mut stream = server.connect().await;
    stream.write_all(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\n").await.unwrap();
    let first = one(&mut stream, "ignored").await;
    let _ = stream.write_all(b"GET /who HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let text = first + &rest(&mut stream).await;
    assert_eq!(text.matches("HTTP/1.1").count(), 1, "{text}");
}

#[tokio::test]
async fn requests_in_flight_finish_when_the_server_stops() {
    let mut server = start(quick()).await;
    let mut busy = server.connect().await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut idle = server.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    one(&mut idle, "hello").await;
    let silent = server.connect().await;
    server.until_open(3).await;
    server.stop.take().unwrap().send(()).unwrap();
    let begin = now();
    assert!(rest(&mut idle).await.is_empty());
    assert!(begin.elapsed() < Duration::from_millis(900), "idle connections are closed at once: {:?}", begin.elapsed());
    drop((idle, silent));
    let text = rest(&mut busy).await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.ends_with("at last"), "{text}");
    drop(busy);
    timeout(2 * SECOND, server.done).await.expect("serve did not return").unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
    assert_eq!(server.stats.open(), 0);
}

#[tokio::test]
async fn what_does_not_finish_is_closed_after_the_grace() {
    let mut server = start(quick()).await;
    let mut endless = server.connect().await;
    endless.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let reading = tokio::spawn(async move { tokio::io::copy(&mut endless, &mut tokio::io::sink()).await });
    server.until_open(1).await;
    let begin = now();
    server.stop.take().unwrap().send(()).unwrap();
    timeout(10 * SECOND, server.done).await.expect("serve did not return").unwrap().unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(1900), "{:?}", begin.elapsed());
    assert_eq!(server.stats.open(), 0);
    timeout(SECOND, reading).await.expect("not closed").unwrap().ok();
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let server = start(Serve { max_connections: 3, header_timeout: 20 * SECOND, ..quick() }).await;
    let held = [server.connect().await, server.connect().await, server.connect().await];
    server.until_open(3).await;
    let (text, took) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 503 ") && text.contains("retry-after"), "{text}");
    assert!(took < SECOND, "{took:?}");
    assert_eq!(server.stats.refused(), 1);
    drop(held);
    server.until_open(0).await;
    let (text, _) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(text.ends_with("hello"), "{text}");
}

#[tokio::test]
async fn addresses_come_from_the_peer_or_a_trusted_proxy() {
    let request = b"GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6, 1.1.1.1\r\nX-Forwarded-Proto: https\r\n\r\n";
    let server = start(quick()).await;
    assert!(server.say(request).await.0.ends_with("127.0.0.1 http"));
    let server = start(Serve { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..quick() }).await;
    assert!(server.say(request).await.0.ends_with("1.1.1.1 https"));
}

#[tokio::test]
async fn tls_serves_and_times_out_like_the_rest() {
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve/testdata");
    let (cert, key) = (data.join("cert.pem"), data.join("key.pem"));
    assert!(tls_from_pem(&key, &key).unwrap_err().to_string().contains("key.pem"));
    assert!(tls_from_pem(&cert, &data.join("none.pem")).unwrap_err().to_string().contains("none.pem"));

    let server = start(Serve { tls: Some(tls_from_pem(&cert, &key).unwrap()), ..quick() }).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&cert).unwrap()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector.connect(name, server.connect().await).await.unwrap();
    stream.write_all(b"GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let text = rest(&mut stream).await;
    assert!(text.ends_with("127.0.0.1 https"), "{text}");
    // Neither a silent client nor one that speaks in the clear gets an answer or stays.
    let (text, took) = server.say(b"").await;
    assert!(text.is_empty() && about(took, 600), "{took:?} {text:?}");
    assert!(!server.say(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.0.contains("hello"));
}

#[tokio::test]
async fn many_silent_clients_do_not_slow_a_good_one() {
    let server = start(Serve { header_timeout: 5 * SECOND, ..quick() }).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET / HT").await.unwrap();
        silent.push(stream);
    }
    server.until_open(300).await;
    for _ in 0..20 {
        let (text, took) = server.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        assert!(text.ends_with("hello") && took < SECOND, "{took:?} {text}");
    }
}
