//! A signature that can be checked anywhere: what was shown, who signed it, and hashes over both.
//!
//! Three hashes, each over JSON in one canonical form (keys sorted, no spaces): `text_hash` over exactly what was shown,
//! `hash` over the signature (with the text's hash inside), `bundle_hash` over all the rest of the file.

use kit::ids::sha256_hex;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::standards::editing::rules::canonical;

/// The name of the format.
pub const FORMAT: &str = "otklik-signature/1";

/// The hash of JSON in its canonical form.
#[must_use]
pub fn hash_of(value: &Json) -> String {
    sha256_hex(canonical(value).as_bytes())
}

/// What was shown: the standard's title, the version, and the texts of these items in this order.
#[must_use]
pub fn content(standard: Uuid, title: &Json, number: i64, items: &[(Uuid, Json)]) -> Json {
    let items: Vec<Json> = items.iter().map(|(id, text)| json!({"id": id, "text": text})).collect();
    json!({"standard": standard, "title": title, "version": number, "items": items})
}

/// A signature as it is kept.
#[derive(Clone, Debug)]
pub struct Signed<'a> {
    pub id: Uuid,
    pub company: Uuid,
    pub standard: Uuid,
    pub number: i64,
    pub employee: Uuid,
    pub employee_name: &'a str,
    pub items: &'a [Uuid],
    pub statement: &'a str,
    pub text_hash: &'a str,
    pub via: &'a str,
    pub member: Uuid,
    pub member_name: &'a str,
    /// As it is written out: RFC 3339.
    pub at: String,
}

impl Signed<'_> {
    /// The part that `hash` covers.
    #[must_use]
    pub fn json(&self) -> Json {
        json!({
            "id": self.id,
            "company": self.company,
            "standard": self.standard,
            "version": self.number,
            "employee": {"id": self.employee, "name": self.employee_name},
            "items": self.items,
            "statement": self.statement,
            "text_hash": self.text_hash,
            "via": self.via,
            "entered_by": {"id": self.member, "name": self.member_name},
            "at": self.at,
        })
    }
}

/// The whole file.
#[must_use]
pub fn bundle(company: &str, signature: &Json, hash: &str, content: &Json) -> String {
    let mut all = json!({
        "format": FORMAT,
        "company": company,
        "signature": signature,
        "hash": hash,
        "content": content,
    });
    all["bundle_hash"] = Json::from(hash_of(&all));
    canonical(&all) + "\n"
}

/// What is wrong with a file; the words stand in the texts under `duties-finding-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    NotJson,
    Format,
    /// A field is missing or strange.
    Shape,
    /// Not written as the program writes it.
    Form,
    /// The text is not the one that was signed.
    Text,
    /// The signature was changed.
    Signature,
    /// Text and signature speak of different things.
    Mismatch,
    /// Something else in the file was changed.
    File,
}

impl Finding {
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::Format => "format",
            Self::Shape => "shape",
            Self::Form => "form",
            Self::Text => "text",
            Self::Signature => "signature",
            Self::Mismatch => "mismatch",
            Self::File => "file",
        }
    }
}

/// What a sound file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Says {
    pub company: String,
    pub title: String,
    pub version: i64,
    pub items: usize,
    pub employee: String,
    pub statement: String,
    pub at: String,
    pub via: String,
    pub entered_by: String,
    pub hash: String,
}

/// Checks a file by itself: no server, no key.
///
/// # Errors
/// With everything that does not fit.
pub fn verify(bytes: &[u8]) -> Result<Says, Vec<Finding>> {
    let Some(all) = serde_json::from_slice::<Json>(bytes).ok().filter(Json::is_object) else {
        return Err(vec![Finding::NotJson]);
    };
    if all["format"] != FORMAT {
        return Err(vec![Finding::Format]);
    }
    let mut found = Vec::new();
    if (canonical(&all) + "\n").as_bytes() != bytes {
        found.push(Finding::Form);
    }
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let (signature, content) = (&all["signature"], &all["content"]);
    let known = |value: &Json, names: &[&str]| {
        value.as_object().is_some_and(|map| map.len() == names.len() && names.iter().all(|n| map.contains_key(*n)))
    };
    let shape = known(&all, &["format", "company", "signature", "hash", "content", "bundle_hash"])
        && known(
            signature,
            &["id", "company", "standard", "version", "employee", "items", "statement", "text_hash", "via", "entered_by", "at"],
        )
        && known(content, &["standard", "title", "version", "items"])
        && signature["items"].is_array()
        && content["items"].as_array().is_some_and(|items| items.iter().all(|i| known(i, &["id", "text"])));
    if !shape {
        found.push(Finding::Shape);
    }
    if signature["text_hash"] != hash_of(content) {
        found.push(Finding::Text);
    }
    if all["hash"] != hash_of(signature) {
        found.push(Finding::Signature);
    }
    let shown: Vec<&Json> = content["items"].as_array().into_iter().flatten().map(|i| &i["id"]).collect();
    let signed: Vec<&Json> = signature["items"].as_array().into_iter().flatten().collect();
    if shown != signed || content["standard"] != signature["standard"] || content["version"] != signature["version"] {
        found.push(Finding::Mismatch);
    }
    let mut rest: Map<String, Json> = all.as_object().cloned().unwrap_or_default();
    rest.remove("bundle_hash");
    if all["bundle_hash"] != hash_of(&Json::Object(rest)) {
        found.push(Finding::File);
    }
    if !found.is_empty() {
        return Err(found);
    }
    let title = &content["title"];
    let title = title.as_str().or_else(|| title["ru"].as_str()).or_else(|| title["en"].as_str()).unwrap_or_default();
    Ok(Says {
        company: text(&all["company"]),
        title: title.to_owned(),
        version: content["version"].as_i64().unwrap_or_default(),
        items: shown.len(),
        employee: text(&signature["employee"]["name"]),
        statement: text(&signature["statement"]),
        at: text(&signature["at"]),
        via: text(&signature["via"]),
        entered_by: text(&signature["entered_by"]["name"]),
        hash: text(&all["hash"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> String {
        let (standard, a, b) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let content = content(
            standard,
            &json!({"ru": "Приветствие", "en": "Greeting"}),
            4,
            &[(a, json!({"text": {"ru": "Здороваемся первыми"}, "weight": 1.5})), (b, json!({"text": "Встаём"}))],
        );
        let text_hash = hash_of(&content);
        let signed = Signed {
            id: Uuid::from_u128(9),
            company: Uuid::from_u128(8),
            standard,
            number: 4,
            employee: Uuid::from_u128(7),
            employee_name: "Соколова Мария",
            items: &[a, b],
            statement: "С пунктами ознакомлена",
            text_hash: &text_hash,
            via: "session",
            member: Uuid::from_u128(6),
            member_name: "Соколова Мария",
            at: "2026-11-21T09:00:00Z".into(),
        };
        let json = signed.json();
        bundle("Клиника «Сосны»", &json, &hash_of(&json), &content)
    }

    #[test]
    fn a_sound_bundle_says_who_signed_what() {
        let says = verify(sound().as_bytes()).expect("sound");
        assert_eq!(
            (says.employee.as_str(), says.title.as_str(), says.version, says.items),
            ("Соколова Мария", "Приветствие", 4, 2)
        );
    }

    #[test]
    fn changing_any_byte_is_found() {
        let file = sound().into_bytes();
        for at in 0..file.len() {
            for flip in [1_u8, 2, 32] {
                let mut bad = file.clone();
                bad[at] ^= flip;
                assert!(verify(&bad).is_err(), "byte {at}: {}", String::from_utf8_lossy(&bad));
            }
            let mut short = file.clone();
            short.remove(at);
            assert!(verify(&short).is_err(), "without byte {at}");
        }
        let spaced = String::from_utf8(file).expect("text").replace(",\"hash\"", ", \"hash\"");
        assert_eq!(verify(spaced.as_bytes()), Err(vec![Finding::Form]));
    }

    /// Changes one field, and mends every hash that a careless forger would mend.
    fn forged(path: &[&str], value: Json, mend: &[&str]) -> Result<Says, Vec<Finding>> {
        let mut all: Json = serde_json::from_str(&sound()).expect("JSON");
        let mut at = &mut all;
        for key in path {
            at = match key.parse::<usize>() {
                Ok(n) => &mut at[n],
                Err(_) => &mut at[*key],
            };
        }
        *at = value;
        for m in mend {
            match *m {
                "text" => all["signature"]["text_hash"] = hash_of(&all["content"]).into(),
                "signature" => all["hash"] = hash_of(&all["signature"]).into(),
                _ => {
                    let mut rest = all.as_object().cloned().expect("an object");
                    rest.remove("bundle_hash");
                    all["bundle_hash"] = hash_of(&Json::Object(rest)).into();
                }
            }
        }
        verify((canonical(&all) + "\n").as_bytes())
    }

    #[test]
    fn the_finding_names_the_part() {
        use Finding::{File, Format, Mismatch, Shape, Signature, Text};
        let fields: [(&[&str], Json, Vec<Finding>); 11] = [
            (&["content", "items", "0", "text"], json!({"text": "Другое"}), vec![Text]),
            (&["content", "title"], json!("Другой"), vec![Text]),
            (&["content", "version"], json!(5), vec![Text, Mismatch]),
            (&["signature", "employee", "name"], json!("Иванов"), vec![Signature]),
            (&["signature", "statement"], json!("Не читал"), vec![Signature]),
            (&["signature", "at"], json!("2020-01-01T00:00:00Z"), vec![Signature]),
            (&["signature", "via"], json!("paper"), vec![Signature]),
            (&["signature", "items", "0"], json!(Uuid::from_u128(77)), vec![Signature, Mismatch]),
            (&["company"], json!("Другая"), vec![]),
            (&["signature", "more"], json!(1), vec![Shape, Signature]),
            (&["format"], json!("other/1"), vec![Format]),
        ];
        for (path, value, mut wanted) in fields {
            if wanted != [Format] {
                wanted.push(File);
            }
            assert_eq!(forged(path, value, &[]), Err(wanted), "{path:?}");
        }
        // With only some of the hashes mended the rest still speaks.
        assert_eq!(forged(&["content", "title"], json!("Другой"), &["text", "file"]), Err(vec![Signature]));
        assert_eq!(verify(b"[]"), Err(vec![Finding::NotJson]));
        assert_eq!(verify(b"{}"), Err(vec![Format]));
    }
}
