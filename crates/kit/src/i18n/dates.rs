//! Dates, times and spans as people of either language write them.

use super::Lang;
use super::T;
use super::numbers::NBSP;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

const MONTHS_RU: [&str; 12] =
    ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"];
const MONTHS_RU_OF: [&str; 12] =
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];
const MONTHS_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS_RU: [&str; 7] = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];
const WEEKDAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Three Russian forms (1, 2, 5) or two English ones, picked for a number.
fn plural<'a>(lang: Lang, n: u64, forms: &[&'a str; 3]) -> &'a str {
    match lang {
        Lang::Ru => match (n % 10, n % 100) {
            (1, tail) if tail != 11 => forms[0],
            (2..=4, tail) if !(12..=14).contains(&tail) => forms[1],
            _ => forms[2],
        },
        Lang::En if n == 1 => forms[0],
        Lang::En => forms[2],
    }
}

fn month_of(lang: Lang, month: i8) -> &'static str {
    let names = if lang == Lang::Ru { &MONTHS_RU_OF } else { &MONTHS_EN };
    usize::try_from(month - 1).ok().and_then(|i| names.get(i)).unwrap_or(&"?")
}

impl T {
    /// `21 ноября 2026` or `21 November 2026`.
    pub fn date(self, date: &Date) -> String {
        format!("{} {}", self.day_month(date), date.year())
    }

    /// `21 ноября` or `21 November`.
    pub fn day_month(self, date: &Date) -> String {
        format!("{} {}", date.day(), month_of(self.language(), date.month()))
    }

    /// For narrow columns: `21.11.2026` or `21 Nov 2026`.
    pub fn date_short(self, date: &Date) -> String {
        match self.language() {
            Lang::Ru => format!("{:02}.{:02}.{}", date.day(), date.month(), date.year()),
            Lang::En => {
                let name = month_of(Lang::En, date.month());
                format!("{} {} {}", date.day(), name.get(..3).unwrap_or(name), date.year())
            }
        }
    }

    /// `ноябрь 2026` or `November 2026`; `month` is 1–12.
    pub fn month(self, year: i16, month: i8) -> String {
        let names = if self.language() == Lang::Ru { &MONTHS_RU } else { &MONTHS_EN };
        let name = usize::try_from(month.saturating_sub(1)).ok().and_then(|i| names.get(i));
        format!("{} {year}", name.unwrap_or(&"?"))
    }

    /// `пн` or `Mon`.
    pub fn weekday(self, date: &Date) -> &'static str {
        let names = if self.language() == Lang::Ru { &WEEKDAYS_RU } else { &WEEKDAYS_EN };
        usize::try_from(date.weekday().to_monday_zero_offset()).ok().and_then(|i| names.get(i)).unwrap_or(&"?")
    }

    /// The week (Monday to Sunday) of a date: `16–22 ноября 2026`, `30 ноября – 6 декабря 2026`,
    /// `28 декабря 2026 – 3 января 2027`.
    pub fn week(self, date: &Date) -> String {
        let back = i64::from(date.weekday().to_monday_zero_offset());
        let first = date.saturating_sub(SignedDuration::from_hours(24 * back));
        let last = first.saturating_add(SignedDuration::from_hours(24 * 6));
        self.span(&first, &last)
    }

    /// From a date to a date, both included, without repeating what is the same.
    pub fn span(self, first: &Date, last: &Date) -> String {
        if first == last {
            self.date(first)
        } else if first.year() != last.year() {
            format!("{} – {}", self.date(first), self.date(last))
        } else if first.month() != last.month() {
            format!("{} – {}", self.day_month(first), self.date(last))
        } else {
            format!("{}–{}", first.day(), self.date(last))
        }
    }

    /// `21 ноября 2026, 14:05` in the time zone `tz` (as `Europe/Moscow`). In UTC, and saying so, if the zone is not
    /// known: a wrong hour without a word would be worse.
    pub fn date_time(self, micros_utc: i64, tz: &str) -> String {
        match local(micros_utc, tz) {
            Some((at, known)) => {
                let note = if known { "" } else { " UTC" };
                format!("{}, {:02}:{:02}{note}", self.date(&at.date()), at.hour(), at.minute())
            }
            None => "\u{2014}".to_owned(),
        }
    }

    /// `14:05` in the time zone; see [`T::date_time`].
    pub fn time(self, micros_utc: i64, tz: &str) -> String {
        match local(micros_utc, tz) {
            Some((at, known)) => {
                let note = if known { "" } else { " UTC" };
                format!("{:02}:{:02}{note}", at.hour(), at.minute())
            }
            None => "\u{2014}".to_owned(),
        }
    }

    /// How far `then` is from `now` (both in microseconds since 1970, UTC): `5 минут назад`, `in 2 hours`,
    /// `только что`. Whole units, cut off, the largest that fits.
    pub fn relative(self, now_micros: i64, then_micros: i64) -> String {
        let lang = self.language();
        let future = then_micros > now_micros;
        let seconds = now_micros.abs_diff(then_micros) / 1_000_000;
        let (n, ru, en) = match seconds {
            0..60 => {
                return match (lang, future) {
                    (Lang::Ru, false) => "только что",
                    (Lang::Ru, true) => "сейчас",
                    (Lang::En, false) => "just now",
                    (Lang::En, true) => "now",
                }
                .to_owned();
            }
            60..3_600 => (seconds / 60, ["минуту", "минуты", "минут"], "minute"),
            3_600..86_400 => (seconds / 3_600, ["час", "часа", "часов"], "hour"),
            86_400..2_592_000 => (seconds / 86_400, ["день", "дня", "дней"], "day"),
            // Up to 365 days months of 30 days, but never twelve of them.
            2_592_000..31_536_000 => ((seconds / 2_592_000).min(11), ["месяц", "месяца", "месяцев"], "month"),
            _ => (seconds / 31_536_000, ["год", "года", "лет"], "year"),
        };
        let number = self.int(n);
        match (lang, future) {
            (Lang::Ru, false) => format!("{number} {} назад", plural(lang, n, &ru)),
            (Lang::Ru, true) => format!("через {number} {}", plural(lang, n, &ru)),
            (Lang::En, past_or_future) => {
                let s = if n == 1 { "" } else { "s" };
                if past_or_future { format!("in {number} {en}{s}") } else { format!("{number} {en}{s} ago") }
            }
        }
    }

    /// A span of seconds in its two largest units: `2 ч 15 мин`, `3 d 4 h`, `40 s`; a minus before a negative one.
    pub fn duration(self, seconds: i64) -> String {
        let n = seconds.unsigned_abs();
        let units = match self.language() {
            Lang::Ru => ["дн.", "ч", "мин", "с"],
            Lang::En => ["d", "h", "min", "s"],
        };
        let parts = [n / 86_400, n / 3_600 % 24, n / 60 % 60, n % 60];
        let first = parts.iter().position(|&part| part > 0).unwrap_or(3);
        let mut out = String::new();
        if seconds < 0 {
            out.push('\u{2212}');
        }
        for (part, unit) in parts.iter().zip(units).skip(first).take(2) {
            if *part == 0 && !out.trim_start_matches('\u{2212}').is_empty() {
                continue;
            }
            if !out.trim_start_matches('\u{2212}').is_empty() {
                out.push(' ');
            }
            out.push_str(&self.int(*part));
            out.push(NBSP);
            out.push_str(unit);
        }
        out
    }
}

/// The wall clock of a zone, and whether the zone is known. `None` beyond the years that the calendar holds.
fn local(micros_utc: i64, tz: &str) -> Option<(jiff::civil::DateTime, bool)> {
    let at = Timestamp::from_microsecond(micros_utc).ok()?;
    let zone = TimeZone::get(tz);
    let known = zone.is_ok();
    Some((at.to_zoned(zone.unwrap_or(TimeZone::UTC)).datetime(), known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const RU: T = T::new(Lang::Ru);
    const EN: T = T::new(Lang::En);

    #[test]
    fn dates() {
        let day = date(2026, 11, 21);
        assert_eq!(RU.date(&day), "21 ноября 2026");
        assert_eq!(EN.date(&day), "21 November 2026");
        assert_eq!(RU.day_month(&date(2026, 5, 9)), "9 мая");
        assert_eq!((RU.month(2026, 11), EN.month(2026, 1)), ("ноябрь 2026".into(), "January 2026".into()));
        assert_eq!(RU.month(2026, 13), "? 2026");
        assert_eq!(RU.month(2026, i8::MIN), "? 2026");
        assert_eq!((RU.weekday(&day), EN.weekday(&day)), ("сб", "Sat"));
        assert_eq!((RU.date_short(&date(2026, 5, 9)), EN.date_short(&day)), ("09.05.2026".into(), "21 Nov 2026".into()));
    }

    #[test]
    fn weeks() {
        assert_eq!(RU.week(&date(2026, 11, 21)), "16–22 ноября 2026");
        assert_eq!(EN.week(&date(2026, 11, 16)), "16–22 November 2026");
        assert_eq!(RU.week(&date(2026, 12, 6)), "30 ноября – 6 декабря 2026");
        assert_eq!(RU.week(&date(2027, 1, 1)), "28 декабря 2026 – 3 января 2027");
        let last = RU.week(&Date::MAX);
        assert!(last.contains("9999"), "{last}");
        assert!(!RU.week(&Date::MIN).is_empty());
    }

    #[test]
    fn the_clock_of_a_zone() {
        // 2026-11-21T11:05:00Z; Moscow is three hours ahead.
        let at = 1_795_259_100_000_000;
        assert_eq!(RU.date_time(at, "Europe/Moscow"), "21 ноября 2026, 14:05");
        assert_eq!(EN.date_time(at, "UTC"), "21 November 2026, 11:05");
        assert_eq!(EN.time(at, "Asia/Kolkata"), "16:35");
        assert_eq!(RU.date_time(at, "Mars/Olympus"), "21 ноября 2026, 11:05 UTC");
        assert_eq!(RU.date_time(at, "../../etc/passwd"), "21 ноября 2026, 11:05 UTC");
        // Before and after Berlin's clocks go forward.
        assert_eq!(EN.time(1_774_745_940_000_000, "Europe/Berlin"), "01:59");
        assert_eq!(EN.time(1_774_746_000_000_000, "Europe/Berlin"), "03:00");
        assert_eq!(EN.date_time(i64::MAX, "UTC"), "—");
    }

    #[test]
    fn near_and_far() {
        let (minute, hour, day) = (60, 3_600, 86_400);
        for (seconds, ru, en) in [
            (0, "только что", "just now"),
            (59, "только что", "just now"),
            (minute, "1 минуту назад", "1 minute ago"),
            (2 * minute, "2 минуты назад", "2 minutes ago"),
            (5 * minute, "5 минут назад", "5 minutes ago"),
            (11 * minute, "11 минут назад", "11 minutes ago"),
            (12 * minute, "12 минут назад", "12 minutes ago"),
            (21 * minute, "21 минуту назад", "21 minutes ago"),
            (22 * minute, "22 минуты назад", "22 minutes ago"),
            (hour, "1 час назад", "1 hour ago"),
            (23 * hour, "23 часа назад", "23 hours ago"),
            (day, "1 день назад", "1 day ago"),
            (29 * day, "29 дней назад", "29 days ago"),
            (30 * day, "1 месяц назад", "1 month ago"),
            (364 * day, "11 месяцев назад", "11 months ago"),
            (365 * day, "1 год назад", "1 year ago"),
            (5 * 365 * day, "5 лет назад", "5 years ago"),
            (-1, "сейчас", "now"),
            (-2 * hour, "через 2 часа", "in 2 hours"),
            (-minute, "через 1 минуту", "in 1 minute"),
        ] {
            let now = 1_795_259_100_000_000;
            let then = now - seconds * 1_000_000;
            assert_eq!(RU.relative(now, then), ru);
            assert_eq!(EN.relative(now, then), en);
        }
        assert!(RU.relative(i64::MIN, i64::MAX).starts_with("через"));
    }

    #[test]
    fn spans() {
        let show = |t: T, s: i64| t.duration(s).replace(NBSP, "_");
        assert_eq!(show(RU, 2 * 3600 + 15 * 60 + 7), "2_ч 15_мин");
        assert_eq!(show(EN, 3 * 86_400 + 40), "3_d");
        assert_eq!(show(EN, 0), "0_s");
        assert_eq!(show(RU, -61), "−1_мин 1_с");
        assert!(!show(RU, i64::MIN).is_empty());
    }
}
