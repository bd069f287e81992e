//! An item and a head as the fields of a form: in one language at a time, the other stays as it is.

use std::collections::BTreeMap;

use kit::i18n::{Label, Lang};
use kit::{Faults, Result};
use uuid::Uuid;

use super::Typed;
use crate::standards::editing::rules::{AudienceForm, ItemText, Kind, StandardHead};

/// A text after somebody wrote in one language: the others stay. `None` when nothing is left.
#[must_use]
pub fn written(now: Option<&Label>, lang: Lang, typed: &str) -> Option<Label> {
    let typed = typed.trim().replace("\r\n", "\n");
    if now.is_some_and(|l| l.get(lang) == typed) {
        return now.cloned();
    }
    match now {
        Some(Label::Map(map)) => {
            let mut map: BTreeMap<Lang, String> = map.clone();
            if typed.is_empty() {
                map.remove(&lang)
            } else {
                map.insert(lang, typed)
            };
            (!map.is_empty()).then_some(Label::Map(map))
        }
        // One text for all is a Russian one until another language comes.
        Some(Label::Plain(text)) if lang == Lang::En && !typed.is_empty() => {
            Some(Label::Map([(Lang::Ru, text.clone()), (Lang::En, typed)].into()))
        }
        _ if typed.is_empty() => None,
        None if lang == Lang::En => Some(Label::Map([(Lang::En, typed)].into())),
        _ => Some(Label::Plain(typed)),
    }
}

/// A number as people type it; empty is `None`. What is no number is a fault.
fn number(typed: &Typed, name: &'static str, faults: &mut Faults) -> Option<f64> {
    let text = typed.get(name).replace(',', ".");
    if text.is_empty() {
        return None;
    }
    let read = text.parse::<f64>().ok().filter(|n| n.is_finite());
    if read.is_none() {
        faults.push(kit::FieldError::new(name, "wrong-type").with("expected", "number"));
    }
    read
}

/// The fields of an item as the form shows them.
#[must_use]
pub fn shown(item: &ItemText, lang: Lang) -> BTreeMap<String, String> {
    let say = |l: Option<&Label>| l.map(|l| l.get(lang).to_owned()).unwrap_or_default();
    let tick = |on: bool| if on { "on".to_owned() } else { String::new() };
    [
        ("text", say(Some(&item.text))),
        ("why", say(item.why.as_ref())),
        ("measure", say(item.measure.as_ref())),
        ("norm", say(item.norm.as_ref())),
        ("stage", say(item.stage.as_ref())),
        ("critical", tick(item.critical)),
        ("optional", tick(!item.mandatory)),
        ("weight", item.weight.to_string()),
        ("minutes_cost", item.minutes_cost.map(|n| n.to_string()).unwrap_or_default()),
        ("touchpoint", item.touchpoint.clone().unwrap_or_default()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// What was typed, where the person changed it; the item as it is now in every other field. The form carries in `was` what
/// it showed, so that nobody overwrites what somebody else wrote in a field that they did not touch.
#[must_use]
pub fn changed(now: &ItemText, lang: Lang, typed: &Typed) -> Typed {
    let Ok(was) = serde_json::from_str::<BTreeMap<String, String>>(typed.get("was")) else { return typed.clone() };
    let plain = |text: &str| text.trim().replace("\r\n", "\n");
    let mut out = typed.clone();
    for (name, value) in shown(now, lang) {
        if was.get(&name).is_some_and(|w| plain(w) == plain(typed.get(&name))) {
            out.0.retain(|(n, _)| *n != name);
            out.0.push((name, value));
        }
    }
    out
}

/// The item that the form describes.
///
/// # Errors
/// `Invalid` for what is no number.
pub fn item(now: &ItemText, lang: Lang, typed: &Typed) -> Result<ItemText> {
    let mut faults = Faults::default();
    let weight = number(typed, "weight", &mut faults).unwrap_or(1.0);
    let minutes_cost = number(typed, "minutes_cost", &mut faults);
    faults.check()?;
    let text = |now: Option<&Label>, name: &str| written(now, lang, typed.get(name));
    Ok(ItemText {
        // An empty text is refused by the rules, with the words for it.
        text: text(Some(&now.text), "text").unwrap_or_else(|| "".into()),
        why: text(now.why.as_ref(), "why"),
        measure: text(now.measure.as_ref(), "measure"),
        norm: text(now.norm.as_ref(), "norm"),
        stage: text(now.stage.as_ref(), "stage"),
        critical: typed.get("critical") == "on",
        mandatory: typed.get("optional") != "on",
        weight,
        minutes_cost,
        touchpoint: Some(typed.get("touchpoint").to_owned()).filter(|p| !p.is_empty()),
        example: now.example.clone(),
    })
}

/// The head that the form describes.
///
/// # Errors
/// `Invalid` for a day or number that is none.
pub fn head(now: &StandardHead, lang: Lang, typed: &Typed) -> Result<StandardHead> {
    let mut faults = Faults::default();
    let day = typed.get("review_on");
    let review_on = if day.is_empty() { None } else { day.parse().ok() };
    if !day.is_empty() && review_on.is_none() {
        faults.add("review_on", "bad-day");
    }
    let days = number(typed, "days", &mut faults).filter(|d| d.fract() == 0.0 && d.abs() < 1e6);
    faults.check()?;
    let branches = typed.all("branch").into_iter().chain(typed.get("branches").split_whitespace().map(str::to_owned));
    let more = typed.get("positions").split([',', '\n']).map(|p| p.trim().to_owned()).filter(|p| !p.is_empty());
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below a million")]
    let days = days.map_or(0, |d| d as i64);
    Ok(StandardHead {
        title: written(Some(&now.title), lang, typed.get("title")).unwrap_or_else(|| "".into()),
        kind: Kind::parse(typed.get("kind")).unwrap_or(now.kind),
        audience: AudienceForm {
            branches: branches.collect(),
            positions: typed.all("position").into_iter().chain(more).collect(),
        },
        owner: Uuid::try_parse(typed.get("owner")).ok().or(now.owner),
        approver: Uuid::try_parse(typed.get("approver")).ok(),
        review_on: review_on.or(now.review_on),
        days,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_somebody_changed_is_theirs() {
        let read = ItemText { why: Some("Потому".into()), ..ItemText::new("Здоровайтесь") };
        let was = serde_json::to_string(&shown(&read, Lang::Ru)).expect("json");
        let typed = |was: &str| {
            let mut fields: Vec<(String, String)> = shown(&read, Lang::Ru).into_iter().collect();
            fields.iter_mut().find(|f| f.0 == "why").expect("why").1 = "Так теплее".into();
            fields.push(("was".into(), was.into()));
            Typed(fields)
        };
        let theirs = ItemText { critical: true, weight: 2.0, ..ItemText::new("Здоровайтесь первыми") };
        let both = item(&theirs, Lang::Ru, &changed(&theirs, Lang::Ru, &typed(&was))).expect("an item");
        assert_eq!(both, ItemText { why: Some("Так теплее".into()), ..theirs.clone() });
        let whole = item(&theirs, Lang::Ru, &changed(&theirs, Lang::Ru, &typed(""))).expect("an item");
        assert_eq!(whole.text, "Здоровайтесь".into(), "a form that does not say what it showed is meant as a whole");
    }

    #[test]
    fn writing_in_one_language_leaves_the_other() {
        let both = Label::Map([(Lang::Ru, "Да".into()), (Lang::En, "Yes".into())].into());
        assert_eq!(written(Some(&both), Lang::Ru, "Конечно").map(|l| l.get(Lang::En).to_owned()).as_deref(), Some("Yes"));
        assert_eq!(written(Some(&both), Lang::En, ""), Some(Label::Map([(Lang::Ru, "Да".into())].into())));
        let plain = Label::from("Да");
        assert_eq!(written(Some(&plain), Lang::En, "Да"), Some(plain.clone()), "untouched stays one text for all");
        assert_eq!(written(Some(&plain), Lang::En, "Yes"), Some(both));
        assert_eq!(written(Some(&plain), Lang::Ru, " "), None);
        assert_eq!(written(None, Lang::Ru, ""), None);
    }
}
