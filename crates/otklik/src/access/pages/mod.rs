//! The HTML door of companies, places and people.

pub mod account;
pub mod branches;
pub mod choices;
pub mod entrance;
pub mod marks;
pub mod org;
pub mod outgoing;
pub mod setup;
pub mod tokens;
pub mod touchpoints;
pub mod users;
pub mod views;
pub mod ways_in;

use kit::i18n::T;
use kit::{Actor, Result};
use serde::Deserialize;

use super::places::Wanted;
use crate::layout::{Flash, Frame};

/// What a staff page's address may carry besides its path: where a list goes on, what was searched, what was just done.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Ask {
    pub after: Option<String>,
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub done: String,
    /// The id of what was just removed and can be put back.
    #[serde(default)]
    pub undo: String,
    #[serde(default)]
    pub branch: String,
    #[serde(default)]
    pub noun: String,
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub to: String,
}

impl Ask {
    /// # Errors
    /// `Invalid` for a cursor that is none.
    pub fn wanted(&self) -> Result<Wanted> {
        super::api::wanted(Some(50), self.after.clone(), Some(self.q.clone()))
    }

    /// The address of the next part, with what was searched for.
    #[must_use]
    pub fn next(&self, path: &str, cursor: Option<&String>) -> String {
        let Some(cursor) = cursor else { return String::new() };
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (k, v) in [("q", &self.q), ("branch", &self.branch), ("noun", &self.noun), ("from", &self.from), ("to", &self.to)] {
            if !v.is_empty() {
                query.append_pair(k, v);
            }
        }
        format!("{path}?{}", query.append_pair("after", cursor).finish())
    }
}

/// The frame of a settings page; says what was just done.
#[must_use]
pub fn frame(actor: &Actor, title: &str, done: &str) -> Frame {
    let t = T::new(actor.lang);
    if title == "access-marks" {
        return said(crate::doors::frame(actor, t.s(title), "marks"), t, done);
    }
    let frame = crate::doors::frame(actor, t.s(title), "settings").crumb(t.s("layout-nav-settings"), "/settings");
    said(frame, t, done)
}

/// Says what was just done, when it is one of ours.
#[must_use]
pub fn said(frame: Frame, t: T, done: &str) -> Frame {
    let key = format!("access-done-{done}");
    let known = !done.is_empty() && done.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && t.has(&key);
    if known { frame.flash(Flash::good(t.s(&key))) } else { frame }
}

pub use crate::doors::go;

/// May this role do that?
#[must_use]
pub fn may(actor: &Actor, right: super::Right) -> bool {
    super::reach(actor.role, right).is_some()
}

/// Time zones that a form offers: Russia's and its neighbours', and whatever is chosen.
pub const ZONES: [&str; 22] = [
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
    "Europe/Minsk",
    "Asia/Almaty",
    "Asia/Tashkent",
    "Asia/Bishkek",
    "Asia/Baku",
    "Asia/Yerevan",
    "Asia/Tbilisi",
    "Europe/Berlin",
    "Europe/London",
    "UTC",
];

/// A drop-down of time zones.
#[must_use]
pub fn zone_field(t: T, value: &str) -> crate::layout::Field {
    let mut field = crate::layout::Field::select("timezone", t.s("access-timezone")).value(value);
    if !value.is_empty() && !ZONES.contains(&value) {
        field = field.choice(value, value);
    }
    field.choices(ZONES.iter().map(|z| (*z, z.replace('_', " "))))
}

/// A drop-down of languages.
#[must_use]
pub fn locale_field(t: T, value: &str) -> crate::layout::Field {
    crate::layout::Field::select("locale", t.s("access-locale")).value(value).choice("ru", "Русский").choice("en", "English")
}

/// The name of the company's time zone, for dates in words.
#[must_use]
pub fn zone_name(actor: &Actor) -> &str {
    actor.zone.iana_name().unwrap_or("UTC")
}
