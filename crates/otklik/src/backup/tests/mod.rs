//! Acts of backup and restore.

mod damage;
mod law;
mod pause;
mod round_trip;
mod target;
mod while_writing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use kit::db::Query;
use kit::ids::Entropy;
use kit::tables::{self, Walk};
use kit::time::Clock;
use kit::{Ground, Result};
use tempfile::TempDir;

use super::restore::{Restored, restore};
use super::{LEFT_OUT, make};
use crate::app::App;
use crate::world::{Person, house_at, postgres};

/// A backup of a running program.
async fn backed_up(app: &App) -> Vec<u8> {
    let ground = &app.ground;
    make(&ground.db, &ground.data, Vec::new(), ground.now(), &mut |_, _| ()).await.expect("a backup").0
}

/// Where a backup goes: a folder and a database of its own.
struct Place {
    folder: TempDir,
    url: String,
}

impl Place {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("otklik.db").display());
        Self { folder, url }
    }

    /// On the test cluster, where there is one.
    async fn postgres() -> Option<Self> {
        let base = std::env::var("OTKLIK_TEST_POSTGRES").ok()?;
        let folder = tempfile::tempdir().expect("a folder");
        Some(Self { folder, url: postgres(&base, &Entropy::System).await })
    }

    /// The engine that this run is about.
    async fn usual() -> Self {
        match Self::postgres().await {
            Some(place) => place,
            None => Self::sqlite(),
        }
    }

    fn data(&self) -> &Path {
        self.folder.path()
    }

    async fn restore(&self, backup: &[u8]) -> Result<Restored> {
        let lay = |db, signing_key| {
            Ok(Arc::new(Ground {
                db,
                clock: Clock::fixed(kit::Timestamp(crate::world::NOON)),
                entropy: Entropy::System,
                public_url: String::new(),
                data: self.data().to_owned(),
                mailer: None,
                limits: kit::limits::Limits::off(),
                signing_key,
                jobs_due: tokio::sync::Notify::new(),
            }))
        };
        restore(self.data(), &self.url, backup, &lay, &mut |_, _| ()).await
    }

    async fn house(&self) -> (App, Router) {
        super::unfinished(self.data(), &self.url).await.expect("a whole house");
        let (app, router, _) = house_at(self.data(), &self.url, None, kit::limits::Limits::off()).await;
        // A restore ends all tokens; most tests go on with the ones they have.
        kit::Query::run(&app.ground.db, "update token set revoked_at = null", kit::args![]).await.expect("tokens");
        (app, router)
    }

    /// Is there nothing but what was there before anything?
    fn is_empty(&self) -> bool {
        std::fs::read_dir(self.data()).expect("a folder").count() == 0
    }
}

/// The same person at another house: tokens and cookies are what they were.
fn moved(person: &Person, router: &Router) -> Person {
    Person { router: router.clone(), ..person.clone() }
}

/// Every row of every table that a backup carries, as the catalogue of the database has them.
async fn rows(q: &impl Query) -> BTreeMap<String, BTreeSet<String>> {
    let mut out = BTreeMap::new();
    let left_out: Vec<&str> = LEFT_OUT.iter().map(|(name, _)| *name).collect();
    for table in tables::read(q, &left_out).await.expect("tables") {
        let (mut bytes, mut walk) = (Vec::new(), Walk::new(&table));
        while walk.next(q, &mut bytes).await.expect("rows") > 0 {}
        let text = String::from_utf8(bytes).expect("text");
        let found: BTreeSet<String> = text.lines().map(str::to_owned).collect();
        assert_eq!(found.len(), text.lines().count(), "{} gives a row twice", table.name);
        out.insert(table.name.clone(), found);
    }
    out
}
