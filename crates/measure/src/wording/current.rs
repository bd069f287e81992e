//! Means that are gone and years that have passed.

use super::context::Scan;
use super::reading::Kind;
use super::{Rule, Severity};

pub(super) fn look(scan: &mut Scan) {
    for hit in scan.lists.gone.find(scan.reading) {
        let sentence = scan.reading.sentence(hit.at);
        let quoted = scan.token(hit.at).is_some_and(|t| t.quoted);
        if !quoted && !scan.any(&scan.lists.abolished, sentence) {
            scan.say(Rule::Current, Severity::Warn, "current-thing", hit);
        }
    }
    years(scan);
}

const MONTHS: [&str; 24] = [
    "январ",
    "феврал",
    "март",
    "апрел",
    "май",
    "мая",
    "мае",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "november",
    "december",
];

/// Words that make a year a term: of a tariff, a season, an order.
const TERMS: [&str; 24] = [
    "лет",
    "зим",
    "весн",
    "осен",
    "сезон",
    "тариф",
    "прейскурант",
    "прайс",
    "цен",
    "каталог",
    "акци",
    "скидк",
    "шаблон",
    "образц",
    "купон",
    "распоряжени",
    "приказ",
    "график",
    "план",
    "терминал",
    "бланк",
    "price",
    "tariff",
    "form",
];

/// Names of laws and things whose year is no term.
const NAMES: [&str; 17] = [
    "закон",
    "федеральн",
    "санпин",
    "кодекс",
    "постановлени",
    "указ",
    "рожден",
    "основан",
    "открыт",
    "работа",
    "истори",
    "law",
    "act",
    "founded",
    "since",
    "born",
    "модел",
];

fn begins(word: &str, list: &[&str]) -> bool {
    list.iter().any(|beginning| word.starts_with(beginning))
}

fn years(scan: &mut Scan) {
    let Some(now) = year_of(scan.today) else { return };
    let mut late = Vec::new();
    for at in 0..scan.tokens().len() {
        let Some(token) = scan.token(at).filter(|t| t.kind == Kind::Number) else { continue };
        let date = token.text.split('.').count() == 3;
        let Some(year) = token.text.split(['.', '/']).next_back().filter(|y| y.len() == 4).and_then(|y| y.parse::<i64>().ok())
        else {
            continue;
        };
        if !(1900..now).contains(&year) {
            continue;
        }
        let text = |at: Option<usize>| at.and_then(|at| scan.token(at)).map_or("", |t| t.text.as_str());
        let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
        let sentence = scan.reading.sentence(at);
        let words = || scan.reading.slice(sentence.clone()).iter().filter(|t| t.is_word()).map(|t| t.text.as_str());
        // «С 2011 года» is history; «старше 2015 года» compares.
        let history =
            matches!(before, "с" | "со" | "since" | "старше" | "младше" | "после" | "раньше" | "позже" | "новее" | "до");
        let history = history && !(before == "до" && date);
        let standard = scan
            .reading
            .slice(sentence.clone())
            .iter()
            .any(|t| t.caps && matches!(t.text.as_str(), "гост" | "фз" | "iso" | "iec"));
        let named = (standard || words().any(|w| begins(w, &NAMES))) && !words().any(|w| w.starts_with("тариф"));
        let term = date
            || after.starts_with("год")
            || after == "г"
            || begins(before, &MONTHS)
            || (words().any(|w| begins(w, &TERMS)) && !scan.is_unit(at + 1) && !after.starts_with("тыс"))
            || matches!(before, "in" | "of" | "until");
        if term && !history && !named && !scan.any(&scan.lists.abolished, sentence.clone()) {
            late.push((at, year));
        }
    }
    for (at, year) in late {
        scan.add(Rule::Current, Severity::Warn, "current-year", at..at + 1, vec![("year", year.to_string())]);
    }
}

/// Calendar year of a day number; `None` where today is not known.
pub(super) fn year_of(day: i64) -> Option<i64> {
    let days = i32::try_from(day).ok().filter(|d| *d > 0)?;
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    Some(i64::from(date.year()))
}
