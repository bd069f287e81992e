//! The first start.

use kit::{Query, args};

use crate::access::entrance::new_setup_code;
use crate::world::empty_house;

const STEPS: [(&str, &str); 7] = [
    ("org", "Клиника «Сосны»"),
    ("timezone", "Europe/Moscow"),
    ("locale", "ru"),
    ("name", "Ольга Петровна"),
    ("email", "olga@sosny.ru"),
    ("password", "тихий лес у реки"),
    ("branch", "Центр"),
];

#[tokio::test]
async fn an_empty_house_leads_to_the_wizard_and_has_one_owner_after_twenty_tries() {
    let (app, door, _folder) = empty_house().await;
    for path in ["/", "/surveys", "/login", "/settings"] {
        assert_eq!(door.page(path).await.is(303).headers["location"], "/setup", "{path}");
    }
    let code = new_setup_code(&app.ground).await.unwrap().unwrap();
    assert!(door.page("/setup").await.is(200).text.contains("name=\"code\""));
    let stored: String =
        app.ground.db.scalar("select value from setting where key = 'setup_code'", args![]).await.unwrap().unwrap();
    assert!(!stored.contains(&code) && !stored.contains(&code.replace('-', "")));
    let with = |code: &str| [&[("code", code.to_owned())], &STEPS.map(|(k, v)| (k, v.to_owned()))[..]].concat();
    async fn send(door: &crate::world::Person, fields: Vec<(&str, String)>) -> crate::world::Reply {
        door.form("/setup", &fields.iter().map(|(k, v)| (*k, v.as_str())).collect::<Vec<_>>()).await
    }
    let wrong = send(&door, with("AAAA-AAAA-AAAA")).await.is(422);
    assert!(wrong.text.contains("Такого кода нет") && wrong.text.contains("Клиника «Сосны»"));
    let empty = door.form("/setup", &[("code", &code)]).await.is(422);
    assert!(empty.text.contains("f-org") && empty.text.contains("f-email") && empty.text.contains("f-password"));
    let typed = code.to_lowercase().replace('-', " ");
    let tries = (0..20).map(|_| send(&door, with(&typed)));
    let replies = futures_util::future::join_all(tries).await;
    let made: Vec<_> = replies.iter().filter(|r| r.status == 303).collect();
    assert_eq!(made.len(), 1, "{:?}", replies.iter().map(|r| r.status).collect::<Vec<_>>());
    assert!(replies.iter().all(|r| matches!(r.status.as_u16(), 303 | 404 | 422)));
    let owners: i64 = app.ground.db.scalar("select cast(count(*) as bigint) from member", args![]).await.unwrap().unwrap();
    assert_eq!(owners, 1);
    let olga = door.carrying(made[0]);
    assert!(olga.page("/branches").await.is(200).text.contains("Центр"));
    door.page("/setup").await.is(404);
    send(&door, with(&code)).await.is(404);
    assert!(new_setup_code(&app.ground).await.unwrap().is_none());
    assert_eq!(door.page("/").await.is(303).headers["location"], "/login?next=%2F");
}

#[tokio::test]
async fn the_demonstration_asks_for_the_code_alone() {
    let (app, door, _folder) = empty_house().await;
    let code = new_setup_code(&app.ground).await.unwrap().unwrap();
    door.form("/setup", &[("code", "AAAA-AAAA-AAAA"), ("way", "demo")]).await.is(422);
    let entered = door.form("/setup", &[("code", &code), ("way", "demo")]).await.is(303);
    door.carrying(&entered).page("/branches").await.is(200);
    door.page("/setup").await.is(404);
}
