//! An answer comes in: which survey, from where, is it sound; then it is handed to the writer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kit::i18n::Lang;
use kit::time::{DAY, SECOND, day_number, start_of_day};
use kit::{Error, Ground, Result, Timestamp};
use serde_json::json;
use uuid::Uuid;

use super::rules::answers::{Answers, check_answers, texts};
use super::rules::facts::Counter;
use super::rules::form::Form;
use super::rules::veil::Veil;
use super::store::{self, NewResponse, Place, PlaceKind};
use super::writer::Submission;
use crate::figures::version_key;
use crate::figures::{Anonymity, Dims};

/// A survey that can be answered, with the form that is printed under its code now.
#[derive(Clone, Debug)]
pub struct Open {
    pub org: Uuid,
    pub org_name: Arc<str>,
    pub zone: jiff::tz::TimeZone,
    pub frame_origins: Arc<str>,
    pub survey: Uuid,
    pub code: Arc<str>,
    pub version: i64,
    pub open: bool,
    pub counter: Arc<Counter>,
}

impl Open {
    #[must_use]
    pub fn form(&self) -> &Form {
        self.counter.form()
    }
}

/// Remembers for a moment what clients ask for again and again: long enough for a crowd. What staff change here is
/// forgotten at once; what they change on another node, within a second. What is not there is never remembered.
#[derive(Debug, Default)]
pub struct Memory {
    /// How often it was forgotten: what was read before that is not remembered after it.
    forgotten: AtomicU64,
    surveys: Mutex<HashMap<String, (i64, Open)>>,
    counters: Mutex<HashMap<(Uuid, i64), Arc<Counter>>>,
    places: Mutex<Places>,
}

/// What a company's links named, and when it was looked up.
type Places = HashMap<(Uuid, PlaceKind, String), (i64, Place)>;

const FRESH: i64 = SECOND;
/// So many names are remembered; then the memory starts anew.
const MOST: usize = 20_000;

fn recall<K: std::hash::Hash + Eq, V: Clone>(memory: &Mutex<HashMap<K, (i64, V)>>, key: &K, now: i64) -> Option<V> {
    let map = memory.lock().unwrap_or_else(PoisonError::into_inner);
    map.get(key).filter(|(at, _)| (now - at).abs() < FRESH).map(|(_, v)| v.clone())
}

impl Memory {
    /// Forgets what staff may just have changed: a closed survey is closed for whoever comes next.
    pub fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.surveys.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.places.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn remember<K: std::hash::Hash + Eq, V>(&self, memory: &Mutex<HashMap<K, (i64, V)>>, key: K, now: i64, seen: u64, value: V) {
        let mut map = memory.lock().unwrap_or_else(PoisonError::into_inner);
        if self.forgotten.load(Ordering::SeqCst) != seen {
            return;
        }
        if map.len() >= MOST {
            map.clear();
        }
        map.insert(key, (now, value));
    }

    /// The survey behind a code; `None` when there is none or it was never published.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn survey(&self, ground: &Ground, code: &str) -> Result<Option<Open>> {
        let now = ground.now().0;
        let key = code.to_owned();
        if let Some(found) = recall(&self.surveys, &key, now) {
            return Ok(Some(found));
        }
        let seen = self.forgotten.load(Ordering::SeqCst);
        let found = self.load(ground, code).await?;
        if let Some(open) = &found {
            self.remember(&self.surveys, key, now, seen, open.clone());
        }
        Ok(found)
    }

    async fn load(&self, ground: &Ground, code: &str) -> Result<Option<Open>> {
        let Some(row) = store::survey_by_code(&ground.db, code).await? else { return Ok(None) };
        let Some(version) = row.published else { return Ok(None) };
        let Some(org) = crate::access::store::org(&ground.db, row.org).await? else { return Ok(None) };
        let counter = self.counter(ground, row.org, row.id, version).await?;
        Ok(Some(Open {
            org: row.org,
            org_name: org.name.into(),
            zone: kit::time::zone(&org.timezone).unwrap_or(jiff::tz::TimeZone::UTC),
            frame_origins: org.frame_origins.into(),
            survey: row.id,
            code: row.code.into(),
            version,
            open: row.state == "open",
            counter,
        }))
    }

    async fn counter(&self, ground: &Ground, org: Uuid, survey: Uuid, version: i64) -> Result<Arc<Counter>> {
        let known = self.counters.lock().unwrap_or_else(PoisonError::into_inner).get(&(survey, version)).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let made = Arc::new(super::counter(&ground.db, org, survey, version).await?);
        let mut map = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MOST {
            map.clear();
        }
        map.insert((survey, version), Arc::clone(&made));
        Ok(made)
    }

    /// The survey with the form that a client was shown, when another was published meanwhile: an answer belongs to
    /// the version whose form it used. A number that never was is the one of now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn as_shown(&self, ground: &Ground, open: Open, version: Option<i64>) -> Result<Open> {
        match version {
            Some(version) if (1..open.version).contains(&version) => {
                let counter = self.counter(ground, open.org, open.survey, version).await?;
                Ok(Open { version, counter, ..open })
            }
            _ => Ok(open),
        }
    }

    /// What a link names, if this company has it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn place(&self, ground: &Ground, org: Uuid, kind: PlaceKind, text: &str) -> Result<Option<Place>> {
        let text = text.trim();
        if text.is_empty() || text.len() > 200 || text.contains('\0') {
            return Ok(None);
        }
        let now = ground.now().0;
        let key = (org, kind, text.to_owned());
        if let Some(found) = recall(&self.places, &key, now) {
            return Ok(Some(found));
        }
        let seen = self.forgotten.load(Ordering::SeqCst);
        let found = store::place(&ground.db, org, kind, text).await?;
        if let Some(place) = found {
            self.remember(&self.places, key, now, seen, place);
        }
        Ok(found)
    }
}

/// Where an answer says it comes from: raw words of a link or of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub branch: Option<String>,
    pub employee: Option<String>,
    pub touchpoint: Option<String>,
    pub channel: Option<String>,
    /// The signature of a printed link.
    pub signature: Option<String>,
}

impl Origin {
    fn parts(&self) -> [&str; 4] {
        [&self.branch, &self.employee, &self.touchpoint, &self.channel].map(|p| p.as_deref().unwrap_or(""))
    }

    /// The signature that a printed link carries, so that nobody re-addresses it.
    #[must_use]
    pub fn sign(&self, key: &[u8], code: &str) -> String {
        let [b, e, t, c] = self.parts();
        kit::secret::sign(key, &["link", code, b, e, t, c])
    }

    /// Was the link changed after it was printed? A link without a signature was not printed by us, and is taken as it is.
    #[must_use]
    pub fn tampered(&self, key: &[u8], code: &str) -> bool {
        let [b, e, t, c] = self.parts();
        self.signature.as_deref().is_some_and(|s| !kit::secret::verify(key, &["link", code, b, e, t, c], s))
    }
}

/// Where an answer is attributed to.
#[derive(Clone, Debug, Default)]
pub struct Attribution {
    pub dims: Dims,
    pub channel_name: Option<String>,
    /// What the link said and could not be attributed.
    pub raw: Option<String>,
}

impl Attribution {
    /// What a link says in words of its own may be a name: an anonymous answer keeps places and channels that are known.
    fn forget_strays(&mut self) {
        self.raw = None;
        self.channel_name = self.channel_name.take().filter(|c| crate::access::rules::places::known_channel(c));
        self.dims.channel = self.channel_name.as_deref().map(channel_id);
    }
}

/// Finds the places that an answer of this day (since 1970) names. A stray one never turns a client away: it is kept as it
/// was written.
///
/// # Errors
/// Those of the database.
pub async fn attribute(ground: &Ground, memory: &Memory, open: &Open, origin: &Origin, day: i64) -> Result<Attribution> {
    let mut out = Attribution::default();
    let mut raw = serde_json::Map::new();
    let trusted = !origin.tampered(&ground.signing_key, &open.code);
    let kinds = [
        (PlaceKind::Employee, "employee", &origin.employee),
        (PlaceKind::Branch, "branch", &origin.branch),
        (PlaceKind::Touchpoint, "touchpoint", &origin.touchpoint),
    ];
    for (kind, name, text) in kinds {
        let Some(text) = text.as_deref().filter(|t| !t.trim().is_empty()) else { continue };
        let place = if trusted { memory.place(ground, open.org, kind, text).await? } else { None };
        match place.filter(|p| p.open_on(day)) {
            Some(place) => match kind {
                PlaceKind::Employee => {
                    out.dims.employee = Some(place.id);
                    out.dims.branch = place.branch;
                }
                PlaceKind::Branch => out.dims.branch = Some(place.id),
                PlaceKind::Touchpoint => out.dims.touchpoint = Some(place.id),
            },
            None => {
                raw.insert(name.into(), json!(text.chars().filter(|c| *c != '\0').take(200).collect::<String>()));
            }
        }
    }
    if let Some(channel) = origin.channel.as_deref().map(str::trim).filter(|c| !c.is_empty()) {
        if channel.chars().count() <= 60 && !channel.chars().any(char::is_control) && trusted {
            out.dims.channel = Some(channel_id(channel));
            out.channel_name = Some(channel.to_owned());
        } else {
            raw.insert("channel".into(), json!(channel.chars().filter(|c| !c.is_control()).take(200).collect::<String>()));
        }
    }
    out.raw = (!raw.is_empty()).then(|| serde_json::Value::Object(raw).to_string());
    Ok(out)
}

/// The id of a channel in the cells: derived from its name, so that every node agrees.
#[must_use]
pub fn channel_id(name: &str) -> Uuid {
    kit::ids::named_id("channel", &name.to_lowercase())
}

/// What came with an answer besides the answer.
#[derive(Clone, Debug, Default)]
pub struct Coming {
    pub origin: Origin,
    pub at: Option<Timestamp>,
    pub client: Option<String>,
    pub lang: Option<Lang>,
    pub once: Option<kit::actor::Idempotency>,
    /// The personal link that this answer spends.
    pub invitation: Option<Uuid>,
    pub source: &'static str,
    /// JSON is refused what the form would not allow; the form's hidden answers are dropped.
    pub strict: bool,
}

/// Checks an answer and makes it ready for the writer.
///
/// # Errors
/// `Gone` when the survey is closed, `Invalid` naming the questions.
pub async fn prepare(ground: &Ground, memory: &Memory, open: &Open, given: &Answers, coming: Coming) -> Result<Submission> {
    if !open.open {
        return Err(Error::Gone("survey-closed"));
    }
    let form = open.form();
    let answers = check_answers(form, given, coming.strict)?;
    let now = ground.now();
    let at = coming.at.unwrap_or(now);
    let date = at.date(&open.zone);
    let day = day_number(date);
    let mut found = attribute(ground, memory, open, &coming.origin, day).await?;
    let anonymous = form.anonymity == Anonymity::Anonymous;
    if anonymous {
        found.forget_strays();
    }
    // An anonymous answer keeps its day, not its moment, and an id that says nothing of either.
    let (at, received) =
        if anonymous { (start_of_day(date, &open.zone), Timestamp(now.0 - now.0.rem_euclid(DAY))) } else { (at, now) };
    // A time-ordered id would tell the moment that a confidential survey keeps to itself.
    let nameless = form.anonymity != Anonymity::Identified;
    let id = if nameless { ground.entropy.blind_id() } else { ground.entropy.id(now) };
    let dims = Dims { version: Some(version_key(open.survey, open.version)), ..found.dims };
    let row = NewResponse {
        org: open.org,
        id,
        survey: open.survey,
        version: open.version,
        at: Some(at.0),
        day: Some(day),
        received_at: received.0,
        branch: dims.branch,
        employee: dims.employee,
        touchpoint: dims.touchpoint,
        channel: dims.channel,
        raw: found.raw,
        lang: coming.lang.map(Lang::as_str),
        source: coming.source,
        answers: serde_json::to_string(&answers)?,
        external_id: None,
        content_hash: None,
        respondent: None,
        client: if anonymous { None } else { coming.client },
        stems: measure::text::stems(&texts(form, &answers)).join(" "),
        lot: anonymous.then(|| -1 - i64::try_from(ground.entropy.below(1 << 62)).unwrap_or(0)),
    };
    let invitation = coming.invitation.map(|id| super::writer::Invited { id, on: now.date(&open.zone).to_string() });
    let counter = Arc::clone(&open.counter);
    let (once, veil) = match coming.once {
        Some(once) if anonymous => Veil::over(&ground.signing_key, once),
        once => (once, Veil::default()),
    };
    Ok(Submission { row, answers, dims, counter, channel_name: found.channel_name, once, veil, invitation })
}
