//! Pages: reading and signing, the sheet, leaves, who knows what.

use super::*;

#[tokio::test]
async fn somebody_reads_and_signs_on_a_page() {
    let w = World::new().await;
    let (maria, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Здороваемся в течение минуты", "Встаём навстречу"], &[], &[]).await;
    let id = items(&w, s).await;
    let own = maria.page("/duties").await.is(200);
    assert!(own.text.contains("Приветствие") && own.text.contains("ждёт подписи"), "{}", own.text);
    let page = format!("/duties/{s}");
    maria.page(&page).await.is(200);
    let (a, b) = (id[0].to_string(), id[1].to_string());
    let fields = [("version", "1"), ("item", a.as_str()), ("item", b.as_str()), ("statement", "Прочитала")];
    let sign = format!("{page}/signature");
    let refused = maria.form(&sign, &fields).await.is(422);
    assert!(refused.text.contains("Отметьте, что прочитали"), "{}", refused.text);
    let mut agreed = fields.to_vec();
    agreed.push(("agreed", "yes"));
    let done = maria.form(&sign, &agreed).await.is(303);
    let thanks = maria.page(done.headers["location"].to_str().expect("text")).await.is(200);
    assert!(thanks.text.contains("Спасибо") && thanks.text.contains("Больше подписывать нечего"));
    let again = maria.form(&sign, &agreed).await.is(422);
    assert!(again.text.contains("больше нечего подписывать"), "{}", again.text);
    let signature = thanks.text.split("/signatures/").nth(1).and_then(|r| r.get(..36)).expect("a link").to_owned();
    let shown = maria.page(&format!("/signatures/{signature}")).await.is(200);
    assert!(shown.text.contains("Встаём навстречу") && shown.text.contains("в своём кабинете"));
    maria.page(&format!("/signatures/{signature}/bundle")).await.is(200);

    // A material change shows the difference and nothing else.
    reword(&w, id[0], "Здороваемся в течение десяти секунд").await;
    publish(&w, s, &[(id[0], Change::Material)]).await;
    let page = maria.page(&page).await.is(200);
    assert!(
        page.text.contains("<del>") && page.text.contains("<ins>") && !page.text.contains("Встаём навстречу"),
        "{}",
        page.text
    );
    let old = maria.form(&sign, &agreed).await.is(422);
    assert!(old.text.contains("Уже вышла версия 2"), "{}", old.text);
    let people = w.anna.page(&format!("/standards/{s}/people")).await.is(200);
    assert!(people.text.contains("Мария") && people.text.contains("Центр"));
    w.gleb.page(&format!("/employees/{m}/duties")).await.is(200);
    w.dina.page(&format!("/standards/{s}/people")).await.is(404);
    w.anna.page("/duties").await.is(200);
    w.anna.page(&format!("/duties/{s}")).await.is(403);
}

#[tokio::test]
async fn the_sheet_is_printed_and_entered() {
    let w = World::new().await;
    let (_, m) = worker(&w, "Мария", w.centre, "Врач").await;
    let s = standard(&w, "Приветствие", &["Здороваемся"], &[], &[]).await;
    let centre = w.centre.to_string();
    let sheet = w.boris.page(&format!("/standards/{s}/sheet?branch={centre}")).await.is(200);
    assert!(sheet.text.contains("Мария") && sheet.text.contains("Здороваемся"));
    let path = format!("/standards/{s}/sheets");
    let nobody = w.boris.form(&path, &[("version", "1"), ("branch", &centre), ("signed_on", "2026-11-21")]).await.is(422);
    assert!(nobody.text.contains("Мария"));
    let fields = [("version", "1"), ("branch", centre.as_str()), ("employee", m.as_str()), ("signed_on", "2026-11-21")];
    let bad = w.boris.form(&path, &[fields[0], fields[1], fields[2], ("signed_on", "2027-01-01")]).await.is(422);
    assert!(bad.text.contains("checked"), "what was ticked stays ticked");
    let done = w.boris.form(&path, &fields).await.is(303);
    let page = w.boris.page(done.headers["location"].to_str().expect("text")).await.is(200);
    assert!(page.text.contains("Подписи внесены"));
    assert_eq!(duties(&w, &m).await, ["signed v1 1"]);
    w.gleb.page(&format!("/standards/{s}/sheet?branch={centre}")).await.is(403);
    w.dina.page(&format!("/standards/{s}/sheet?branch={centre}")).await.is(404);
}

#[tokio::test]
async fn leaves_are_entered_on_a_page() {
    let w = World::new().await;
    let (_, m) = worker(&w, "Мария", w.centre, "Врач").await;
    standard(&w, "Приветствие", &["Здороваемся"], &[], &[]).await;
    let path = format!("/employees/{m}/absences");
    let bad = w.boris.form(&path, &[("from", "2026-11-25"), ("to", "2026-11-24")]).await.is(422);
    assert!(bad.text.contains("2026-11-25") && bad.text.contains("Последний день раньше первого"), "{}", bad.text);
    w.boris.form(&path, &[("from", ""), ("to", "")]).await.is(422);
    w.boris.form(&path, &[("from", "2026-11-21"), ("to", "")]).await.is(303);
    assert_eq!(duties(&w, &m).await, ["lifted v1 0"]);
    let page = w.boris.page(&format!("/employees/{m}/duties")).await.is(200);
    let leave = page.text.split("/absences/").nth(1).and_then(|r| r.get(..36)).expect("a leave").to_owned();
    w.boris.form(&format!("/absences/{leave}/removal"), &[]).await.is(303);
    assert_eq!(duties(&w, &m).await, ["pending v1 1"]);
}

#[tokio::test]
async fn who_knows_what_is_shown() {
    let w = World::new().await;
    let empty = w.anna.page("/standards/knowledge").await.is(200);
    assert!(empty.text.contains("Пока нечего показать"));
    let (maria, _) = worker(&w, "Мария", w.centre, "Врач").await;
    worker(&w, "Пётр", w.centre, "Администратор").await;
    let s = standard(&w, "Приветствие", &["Здороваемся"], &[], &[]).await;
    sign(&maria, s).await.is(201);
    for (by, words) in [("branch", "Центр"), ("position", "Администратор"), ("item", "Здороваемся"), ("standard", "Приветствие")]
    {
        let page = w.anna.page(&format!("/standards/knowledge?by={by}&standard={s}")).await.is(200);
        assert!(page.text.contains(words), "{by}: {}", page.text);
    }
    let boris = w.boris.page("/standards/knowledge?by=item").await.is(200);
    assert!(boris.text.contains("Здороваемся"));
    maria.page("/standards/knowledge").await.is(303);
}
