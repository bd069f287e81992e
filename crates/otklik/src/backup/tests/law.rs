//! Nothing is forgotten: a law over the schema.

use super::{LEFT_OUT, rows};
use crate::world::World;

#[tokio::test]
async fn every_table_is_carried_or_named_with_a_reason() {
    let w = World::new().await;
    let db = &w.app.ground.db;
    // A column of a kind that a backup cannot carry fails here: teach it to kit::tables.
    let carried = rows(db).await;
    let all = kit::tables::all(db).await.expect("tables");
    for name in &all {
        let named = LEFT_OUT.iter().any(|(table, _)| table == name);
        assert!(carried.contains_key(name) != named, "{name}: a backup neither carries it nor says why not (backup/mod.rs)");
    }
    for (name, _) in LEFT_OUT {
        assert!(all.iter().any(|n| n == name), "{name} is no table any more: strike it out of LEFT_OUT");
    }
    assert!(carried.len() > 30 && !carried["setting"].is_empty());
}
