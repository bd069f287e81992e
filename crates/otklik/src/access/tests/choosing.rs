//! Choosing among many branches and people by what is typed.

use serde_json::json;

use crate::access::choose::FEW;
use crate::world::World;

async fn grown(w: &World) {
    for n in 0..=FEW {
        let form = json!({"name": format!("Точка {n:03}"), "code": format!("t{n:03}")});
        w.anna.post("/api/v1/branches", form).await.is(201);
    }
    for code in ["les-1", "les-2"] {
        w.anna.post("/api/v1/branches", json!({"name": "На Лесной", "code": code})).await.is(201);
    }
}

#[tokio::test]
async fn few_branches_are_a_drop_down_and_many_a_search() {
    let w = World::new().await;
    assert!(w.anna.page("/employees/new").await.is(200).text.contains("<select class=\"form-select\" id=\"f-branch\""));
    grown(&w).await;
    let page = w.anna.page("/employees/new").await.is(200).text;
    assert!(page.contains("data-pick=\"/choices/open-branches\"") && !page.contains("id=\"f-branch\" name=\"branch\"><option"));
    let offered = w.anna.page("/choices/branches?q=%D0%BB%D0%B5%D1%81%D0%BD").await.is(200).json();
    assert_eq!(offered, json!({"items": ["На Лесной · les-1", "На Лесной · les-2"]}));
    w.anna.page("/choices/branches?x=1").await.is(422);
    assert_eq!(w.boris.page("/choices/branches").await.is(200).json(), json!({"items": ["Центр · centre"]}), "the own ones");
}

#[tokio::test]
async fn what_is_typed_names_one_branch_or_is_refused_with_what_fits() {
    let w = World::new().await;
    grown(&w).await;
    let send = async |branch: &str| w.anna.form("/employees", &[("name", "Вера"), ("branch", branch)]).await;
    for fits in ["t007", "Точка 007", "точка 007", "Точка 007 · t007", "007", "На Лесной · les-2", &w.centre.to_string()]
    {
        send(fits).await.is(303);
    }
    let several = send("на лесной").await.is(422).text;
    assert!(several.contains("На Лесной · les-1; На Лесной · les-2"), "{several}");
    assert!(several.contains("value=\"на лесной\""), "what was typed stays");
    assert!(send("Марс").await.is(422).text.contains("Филиала «Марс» нет"));
    assert!(send("").await.is(422).text.contains("Филиал: "));
    assert!(send("a\0b").await.is(422).text.contains("нет"));
    // A filter that names none or several says so and shows everybody.
    let page = w.anna.page("/employees?branch=%D0%9C%D0%B0%D1%80%D1%81").await.is(200).text;
    assert!(page.contains("Филиала «Марс» нет") && page.contains("Вера"));
    let own = w.anna.page("/employees?branch=t007").await.is(200).text;
    assert!(own.contains("value=\"Точка 007 · t007\"") && own.contains("Вера"));
}

#[tokio::test]
async fn a_filter_of_few_branches_says_too_what_fits_none() {
    let w = World::new().await;
    let page = w.gleb.page("/figures/nps?branch=%D0%9C%D0%B0%D1%80%D1%81").await.is(422).text;
    assert!(page.contains("<select class=\"form-select form-select-sm is-invalid\" name=\"branch\""), "{page}");
    assert!(page.contains("Филиала «Марс» нет"));
    let page = w.anna.page("/employees?branch=%D0%9C%D0%B0%D1%80%D1%81").await.is(200).text;
    assert!(page.contains("Филиала «Марс» нет"));
}

#[tokio::test]
async fn a_branch_head_of_many_branches_is_given_them_line_by_line() {
    let w = World::new().await;
    grown(&w).await;
    let path = format!("/users/{}", w.boris.member);
    assert!(w.olga.page(&path).await.is(200).text.contains("value=\"Центр · centre\""));
    let form = |second: &'static str| {
        let olga = w.olga.clone();
        let path = path.clone();
        async move {
            let typed =
                [("name", "Борис"), ("role", "supervisor"), ("branches", "centre"), ("branches", second), ("branches", "")];
            olga.form(&path, &typed).await
        }
    };
    form("Точка 003").await.is(303);
    let shown = w.olga.get(&format!("/api/v1{path}")).await.is(200).json();
    assert_eq!(shown["branches"].as_array().unwrap().len(), 2);
    let refused = form("На Лесной").await.is(422).text;
    assert!(refused.contains("подходит не одному") && refused.contains("value=\"На Лесной\""), "{refused}");
}

#[tokio::test]
async fn namesakes_are_told_apart_by_their_branch() {
    let w = World::new().await;
    w.anna.post("/api/v1/branches", json!({"name": "Юг", "code": "yug"})).await.is(201);
    for n in 0..=FEW {
        w.anna.post("/api/v1/employees", json!({"name": format!("Человек {n:03}"), "branch": "centre"})).await.is(201);
    }
    let south = w.anna.post("/api/v1/employees", json!({"name": "Вера Ильина", "branch": "yug"})).await.is(201).id();
    w.anna.post("/api/v1/employees", json!({"name": "Вера Ильина", "branch": "centre"})).await.is(201);
    let path = format!("/users/{}", w.gleb.member);
    let send = async |who: &str| w.olga.form(&path, &[("name", "Глеб"), ("role", "viewer"), ("employee", who)]).await;
    let told = send("Вера Ильина").await.is(422).text;
    assert!(told.contains("Вера Ильина · Центр") && told.contains("Вера Ильина · Юг"), "{told}");
    send("Вера Ильина · Юг").await.is(303);
    assert_eq!(w.olga.get(&format!("/api/v1{path}")).await.is(200).json()["employee"], json!(south));
    assert!(w.boris.page("/choices/employees?q=%D0%B2%D0%B5%D1%80%D0%B0").await.is(200).text.contains("Центр"));
    assert!(!w.boris.page("/choices/employees?q=%D0%B2%D0%B5%D1%80%D0%B0").await.is(200).text.contains("Юг"));
}
