mod absences;
mod daily;
mod duties;
mod pages;
mod races;
mod sheets;
mod signatures;
mod steps;
mod withdrawal;

use std::collections::BTreeMap;

use kit::db::Query;
use kit::{Role, Via, args};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::standards::editing;
use crate::standards::editing::rules::{Change, ItemText, Kind, StandardForm};
use crate::world::{Person, World};

/// Runs a verb of the program itself in a transaction.
macro_rules! act {
    ($w:expr, |$tx:ident| $body:expr) => {{
        let actor = crate::access::entry::system($w.olga.org, "Сосны", "Europe/Moscow", Via::Cli);
        let $tx = $w.app.write(&actor).await.expect("a transaction");
        let done = $body.await.expect("the verb");
        $tx.commit().await.expect("a commit");
        done
    }};
}
pub(crate) use act;

/// A standard with items, published for these branches and positions.
pub async fn standard(w: &World, title: &str, items: &[&str], branches: &[Uuid], positions: &[&str]) -> Uuid {
    let mut form = StandardForm::new(title, Kind::Communication);
    form.items = items.iter().map(|i| ItemText::new(*i)).collect();
    form.audience.branches = branches.iter().map(Uuid::to_string).collect();
    form.audience.positions = positions.iter().map(|p| (*p).to_owned()).collect();
    let made = act!(w, |tx| editing::create_standard(&tx, &form));
    publish(w, made.row.id, &[]).await;
    made.row.id
}

/// Publishes, waiting until everybody has what is theirs.
pub async fn publish(w: &World, id: Uuid, changes: &[(Uuid, Change)]) -> super::Settling {
    let changes: BTreeMap<Uuid, Change> = changes.iter().copied().collect();
    let done = act!(w, |tx| editing::publish(&tx, id, &changes));
    super::settle(&w.app, w.olga.org, id, done.publication.number).await.expect("settled")
}

pub async fn items(w: &World, id: Uuid) -> Vec<Uuid> {
    editing::items(&w.app.ground.db, w.olga.org, id).await.expect("items").into_iter().map(|i| i.row.id).collect()
}

/// Another wording of an item's draft.
pub async fn reword(w: &World, item: Uuid, text: &str) {
    act!(w, |tx| editing::edit_item(&tx, item, None, |now| {
        let mut next = now.clone();
        next.text = text.into();
        Ok(next)
    }));
}

/// An employee who signs in, with the id of the employee.
pub async fn worker(w: &World, name: &str, branch: Uuid, position: &str) -> (Person, String) {
    let made = w.anna.post("/api/v1/employees", json!({"name": name, "branch": branch, "position": position})).await.is(201);
    let login: String = format!("w{}", &made.id()[24..]);
    let person = w.person(&login, Role::Employee, vec![branch]).await;
    link(w, &person, &made.id()).await;
    (person, made.id())
}

/// Ties a user to an employee.
pub async fn link(w: &World, person: &Person, employee: &str) {
    let id = Uuid::try_parse(employee).expect("an id");
    let sql = "update member set employee = $3 where org = $1 and id = $2";
    w.app.ground.db.run(sql, args![person.org, person.member, id]).await.expect("linked");
}

/// `state version items` of somebody's duties, as Anna sees them.
pub async fn duties(w: &World, employee: &str) -> Vec<String> {
    let list = w.anna.get(&format!("/api/v1/employees/{employee}/duties")).await.is(200).json();
    list["items"].as_array().expect("a list").iter().map(brief).collect()
}

pub fn brief(d: &Json) -> String {
    format!("{} v{} {}", d["state"].as_str().expect("a state"), d["version"], d["items"].as_array().map_or(0, Vec::len))
}

/// Signs everything that is asked under a standard.
pub async fn sign(person: &Person, standard: Uuid) -> crate::world::Reply {
    let list = person.get("/api/v1/duties").await.is(200).json();
    let id = standard.to_string();
    let duty = list["items"].as_array().expect("a list").iter().find(|d| d["standard"] == *id).cloned().expect("a duty");
    let body = json!({"version": duty["version"], "items": duty["items"], "statement": "Прочитала и поняла"});
    person.post(&format!("/api/v1/standards/{standard}/signatures"), body).await
}

/// A second branch.
pub async fn branch(w: &World, name: &str, code: &str) -> Uuid {
    let made = w.anna.post("/api/v1/branches", json!({"name": name, "code": code})).await.is(201);
    Uuid::try_parse(&made.id()).expect("an id")
}

/// Cells equal a recount from the steps, and the stock equals what duties and acknowledgements say.
pub async fn exact(w: &World) {
    let (db, org) = (&w.app.ground.db, w.olga.org);
    assert_eq!(w.wrong_cells().await, 0, "cells equal a recount");
    let steps = "select cast(coalesce(sum(known), 0) as bigint) from knowledge where org = $1";
    let now: Option<i64> = db.scalar(steps, args![org]).await.expect("a sum");
    let brute = "select cast(count(*) as bigint) from duty d join item i on i.org = d.org and i.standard = d.standard \
                 join acknowledgement a on a.org = d.org and a.employee = d.employee and a.item = i.id \
                 where d.org = $1 and d.branch is not null and i.retired_in is null and a.number >= i.asked_in";
    let counted: Option<i64> = db.scalar(brute, args![org]).await.expect("a count");
    assert_eq!(now.unwrap_or(0), counted.unwrap_or(0), "the steps add up to what is known");
}
