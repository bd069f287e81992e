//! A large audience gets its duties in steps.

use super::*;
use crate::standards::duties::store::people as store;

/// So many people more in a branch, straight into the table.
pub async fn crowd(w: &World, branch: Uuid, count: usize) {
    let ground = &w.app.ground;
    let actor = crate::access::entry::system(w.olga.org, "", "Europe/Moscow", Via::Cli);
    let tx = w.app.write(&actor).await.expect("a transaction");
    for n in 0..count {
        let id = ground.entropy.id(ground.now());
        tx.run(
            "insert into employee (org, id, name, branch, position, created_at) values ($1,$2,$3,$4,$5,$6)",
            args![w.olga.org, id, format!("Сотрудник {n}"), branch, "Врач", tx.now.0],
        )
        .await
        .expect("an employee");
    }
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn a_large_audience_is_asked_in_steps_that_add_up() {
    let w = World::new().await;
    for (n, size) in [700, 5200, 900].into_iter().enumerate() {
        let b = branch(&w, &format!("Филиал {n}"), &format!("b{n}")).await;
        crowd(&w, b, size).await;
    }
    let mut form = StandardForm::new("Приветствие", Kind::Communication);
    form.items = vec![ItemText::new("Один"), ItemText::new("Два")];
    let made = act!(w, |tx| editing::create_standard(&tx, &form)).row.id;
    let done = act!(w, |tx| editing::publish(&tx, made, &BTreeMap::new()));
    assert!(!done.settling.settled, "not in the publication's own transaction");
    let (db, org) = (&w.app.ground.db, w.olga.org);
    // The job and the door at once.
    let (a, _) = tokio::join!(crate::standards::duties::settle(&w.app, org, made, 1), w.run_jobs());
    let a = a.expect("settled");
    assert_eq!((a.settled, a.audience, a.asked, a.spared), (true, 6800, 6800, 0));
    assert_eq!(store::rows_of(db, org, made).await.expect("a count"), 6800);
    exact(&w).await;
}
