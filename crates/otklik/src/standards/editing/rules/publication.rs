//! What a publication changes, for whom, and the text that is hashed and signed.

use std::collections::BTreeMap;

use kit::i18n::Label;
use kit::ids::sha256_hex;
use kit::{Faults, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::form::{Audience, ItemText, Kind};

/// What a publication does to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ItemChangeKind)]
pub enum Change {
    New,
    /// The sense changed: whoever signed is asked again, for this item only.
    Material,
    /// Only the words changed: nobody is asked.
    Editorial,
    Retired,
}

impl Change {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Material => "material",
            Self::Editorial => "editorial",
            Self::Retired => "retired",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::New, Self::Material, Self::Editorial, Self::Retired].into_iter().find(|c| c.as_str() == text)
    }

    /// Does it ask for a signature?
    #[must_use]
    pub fn asks(self) -> bool {
        matches!(self, Self::New | Self::Material)
    }
}

/// An item as a publication leaves it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedItem {
    pub id: Uuid,
    pub text: ItemText,
    /// In this publication; `None` when it stayed as it was.
    pub change: Option<Change>,
    /// The last publication that asked for a signature.
    pub asked_in: i64,
    pub retired: bool,
}

/// What was just published.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    pub standard: Uuid,
    /// The number of the version; the first is 1.
    pub number: i64,
    pub title: Label,
    /// In the order of the page; those that were retired now stand at the end. Retired before: not here.
    pub items: Vec<PublishedItem>,
    pub audience: Audience,
    /// Days that people have for reading and signing.
    pub days: i64,
}

impl Publication {
    /// The items that everybody of the audience must have signed: in force and mandatory.
    pub fn required(&self) -> impl Iterator<Item = &PublishedItem> {
        self.items.iter().filter(|i| !i.retired && i.text.mandatory)
    }
}

/// An item inside a version's content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContentItem {
    pub id: Uuid,
    #[serde(flatten)]
    pub text: ItemTextOpen,
}

/// The same fields as `ItemText`; serde cannot flatten a struct that refuses unknown fields.
pub type ItemTextOpen = serde_json::Map<String, Json>;

impl ContentItem {
    /// # Errors
    /// When a stored text cannot be written: a defect.
    pub fn new(id: Uuid, text: &ItemText) -> Result<Self> {
        match serde_json::to_value(text)? {
            Json::Object(text) => Ok(Self { id, text }),
            _ => Err(kit::Error::Internal("an item's text is no object".into())),
        }
    }

    /// # Errors
    /// When the stored text cannot be read: a defect.
    pub fn text(&self) -> Result<ItemText> {
        Ok(serde_json::from_value(Json::Object(self.text.clone()))?)
    }
}

/// The whole text of a version: what is kept, hashed and shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub title: Label,
    pub kind: Kind,
    pub items: Vec<ContentItem>,
}

impl Content {
    /// The content as text that is the same on every machine, and its SHA-256.
    ///
    /// # Errors
    /// When it cannot be written: a defect.
    pub fn frozen(&self) -> Result<(String, String)> {
        let text = canonical(&serde_json::to_value(self)?);
        let hash = sha256_hex(text.as_bytes());
        Ok((text, hash))
    }

    /// # Errors
    /// When a stored content cannot be read: a defect.
    pub fn read(text: &str) -> Result<Self> {
        Ok(serde_json::from_str(text)?)
    }
}

/// JSON as one text: keys in the order of their bytes, no spaces, whole numbers without a fraction. Signatures and
/// `otklik verify` hash exactly this.
#[must_use]
pub fn canonical(value: &Json) -> String {
    fn write(value: &Json, out: &mut String) {
        match value {
            Json::Object(map) => {
                let sorted: BTreeMap<&String, &Json> = map.iter().collect();
                out.push('{');
                for (i, (key, value)) in sorted.into_iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    out.push_str(&Json::from(key.as_str()).to_string());
                    out.push(':');
                    write(value, out);
                }
                out.push('}');
            }
            Json::Array(items) => {
                out.push('[');
                for (i, value) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    write(value, out);
                }
                out.push(']');
            }
            Json::Number(n) => match n.as_f64() {
                // 1.0 and 1 are the same number to whoever reads JSON elsewhere.
                Some(f) if n.is_f64() && f.fract() == 0.0 && f.abs() < 9e15 => out.push_str(&format!("{f:.0}")),
                _ => out.push_str(&n.to_string()),
            },
            other => out.push_str(&other.to_string()),
        }
    }
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// An item of the draft, as a publication looks at it.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftItem {
    pub id: Uuid,
    pub draft: ItemText,
    pub published: Option<ItemText>,
    /// Retired by the next publication.
    pub retiring: bool,
    pub asked_in: i64,
}

impl DraftItem {
    /// What the next publication would do to it; `None` for nothing, `Some(None)` when the author has to say what.
    #[must_use]
    pub fn pending(&self) -> Option<Option<Change>> {
        match &self.published {
            None if self.retiring => None,
            None => Some(Some(Change::New)),
            Some(_) if self.retiring => Some(Some(Change::Retired)),
            Some(before) if *before == self.draft => None,
            Some(_) => Some(None),
        }
    }
}

/// Says what becomes of every item of the draft in publication `number`. Retired ones come last.
///
/// # Errors
/// `Invalid` naming changed items whose change was not said, and ids that are none.
pub fn plan(items: &[DraftItem], changes: &BTreeMap<Uuid, Change>, number: i64) -> Result<Vec<PublishedItem>> {
    let mut faults = Faults::default();
    let mut out = Vec::with_capacity(items.len());
    let mut gone = Vec::new();
    for item in items {
        let said = changes.get(&item.id).copied();
        let change = match item.pending() {
            None if item.published.is_none() => continue,
            None => {
                if said.is_some() {
                    faults.add(format!("changes.{}", item.id), "not-changed");
                }
                None
            }
            Some(Some(change)) => Some(change),
            Some(None) => {
                if said.is_none() {
                    faults.add(format!("changes.{}", item.id), "required");
                }
                said
            }
        };
        let asked_in = if change.is_some_and(Change::asks) { number } else { item.asked_in };
        let retired = change == Some(Change::Retired);
        let text = if retired { item.published.clone().unwrap_or_else(|| item.draft.clone()) } else { item.draft.clone() };
        let published = PublishedItem { id: item.id, text, change, asked_in, retired };
        if retired { gone.push(published) } else { out.push(published) }
    }
    for id in changes.keys().filter(|id| !items.iter().any(|i| i.id == **id)) {
        faults.add(format!("changes.{id}"), "unknown");
    }
    faults.check()?;
    out.append(&mut gone);
    Ok(out)
}

/// The rule of signatures over a whole history: the publication that last asked for each item in force.
/// Duties, however they are given out, must agree with it.
#[must_use]
pub fn asked(history: &[Vec<(Uuid, Change)>]) -> BTreeMap<Uuid, i64> {
    let mut out = BTreeMap::new();
    for (i, publication) in history.iter().enumerate() {
        let number = i64::try_from(i).unwrap_or(i64::MAX).saturating_add(1);
        for (item, change) in publication {
            match change {
                Change::New | Change::Material => _ = out.insert(*item, number),
                Change::Editorial => {}
                Change::Retired => _ = out.remove(item),
            }
        }
    }
    out
}
