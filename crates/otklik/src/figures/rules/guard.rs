//! What may be shown of confidential and anonymous answers.
//!
//! Everything that is shown is a sum of *atoms*, each of at least five answers, and atoms never overlap:
//! - over time, a series is cut into blocks of whole closed weeks, each long enough to hold five answers; a range shows
//!   the blocks that lie wholly inside it, so the difference of any two ranges is again a sum of blocks. What came since
//!   the last block is in no figure, so two readings of all time differ by nobody or by a block;
//! - by branch, touchpoint and so on, some blocks together make a part of the table; in each part groups under five are
//!   hidden, and more of them (the smallest first) until what the blocks less the visible groups give away is nobody, or
//!   at least five. A part never changes once it is shown: the table of all time is the sum of the parts.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

/// Fewer answers than this are never shown.
pub const LEAST: i64 = 5;
/// So many weeks a part of a table waits at most for its small groups to grow.
const PATIENCE: i64 = 8;

/// Time, cut into blocks that may be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Half-open runs of closed weeks, ascending, each with [`LEAST`] answers or more.
    pub closed: Vec<(i64, i64)>,
    /// The first week behind the last block: what came since waits for company.
    pub tail: i64,
}

/// Cuts weeks `(week, answers)`, ascending, into blocks. `open` is the week that is not over yet.
#[must_use]
pub fn blocks(weeks: &[(i64, i64)], open: i64) -> Blocks {
    let mut out = Blocks { tail: weeks.first().map_or(open, |w| w.0.min(open)), ..Blocks::default() };
    let (mut start, mut n) = (None, 0);
    for (week, count) in weeks.iter().filter(|w| w.1 > 0 && w.0 < open) {
        let begun = *start.get_or_insert(*week);
        n += count;
        if n >= LEAST {
            out.closed.push((begun, week + 1));
            out.tail = week + 1;
            (start, n) = (None, 0);
        }
    }
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

    /// The block that a week lies in.
    #[must_use]
    pub fn holding(&self, week: i64) -> Option<(i64, i64)> {
        let at = self.closed.partition_point(|(_, end)| *end <= week);
        self.closed.get(at).copied().filter(|(begin, _)| *begin <= week)
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

/// Some blocks of a table by group, and the groups that may be shown of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub from: i64,
    pub to: i64,
    pub visible: HashSet<Uuid>,
}

/// One block as a row of a table: its weeks, how many answers each group has, and how many all have.
#[derive(Clone, Debug, Default)]
struct Line {
    weeks: (i64, i64),
    groups: HashMap<Uuid, i64>,
    total: i64,
}

/// Cuts a table into parts. `totals` and `groups` count the answers of weeks; an answer without a group is in the totals
/// only. A part ends when every group in it has five answers or none, or after eight weeks; the first one at once, for
/// nobody has read anything before it.
#[must_use]
pub fn parts(blocks: &Blocks, totals: &[(i64, i64)], groups: &BTreeMap<i64, HashMap<Uuid, i64>>, open: i64) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    for (begin, end) in blocks.closed.iter().copied() {
        // A part that is old enough before this block closes was shown without it.
        if lines.first().is_some_and(|l| l.weeks.0 + PATIENCE < end) {
            out.push(part(&std::mem::take(&mut lines)));
        }
        let mut line = Line { weeks: (begin, end), ..Line::default() };
        line.total = totals.iter().filter(|(w, _)| (begin..end).contains(w)).map(|(_, n)| n).sum();
        for (group, n) in groups.range(begin..end).flat_map(|(_, g)| g) {
            *line.groups.entry(*group).or_default() += n;
        }
        lines.push(line);
        if out.is_empty() || full(&lines) {
            out.push(part(&std::mem::take(&mut lines)));
        }
    }
    if lines.first().is_some_and(|l| l.weeks.0 + PATIENCE <= open) {
        out.push(part(&lines));
    }
    out
}

fn sums(lines: &[Line]) -> HashMap<Uuid, i64> {
    let mut out: HashMap<Uuid, i64> = HashMap::new();
    for (group, n) in lines.iter().flat_map(|l| &l.groups) {
        *out.entry(*group).or_default() += n;
    }
    out
}

/// Has every group five answers or none, and what belongs to no group too?
fn full(lines: &[Line]) -> bool {
    let groups = sums(lines);
    let rest = lines.iter().map(|l| l.total).sum::<i64>() - groups.values().sum::<i64>();
    groups.values().chain([&rest]).all(|n| *n == 0 || *n >= LEAST)
}

/// The part that these blocks make: the groups that neither are few nor let few be found, whichever of the blocks' totals
/// are added to and taken from them.
fn part(lines: &[Line]) -> Part {
    let mut out = Part::default();
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return out };
    (out.from, out.to) = (first.weeks.0, last.weeks.1);
    let mut groups: Vec<(Uuid, i64)> = sums(lines).into_iter().collect();
    groups.sort_unstable_by_key(|(id, n)| (*n, *id));
    let total = lines.iter().map(|l| l.total).sum();
    let gone = hidden(&groups, total);
    let mut visible: Vec<Uuid> = groups.iter().map(|g| g.0).filter(|g| !gone.contains(g)).collect();
    while let Some(at) = leak(lines, &visible) {
        visible.remove(at);
    }
    out.visible = visible.into_iter().collect();
    out
}

/// Which of the visible groups (the smallest first) lets a few answers be found: some blocks together, less the groups
/// that lie wholly in them.
fn leak(lines: &[Line], visible: &[Uuid]) -> Option<usize> {
    let count = |line: &Line, group: &Uuid| line.groups.get(group).copied().unwrap_or(0);
    let rest = |line: &Line| line.total - visible.iter().map(|g| count(line, g)).sum::<i64>();
    // More blocks than this do not fit into the weeks of a part; nothing would be shown of them.
    if lines.len() > 9 {
        return (!visible.is_empty()).then_some(0);
    }
    for some in 1_u32..1 << lines.len() {
        let (within, without): (Vec<_>, Vec<_>) = lines.iter().enumerate().partition(|(i, _)| some >> i & 1 == 1);
        let total: i64 = within.iter().map(|(_, l)| l.total).sum();
        let inside = |g: &Uuid| without.iter().all(|(_, l)| count(l, g) == 0);
        let mut left = total;
        for group in visible.iter().filter(|g| inside(g)) {
            left -= within.iter().map(|(_, l)| count(l, group)).sum::<i64>();
        }
        if without.iter().all(|(_, l)| rest(l) == 0) {
            left -= within.iter().map(|(_, l)| rest(l)).sum::<i64>();
        }
        if (1..LEAST).contains(&left) {
            return visible.iter().position(inside).or((!visible.is_empty()).then_some(0));
        }
    }
    None
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
        assert_eq!(cut.tail, 14, "what came since waits, however much of it the open week brings");
        assert!(cut.shows(12, 10, 13) && !cut.shows(12, 11, 13));
        assert_eq!(
            (cut.holding(9), cut.holding(11), cut.holding(13), cut.holding(14)),
            (None, Some((10, 13)), Some((13, 14)), None)
        );
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

        /// Whenever a table is read, week after week: what came to a group since, and what came to nobody in particular,
        /// is nobody or at least five.
        #[test]
        fn no_two_readings_of_a_table_differ_by_a_few(
            weeks in prop::collection::vec(prop::collection::vec(0_i64..7, 4), 1..14),
        ) {
            let ids: Vec<Uuid> = (1_u128..4).map(Uuid::from_u128).collect();
            let mut before: Option<(HashMap<Uuid, i64>, i64)> = None;
            for open in 1..=i64::try_from(weeks.len()).unwrap_or(0) {
                let now: Vec<(i64, &Vec<i64>)> = (0..open).zip(&weeks).collect();
                let totals: Vec<(i64, i64)> = now.iter().map(|(w, counts)| (*w, counts.iter().sum())).collect();
                let groups: BTreeMap<i64, HashMap<Uuid, i64>> = now
                    .iter()
                    .map(|(w, counts)| (*w, ids.iter().copied().zip(counts.iter().copied()).filter(|g| g.1 > 0).collect()))
                    .collect();
                let cut = blocks(&totals, open);
                let (mut shown, mut whole) = (HashMap::new(), 0);
                for part in parts(&cut, &totals, &groups, open) {
                    prop_assert!(cut.closed.iter().any(|b| b.0 == part.from) && cut.closed.iter().any(|b| b.1 == part.to));
                    let inside = groups.range(part.from..part.to).flat_map(|(_, g)| g).filter(|(g, _)| part.visible.contains(g));
                    inside.for_each(|(g, n)| *shown.entry(*g).or_insert(0) += n);
                }
                whole += totals.iter().filter(|(w, _)| cut.holding(*w).is_some()).map(|(_, n)| n).sum::<i64>();
                let rest = whole - shown.values().sum::<i64>();
                prop_assert!(rest == 0 || rest >= LEAST, "{rest} would be left");
                if let Some((was, all)) = &before {
                    for id in &ids {
                        let more = shown.get(id).unwrap_or(&0) - was.get(id).unwrap_or(&0);
                        prop_assert!(more == 0 || more >= LEAST, "{more} came");
                    }
                    prop_assert!(whole == *all || whole - all >= LEAST);
                }
                before = Some((shown, whole));
            }
        }
    }

    #[test]
    fn a_group_that_lies_in_one_of_two_blocks_does_not_give_the_others_away() {
        let (a, b, c) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let line = |weeks, groups: &[(Uuid, i64)]| Line {
            weeks,
            groups: groups.iter().copied().collect(),
            total: groups.iter().map(|g| g.1).sum(),
        };
        // The first week less all of b would be the four of a.
        let two = [line((1, 2), &[(a, 4), (b, 5)]), line((2, 3), &[(a, 1), (c, 5)])];
        assert!(!part(&two).visible.contains(&b));
        let one = [line((1, 2), &[(a, 12), (b, 3), (c, 8)])];
        assert_eq!(part(&one).visible, HashSet::from([a]));
    }
}
