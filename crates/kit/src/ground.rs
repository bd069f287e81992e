//! What every act stands on: the database, the clock, chance, mail, files, limits and the addresses of this installation.

use std::path::PathBuf;
use std::sync::Arc;

use crate::actor::Actor;
use crate::args;
use crate::db::{Db, Query};
use crate::error::Result;
use crate::ids::{Entropy, hex};
use crate::limits::Limits;
use crate::mail::Mailer;
use crate::time::{Clock, Timestamp};
use crate::tx::Tx;

/// The ground of one process. Cheap to share; holds no state that another node would miss.
#[derive(Debug)]
pub struct Ground {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    /// Where people reach this installation, without a slash at the end.
    pub public_url: String,
    /// The folder of the installation.
    pub data: PathBuf,
    pub mailer: Option<Mailer>,
    pub limits: Limits,
    /// Signs short codes in printed links.
    pub signing_key: Vec<u8>,
    /// Woken when a job was enqueued, so that it need not wait for the next look.
    pub jobs_due: tokio::sync::Notify,
}

impl Ground {
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Begins an act of this actor.
    ///
    /// # Errors
    /// `Busy` when the database does not answer in time.
    pub async fn write(self: &Arc<Self>, actor: &Actor) -> Result<Tx> {
        let batch = self.db.begin().await?;
        Ok(self.go_on(batch, actor))
    }

    /// An act inside a transaction that is open already.
    #[must_use]
    pub fn go_on(self: &Arc<Self>, batch: crate::db::Batch, actor: &Actor) -> Tx {
        Tx::new(batch, self.now(), actor.clone(), Arc::clone(self))
    }
}

/// Reads a value of the installation, or makes and stores it: the first node wins, the others read.
///
/// # Errors
/// Those of the database.
pub async fn setting_or(db: &Db, key: &str, make: impl FnOnce() -> String) -> Result<String> {
    if let Some(value) = setting(db, key).await? {
        return Ok(value);
    }
    db.run("insert into setting (key, value) values ($1, $2) on conflict (key) do nothing", args![key, make()]).await?;
    Ok(setting(db, key).await?.unwrap_or_default())
}

/// A value of the installation.
///
/// # Errors
/// Those of the database.
pub async fn setting(db: &impl Query, key: &str) -> Result<Option<String>> {
    db.scalar("select value from setting where key = $1", args![key]).await
}

/// The key that signs printed links; made at the first start.
///
/// # Errors
/// Those of the database.
pub async fn signing_key(db: &Db, entropy: &Entropy) -> Result<Vec<u8>> {
    let text = setting_or(db, "signing_key", || hex(&entropy.bytes::<32>())).await?;
    Ok(text.into_bytes())
}
