//! Precision and recall of the linter on the labelled items: `cargo run --release -p measure --example wording`.
//!
//! `-- dev` also lists the items of the tuning half on which linter and label differ. The other half is never listed: rules
//! are not to be tuned on it.

#[path = "../tests/support/wording.rs"]
mod wording;

use measure::wording::{Facts, lint_item};
use wording::{RULES, Row, Score, TODAY, rows, said, score, silent, total};

fn line(name: &str, score: Score) {
    println!("| {name} | {} | {:.2} | {:.2} |", score.positive, score.precision(), score.recall());
}

fn main() {
    let all = rows();
    let halves = if std::env::args().nth(1).as_deref() == Some("dev") { vec![false] } else { vec![false, true] };
    for held in halves {
        let half: Vec<&Row> = all.iter().filter(|r| r.held == held).collect();
        let (quiet, clean) = silent(&half);
        println!(
            "\n{}: {} items, {clean} clean, of which {quiet} without a remark\n",
            if held { "held" } else { "dev" },
            half.len()
        );
        println!("| rule | n | precision | recall |\n|---|---|---|---|");
        RULES.iter().for_each(|(rule, name)| line(name, score(&half, *rule)));
        line("all", total(&half));
    }
    if std::env::args().nth(1).as_deref() == Some("dev") {
        differences(&all);
    }
}

fn differences(all: &[Row]) {
    for row in all.iter().filter(|r| !r.held) {
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
