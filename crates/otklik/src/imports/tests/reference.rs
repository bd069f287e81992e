//! Real data sets of others, where they lie beside the repository: OTKLIK_REFERENCE, or ../shared/reference.

use std::io::Read;
use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::{codes, counts, import, sound, survey, values};
use crate::world::World;

/// The folder of a data set; says so when it is not there.
pub fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("OTKLIK_REFERENCE")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference"));
    let found = [root.join("data").join(name), root.join(name)].into_iter().find(|p| p.is_dir());
    if found.is_none() {
        println!("SKIPPED: no reference data {name} at {}", root.display());
    }
    found
}

fn read(set: &str, file: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(folder(set)?.join(file)).expect("a file");
    println!("reference data: {set}/{file}");
    Some(bytes)
}

/// The rows that the vector expects of a file.
fn expected(id: &str) -> Json {
    let root = folder("nhs_fft").expect("data");
    let path = root.ancestors().map(|a| a.join("vectors/n_import_counts.json")).find(|p| p.is_file()).expect("vectors");
    let all: Json = serde_json::from_slice(&std::fs::read(path).expect("vectors")).expect("JSON");
    all["cases"].as_array().expect("cases").iter().find(|c| c["id"] == id).expect("a case")["expected"].clone()
}

#[tokio::test]
async fn nhs_friends_and_family() {
    let Some(bytes) = read("nhs_fft", "comments.csv.gz") else { return };
    let w = World::new().await;
    let id = survey(
        &w,
        json!([{"key": "fft", "type": "csat", "title": "Как прошло?"}, {"key": "why", "type": "text", "title": "Почему?"}]),
    )
    .await;
    let map = json!({"survey": id, "create": ["branches"], "columns": {"Comment ID": "external_id", "Respondent ID": "respondent", "Date": "at",
        "Service type 1": "branch", "FFT categorical answer": {"to": "answer:fft", "reverse": true, "missing": ["6", "7"]}, "FFT answer": "answer:why"}});
    let done = import(&w, "responses", map.clone(), &bytes).await;
    let rows = expected("nhs_fft/comments.csv.gz")["rows"].as_i64().expect("rows");
    assert_eq!((counts(&done), done["rows_total"].as_i64()), (("done".into(), rows, 0, 0), Some(rows)), "{done}");
    // 1 was best; one value a respondent; 6 and 7 are no answers. Counted by hand from the file.
    assert_eq!(values(&w, &id, "fft").await, [(1, 151), (2, 109), (3, 129), (4, 477), (5, 2049)]);
    sound(&w).await;
    assert_eq!(counts(&import(&w, "responses", map, &bytes).await), ("done".into(), 0, rows, 0));
}

#[tokio::test]
async fn airline_passengers() {
    let Some(bytes) = read("airline_satisfaction", "survey.csv.gz") else { return };
    let w = World::new().await;
    let columns = ["Inflight_wifi_service", "Online_boarding", "Seat_comfort", "Cleanliness"];
    let mut questions: Vec<Json> = columns.iter().map(|c| json!({"key": c, "type": "rating", "title": c})).collect();
    questions.push(json!({"key": "happy", "type": "choice", "title": "Satisfied?", "options": [{"key": "yes", "title": "satisfied"}, {"key": "no", "title": "neutral or dissatisfied"}]}));
    let id = survey(&w, Json::from(questions)).await;
    let mut map = json!({"survey": id, "create": ["touchpoints"], "columns": {"row": "external_id", "Class": "touchpoint", "satisfaction": "answer:happy"}});
    for c in columns {
        map["columns"][c] = json!({"to": format!("answer:{c}"), "missing": [0]});
    }
    let done = import(&w, "responses", map, &bytes).await;
    let want = expected("airline_satisfaction/survey.csv.gz");
    assert_eq!(
        (counts(&done), done["warnings"].as_array().map(Vec::len)),
        (("done".into(), want["rows"].as_i64().expect("rows"), 0, 0), Some(0)),
        "{done}"
    );
    for c in columns {
        let sum: i64 = values(&w, &id, c).await.iter().map(|(v, n)| v * n).sum();
        #[expect(clippy::cast_precision_loss, reason = "a small sum")]
        let sum = sum as f64;
        assert_eq!(Some(sum), want["by_column"][c]["sum"].as_f64(), "{c}");
    }
}

#[tokio::test]
async fn a_scale_that_changes_inside_a_column_is_caught() {
    let Some(bytes) = read("skytrax_lounge", "reviews.csv.gz") else { return };
    let w = World::new().await;
    let scale = |max: i64| {
        json!([
            {"key": "overall", "type": "rating", "title": "Overall", "scale": {"min": 1, "max": max}},
            {"key": "ten", "type": "rating", "title": "Overall out of ten", "scale": {"min": 1, "max": 10}},
            {"key": "staff", "type": "rating", "title": "Staff", "scale": {"min": 0, "max": 5}},
            {"key": "why", "type": "text", "title": "Review"}
        ])
    };
    let map = |id: &str, overall: Json| json!({"survey": id, "create": ["branches"], "columns": {"airline_name": "branch", "date": "at", "overall_rating": overall, "staff_service_rating": "answer:staff", "content": "answer:why"}});
    // On a scale of five everything from the change on stays out, also what would fit by chance.
    let five = survey(&w, scale(5)).await;
    let done = import(&w, "responses", map(&five, json!("answer:overall")), &bytes).await;
    assert_eq!(
        (counts(&done), codes(&done)),
        (("done".into(), 2145, 0, 119), vec!["overall_rating: mixed-scale".to_owned()]),
        "{done}"
    );
    let warning = &done["warnings"][0];
    assert_eq!((warning["column"].as_str(), warning["code"].as_str()), (Some("overall_rating"), Some("mixed-scale")));
    assert!(warning["message"].as_str().is_some_and(|m| m.starts_with("С 2015-06 встречаются значения выше 5")), "{warning}");
    // On a scale of ten it is the years before that do not fit.
    let ten = survey(&w, scale(10)).await;
    let done = import(&w, "responses", map(&ten, json!("answer:overall")), &bytes).await;
    assert_eq!((counts(&done), codes(&done)), (("done".into(), 124, 0, 2140), vec!["overall_rating: mixed-scale".to_owned()]));
    // Told of the day, the import puts each value where it belongs.
    let both = survey(&w, scale(5)).await;
    let split = json!({"to": "answer:overall", "scale_change": {"at": "2015-06-09", "after": "answer:ten"}});
    let done = import(&w, "responses", map(&both, split), &bytes).await;
    assert_eq!(counts(&done), ("done".into(), 2264, 0, 0), "{done}");
    assert_eq!(values(&w, &both, "overall").await.iter().map(|v| v.1).sum::<i64>(), 2140);
    assert_eq!(values(&w, &both, "ten").await.iter().map(|v| v.1).sum::<i64>(), 119);
    sound(&w).await;
    // The preview says it before anything is stored.
    let text = map(&five, json!("answer:overall")).to_string();
    let seen =
        super::upload(&w.anna, "/api/v1/imports/preview", &[("map", &text)], Some(("f.csv.gz", &bytes))).await.is(200).json();
    assert_eq!((seen["rows_total"].as_i64(), seen["warnings"][0]["code"].as_str()), (Some(2264), Some("mixed-scale")));
}

#[tokio::test]
async fn russian_restaurants() {
    let Some(bytes) = read("ru_restaurants", "reviews.csv") else { return };
    let w = World::new().await;
    let ten = json!({"min": 0, "max": 10});
    let id = survey(&w, json!([
        {"key": "food", "type": "rating", "title": "Еда", "scale": ten}, {"key": "interior", "type": "rating", "title": "Интерьер", "scale": ten},
        {"key": "service", "type": "rating", "title": "Обслуживание", "scale": ten}, {"key": "text", "type": "text", "title": "Отзыв"}
    ])).await;
    let map = json!({"survey": id, "create": ["branches"], "columns": {"review_id": "external_id", "object": "branch", "date": "at", "food": "answer:food",
        "interior": "answer:interior", "service": "answer:service", "text": "answer:text"}});
    let done = import(&w, "responses", map, &bytes).await;
    let want = expected("ru_restaurants/reviews.csv");
    assert_eq!(counts(&done), ("done".into(), want["rows"].as_i64().expect("rows"), 0, 0), "{done}");
    for c in ["food", "interior", "service"] {
        let sum: i64 = values(&w, &id, c).await.iter().map(|(v, n)| v * n).sum();
        assert_eq!(Some(sum), want["by_column"][c]["sum"].as_f64().map(|s| s as i64), "{c}");
    }
    let found = kit::db::Query::rows(&w.app.ground.db, "select count(*) from response where length(answers) > 0", kit::args![])
        .await
        .expect("rows");
    assert_eq!(found.len(), 1);
}

#[test]
fn packed_files_are_read_as_they_are() {
    let Some(bytes) = read("nhs_fft", "comments.csv.gz") else { return };
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("text");
    assert!(text.starts_with("Comment ID,"));
}
