//! Runs the reference vectors: computes every case from its `input` and compares what the crate computes, field by field.
//!
//! Nothing here looks at an expected *value* before it is computed. Expected *keys* are read where they are part of the
//! question: at which times a curve is asked for, for which size of population.

mod charts;
mod clock;
mod compare;
mod customers;
mod data;
mod drivers;
mod figures;
mod import;
mod money;
mod raters;
mod scores;
mod survival;
mod text;
mod times;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

pub use data::Table;

/// Why a case was not computed.
pub enum Skip {
    /// The crate has nothing for it.
    NotCovered,
    /// The data set is not there.
    NoData(String),
}

pub type Outcome = Result<Value, Skip>;

/// What the cases of one file share.
pub struct Context<'a> {
    folders: &'a [PathBuf],
    /// The whole file: some rules and calendars stand beside the cases.
    pub file: &'a Value,
    /// Inputs of the cases so far, later ones on top: some cases say "the same rows".
    pub inherited: Map<String, Value>,
}

impl Context<'_> {
    /// Reads `folder/name.csv[.gz]` from the first data folder that has it.
    pub fn table(&self, folder: &str, name: &str) -> Result<Table, Skip> {
        data::load(self.folders, folder, name)
    }
}

/// Counts over one file or all.
#[derive(Default)]
pub struct Report {
    pub passed: usize,
    pub failed: usize,
    pub not_covered: usize,
    /// Lines to print.
    pub lines: Vec<String>,
}

/// The reference folder: `$OTKLIK_REFERENCE`, or `../shared/reference` from here or from the top of the repository.
pub fn reference() -> PathBuf {
    if let Some(path) = std::env::var_os("OTKLIK_REFERENCE") {
        return PathBuf::from(path);
    }
    let near = PathBuf::from("../shared/reference");
    let from_crate = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    if !near.exists() && from_crate.exists() { from_crate } else { near }
}

/// Runs every `vectors/*.json` of a folder.
pub fn run(folder: &Path) -> Result<Report, String> {
    let vectors = folder.join("vectors");
    let entries = std::fs::read_dir(&vectors).map_err(|e| format!("cannot read {}: {e}", vectors.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "json"));
    files.sort();
    let folders = [folder.join("data"), reference().join("data")];
    let mut total = Report::default();
    if !folders.iter().any(|f| f.is_dir()) {
        total.lines.push(format!(
            "no data folder: neither {} nor {}; cases on data sets are not covered",
            folders[0].display(),
            folders[1].display()
        ));
    }
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let file: Value = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let report = run_file(&name, &file, &folders);
        total.passed += report.passed;
        total.failed += report.failed;
        total.not_covered += report.not_covered;
        total.lines.extend(report.lines);
    }
    Ok(total)
}

fn run_file(name: &str, file: &Value, folders: &[PathBuf]) -> Report {
    let mut report = Report::default();
    let mut notes = Vec::new();
    let mut context = Context { folders, file, inherited: Map::new() };
    for case in file["cases"].as_array().unwrap_or(&Vec::new()) {
        let id = case["id"].as_str().unwrap_or("?");
        let outcome = dispatch(name, &mut context, case);
        if let Some(input) = case["input"].as_object() {
            context.inherited.extend(input.clone());
        }
        match outcome {
            Err(Skip::NotCovered) => {
                report.not_covered += 1;
                notes.push(format!("    {id}: not covered: {}", fields(&case["expected"]).join(", ")));
            }
            Err(Skip::NoData(what)) => {
                report.not_covered += 1;
                notes.push(format!("    {id}: not covered, {what} is not there"));
            }
            Ok(computed) => {
                let verdict = compare::compare(file, case, &computed);
                if !verdict.wrong.is_empty() {
                    report.failed += 1;
                    notes.push(format!("    {id}: FAILED: {}", verdict.wrong.join("; ")));
                } else if verdict.agreed == 0 {
                    report.not_covered += 1;
                } else {
                    report.passed += 1;
                }
                if !verdict.missing.is_empty() {
                    notes.push(format!("    {id}: not covered: {}", verdict.missing.join(", ")));
                }
            }
        }
    }
    report.lines.push(format!("{name}: {} passed, {} failed, {} not covered", report.passed, report.failed, report.not_covered));
    report.lines.extend(notes);
    report
}

fn fields(expected: &Value) -> Vec<String> {
    match expected {
        Value::Object(map) => map.keys().cloned().collect(),
        _ => vec!["expected".to_owned()],
    }
}

/// The letter in front of a file's name says what it is about.
fn dispatch(name: &str, context: &mut Context, case: &Value) -> Outcome {
    match name.split('_').next().unwrap_or_default() {
        "a" => customers::compute(context, case),
        "b" => survival::compute(context, case),
        "c" => figures::compute(context, case),
        "d" => raters::compute(context, case),
        "e" => charts::compute(context, case),
        "f" => drivers::compute(context, case),
        "g" => clock::compute(context, case),
        "h" => times::compute_calls(context, case),
        "i" => money::compute(context, case),
        "j" => scores::compute(context, case),
        "k" => times::compute(context, case),
        "l" => text::compute(context, case),
        "m" => scores::compute_staff(context, case),
        "n" => import::compute(context, case),
        _ => Err(Skip::NotCovered),
    }
}

/// An array of numbers; cells that are not numbers are left out.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map(|a| a.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
}

/// An array of numbers with gaps.
pub fn gappy(value: &Value) -> Vec<Option<f64>> {
    value.as_array().map(|a| a.iter().map(Value::as_f64).collect()).unwrap_or_default()
}

pub fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().map(|a| a.iter().map(numbers).collect()).unwrap_or_default()
}

pub fn counts(value: &Value) -> Vec<u64> {
    value.as_array().map(|a| a.iter().filter_map(Value::as_u64).collect()).unwrap_or_default()
}

pub fn strings(value: &Value) -> Vec<String> {
    value.as_array().map(|a| a.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()).unwrap_or_default()
}

/// An interval as `[low, high]`, or null.
pub fn pair(interval: Option<measure::Interval>) -> Value {
    interval.map_or(Value::Null, |i| json!([i.low, i.high]))
}
