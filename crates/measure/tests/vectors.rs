//! The reference vectors, where the reference folder is at hand.

#[path = "support/vectors/mod.rs"]
mod vectors;

#[test]
fn the_reference_vectors_agree() {
    let folder = vectors::reference();
    if !folder.join("vectors").is_dir() {
        println!("no reference folder at {}: nothing compared", folder.display());
        return;
    }
    let report = vectors::run(&folder).unwrap_or_else(|problem| panic!("{problem}"));
    println!("{} passed, {} failed, {} not covered", report.passed, report.failed, report.not_covered);
    let failures: Vec<&String> = report.lines.iter().filter(|line| line.contains("FAILED")).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(report.passed > 0);
}
