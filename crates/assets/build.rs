//! Builds `ui/` inside OUT_DIR and writes the table of embedded files.
//!
//! The source tree is never written to: `ui/` is copied, npm installs into the copy (only when the
//! lock file changed), esbuild bundles there. `OTKLIK_ASSETS_DIR` names a folder with the result of an
//! earlier `node build.mjs <folder>` and skips Node altogether (for packagers).

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

/// What npm or an editor leaves in `ui/` and the build must neither copy nor watch.
const IGNORED: [&str; 2] = ["node_modules", "dist"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=OTKLIK_ASSETS_DIR");
    println!("cargo:rerun-if-env-changed=OTKLIK_FAST_ASSETS");

    let out = PathBuf::from(var("OUT_DIR"));
    let dist = match std::env::var("OTKLIK_ASSETS_DIR") {
        Ok(dir) if !dir.is_empty() => {
            println!("cargo:rerun-if-changed={dir}");
            PathBuf::from(dir)
        }
        _ => bundle(&out),
    };
    write_table(&dist, &out.join("assets.rs"));
}

fn bundle(out: &Path) -> PathBuf {
    let source = Path::new(&var("CARGO_MANIFEST_DIR")).join("../../ui");
    let work = out.join("ui");
    // Leftovers of files deleted from ui/ must not reach the bundle; node_modules stays.
    remove_sources(&work);
    copy(&source, &work, true);

    let lock = read(&work.join("package-lock.json"));
    let stamp = out.join("npm.stamp");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&lock) {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        run(Command::new(npm).args(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]).current_dir(&work));
        write(&stamp, &lock);
    }

    let dist = out.join("dist");
    let mut node = Command::new("node");
    node.arg("build.mjs").arg(&dist).current_dir(&work);
    if fast() {
        node.arg("--fast");
    }
    run(&mut node);
    dist
}

/// Strong compression costs seconds and serves nobody while developing.
fn fast() -> bool {
    match std::env::var("OTKLIK_FAST_ASSETS") {
        Ok(value) => value != "0",
        Err(_) => var("PROFILE") == "debug",
    }
}

fn remove_sources(work: &Path) {
    let Ok(entries) = fs::read_dir(work) else { return };
    for entry in entries.flatten() {
        if IGNORED.contains(&entry.file_name().to_string_lossy().as_ref()) {
            continue;
        }
        let path = entry.path();
        let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        gone.unwrap_or_else(|e| fail(&[&format!("cannot remove {}: {e}", path.display())]));
    }
}

fn copy(from: &Path, to: &Path, top: bool) {
    fs::create_dir_all(to).unwrap_or_else(|e| fail(&[&format!("cannot make {}: {e}", to.display())]));
    let entries = fs::read_dir(from).unwrap_or_else(|e| fail(&[&format!("cannot read {}: {e}", from.display())]));
    for entry in entries.flatten() {
        let name = entry.file_name();
        if top && IGNORED.contains(&name.to_string_lossy().as_ref()) {
            continue;
        }
        let path = entry.path();
        // Cargo looks into watched folders by itself; the top one is not watched because of node_modules.
        if top {
            println!("cargo:rerun-if-changed={}", path.display());
        }
        if path.is_dir() {
            copy(&path, &to.join(name), false);
        } else {
            fs::copy(&path, to.join(name)).unwrap_or_else(|e| fail(&[&format!("cannot copy {}: {e}", path.display())]));
        }
    }
}

fn run(command: &mut Command) {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(done) if done.status.success() => {}
        Ok(done) => {
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            let mut lines = vec![format!("`{command:?}` failed ({})", done.status)];
            lines.extend(said.lines().map(str::to_owned));
            fail(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        }
        Err(e) => fail(&[
            &format!("cannot run `{program}`: {e}"),
            "The pages' styles and scripts are built with Node.js 20 or newer and npm.",
            "Install them (Debian: apt install nodejs npm) and run cargo again, or",
            "set OTKLIK_ASSETS_DIR to a folder made elsewhere with `node ui/build.mjs <folder>`.",
        ]),
    }
}

fn write_table(dist: &Path, target: &Path) {
    let dist = fs::canonicalize(dist).unwrap_or_else(|e| fail(&[&format!("no assets in {}: {e}", dist.display())]));
    let mut table = String::from("pub(crate) static TABLE: &[(&str, Asset)] = &[\n");
    let manifest = read(&dist.join("manifest.tsv"));
    for line in manifest.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, file, mime, packed] = cells[..] else {
            fail(&[&format!("a broken line in manifest.tsv: {line}")]);
        };
        let bytes = |suffix: &str| format!("include_bytes!({:?})", dist.join(format!("{file}{suffix}")));
        let (br, gz) = match packed {
            "1" => (format!("Some({})", bytes(".br")), format!("Some({})", bytes(".gz"))),
            _ => ("None".to_owned(), "None".to_owned()),
        };
        // The name carries the hash of the content, so it serves as the entity tag too.
        let _ = writeln!(
            table,
            "    ({name:?}, Asset {{ file: {file:?}, url: {:?}, mime: {mime:?}, etag: {:?}, bytes: {}, br: {br}, gz: {gz} }}),",
            format!("/assets/{file}"),
            format!("\"{file}\""),
            bytes(""),
        );
    }
    table.push_str("];\n\npub(crate) static ICONS: &[&str] = &[\n");
    for icon in read(&dist.join("icons.list")).lines() {
        let _ = writeln!(table, "    {icon:?},");
    }
    table.push_str("];\n");
    write(target, &table);
}

fn var(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| fail(&[&format!("{name} is not set")]))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| fail(&[&format!("cannot read {}: {e}", path.display())]))
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|e| fail(&[&format!("cannot write {}: {e}", path.display())]));
}

fn fail(lines: &[&str]) -> ! {
    for line in lines {
        println!("cargo::error={line}");
    }
    exit(1)
}
