//! Staff propose; whoever writes takes it or says why not.

use kit::Role;
use serde_json::json;

use super::{published, shown};
use crate::world::World;

#[tokio::test]
async fn an_accepted_proposal_changes_the_draft_and_names_its_author() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let nina = w.person("nina", Role::Employee, vec![w.centre]).await;
    let path = format!("/api/v1/standards/{id}/proposals");
    let made = nina
        .post(&path, json!({"item": items[0], "text": "Поздоровайтесь в первые 15 секунд", "reason": "За 30 уходят"}))
        .await
        .is(201);
    let body = made.json();
    assert_eq!(body["text"], json!({"ru": "Поздоровайтесь в первые 15 секунд"}), "words of the author's language");
    assert_eq!(body["words"][1], json!({"part": "removed", "text": "30"}));
    let mine = format!("/api/v1/proposals/{}", made.id());
    let done = w.anna.post(&format!("{mine}/acceptance"), json!({"answer": "Спасибо, верно"})).await.is(201).json();
    assert_eq!((&done["state"], &done["author_name"]), (&json!("accepted"), &json!("nina")));
    let draft = shown(&w.anna, &id).await;
    assert_eq!(draft["items"][0]["text"], json!({"ru": "Поздоровайтесь в первые 15 секунд", "en": "Greet within 30 seconds"}));
    assert_eq!(shown(&nina, &id).await["items"][0]["text"]["ru"], "Поздоровайтесь в первые 30 секунд", "not published yet");
    w.anna.post(&format!("{mine}/acceptance"), json!({})).await.is(409);
    w.anna.post(&format!("{mine}/refusal"), json!({"answer": "поздно"})).await.is(409);
    assert_eq!(w.history(&made.id()).await, ["proposal.created", "proposal.accepted"]);
}

#[tokio::test]
async fn a_refusal_needs_an_answer_and_a_new_item_may_be_proposed() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let path = format!("/api/v1/standards/{id}/proposals");
    let remark = w.boris.post(&path, json!({"item": items[1], "reason": "У нас нет кулера"})).await.is(201).id();
    let fresh = w.boris.post(&path, json!({"text": "Проводите до двери", "reason": "Так теплее"})).await.is(201).id();
    let refusal = format!("/api/v1/proposals/{remark}/refusal");
    for _ in 0..2 {
        assert_eq!(w.anna.post(&refusal, json!({"answer": " "})).await.is(422).refused(), ["answer: required"]);
    }
    assert_eq!(w.anna.post(&refusal, json!({"answer": "Кулер привезут в среду"})).await.is(201).json()["state"], "declined");
    w.anna.post(&format!("/api/v1/proposals/{fresh}/acceptance"), json!({})).await.is(201);
    assert_eq!(shown(&w.anna, &id).await["items"][3]["text"], "Проводите до двери");
    let open = w.anna.get("/api/v1/proposals?state=open").await.is(200).json();
    assert_eq!(open["items"], json!([]));
}

#[tokio::test]
async fn words_that_were_rewritten_meanwhile_are_not_lost() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let said = json!({"item": items[1], "text": "Предложите чаю", "reason": "Холодно"});
    let made = w.boris.post(&format!("/api/v1/standards/{id}/proposals"), said).await.is(201).id();
    w.anna.patch(&format!("/api/v1/items/{}", items[1]), json!({"text": "Предложите воды или кофе"})).await.is(200);
    let path = format!("/api/v1/proposals/{made}/acceptance");
    w.anna.post(&path, json!({})).await.is(409);
    w.anna.post(&path, json!({"text": "Предложите воды, кофе или чаю"})).await.is(201);
    assert_eq!(shown(&w.anna, &id).await["items"][1]["text"], "Предложите воды, кофе или чаю");
}

#[tokio::test]
async fn staff_see_their_own_and_strangers_nothing() {
    let w = World::new().await;
    let (id, items) = published(&w).await;
    let (nina, oleg) =
        (w.person("nina", Role::Employee, vec![w.centre]).await, w.person("oleg", Role::Employee, vec![w.centre]).await);
    let path = format!("/api/v1/standards/{id}/proposals");
    let made = nina.post(&path, json!({"item": items[0], "reason": "Непонятно"})).await.is(201).id();
    assert_eq!(nina.get(&path).await.is(200).json()["items"].as_array().expect("items").len(), 1);
    assert_eq!(oleg.get(&path).await.is(200).json()["items"], json!([]));
    assert_eq!(w.boris.get(&path).await.is(200).json()["items"].as_array().expect("items").len(), 1);
    oleg.get(&format!("/api/v1/proposals/{made}")).await.is(404);
    w.gleb.get(&path).await.is(403);
    w.dina.get(&path).await.is(404);
    w.dina.post(&path, json!({"reason": "чужая"})).await.is(404);
    assert_eq!(nina.post(&path, json!({"item": id, "reason": "а"})).await.is(422).refused(), ["item: unknown"]);
    nina.post(&format!("/api/v1/proposals/{made}/acceptance"), json!({})).await.is(403);
}
