//! Where passwords are hashed: on a few threads of their own.
//!
//! A hash takes 19 MiB. On the runtime's blocking threads a crowd at the door would take hundreds of times that, and
//! the allocator keeps a share for every thread that ever hashed: forty people signing in at once left two gigabytes
//! behind. Here the memory is bounded by the number of threads, and the queue by what can be served in about a second.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::error::{Error, Result};

type Work = Box<dyn FnOnce() + Send>;

/// How many may wait; whoever comes then is told to come back.
const QUEUE: usize = 64;

static DOOR: OnceLock<SyncSender<Work>> = OnceLock::new();

fn start() -> SyncSender<Work> {
    let (door, inbox) = sync_channel::<Work>(QUEUE);
    let inbox = Arc::new(Mutex::new(inbox));
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() / 2).clamp(1, 4);
    for _ in 0..threads {
        let inbox = Arc::clone(&inbox);
        let thread = std::thread::Builder::new().name("passwords".into());
        if let Err(error) = thread.spawn(move || {
            while let Some(work) = next(&inbox) {
                work()
            }
        }) {
            tracing::error!(%error, "no thread for passwords");
        }
    }
    door
}

fn next(inbox: &Mutex<Receiver<Work>>) -> Option<Work> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Runs the work on one of the threads for passwords.
///
/// # Errors
/// `Busy` when too many wait, `Internal` when the work died.
pub async fn forge<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    // Whoever listens can count the work: at the door it must be the same for everybody, known or not.
    tracing::trace!(target: "otklik::forge", "a hash");
    let (reply, answer) = tokio::sync::oneshot::channel();
    let work: Work = Box::new(move || {
        // A panic must not take the thread along.
        if let Ok(done) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
            let _ = reply.send(done);
        }
    });
    DOOR.get_or_init(start).try_send(work).map_err(|_| Error::Busy(2))?;
    answer.await.map_err(|_| Error::Internal("a password could not be hashed".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_crowd_is_served_by_few_and_beyond_the_queue_told_to_come_back() {
        let names = Arc::new(Mutex::new(std::collections::HashSet::new()));
        let crowd: Vec<_> = (0..200)
            .map(|_| {
                let names = Arc::clone(&names);
                tokio::spawn(forge(move || {
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    names.lock().expect("the names").insert(std::thread::current().id());
                }))
            })
            .collect();
        let (mut served, mut refused) = (0, 0);
        for one in crowd {
            match one.await.expect("an end") {
                Ok(()) => served += 1,
                Err(Error::Busy(_)) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(served >= QUEUE && refused > 0, "{served} served, {refused} refused");
        assert!(names.lock().expect("the names").len() <= 4);
        assert!(matches!(forge(|| panic!("a test")).await, Err::<(), _>(Error::Internal(_))));
        assert_eq!(forge(|| 5).await.expect("alive after it"), 5);
    }
}
