use serde_json::json;

use crate::world::World;

/// While the writer is held up, answers wait; beyond the queue a client hears 503 at once, and whoever waited is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_queue_a_client_is_told_to_come_back() {
    let w = World::new().await;
    if w.app.ground.db.engine == kit::db::Engine::Postgres {
        return; // The lock below is SQLite's one writer.
    }
    let (id, code) = w.survey().await;
    let door = format!("/s/{code}");
    let held = w.app.ground.db.begin().await.expect("the write lock");
    let tasks: Vec<_> = (0..5000)
        .map(|i| {
            let (client, door) = (w.client.clone(), door.clone());
            tokio::spawn(async move { client.post(&door, json!({"answers": {"nps": i % 11}})).await })
        })
        .collect();
    while w.app.answers.waiting() < 4096 {
        tokio::task::yield_now().await;
    }
    // A program is turned away before its answer is read, and not everybody is asked back for the same second.
    let mut waits = std::collections::BTreeSet::new();
    while waits.len() < 3 {
        let reply = w.client.post(&door, json!("nobody reads this")).await.is(503);
        waits.insert(reply.headers["retry-after"].to_str().expect("a number").to_owned());
    }
    assert!(waits.iter().eq(["1", "2", "3"]), "{waits:?}");
    held.rollback().await.expect("released");
    let (mut stored, mut refused) = (0, 0);
    for task in tasks {
        let reply = task.await.expect("an answer");
        match reply.status.as_u16() {
            201 => stored += 1,
            503 => {
                assert!(reply.headers.contains_key("retry-after"));
                refused += 1;
            }
            other => panic!("{other}: {}", reply.text),
        }
    }
    assert!(refused > 0 && stored >= 4096, "{stored} stored, {refused} refused");
    let counted = crate::surveys::recount(&w.app.ground.db, w.olga.org).await.expect("a recount");
    assert_eq!(crate::figures::check(&w.app.ground.db, w.olga.org, &counted, false).await.expect("cells"), 0);
    let n: i64 = {
        use kit::db::Query;
        let survey = uuid::Uuid::try_parse(&id).expect("an id");
        w.app
            .ground
            .db
            .scalar("select count(*) from response where survey = $1", kit::args![survey])
            .await
            .expect("a count")
            .unwrap_or(0)
    };
    assert_eq!(n, stored);
}
