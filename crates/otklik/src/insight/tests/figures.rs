use serde_json::{Value as Json, json};

use crate::world::{Person, World};

/// A survey with one question of each kind, published; returns its id and code.
pub async fn survey(w: &World, anonymity: &str) -> (String, String) {
    let title = |t: &str| json!({"ru": t, "en": t});
    let form = json!({"name": title("Визит"), "locales": ["ru", "en"], "anonymity": anonymity, "questions": [
        {"key": "nps", "type": "nps", "title": title("Посоветуете?")},
        {"key": "csat", "type": "csat", "title": title("Довольны?")},
        {"key": "ces", "type": "ces", "title": title("Легко?")},
        {"key": "stars", "type": "rating", "title": title("Оценка"), "scale": {"min": 1, "max": 5, "best": "min"}},
        {"key": "ten", "type": "rating", "title": title("Десять"), "scale": {"min": 1, "max": 10, "best": "max"}},
        {"key": "why", "type": "choice", "title": title("Зачем"), "options": [
            {"key": "buy", "title": title("Купить")}, {"key": "look", "title": title("Посмотреть")}]},
    ]});
    let made = w.anna.post("/api/v1/surveys", form).await.is(201);
    let id = made.id();
    w.anna.post(&format!("/api/v1/surveys/{id}/publication"), json!({})).await.is(201);
    (id, made.json()["code"].as_str().expect("a code").to_owned())
}

/// One answer, back-dated by Anna where a day is given.
pub async fn answer(w: &World, code: &str, answers: Json, day: Option<&str>, origin: Json) {
    let mut body = json!({ "answers": answers });
    if let Some(map) = origin.as_object() {
        for (k, v) in map {
            body[k] = v.clone();
        }
    }
    let door = format!("/s/{code}");
    match day {
        None => w.client.post(&door, body).await.is(201),
        Some(day) => {
            body["at"] = json!(format!("{day}T09:00:00Z"));
            w.anna.post(&door, body).await.is(201)
        }
    };
}

async fn scores(w: &World, code: &str, question: &str, values: &[(i64, usize)]) {
    for (value, times) in values {
        for _ in 0..*times {
            answer(w, code, json!({ question: value }), None, json!({})).await;
        }
    }
}

async fn get(p: &Person, path: &str) -> Json {
    p.get(&format!("/api/v1/metrics/{path}")).await.is(200).json()
}

fn near(a: &Json, b: f64) {
    let a = a.as_f64().unwrap_or_else(|| panic!("no number: {a}"));
    assert!((a - b).abs() < 1e-6, "{a} is not {b}");
}

#[tokio::test]
async fn the_catalogue_explains_every_figure() {
    let w = World::new().await;
    let list = w.gleb.get("/api/v1/metrics").await.is(200).json();
    let items = list["items"].as_array().expect("items");
    assert!(items.iter().any(|i| i["key"] == "nps" && i["unit"] == "points" && i["better"] == "up"));
    assert!(items.iter().all(|i| i["definition"].as_str().is_some_and(|d| d.len() > 10 && !d.starts_with("insight-"))));
    w.client.get("/api/v1/metrics").await.is(401);
    w.gleb.get("/api/v1/metrics/nonsense").await.is(404);
}

#[tokio::test]
async fn published_numbers_come_out() {
    let w = World::new().await;
    let (id, code) = survey(&w, "identified").await;
    // Five promoters, three passives, two detractors: interval of Rocks (2016) as the R package NPS gives it.
    scores(&w, &code, "nps", &[(10, 3), (9, 2), (8, 2), (7, 1), (6, 1), (0, 1)]).await;
    let nps = get(&w.gleb, "nps").await;
    assert_eq!(nps["items"].as_array().map(Vec::len), Some(1));
    near(&nps["items"][0]["value"], 30.0);
    near(&nps["items"][0]["ci"][0], -19.050_615_376_363_67);
    near(&nps["items"][0]["ci"][1], 65.204_461_530_209_83);
    assert_eq!(nps["items"][0]["n"], 10);
    near(&get(&w.gleb, "promoters").await["items"][0]["value"], 50.0);
    // CES: Dixon, Freeman, Toman; fifteen answers, t interval and Wilson by statsmodels.
    scores(&w, &code, "ces", &[(7, 3), (6, 5), (5, 3), (4, 1), (3, 1), (2, 1), (1, 1)]).await;
    let ces = get(&w.gleb, &format!("ces?survey={id}")).await;
    near(&ces["items"][0]["value"], 5.066_666_666_666_666);
    near(&ces["items"][0]["ci"][0], 4.052_719_889_911_406);
    let easy = get(&w.gleb, "ces_easy").await;
    near(&easy["items"][0]["value"], 0.733_333_333_333_333);
    near(&easy["items"][0]["ci"][1], 0.891_025_466_743_076);
    // Two best of five, whichever end is best.
    scores(&w, &code, "csat", &[(5, 1), (4, 1), (1, 2)]).await;
    near(&get(&w.gleb, "csat").await["items"][0]["value"], 0.5);
    scores(&w, &code, "stars", &[(1, 3), (5, 1)]).await;
    near(&get(&w.gleb, &format!("csat?survey={code}&question=stars")).await["items"][0]["value"], 0.75);
    near(&get(&w.gleb, "rating?question=stars").await["items"][0]["value"], 2.0);
    let refused = w.gleb.get("/api/v1/metrics/rating").await.is(422);
    assert_eq!(refused.refused(), ["question: several-scales"]);
    let each = get(&w.gleb, "rating?by=question").await;
    assert_eq!(each["items"].as_array().map(Vec::len), Some(1), "only those that were answered: {each}");
    answer(&w, &code, json!({"why": "buy"}), None, json!({})).await;
    let spread = get(&w.gleb, "distribution?question=why").await;
    assert_eq!(spread["items"][0]["distribution"][0]["label"], "Купить");
    near(&spread["items"][0]["distribution"][0]["share"], 1.0);
    assert_eq!(get(&w.gleb, "responses").await["items"][0]["n"], 34);
}

#[tokio::test]
async fn nothing_is_an_item_too_and_bad_questions_are_refused() {
    let w = World::new().await;
    let none = get(&w.gleb, "nps").await;
    assert_eq!(none["items"][0]["n"], 0);
    assert_eq!((&none["items"][0]["value"], &none["items"][0]["ci"]), (&Json::Null, &Json::Null));
    for (query, refused) in [
        ("by=moon", "by: unknown-variant"),
        ("from=21.11.2026", "from: bad-day"),
        ("from=2026-11-02&to=2026-11-02", "to: range-empty"),
        ("branch=nowhere", "branch: unknown"),
        ("survey=nope", "survey: unknown"),
        ("question=nope", "question: unknown"),
        ("employee=nope", "employee: unknown"),
        ("touchpoint=nope", "touchpoint: unknown"),
        ("channel=nope", "channel: unknown"),
        ("chart=1", "chart: chart-needs-periods"),
        ("compare=previous", "compare: compare-needs-range"),
        ("tiers=1", "tiers: tiers-need-groups"),
        ("limit=0", "limit: out-of-range"),
        ("colour=red", "colour: unknown-field"),
        ("about=ghosts", "about: unknown-variant"),
        ("branch=%00", "branch: control-characters"),
        ("by=branch&limit=5&after=zz", "after: bad-cursor"),
        ("by=day&from=1900-01-01&to=2199-01-01", "from: too-many"),
    ] {
        let reply = w.gleb.get(&format!("/api/v1/metrics/nps?{query}")).await.is(422);
        assert_eq!(reply.refused(), [refused], "{query}");
    }
    let theirs = w.dina.post("/api/v1/surveys", crate::world::nps_survey()).await.is(201).id();
    let reply = w.anna.get(&format!("/api/v1/metrics/nps?survey={theirs}")).await.is(422);
    assert_eq!(reply.refused(), ["survey: unknown"]);
}

#[tokio::test]
async fn periods_have_gaps_and_changes_have_significance() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    for (day, value, times) in
        [("2026-10-05", 10, 12), ("2026-10-06", 0, 2), ("2026-10-20", 9, 3), ("2026-11-03", 0, 12), ("2026-11-04", 10, 2)]
    {
        for _ in 0..times {
            answer(&w, &code, json!({ "nps": value }), Some(day), json!({})).await;
        }
    }
    let weeks = get(&w.gleb, "nps?by=week&from=2026-10-05&to=2026-11-09").await;
    let keys: Vec<&str> = weeks["items"].as_array().expect("items").iter().filter_map(|i| i["key"].as_str()).collect();
    assert_eq!(keys, ["2026-W41", "2026-W42", "2026-W43", "2026-W44", "2026-W45"]);
    assert_eq!((&weeks["items"][1]["n"], &weeks["items"][1]["value"]), (&json!(0), &Json::Null));
    let months = get(&w.gleb, "nps?by=month&compare=previous&chart=1").await;
    assert_eq!(months["items"].as_array().map(Vec::len), Some(2));
    near(&months["items"][1]["previous"], 100.0 * 13.0 / 17.0);
    assert!(months["signals"].is_array() && months["items"][0]["previous"].is_null());
    let november = get(&w.gleb, "nps?from=2026-11-01&to=2026-11-29&compare=previous").await;
    let item = &november["items"][0];
    near(&item["previous"], 100.0 * 13.0 / 17.0);
    assert!(item["difference"].as_f64().expect("a difference") < -100.0 && item["p"].as_f64().expect("p") < 0.01);
    let last_year = get(&w.gleb, "nps?from=2026-11-01&to=2026-11-29&compare=year").await;
    assert_eq!((&last_year["items"][0]["previous"], &last_year["items"][0]["p"]), (&Json::Null, &Json::Null));
    let days = get(&w.gleb, "nps?by=day&from=2026-11-03&to=2026-11-05").await;
    assert_eq!(days["items"][0]["key"], "2026-11-03");
    assert_eq!(days["items"][0]["n"], 12);
}

#[tokio::test]
async fn a_branch_head_sees_the_own_branch_and_nothing_else() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    for (value, times) in [(10, 8), (0, 2)] {
        for _ in 0..times {
            answer(&w, &code, json!({ "nps": value }), None, json!({"branch": "centre", "channel": "qr"})).await;
        }
    }
    for _ in 0..6 {
        answer(&w, &code, json!({"nps": 0}), None, json!({"channel": "sms"})).await;
    }
    let whole = get(&w.gleb, "nps").await;
    assert_eq!(whole["items"][0]["n"], 16);
    let own = get(&w.boris, "nps").await;
    assert_eq!(own["items"][0]["n"], 10);
    near(&own["items"][0]["value"], 60.0);
    // Two dimensions at once come from the answers themselves.
    let by_channel = get(&w.boris, "nps?by=channel").await;
    assert_eq!(by_channel["items"].as_array().map(Vec::len), Some(1));
    assert_eq!((&by_channel["items"][0]["key"], &by_channel["items"][0]["n"]), (&json!("qr"), &json!(10)));
    let both = get(&w.gleb, "nps?branch=centre&channel=qr&by=day").await;
    assert_eq!(both["items"][0]["n"], 10);
    let tiers = get(&w.gleb, "nps?by=channel&tiers=1").await;
    assert_eq!((&tiers["items"][0]["tier"], &tiers["items"][0]["against_mean"]), (&json!(1), &json!("above")));
    assert_eq!(tiers["items"][1]["against_mean"], "below");
    let branches = get(&w.gleb, "nps?by=branch&limit=1").await;
    assert_eq!(branches["items"][0]["code"], "centre");
    w.boris.get("/api/v1/metrics/nps?branch=centre").await.is(200);
    w.dina.get("/api/v1/metrics/nps?branch=centre").await.is(422);
    let vera = w.person("vera", kit::Role::Employee, vec![]).await;
    assert_eq!(get(&vera, "nps").await["items"][0]["n"], 0, "nobody's answers are hers");
}

#[tokio::test]
async fn anonymous_answers_are_shown_by_five_or_not_at_all() {
    let w = World::new().await;
    let (id, code) = survey(&w, "anonymous").await;
    for (branch, times) in [("centre", 10), ("nowhere", 3)] {
        for _ in 0..times {
            answer(&w, &code, json!({"nps": 9}), None, json!({ "branch": branch })).await;
        }
    }
    // The week is not over: nothing of it is shown, neither by itself nor in all time.
    for query in ["nps", "nps?by=week&from=2026-11-16&to=2026-11-23"] {
        assert_eq!(get(&w.gleb, query).await["items"][0]["suppressed"], true, "{query}");
    }
    w.advance(7 * kit::time::DAY);
    let whole = get(&w.gleb, "nps").await;
    assert_eq!(whole["items"][0]["n"], 13);
    // Three without a branch: the one branch there is would give them away.
    let by = get(&w.gleb, &format!("nps?by=branch&survey={id}")).await;
    assert_eq!(by["items"][0]["suppressed"], true);
    assert_eq!((&by["items"][0]["n"], &by["items"][0]["value"], &by["items"][0]["ci"]), (&Json::Null, &Json::Null, &Json::Null));
    for (query, refused) in [
        ("by=day", "by: guarded-by-day"),
        ("by=branch&channel=qr", "channel: unknown"),
        ("from=2026-11-03&to=2026-11-10", "from: guarded-closed-periods"),
        ("by=week&branch=centre", "by: guarded-one-dimension"),
    ] {
        assert_eq!(w.gleb.get(&format!("/api/v1/metrics/nps?{query}")).await.is(422).refused(), [refused], "{query}");
    }
    let weeks = get(&w.gleb, "nps?by=week&from=2026-11-16&to=2026-11-23").await;
    assert_eq!(weeks["items"][0]["n"], 13);
}
