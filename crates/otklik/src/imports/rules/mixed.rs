//! A column whose scale changes on some day: out of five before, out of ten after.

use std::collections::BTreeMap;

/// What a numeric column holds, by day.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Day → value → how often. Values are kept where they can be a scale: −1…100.
    days: BTreeMap<i64, BTreeMap<i64, u64>>,
    pub min: Option<i64>,
    pub max: Option<i64>,
}

/// Where and how a scale changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first day of the new scale.
    pub day: i64,
    /// The top of the smaller scale.
    pub small: i64,
    /// The highest value of the larger one.
    pub large: i64,
    /// Is the larger scale the later one?
    pub grew: bool,
}

impl Change {
    /// Does the day lie on the side of the larger scale? Without a date nobody knows, so it is on neither.
    #[must_use]
    pub fn is_large(&self, day: i64) -> bool {
        (day >= self.day) == self.grew
    }

    /// Is a value of this day on the other scale than the question's? The question has the larger one if it holds it.
    #[must_use]
    pub fn misfits(&self, day: Option<i64>, question_max: i64) -> bool {
        let question_is_large = question_max > self.small;
        day.is_none_or(|d| self.is_large(d) != question_is_large)
    }
}

/// So many answers a side must have before a change is believed.
const ENOUGH: u64 = 30;

impl Column {
    pub fn see(&mut self, day: Option<i64>, value: i64) {
        self.min = Some(self.min.map_or(value, |m| m.min(value)));
        self.max = Some(self.max.map_or(value, |m| m.max(value)));
        if let Some(day) = day
            && (-1..=100).contains(&value)
        {
            *self.days.entry(day).or_default().entry(value).or_default() += 1;
        }
    }

    /// The change of scale, if the days show one: up to it (or from it on) not one value above the smaller scale's top,
    /// beyond it so many that chance is out of the question.
    #[must_use]
    pub fn change(&self) -> Option<Change> {
        let large = self.days.values().filter_map(|v| v.keys().next_back()).max().copied()?;
        // The smaller scale must be clearly smaller: 5 of 10, 5 of 7, 3 of 5.
        (2..large).rev().filter(|small| *small * 4 <= large * 3).find_map(|small| {
            let first = *self.days.iter().find(|(_, v)| v.range(small + 1..).next().is_some())?.0;
            let last = *self.days.iter().rev().find(|(_, v)| v.range(small + 1..).next().is_some())?.0;
            let grew = self.sides(small, |d| d >= first).then_some(Change { day: first, small, large, grew: true });
            grew.or_else(|| self.sides(small, |d| d <= last).then_some(Change { day: last + 1, small, large, grew: false }))
        })
    }

    /// Is it out of the question that the side of the small scale missed the high values by chance?
    fn sides(&self, small: i64, is_large: impl Fn(i64) -> bool) -> bool {
        let (mut above, mut beyond, mut before, mut at_top) = (0_u64, 0_u64, 0_u64, 0_u64);
        for (day, values) in &self.days {
            let n: u64 = values.values().sum();
            if is_large(*day) {
                beyond += n;
                above += values.range(small + 1..).map(|(_, c)| c).sum::<u64>();
            } else {
                before += n;
                at_top += values.get(&small).copied().unwrap_or(0);
            }
        }
        if before < ENOUGH || beyond < 5 || above < 5 {
            return false;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of answers")]
        let (share, before, at_top) = (above as f64 / beyond as f64, before as f64, at_top as f64);
        // The top of the small scale must be in use, else it is no top.
        share >= 0.1 && at_top / before >= 0.02 && before * (1.0 - share).max(1e-12).ln() < -14.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(days: impl IntoIterator<Item = (i64, i64)>) -> Column {
        let mut c = Column::default();
        days.into_iter().for_each(|(d, v)| c.see(Some(d), v));
        c
    }

    #[test]
    fn five_that_becomes_ten_is_seen_in_both_directions() {
        let before = (0..200).map(|i| (i, 1 + i % 5));
        let after = (0..60).map(|i| (300 + i, 1 + i % 10));
        let grown = column(before.clone().chain(after.clone())).change().expect("a change");
        assert_eq!(grown, Change { day: 305, small: 5, large: 10, grew: true });
        assert!(grown.misfits(Some(310), 5) && !grown.misfits(Some(10), 5) && grown.misfits(None, 5));
        assert!(grown.misfits(Some(10), 10) && !grown.misfits(Some(310), 10));
        let shrunk =
            column(after.map(|(d, v)| (d - 300, v)).chain(before.map(|(d, v)| (d + 100, v)))).change().expect("a change");
        assert_eq!((shrunk.day, shrunk.small, shrunk.grew), (60, 5, false));
    }

    #[test]
    fn an_honest_scale_is_left_alone() {
        assert_eq!(column((0..500).map(|i| (i, i % 11))).change(), None);
        assert_eq!(column((0..500).map(|i| (i, 1 + i % 5))).change(), None);
        // One slip of the finger is no change of scale.
        assert_eq!(column((0..500).map(|i| (i, if i == 400 { 10 } else { 1 + i % 5 }))).change(), None);
        // Rarely given high values that happen to come late.
        assert_eq!(column((0..200).map(|i| (i, if i > 60 && i % 15 == 0 { 9 } else { i % 6 }))).change(), None);
        assert_eq!(column([(1, 3), (2, 9)]).change(), None);
    }
}
