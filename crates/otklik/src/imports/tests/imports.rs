use serde_json::{Value as Json, json};

use super::{codes, counts, import, sound, stored, survey, upload, values};
use crate::world::World;

fn questions() -> Json {
    json!([
        {"key": "nps", "type": "nps", "title": "Посоветуете?", "required": true},
        {"key": "how", "type": "choice", "title": "Как узнали?", "options": [{"key": "ad", "title": "Реклама"}, {"key": "friend", "title": "Друзья"}]},
        {"key": "liked", "type": "choices", "title": "Что понравилось?", "options": [{"key": "food", "title": "Еда"}, {"key": "staff", "title": "Персонал, сервис"}]},
        {"key": "parts", "type": "matrix", "title": "Оцените", "rows": [{"key": "speed", "title": "Скорость"}, {"key": "care", "title": "Забота"}]},
        {"key": "why", "type": "text", "title": "Почему?"}
    ])
}

fn map(survey: &str) -> Json {
    json!({"survey": survey, "columns": {"Дата": "at", "Филиал": "branch", "Балл": "answer:nps", "Откуда": "answer:how", "Понравилось": "answer:liked",
        "Скорость": "answer:parts.speed", "Отзыв": "answer:why"}})
}

const FILE: &str = "Дата;Филиал;Балл;Откуда;Понравилось;Скорость;Отзыв;Лишнее\r\n\
21.11.2025;Центр;9;Друзья;Еда;5;\"Хорошо; очень\";1\r\n\
20 ноября 2025;centre;3,0;ad;food|Персонал, сервис;1;'=1+1;2\r\n\
;;10;;;;;3\r\n\
32.11.2025;Центр;11;Телевизор;Еда;5;Плохая строка;4\r\n\
21.11.2025;Юг;5;;;;;5\r\n\
;;;;;;;6\r\n\
21.11.2030;Центр;5;;;;;7\r\n";

#[tokio::test]
async fn a_file_comes_in_and_bad_rows_stay_out_with_reasons() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let done = import(&w, "responses", map(&id), FILE.as_bytes()).await;
    assert_eq!(counts(&done), ("done".into(), 3, 0, 4), "{done}");
    assert_eq!((done["rows_total"].as_i64(), done["rows_done"].as_i64()), (Some(7), Some(7)));
    assert_eq!((done["encoding"].as_str(), done["separator"].as_str()), (Some("utf-8"), Some(";")));
    assert_eq!(
        codes(&done),
        [
            ": row-answers-nothing",
            "Балл: off-scale",
            "Дата: in-the-future",
            "Дата: not-a-date",
            "Откуда: unknown-option",
            "Филиал: unknown"
        ]
    );
    assert_eq!(done["errors"][0]["row"], 5);
    let answers = stored(&w, &id).await;
    assert_eq!(answers[0], json!({"how": "friend", "liked": ["food"], "nps": 9, "parts": {"speed": 5}, "why": "Хорошо; очень"}));
    assert_eq!(answers[1], json!({"how": "ad", "liked": ["food", "staff"], "nps": 3, "parts": {"speed": 1}, "why": "=1+1"}));
    assert_eq!(values(&w, &id, "nps").await, [(3, 1), (9, 1), (10, 1)]);
    sound(&w).await;
    // The rejected rows come back as a file that can be mended and sent again.
    let rejects = w.anna.get(done["rejects_url"].as_str().expect("rejects")).await.is(200);
    assert!(
        rejects.text.starts_with(
            "\u{feff}Дата;Филиал;Балл;Откуда;Понравилось;Скорость;Отзыв;Лишнее;строка;причина\r\n32.11.2025;Центр;11;"
        ),
        "{}",
        rejects.text
    );
    assert_eq!(rejects.text.lines().count(), 5);
    let mended = rejects.text.replace("32.11.2025", "30.11.2024").replace(";11;", ";1;").replace("Телевизор", "ad");
    let again = import(&w, "responses", map(&id), mended.as_bytes()).await;
    assert_eq!(counts(&again), ("done".into(), 1, 0, 3), "{again}");
    let import_id = done["id"].as_str().expect("an id");
    assert_eq!(w.history(import_id).await, ["import.created", "import.finished"]);
    assert_eq!(
        std::fs::read_dir(w.app.ground.data.join("files/imports"))
            .expect("a folder")
            .filter(|f| f.as_ref().is_ok_and(|f| !f.path().to_string_lossy().contains("rejects")))
            .count(),
        0
    );
}

async fn sent(who: &crate::world::Person, map: &Json, file: &[u8]) -> crate::world::Reply {
    upload(who, "/api/v1/imports", &[("kind", "responses"), ("map", &map.to_string())], Some(("a.csv", file))).await
}

#[tokio::test]
async fn a_token_without_history_brings_no_dates() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let made = w.anna.post("/api/v1/tokens", json!({"name": "x", "scopes": ["read", "write"]})).await.is(201).json();
    let narrow = crate::world::Person { token: made["token"].as_str().expect("a token").into(), ..w.anna.clone() };
    sent(&narrow, &map(&id), FILE.as_bytes()).await.is(403);
    let undated = json!({"survey": id, "columns": {"Балл": "answer:nps"}});
    sent(&narrow, &undated, FILE.as_bytes()).await.is(202);
}

#[tokio::test]
async fn what_is_said_of_letters_and_dates_is_held_against_the_file() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let with = |name: &str, value: &str| {
        let mut map = map(&id);
        map[name] = json!(value);
        map
    };
    let old = encoding_rs::WINDOWS_1251.encode(FILE).0.into_owned();
    let refused = sent(&w.anna, &with("encoding", "utf-8"), &old).await.is(422).refused();
    assert_eq!(refused, ["file: file-not-utf8"]);
    for dates in ["DD.MM.YYYY", "%d.%m.%Y", "yyyy-MM-dd", "MM/DD/YYYY", "dd.mm.yyyy hh:mm:ss", "ymd", "ISO", "Auto"] {
        sent(&w.anna, &with("dates", dates), FILE.as_bytes()).await.is(202);
    }
    for dates in ["my", "d", "дмг", "mmmm", "dmyx", "yyyy/dd/mm", ""] {
        let refused = sent(&w.anna, &with("dates", dates), FILE.as_bytes()).await.is(422).refused();
        assert_eq!(refused, ["map.dates: unknown-variant"], "{dates}");
    }
}

#[tokio::test]
async fn the_same_file_again_adds_nothing() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    import(&w, "responses", map(&id), FILE.as_bytes()).await;
    let again = import(&w, "responses", map(&id), FILE.as_bytes()).await;
    assert_eq!(counts(&again), ("done".into(), 0, 3, 4));
    // In other letters and with other separators it is still the same.
    let cp1251 = encoding_rs::WINDOWS_1251.encode(FILE).0.into_owned();
    let again = import(&w, "responses", map(&id), &cp1251).await;
    assert_eq!((counts(&again), again["encoding"].as_str()), (("done".into(), 0, 3, 4), Some("windows-1251")));
    let by_number = "n,score\n1,9\n2,9\n1,3\n";
    let map = json!({"survey": id, "columns": {"n": "external_id", "score": "answer:nps"}});
    assert_eq!(counts(&import(&w, "responses", map.clone(), by_number.as_bytes()).await), ("done".into(), 2, 1, 0));
    assert_eq!(counts(&import(&w, "responses", map, by_number.as_bytes()).await), ("done".into(), 0, 3, 0));
    sound(&w).await;
}

#[tokio::test]
async fn a_broken_off_import_goes_on_where_it_was() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let mut file = String::from("who,at,score,why\n");
    for i in 0..5300 {
        file.push_str(&format!(
            "p{},2025-0{}-1{},{},слово {i}\n",
            i % 700,
            1 + i % 9,
            i % 9,
            if i % 100 == 7 { 77 } else { i % 11 }
        ));
    }
    let map = json!({"survey": id, "columns": {"who": "respondent", "at": "at", "score": "answer:nps", "why": "answer:why"}})
        .to_string();
    let made = upload(&w.anna, "/api/v1/imports", &[("kind", "responses"), ("map", &map)], Some(("f.csv", file.as_bytes())))
        .await
        .is(202)
        .id();
    let import_id = uuid::Uuid::try_parse(&made).expect("an id");
    let ground = std::sync::Arc::clone(&w.app.ground);
    let org = w.olga.org;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let first = tokio::spawn(async move {
        crate::imports::run::run(
            &ground,
            org,
            import_id,
            || crate::imports::run::Pace::AMONG_OTHERS,
            |row| {
                let _ = told.send(row.rows_done);
            },
        )
        .await
        .map(|r| r.rows_done)
    });
    assert_eq!(heard.recv().await, Some(2000));
    first.abort();
    let _ = first.await;
    let half = w.anna.get(&format!("/api/v1/imports/{made}")).await.is(200).json();
    assert_eq!(half["state"], "running");
    // PostgreSQL throws the broken-off transaction away in its own time; until then the job is held by it.
    let mut done = half;
    for _ in 0..200 {
        w.advance(2 * kit::time::MINUTE);
        w.run_jobs().await;
        done = w.anna.get(&format!("/api/v1/imports/{made}")).await.is(200).json();
        if done["state"] == "done" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(counts(&done), ("done".into(), 5247, 0, 53), "{done}");
    assert_eq!(w.anna.get(&format!("/api/v1/imports/{made}/rejects")).await.is(200).text.lines().count(), 54);
    assert_eq!(stored(&w, &id).await.len(), 5247);
    // One value a respondent.
    assert_eq!(values(&w, &id, "nps").await.iter().map(|v| v.1).sum::<i64>(), 693);
    sound(&w).await;
}

#[tokio::test]
async fn one_bad_row_keeps_the_whole_file_out_where_that_was_asked() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let mut all = map(&id);
    all["on_error"] = json!("refuse_file");
    let done = import(&w, "responses", all.clone(), FILE.as_bytes()).await;
    assert_eq!((counts(&done), done["failure"].as_str()), (("failed".into(), 0, 0, 4), Some("file-refused")));
    assert_eq!(stored(&w, &id).await.len(), 0);
    let good: String = FILE.lines().take(4).map(|l| format!("{l}\n")).collect();
    assert_eq!(counts(&import(&w, "responses", all, good.as_bytes()).await), ("done".into(), 3, 0, 0));
}

#[tokio::test]
async fn a_map_that_does_not_fit_is_refused_at_once() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let (other, _) = {
        let made = w.dina.post("/api/v1/surveys", crate::world::nps_survey()).await.is(201);
        (made.id(), made.json()["code"].as_str().expect("a code").to_owned())
    };
    let try_map = |map: Json| {
        let w = &w;
        async move {
            upload(
                &w.anna,
                "/api/v1/imports",
                &[("kind", "responses"), ("map", &map.to_string())],
                Some(("f.csv", FILE.as_bytes())),
            )
            .await
            .is(422)
            .refused()
        }
    };
    assert_eq!(try_map(json!({"survey": other, "columns": {"Балл": "answer:nps"}})).await, ["map.survey: unknown"]);
    assert_eq!(
        try_map(json!({"survey": id, "columns": {"Нет": "answer:nps", "Балл": "answer:nope", "Дата": {"to": "at", "more": 1}}}))
            .await,
        ["map.columns.Балл: unknown-target", "map.columns.Дата.more: unknown-field", "map.columns.Нет: no-such-column"]
    );
    assert_eq!(try_map(json!({"survey": id, "columns": {"Дата": "at"}})).await, ["map.columns: target-missing"]);
    assert_eq!(
        try_map(json!({"survey": id, "columns": {"Балл": "answer:nps", "Скорость": "answer:nps"}})).await,
        ["map.columns.Скорость: target-twice"]
    );
    assert_eq!(try_map(json!({"survey": id, "columns": {}, "encoding": "koi8"})).await, ["map.encoding: unknown-variant"]);
    assert_eq!(try_map(json!({"survey": id, "columns": {}, "what": 1})).await, ["map.what: unknown-field"]);
    let map = map(&id).to_string();
    let send = |fields: Vec<(&'static str, String)>, file: Option<Vec<u8>>| {
        let w = &w;
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            upload(&w.anna, "/api/v1/imports", &fields, file.as_deref().map(|f| ("f.csv", f))).await
        }
    };
    let both = || vec![("kind", "responses".to_owned()), ("map", map.clone())];
    assert_eq!(send(both(), None).await.is(422).refused(), ["file: required"]);
    assert_eq!(send(both(), Some(vec![])).await.is(422).refused(), ["file: file-empty"]);
    assert_eq!(send(both(), Some(",".repeat(1_000_000).into_bytes())).await.is(422).refused(), ["file: too-many-columns"]);
    assert_eq!(
        send(vec![("kind", "cats".into()), ("map", map.clone())], Some(FILE.into())).await.is(422).refused(),
        ["kind: unknown-variant"]
    );
    assert_eq!(
        send(vec![("kind", "responses".into()), ("map", "{".into())], Some(FILE.into())).await.is(422).refused(),
        ["map: not-json"]
    );
    assert_eq!(w.anna.post("/api/v1/imports", json!({})).await.status, 415);
    // A quotation mark that is never closed: clear, and nothing of the file is stored.
    let open = format!("{FILE}21.11.2025;Центр;5;;;;\"{}", "x\n".repeat(10 << 20));
    let done = import(&w, "responses", serde_json::from_str(&map).expect("a map"), open.as_bytes()).await;
    assert_eq!((done["state"].as_str(), codes(&done)), (Some("failed"), vec![": quote-never-closed".to_owned()]));
    assert_eq!(done["errors"][0]["row"], 9);
    assert_eq!(stored(&w, &id).await.len(), 0);
}

#[tokio::test]
async fn places_of_others_are_refused_and_missing_ones_are_made_where_allowed() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let foreign = w.dina.member;
    let file = format!(
        "b,e,t,c,score\nСевер,Иванова Анна,Касса,qr,9\nсевер,Иванова Анна,Касса,qr,8\n{foreign},,,,7\n{},,,,6\n",
        w.centre
    );
    let mut map = json!({"survey": id, "columns": {"b": "branch", "e": "employee", "t": "touchpoint", "c": "channel", "score": "answer:nps"}});
    let strict = import(&w, "responses", map.clone(), file.as_bytes()).await;
    assert_eq!(
        (counts(&strict), codes(&strict)),
        (("done".into(), 1, 0, 3), vec!["b: unknown".into(), "e: unknown".into(), "t: unknown".into()])
    );
    map["create"] = json!(["branches", "employees", "touchpoints"]);
    let open = import(&w, "responses", map, file.as_bytes()).await;
    assert_eq!((counts(&open), codes(&open)), (("done".into(), 2, 1, 1), vec!["b: unknown".to_owned()]));
    sound(&w).await;
}

#[tokio::test]
async fn branches_and_employees_come_from_files_too() {
    let w = World::new().await;
    let file =
        "Название;Код;Регион;Пояс\nЮг;south;Краснодар;Europe/Moscow\nСевер;;;\nЦентр;centre;;\nПлохой;bad;;Mars/Base\n;x;;\n";
    let map = json!({"columns": {"Название": "name", "Код": "code", "Регион": "region", "Пояс": "timezone"}});
    let done = import(&w, "branches", map, file.as_bytes()).await;
    assert_eq!(
        (counts(&done), codes(&done)),
        (("done".into(), 2, 1, 2), vec!["Название: required".to_owned(), "Пояс: unknown-timezone".into()])
    );
    let file = "ФИО;Филиал;Телефон;Принят\nИванова Анна Сергеевна;south;8 (495) 123-45-67;01.02.2024\nПетров Пётр;Север;;\nПетров Пётр;Север;;\nСидоров;Запад;;\nОшибкин;south;12;вчера\n";
    let map =
        json!({"columns": {"ФИО": "name", "Филиал": "branch", "Телефон": "phone", "Принят": "hired_on"}, "create": ["branches"]});
    let done = import(&w, "employees", map.clone(), file.as_bytes()).await;
    assert_eq!(
        (counts(&done), codes(&done)),
        (("done".into(), 3, 1, 1), vec!["Принят: not-a-date".to_owned(), "Телефон: bad-phone".into()])
    );
    assert_eq!(counts(&import(&w, "employees", map, file.as_bytes()).await), ("done".into(), 0, 4, 1));
}

#[tokio::test]
async fn who_may_and_who_may_not() {
    let w = World::new().await;
    let id = survey(&w, questions()).await;
    let map = map(&id).to_string();
    let fields = [("kind", "responses"), ("map", map.as_str())];
    let file = Some(("f.csv", FILE.as_bytes()));
    upload(&w.gleb, "/api/v1/imports", &fields, file).await.is(403);
    upload(&w.boris, "/api/v1/imports", &fields, file).await.is(403);
    upload(&w.client, "/api/v1/imports", &fields, file).await.is(401);
    upload(&w.dina, "/api/v1/imports", &fields, file).await.is(422);
    let made = upload(&w.anna, "/api/v1/imports", &fields, file).await.is(202);
    let at = made.headers["location"].to_str().expect("text").to_owned();
    w.olga.get(&at).await.is(200);
    w.gleb.get(&at).await.is(403);
    w.dina.get(&at).await.is(404);
    w.dina.get(&format!("{at}/rejects")).await.is(404);
    w.run_jobs().await;
    w.dina.get(&format!("{at}/rejects")).await.is(404);
    assert_eq!(w.olga.get("/api/v1/imports").await.is(200).json()["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(w.dina.get("/api/v1/imports").await.is(200).json()["items"].as_array().map(Vec::len), Some(0));
    // A preview shows the file and guesses what is what, and stores nothing.
    let seen =
        upload(&w.anna, "/api/v1/imports/preview", &[("map", &json!({"survey": id}).to_string())], file).await.is(200).json();
    let guessed: Vec<&Json> = seen["columns"].as_array().expect("columns").iter().map(|c| &c["suggested"]).collect();
    assert_eq!((seen["separator"].as_str(), seen["rows"].as_array().map(Vec::len)), (Some(";"), Some(7)));
    assert_eq!(guessed[0], "at");
    assert_eq!(guessed[1], "branch");
}
