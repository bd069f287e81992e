//! When somebody is reminded of a duty.

/// Two days before, on the day, then weekly: the last of these days that has come.
#[must_use]
pub fn last_call(due: i64, today: i64) -> Option<i64> {
    if today < due - 2 {
        None
    } else if today < due {
        Some(due - 2)
    } else {
        Some(due + (today - due) / 7 * 7)
    }
}

/// Is it time to remind? A day on which the program was off is made up for; no day reminds twice.
#[must_use]
pub fn is_time(due: i64, given: i64, reminded: Option<i64>, today: i64) -> bool {
    last_call(due, today).is_some_and(|call| call > given && reminded.is_none_or(|r| r < call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_days_before_on_the_day_then_weekly_and_never_twice() {
        let (mut reminded, mut days) = (None, Vec::new());
        for today in 100..140 {
            for _ in 0..3 {
                if is_time(107, 100, reminded, today) {
                    reminded = Some(today);
                    days.push(today);
                }
            }
        }
        assert_eq!(days, [105, 107, 114, 121, 128, 135]);
        assert!(!is_time(101, 100, None, 100), "not on the day that it was given");
        assert!(is_time(107, 100, Some(105), 110), "a missed day is made up for");
    }
}
