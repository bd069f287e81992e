//! Dates as people and programs write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use kit::Timestamp;
use kit::time::{SECOND, day_number, start_of_day};

/// How the dates of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// By their look; `01/02/2026` is the first of February unless `month_first`.
    Look { month_first: bool },
    /// Seconds (or milliseconds) since 1970.
    Unix,
    /// Days since 1899-12-30, as a spreadsheet counts them.
    Excel,
}

impl Dates {
    /// What was asked for; `None` for `auto`, which looks at the column.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "iso" | "iso8601" | "rfc3339" => Some(Self::Look { month_first: false }),
            "unix" => Some(Self::Unix),
            "excel" => Some(Self::Excel),
            pattern => order(pattern).map(|month_first| Self::Look { month_first }),
        }
    }

    #[must_use]
    pub fn is_name(text: &str) -> bool {
        text.trim().eq_ignore_ascii_case("auto") || Self::parse(text).is_some()
    }
}

/// Whether a pattern such as `dmy`, `yyyy-mm-dd`, `MM/DD/YYYY` or `%d.%m.%Y` has the month first; `None` when it is none.
fn order(pattern: &str) -> Option<bool> {
    let mut letters: Vec<char> = pattern.chars().filter(char::is_ascii_alphabetic).collect();
    letters.dedup();
    match letters.get(..3)? {
        ['m', 'd', 'y'] => Some(true),
        ['d', 'm', 'y'] | ['y', 'm', 'd'] => Some(false),
        _ => None,
    }
    .filter(|_| letters.len() <= 6 && letters.iter().skip(3).all(|c| matches!(c, 't' | 'h' | 'm' | 'i' | 's' | 'z')))
}

/// What a column shows of the way its dates are written.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    day_first: u64,
    month_first: u64,
    seconds: u64,
    dated: u64,
}

impl Evidence {
    pub fn see(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if matches!(text.len(), 9 | 10 | 13) && text.bytes().all(|b| b.is_ascii_digit()) {
            self.seconds += 1;
            return;
        }
        self.dated += 1;
        if let Some((a, b)) = slashed(text) {
            if a > 12 && b <= 12 {
                self.day_first += 1;
            } else if b > 12 && a <= 12 {
                self.month_first += 1;
            }
        }
    }

    /// Month first only where nothing speaks against it and something for it.
    #[must_use]
    pub fn verdict(&self) -> Dates {
        if self.seconds > 0 && self.dated == 0 {
            return Dates::Unix;
        }
        Dates::Look { month_first: self.month_first > 0 && self.day_first == 0 }
    }
}

/// The first two numbers of `13/01/2026` or `13-01-2026`.
fn slashed(text: &str) -> Option<(u32, u32)> {
    let mark = text.bytes().find(|b| !b.is_ascii_digit()).filter(|b| matches!(b, b'/' | b'-'))?;
    let mut parts = text.splitn(3, char::from(mark));
    let (a, b) = (parts.next()?, parts.next()?);
    if a.len() > 2 || b.len() > 2 {
        return None;
    }
    Some((a.parse().ok()?, b.parse().ok()?))
}

/// A moment and the company's day that it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: Timestamp,
    pub day: i64,
}

/// Reads one date. `None` when it is none, or lies outside the years 1900–2200.
#[must_use]
pub fn moment(text: &str, dates: Dates, zone: &TimeZone) -> Option<Moment> {
    let text = text.trim();
    let from_micros = |micros: i64| {
        let at = Timestamp(micros);
        sensible(at.date(zone)).then(|| Moment { at, day: day_number(at.date(zone)) })
    };
    match dates {
        Dates::Unix => {
            let n: i64 = text.parse().ok()?;
            let seconds = if n.abs() >= 100_000_000_000 { n.checked_mul(1000)? } else { n.checked_mul(SECOND)? };
            from_micros(seconds)
        }
        Dates::Excel => {
            let days = super::numbers::number(text, super::numbers::Decimal::Auto).filter(|d| (1.0..110_000.0).contains(d))?;
            #[expect(clippy::cast_possible_truncation, reason = "a few days, checked above")]
            let (whole, seconds) = (days.trunc() as i64, (days.fract() * 86_400.0).round() as i64);
            let date = kit::time::date_of(whole - 25_569);
            let time = Time::midnight();
            let at = date.to_datetime(time).checked_add(jiff::Span::new().seconds(seconds)).ok()?;
            local(at, seconds != 0, zone)
        }
        Dates::Look { month_first } => {
            if text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && has_offset(text) {
                return Timestamp::parse(text).and_then(|at| from_micros(at.0));
            }
            let (date, rest) = date(text, month_first)?;
            let rest = rest.trim_matches(|c: char| c.is_whitespace() || c == ',' || c == 'T');
            if rest.is_empty() {
                return local(date.to_datetime(Time::midnight()), false, zone);
            }
            if has_offset(rest) {
                return Timestamp::parse(&format!("{date}T{rest}")).and_then(|at| from_micros(at.0));
            }
            local(date.to_datetime(time(rest)?), true, zone)
        }
    }
}

fn has_offset(text: &str) -> bool {
    text.ends_with('Z') || text.get(text.len().saturating_sub(6)..).is_some_and(|t| t.starts_with(['+', '-']) && t.contains(':'))
}

fn sensible(date: Date) -> bool {
    (1900..=2200).contains(&date.year())
}

fn local(at: DateTime, timed: bool, zone: &TimeZone) -> Option<Moment> {
    if !sensible(at.date()) {
        return None;
    }
    let moment = if timed {
        Timestamp(at.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond())
    } else {
        start_of_day(at.date(), zone)
    };
    Some(Moment { at: moment, day: day_number(at.date()) })
}

/// The date at the beginning of a text, and what follows it.
fn date(text: &str, month_first: bool) -> Option<(Date, &str)> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 {
        return named_first(text);
    }
    let first: i16 = text.get(..digits).filter(|t| t.len() <= 4)?.parse().ok()?;
    let mark = *bytes.get(digits)?;
    match mark {
        b'-' | b'/' | b'.' => {
            let (second, rest) = digits_of(text.get(digits + 1..)?, 2)?;
            let rest = rest.strip_prefix(char::from(mark))?;
            let (third, rest) = if digits == 4 { digits_of(rest, 2)? } else { year_of(rest)? };
            // What follows a date is a space, T or nothing: 1.2.3.4 is no date.
            if rest.starts_with(|c: char| !(c.is_whitespace() || matches!(c, 'T' | ',' | 'г'))) {
                return None;
            }
            let rest = rest.trim_start().trim_start_matches("г.");
            let (year, month, day) = match (digits, mark) {
                (4, _) => (first, second, third),
                (_, b'.') => (third, second, first),
                _ if month_first => (third, first, second),
                _ => (third, second, first),
            };
            Some((make(year, month, day)?, rest))
        }
        // 21 ноября 2026 г.
        b' ' | 0xC2 if digits <= 2 => {
            let rest = text.get(digits..)?.trim_start();
            let (month, rest) = month_name(rest)?;
            let (year, rest) = year_of(rest.trim_start_matches(['.', ',', ' ', '\u{a0}']))?;
            let rest = rest.trim_start();
            let rest =
                rest.strip_prefix("года").or_else(|| rest.strip_prefix("г.")).or_else(|| rest.strip_prefix('г')).unwrap_or(rest);
            Some((make(year, month, first)?, rest))
        }
        _ => None,
    }
}

/// Nov 21, 2026
fn named_first(text: &str) -> Option<(Date, &str)> {
    let (month, rest) = month_name(text)?;
    let (day, rest) = digits_of(rest.trim_start_matches(['.', ' ']), 2)?;
    let (year, rest) = year_of(rest.trim_start_matches([',', ' ']))?;
    Some((make(year, month, day)?, rest))
}

fn digits_of(text: &str, most: usize) -> Option<(i16, &str)> {
    let n = text.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > most {
        return None;
    }
    Some((text.get(..n)?.parse().ok()?, text.get(n..)?))
}

/// A year of four digits, or of two: 70–99 were before 2000.
fn year_of(text: &str) -> Option<(i16, &str)> {
    let (year, rest) = digits_of(text, 4)?;
    match text.len() - rest.len() {
        4 => Some((year, rest)),
        2 => Some((year + if year < 70 { 2000 } else { 1900 }, rest)),
        _ => None,
    }
}

fn make(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

const MONTHS: [(&str, i16); 25] = [
    ("янв", 1),
    ("фев", 2),
    ("мар", 3),
    ("апр", 4),
    ("мая", 5),
    ("май", 5),
    ("июн", 6),
    ("июл", 7),
    ("авг", 8),
    ("сен", 9),
    ("окт", 10),
    ("ноя", 11),
    ("дек", 12),
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
];

fn month_name(text: &str) -> Option<(i16, &str)> {
    let n: usize = text.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    let (word, rest) = (text.get(..n)?.to_lowercase(), text.get(n..)?);
    let month = MONTHS.iter().find(|(name, _)| word.starts_with(name)).map(|m| m.1)?;
    (word.chars().count() <= 9).then_some((month, rest))
}

/// `9:05`, `11:42`, `11:42:00`, `11:42:00.5`
fn time(text: &str) -> Option<Time> {
    let mut parts = text.trim().split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next().filter(|m| m.len() == 2)?.parse().ok()?;
    let second: i8 = match parts.next() {
        Some(s) => s.split(['.', ',']).next().filter(|s| s.len() == 2)?.parse().ok()?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, dates: Dates) -> Option<String> {
        let zone = kit::time::zone("Europe/Moscow").expect("a zone");
        moment(text, dates, &zone).map(|m| m.at.to_string())
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let look = Dates::Look { month_first: false };
        let day = Some("2026-11-20T21:00:00Z".to_owned());
        for text in [
            "2026-11-21",
            "21.11.2026",
            "21/11/2026",
            "21-11-2026",
            "2026/11/21",
            "21 ноября 2026",
            "21 ноября 2026 г.",
            "21.11.26",
            " 21 нояб. 2026 года",
            "Nov 21, 2026",
            "21 November 2026",
        ] {
            assert_eq!(read(text, look), day, "{text}");
        }
        let minute = Some("2026-11-21T08:42:00Z".to_owned());
        for text in [
            "2026-11-21 11:42",
            "2026-11-21T11:42:00",
            "21.11.2026 11:42",
            "21.11.2026 11:42:00",
            "21.11.2026, 11:42",
            "2026-11-21T08:42:00Z",
            "2026-11-21T11:42:00+03:00",
            "2026-11-21 08:42:00Z",
            "21 ноября 2026, 11:42",
            "2026-11-21T11:42:00.000",
        ] {
            assert_eq!(read(text, look), minute, "{text}");
        }
        assert_eq!(read("1795251600", Dates::Unix).as_deref(), Some("2026-11-21T09:00:00Z"));
        assert_eq!(read("1795251600000", Dates::Unix).as_deref(), Some("2026-11-21T09:00:00Z"));
        assert_eq!(read("46347,5", Dates::Excel).as_deref(), Some("2026-11-21T09:00:00Z"));
        for text in [
            "31.02.2026",
            "2026-13-01",
            "вчера",
            "1.2.3.4",
            "21.11",
            "12",
            "0001-01-01",
            "9999-01-01",
            "21.11.2026 25:00",
            "46347",
            "2026-11-21 вечером",
            "21.11.20266",
        ] {
            assert_eq!(read(text, look), None, "{text}");
        }
    }

    #[test]
    fn the_month_stands_first_only_where_the_column_shows_it() {
        let verdict = |texts: &[&str]| {
            let mut e = Evidence::default();
            texts.iter().for_each(|t| e.see(t));
            e.verdict()
        };
        assert_eq!(verdict(&["01/02/2026", "03/04/2026"]), Dates::Look { month_first: false });
        assert_eq!(verdict(&["01/02/2026", "03/24/2026"]), Dates::Look { month_first: true });
        assert_eq!(verdict(&["24/02/2026", "03/24/2026"]), Dates::Look { month_first: false });
        assert_eq!(verdict(&["1795251600", ""]), Dates::Unix);
        assert_eq!(verdict(&["46347"]), Dates::Look { month_first: false }, "a serial number is not guessed");
    }
}
