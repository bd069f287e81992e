//! The laws of the house, kept by machine. Each names what to do when it bites.

use std::fs;
use std::path::{Path, PathBuf};

/// Features from the top of the house to its foundation: arrows run only down this list.
const FLOORS: [&str; 7] = ["insight", "imports", "surveys", "staff", "standards", "figures", "access"];

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let name = |p: &Path| p.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
    paths.iter().map(|p| (name(p), fs::read_to_string(p).expect("text"))).collect()
}

fn is_test(name: &str) -> bool {
    name.contains("/tests/") || name.ends_with("tests.rs") || name == "attack.rs" || name == "laws.rs" || name == "world.rs"
}

/// The program's part of a file: tests at its foot do not count. A `mod tests;` near the top hides nothing.
fn program(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

fn feature(name: &str) -> Option<usize> {
    let first = name.split('/').next()?;
    FLOORS.iter().position(|f| *f == first)
}

#[test]
fn arrows_between_features_run_down_and_only_to_verbs() {
    let mut wrong = Vec::new();
    for (name, text) in sources().iter().filter(|(n, _)| !is_test(n)) {
        let Some(own) = feature(name) else { continue };
        for (line, words) in program(text).lines().enumerate() {
            for (floor, other) in FLOORS.iter().enumerate().filter(|(f, _)| *f != own) {
                let arrow = format!("crate::{other}");
                let Some(at) = words.find(&arrow) else { continue };
                if words[at + arrow.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                if floor < own {
                    wrong.push(format!("{name}:{}: {other} stands above; move what both need down", line + 1));
                }
                if words[at..].contains("::pages") {
                    wrong.push(format!("{name}:{}: pages are a door, call the verb behind it", line + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_know_no_database_no_web_and_no_clock() {
    let mut wrong = Vec::new();
    for (name, text) in sources().iter().filter(|(n, _)| (n.contains("/rules/") || n.ends_with("/rules.rs")) && !is_test(n)) {
        for word in ["sea_orm", "axum::", "async fn", "tokio", "kit::db", "args![", ".now()"] {
            if program(text).contains(word) {
                wrong.push(format!("{name}: `{word}` belongs to a verb, a store or a door"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_text_is_there_in_both_languages() {
    let texts = kit::i18n::Texts::load(crate::app::TEXTS[0], crate::app::TEXTS[1]).expect("the texts parse");
    let (ru, en) = (texts.keys(kit::i18n::Lang::Ru), texts.keys(kit::i18n::Lang::En));
    let only = |a: &Vec<String>, b: &Vec<String>| a.iter().filter(|k| !b.contains(k)).cloned().collect::<Vec<_>>();
    let (ru, en): (Vec<String>, Vec<String>) =
        (ru.into_iter().map(Into::into).collect(), en.into_iter().map(Into::into).collect());
    assert_eq!(only(&ru, &en), Vec::<String>::new(), "not in English");
    assert_eq!(only(&en, &ru), Vec::<String>::new(), "not in Russian");
}

#[test]
fn every_code_of_the_linter_has_its_words() {
    let texts = kit::i18n::Texts::load(crate::app::TEXTS[0], crate::app::TEXTS[1]).expect("the texts parse");
    let keys = measure::wording::CODES.iter().flat_map(|code| [format!("lint-{code}"), format!("lint-{code}-do")]);
    let missing: Vec<String> = keys.filter(|key| !texts.has(kit::i18n::Lang::Ru, key)).collect();
    assert_eq!(missing, Vec::<String>::new(), "write them in standards/editing/lint.ru.ftl and lint.en.ftl");
}

/// Texts between quotes that are statements.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    let verbs = ["select ", "insert into ", "update ", "delete from "];
    program(text).split('"').filter(move |part| verbs.iter().any(|v| part.trim_start().starts_with(v)) && part.contains(' '))
}

#[test]
fn sql_stands_in_stores() {
    let mut wrong = Vec::new();
    let sources = sources();
    let is_store = |name: &str| name.contains("/store/") || name.ends_with("store.rs");
    // A sentence may begin with «Select»; a statement names a table or a place.
    let has = |text: &str| statements(text).any(|s| s.contains(" from ") || s.contains(" values ") || s.contains(" set "));
    for (name, _) in sources.iter().filter(|(n, t)| !is_test(n) && !is_store(n) && has(t)) {
        wrong.push(format!("{name}: a statement belongs into the feature's store"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_statement_of_a_company_names_the_company() {
    // Tables that belong to nobody in particular: sign-ins, the process, its queue.
    let free = ["login", "session", "setting", "once_code", "job", "org", "sqlite_", "response_search", "item_search", "pg_"];
    let mut wrong = Vec::new();
    for (name, text) in sources().iter().filter(|(n, _)| !is_test(n)) {
        for s in statements(text) {
            let words: Vec<&str> = s.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let table = words.windows(2).find(|w| ["from", "into", "update"].contains(&w[0])).map(|w| w[1]).unwrap_or_default();
            // A beginning whose condition stands in another text is checked where that is.
            let whole = [" where ", " values ", " set "].iter().any(|w| s.contains(w));
            let scoped = !whole || words.iter().any(|w| ["org", "hash", "code"].contains(w)) || s.contains('{');
            if !table.is_empty() && !scoped && !free.iter().any(|f| table.starts_with(f)) {
                wrong.push(format!("{name}: «{}» names no company", s.chars().take(90).collect::<String>()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file's lines beyond which nobody finds their way in it.
const LONG: usize = 400;

/// A file that is longer: `app.rs` is one table.
const OLD_LONG: [&str; 1] = ["otklik/src/app.rs"];

#[test]
fn files_stay_short() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    for entry in fs::read_dir(&crates).expect("the crates").flatten().filter(|e| e.path().join("src").is_dir()) {
        files(&entry.path().join("src"), &mut paths);
    }
    let mut wrong = Vec::new();
    for path in paths {
        let lines = fs::read_to_string(&path).expect("text").lines().count();
        let name = path.strip_prefix(&crates).expect("below the crates").to_string_lossy().into_owned();
        match (lines > LONG, OLD_LONG.contains(&name.as_str())) {
            (true, false) => wrong.push(format!("{name}: {lines} lines; split it by act, {LONG} at most")),
            (false, true) => wrong.push(format!("{name}: is short now; strike it from the list")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_journal_has_words_for_every_verb() {
    let [russian, _] = crate::app::TEXTS;
    let has =
        |key: &str| russian.iter().any(|t| t.lines().any(|l| l.strip_prefix(key).is_some_and(|rest| rest.starts_with(" ="))));
    let mut silent = std::collections::BTreeSet::new();
    for (name, text) in sources().iter().filter(|(n, _)| !is_test(n)) {
        for call in program(text).split("record(").skip(1) {
            // The verb is written in the call itself, at most behind a choice between two.
            let first = call.split([';', ',']).next().unwrap_or("");
            for verb in first.split('"').skip(1).step_by(2).filter(|v| v.contains('.')) {
                let key = format!("access-verb-{}", verb.replace('.', "-"));
                if !has(&key) {
                    silent.insert(format!("{name}: {key}"));
                }
            }
        }
    }
    assert!(silent.is_empty(), "a reader of the journal would meet {silent:?}");
}
