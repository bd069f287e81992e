//! Employees and departments.

use kit::{Role, args, db::Query};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_employee_is_made_changed_and_seen_by_whom_it_concerns() {
    let w = World::new().await;
    w.anna.post("/api/v1/departments", json!({"name": "Регистратура"})).await.is(201);
    assert_eq!(w.anna.post("/api/v1/departments", json!({"name": "Регистратура"})).await.is(422).refused(), ["name: duplicate"]);
    w.anna.post("/api/v1/branches", json!({"name": "Другой", "code": "other"})).await.is(201);
    let new = json!({"name": "Семёнова Вера", "branch": "centre", "department": "Регистратура", "position": "администратор",
        "email": "V@S.ru", "phone": "8 912 345-67-89", "hired_on": "2024-02-29", "code": "17"});
    let made = w.anna.post("/api/v1/employees", new.clone()).await.is(201);
    let (id, door) = (made.id(), format!("/api/v1/employees/{}", made.id()));
    assert_eq!((made.json()["phone"].as_str(), made.json()["email"].as_str()), (Some("+79123456789"), Some("v@s.ru")));
    assert_eq!(w.anna.post("/api/v1/employees", new).await.is(422).refused(), ["code: duplicate"]);
    assert_eq!(w.gleb.get(&door).await.is(200).json()["phone"], json!(null), "a viewer sees no contacts");
    assert!(!w.gleb.get("/api/v1/employees").await.is(200).text.contains("+7912"));
    assert!(!w.gleb.page(&format!("/employees/{id}")).await.is(200).text.contains("345-67"));
    w.boris.get(&door).await.is(200);
    assert_eq!(
        w.anna.patch(&door, json!({"branch": "other", "left_on": "2020-01-01"})).await.is(422).refused(),
        ["left_on: left-before-hired"]
    );
    w.anna.patch(&door, json!({"branch": "other"})).await.is(200);
    w.boris.get(&door).await.is(403);
    w.boris.page(&format!("/employees/{id}")).await.is(403);
    w.boris.get("/api/v1/employees?branch=other").await.is(403);
    assert_eq!(w.boris.get("/api/v1/employees").await.is(200).json()["items"], json!([]));
    w.boris.patch(&door, json!({"name": "x"})).await.is(403);
    w.dina.get(&door).await.is(404);
    assert_eq!(w.history(&id).await, ["employee.created", "employee.changed"]);
    let found = w.anna.get("/api/v1/employees?q=%D1%81%D0%B5%D0%BC%D0%B5%D0%BD%D0%BE%D0%B2%D0%B0").await.is(200).json();
    assert_eq!(found["items"][0]["id"], json!(id));
    for bad in [
        json!({"name": "x"}),
        json!({"name": "x", "branch": "nowhere"}),
        json!({"name": "x", "branch": "a\u{0}b"}),
        json!({"name": "x", "branch": "centre", "phone": "12"}),
        json!({"name": "x", "branch": "centre", "hired_on": "вчера"}),
        json!({"name": "x", "branch": "centre", "department": "Нет такого"}),
    ] {
        w.anna.post("/api/v1/employees", bad).await.is(422);
    }
}

#[tokio::test]
async fn an_employee_sees_only_the_own_card() {
    let w = World::new().await;
    let own = w
        .anna
        .post("/api/v1/employees", json!({"name": "Эмиль", "branch": "centre", "phone": "+79120000001"}))
        .await
        .is(201)
        .id();
    let other = w.anna.post("/api/v1/employees", json!({"name": "Вера", "branch": "centre"})).await.is(201).id();
    let emil = w.person("emil", Role::Employee, vec![]).await;
    w.olga.patch(&format!("/api/v1/users/{}", emil.member), json!({"employee": own})).await.is(200);
    let list = emil.get("/api/v1/employees").await.is(200).json();
    assert_eq!((list["items"].as_array().unwrap().len(), list["items"][0]["id"].as_str()), (1, Some(own.as_str())));
    emil.get(&format!("/api/v1/employees/{other}")).await.is(403);
    emil.page("/employees").await.is(200);
}

#[tokio::test]
async fn an_employee_is_made_on_a_page() {
    let w = World::new().await;
    let refused = w.anna.form("/employees", &[("name", "Вера <b>"), ("branch", ""), ("phone", "12")]).await.is(422);
    assert!(
        refused.text.contains("Вера &#60;b&#62;")
            && refused.text.contains("Проверьте телефон")
            && refused.text.contains("Заполните")
    );
    let centre = w.centre.to_string();
    let made = w.anna.form("/employees", &[("name", "Вера"), ("branch", &centre), ("hired_on", "")]).await.is(303);
    let path = made.headers["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
    w.anna.form(&path, &[("name", "Вера Павловна"), ("branch", &centre), ("left_on", "2026-11-01")]).await.is(303);
    let list = w.anna.page("/employees").await.is(200).text;
    assert!(list.contains("Вера Павловна") && list.contains("не работает"));
    w.gleb.form(&path, &[("name", "x")]).await.is(403);
    w.anna.form("/departments", &[("name", "Отдел")]).await.is(303);
    w.anna.form("/departments", &[("name", "")]).await.is(422);
}

#[tokio::test]
async fn sixty_thousand_people_stay_quick() {
    let w = World::new().await;
    let db = &w.app.ground.db;
    // Ids are text-shaped alike on both databases only through the program, so rows come in one transaction.
    let tx = w.app.write(&crate::access::entry::system(w.olga.org, "", "UTC", kit::Via::System)).await.unwrap();
    let sql = "insert into employee (org, id, name, branch, search, created_at) values ($1,$2,$3,$4,$5,$6)";
    for i in 0..60_000_i64 {
        let name = format!("Сотрудник {i:05}");
        let search = kit::filter::fold(&name);
        tx.run(sql, args![w.olga.org, tx.new_id(), name, w.centre, search, i]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let started = std::time::Instant::now();
    for path in ["/api/v1/employees?limit=50", "/api/v1/employees?q=59999", "/api/v1/employees?branch=centre"] {
        assert!(!w.anna.get(path).await.is(200).json()["items"].as_array().unwrap().is_empty());
    }
    w.anna.page("/employees?q=%D0%BD%D0%B5%D1%82").await.is(200);
    let taken = started.elapsed();
    assert!(taken < std::time::Duration::from_secs(2), "{taken:?}");
    let _ = db;
}
