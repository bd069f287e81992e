//! `otklik demo`.

use std::process::ExitCode;

use clap::Args;
use kit::{Error, Result};

use super::Place;

#[derive(Debug, Args)]
pub struct Demo {
    /// The same number makes the same company
    #[arg(long, default_value_t = 1, env = "OTKLIK_SEED")]
    seed: u64,
    /// The last day of its year is the day before; today when not given
    #[arg(long, env = "OTKLIK_UNTIL")]
    until: Option<String>,
}

/// Adds the demonstration company and prints who can sign in.
///
/// # Errors
/// `Conflict` when it is there already, `Invalid` for an unsound date.
pub async fn run(place: &Place, c: Demo) -> Result<ExitCode> {
    let ground = super::open(place, None).await?;
    let until = match c.until {
        Some(text) => text.parse().map_err(|_| Error::field("until", "bad-day"))?,
        None => crate::demo::today(ground.now()),
    };
    let (app, writer) = super::assemble(&ground, place.writer_batch)?;
    let made = crate::demo::load(&app, c.seed, until).await?;
    println!("{}", serde_json::to_string_pretty(&made)?);
    drop(app);
    let _ = writer.await;
    ground.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}
