mod building;
mod pages;
mod taking;

use kit::db::Query;
use kit::{Via, args};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::access::entry::system;
use crate::standards::editing::{
    self,
    rules::{ItemText, Kind, StandardForm},
};
use crate::world::{Person, World};

/// A published standard with three items; returns its id and theirs.
pub async fn standard(w: &World) -> (Uuid, Vec<Uuid>) {
    let actor = system(w.olga.org, "", "Europe/Moscow", Via::Cli);
    let tx = w.app.write(&actor).await.expect("an act");
    let mut form = StandardForm::new("Приветствие", Kind::Communication);
    form.items = ["Поздороваться за 10 секунд", "Назвать своё имя", "Проводить до двери"].map(ItemText::new).into();
    let made = editing::create_standard(&tx, &form).await.expect("a standard").row.id;
    editing::publish(&tx, made, &Default::default()).await.expect("a publication");
    let items = editing::items(&tx, w.olga.org, made).await.expect("items");
    tx.commit().await.expect("a commit");
    (made, items.iter().map(|i| i.row.id).collect())
}

/// Somebody at the front desk of a branch, with a sign-in of the own.
pub async fn colleague(w: &World, name: &'static str, branch: &str) -> (Person, Uuid) {
    let card = w.anna.post("/api/v1/employees", json!({"name": name, "branch": branch})).await.is(201).id();
    let person = w.person(name, kit::Role::Employee, vec![]).await;
    let id: Uuid = card.parse().expect("an id");
    w.app
        .ground
        .db
        .run("update member set employee = $3 where org = $1 and id = $2", args![w.olga.org, person.member, id])
        .await
        .expect("linked");
    (person, id)
}

/// A quiz with a question for each of three items: `a` is right.
pub fn quiz(standard: Uuid, items: &[Uuid]) -> Json {
    let question = |(n, item): (usize, &Uuid)| {
        json!({"key": format!("k{n}"), "item": item, "text": format!("Вопрос {n}"), "explain": "Так написано в пункте.",
            "options": [{"key": "a", "title": "Верно"}, {"key": "b", "title": "Неверно"}, {"key": "c", "title": "Тоже нет"}], "correct": "a"})
    };
    json!({"standard": standard, "pass_share": 0.6, "questions": items.iter().enumerate().map(question).collect::<Vec<_>>()})
}
