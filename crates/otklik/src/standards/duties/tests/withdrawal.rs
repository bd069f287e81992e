//! A standard goes out of force: open duties are lifted in the same act, what was signed stays; and it comes back.

use super::*;

async fn rules(w: &World, word: &str) -> usize {
    w.anna.get(&format!("/api/v1/standards/search?q={word}")).await.is(200).json()["items"].as_array().map_or(0, Vec::len)
}

async fn known(w: &World) -> (i64, Json) {
    let item = w.anna.get("/api/v1/metrics/acknowledged").await.is(200).json()["items"][0].clone();
    (item["n"].as_i64().unwrap_or(0), item["value"].clone())
}

#[tokio::test]
async fn what_is_withdrawn_asks_nobody_and_keeps_its_signatures() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let (petr, p) = worker(&w, "Пётр", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Здоровайтесь первыми"], &[], &[]).await;
    let item = items(&w, s).await[0];
    let signed = sign(&maria, s).await.is(201).id();
    assert_eq!((rules(&w, "здороваться").await, known(&w).await), (1, (2, json!(50.0))));
    let path = format!("/api/v1/standards/{s}/withdrawal");
    for (body, refused) in [(json!({"reason": " "}), "reason: required"), (json!({}), "reason: required")] {
        assert_eq!(w.anna.post(&path, body).await.is(422).refused(), [refused]);
    }
    let why = json!({"reason": "Заменён общим стандартом"});
    w.gleb.post(&path, why.clone()).await.is(403);
    w.boris.post(&path, why.clone()).await.is(403);
    maria.post(&path, why.clone()).await.is(403);
    w.dina.post(&path, why.clone()).await.is(404);
    w.anna.delete(&path).await.is(409);

    w.advance(kit::time::HOUR);
    let gone = w.olga.post(&path, why.clone()).await.is(201).json();
    assert_eq!((gone["withdrawn_why"].as_str(), gone["withdrawn_at"].is_string()), (Some("Заменён общим стандартом"), true));
    w.anna.post(&path, why).await.is(409);
    assert_eq!((duties(&w, &m).await, duties(&w, &p).await), (vec!["signed v1 1".to_owned()], vec!["lifted v1 0".to_owned()]));
    assert_eq!((rules(&w, "здороваться").await, known(&w).await.0), (0, 0));
    assert!(w.anna.get("/api/v1/standards/tip").await.is(200).json()["item"].is_null());
    exact(&w).await;
    // Nothing is signed, published or entered from paper; what was signed can be proved.
    assert_eq!(sign(&petr, s).await.status, 409);
    w.anna.patch(&format!("/api/v1/items/{item}"), json!({"text": "Здоровайтесь вслух"})).await.is(200);
    let publication = format!("/api/v1/standards/{s}/publication");
    w.anna.post(&publication, json!({"changes": {item.to_string(): "material"}})).await.is(409);
    maria.get(&format!("/api/v1/signatures/{signed}/bundle")).await.is(200);
    let thread = w.anna.get(&format!("/api/v1/items/{item}/thread")).await.is(200).json();
    assert_eq!((thread["versions"]["count"].as_i64(), &thread["orphan"]), (Some(1), &json!(false)));
    // Whoever is hired meanwhile is not asked, and a night changes nothing.
    let (_, late) = worker(&w, "Новая", w.centre, "Врач").await;
    w.advance(kit::time::DAY);
    w.run_jobs().await;
    assert_eq!(duties(&w, &late).await, Vec::<String>::new());
    let list = |who: Person, query: &'static str| async move {
        who.get(&format!("/api/v1/standards{query}")).await.is(200).json()["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(list(w.anna.clone(), "?published=true").await, 0);
    assert_eq!(list(w.anna.clone(), "?withdrawn=true").await, 1);
    assert_eq!(list(w.anna.clone(), "?withdrawn=false").await, 0);

    w.anna.delete(&path).await.is(204);
    assert_eq!(duties(&w, &m).await, ["signed v1 1"]);
    let back = petr.get("/api/v1/duties").await.json()["items"][0].clone();
    assert_eq!((brief(&back).as_str(), back["due_on"].as_str()), ("pending v1 1", Some("2026-11-29")), "the time begins anew");
    assert_eq!(duties(&w, &late).await, ["pending v1 1"]);
    assert_eq!((rules(&w, "здороваться").await, known(&w).await.0), (1, 3));
    exact(&w).await;
    let versions = w.anna.get(&format!("/api/v1/standards/{s}/versions")).await.is(200).json();
    assert_eq!(versions["items"][0]["asked"], 2, "coming back is no publication");
    sign(&petr, s).await.is(201);
    w.anna.post(&publication, json!({"changes": {item.to_string(): "material"}})).await.is(201);
    let acts = w.history(&s.to_string()).await;
    assert_eq!(acts, ["standard.created", "standard.published", "standard.withdrawn", "standard.restored", "standard.published"]);
    exact(&w).await;
}

#[tokio::test]
async fn the_page_withdraws_with_a_reason_and_takes_it_back() {
    let w = World::new().await;
    let (maria, _) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Здоровайтесь первыми"], &[], &[]).await;
    let page = format!("/standards/{s}");
    assert!(maria.page(&page).await.is(200).text.contains(&format!("/duties/{s}")), "what is asked is signed from here");
    assert!(!w.anna.page(&page).await.is(200).text.contains(&format!("/duties/{s}")));
    let refused = w.anna.form(&format!("{page}/withdrawal"), &[("why", " ")]).await.is(422);
    assert!(refused.text.contains("f-why"), "{}", refused.text);
    maria.form(&format!("{page}/withdrawal"), &[("why", "Не нужен")]).await.is(403);
    let done = w.anna.form(&format!("{page}/withdrawal"), &[("why", "Не нужен в новом здании")]).await.is(303);
    w.anna.page(done.headers["location"].to_str().expect("text")).await.is(200);
    let seen = maria.page(&page).await.is(200).text;
    assert!(seen.contains("Не нужен в новом здании") && !seen.contains(&format!("/duties/{s}")), "{seen}");
    assert!(!maria.page("/standards").await.is(200).text.contains("Приветствие"), "who reads finds what is in force");
    assert!(w.anna.page("/standards?state=withdrawn").await.is(200).text.contains("Приветствие"));
    w.anna.form(&format!("{page}/withdrawal"), &[("why", "Ещё раз")]).await.is(422);
    w.anna.form(&format!("{page}/restoration"), &[]).await.is(303);
    w.anna.form(&format!("{page}/restoration"), &[]).await.is(409);
    assert!(maria.page(&page).await.is(200).text.contains(&format!("/duties/{s}")));
    let history = w.anna.page(&format!("{page}/versions")).await.is(200).text;
    assert!(history.contains("Не нужен в новом здании") && history.contains("Возвращён в силу"), "{history}");
}

#[tokio::test]
async fn withdrawn_and_signed_at_once_one_of_them_wins() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Здоровайтесь первыми"], &[], &[]).await;
    let path = format!("/api/v1/standards/{s}/withdrawal");
    let (gone, signed) = tokio::join!(w.anna.post(&path, json!({"reason": "Не нужен"})), sign(&maria, s));
    assert_eq!(gone.status, 201);
    let now = duties(&w, &m).await;
    match signed.status.as_u16() {
        201 => assert_eq!(now, ["signed v1 1"]),
        409 => assert_eq!(now, ["lifted v1 0"]),
        other => panic!("{other} {}", signed.text),
    }
    exact(&w).await;
    let (a, b) = tokio::join!(w.anna.delete(&path), w.olga.delete(&path));
    let mut codes = [a.status.as_u16(), b.status.as_u16()];
    codes.sort_unstable();
    assert_eq!(codes, [204, 409]);
    exact(&w).await;
}
