//! A file that is not what was written is refused, and then nothing stands.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use kit::Error;
use kit::tar::{Reader, Writer};

use super::{Place, backed_up};
use crate::backup::verify;
use crate::world::World;

fn unpacked(backup: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut tar = Reader::new(GzDecoder::new(backup));
    let mut out = Vec::new();
    while let Some(entry) = tar.next_file().unwrap() {
        let mut bytes = Vec::new();
        tar.read_to_end(&mut bytes).unwrap();
        out.push((entry.name, bytes));
    }
    out
}

fn packed(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut tar = Writer::new(GzEncoder::new(Vec::new(), Compression::fast()), 0);
    for (name, bytes) in members {
        tar.bytes(name, bytes).unwrap();
    }
    tar.finish().unwrap().finish().unwrap()
}

/// The code of a refusal.
fn code(error: &Error) -> &'static str {
    match error {
        Error::Conflict(code) | Error::ConflictWith(code, _) => code,
        other => panic!("{other:?}"),
    }
}

async fn refused(backup: &[u8], want: &str, what: &str) {
    let place = Place::usual().await;
    let error = place.restore(backup).await.expect_err(what);
    // Of a small file cut short not even the first member can be read.
    let cut = what == "cut off" && code(&error) == "backup-other-file";
    assert!(cut || code(&error) == want, "{what}: {error:?}");
    assert!(place.is_empty(), "{what}: something was left");
    assert!(verify(backup).is_err() || want == "backup-other-schema" || want == "backup-newer", "{what}");
    // The place is as good as before.
    let used = crate::backup::stage::Target::of(&place.url).is_used().await.unwrap();
    assert!(!used, "{what}");
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_nothing_stands() {
    let w = World::new().await;
    w.survey().await;
    std::fs::create_dir_all(w.app.ground.data.join("files/imports")).unwrap();
    std::fs::write(w.app.ground.data.join("files/imports/a.csv"), "nps\n9\n").unwrap();
    let whole = backed_up(&w.app).await;
    verify(&*whole).unwrap();
    refused(b"", "backup-other-file", "empty").await;
    for behind in [&b"x"[..], &[0; 512], &whole] {
        refused(&[&whole[..], behind].concat(), "backup-damaged", "something behind the end").await;
    }
    refused(b"PK\x03\x04 something else altogether", "backup-other-file", "another file").await;
    for part in [3, 5, 8] {
        refused(&whole[..whole.len() * part / 10], "backup-damaged", "cut off").await;
    }
    refused(&whole[..whole.len() - 1], "backup-damaged", "the last byte is missing").await;
    // Whatever byte is hit, it is seen; in the first ones it is no backup at all.
    for at in (100..whole.len() - 20).step_by(whole.len() / 60) {
        let mut hit = whole.clone();
        hit[at] ^= 0x10;
        // In a run of zeros a packer has more than one way to say the same.
        if verify(&*hit).is_ok() {
            assert!(unpacked(&hit) == unpacked(&whole), "the byte {at} of {} was changed and nobody saw it", whole.len());
        }
    }
}

#[tokio::test]
async fn a_changed_file_is_refused_and_nothing_stands() {
    let w = World::new().await;
    w.survey().await;
    std::fs::create_dir_all(w.app.ground.data.join("files/imports")).unwrap();
    std::fs::write(w.app.ground.data.join("files/imports/a.csv"), "nps\n9\n").unwrap();
    let members = unpacked(&backed_up(&w.app).await);
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names[0], names[names.len() - 1]), ("manifest.json", "totals.json"));
    let at = |wanted: &str| members.iter().position(|(name, _)| name.starts_with(wanted)).unwrap();
    let changed = |wanted: &str, from: &str, to: &str| {
        let mut all = members.clone();
        let (_, bytes) = &mut all[at(wanted)];
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *bytes = text.replacen(from, to, 1).into_bytes();
        packed(&all)
    };
    verify(&*packed(&members)).unwrap();
    refused(&changed("tables/org", "Клиника", "Больница"), "backup-damaged", "a row was changed").await;
    refused(&changed("files/imports/a.csv", "9", "1"), "backup-damaged", "a file was changed").await;
    refused(&changed("sums/", "files/", "file5/"), "backup-damaged", "a sum was changed").await;
    refused(&changed("totals.json", "\"org\": 2", "\"org\": 3"), "backup-damaged", "the totals were changed").await;
    refused(&changed("manifest.json", "\"org\"", "\"oorg\""), "backup-other-schema", "a table we do not know").await;
    refused(&changed("manifest.json", "\"format\": 1", "\"format\": 2"), "backup-newer", "a newer format").await;
    refused(&changed("manifest.json", "0002_standards", "0002_other"), "backup-newer", "a migration we do not know").await;
    let mut less = members.clone();
    less.remove(at("tables/member/"));
    refused(&packed(&less), "backup-damaged", "a table is missing").await;
    for name in ["files/../../x", "files//x", "/etc/x", "files/.x", "else", "tables/org;drop/000001.jsonl"] {
        let mut more = members.clone();
        more.insert(1, (name.to_owned(), b"[]\n".to_vec()));
        refused(&packed(&more), "backup-damaged", name).await;
    }
    // A packed tar with something after its end, and one without.
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(b"no tar").unwrap();
    refused(&gz.finish().unwrap(), "backup-other-file", "no tar").await;
}
