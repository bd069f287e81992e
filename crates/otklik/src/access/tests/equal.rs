//! Known or not costs the same work: counted in hashes, which are what takes time at the door.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::doors::{PASSWORD, with_password};
use crate::world::World;

/// Counts the hashes that were asked for on this thread.
#[derive(Clone, Default)]
struct Hashes(Arc<AtomicUsize>);

impl Subscriber for Hashes {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.target() == "otklik::forge"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn known_and_unknown_take_the_same_work_at_every_door() {
    let w = World::new().await;
    with_password(&w, &w.anna).await;
    with_password(&w, &w.gleb).await;
    w.olga.delete(&format!("/api/v1/users/{}", w.gleb.member)).await.is(204);
    let hashes = Hashes::default();
    let _listening = tracing::subscriber::set_default(hashes.clone());
    let work = async |path: &str, who: &str, password: &str| {
        let before = hashes.0.load(Ordering::SeqCst);
        let reply = w.client.form(path, &[("who", who), ("password", password), ("code", who)]).await;
        (reply.status.as_u16(), hashes.0.load(Ordering::SeqCst) - before)
    };
    // There, without a password, revoked, elsewhere, nowhere, a phone, no address at all.
    let cast = ["anna@sosny.ru", "boris@sosny.ru", "gleb@sosny.ru", "dina@drugoe.ru", "nobody@sosny.ru", "+79123456789", "?", ""];
    for who in cast {
        assert_eq!(work("/login", who, "wrong password").await, (422, 1), "{who}");
        assert_eq!(work("/login", who, "").await, (422, 1), "{who} without a password");
        assert_eq!(work("/login", who, &"a".repeat(100_000)).await, (422, 1), "{who} with a book");
        assert_eq!(work("/reset", who, "").await, (200, 0), "{who} asks for a link");
    }
    assert_eq!(work("/login", "gleb@sosny.ru", PASSWORD).await, (422, 1), "the right password of a revoked person");
    for code in ["AAAA-AAAA-AAAA", "anna@sosny.ru", "", "null"] {
        assert_eq!(work("/code", code, PASSWORD).await, (422, 0), "{code}");
    }
    for link in ["/invitation/x", "/reset/x", "/invitation/%20", "/reset/null"] {
        assert_eq!(work(link, "", PASSWORD).await, (404, 0), "{link}");
    }
}

/// Asking for a link writes the same row for everybody: who is there is looked up later, in the job.
#[tokio::test]
async fn a_reset_is_queued_alike_for_everybody() {
    use kit::db::Query;
    let mail = kit::mail::Mailer::from_url("smtp://127.0.0.1:9?from=Otklik <otklik@sosny.ru>").expect("a mailer");
    let w = World::with(Some(mail), kit::limits::Limits::off()).await;
    let mut rows = Vec::new();
    for who in ["anna@sosny.ru", "nobody@sosny.ru"] {
        let reply = w.client.form("/reset", &[("who", who)]).await.is(200);
        let waiting = "select cast(count(*) as bigint) from job where kind = 'access.reset'";
        let n = w.app.ground.db.scalar::<i64>(waiting, kit::args![]).await.unwrap().unwrap();
        rows.push((n, reply.text.len()));
    }
    assert_eq!((rows[0].0, rows[1].0, rows[0].1), (1, 2, rows[1].1));
}
