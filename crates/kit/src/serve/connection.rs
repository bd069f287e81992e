//! A connection that watches the clock: it fails its own reads and writes when the other side is too slow.

use super::framing::Framing;
use super::{Serve, Stats, now};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// What a client must take of an answer in each [`Serve::write_timeout`], in bytes.
const WRITE_LEAST: usize = 4096;
/// After our last byte: how long and how much we read and throw away, so that the client is not reset before it has
/// read the answer.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// Where a connection stands, as far as its reads are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// A head is being read (or awaited, on a new connection).
    Head = 0,
    /// A request is being answered; its body has a clock of its own.
    Busy = 1,
    /// Between requests.
    Idle = 2,
}

/// What a connection and the exchanges on it tell each other.
#[derive(Debug)]
pub(super) struct Shared {
    phase: AtomicU8,
    ambiguous: AtomicBool,
    /// A body was not read to its end: what comes next on the wire need not be a head.
    body_left: AtomicBool,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    total: Duration,
    since: Option<Instant>,
}

impl Shared {
    fn new() -> Self {
        Self {
            phase: AtomicU8::new(Phase::Head as u8),
            ambiguous: AtomicBool::new(false),
            body_left: AtomicBool::new(false),
            waiting: Mutex::default(),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Head,
            1 => Phase::Busy,
            _ => Phase::Idle,
        }
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Release);
    }

    /// Whether the head just read was ambiguous; asked once a request.
    pub(super) fn take_ambiguous(&self) -> bool {
        self.ambiguous.swap(false, Ordering::AcqRel)
    }

    pub(super) fn set_body_left(&self, left: bool) {
        self.body_left.store(left, Ordering::Release);
    }

    pub(super) fn is_body_left(&self) -> bool {
        self.body_left.load(Ordering::Acquire)
    }

    /// Begins a request: no time was spent waiting for its body yet.
    pub(super) fn reset_waiting(&self) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Waiting::default();
    }

    /// The client keeps us waiting for its body since `since`.
    pub(super) fn wait_since(&self, since: Instant) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).since = Some(since);
    }

    /// The client has sent something, after `spent`.
    pub(super) fn waited(&self, spent: Duration) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.since = None;
        waiting.total += spent;
    }

    /// All the time of this request that the client kept us waiting.
    pub(super) fn total_waited(&self) -> Duration {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.total + waiting.since.map_or(Duration::ZERO, |since| now().saturating_duration_since(since))
    }
}

/// The stream of one client, above TLS, so that it sees what hyper sees.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    shared: Arc<Shared>,
    framing: Framing,
    reading: Option<(Phase, Pin<Box<Sleep>>)>,
    writing: Option<Pin<Box<Sleep>>>,
    /// Taken by the client since `writing` was set.
    written: usize,
    linger: Option<Pin<Box<Sleep>>>,
    lingered: usize,
    limits: Limits,
}

#[derive(Debug)]
struct Limits {
    header: Duration,
    idle: Duration,
    write: Duration,
    crowded: usize,
    stats: Arc<Stats>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, config: &Serve) -> (Self, Arc<Shared>) {
        let shared = Arc::new(Shared::new());
        let watched = Self {
            stream,
            shared: Arc::clone(&shared),
            framing: Framing::new(),
            reading: Some((Phase::Head, Box::pin(sleep(config.header_timeout)))),
            writing: None,
            written: 0,
            linger: None,
            lingered: 0,
            limits: Limits {
                header: config.header_timeout,
                idle: config.idle_timeout,
                write: config.write_timeout,
                crowded: config.max_connections - config.max_connections / 4,
                stats: Arc::clone(&config.stats),
            },
        };
        (watched, shared)
    }

    /// The clock of a read that has nothing to give.
    fn read_too_late(&mut self, cx: &mut Context<'_>) -> bool {
        let mut phase = self.shared.phase();
        if phase == Phase::Idle && self.framing.is_inside_head() {
            // Its beginning came along with the request before: it has the time of a head like any other.
            self.shared.set_phase(Phase::Head);
            phase = Phase::Head;
            self.reading = None;
        }
        if phase == Phase::Busy {
            self.reading = None;
            return false;
        }
        if self.reading.as_ref().is_none_or(|(armed, _)| *armed != phase) {
            let wait = match phase {
                Phase::Head | Phase::Busy => self.limits.header,
                Phase::Idle if self.limits.stats.open() > self.limits.crowded => self.limits.idle / 10,
                Phase::Idle => self.limits.idle,
            };
            self.reading = Some((phase, Box::pin(sleep(wait))));
        }
        match &mut self.reading {
            Some((_, clock)) => clock.as_mut().poll(cx).is_ready(),
            None => false,
        }
    }

    fn has_read(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.shared.phase() == Phase::Idle {
            // The first byte of a further request: from here its head has the time of a head.
            self.shared.set_phase(Phase::Head);
            self.reading = None;
        }
        if self.framing.feed(bytes) {
            self.shared.ambiguous.store(true, Ordering::Release);
        }
    }

    /// The clock of a write: at least [`WRITE_LEAST`] bytes a period.
    fn write_result(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match result {
            Poll::Ready(Ok(n)) => {
                self.written = self.written.saturating_add(n);
                if self.written >= WRITE_LEAST {
                    self.writing = None;
                }
                if self.shared.phase() == Phase::Idle {
                    // The tail of a large answer still goes out: that is not idleness.
                    self.reading = None;
                }
                Poll::Ready(Ok(n))
            }
            Poll::Pending if self.write_too_late(cx) => Poll::Ready(Err(late("writing"))),
            other => other,
        }
    }

    fn write_too_late(&mut self, cx: &mut Context<'_>) -> bool {
        let wait = self.limits.write;
        let clock = self.writing.get_or_insert_with(|| {
            self.written = 0;
            Box::pin(sleep(wait))
        });
        clock.as_mut().poll(cx).is_ready()
    }
}

fn late(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("the client was too slow ({what})"))
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let me = &mut *self;
        let before = buf.filled().len();
        match Pin::new(&mut me.stream).poll_read(cx, buf) {
            Poll::Pending if me.read_too_late(cx) => Poll::Ready(Err(late("reading"))),
            Poll::Ready(Ok(())) => {
                me.has_read(buf.filled().get(before..).unwrap_or_default());
                // A drop at a time, always just ready, must not run past the clock either.
                if let Some((Phase::Head, clock)) = &me.reading
                    && clock.deadline() <= now()
                    && me.shared.phase() == Phase::Head
                {
                    return Poll::Ready(Err(late("reading")));
                }
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let me = &mut *self;
        let result = Pin::new(&mut me.stream).poll_write(cx, buf);
        me.write_result(cx, result)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let me = &mut *self;
        let result = Pin::new(&mut me.stream).poll_write_vectored(cx, bufs);
        me.write_result(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let me = &mut *self;
        match Pin::new(&mut me.stream).poll_flush(cx) {
            Poll::Pending if me.write_too_late(cx) => Poll::Ready(Err(late("writing"))),
            Poll::Ready(Ok(())) => {
                me.writing = None;
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }

    /// Says that nothing more comes, then reads for a while what the client still sends: closing a socket with unread
    /// bytes makes the kernel reset it, and the client would never see why it was refused.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let me = &mut *self;
        if me.linger.is_none() {
            match Pin::new(&mut me.stream).poll_shutdown(cx) {
                Poll::Pending if me.write_too_late(cx) => return Poll::Ready(Err(late("closing"))),
                other => ready!(other)?,
            }
        }
        let clock = me.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut scratch = [0u8; 8192];
        while me.lingered < LINGER_BYTES {
            if clock.as_mut().poll(cx).is_ready() {
                break;
            }
            let mut buf = ReadBuf::new(&mut scratch);
            match Pin::new(&mut me.stream).poll_read(cx, &mut buf) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => me.lingered += buf.filled().len(),
                // The end, or trouble that no longer matters.
                Poll::Ready(_) => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}
