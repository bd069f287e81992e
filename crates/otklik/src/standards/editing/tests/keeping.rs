//! What two editors wrote stays theirs; what no version keeps is told; the way around the section.

use kit::Role;
use serde_json::{Value as Json, json};

use super::{published, shown};
use crate::world::World;

/// The hidden field that says what the form of an item showed.
fn was(page: &str, item: &str) -> String {
    let form = page.split(&format!("action=\"/items/{item}/edit\"")).nth(1).expect("the form of the item");
    let value = form.split("name=\"was\" value=\"").nth(1).and_then(|v| v.split('"').next()).expect("a value");
    ["&quot;", "&#34;"].iter().fold(value.to_owned(), |v, quote| v.replace(quote, "\""))
}

#[tokio::test]
async fn mine_writes_only_the_fields_that_i_changed() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let item = &items[0];
    let page = w.olga.page(&format!("/standards/{id}/edit?lang=ru")).await.is(200).text;
    let before = was(&page, item);
    let read: Json = serde_json::from_str(&before).expect("JSON");
    assert_eq!((&read["text"], &read["norm"]), (&json!("Поздоровайтесь в первые 30 секунд"), &json!("30 секунд")));
    // Anna changes the norm and the weight meanwhile.
    w.anna.patch(&format!("/api/v1/items/{item}"), json!({"norm": "10 секунд", "weight": 3})).await.is(200);
    let mut form: Vec<(&str, &str)> = vec![("version", "1"), ("lang", "ru"), ("was", &before), ("critical", "on")];
    let stored: Vec<(String, String)> = read
        .as_object()
        .expect("fields")
        .iter()
        .filter(|(k, _)| !matches!(k.as_str(), "why" | "critical" | "optional"))
        .map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned()))
        .collect();
    form.extend(stored.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    form.push(("why", "Гость чувствует, что его ждали"));
    let clash = w.olga.form(&format!("/items/{item}/draft"), &form).await.is(409).json();
    let html = clash["html"].as_str().expect("html");
    assert!(html.contains("ждали") && !html.contains("10 секунд"), "only the own change is a difference: {html}");
    let version = clash["version"].to_string();
    form[0].1 = &version;
    let saved = w.olga.form(&format!("/items/{item}/draft"), &form).await.is(200).json();
    assert!(saved["back"].as_str().expect("an address").contains(item.as_str()));
    let now = shown(&w.anna, &id).await["items"][0].clone();
    assert_eq!(
        (&now["why"], &now["norm"], &now["weight"]),
        (&json!("Гость чувствует, что его ждали"), &json!("10 секунд"), &json!(3.0))
    );
    // Without scripts: the page keeps what was typed and shows what the other wrote.
    form[0].1 = "1";
    form.iter_mut().find(|f| f.0 == "why").expect("why").1 = "Гостя ждали";
    let page = w.olga.form(&format!("/items/{item}/edit"), &form).await.is(422).text;
    assert!(page.contains("Гостя ждали") && page.contains("value=\"10 секунд\""), "{page}");
}

#[tokio::test]
async fn what_no_version_keeps_stands_in_the_history() {
    let w = World::new().await;
    let (id, _) = published(&w).await;
    let path = format!("/api/v1/standards/{id}");
    w.anna.patch(&path, json!({"kind": "profession", "review_on": "2027-03-01", "owner": w.olga.member})).await.is(200);
    w.anna.patch(&path, json!({"days": 9})).await.is(200);
    for reader in [&w.anna, &w.gleb] {
        let page = reader.page(&format!("/standards/{id}/versions")).await.is(200).text;
        for words in ["Вид: «Общение» → «", "Пересмотр: ", "1 марта 2027", "Отвечает: "] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
    w.dina.page(&format!("/standards/{id}/versions")).await.is(404);
}

#[tokio::test]
async fn a_proposal_for_another_language_shows_its_words() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let nina = w.person("nina", Role::Employee, vec![w.centre]).await;
    let path = format!("/api/v1/standards/{id}/proposals");
    let text = json!({"en": "Greet within 10 seconds"});
    let made = nina.post(&path, json!({"item": items[0], "text": text, "reason": "Так быстрее"})).await.is(201).json();
    assert_eq!(made["words"][1], json!({"part": "removed", "text": "30"}), "{made}");
    let page = w.anna.page("/proposals").await.is(200).text;
    assert!(page.contains("<del>30</del>") && page.contains("<ins>10</ins>"), "{page}");
}

#[tokio::test]
async fn an_empty_company_is_led_to_every_page_of_the_section() {
    let w = World::new().await;
    let pages = [
        "/standards",
        "/rules",
        "/standards/knowledge",
        "/quizzes",
        "/newcomers",
        "/onboarding-tracks",
        "/proposals",
        "/standards/calendar",
        "/standards/orphans",
        "/library",
    ];
    for page in pages {
        let text = w.anna.page(page).await.is(200).text;
        let tabs = text.split("section-tabs").nth(1).and_then(|t| t.split("</nav>").next()).expect("the tabs");
        for other in pages {
            assert!(tabs.contains(&format!("href=\"{other}\"")), "{page} → {other}");
        }
        assert!(tabs.contains(&format!("href=\"{page}\" aria-current")), "{page}");
    }
    // Who works at the desk sees what is theirs.
    let nina = w.person("nina", Role::Employee, vec![w.centre]).await;
    let text = nina.page("/standards").await.is(200).text;
    let tabs = text.split("section-tabs").nth(1).and_then(|t| t.split("</nav>").next()).expect("the tabs").to_owned();
    assert!(tabs.contains("/rules") && !tabs.contains("/standards/knowledge") && !tabs.contains("/library"), "{tabs}");
    for page in ["/standards", "/rules", "/quizzes", "/proposals"] {
        nina.page(page).await.is(200);
    }
}

#[tokio::test]
async fn a_clash_on_the_head_shows_both_sides() {
    let w = World::new().await;
    let (id, _) = published(&w).await;
    let path = format!("/standards/{id}/edit");
    let page = w.olga.page(&format!("{path}?lang=ru")).await.is(200).text;
    let field = |page: &str, name: &str| {
        let form = page.split("id=\"head-form\"").nth(1).expect("the form of the head");
        let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|v| v.split('"').next()).expect("a value");
        ["&quot;", "&#34;"].iter().fold(value.to_owned(), |v, quote| v.replace(quote, "\""))
    };
    let (version, was) = (field(&page, "version"), field(&page, "was"));
    let read: Json = serde_json::from_str(&was).expect("JSON");
    let of = |name: &str| read[name][0].as_str().unwrap_or_default().to_owned();
    w.anna.patch(&format!("/api/v1/standards/{id}"), json!({"days": 21})).await.is(200);
    let (kind, owner, review) = (of("kind"), of("owner"), of("review_on"));
    let days = of("days");
    let mut form = vec![("version", &*version), ("was", &*was), ("lang", "ru"), ("title", "Встреча гостя"), ("kind", &*kind)];
    form.extend([("owner", &*owner), ("review_on", &*review), ("days", &*days)]);
    let told = w.olga.form(&path, &form).await.is(409).text;
    assert!(told.contains("кто-то сохранил другую версию") && told.contains("Встреча гостя</td>"), "{told}");
    assert!(!told.contains(&format!("<td data-label=\"У вас\">{days}</td>")), "the days are Anna’s: no difference of Olga’s");
    let (version, was) = (field(&told, "version"), field(&told, "was"));
    form[0].1 = &*version;
    form[1].1 = &*was;
    form[7].1 = "21";
    w.olga.form(&path, &form).await.is(303);
    let now = w.olga.get(&format!("/api/v1/standards/{id}")).await.is(200).json();
    assert_eq!((&now["days"], &now["title"]["ru"]), (&json!(21), &json!("Встреча гостя")));
}
