use kit::db::Query;
use serde_json::{Value as Json, json};

use super::{counts, import, sound, stored, survey, values};
use crate::world::World;

fn questions() -> Json {
    json!([
        {"key": "nps", "type": "nps", "title": "Посоветуете?"},
        {"key": "liked", "type": "choices", "title": "Что понравилось?", "options": [{"key": "food", "title": "Еда"}, {"key": "staff", "title": "Персонал"}]},
        {"key": "parts", "type": "matrix", "title": "Оцените", "rows": [{"key": "speed", "title": "Скорость"}, {"key": "care", "title": "Забота"}]},
        {"key": "why", "type": "text", "title": "Почему?"},
        {"key": "who", "type": "contact", "title": "Контакты", "fields": ["phone"], "consent": "Согласен"}
    ])
}

#[tokio::test]
async fn what_goes_out_comes_back_the_same() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let file = "p;at;b;nps;liked;speed;why;phone;ok\n\
        x;21.11.2025 10:00;centre;9;food|staff;5;\"=cmd|'/c calc'!A0; да\";8 495 123-45-67;да\n\
        x;22.11.2025;centre;3;;;\"-2+3\n\"\"вот\"\"\";;\n\
        y;;;10;;;'кавычка;;\n";
    let map = json!({"survey": id, "columns": {"p": "respondent", "at": "at", "b": "branch", "nps": "answer:nps", "liked": "answer:liked",
        "speed": "answer:parts.speed", "why": "answer:why", "phone": "answer:who.phone", "ok": "answer:who.consent"}});
    assert_eq!(counts(&import(&w, "responses", map, file.as_bytes()).await), ("done".into(), 3, 0, 0));
    for (query, dialect) in
        [("", "utf-8"), ("&separator=,", "utf-8"), ("&encoding=windows-1251", "windows-1251"), ("&separator=tab", "utf-8")]
    {
        let out = w.anna.get(&format!("/api/v1/exports/responses?survey={id}{query}")).await.is(200);
        assert_eq!(out.headers["trailer"], "x-row-count");
        let copy = survey(&w, questions()).await;
        let map = json!({"survey": copy, "columns": {"id": "external_id", "at": "at", "branch": "branch", "respondent": "respondent", "nps": "answer:nps",
            "liked": "answer:liked", "parts.speed": "answer:parts.speed", "why": "answer:why", "who.phone": "answer:who.phone", "who.consent": "answer:who.consent"}});
        let bytes = super::bytes(&w.anna, &w, &format!("/api/v1/exports/responses?survey={id}{query}")).await;
        let done = import(&w, "responses", map, &bytes).await;
        assert_eq!((counts(&done), done["encoding"].as_str()), (("done".into(), 3, 0, 0), Some(dialect)), "{query}: {done}");
        assert_eq!(stored(&w, &copy).await, stored(&w, &id).await, "{query}");
        for q in ["nps", "parts.speed"] {
            assert_eq!(values(&w, &copy, q).await, values(&w, &id, q).await);
        }
        let ats = |survey: String| {
            let db = w.app.ground.db.clone();
            async move {
                let rows = db
                    .rows(
                        "select at, branch from response where survey = $1 order by seq",
                        kit::args![uuid::Uuid::try_parse(&survey).expect("an id")],
                    )
                    .await
                    .expect("rows");
                rows.iter()
                    .map(|r| {
                        (
                            r.try_get_by_index::<Option<i64>>(0).expect("at"),
                            r.try_get_by_index::<Option<uuid::Uuid>>(1).expect("branch"),
                        )
                    })
                    .collect::<Vec<_>>()
            }
        };
        assert_eq!(ats(copy).await, ats(id.clone()).await);
    }
    sound(&w).await;
    let text = w.anna.get(&format!("/api/v1/exports/responses?survey={id}")).await.is(200).text;
    assert!(
        text.contains("\"'=cmd|'/c calc'!A0; да\"") && text.contains("\"'-2+3\n\"\"вот\"\"\"") && text.contains("'+74951234567"),
        "{text}"
    );
    let lines = w.anna.get(&format!("/api/v1/exports/responses?survey={id}&format=jsonl")).await.is(200).text;
    let first: Json = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!((lines.lines().count(), &first["answers"]["nps"], first["branch"].as_str()), (3, &json!(9), Some("centre")));
    let part = w.anna.get(&format!("/api/v1/exports/responses?survey={id}&from=2025-11-22&to=2025-11-23")).await.is(200).text;
    assert_eq!(part.lines().count(), 3, "a heading and one answer of two lines: {part}");
}

#[tokio::test]
async fn what_was_promised_to_be_confidential_stays_so() {
    let w = World::new().await;
    let form = |n: &str| {
        json!({"name": n, "locales": ["ru"], "about": "staff", "anonymity": "anonymous", "questions": [
        {"key": "score", "type": "rating", "title": "?"}, {"key": "why", "type": "text", "title": "?"}]})
    };
    let id = w.anna.post("/api/v1/surveys", form("Внутри")).await.is(201).id();
    let few: String = "at,b,n,score,why\n"
        .chars()
        .chain((0..4).flat_map(|i| format!("2025-11-1{i},centre,s{i},3,слово {i}\n").chars().collect::<Vec<_>>()))
        .collect();
    let map = json!({"survey": id, "columns": {"at": "at", "b": "branch", "n": "external_id", "score": "answer:score", "why": "answer:why"}});
    assert_eq!(counts(&import(&w, "responses", map.clone(), few.as_bytes()).await), ("done".into(), 4, 0, 0));
    let out = |query: &str| {
        let path = format!("/api/v1/exports/responses?survey={id}{query}");
        let w = &w;
        async move { w.olga.get(&path).await.is(200).text }
    };
    assert_eq!(out("").await.lines().count(), 1, "four are too few");
    let more: String = few.lines().next().map(|h| format!("{h}\n")).unwrap_or_default()
        + &(5..12).map(|i| format!("2025-11-2{},centre,s{i},2,ещё {i}\n", i % 5)).collect::<String>();
    import(&w, "responses", map, more.as_bytes()).await;
    let text = out("").await;
    // One of the week after waits for company.
    assert_eq!(text.lines().count(), 11);
    assert!(!text.contains("centre") && !text.contains("s5") && !text.contains("2025-11-11"), "{text}");
    assert!(text.contains("2025-11-10") && !text.contains("2025-11-17"), "four waited for the next week: {text}");
}

#[tokio::test]
async fn who_may_and_what_is_there() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    for kind in ["branches", "employees", "touchpoints", "responses"] {
        let path = format!("/api/v1/exports/{kind}");
        assert!(w.anna.get(&path).await.is(200).text.starts_with("\u{feff}id;"));
        w.gleb.get(&path).await.is(403);
        w.boris.get(&path).await.is(403);
        w.client.get(&path).await.is(401);
        assert!(!w.dina.get(&path).await.is(200).text.contains("centre"));
    }
    assert!(w.anna.get("/api/v1/exports/branches").await.text.contains(";centre;Центр;"));
    w.anna.get("/api/v1/exports/cats").await.is(404);
    assert_eq!(w.dina.get(&format!("/api/v1/exports/responses?survey={id}")).await.is(422).refused(), ["survey: unknown"]);
    assert_eq!(w.anna.get("/api/v1/exports/responses?format=xlsx").await.is(422).refused(), ["format: format-not-there"]);
    assert_eq!(w.anna.get("/api/v1/exports/responses?from=yesterday").await.is(422).refused(), ["from: not-a-date"]);
    assert_eq!(w.anna.get("/api/v1/exports/responses?what=1").await.is(422).refused(), ["what: unknown-field"]);
    assert_eq!(crate::access::chain::broken_at(&w.app.ground.db, w.olga.org).await.expect("a look"), None);
}
