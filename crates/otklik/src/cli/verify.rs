//! `otklik verify`: is an exported signature what it was? No server, no database, no key.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use kit::i18n::{Lang, T};
use kit::{Error, Result};

use crate::standards::duties::rules::bundle;

#[derive(Debug, Args)]
pub struct Verify {
    /// A file from GET /signatures/{id}/bundle, or the button on a signature's page
    file: PathBuf,
}

/// A bundle is a few texts; what is larger is something else.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Checks a file: 0 when all of it fits, 1 with every finding when it does not, 2 when it cannot be read.
///
/// # Errors
/// When the file cannot be read.
pub fn run(v: &Verify) -> Result<ExitCode> {
    super::install_texts();
    let lang = std::env::var("LANG").ok().filter(|l| l.starts_with("ru")).map_or(Lang::En, |_| Lang::Ru);
    let t = T::new(lang);
    let broken = |e: std::io::Error| Error::Internal(format!("the file {} cannot be read: {e}", v.file.display()));
    let size = std::fs::metadata(&v.file).map_err(broken)?.len();
    if size > LARGEST {
        return Err(Error::Internal(format!("the file {} is no bundle: it has {size} bytes", v.file.display())));
    }
    let bytes = std::fs::read(&v.file).map_err(broken)?;
    let (code, lines) = told(&bytes, t);
    lines.iter().for_each(|line| println!("{line}"));
    Ok(ExitCode::from(code))
}

/// The exit code and what is said.
#[must_use]
pub fn told(bytes: &[u8], t: T) -> (u8, Vec<String>) {
    match bundle::verify(bytes) {
        Ok(says) => {
            let fact = |key: &str, value: &str| format!("{}: {value}", t.s(&format!("duties-verify-{key}")));
            let version = says.version.to_string();
            let items = says.items.to_string();
            let mut lines = vec![t.s("duties-verify-ok")];
            let facts = [
                ("company", says.company.as_str()),
                ("standard", &says.title),
                ("version", &version),
                ("items", &items),
                ("employee", &says.employee),
                ("statement", &says.statement),
                ("at", &says.at),
                ("via", &says.via),
                ("entered-by", &says.entered_by),
                ("hash", &says.hash),
            ];
            lines.extend(facts.map(|(k, v)| fact(k, v)));
            (0, lines)
        }
        Err(findings) => (1, findings.iter().map(|f| t.s(&format!("duties-finding-{}", f.key()))).collect()),
    }
}
