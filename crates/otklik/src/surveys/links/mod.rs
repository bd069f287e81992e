//! Ways to a survey: addresses with their signature, QR codes, sheets to print.

pub mod api;
pub mod pages;
pub mod store;

use fast_qr::{ECL, QRBuilder};
use kit::actor::{Actor, Role};
use kit::db::Query;
use kit::{Error, Ground, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::intake::Origin;

/// What links are made for, one each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    #[default]
    Branch,
    Employee,
    Touchpoint,
}

impl Per {
    pub const ALL: [Self; 3] = [Self::Branch, Self::Employee, Self::Touchpoint];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Employee => "employee",
            Self::Touchpoint => "touchpoint",
        }
    }
}

/// A link for a place or person.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: Uuid,
    pub label: String,
    pub url: String,
    /// The query that the QR code's address takes for the same link.
    pub query: String,
}

/// The query of a link: what it names, and the signature that keeps others from re-addressing it.
#[must_use]
pub fn query(ground: &Ground, code: &str, origin: &Origin) -> String {
    let named = [
        ("branch", &origin.branch),
        ("employee", &origin.employee),
        ("touchpoint", &origin.touchpoint),
        ("channel", &origin.channel),
    ];
    let mut out = form_urlencoded::Serializer::new(String::new());
    let mut any = false;
    for (name, value) in named {
        if let Some(value) = value {
            out.append_pair(name, value);
            any = true;
        }
    }
    if any {
        out.append_pair("k", &origin.sign(&ground.signing_key, code));
    }
    out.finish()
}

/// The address of a survey's page for an origin.
#[must_use]
pub fn address(ground: &Ground, code: &str, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/s/{code}{mark}{query}", ground.public_url)
}

/// A link for staff to try the survey: its answers are never counted.
#[must_use]
pub fn test_address(ground: &Ground, code: &str) -> String {
    format!("{}/s/{code}?test={}", ground.public_url, super::public::test_signature(&ground.signing_key, code))
}

/// Links for every open branch, present employee or touchpoint in which the words occur; one more than the limit. A branch head gets those of the own branches.
///
/// # Errors
/// Those of the database.
pub async fn links(
    q: &impl Query,
    ground: &Ground,
    actor: &Actor,
    code: &str,
    (per, words): (Per, &str),
    after: Option<(String, Uuid)>,
    limit: i64,
) -> Result<Vec<Link>> {
    let own = (actor.role == Role::Supervisor).then_some(&*actor.branches);
    let today = ground.now().date(&actor.zone).to_string();
    let rows = store::named(q, actor.org, per, own, (words, &today), after, limit + 1).await?;
    let one = |row: store::Named| {
        let said = Some(row.code.unwrap_or_else(|| row.id.to_string()));
        let origin = match per {
            Per::Branch => Origin { branch: said, ..Origin::default() },
            Per::Employee => Origin { employee: said, ..Origin::default() },
            Per::Touchpoint => Origin { touchpoint: said, ..Origin::default() },
        };
        let query = query(ground, code, &origin);
        Link { id: row.id, label: row.name, url: address(ground, code, &query), query }
    };
    Ok(rows.into_iter().map(one).collect())
}

/// A QR code as one drawn path: side length with the quiet zone, and the path.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub side: usize,
    pub path: String,
}

/// The quiet zone that readers need around a code.
const QUIET: usize = 4;

/// Draws a QR code.
///
/// # Errors
/// `Invalid` when the text is too long for one.
pub fn draw(text: &str) -> Result<Drawn> {
    use std::fmt::Write;
    // A long address gets a code that forgives less rather than none.
    let built = QRBuilder::new(text).ecl(ECL::M).build().or_else(|_| QRBuilder::new(text).ecl(ECL::L).build());
    let code = built.map_err(|_| Error::field("url", "too-long-for-qr"))?;
    let mut path = String::with_capacity(8 * 1024);
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let start = x;
            while x < code.size && code[y][x].value() {
                x += 1;
            }
            if x > start {
                let n = x - start;
                let _ = write!(path, "M{} {}h{n}v1h-{n}z", start + QUIET, y + QUIET);
            }
            x += 1;
        }
    }
    Ok(Drawn { side: code.size + 2 * QUIET, path })
}

/// The same as a file.
///
/// # Errors
/// `Invalid` when the text is too long.
pub fn svg(text: &str) -> Result<String> {
    let Drawn { side, path } = draw(text)?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{px}\" height=\"{px}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>\n",
        px = side * 8
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_quiet_zone() {
        let drawn = draw("https://otklik.example/s/abcd2345?branch=centre&k=ABCDEFGHJKLM").expect("short enough");
        assert!(drawn.path.starts_with("M4 4h7v1h-7z"), "the finder pattern begins after the quiet zone: {}", drawn.path);
        assert!(drawn.side >= 33);
        assert!(draw(&"x".repeat(5000)).is_err());
    }
}
