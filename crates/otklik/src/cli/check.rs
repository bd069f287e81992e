//! `otklik check`: are the figures those of the answers and signatures, is the history whole?

use std::process::ExitCode;

use clap::Args;
use kit::{Ground, Result};
use uuid::Uuid;

use super::Place;
use crate::figures::Recount;
use crate::{access, figures, standards, surveys};

#[derive(Debug, Args)]
pub struct Check {
    /// Set wrong figures right
    #[arg(long, env = "OTKLIK_REPAIR", value_parser = clap::builder::FalseyValueParser::new())]
    repair: bool,
}

/// Looks at every company; may run while the server runs. With `--repair` writers wait for it, so choose a quiet hour.
///
/// # Errors
/// Those of the database.
pub async fn run(place: &Place, c: &Check) -> Result<ExitCode> {
    let ground = super::open(place, None).await?;
    let findings = findings(&ground, c.repair).await?;
    ground.db.clone().close().await;
    findings.iter().for_each(|finding| println!("{finding}"));
    if findings.is_empty() {
        println!("ok");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(1))
}

/// What does not fit, in words; with `repair` figures are set right.
///
/// # Errors
/// Those of the database.
pub async fn findings(ground: &Ground, repair: bool) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for guard in kit::guards::changed(&ground.db, crate::app::MIGRATIONS).await? {
        findings.push(format!("the database no longer keeps what must not change: {guard} is missing or was changed"));
    }
    for (org, name) in access::chain::companies(&ground.db).await? {
        let wrong = wrong_cells(ground, org, repair).await?;
        if wrong > 0 {
            let mended = if repair { "; set right" } else { "" };
            findings.push(format!("{name}: {wrong} cells differ from what was counted{mended}"));
        }
        if let Some(line) = access::chain::broken_at(&ground.db, org).await? {
            findings.push(format!("{name}: the history does not fit at line {line}"));
        } else if !access::chain::is_sealed(&ground.db, &ground.signing_key, org).await? {
            findings.push(format!("{name}: the end of the history was changed: its seal is not the one of this installation"));
        }
        for id in standards::duties::signing::changed(&ground.db, org).await? {
            findings.push(format!("{name}: the signature {id} is not what was signed"));
        }
    }
    Ok(findings)
}

/// How many cells of a company are not what its answers, runs and signatures say; with `repair` they are then.
///
/// Facts and cells are looked at in one moment. A look alone keeps nobody from writing; a repair holds what it sets right.
///
/// # Errors
/// Those of the database and of the disk.
pub async fn wrong_cells(ground: &Ground, org: Uuid, repair: bool) -> Result<usize> {
    let batch = if repair { ground.db.begin().await? } else { ground.db.snapshot().await? };
    if repair {
        batch.unhurried().await?;
        figures::hold(&batch, org).await?;
    }
    let mut recount = Recount::new(&ground.data);
    surveys::recount(&batch, org, &mut recount).await?;
    standards::quizzes::recount(&batch, org, &mut recount).await?;
    standards::duties::recount(&batch, org, &mut recount).await?;
    let wrong = figures::check(&batch, org, recount, repair).await?;
    if repair && wrong > 0 {
        batch.commit().await?
    } else {
        batch.rollback().await?
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kit::args;
    use kit::db::Query;
    use serde_json::json;

    use super::*;
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
}
