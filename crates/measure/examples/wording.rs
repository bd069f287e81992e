//! Precision and recall of the linter on the labelled items: `cargo run --release -p measure --example wording`.
//!
//! `-- dev` also lists the items of the tuning part on which linter and label differ. The other parts are never listed: rules
//! are not to be tuned on them.

#[path = "../tests/support/wording.rs"]
mod wording;

use measure::wording::{Facts, lint_item};
use wording::{PARTS, RULES, Row, Score, TODAY, rows, said, score, silent, total};

fn line(name: &str, score: Score) {
    println!("| {name} | {} | {:.2} | {:.2} |", score.positive, score.precision(), score.recall());
}

fn main() {
    let all = rows();
    let tuning = std::env::args().nth(1).as_deref() == Some("dev");
    for part in if tuning { &PARTS[..1] } else { &PARTS[..] } {
        let half: Vec<&Row> = all.iter().filter(|r| r.part == *part).collect();
        let (quiet, clean) = silent(&half);
        println!("\n{}: {} items, {clean} clean, of which {quiet} without a remark\n", part, half.len());
        println!("| rule | n | precision | recall |\n|---|---|---|---|");
        RULES.iter().for_each(|(rule, name)| line(name, score(&half, *rule)));
        line("all", total(&half));
    }
    if tuning {
        differences(&all);
    }
}

fn differences(all: &[Row]) {
    for row in all.iter().filter(|r| r.part == PARTS[0]) {
        let said = said(row);
        for (rule, name) in RULES {
            let found = lint_item(&row.item, &Facts { today: TODAY, channels: Vec::new() });
            let words: Vec<_> = found.iter().filter(|f| f.rule == rule).map(|f| (f.code, &f.args)).collect();
            match (row.labels.contains(&rule), said.contains(&rule)) {
                (true, false) => println!("missed {name} {}: {}", row.id, row.item.text),
                (false, true) => println!("alarm  {name} {}: {} {words:?}", row.id, row.item.text),
                _ => {}
            }
        }
    }
}
