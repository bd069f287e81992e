//! What went in comes back: on the same database, on the other one, and back again.

use axum::body::Body;
use axum::http::header;
use kit::{Via, args};
use serde_json::json;

use super::{Place, backed_up, moved, rows};
use crate::access;
use crate::surveys::intake::Origin;
use crate::world::{Person, World};

async fn upload(who: &Person) -> String {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n".to_vec();
    body.extend(
        b"RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data",
    );
    body.extend(b"\x08\x00\x00\x00\x80\x80\x80\x80\x80\x80\x80\x80\r\n--x--\r\n");
    let b = who.request("POST", "/api/v1/files").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    who.send(b.body(Body::from(body)).expect("a request")).await.is(201).id()
}

/// An owner of the demonstration company, with a token.
async fn demo(w: &World) -> Person {
    let made = crate::demo::load(&w.app, 7, jiff::civil::date(2026, 11, 21)).await.expect("the demonstration company");
    let actor = access::entry::system(made.org, &made.name, "Europe/Moscow", Via::Cli);
    let tx = w.app.ground.write(&actor).await.expect("a transaction");
    let (_, token) = access::make_token(&tx, made.owner, "test", "read write history admin").await.expect("a token");
    tx.commit().await.expect("a commit");
    Person { member: made.owner, org: made.org, token, cookie: String::new(), router: w.router.clone() }
}

#[tokio::test]
async fn everything_comes_back_on_either_database() {
    let w = World::new().await;
    let star = demo(&w).await;
    let (survey, code) = w.survey().await;
    let door = format!("/s/{code}");
    let origin = Origin { branch: Some("centre".into()), ..Origin::default() };
    let k = origin.sign(&w.app.ground.signing_key, &code);
    let answered = [("nps", "3"), ("sorry", "Долго ждали врача"), ("branch", "centre"), ("k", &*k)];
    w.client.form(&door, &answered).await.is(303);
    let file = upload(&w.anna).await;
    let imports = w.app.ground.data.join("files/imports");
    std::fs::create_dir_all(&imports).expect("a folder");
    std::fs::write(imports.join(format!("{}.csv", w.centre)), "nps\n9\n").expect("a file");
    std::fs::create_dir_all(w.app.ground.data.join("files/incoming_")).expect("a folder");
    std::fs::write(w.app.ground.data.join("files/incoming_/half"), "x").expect("a file");
    // Paused before, so that the rows can be held against each other whole.
    for owner in [&w.olga, &w.dina, &star] {
        owner.post("/api/v1/outgoing-pause", json!({})).await.is(201);
    }
    let before = rows(&w.app.ground.db).await;
    for table in ["cell", "response", "duty", "signature", "knowledge", "attempt", "file", "job", "history", "token"] {
        assert!(!before[table].is_empty(), "{table} should be tried out");
    }
    let asked = [
        "/api/v1/metrics/nps?by=month",
        "/api/v1/metrics/csat?by=branch",
        "/api/v1/metrics/acknowledged?by=item",
        "/api/v1/standards/search?q=опоздать",
        "/api/v1/responses?q=ждать",
        "/api/v1/surveys",
        "/api/v1/standards",
    ];
    let mut said = Vec::new();
    for path in asked {
        said.push(star.get(path).await.is(200).json());
    }
    for (path, s) in asked.iter().zip(&said) {
        assert!(s["items"].as_array().is_some_and(|i| !i.is_empty()), "{path}: {s}");
    }
    let found = w.anna.get(&format!("/api/v1/surveys/{survey}/responses?q=врачи")).await.is(200).json();
    let signature = first(&w, star.org).await;
    let bundle = star.get(&format!("/api/v1/signatures/{signature}/bundle")).await.is(200).text;

    let mut backup = backed_up(&w.app).await;
    let mut places = vec![Place::sqlite(), Place::sqlite()];
    if let Some(place) = Place::postgres().await {
        places.insert(1, place);
    }
    for place in &places {
        let done = place.restore(&backup).await.expect("a restore");
        assert_eq!(done.missing, 0);
        let (app, router) = place.house().await;
        let mut after = rows(&app.ground.db).await;
        let history = after.remove("history").expect("history");
        let news: Vec<&String> = history.difference(&before["history"]).collect();
        assert!(before["history"].is_subset(&history) && news.iter().all(|line| line.contains("org.restored")), "{news:?}");
        for (table, was) in before.iter().filter(|(t, _)| !["history", "history_head"].contains(&t.as_str())) {
            if places.first().is_some_and(|p| p.url == place.url) {
                assert_eq!(after.get(table), Some(was), "{table}");
            } else {
                // The second hand sees what the first one did since.
                assert!(after[table].len() >= was.len(), "{table}");
            }
        }
        assert_eq!(crate::cli::check::findings(&app.ground, false).await.expect("a check"), Vec::<String>::new());
        let star = moved(&star, &router);
        for (path, was) in asked.iter().zip(&said) {
            assert_eq!(star.get(path).await.is(200).json(), *was, "{path}");
        }
        let (anna, client) = (moved(&w.anna, &router), moved(&w.client, &router));
        let path = format!("/api/v1/surveys/{survey}/responses?q=врачи");
        let again = anna.get(&path).await.is(200).json();
        assert!(again["items"].as_array().is_some_and(|all| all.contains(&found["items"][0])), "{again}");
        assert_eq!(star.get(&format!("/api/v1/signatures/{signature}/bundle")).await.is(200).text, bundle);
        assert_eq!(crate::cli::verify::told(bundle.as_bytes(), kit::i18n::T::new(kit::i18n::Lang::Ru)).0, 0);
        // The printed link is known by its signature; the numbers of answers go on; a session does not.
        client.form(&door, &answered).await.is(303);
        let last = anna.get(&format!("/api/v1/surveys/{survey}/responses")).await.is(200).json();
        assert_eq!(last["items"][0]["branch"], json!(w.centre), "{last}");
        assert_ne!(anna.page("/surveys").await.status, 200, "a session was carried over");
        assert_eq!(anna.get(&format!("/api/v1/files/{file}")).await.is(200).text.get(..4), Some("RIFF"));
        assert_eq!(std::fs::read_to_string(place.data().join(format!("files/imports/{}.csv", w.centre))).unwrap(), "nps\n9\n");
        assert!(!place.data().join("files/incoming_").exists() && !place.data().join("restoring").exists());
        if let Some(path) = place.url.strip_prefix("sqlite:") {
            let rights = std::fs::metadata(path).unwrap().permissions();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&rights) & 0o077, 0, "the database is ours alone");
        }
        backup = backed_up(&app).await;
        let (manifest, _) = crate::backup::verify(&*backup).expect("a sound backup");
        assert_eq!(manifest.engine == "sqlite", place.url.starts_with("sqlite:"));
    }
}

async fn first(w: &World, org: uuid::Uuid) -> uuid::Uuid {
    use kit::db::Query;
    let sql = "select id from signature where org = $1 order by id limit 1";
    w.app.ground.db.scalar(sql, args![org]).await.expect("an answer").expect("a signature")
}
