//! `otklik check`: are the figures those of the answers and signatures, is the history whole?

use std::process::ExitCode;

use clap::Args;
use kit::Result;

use super::Place;
use crate::{access, figures, standards, surveys};

#[derive(Debug, Args)]
pub struct Check {
    /// Set wrong figures right
    #[arg(long)]
    repair: bool,
}

/// Looks at every company; may run while the server runs.
///
/// # Errors
/// Those of the database.
pub async fn run(place: &Place, c: &Check) -> Result<ExitCode> {
    let ground = super::open(place, None).await?;
    let mut findings = 0;
    for (org, name) in access::chain::companies(&ground.db).await? {
        // One transaction, so that answers which come meanwhile are in both counts or in neither.
        let batch = ground.db.begin().await?;
        let mut recount = surveys::recount(&batch, org).await?;
        standards::quizzes::recount(&batch, org, &mut recount).await?;
        recount.merge(standards::duties::recount(&batch, org).await?);
        let wrong = figures::check(&batch, org, &recount, c.repair).await?;
        if c.repair && wrong > 0 {
            batch.commit().await?
        } else {
            batch.rollback().await?
        }
        if wrong > 0 {
            findings += 1;
            println!("{name}: {wrong} cells differ from what was counted{}", if c.repair { "; set right" } else { "" });
        }
        if let Some(line) = access::chain::broken_at(&ground.db, org).await? {
            findings += 1;
            println!("{name}: the history does not fit at line {line}");
        }
    }
    ground.db.clone().close().await;
    if findings == 0 {
        println!("ok");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(1))
}
