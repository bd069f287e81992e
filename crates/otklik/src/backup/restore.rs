//! A backup becomes an installation: all of it or nothing.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use kit::db::{Batch, Db, Engine};
use kit::ids::hex;
use kit::tables::{self, Column};
use kit::{Error, Ground, Result, Via};
use sea_orm::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::stage::{Stage, Target};
use super::unpack::{Unpack, content_sum};
use super::{Manifest, Told, Totals, damaged, left_out, store, table_of};
use crate::app::MIGRATIONS;
use crate::{access, standards, surveys};

/// What came back.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub totals: Totals,
    /// Files that a row names and that were not in the backup, because they were missing before.
    pub missing: u64,
}

/// Lays the ground on a database that is being filled: given the database and the key of its links.
pub type Lay<'a> = &'a dyn Fn(Db, Vec<u8>) -> Result<Arc<Ground>>;

/// Restores into an empty folder and an empty database.
///
/// # Errors
/// `Conflict` when the target holds anything, or when the backup is damaged, none, or of a newer program. Then the target
/// is as it was.
pub async fn restore(data: &Path, url: &str, from: impl Read, lay: Lay<'_>, told: Told<'_>) -> Result<Restored> {
    let unpack = Unpack::open(from)?;
    let level = level(&unpack.manifest)?;
    let stage = Stage::take(data, Target::of(url)).await?;
    match fill(&stage, unpack, level, lay, told).await {
        Ok(restored) => {
            stage.done()?;
            Ok(restored)
        }
        Err(error) => {
            stage.give_up();
            Err(error)
        }
    }
}

/// How many of our migrations had run where the backup was made.
fn level(manifest: &Manifest) -> Result<u32> {
    let ours = MIGRATIONS.iter().map(|m| m.name);
    let known = manifest.migrations.len() <= MIGRATIONS.len() && ours.zip(&manifest.migrations).all(|(a, b)| a == b);
    let n = u32::try_from(manifest.migrations.len()).unwrap_or(0);
    if known && n > 0 { Ok(n) } else { Err(Error::ConflictWith("backup-newer", manifest.program.clone())) }
}

/// A database that is being filled. On PostgreSQL everything is one transaction; an SQLite file that nobody sees yet is
/// committed piece by piece, or its log would grow as large as itself.
struct Fill<'a> {
    db: &'a Db,
    batch: Batch,
}

impl<'a> Fill<'a> {
    async fn begin(db: &'a Db) -> Result<Self> {
        let batch = db.begin().await?;
        batch.unhurried().await?;
        Ok(Self { db, batch })
    }

    async fn breathe(self) -> Result<Self> {
        if self.batch.engine == Engine::Postgres {
            return Ok(self);
        }
        self.batch.commit().await?;
        Self::begin(self.db).await
    }
}

async fn fill<R: Read>(stage: &Stage, unpack: Unpack<R>, level: u32, lay: Lay<'_>, told: Told<'_>) -> Result<Restored> {
    if let Target::Sqlite(path) = &stage.target {
        // Made before SQLite makes it, so that it is ours alone from the first byte.
        let grown = stage.target.growing();
        let grown = grown.strip_prefix("sqlite:").unwrap_or(&grown);
        OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(grown)?;
        tracing::debug!(path = %path.display(), "restoring");
    }
    let db = Db::open(&stage.target.growing()).await?;
    let done = into(&db, stage, unpack, level, lay, told).await;
    db.close().await;
    let restored = done?;
    stage.move_database()?;
    Ok(restored)
}

async fn into<R: Read>(
    db: &Db,
    stage: &Stage,
    mut unpack: Unpack<R>,
    level: u32,
    lay: Lay<'_>,
    told: Told<'_>,
) -> Result<Restored> {
    tables::sort_on_disk(db).await?;
    let mut fill = Fill::begin(db).await?;
    kit::migrate::up_inside(&fill.batch, MIGRATIONS, Some(level)).await?;
    let columns = columns(&fill.batch, &unpack.manifest).await?;
    let indexes = tables::drop_indexes(&fill.batch).await?;
    while let Some(entry) = unpack.next_member()? {
        if let Some(table) = table_of(&entry.name) {
            let columns = columns.get(table).ok_or_else(|| damaged(entry.name.clone()))?;
            rows(&fill.batch, &mut unpack, table, columns).await?;
            told(table, unpack.counted().rows.get(table).copied().unwrap_or(0));
            fill = fill.breathe().await?;
        } else {
            file(stage, &mut unpack, &entry.name)?;
            told("files", unpack.counted().files);
        }
    }
    for index in indexes {
        kit::Query::run(&fill.batch, &index, kit::args![]).await.map_err(|e| damaged(e.to_string()))?;
        fill = fill.breathe().await?;
    }
    kit::migrate::up_inside(&fill.batch, MIGRATIONS, None).await?;
    if !tables::sound(&fill.batch).await? {
        return Err(damaged("foreign keys"));
    }
    let all = tables::read(&fill.batch, &left_out()).await?;
    tables::count_on(&fill.batch, &all).await?;
    fill = search(fill, told).await?;
    store::release_jobs(&fill.batch).await?;
    let missing = missing(&fill.batch, stage).await?;
    let (manifest, totals) = (unpack.manifest.clone(), unpack.counted().clone());
    let batch = pause(fill.batch, db, lay, &manifest).await?;
    // The files first: a database that stands is a restore that is done.
    if batch.engine == Engine::Sqlite {
        batch.commit().await?;
        stage.move_files()?;
    } else {
        stage.move_files()?;
        batch.commit().await?;
    }
    Ok(Restored { manifest, totals, missing })
}

/// The columns of the backup's tables, when this schema has them all.
async fn columns(batch: &Batch, manifest: &Manifest) -> Result<HashMap<String, Vec<Column>>> {
    let here = tables::read(batch, &left_out()).await?;
    for listed in &manifest.tables {
        let table = here.iter().find(|t| t.name == listed.name);
        let strange = listed.columns.iter().find(|c| !table.is_some_and(|t| t.columns.contains(c)));
        if let Some(c) = strange {
            return Err(Error::ConflictWith("backup-other-schema", format!("{}.{}", listed.name, c.name)));
        }
    }
    Ok(manifest.tables.iter().map(|t| (t.name.clone(), t.columns.clone())).collect())
}

async fn rows<R: Read>(batch: &Batch, unpack: &mut Unpack<R>, table: &str, columns: &[Column]) -> Result<()> {
    let most = tables::portion(columns.len()) * columns.len();
    let unfit = |e: Error| damaged(format!("{table}: {e}"));
    let mut lines = unpack.lines(table)?;
    let mut values: Vec<Value> = Vec::with_capacity(most);
    let mut bytes = 0;
    while let Some(line) = lines.next_line()? {
        bytes += line.len();
        values.extend(tables::parse(line, columns).ok_or_else(|| damaged(table))?);
        if values.len() >= most || bytes > 4 << 20 {
            tables::insert(batch, table, columns, std::mem::replace(&mut values, Vec::with_capacity(most)))
                .await
                .map_err(unfit)?;
            bytes = 0;
        }
    }
    tables::insert(batch, table, columns, values).await.map_err(unfit)?;
    Ok(())
}

fn file(stage: &Stage, from: &mut impl Read, name: &str) -> Result<()> {
    let place = stage.place(name);
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut out = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&place)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let n = from.read(&mut piece).map_err(|e| damaged(e.to_string()))?;
        if n == 0 {
            break;
        }
        hash.update(&piece[..n]);
        out.write_all(&piece[..n])?;
    }
    if content_sum(name).is_some_and(|sum| sum != hex(&hash.finalize())) {
        return Err(damaged(name));
    }
    out.sync_all()?;
    Ok(())
}

/// Makes the search indexes anew.
async fn search<'a>(mut fill: Fill<'a>, told: Told<'_>) -> Result<Fill<'a>> {
    let mut forms = surveys::Comments::default();
    let (mut after, mut done) = (i64::MIN, 0);
    while let Some((last, n)) = forms.index_from(&fill.batch, after).await? {
        (after, done) = (last, done + n);
        told("response_search", done);
        fill = fill.breathe().await?;
    }
    for (org, _) in access::chain::companies(&fill.batch).await? {
        standards::editing::search::index_anew(&fill.batch, org).await?;
    }
    fill.breathe().await
}

/// Nothing goes out of a restored copy until an owner says so; the history says when it was restored.
async fn pause(batch: Batch, db: &Db, lay: Lay<'_>, manifest: &Manifest) -> Result<Batch> {
    let companies = access::chain::companies(&batch).await?;
    let key = kit::ground::setting(&batch, "signing_key").await?.unwrap_or_default().into_bytes();
    let ground = lay(db.clone(), key)?;
    let actor = |org, name: &str| access::entry::system(org, name, "UTC", Via::Cli);
    let mut tx = ground.go_on(batch, &actor(Uuid::nil(), ""));
    for (org, name) in companies {
        tx.actor = actor(org, &name);
        access::outgoing::restored(&tx, &manifest.made_at).await?;
    }
    Ok(tx.into_batch())
}

async fn missing(batch: &Batch, stage: &Stage) -> Result<u64> {
    let (mut after, mut count) = ((Uuid::nil(), Uuid::nil()), 0);
    loop {
        let rows = store::files(batch, after).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = (last.org, last.id);
        for row in rows {
            let part = row.hash.get(..2).unwrap_or_default();
            count += u64::from(!stage.place(&format!("files/{}/{part}/{}", row.org, row.hash)).exists());
        }
    }
}
