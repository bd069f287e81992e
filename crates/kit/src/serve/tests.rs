//! The server from outside, byte by byte over real sockets.

use super::*;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use tokio::sync::oneshot;

mod heads;
mod life;
mod slow;

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
