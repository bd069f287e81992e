//! Runs the reference vectors: `cargo run --release -p measure --example vectors -- DIR`.
//!
//! `DIR/vectors/*.json` hold the cases, `DIR/data` (or `$OTKLIK_REFERENCE/data`) the data sets. Exits with 1 when a case
//! fails. Fields and cases that the crate does not compute are named, not counted.

#[path = "../tests/support/vectors/mod.rs"]
mod vectors;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map_or_else(vectors::reference, PathBuf::from);
    let report = match vectors::run(&folder) {
        Ok(report) => report,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    for line in &report.lines {
        println!("{line}");
    }
    println!("{} not covered", report.not_covered);
    println!("{} passed, {} failed", report.passed, report.failed);
    ExitCode::from(u8::from(report.failed > 0))
}
