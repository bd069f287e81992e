use serde_json::json;

use super::{counts, import, stored, survey, values};
use crate::world::World;

#[tokio::test]
async fn every_dialect_gives_the_same_rows() {
    let Some(folder) = super::reference::folder("csv_dialects") else { return };
    let expected: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("EXPECTED.json")).expect("EXPECTED.json")).expect("JSON");
    let w = World::new().await;
    let files = [
        "reference_utf8_comma.csv",
        "utf8_bom_semicolon.csv",
        "utf8_tab.tsv",
        "utf16le_bom_tab.txt",
        "excel_ru_cp1251_semicolon_crlf.csv",
    ];
    let mut first: Option<Vec<serde_json::Value>> = None;
    for name in files {
        let scale = json!({"min": 0, "max": 10});
        let id = survey(
            &w,
            json!([
                {"key": "food", "type": "rating", "title": "Еда", "scale": scale},
                {"key": "interior", "type": "rating", "title": "Интерьер", "scale": scale},
                {"key": "service", "type": "rating", "title": "Обслуживание", "scale": scale},
                {"key": "text", "type": "text", "title": "Отзыв"}
            ]),
        )
        .await;
        let map = json!({"survey": id, "columns": {"review_id": "external_id", "object": "branch", "date": "at", "food": "answer:food",
            "interior": "answer:interior", "service": "answer:service", "text": "answer:text"}, "create": ["branches"]});
        let bytes = std::fs::read(folder.join(name)).expect("a file");
        let done = import(&w, "responses", map, &bytes).await;
        assert_eq!(counts(&done), ("done".into(), 60, 0, 0), "{name}: {done}");
        let sum: i64 = values(&w, &id, "food").await.iter().map(|(v, n)| v * n).sum();
        assert_eq!(Some(sum), expected["food_sum"].as_i64(), "{name}");
        let rows = stored(&w, &id).await;
        let chars: usize = rows.iter().map(|r| r["text"].as_str().unwrap_or("").chars().filter(|c| *c != '\r').count()).sum();
        let broken = rows.iter().filter(|r| r["text"].as_str().unwrap_or("").contains('\n')).count();
        assert_eq!(Some(broken), expected["text_with_line_break"].as_u64().and_then(|n| usize::try_from(n).ok()), "{name}");
        println!("{name}: {} {} {chars} characters", done["encoding"], done["separator"]);
        // Windows-1251 has no sign for some characters; the others must be the same everywhere.
        if !name.contains("cp1251") {
            match &first {
                None => first = Some(rows),
                Some(known) => assert_eq!(&rows, known, "{name}"),
            }
        }
        let at: i64 = kit::db::Query::scalar(
            &w.app.ground.db,
            "select min(at) from response where survey = $1",
            kit::args![uuid::Uuid::try_parse(&id).expect("an id")],
        )
        .await
        .expect("a row")
        .expect("a date");
        assert!(at < kit::Timestamp::parse("2012-03-13T07:42:00Z").expect("a moment").0 + 1, "{name}");
    }
    // The amounts with a decimal comma, by the rules themselves.
    let (path, map) = (
        folder.join("excel_ru_cp1251_semicolon_crlf.csv"),
        crate::imports::Map { encoding: "auto".into(), separator: "auto".into(), ..crate::imports::Map::default() },
    );
    let sample = crate::imports::source::sample(&path, &map, 1000).unwrap_or_else(|e| panic!("{e:?}"));
    let column = sample.header.iter().position(|h| h == "amount").expect("amount");
    let sum: f64 = sample
        .rows
        .iter()
        .filter_map(|r| crate::imports::rules::numbers::number(&r[column], crate::imports::rules::numbers::Decimal::Auto))
        .sum();
    assert_eq!((sample.rows.len(), Some(sum)), (60, expected["amount_sum"].as_f64()));
}
