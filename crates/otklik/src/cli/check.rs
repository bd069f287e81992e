//! `otklik check`: are the figures those of the answers and signatures, is the history whole?

use std::process::ExitCode;

use clap::Args;
use kit::Result;

use super::Place;
use crate::{access, figures, standards, surveys};

#[derive(Debug, Args)]
pub struct Check {
    /// Set wrong figures right
    #[arg(long, env = "OTKLIK_REPAIR", value_parser = clap::builder::FalseyValueParser::new())]
    repair: bool,
}

/// Looks at every company; may run while the server runs.
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
pub async fn findings(ground: &kit::Ground, repair: bool) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (org, name) in access::chain::companies(&ground.db).await? {
        // One transaction, so that answers which come meanwhile are in both counts or in neither.
        let batch = ground.db.begin().await?;
        let mut recount = surveys::recount(&batch, org).await?;
        standards::quizzes::recount(&batch, org, &mut recount).await?;
        recount.merge(standards::duties::recount(&batch, org).await?);
        let wrong = figures::check(&batch, org, &recount, repair).await?;
        if repair && wrong > 0 {
            batch.commit().await?
        } else {
            batch.rollback().await?
        }
        if wrong > 0 {
            let mended = if repair { "; set right" } else { "" };
            findings.push(format!("{name}: {wrong} cells differ from what was counted{mended}"));
        }
        if let Some(line) = access::chain::broken_at(&ground.db, org).await? {
            findings.push(format!("{name}: the history does not fit at line {line}"));
        }
    }
    Ok(findings)
}
