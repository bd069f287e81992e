//! What may be shown of confidential and anonymous answers.
//!
//! Everything that is shown is a sum of *atoms*, each of at least five answers, and atoms never overlap inside one family:
//! - over time, a series is cut into blocks of whole closed weeks, each long enough to hold five answers; a range shows
//!   the blocks that lie wholly inside it, so the difference of any two ranges is again a sum of blocks;
//! - by branch, touchpoint and so on there is one table over all time, where groups under five are hidden, and more of
//!   them (the smallest first) until what total less the visible ones gives away is nobody, or at least five.

use std::collections::HashSet;

use uuid::Uuid;

/// Fewer answers than this are never shown.
pub const LEAST: i64 = 5;

/// Time, cut into blocks that may be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Half-open runs of closed weeks, ascending, each with [`LEAST`] answers or more.
    pub closed: Vec<(i64, i64)>,
    /// The first week behind the last block: what came since waits for company.
    pub tail: i64,
    /// Does what came since (the open week with it) hold enough to count in all time?
    pub tail_counts: bool,
}

/// Cuts weeks `(week, answers)`, ascending, into blocks. `open` is the week that is not over yet.
#[must_use]
pub fn blocks(weeks: &[(i64, i64)], open: i64) -> Blocks {
    let mut out = Blocks { tail: weeks.first().map_or(open, |w| w.0), ..Blocks::default() };
    let (mut start, mut n) = (None, 0);
    for (week, count) in weeks.iter().filter(|w| w.1 > 0) {
        let begun = *start.get_or_insert(*week);
        n += count;
        if n >= LEAST && *week < open {
            out.closed.push((begun, week + 1));
            out.tail = week + 1;
            (start, n) = (None, 0);
        }
    }
    out.tail_counts = n >= LEAST;
    out
}

impl Blocks {
    /// The blocks inside a half-open range of weeks.
    pub fn inside(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.closed.iter().copied().filter(move |(a, b)| *a >= from && *b <= to)
    }

    /// Is this week shown when all of `from..to` is asked for?
    #[must_use]
    pub fn shows(&self, week: i64, from: i64, to: i64) -> bool {
        self.inside(from, to).any(|(a, b)| a <= week && week < b)
    }
}

/// The groups that are hidden, of a table `(group, answers)` whose total is shown too.
#[must_use]
pub fn hidden(groups: &[(Uuid, i64)], total: i64) -> HashSet<Uuid> {
    let mut out: HashSet<Uuid> = groups.iter().filter(|g| g.1 < LEAST).map(|g| g.0).collect();
    let mut visible: Vec<(i64, Uuid)> = groups.iter().filter(|g| g.1 >= LEAST).map(|g| (g.1, g.0)).collect();
    visible.sort_unstable();
    let mut rest = total - visible.iter().map(|v| v.0).sum::<i64>();
    for (n, group) in visible {
        if rest == 0 || rest >= LEAST {
            break;
        }
        out.insert(group);
        rest += n;
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_groups_are_hidden_and_one_more_beside_them() {
        let id = Uuid::from_u128;
        let table = [(id(1), 10), (id(2), 3), (id(3), 8)];
        assert_eq!(hidden(&table, 21), HashSet::from([id(2), id(3)]));
        assert_eq!(hidden(&[(id(1), 10), (id(2), 8)], 18), HashSet::new());
        // One answer without a branch would be found by subtraction too.
        assert_eq!(hidden(&[(id(1), 10), (id(2), 8)], 19), HashSet::from([id(2)]));
        // Two hidden ones that together are still too few take a third along.
        assert_eq!(hidden(&[(id(1), 2), (id(2), 2), (id(3), 9), (id(4), 9)], 22).len(), 3);
    }

    #[test]
    fn weeks_wait_for_company() {
        let cut = blocks(&[(10, 3), (12, 3), (13, 7), (14, 2), (15, 9)], 15);
        assert_eq!(cut.closed, [(10, 13), (13, 14)]);
        assert_eq!((cut.tail, cut.tail_counts), (14, true));
        assert!(cut.shows(12, 10, 13) && !cut.shows(12, 11, 13));
        assert!(!blocks(&[(10, 4)], 15).tail_counts);
    }

    proptest! {
        /// Whatever two ranges are asked for, their difference is nobody or at least five.
        #[test]
        fn no_two_ranges_give_a_small_one_away(
            counts in prop::collection::vec(0_i64..9, 1..30),
            a in 0_i64..32, b in 0_i64..32, c in 0_i64..32, d in 0_i64..32,
        ) {
            let weeks: Vec<(i64, i64)> = (0..).zip(counts.iter().copied()).collect();
            let open = i64::try_from(counts.len()).unwrap_or(0) - 1;
            let cut = blocks(&weeks, open);
            let shown = |from: i64, to: i64| -> HashSet<i64> {
                weeks.iter().map(|w| w.0).filter(|w| cut.shows(*w, from, to)).collect()
            };
            let size = |set: &HashSet<i64>| set.iter().map(|w| counts[usize::try_from(*w).unwrap_or(0)]).sum::<i64>();
            let (one, two) = (shown(a, b), shown(c, d));
            for set in [&one, &two, &one.difference(&two).copied().collect(), &two.difference(&one).copied().collect()] {
                let n = size(set);
                prop_assert!(n == 0 || n >= LEAST, "{n} answers would be found");
            }
        }

        /// No sum of visible groups taken from the total leaves one to four answers.
        #[test]
        fn no_group_is_found_by_subtraction(counts in prop::collection::vec(0_i64..12, 1..12), nowhere in 0_i64..8) {
            let groups: Vec<(Uuid, i64)> = (1_u128..).map(Uuid::from_u128).zip(counts.iter().copied()).collect();
            let total = counts.iter().sum::<i64>() + nowhere;
            prop_assume!(total >= LEAST);
            let out = hidden(&groups, total);
            let visible: i64 = groups.iter().filter(|g| !out.contains(&g.0)).map(|g| g.1).sum();
            let rest = total - visible;
            prop_assert!(rest == 0 || rest >= LEAST);
            prop_assert!(groups.iter().all(|g| g.1 >= LEAST || out.contains(&g.0)));
        }
    }
}
