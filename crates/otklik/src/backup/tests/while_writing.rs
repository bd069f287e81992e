//! The server goes on taking answers while a backup is made: it is that of one moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kit::args;
use kit::db::Query;
use serde_json::json;

use super::{Place, backed_up};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_beside_a_busy_server_is_of_one_moment() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let (stop, stored) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..4)
        .map(|n| {
            let (client, door) = (w.client.clone(), format!("/s/{code}"));
            let (stop, stored) = (Arc::clone(&stop), Arc::clone(&stored));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    client.post(&door, json!({"answers": {"nps": n * 3, "why": "Быстро приняли"}})).await.is(201);
                    stored.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while stored.load(Ordering::Relaxed) < 50 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let mut backups = Vec::new();
    for _ in 0..3 {
        let before = stored.load(Ordering::Relaxed);
        let backup = backed_up(&w.app).await;
        backups.push((before, backup, stored.load(Ordering::Relaxed)));
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    for (before, backup, after) in backups {
        let place = Place::usual().await;
        place.restore(&backup).await.unwrap();
        let (app, _) = place.house().await;
        let sql = "select count(*) from response";
        let here: i64 = app.ground.db.scalar(sql, args![]).await.unwrap().unwrap();
        let here = usize::try_from(here).unwrap();
        // Every receipt from before is there; each of the four clients may have one on its way.
        assert!((before..=after + 4).contains(&here), "{before} ≤ {here} ≤ {after}");
        assert_eq!(crate::cli::check::findings(&app.ground, false).await.unwrap(), Vec::<String>::new());
        let found: i64 = app.ground.db.scalar("select count(*) from response_search", args![]).await.unwrap().unwrap();
        assert_eq!(usize::try_from(found).unwrap(), here);
    }
}
