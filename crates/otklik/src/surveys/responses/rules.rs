//! Which of the answers somebody may read, and how much of each.

use jiff::civil::{Date, Weekday};

pub use crate::layout::{Piece, marked};
use crate::surveys::rules::answers::Answers;
use crate::surveys::rules::form::{Form, Type};

/// How much of an answer a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Names, phones and addresses that clients left.
    pub contacts: bool,
    /// The answer was promised confidence: comments only.
    pub protected: bool,
}

/// The part of an answer that the reader may see.
#[must_use]
pub fn seen(form: &Form, answers: Answers, sight: Sight) -> Answers {
    answers
        .into_iter()
        .filter(|(key, _)| {
            let kind = form.question(key).map(|q| q.kind);
            match kind {
                Some(Type::Text) => true,
                Some(Type::Contact) => sight.contacts && !sight.protected,
                _ => !sight.protected,
            }
        })
        .collect()
}

/// The Monday of a day's week.
#[must_use]
pub fn monday(date: Date) -> Date {
    let back = i64::from(date.weekday().since(Weekday::Monday));
    date.saturating_sub(jiff::Span::new().days(back))
}

/// Days rounded outwards to whole weeks: a protected survey is not cut finer.
#[must_use]
pub fn whole_weeks(from: Option<Date>, to: Option<Date>) -> (Option<Date>, Option<Date>) {
    let up = |d: Date| if monday(d) == d { d } else { monday(d).saturating_add(jiff::Span::new().days(7)) };
    (from.map(monday), to.map(up))
}

/// The first day that is no longer meant, from the last one that a person picked on a page. What is no day stays what it
/// is, to be refused in its own words.
#[must_use]
pub fn after_last(picked: &str) -> String {
    let picked = picked.trim();
    let next = picked.parse::<Date>().ok().and_then(|d| d.tomorrow().ok());
    next.map_or_else(|| picked.to_owned(), |d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    #[test]
    fn protected_days_are_whole_weeks() {
        let (wednesday, before, after) = (date(2026, 11, 18), date(2026, 11, 16), date(2026, 11, 23));
        assert_eq!(whole_weeks(Some(wednesday), Some(wednesday)), (Some(before), Some(after)));
        assert_eq!(whole_weeks(Some(before), Some(before)), (Some(before), Some(before)));
    }

    #[test]
    fn the_last_day_that_somebody_picks_is_meant_too() {
        for (picked, until) in [("2026-12-31", "2027-01-01"), (" 2026-11-22 ", "2026-11-23"), ("вчера", "вчера"), ("", "")]
        {
            assert_eq!(after_last(picked), until);
        }
    }

    #[test]
    fn who_sees_what() {
        let form: Form = serde_json::from_value(json!({"name": "x", "locales": ["ru"], "questions": [
            {"key": "nps", "type": "nps", "title": "?"}, {"key": "why", "type": "text", "title": "?"},
            {"key": "who", "type": "contact", "title": "?", "fields": ["phone"], "consent": "да"}]}))
        .expect("a form");
        let said =
            || Answers::from([("nps".into(), json!(3)), ("why".into(), json!("долго")), ("who".into(), json!({"phone": "+7"}))]);
        let keys =
            |contacts, protected| seen(&form, said(), Sight { contacts, protected }).into_keys().collect::<Vec<_>>().join(" ");
        assert_eq!(keys(true, false), "nps who why");
        assert_eq!(keys(false, false), "nps why");
        assert_eq!(keys(true, true), "why");
    }

    #[test]
    fn found_words_are_marked_in_any_form() {
        let pieces = marked("Ждали врача час. Врач извинился!", &measure::text::query_stems("врачи ждать"));
        let marks: Vec<&str> = pieces.iter().filter(|p| p.found).map(|p| &*p.text).collect();
        assert_eq!(marks, ["Ждали", "врача", "Врач"]);
        assert_eq!(pieces.iter().map(|p| &*p.text).collect::<String>(), "Ждали врача час. Врач извинился!");
    }
}
