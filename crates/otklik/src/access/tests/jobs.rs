//! Time's door goes on, whatever a job does.

use kit::args;
use kit::db::Query;
use kit::jobs::{Registry, enqueue, run_due};
use serde_json::json;

use crate::app::App;
use crate::world::World;

#[tokio::test]
async fn a_job_that_panics_is_one_that_failed() {
    let w = World::new().await;
    let ground = &w.app.ground;
    let mut jobs: Registry<App> = Registry::default();
    jobs.on("falls", |_, _| async { panic!("on purpose") });
    jobs.on("works", |_, _| async { Ok(()) });
    for kind in ["falls", "works"] {
        enqueue(&ground.db, ground, None, kind, &json!({}), ground.now(), None).await.expect("a job");
    }
    assert_eq!(run_due(ground, &jobs, &w.app).await.expect("both were tried"), 2);
    let rows = ground.db.rows("select kind, error, attempts, leased_until from job", args![]).await.expect("jobs");
    let left: Vec<(String, String)> =
        rows.iter().map(|r| (r.try_get_by_index(0).expect("a kind"), r.try_get_by_index(1).expect("an error"))).collect();
    assert_eq!(left.len(), 1, "the other one was done: {left:?}");
    assert!(left[0].0 == "falls" && left[0].1.contains("on purpose"), "{left:?}");
    assert_eq!(rows[0].try_get_by_index::<Option<i64>>(3).expect("a column"), None, "it is tried again, later");
}
