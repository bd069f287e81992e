use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn everything_is_found_by_its_name_and_comments_by_any_form() {
    let w = World::new().await;
    let hint = w.anna.page("/search").await.is(200);
    assert!(hint.text.contains("Что найдём?"));
    let (_, code) = w.survey().await;
    w.anna.post("/api/v1/branches", json!({"name": "Лесная", "code": "lesnaya"})).await.is(201);
    for (branch, text) in [("centre", "Долго ждали врача"), ("lesnaya", "Врачи вежливые")] {
        let body = json!({"answers": {"nps": 5, "why": text}, "branch": branch});
        w.client.post(&format!("/s/{code}"), body).await.is(201);
    }
    for (q, found) in [("визит", "После визита"), ("леснАя", "Лесная"), ("boris", "Доступ и роли"), ("nps", "/figures/nps")]
    {
        let page = w.anna.page(&search(q)).await.is(200);
        assert!(page.text.contains(found), "{q}: {}", page.text);
    }
    let words = w.anna.page(&search("врач")).await.is(200).text;
    assert!(words.contains("<mark>врача</mark>") && words.contains("<mark>Врачи</mark>"), "{words}");
    let nothing = w.anna.page(&search("<b>тигр")).await.is(200).text;
    assert!(nothing.contains("ничего нет") && !nothing.contains("<b>тигр"));
}

#[tokio::test]
async fn a_reader_finds_only_what_is_theirs() {
    let w = World::new().await;
    let (_, code) = w.survey().await;
    w.anna.post("/api/v1/branches", json!({"name": "Лесная", "code": "lesnaya"})).await.is(201);
    for (branch, text) in [("centre", "Долго ждали врача"), ("lesnaya", "Врачи вежливые")] {
        let body = json!({"answers": {"nps": 5, "why": text}, "branch": branch});
        w.client.post(&format!("/s/{code}"), body).await.is(201);
    }
    let own = w.boris.page(&search("врач")).await.is(200).text;
    assert!(own.contains("ждали") && !own.contains("вежливые"), "{own}");
    assert!(w.boris.page(&search("лесная")).await.is(200).text.contains("ничего нет"));
    assert!(w.boris.page(&search("anna")).await.is(200).text.contains("ничего нет"), "a supervisor sees no users");
    for q in ["врач", "визит", "лесная", "boris"] {
        assert!(w.dina.page(&search(q)).await.is(200).text.contains("ничего нет"), "{q}");
    }
    // A confidential survey's words come only in its own list.
    let form = json!({"name": {"ru": "Пульс"}, "locales": ["ru"], "about": "staff", "anonymity": "confidential", "questions": [
        {"key": "why", "type": "text", "title": {"ru": "Что мешает?"}}]});
    let made = w.anna.post("/api/v1/surveys", form).await.is(201);
    w.anna.post(&format!("/api/v1/surveys/{}/publication", made.id()), json!({})).await.is(201);
    let door = format!("/s/{}", made.json()["code"].as_str().expect("a code"));
    w.client.post(&door, json!({"answers": {"why": "Начальник кричит"}})).await.is(201);
    assert!(w.anna.page(&search("начальник")).await.is(200).text.contains("ничего нет"));
    assert!(!w.anna.page("/").await.is(200).text.contains("кричит"));
    assert!(!w.anna.page("/?about=staff").await.is(200).text.contains("кричит"));
}

#[tokio::test]
async fn strange_words_find_nothing_and_break_nothing() {
    let w = World::new().await;
    for q in ["\0", "%", "_", "'\"", "\u{1f600}", &"ы ".repeat(3000), "  ", "\\"] {
        w.anna.page(&search(q)).await.is(200);
    }
    w.client.page("/search?q=x").await.is(303);
}

fn search(q: &str) -> String {
    form_urlencoded::Serializer::for_suffix("/search?".to_owned(), 8).append_pair("q", q).finish()
}
