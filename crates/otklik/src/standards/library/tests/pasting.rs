//! Text and files come in: a preview, then items.

use axum::body::Body;
use serde_json::json;

use super::starters::{count, standard};
use crate::world::{Person, Reply, World};

const BOOK: &str =
    "Раздел 1. Встреча\n1. Поздороваться за 10 секунд.\n2. Назвать своё имя.\n3. Здоровайтесь первым\n4.\n5. Назвать своё имя";

const EDGE: &str = "----parts";

fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, file, value) in parts {
        let named = file.map(|f| format!("; filename=\"{f}\"")).unwrap_or_default();
        out.extend(format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"{named}\r\n\r\n").bytes());
        out.extend_from_slice(value);
        out.extend(b"\r\n");
    }
    out.extend(format!("--{EDGE}--\r\n").bytes());
    out
}

async fn upload(who: &Person, path: &str, parts: &[(&str, Option<&str>, &[u8])], page: bool) -> Reply {
    let b = if page { who.browser("POST", path) } else { who.request("POST", path) };
    let b = b.header("content-type", format!("multipart/form-data; boundary={EDGE}"));
    who.send(b.body(Body::from(multipart(parts))).expect("a request")).await
}

/// A Word file with a heading and a numbered list.
fn word(items: usize) -> Vec<u8> {
    use std::io::Write as _;
    let list: String = (1..=items)
        .map(|n| format!(r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Ответить на вопрос {n} за 4 часа</w:t></w:r></w:p>"#))
        .collect();
    let doc = format!(
        "<w:document xmlns:w=\"x\"><w:body><w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr><w:r><w:t>Переписка</w:t></w:r></w:p>{list}</w:body></w:document>"
    );
    let numbering = r#"<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    let styles = r#"<w:styles><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style></w:styles>"#;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("word/document.xml", doc.as_str()), ("word/numbering.xml", numbering), ("word/styles.xml", styles)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

#[tokio::test]
async fn text_is_looked_at_and_then_comes_in() {
    let w = World::new().await;
    let s = standard(&w).await;
    let path = format!("/api/v1/standards/{}/paste", s.row.id);
    let look = w.anna.post(&path, json!({"text": BOOK, "preview": true})).await.is(200).json();
    let codes: Vec<_> = look["drafts"].as_array().expect("drafts").iter().map(|d| d["warnings"][0]["code"].clone()).collect();
    assert_eq!(codes, [json!(null), json!(null), json!("present"), json!("empty"), json!("duplicate")]);
    assert_eq!(look["drafts"][0]["section"], "Встреча");
    assert_eq!(count(&w, &s).await, 1, "a preview changes nothing");
    let made = w.anna.post(&path, json!({"text": BOOK})).await.is(201).json();
    assert_eq!(made["items"].as_array().expect("ids").len(), 2);
    assert_eq!(count(&w, &s).await, 3);
    assert_eq!(w.anna.post(&path, json!({"text": BOOK})).await.is(422).refused(), ["items: library-choose"]);

    for (body, refused) in [
        (json!({"text": " \n "}), "text: paste-nothing"),
        (json!({}), "text: required"),
        (json!({"text": 5}), "text: wrong-type"),
        (json!({"text": "1. Один", "when": 1}), "when: unknown-field"),
        (json!({"text": (0..2001).map(|n| format!("{n}. пункт {n}\n")).collect::<String>()}), "text: paste-too-many-items"),
        (json!({"text": format!("1. {}", "а".repeat(2001))}), "text: too-long"),
    ] {
        assert_eq!(w.anna.post(&path, body).await.is(422).refused(), [refused]);
    }
    let nul = w.anna.post(&path, json!({"text": "1. Ноль\u{0}внутри слова"})).await.is(201).json();
    assert_eq!(nul["drafts"][0]["text"], "Нольвнутри слова");
    w.anna.post(&path, json!({"text": "а".repeat(2 << 20)})).await.is(413);
    w.gleb.post(&path, json!({"text": BOOK})).await.is(403);
    w.dina.post(&path, json!({"text": BOOK})).await.is(404);
    w.dina.post(&path, json!({"text": BOOK, "preview": true})).await.is(404);
}

#[tokio::test]
async fn a_word_file_comes_in_and_a_bad_one_says_why() {
    let w = World::new().await;
    let s = standard(&w).await;
    let path = format!("/api/v1/standards/{}/paste", s.row.id);
    let file = word(1000);
    let look =
        upload(&w.anna, &path, &[("preview", None, b"true"), ("file", Some("правила.docx"), &file)], false).await.is(200).json();
    assert_eq!(look["drafts"].as_array().expect("drafts").len(), 1000);
    assert_eq!(look["drafts"][999]["section"], "Переписка");
    upload(&w.anna, &path, &[("file", Some("правила.docx"), &file)], false).await.is(201);
    assert_eq!(count(&w, &s).await, 1001);
    // The limit of a standard holds over several pastes.
    let other: Vec<u8> = (0..1000).flat_map(|n| format!("{n}. другой пункт {n}\n").into_bytes()).collect();
    assert_eq!(upload(&w.anna, &path, &[("file", Some("a.txt"), &other)], false).await.is(422).refused(), ["items: too-many"]);
    assert_eq!(count(&w, &s).await, 1001);

    let cut = &file[..file.len() / 2];
    let large = vec![b'a'; (20 << 20) + 1];
    for (parts, refused) in [
        (vec![("file", Some("a.docx"), cut)], "file: paste-broken"),
        (vec![("file", Some("a.pdf"), b"%PDF-1.7".as_slice())], "file: paste-pdf"),
        (vec![("file", Some("a.txt"), large.as_slice())], "file: paste-too-large"),
        (vec![("preview", None, b"true".as_slice())], "file: required"),
        (vec![("preview", None, b"maybe".as_slice()), ("file", Some("a.txt"), b"1. a")], "preview: wrong-value"),
        (vec![("colour", None, b"red".as_slice())], "colour: unknown-field"),
    ] {
        assert_eq!(upload(&w.anna, &path, &parts, false).await.is(422).refused(), [refused]);
    }
    upload(&w.gleb, &path, &[("file", Some("a.txt"), b"1. a")], false).await.is(403);
    upload(&w.dina, &path, &[("file", Some("a.txt"), b"1. a")], false).await.is(404);
}

#[tokio::test]
async fn the_pages_let_lines_be_left_out_edited_and_joined() {
    let w = World::new().await;
    let s = standard(&w).await;
    let path = format!("/standards/{}/paste", s.row.id);
    w.anna.page(&path).await.is(200);
    let shown = upload(&w.anna, &path, &[("text", None, BOOK.as_bytes()), ("file", Some(""), b"")], true).await.is(200);
    assert!(shown.text.contains("Номер есть, текста нет.") && shown.text.contains("<h2>Встреча</h2>"));
    assert_eq!(shown.text.matches("name=\"take\" value=\"1\" data-bulk-row checked").count(), 2);
    // A bad file: the reason, and the text that was typed.
    let refused = upload(&w.anna, &path, &[("text", None, "1. Мой текст".as_bytes()), ("file", Some("a.pdf"), b"%PDF")], true)
        .await
        .is(422);
    assert!(refused.text.contains("Это PDF") && refused.text.contains("1. Мой текст"));

    let send = format!("{path}/items");
    let long = "в".repeat(2001);
    let rows: Vec<(&str, Option<&str>, &[u8])> = vec![
        ("line", None, b"2"),
        ("take", None, b"1"),
        ("text", None, "Поздороваться за 5 секунд".as_bytes()),
        ("section", None, "Встреча".as_bytes()),
        ("line", None, b"3"),
        ("take", None, b"1"),
        ("join", None, b"1"),
        ("text", None, "и назвать имя.".as_bytes()),
        ("line", None, b"4"),
        ("text", None, "Не нужен".as_bytes()),
        ("line", None, b"5"),
        ("take", None, b"1"),
        ("text", None, long.as_bytes()),
    ];
    for _ in 0..2 {
        let refused = upload(&w.anna, &send, &rows, true).await.is(422);
        assert!(
            refused.text.contains("href=\"#f-text-4\"") && refused.text.contains("Поздороваться за 5 секунд"),
            "{}",
            refused.text
        );
        assert!(refused.text.contains("Не нужен") && refused.text.contains("name=\"join\" value=\"1\" checked"));
    }
    assert_eq!(count(&w, &s).await, 1);
    upload(&w.gleb, &send, &rows[..10], true).await.is(403);
    upload(&w.dina, &send, &rows[..10], true).await.is(404);
    upload(&w.olga, &send, &rows[..10], true).await.is(303);
    let items = crate::standards::editing::items(&w.app.ground.db, w.anna.org, s.row.id).await.expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(items[1].draft.text, "Поздороваться за 5 секунд и назвать имя.".into());
    assert_eq!(items[1].draft.stage, Some("Встреча".into()));
    let none = upload(&w.anna, &send, &[("line", None, b"1"), ("text", None, b"x")], true).await.is(422);
    assert!(none.text.contains("Отметьте хотя бы один пункт."));
    w.dina.page(&path).await.is(404);
    w.gleb.page(&path).await.is(403);
}
