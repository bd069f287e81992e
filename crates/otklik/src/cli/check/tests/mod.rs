//! What `otklik check` finds.

mod forged;

use std::time::Duration;

use kit::args;
use kit::db::Query;
use serde_json::json;

use crate::cli::check::*;
use crate::world::World;

#[tokio::test]
async fn a_wrong_cell_is_found_and_set_right() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    for nps in [9, 10, 3] {
        w.client.post(&format!("/s/{code}"), json!({"answers": {"nps": nps}, "branch": "centre"})).await.is(201);
    }
    let ground = &w.app.ground;
    assert_eq!(findings(ground, false).await.expect("a check"), Vec::<String>::new());
    // One is gone, one lies a day off, some are of months that never were.
    for sql in [
        "delete from cell where org = $1 and dim = 1 and grain = 0",
        "update cell set period = period - 1 where org = $1 and dim = 0 and grain = 0",
        "insert into cell (org, dim, key, grain, period, pack, data) \
         select org, dim, key, grain, period + 100, pack, data from cell where org = $1 and dim = 5",
    ] {
        ground.db.run(sql, args![w.olga.org]).await.expect("damage");
    }
    // One says nothing, one cannot be read.
    for (dim, data) in [(0_i64, Vec::new()), (1, vec![255_u8])] {
        let sql = "update cell set data = $3 where org = $1 and dim = $2 and grain = 1";
        ground.db.run(sql, args![w.olga.org, dim, data]).await.expect("damage");
    }
    let wrong = wrong_cells(ground, w.olga.org, false).await.expect("a check");
    assert!(wrong > 4, "{wrong}");
    assert_eq!(wrong_cells(ground, w.olga.org, true).await.expect("a repair"), wrong);
    assert_eq!(findings(ground, false).await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn a_check_keeps_nobody_from_writing() {
    let w = World::new().await;
    let tx = w.app.write(&access::entry::system(w.olga.org, "", "UTC", kit::Via::Cli)).await.expect("an act");
    tx.record("test.begun", "a", None, None).await.expect("a line of history");
    let looked = tokio::time::timeout(Duration::from_secs(5), findings(&w.app.ground, false)).await;
    assert_eq!(looked.expect("it did not wait for the writer").expect("a check"), Vec::<String>::new());
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn what_changes_during_a_repair_is_in_both_counts_or_in_neither() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    let id = w.client.post(&format!("/s/{code}"), json!({"answers": {"nps": 9}})).await.is(201).id();
    let beside = async {
        let tx = w.app.write(&access::entry::system(w.olga.org, "", "UTC", kit::Via::Cli)).await.expect("an act");
        surveys::remove_response(&tx, id.parse().expect("an id")).await.expect("removed");
        tokio::time::sleep(Duration::from_millis(300)).await;
        tx.commit().await.expect("a commit");
    };
    let ((), found) = tokio::join!(beside, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        findings(&w.app.ground, true).await.expect("a repair")
    });
    assert_eq!(found, Vec::<String>::new());
}
