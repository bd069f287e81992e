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
mod tests;
