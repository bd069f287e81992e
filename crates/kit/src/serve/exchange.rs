//! One request and its answer, between hyper and the router.

use super::connection::{Phase, Shared};
use super::{ClientIp, Scheme, Serve, now};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Version, header};
use futures_util::FutureExt;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until, timeout, timeout_at};
use tower::ServiceExt;

/// Everything that the requests of one connection share.
#[derive(Clone)]
pub(super) struct Exchange {
    router: Router,
    shared: Arc<Shared>,
    peer: IpAddr,
    scheme: Scheme,
    config: Arc<Serve>,
}

impl Exchange {
    pub(super) const fn new(router: Router, shared: Arc<Shared>, peer: IpAddr, scheme: Scheme, config: Arc<Serve>) -> Self {
        Self { router, shared, peer, scheme, config }
    }

    pub(super) async fn answer(self, request: Request<Incoming>) -> Result<Response<Answer>, Infallible> {
        self.shared.set_phase(Phase::Busy);
        self.shared.reset_waiting();
        let shared = Arc::clone(&self.shared);
        let mut response = match refusal(&request, shared.take_ambiguous()) {
            Some(status) => {
                shared.set_body_left(true);
                closing(status)
            }
            None => self.route(request).await,
        };
        // Names of programs and versions are for those who look for holes.
        response.headers_mut().remove(header::SERVER);
        Ok(response.map(|body| Answer { body, shared }))
    }

    async fn route(self, request: Request<Incoming>) -> Response<Body> {
        let stalled = Arc::new(AtomicBool::new(false));
        let (mut parts, body) = request.into_parts();
        let trusted = &self.config.trusted_proxies;
        parts.extensions.insert(ClientIp::of(self.peer, &parts.headers, trusted));
        parts.extensions.insert(Scheme::of(self.scheme, self.peer, &parts.headers, trusted));
        let body = Arc::new(Mutex::new(body));
        let paced = Paced::new(Arc::clone(&body), &self.config, Arc::clone(&self.shared), Arc::clone(&stalled));
        let request = Request::from_parts(parts, Body::new(paced));

        let work = AssertUnwindSafe(self.router.oneshot(request)).catch_unwind();
        let mut response = match within(self.config.request_deadline, &self.shared, work).await {
            Some(Ok(Ok(response))) => response,
            Some(Err(_)) => {
                tracing::error!("a handler panicked");
                closing(StatusCode::INTERNAL_SERVER_ERROR)
            }
            None => {
                tracing::warn!("a request took longer than its deadline");
                let mut response = closing(StatusCode::SERVICE_UNAVAILABLE);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
                response
            }
        };
        if stalled.load(Ordering::Acquire) {
            // Whatever the handler made of a body that broke off, the reason is ours to tell.
            return closing(StatusCode::REQUEST_TIMEOUT);
        }
        if self.shared.is_body_left() {
            if matches!(timeout(PASSING_OVER, pass_over(&body)).await, Ok(true)) {
                self.shared.set_body_left(false);
            } else {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
        }
        response
    }
}

/// A body of at most so many bytes that a handler did not read (a wrong content type, no right) is passed over, and the
/// connection goes on. Of a longer one the client is told that the connection ends, or it would send its next request
/// into a connection that is being closed.
const PASSED_OVER: u64 = 64 * 1024;
/// And waited for so long.
const PASSING_OVER: Duration = Duration::from_secs(1);

async fn pass_over(body: &Mutex<Incoming>) -> bool {
    if held(body).size_hint().upper().is_none_or(|left| left > PASSED_OVER) {
        return false;
    }
    loop {
        match poll_fn(|cx| Pin::new(&mut *held(body)).poll_frame(cx)).await {
            None => return true,
            Some(Ok(_)) => {}
            Some(Err(_)) => return false,
        }
    }
}

fn held(body: &Mutex<Incoming>) -> MutexGuard<'_, Incoming> {
    body.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What no handler should see.
fn refusal<B>(request: &Request<B>, ambiguous: bool) -> Option<StatusCode> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    if *request.method() == Method::CONNECT || *request.method() == Method::TRACE {
        Some(StatusCode::METHOD_NOT_ALLOWED)
    } else if ambiguous
        || hosts > 1
        || (hosts == 0 && request.version() >= Version::HTTP_11)
        // `GET http://elsewhere/`: we are nobody's proxy, and a link must never be built from it.
        || request.uri().authority().is_some()
        || !path.starts_with('/')
    {
        Some(StatusCode::BAD_REQUEST)
    } else {
        None
    }
}

/// A bare answer after which the connection is closed. The body says no more than the status: there is no language
/// and no request id here.
fn closing(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or_default();
    let problem = format!(r#"{{"type":"about:blank","title":"{reason}","status":{}}}"#, status.as_u16());
    let mut response = Response::new(Body::from(problem));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Runs `work` for at most `deadline`, not counting the time in which we wait for the client's body.
async fn within<F: Future>(deadline: Duration, shared: &Shared, work: F) -> Option<F::Output> {
    /// While the client keeps us waiting the end moves away; look again no sooner than this.
    const STEP: Duration = Duration::from_millis(100);
    let mut work = std::pin::pin!(work);
    let start = now();
    let mut until = start + deadline;
    loop {
        if let Ok(output) = timeout_at(until, work.as_mut()).await {
            return Some(output);
        }
        let end = start + deadline + shared.total_waited();
        if end <= now() {
            return None;
        }
        until = end.max(now() + STEP);
    }
}

/// A request's body that fails when it comes too slowly.
struct Paced {
    body: Arc<Mutex<Incoming>>,
    shared: Arc<Shared>,
    stalled: Arc<AtomicBool>,
    grace: Duration,
    /// Bytes due in each `grace`.
    due: u64,
    /// Since the last time that `due` was reached: what came, and how long we waited for it.
    came: u64,
    waited: Duration,
    since: Option<Instant>,
    clock: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    fn new(body: Arc<Mutex<Incoming>>, config: &Serve, shared: Arc<Shared>, stalled: Arc<AtomicBool>) -> Self {
        shared.set_body_left(!held(&body).is_end_stream());
        let due = config.body_min_rate.saturating_mul(config.body_grace.as_millis() as u64) / 1000;
        Self { body, shared, stalled, grace: config.body_grace, due, came: 0, waited: Duration::ZERO, since: None, clock: None }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let me = &mut *self;
        let polled = Pin::new(&mut *held(&me.body)).poll_frame(cx);
        match polled {
            Poll::Ready(frame) => {
                me.clock = None;
                if let Some(since) = me.since.take() {
                    let spent = now().saturating_duration_since(since);
                    me.waited += spent;
                    me.shared.waited(spent);
                }
                if let Some(Ok(frame)) = &frame {
                    me.came += frame.data_ref().map_or(0, |data| data.len() as u64);
                    if me.came >= me.due {
                        me.came = 0;
                        me.waited = Duration::ZERO;
                    } else if me.waited >= me.grace {
                        // Drops that always come just before we look.
                        me.stalled.store(true, Ordering::Release);
                        return Poll::Ready(Some(Err(too_slow())));
                    }
                }
                if frame.is_none() || held(&me.body).is_end_stream() {
                    me.shared.set_body_left(false);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)))
            }
            Poll::Pending => {
                let since = *me.since.get_or_insert_with(|| {
                    let since = now();
                    me.shared.wait_since(since);
                    since
                });
                let left = me.grace.saturating_sub(me.waited);
                let clock = me.clock.get_or_insert_with(|| Box::pin(sleep_until(since + left)));
                if clock.as_mut().poll(cx).is_ready() {
                    me.stalled.store(true, Ordering::Release);
                    return Poll::Ready(Some(Err(too_slow())));
                }
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        held(&self.body).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        held(&self.body).size_hint()
    }
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly")
}

/// An answer's body that tells its connection when it is over.
pub(super) struct Answer {
    body: Body,
    shared: Arc<Shared>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.shared.set_phase(Phase::Idle);
    }
}
