//! What makes a branch, a touchpoint, a mark and a company's settings sound.

use kit::i18n::{Label, LabelProblem};
use kit::{Faults, FieldError, Result};
use serde::{Deserialize, Serialize};

/// A place where clients are served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchForm {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The company's own short name of the branch, unique; it stands in links and files.
    #[schema(min_length = 1, max_length = 64)]
    pub code: String,
    /// An IANA name when it differs from the company's, such as `Asia/Vladivostok`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub region: Option<String>,
}

fn trimmed(text: Option<&String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// # Errors
/// `Invalid` with every fault.
pub fn check_branch(form: &BranchForm) -> Result<BranchForm> {
    let out = BranchForm {
        name: form.name.trim().into(),
        code: form.code.trim().into(),
        timezone: trimmed(form.timezone.as_ref()),
        region: trimmed(form.region.as_ref()),
    };
    let mut faults = Faults::default();
    faults.text("name", &out.name, 200);
    faults.text("code", &out.code, 64);
    faults.optional("region", out.region.as_deref().unwrap_or(""), 200);
    if out.timezone.as_ref().is_some_and(|z| kit::time::zone(z).is_none()) {
        faults.add("timezone", "unknown-timezone");
    }
    faults.check()?;
    Ok(out)
}

/// A moment in which a client meets the company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TouchpointForm {
    /// Unique in the company; it stands in links and files.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub key: String,
    /// A text, or a text for each language.
    pub name: Label,
    /// The step of the client's journey, in one word.
    #[schema(min_length = 1, max_length = 100)]
    pub stage: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub channel: Option<String>,
    /// Who answers for it: an employee's id or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub owner: Option<String>,
}

/// # Errors
/// `Invalid` with every fault.
pub fn check_touchpoint(form: &TouchpointForm) -> Result<TouchpointForm> {
    let mut out = form.clone();
    form.key.trim().clone_into(&mut out.key);
    form.stage.trim().clone_into(&mut out.stage);
    out.channel = trimmed(form.channel.as_ref());
    out.owner = trimmed(form.owner.as_ref());
    let mut faults = Faults::default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if out.key.is_empty() || out.key.len() > 64 || !out.key.chars().all(plain) {
        faults.add("key", "bad-key");
    }
    label(&mut faults, "name", &out.name, 200);
    faults.text("stage", &out.stage, 100);
    faults.optional("channel", out.channel.as_deref().unwrap_or(""), 100);
    faults.optional("owner", out.owner.as_deref().unwrap_or(""), 64);
    faults.check()?;
    Ok(out)
}

fn label(faults: &mut Faults, field: &str, label: &Label, max: usize) {
    match label.check(max) {
        Ok(()) => label.texts().for_each(|t| faults.optional(field, t, max)),
        Err(LabelProblem::Empty) => faults.add(field, "required"),
        Err(LabelProblem::TooLong { .. }) => faults.push(FieldError::new(field, "too-long").with("max", max)),
    }
}

/// Something that happened and will be looked for on every time axis.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkForm {
    /// The day it happened.
    #[schema(value_type = String, format = Date)]
    pub on: jiff::civil::Date,
    pub text: Label,
    /// A branch's id or code; the whole company when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub branch: Option<String>,
    /// Count the usual swings of process charts anew from this day: what changed is here to stay.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rebase: bool,
}

/// A mark as a page's form sent it, the branch already found. Everything that is wrong with it is told at once.
///
/// # Errors
/// `Invalid` with every fault.
pub fn typed_mark(on: &str, text: &str, branch: Result<Option<uuid::Uuid>>, rebase: bool) -> Result<MarkForm> {
    let mut faults = Faults::default();
    faults.text("text", text.trim(), 200);
    let day = on.trim().parse::<jiff::civil::Date>().ok();
    if day.is_none() {
        faults.add("on", if on.trim().is_empty() { "required" } else { "bad-day" });
    }
    let branch = match branch {
        Err(kit::Error::Invalid(more)) => {
            more.into_iter().for_each(|fault| faults.push(fault));
            None
        }
        other => other?,
    };
    faults.check()?;
    let Some(on) = day else { return Err(kit::Error::field("on", "bad-day")) };
    Ok(MarkForm { on, text: Label::Plain(text.trim().into()), branch: branch.map(|id| id.to_string()), rebase })
}

/// # Errors
/// `Invalid` with every fault.
pub fn check_mark(form: &MarkForm) -> Result<MarkForm> {
    let text = match &form.text {
        Label::Plain(text) => Label::Plain(text.trim().into()),
        Label::Map(map) => Label::Map(map.iter().map(|(lang, text)| (*lang, text.trim().into())).collect()),
    };
    let out = MarkForm { on: form.on, text, branch: trimmed(form.branch.as_ref()), rebase: form.rebase };
    let mut faults = Faults::default();
    label(&mut faults, "text", &out.text, 200);
    if !(1900..=2200).contains(&out.on.year()) {
        faults.add("on", "bad-day");
    }
    faults.check()?;
    Ok(out)
}

/// What a company may change about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrgForm {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    pub timezone: String,
    /// `ru` or `en`: the language where nobody chose another.
    pub locale: String,
    /// Sites that may show the company's surveys inside their pages, such as `https://sosny.ru`.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub frame_origins: Vec<String>,
}

/// # Errors
/// `Invalid` with every fault.
pub fn check_org(form: &OrgForm) -> Result<OrgForm> {
    let mut out = form.clone();
    form.name.trim().clone_into(&mut out.name);
    let mut faults = Faults::default();
    faults.text("name", &out.name, 200);
    if kit::time::zone(&out.timezone).is_none() {
        faults.add("timezone", "unknown-timezone");
    }
    if out.locale.parse::<kit::i18n::Lang>().is_err() {
        faults.add("locale", "unknown-locale");
    }
    if out.frame_origins.len() > 20 {
        faults.push(FieldError::new("frame_origins", "too-many").with("max", 20));
    }
    for (i, origin) in form.frame_origins.iter().enumerate() {
        match sound_origin(origin) {
            Some(sound) => out.frame_origins[i] = sound,
            None => faults.add(format!("frame_origins[{i}]"), "bad-origin"),
        }
    }
    faults.check()?;
    Ok(out)
}

/// `https://host` or `https://host:port`, and nothing that could widen a policy: no wildcard, path or blank.
fn sound_origin(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let host = text.strip_prefix("https://")?;
    let (name, port) = host.split_once(':').map_or((host, None), |(n, p)| (n, Some(p)));
    let sound_label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let sound =
        name.len() <= 253 && name.split('.').all(sound_label) && port.is_none_or(|p| p.parse::<u16>().is_ok_and(|n| n > 0));
    sound.then_some(text.clone())
}

/// The stage of the journey in words, when it is one of the known ones.
#[must_use]
pub fn stage(t: kit::i18n::T, stage: &str) -> String {
    if STAGES.contains(&stage) { t.s(&format!("access-stage-{stage}")) } else { stage.to_owned() }
}

/// Channels that have a name in both languages; every other one is called as the company calls it.
pub const CHANNELS: [&str; 14] =
    ["app", "call", "email", "import", "kiosk", "link", "maps", "messenger", "paper", "phone", "place", "qr", "site", "sms"];

/// Is this one of them?
#[must_use]
pub fn known_channel(channel: &str) -> bool {
    CHANNELS.iter().any(|c| c.eq_ignore_ascii_case(channel))
}

/// A channel in words, when it is one of the known ones.
#[must_use]
pub fn channel(t: kit::i18n::T, channel: &str) -> String {
    let known = CHANNELS.iter().find(|c| c.eq_ignore_ascii_case(channel));
    known.map_or_else(|| channel.to_owned(), |c| t.s(&format!("access-channel-{c}")))
}

/// Touchpoints to begin with, by the steps of a client's journey: key, stage, channel, Russian, English.
pub const STARTER: [(&str, &str, &str, &str, &str); 16] = [
    ("site", "choose", "site", "Сайт: понять, что мы делаем и сколько это стоит", "Website: what we do and what it costs"),
    ("maps", "choose", "maps", "Карточка на картах и отзывы", "Listing on maps, and reviews"),
    ("phone", "choose", "phone", "Первый звонок", "First call"),
    ("messenger", "choose", "messenger", "Вопрос в мессенджере", "Question in a messenger"),
    ("booking", "book", "site", "Запись или заказ", "Booking or order"),
    ("reminder", "book", "messenger", "Напоминание накануне", "Reminder the day before"),
    ("way", "come", "place", "Дорога, парковка, вход", "Way, parking, entrance"),
    ("reception", "come", "place", "Встреча на входе", "Reception"),
    ("waiting", "come", "place", "Ожидание", "Waiting"),
    ("service", "service", "place", "Сама услуга", "The service itself"),
    ("explanation", "service", "place", "Объяснение: что сделали и что дальше", "Explanation: what was done and what is next"),
    ("cleanliness", "service", "place", "Чистота и удобство", "Cleanliness and comfort"),
    ("payment", "pay", "place", "Оплата", "Payment"),
    ("goodbye", "pay", "place", "Прощание", "Goodbye"),
    ("complaint", "after", "phone", "Жалоба: приняли, решили, ответили", "Complaint: taken, solved, answered"),
    ("follow-up", "after", "messenger", "Забота после визита", "Care after the visit"),
];

/// The steps of the journey that have a name in both languages, in their order.
pub const STAGES: [&str; 6] = ["choose", "book", "come", "service", "pay", "after"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_origins_may_frame() {
        for good in ["https://sosny.ru", "https://sosny.ru:8443", "HTTPS://Shop.Sosny.RU", "https://xn--80aer7c.xn--p1ai"] {
            assert!(sound_origin(good).is_some(), "{good}");
        }
        for bad in [
            "http://sosny.ru",
            "https://*.sosny.ru",
            "https://sosny.ru/",
            "https://a b",
            "*",
            "https://",
            "https://a:0",
            "https://a; script-src *",
        ] {
            assert!(sound_origin(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_starter_list_is_sound() {
        for (key, stage, ..) in STARTER {
            assert!(STAGES.contains(&stage), "{key}");
        }
    }
}
