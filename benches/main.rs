//! `make bench`: what Otklik claims of speed and size, as ratios within one run on this machine. Nothing here fails a test.
//!
//! `BENCH_ROWS` (default 10 000 000) is the large company, `BENCH_SECONDS` (default 8) each load, `BENCH_ONLY` a comma-separated
//! choice of `answers,figures,standards,size`,
//! `BENCH_POSTGRES` the URL of a PostgreSQL whose user may create databases (it keeps them). Needs `target/release/otklik`; everything runs on loopback in folders of its own and stops by itself.

mod answers;
mod figures;
mod server;
mod size;
mod standards;

use std::fmt::Write;

/// What was measured: lines for people, also written to BENCHMARKS.md.
#[derive(Default)]
pub struct Report(String);

impl Report {
    pub fn head(&mut self, text: &str) {
        println!("\n## {text}");
        let _ = writeln!(self.0, "\n## {text}\n\n| what | measured |\n|---|---|");
    }

    /// Words between the head and the figures: what they mean.
    pub fn note(&mut self, text: &str) {
        println!("{text}");
        let table = "\n| what | measured |\n|---|---|\n";
        if let Some(before) = self.0.strip_suffix(table) {
            self.0 = format!("{before}\n{text}\n{table}");
        }
    }

    pub fn line(&mut self, what: &str, measured: &str) {
        println!("{what}: {measured}");
        let _ = writeln!(self.0, "| {what} | {measured} |");
    }
}

#[must_use]
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.replace('_', "").parse().ok()).unwrap_or(default)
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let read = |path: &str, key: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .find(|l| l.starts_with(key))
            .and_then(|l| l.split_once(':'))
            .map(|(_, v)| v.trim().to_owned())
            .unwrap_or_default()
    };
    format!("{cores} cores, {}, memory {}", read("/proc/cpuinfo", "model name"), read("/proc/meminfo", "MemTotal"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let only = std::env::var("BENCH_ONLY").unwrap_or_default();
    let wanted = |name: &str| only.is_empty() || only.split(',').any(|o| o == name);
    let mut report = Report::default();
    println!("machine: {}", machine());
    if wanted("answers") {
        answers::run(&mut report).await?;
    }
    if wanted("figures") {
        figures::run(&mut report).await?;
    }
    if wanted("standards") {
        standards::run(&mut report).await?;
    }
    if wanted("size") {
        size::run(&mut report).await?;
    }
    let page = format!(
        "# Benchmarks\n\nMade by `make bench` in one run; compare the ratios, not the seconds. Machine: {}.\n{}",
        machine(),
        report.0
    );
    if only.is_empty() {
        std::fs::write("BENCHMARKS.md", page)?;
        println!("\nwritten to BENCHMARKS.md");
    }
    Ok(())
}
