//! The linter explains and never blocks.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_vague_item_is_explained_and_published_all_the_same() {
    let w = World::new().await;
    let form = json!({"title": "Звонок", "kind": "communication", "items": [
        {"text": {"ru": "Будьте вежливы и отвечайте быстро", "en": "Be polite"}}, {"text": "Снимите трубку до третьего гудка", "measure": "Журнал звонков", "norm": "3 гудка"}]});
    let made = w.anna.post("/api/v1/standards", form).await.is(201);
    let (id, item) = (made.id(), made.json()["items"][0]["id"].clone());
    let said = w.anna.get(&format!("/api/v1/standards/{id}/lint")).await.is(200).json();
    let of_first: Vec<_> = said.as_array().expect("a list").iter().filter(|f| f["item"] == item).collect();
    let rules: Vec<&str> = of_first.iter().map(|f| f["rule"].as_str().expect("a rule")).collect();
    assert!(rules.contains(&"specific") && rules.contains(&"measurable"), "{said}");
    assert!(
        of_first
            .iter()
            .all(|f| !f["message"].as_str().expect("words").is_empty()
                && !f["message"].as_str().expect("words").starts_with("lint-")),
        "{said}"
    );
    assert!(of_first.iter().any(|f| f["span"]["text"] == "быстро"), "{said}");
    assert!(said.as_array().expect("a list").iter().any(|f| f["rule"] == "complete" && f["item"].is_null()), "{said}");
    w.anna.post(&format!("/api/v1/standards/{id}/publication"), json!({})).await.is(201);
    w.gleb.get(&format!("/api/v1/standards/{id}/lint")).await.is(200);
}

#[tokio::test]
async fn it_speaks_while_one_types() {
    let w = World::new().await;
    let made =
        w.anna.post("/api/v1/standards", json!({"title": "Т", "kind": "operation", "items": [{"text": "а"}]})).await.is(201);
    let item = made.json()["items"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/items/{item}/draft");
    let typed = [("version", "1"), ("lang", "ru"), ("text", "Отвечайте быстро <b>всем</b>"), ("weight", "1")];
    let said = w.anna.form(&path, &typed).await.is(200).json();
    assert_eq!(said["version"], 2);
    let html = said["html"].as_str().expect("html");
    assert!(html.contains("«быстро»") && !html.contains("<b>"), "{html}");
    assert!(w.anna.form(&path, &[("version", "2"), ("lang", "ru"), ("text", "")]).await.is(422).text.contains("Заполните"));
    w.gleb.form(&path, &typed).await.is(403);
    w.dina.form(&path, &typed).await.is(404);
}
