use kit::Role;
use kit::args;
use kit::db::Query;
use kit::time::{DAY, HOUR};
use serde_json::{Value as Json, json};

use crate::world::{Person, World};

/// The comments that a list shows, in its order.
async fn said(who: &Person, path: &str) -> Vec<String> {
    let list = who.get(path).await.is(200).json();
    let items = list["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|r| r["answers"]["why"].as_str().unwrap_or("-").to_owned()).collect()
}

async fn answer(w: &World, code: &str, nps: i64, why: &str, branch: Option<&str>) -> String {
    let mut body = json!({"answers": {"nps": nps, "why": why}});
    if let Some(branch) = branch {
        body["branch"] = json!(branch);
    }
    w.client.post(&format!("/s/{code}"), body).await.is(201).id()
}

#[tokio::test]
async fn every_word_is_found_in_any_form() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    for (nps, why) in [
        (2, "Ждали врача целый час"),
        (9, "Врачи вежливые, ждать не пришлось"),
        (10, "Тёплый приём"),
        (5, "We waited for the doctor"),
    ] {
        answer(&w, &code, nps, why, None).await;
    }
    let base = format!("/api/v1/surveys/{id}/responses");
    for (q, n) in [
        ("врач", 2),
        ("врачом ждать", 2),
        ("теплого", 1),
        ("ТЁПЛЫЙ прием", 1),
        ("waiting doctors", 1),
        ("час", 1),
        ("врач тёплый", 0),
        ("!!!", 0),
    ] {
        let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        assert_eq!(said(&w.anna, &format!("{base}?q={q}")).await.len(), n, "{q}");
        assert_eq!(said(&w.anna, &format!("/api/v1/responses?q={q}")).await.len(), n, "{q}");
    }
    assert_eq!(said(&w.anna, &format!("{base}?q=врач&score_below=7")).await, ["Ждали врача целый час"]);
    // Words that mean something to a search engine mean nothing here.
    for q in ["\"", "NOT врач", "stems:врач", "вр*", "' OR 1=1 --", "a\0b", "NEAR(врач ждать)"] {
        let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        w.anna.get(&format!("{base}?q={q}")).await.is(200);
    }
    w.anna.get(&format!("{base}?q={}", "a".repeat(201))).await.is(422);
    assert_eq!(said(&w.dina, "/api/v1/responses?q=врач").await.len(), 0, "another company's comments");
    w.dina.get(&base).await.is(404);
}

#[tokio::test]
async fn newest_first_in_parts_that_do_not_shift() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    for n in 0..7 {
        answer(&w, &code, 9, &format!("ответ {n}"), None).await;
        w.advance(HOUR);
    }
    for (path, sep) in [
        (format!("/api/v1/surveys/{id}/responses"), '?'),
        (format!("/api/v1/surveys/{id}/responses?q=ответ"), '&'),
        ("/api/v1/responses".to_owned(), '?'),
    ] {
        let mut all: Vec<String> = Vec::new();
        let mut after = String::new();
        loop {
            let part = w.anna.get(&format!("{path}{sep}limit=3{after}")).await.is(200).json();
            all.extend(
                part["items"].as_array().expect("items").iter().map(|r| r["answers"]["why"].as_str().unwrap_or("").to_owned()),
            );
            answer(&w, &code, 9, "новый ответ", None).await;
            let Some(next) = part["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        all.retain(|a| a.starts_with("ответ"));
        assert_eq!(all, (0..7).rev().map(|n| format!("ответ {n}")).collect::<Vec<_>>(), "{path}");
    }
}

#[tokio::test]
async fn filters_are_strict_and_days_are_the_companys() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    answer(&w, &code, 3, "в центре", Some("centre")).await;
    // 21 November 12:00 in Moscow; 13 hours later it is the 22nd there, still the 21st in UTC.
    w.advance(10 * HOUR + 2 * HOUR);
    answer(&w, &code, 9, "ночью", None).await;
    let base = format!("/api/v1/surveys/{id}/responses");
    assert_eq!(said(&w.anna, &format!("{base}?branch=centre")).await, ["в центре"]);
    assert_eq!(said(&w.anna, &format!("{base}?branch={}", w.centre)).await, ["в центре"]);
    assert_eq!(said(&w.anna, &format!("{base}?from=2026-11-22")).await, ["ночью"]);
    assert_eq!(said(&w.anna, &format!("{base}?from=2026-11-21&to=2026-11-22")).await, ["в центре"]);
    assert_eq!(said(&w.anna, &format!("{base}?score_below=7&question=nps")).await, ["в центре"]);
    assert_eq!(said(&w.anna, &format!("{base}?version=2")).await.len(), 0);
    for (query, refused) in [
        ("branch=nowhere", "branch: unknown"),
        ("from=yesterday", "from: not-a-day"),
        ("colour=red", "colour: unknown-field"),
        ("question=why&score_below=3", "question: unknown-question"),
        ("limit=0", "limit: out-of-range"),
        ("after=zz", "after: bad-cursor"),
        ("employee=nobody", "employee: unknown"),
        ("touchpoint=none", "touchpoint: unknown"),
        ("question=nps", "score_below: required"),
    ] {
        assert_eq!(w.anna.get(&format!("{base}?{query}")).await.is(422).refused(), [refused], "{query}");
    }
}

#[tokio::test]
async fn undated_answers_stand_at_the_end() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    let first = answer(&w, &code, 9, "без даты", None).await;
    answer(&w, &code, 9, "с датой", None).await;
    let first = uuid::Uuid::try_parse(&first).expect("an id");
    w.app
        .ground
        .db
        .run("update response set at = null, day = null where org = $1 and id = $2", args![w.anna.org, first])
        .await
        .expect("undated");
    let base = format!("/api/v1/surveys/{id}/responses");
    assert_eq!(said(&w.anna, &base).await, ["с датой", "без даты"]);
    let part = w.anna.get(&format!("{base}?limit=1")).await.is(200).json();
    let next = part["next"].as_str().expect("more").to_owned();
    assert_eq!(said(&w.anna, &format!("{base}?limit=1&after={next}")).await, ["без даты"]);
    assert_eq!(said(&w.anna, &format!("{base}?to=2027-01-01")).await, ["с датой"]);
}

#[tokio::test]
async fn a_branch_head_reads_the_own_branch_and_an_employee_the_own_answers() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    let own = answer(&w, &code, 3, "в центре", Some("centre")).await;
    let other = answer(&w, &code, 3, "нигде", None).await;
    let base = format!("/api/v1/surveys/{id}/responses");
    assert_eq!(said(&w.boris, &base).await, ["в центре"]);
    assert_eq!(said(&w.boris, "/api/v1/responses").await, ["в центре"]);
    assert_eq!(said(&w.boris, &format!("{base}?q=нигде")).await.len(), 0);
    w.boris.get(&format!("/api/v1/responses/{own}")).await.is(200);
    w.boris.get(&format!("/api/v1/responses/{other}")).await.is(403);
    w.app
        .ground
        .db
        .run(
            "insert into branch (org, id, name, code, created_at) values ($1,$2,'Юг','south',0)",
            args![w.anna.org, w.app.ground.entropy.id(w.app.ground.now())],
        )
        .await
        .expect("a branch");
    w.boris.get(&format!("{base}?branch=south")).await.is(403);
    let vera = w.person("vera", Role::Employee, vec![]).await;
    assert_eq!(said(&vera, &base).await.len(), 0, "nobody's answers are not hers");
    let employee = w.app.ground.entropy.id(w.app.ground.now());
    w.app
        .ground
        .db
        .run(
            "insert into employee (org, id, name, code, branch, created_at) values ($1,$2,'Вера','vera',$3,0)",
            args![w.anna.org, employee, w.centre],
        )
        .await
        .expect("an employee");
    w.app
        .ground
        .db
        .run("update member set employee = $3 where org = $1 and id = $2", args![w.anna.org, vera.member, employee])
        .await
        .expect("hers");
    w.client
        .post(&format!("/s/{code}"), json!({"answers": {"nps": 10, "why": "Вера помогла"}, "employee": "vera"}))
        .await
        .is(201);
    assert_eq!(said(&vera, &base).await, ["Вера помогла"]);
    w.person("igor", Role::Employee, vec![]).await.get(&format!("/api/v1/responses/{own}")).await.is(403);
}

#[tokio::test]
async fn a_viewer_sees_no_contacts() {
    let w = World::new().await;
    let made = w.anna.post("/api/v1/surveys/templates/visit/copy", json!({})).await.is(201);
    let (id, code) = (made.id(), made.json()["code"].as_str().expect("a code").to_owned());
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    let body =
        json!({"answers": {"rating": 2, "why": "грязно", "contact": {"name": "Иван", "phone": "+74951234567", "consent": true}}});
    let answer = w.client.post(&format!("/s/{code}"), body).await.is(201).id();
    let seen = |who: Person| {
        let (one, list) = (format!("/api/v1/responses/{answer}"), format!("/api/v1/surveys/{id}/responses"));
        async move {
            let one = who.get(&one).await.is(200).json();
            let list = who.get(&list).await.is(200).json();
            assert_eq!(one["answers"], list["items"][0]["answers"]);
            one["answers"].clone()
        }
    };
    assert_eq!(seen(w.anna.clone()).await["contact"]["phone"], "+74951234567");
    assert_eq!(seen(w.gleb.clone()).await["contact"], Json::Null);
    let page = w.gleb.page(&format!("/responses/{answer}")).await.is(200).text;
    assert!(page.contains("грязно") && !page.contains("123-45-67"), "{page}");
}

#[tokio::test]
async fn a_confidential_survey_shows_comments_of_groups_only() {
    let w = World::new().await;
    let form = json!({"name": "Пульс", "locales": ["ru"], "about": "staff", "anonymity": "confidential", "questions": [
        {"key": "nps", "type": "nps", "title": "?"}, {"key": "why", "type": "text", "title": "?"}]});
    let made = w.anna.post("/api/v1/surveys", form).await.is(201);
    let (id, code) = (made.id(), made.json()["code"].as_str().expect("a code").to_owned());
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    let base = format!("/api/v1/surveys/{id}/responses");
    let mut last = String::new();
    for n in 0..4 {
        last = answer(&w, &code, 3, &format!("слово {n}"), Some("centre")).await;
        w.advance(DAY);
    }
    assert_eq!(said(&w.anna, &base).await.len(), 0, "four are a handful");
    w.anna.get(&format!("/api/v1/responses/{last}")).await.is(404);
    answer(&w, &code, 9, "слово 4", None).await;
    assert_eq!(said(&w.anna, &base).await.len(), 0, "the week is not over");
    w.advance(7 * DAY);
    let list = w.anna.get(&base).await.is(200).json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(5));
    for item in list["items"].as_array().expect("items") {
        assert_eq!(item["answers"].as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()), Some(vec!["why".to_owned()]));
        assert_eq!((&item["branch"], &item["lang"], &item["raw"]), (&Json::Null, &Json::Null, &Json::Null));
        let at = item["at"].as_str().expect("a week");
        assert_eq!(at, "2026-11-15T21:00:00Z", "two weeks together, told by the first");
        assert_eq!(item["id"].as_str().and_then(|i| i.chars().nth(14)), Some('4'), "an id that tells no time");
    }
    // Neither a handful nor what it leaves over, nor people one by one, nor beside answers with their moments.
    assert_eq!(said(&w.anna, &format!("{base}?branch=centre")).await.len(), 0);
    assert_eq!(said(&w.boris, &base).await.len(), 0);
    assert_eq!(said(&w.anna, &format!("{base}?score_below=5")).await.len(), 0);
    assert_eq!(said(&w.anna, "/api/v1/responses").await.len(), 0);
    assert_eq!(said(&w.anna, &format!("{base}?q=слово")).await.len(), 5);
    let part = w.anna.get(&format!("{base}?limit=2")).await.is(200).json();
    let next = part["next"].as_str().expect("more");
    assert_eq!(said(&w.anna, &format!("{base}?after={next}")).await.len(), 3);
    // A later draft that promises less takes nothing back.
    w.anna.patch(&format!("/api/v1/surveys/{id}"), json!({"anonymity": "identified"})).await.is(200);
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    assert_eq!(w.anna.get(&format!("/api/v1/responses/{last}")).await.is(200).json()["branch"], Json::Null);
}

#[tokio::test]
async fn the_stream_is_read_and_an_answer_is_deleted() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    let bad = answer(&w, &code, 2, "Хамили <b>врачи</b>", Some("centre")).await;
    let page = w.anna.page(&format!("/surveys/{id}/responses?q=врач")).await.is(200).text;
    assert!(page.contains("<mark>врачи</mark>") && page.contains("&#60;b&#62;") && page.contains("Центр"), "{page}");
    assert!(w.anna.page("/responses").await.is(200).text.contains("После визита"));
    assert!(w.anna.page("/responses?from=вчера").await.is(422).text.contains("Нужна дата"));
    let one = w.anna.page(&format!("/responses/{bad}")).await.is(200).text;
    assert!(one.contains("Хамили") && one.contains("Удалить"));
    assert!(!w.gleb.page(&format!("/responses/{bad}")).await.is(200).text.contains("/removal"));
    w.gleb.form(&format!("/responses/{bad}/removal"), &[]).await.is(403);
    w.dina.form(&format!("/responses/{bad}/removal"), &[]).await.is(404);
    w.anna.form(&format!("/responses/{bad}/removal"), &[]).await.is(303);
    w.anna.form(&format!("/responses/{bad}/removal"), &[]).await.is(404);
    assert_eq!(w.history(&bad).await, ["response.removed"]);
    assert_eq!(said(&w.anna, &format!("/api/v1/surveys/{id}/responses?q=врач")).await.len(), 0);
}

#[tokio::test]
async fn on_a_page_the_last_day_counts() {
    let w = World::new().await;
    let (id, code) = w.survey().await;
    answer(&w, &code, 3, "сегодня", None).await;
    let today = "2026-11-21";
    for path in ["/responses".to_owned(), format!("/surveys/{id}/responses")] {
        let seen = async |from: &str, to: &str| {
            w.anna.page(&format!("{path}?from={from}&to={to}")).await.is(200).text.contains("сегодня")
        };
        assert!(seen(today, today).await, "{path}: one day is a day");
        assert!(!seen("2026-11-01", "2026-11-20").await);
    }
    w.anna.page("/responses?to=вчера").await.is(422);
    assert_eq!(
        said(&w.anna, &format!("/api/v1/responses?from={today}&to={today}")).await.len(),
        0,
        "the API ends before its day"
    );
    let go = w.anna.page(&format!("/exports?kind=responses&survey={id}&from={today}&to={today}")).await.is(303);
    assert!(go.headers["location"].to_str().expect("an address").contains("to=2026-11-22"));
}
