//! Somebody with the whole database in hands: what they change is found, or is not to be changed.

use kit::args;
use kit::db::{Engine, Query};
use uuid::Uuid;

use crate::cli::check::findings;
use crate::standards::duties::tests as duties;
use crate::world::World;

/// Does something behind the back of a table's triggers, and puts them back.
async fn behind(w: &World, table: &str, sql: &str) {
    let db = &w.app.ground.db;
    if db.engine() == Engine::Postgres {
        for sql in
            [&format!("alter table {table} disable trigger user"), sql, &format!("alter table {table} enable trigger user")]
        {
            db.run(sql, args![]).await.expect("damage");
        }
        return;
    }
    let kept = db.rows("select name, sql from sqlite_master where type = 'trigger' and tbl_name = $1", args![table]).await;
    let kept: Vec<(String, String)> = kept
        .expect("triggers")
        .iter()
        .map(|r| (r.try_get_by_index(0).expect("a name"), r.try_get_by_index(1).expect("text")))
        .collect();
    assert!(kept.len() >= 3, "{kept:?}");
    for (name, _) in &kept {
        db.run(&format!("drop trigger {name}"), args![]).await.expect("dropped");
    }
    db.run(sql, args![]).await.expect("damage");
    for (_, sql) in &kept {
        db.run(sql, args![]).await.expect("put back");
    }
}

async fn found(w: &World) -> Vec<String> {
    findings(&w.app.ground, false).await.expect("a check")
}

/// A signature by a person, under a standard.
async fn signed(w: &World) -> Uuid {
    let (maria, _) = duties::worker(w, "Мария", w.centre, "Врач").await;
    let s = duties::standard(w, "Приветствие", &["Один", "Два"], &[], &[]).await;
    let made = duties::sign(&maria, s).await.is(201);
    assert_eq!(found(w).await, Vec::<String>::new());
    made.id().parse().expect("an id")
}

#[tokio::test]
async fn a_changed_signature_is_found() {
    for (column, value) in
        [("statement", "'Не читала'"), ("employee_name", "'Пётр'"), ("text_hash", "'0'"), ("items", "'[]'"), ("at", "at + 1")]
    {
        let w = World::new().await;
        let id = signed(&w).await;
        behind(&w, "signature", &format!("update signature set {column} = {value}")).await;
        let said = found(&w).await;
        assert!(said.len() == 1 && said[0].contains(&id.to_string()), "{column}: {said:?}");
    }
    // The signature is what it was, the text that was signed is not.
    let w = World::new().await;
    let id = signed(&w).await;
    behind(&w, "standard_version", "update standard_version set content = replace(content, 'Один', 'Три')").await;
    let said = found(&w).await;
    assert!(said.len() == 1 && said[0].contains(&id.to_string()), "{said:?}");
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_found() {
    let w = World::new().await;
    w.survey().await;
    assert_eq!(found(&w).await, Vec::<String>::new());
    let last = "(select max(seq) from history where org = history_head.org)";
    behind(&w, "history", "delete from history where (org, seq) in (select org, seq from history_head)").await;
    assert!(!found(&w).await.is_empty());
    let sql = format!(
        "update history_head set seq = {last}, hash = (select hash from history h where h.org = history_head.org and h.seq = {last})"
    );
    w.app.ground.db.run(&sql, args![]).await.expect("the head is set back");
    let said = found(&w).await;
    assert!(!said.is_empty() && said.iter().all(|s| s.contains("seal")), "{said:?}");
}

#[tokio::test]
async fn a_guard_that_is_gone_is_found() {
    let w = World::new().await;
    let db = &w.app.ground.db;
    assert_eq!(found(&w).await, Vec::<String>::new());
    let names = if db.engine() == Engine::Postgres {
        db.run("alter table history disable trigger history_kept", args![]).await.expect("off");
        db.run("drop trigger signature_frozen on signature", args![]).await.expect("dropped");
        let emptied = "create or replace function history_frozen() returns trigger language plpgsql as 'begin return new; end'";
        db.run(emptied, args![]).await.expect("changed");
        vec!["history_frozen", "history_kept", "signature_frozen"]
    } else {
        db.run("drop trigger history_frozen_insert", args![]).await.expect("dropped");
        db.run("drop trigger signature_frozen_delete", args![]).await.expect("dropped");
        db.run("drop trigger history_frozen_update", args![]).await.expect("dropped");
        let weak = "create trigger history_frozen_update before update on history when old.seq = 0 begin select raise(abort, 'history is append-only'); end";
        db.run(weak, args![]).await.expect("changed");
        vec!["history_frozen_update", "history_frozen_insert", "signature_frozen_delete"]
    };
    let said = found(&w).await;
    assert_eq!(said.len(), names.len(), "{said:?}");
    for name in names {
        assert!(said.iter().any(|s| s.contains(&format!(" {name} "))), "{name}: {said:?}");
    }
}

#[tokio::test]
async fn no_way_around_the_guards() {
    let w = World::new().await;
    signed(&w).await;
    let db = &w.app.ground.db;
    let attempts: &[&str] = if db.engine() == Engine::Postgres {
        &[
            "truncate history",
            "truncate signature cascade",
            "truncate standard_version cascade",
            "update standard_version set content = ''",
            "delete from history",
            "update signature set statement = 'x'",
        ]
    } else {
        &[
            "insert or replace into history select * from history",
            "insert or replace into signature select * from signature",
            "replace into history select * from history where seq = 1",
            "insert or replace into standard_version select * from standard_version",
            "update standard_version set content = ''",
            "delete from standard_version",
            "delete from history",
            "update signature set statement = 'x'",
        ]
    };
    for sql in attempts {
        assert!(db.run(sql, args![]).await.is_err(), "{sql}");
    }
    assert_eq!(found(&w).await, Vec::<String>::new());
}
