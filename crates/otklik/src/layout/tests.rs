use std::fs;
use std::path::{Path, PathBuf};

use super::*;

fn templates(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("src").flatten() {
        let path = entry.path();
        if path.is_dir() {
            templates(&path, found);
        } else if path.extension().is_some_and(|e| e == "html") {
            found.push(path);
        }
    }
}

fn all_templates() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("template"))).collect()
}

/// The policy of our pages forbids these, and the browser would drop them silently.
#[test]
fn no_template_has_inline_style_or_script() {
    for (path, text) in all_templates() {
        let lower = text.to_lowercase();
        for bad in [" style=", "<style", " onclick=", " onchange=", " onsubmit=", " onload=", "javascript:", "hx-on"] {
            assert!(!lower.contains(bad), "{} contains {bad}", path.display());
        }
        for script in lower.split("<script").skip(1) {
            let head = script.split('>').next().unwrap_or_default();
            assert!(head.contains("src=") || head.contains("application/json"), "{} has an inline script", path.display());
        }
    }
}

#[test]
fn every_icon_named_in_a_template_is_in_the_sprite() {
    for (path, text) in all_templates() {
        for part in text.split("icon(\"").skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            assert!(assets::has_icon(name), "{}: add {name:?} to ui/icons.txt", path.display());
        }
    }
}

#[test]
fn a_small_line_stays_in_its_box_and_breaks_at_gaps() {
    let spark = Spark::new(&[Some(1.0), Some(2.0), None, Some(9.0)], Some((0.0, 10.0))).expect("two points");
    assert_eq!(spark.line.matches('M').count(), 2);
    assert!(spark.last.0 <= Spark::WIDTH && spark.last.1 >= 0.0);
    assert!(Spark::new(&[Some(1.0), None], None).is_none());
    assert!(Spark::new(&[Some(3.0), Some(3.0)], None).is_some(), "a flat line is a line");
}

#[test]
fn an_error_is_found_by_its_field() {
    let errors: Errors = [("title", "Назовите опрос"), ("due", "Дата уже прошла")].into_iter().collect();
    assert_eq!(errors.of("due"), "Дата уже прошла");
    assert_eq!(errors.of("other"), "");
    let field = Field::text("title", "Название").hint("Его видят клиенты").error(errors.of("title"));
    assert_eq!(field.described_by(), "f-title-error f-title-hint");
}
