use serde_json::json;

use super::survey;
use crate::world::{Person, Reply, World};

async fn upload(who: &Person, fields: &[(&str, &str)], file: &[u8]) -> Reply {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    body.extend_from_slice(b"--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\a\\\\old.csv\"\r\n\r\n");
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--X--\r\n");
    let request = axum::http::Request::post("/imports/new")
        .header("host", "otklik.test")
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("accept-language", "ru")
        .header("cookie", format!("{}={}", crate::doors::COOKIE, who.cookie))
        .header("content-type", "multipart/form-data; boundary=X");
    who.send(request.body(axum::body::Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn a_file_is_mapped_and_taken_on_three_pages() {
    let w = World::new().await;
    let id =
        survey(&w, json!([{"key": "fft", "type": "csat", "title": "Оценка"}, {"key": "why", "type": "text", "title": "Отзыв"}]))
            .await;
    assert!(w.anna.page("/imports").await.is(200).text.contains("/imports/new"));
    assert!(w.anna.page("/imports/new").await.is(200).text.contains("Старые ответы"));
    w.gleb.page("/imports/new").await.is(403);
    let refused = upload(&w.anna, &[("kind", "responses"), ("survey", "")], b"a,b\n1,2\n").await.is(422);
    assert!(refused.text.contains("Заполните это поле"));
    assert!(upload(&w.anna, &[("kind", "responses"), ("survey", &id)], b"a,b\n1,\"2\n").await.is(422).text.contains("кавычка"));
    let book = upload(&w.anna, &[("kind", "responses"), ("survey", &id)], b"PK\x03\x04\x14\0\x06\0").await.is(422);
    assert!(book.text.contains("Сохраните её как CSV"));
    let file = "Дата;Филиал;Оценка;Отзыв\n21.11.2025;Центр;1;Хорошо\n22.11.2025;Новый;6;Не знаю\n23.11.2025;Центр;9;Так\n";
    let taken = upload(&w.anna, &[("kind", "responses"), ("survey", &id)], file.as_bytes()).await.is(303);
    let at = taken.headers["location"].to_str().expect("an address").to_owned();
    w.dina.page(&at).await.is(404);
    let mapping = w.anna.page(&at).await.is(200).text;
    assert!(
        mapping.contains("old.csv")
            && mapping.contains("value=\"answer:fft\" selected")
            && mapping.contains("value=\"at\" selected"),
        "{mapping}"
    );
    let wrong = w.anna.form(&at, &[("c0", "at"), ("m2", "6")]).await.is(422).text;
    assert!(wrong.contains("value=\"6\""), "what was typed stays");
    let twice = w.anna.form(&at, &[("c2", "answer:fft"), ("c3", "answer:fft")]).await.is(422).text;
    assert!(twice.contains("уже идёт другой столбец"));
    let fields = [
        ("c0", "at"),
        ("c1", "branch"),
        ("c2", "answer:fft"),
        ("r2", "on"),
        ("m2", "6, 7"),
        ("c3", "answer:why"),
        ("create", "branches"),
    ];
    let begun = w.anna.form(&at, &fields).await.is(303);
    let page = begun.headers["location"].to_str().expect("an address").to_owned();
    assert!(w.anna.page(&page).await.is(200).text.contains("data-poll"));
    w.anna.form(&at, &fields).await.is(404);
    w.run_jobs().await;
    let done = w.anna.page(&page).await.is(200).text;
    assert!(!done.contains("data-poll=") && done.contains("9 вне шкалы от 1 до 5"), "{done}");
    assert!(w.anna.page(&format!("{page}/rejects")).await.is(200).text.contains("23.11.2025;Центр;9;Так;4;"));
    w.dina.page(&page).await.is(404);
    assert_eq!(super::values(&w, &id, "fft").await, [(5, 1)]);
    // The next file with the same headings is mapped as this one was.
    let again = upload(&w.anna, &[("kind", "responses"), ("survey", &id)], file.as_bytes()).await.is(303);
    let mapping = w.anna.page(again.headers["location"].to_str().expect("an address")).await.is(200).text;
    assert!(mapping.contains("value=\"6, 7\"") && mapping.contains("name=\"r2\" value=\"on\" checked"), "{mapping}");
    assert!(w.anna.page("/exports").await.is(200).text.contains("Windows-1251"));
    let out = w.anna.page(&format!("/exports?kind=responses&survey={id}&from=&to=&format=csv")).await.is(303);
    let out = w.anna.page(out.headers["location"].to_str().expect("an address")).await.is(200);
    assert_eq!(
        (out.text.lines().count(), out.headers["content-disposition"].to_str().ok()),
        (3, Some("attachment; filename=\"responses.csv\""))
    );
}
