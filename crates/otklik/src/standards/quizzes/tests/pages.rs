//! The pages of quizzes, without a script.

use serde_json::json;

use super::{colleague, quiz, standard};
use crate::world::World;

#[tokio::test]
async fn a_quiz_is_written_on_a_page_and_comes_back_with_what_was_typed() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let (first, second) = (items[0].to_string(), items[1].to_string());
    let new = format!("/quizzes/new?standard={standard}");
    w.anna.page("/quizzes/new").await.is(200);
    w.anna.page(&new).await.is(200);
    w.gleb.page(&new).await.is(403);
    w.dina.page(&new).await.is(404);
    let fields = [
        ("pass", "75"),
        ("attempts", ""),
        ("q0.key", ""),
        ("q0.item", &*first),
        ("q0.text", "Когда здороваемся?"),
        ("q0.explain", "Сразу"),
        ("q0.k0", ""),
        ("q0.o0", "За 10 секунд"),
        ("q0.k1", ""),
        ("q0.o1", "Когда спросят"),
        ("q0.o2", ""),
        ("q0.o3", ""),
        ("q0.right", "0"),
        ("q1.key", ""),
        ("q1.item", ""),
        ("q1.text", ""),
        ("q1.o0", ""),
        ("q1.explain", ""),
    ];
    let mut bad = fields.to_vec();
    bad.retain(|f| f.0 != "q0.right");
    bad[0].1 = "много";
    let told = w.anna.form(&new, &bad).await.is(422).text;
    assert!(told.contains("Когда спросят") && told.contains("f-pass") && told.contains("много"), "{told}");
    bad[0].1 = "75";
    let told = w.anna.form(&new, &bad).await.is(422).text;
    assert!(told.contains("Отметьте верный") && told.contains("#f-q0.options"), "{told}");
    let made = w.anna.form(&new, &fields).await.is(303).headers["location"].to_str().expect("text").to_owned();
    let page = made.split('?').next().expect("a page").to_owned();
    w.anna.page(&made).await.is(200);
    let seen = w.anna.get(&format!("/api/v1{page}")).await.is(200).json();
    assert_eq!((&seen["pass_share"], &seen["questions"][0]["correct"]), (&json!(0.75), &json!("o1")));
    // One more question; the first one is changed, its keys stay.
    let edit = format!("{page}/edit");
    assert!(w.anna.page(&edit).await.is(200).text.contains("Когда спросят"));
    let mut more = fields.to_vec();
    more.extend([("q1.item", &*second), ("version", "1"), ("act", "more")]);
    for (field, value) in more.iter_mut() {
        match *field {
            "q0.key" => *value = "q1",
            "q0.k0" => *value = "o1",
            "q0.k1" => *value = "o2",
            "q0.o1" => *value = "Никогда",
            "q1.text" => *value = "Как представиться?",
            "q1.o0" => *value = "По имени",
            "q1.item" => *value = &second,
            _ => {}
        }
    }
    more.extend([("q1.o1", "Никак"), ("q1.right", "0")]);
    assert_eq!(w.anna.form(&edit, &more).await.is(303).headers["location"], format!("{edit}#q2").as_str());
    let seen = w.anna.get(&format!("/api/v1{page}")).await.json();
    assert_eq!(
        (&seen["questions"][0]["key"], &seen["questions"][0]["options"][1]),
        (&json!("q1"), &json!({"key": "o2", "title": "Никогда"}))
    );
    assert_eq!(seen["questions"][1]["item"], json!(items[1]));
    assert!(w.anna.form(&edit, &more).await.is(422).text.contains("кто-то уже сохранил"), "an older page");
    w.anna.page("/quizzes").await.is(200);
    w.anna.page(&format!("{page}/results")).await.is(200);
    w.anna.form(&format!("{page}/closure"), &[]).await.is(303);
    w.anna.page(&edit).await.is(409);
}

#[tokio::test]
async fn a_quiz_is_taken_on_a_page() {
    let w = World::new().await;
    let (standard, items) = standard(&w).await;
    let (vera, _) = colleague(&w, "vera", "centre").await;
    let (igor, _) = colleague(&w, "igor", "centre").await;
    let page = format!("/quizzes/{}", w.anna.post("/api/v1/quizzes", quiz(standard, &items)).await.is(201).id());
    assert!(vera.page(&page).await.is(200).text.contains("Начать"));
    assert!(w.boris.page(&page).await.is(200).text.contains("карточкой сотрудника"));
    let run = vera.form(&format!("{page}/attempts"), &[]).await.is(303).headers["location"].to_str().expect("text").to_owned();
    let asked = vera.page(&run).await.is(200).text;
    assert!(asked.contains("type=\"radio\"") && !asked.contains("Так написано в пункте"), "{asked}");
    igor.page(&run).await.is(403);
    let hand_in = format!("{run}/submission");
    let told = vera.form(&hand_in, &[]).await.is(422).text;
    assert!(told.contains("Ответьте хотя бы на один вопрос"), "{told}");
    let told = vera.form(&hand_in, &[("a.k0", "b"), ("a.k1", "zz")]).await.is(422).text;
    assert!(told.contains("checked"), "what was picked stays: {told}");
    vera.form(&hand_in, &[("a.k0", "a"), ("a.k1", "a"), ("a.k2", "b")]).await.is(303);
    let done = vera.page(&run).await.is(200).text;
    assert!(
        done.contains("Сдано: верно 2 из 3")
            && done.contains("Так написано в пункте")
            && done.contains(&format!("/items/{}", items[0]))
    );
    vera.form(&hand_in, &[("a.k0", "a")]).await.is(409);
    w.boris.page(&run).await.is(200);
    vera.page(&page).await.is(200);
    vera.page("/quizzes").await.is(200);
    vera.page(&format!("{page}/results")).await.is(403);
    for who in [&w.anna, &w.boris, &w.gleb] {
        who.page(&format!("{page}/results")).await.is(200);
    }
    w.dina.page(&page).await.is(404);
}
