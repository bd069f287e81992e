//! Calendars as people write them, and the checked form the clock works with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Open intervals of one day as `["09:00", "18:00"]`; `"24:00"` is the end of the day.
pub type Hours = Vec<[String; 2]>;

/// Open hours by weekday; a day that is left out is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "a weekday each")]
pub struct Weekly {
    pub mon: Hours,
    pub tue: Hours,
    pub wed: Hours,
    pub thu: Hours,
    pub fri: Hours,
    pub sat: Hours,
    pub sun: Hours,
}

/// A working calendar, as stored and as typed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// IANA name, e.g. `Europe/Moscow`.
    pub timezone: String,
    /// Ordinary week, local wall-clock time.
    #[serde(default)]
    pub weekly: Weekly,
    /// Closed dates, `YYYY-MM-DD`.
    #[serde(default)]
    pub holidays: Vec<String>,
    /// Dates with hours of their own: moved working days, short days. They win over the week and over holidays; an
    /// empty list closes the day.
    #[serde(default)]
    pub special_days: BTreeMap<String, Hours>,
}

/// What is wrong with a calendar; the text names the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The time zone is not in the IANA database.
    Timezone(String),
    /// Not a date of the form `YYYY-MM-DD`.
    Date(String),
    /// Not a time `HH:MM` from 00:00 to 24:00.
    Time(String),
    /// An interval that ends before it begins.
    Interval(String, String),
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timezone(name) => write!(f, "unknown time zone “{name}”"),
            Self::Date(text) => write!(f, "“{text}” is not a date like 2024-12-31"),
            Self::Time(text) => write!(f, "“{text}” is not a time from 00:00 to 24:00"),
            Self::Interval(from, to) => write!(f, "the interval {from}–{to} ends before it begins"),
        }
    }
}

impl std::error::Error for CalendarError {}

/// Open minutes of a day, `[from, to)`, 0…1440, in order and apart.
pub(super) type Minutes = Vec<(u16, u16)>;

/// A checked calendar that can count.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
    /// Monday first.
    week: [Minutes; 7],
    holidays: BTreeSet<Date>,
    special: BTreeMap<Date, Minutes>,
}

impl Clock {
    /// Checks a calendar. Intervals may come in any order, touch and overlap; an empty one is dropped.
    ///
    /// # Errors
    /// The first entry that is not a time zone, a date, a time or an interval.
    pub fn new(calendar: &Calendar) -> Result<Self, CalendarError> {
        let zone = TimeZone::get(&calendar.timezone).map_err(|_| CalendarError::Timezone(calendar.timezone.clone()))?;
        let w = &calendar.weekly;
        let [mon, tue, wed, thu, fri, sat, sun] = [&w.mon, &w.tue, &w.wed, &w.thu, &w.fri, &w.sat, &w.sun].map(minutes);
        let special = calendar.special_days.iter().map(|(date, hours)| Ok((parse_date(date)?, minutes(hours)?)));
        Ok(Self {
            zone,
            week: [mon?, tue?, wed?, thu?, fri?, sat?, sun?],
            holidays: calendar.holidays.iter().map(|date| parse_date(date)).collect::<Result<_, _>>()?,
            special: special.collect::<Result<_, CalendarError>>()?,
        })
    }

    /// The time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Open minutes of a local date.
    pub(super) fn hours_on(&self, date: Date) -> &[(u16, u16)] {
        if let Some(hours) = self.special.get(&date) {
            return hours;
        }
        if self.holidays.contains(&date) {
            return &[];
        }
        let weekday = date.weekday().to_monday_zero_offset();
        self.week.get(usize::try_from(weekday).unwrap_or(0)).map(Vec::as_slice).unwrap_or_default()
    }
}

fn parse_date(text: &str) -> Result<Date, CalendarError> {
    text.trim().parse().map_err(|_| CalendarError::Date(text.to_owned()))
}

fn parse_time(text: &str) -> Result<u16, CalendarError> {
    let parse = || {
        let (hours, minutes) = text.trim().split_once(':')?;
        let digits = |s: &str| (s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u16>().ok())?;
        let (hours, minutes) = (digits(hours)?, digits(minutes)?);
        (minutes < 60).then_some(hours * 60 + minutes).filter(|total| *total <= 1440)
    };
    parse().ok_or_else(|| CalendarError::Time(text.to_owned()))
}

fn minutes(hours: &Hours) -> Result<Minutes, CalendarError> {
    let mut open = Vec::with_capacity(hours.len());
    for [from, to] in hours {
        let (start, end) = (parse_time(from)?, parse_time(to)?);
        if end < start {
            return Err(CalendarError::Interval(from.clone(), to.clone()));
        }
        open.push((i64::from(start), i64::from(end)));
    }
    let merged = super::merge(open);
    Ok(merged.into_iter().filter_map(|(a, b)| Some((u16::try_from(a).ok()?, u16::try_from(b).ok()?))).collect())
}
