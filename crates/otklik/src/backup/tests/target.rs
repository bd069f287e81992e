//! Only an empty place is filled, and a restore that died leaves one known state.

use std::fs;

use kit::Error;

use super::{Place, backed_up};
use crate::backup::stage::{Stage, Target};
use crate::backup::unfinished;
use crate::world::World;

fn code(error: &Error) -> &'static str {
    match error {
        Error::Conflict(code) | Error::ConflictWith(code, _) => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_there_stays() {
    let w = World::new().await;
    let backup = backed_up(&w.app).await;
    let place = Place::usual().await;
    place.restore(&backup).await.unwrap();
    let seen = |place: &Place| {
        let mut all: Vec<String> =
            fs::read_dir(place.data()).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        all.sort();
        all
    };
    let before = seen(&place);
    let again = code(&place.restore(&backup).await.unwrap_err());
    assert!(["backup-target-used", "backup-database-used"].contains(&again));
    assert_eq!(seen(&place), before);
    let (app, _) = place.house().await;
    assert_eq!(crate::cli::check::findings(&app.ground, false).await.unwrap(), Vec::<String>::new());

    // Files of somebody, and what a database left behind.
    for (folder, name) in [("files/imports", "files/imports/a.csv"), ("", "otklik.db-wal")] {
        let place = Place::sqlite();
        fs::create_dir_all(place.data().join(folder)).unwrap();
        fs::write(place.data().join(name), "x").unwrap();
        assert_eq!(code(&place.restore(&backup).await.unwrap_err()), "backup-target-used", "{name}");
        assert_eq!(fs::read_to_string(place.data().join(name)).unwrap(), "x");
        assert!(!place.data().join("otklik.db").exists() && !place.data().join("restoring").exists());
    }
    // Empty folders are nothing.
    let place = Place::sqlite();
    fs::create_dir_all(place.data().join("files/imports")).unwrap();
    place.restore(&backup).await.unwrap();
}

#[tokio::test]
async fn after_a_kill_half_way_the_server_refuses_and_the_next_restore_begins_anew() {
    let w = World::new().await;
    fs::create_dir_all(w.app.ground.data.join("files/imports")).unwrap();
    fs::write(w.app.ground.data.join("files/imports/a.csv"), "nps\n9\n").unwrap();
    let backup = backed_up(&w.app).await;
    for moved in [false, true] {
        let place = Place::usual().await;
        // What a killed process leaves: its folder, half a database, and at the very end the files in their place.
        let stage = Stage::take(place.data(), Target::of(&place.url)).await.unwrap();
        fs::create_dir_all(stage.place("files/imports")).unwrap();
        fs::write(stage.place("files/imports/half.csv"), "x").unwrap();
        assert_eq!(code(&place.restore(&backup).await.unwrap_err()), "backup-running");
        if let Some(path) = place.url.strip_prefix("sqlite:") {
            fs::write(format!("{path}.restoring"), "half a database").unwrap();
        }
        if moved {
            stage.move_files().unwrap();
            assert!(place.data().join("files/imports/half.csv").exists());
        }
        drop(stage);
        assert_eq!(code(&unfinished(place.data(), &place.url).await.unwrap_err()), "backup-unfinished");
        place.restore(&backup).await.unwrap();
        assert!(!place.data().join("files/imports/half.csv").exists() && place.data().join("files/imports/a.csv").exists());
        assert!(!place.data().join("restoring").exists());
        let _ = place.house().await;
        // Killed after the last step but the sweeping: the house is whole, and the broom is all that is left.
        fs::create_dir_all(place.data().join("restoring")).unwrap();
        fs::write(place.data().join("restoring/moving"), "").unwrap();
        unfinished(place.data(), &place.url).await.unwrap();
        assert!(!place.data().join("restoring").exists());
    }
}
