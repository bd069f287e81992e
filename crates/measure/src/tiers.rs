//! Many groups side by side without a ranking that the data do not carry.

use serde::{Deserialize, Serialize};

use crate::difference::{holm, two_sample};
use crate::mean::Moments;
use crate::nps::NpsCounts;
use crate::share::Share;
use crate::{Interval, LEVEL, Z95};

/// One branch, employee or touchpoint.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The figure as shown.
    pub value: f64,
    /// Standard error for comparisons, > 0. The constructors take the adjusted one for NPS and shares: a branch with
    /// three promoters of three must not pass for certain.
    pub std_err: f64,
    /// Answers; the weight of the group in the company's mean.
    pub n: u64,
    /// Interval as shown; groups whose intervals overlap share a tier.
    pub interval: Interval,
}

impl Group {
    /// From NPS counts, in points. `None` without answers.
    pub fn nps(counts: &NpsCounts) -> Option<Self> {
        let (_, std_err) = counts.adjusted()?;
        Some(Self { value: counts.value()?, std_err, n: counts.n(), interval: counts.adjusted_wald(LEVEL)? })
    }

    /// From a share, 0…1. `None` on an empty base.
    pub fn share(share: &Share) -> Option<Self> {
        Some(Self { value: share.value()?, std_err: share.adjusted_std_err()?, n: share.n, interval: share.wilson(LEVEL)? })
    }

    /// From a mean. `None` below two values.
    pub fn mean(moments: &Moments) -> Option<Self> {
        let interval = moments.t_interval(LEVEL)?;
        Some(Self { value: moments.value()?, std_err: moments.std_err()?, n: moments.n, interval })
    }

    /// From any figure with a standard error; the interval is value ± 1.96·SE.
    pub fn plain(value: f64, std_err: f64, n: u64) -> Self {
        Self { value, std_err, n, interval: Interval::around(value, Z95 * std_err.abs()) }
    }
}

/// Where a group stands against the mean of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Significantly above.
    Above,
    /// Not told apart.
    Like,
    /// Significantly below.
    Below,
}

/// A group against the mean of all groups.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Verdict at 5 % after Holm.
    pub standing: Standing,
    /// Group minus mean of all.
    pub difference: f64,
    /// 95 % interval of the difference, not corrected for the number of groups.
    pub interval: Interval,
    /// p-value before correction.
    pub p: f64,
    /// p-value after Holm.
    pub p_holm: f64,
}

/// The mean of all groups, weighted by n: for NPS, shares and means exactly the company's own figure.
pub fn overall(groups: &[Group]) -> Option<f64> {
    let n: f64 = groups.iter().map(|g| g.n as f64).sum();
    let mean = groups.iter().map(|g| g.value * g.n as f64).sum::<f64>() / n;
    mean.is_finite().then_some(mean)
}

/// Compares every group with the mean of all, Holm-corrected over the groups. The group is part of that mean, so its
/// difference is (1 − share of its n)·(group − rest), with the standard error that belongs to it. Comes in the order
/// given; a group that cannot be tested (no answers, no spread, alone) is `Like` with p = 1.
pub fn compare(groups: &[Group]) -> Vec<Comparison> {
    let n: f64 = groups.iter().map(|g| g.n as f64).sum();
    let sum: f64 = groups.iter().map(|g| g.value * g.n as f64).sum();
    let spread: f64 = groups.iter().map(|g| (g.std_err * g.n as f64).powi(2)).sum();
    let tests: Vec<(f64, Interval, f64)> = groups
        .iter()
        .map(|g| {
            let own = g.n as f64;
            let rest_n = n - own;
            let untested = (0.0, Interval::around(0.0, 0.0), 1.0);
            if own <= 0.0 || rest_n <= 0.0 {
                return untested;
            }
            let rest = (sum - g.value * own) / rest_n;
            let rest_se = (spread - (g.std_err * own).powi(2)).max(0.0).sqrt() / rest_n;
            let part = rest_n / n;
            match two_sample((g.value * part, g.std_err * part), (rest * part, rest_se * part), LEVEL) {
                Some(d) => (d.difference, d.interval, d.p.unwrap_or(1.0)),
                None => untested,
            }
        })
        .collect();
    let adjusted = holm(&tests.iter().map(|t| t.2).collect::<Vec<_>>());
    tests
        .into_iter()
        .zip(adjusted)
        .map(|((difference, interval, p), p_holm)| {
            let standing = match p_holm < 0.05 {
                true if difference > 0.0 => Standing::Above,
                true => Standing::Below,
                false => Standing::Like,
            };
            Comparison { standing, difference, interval, p, p_holm }
        })
        .collect()
}

/// Tier of every group, 1 = best, in the order given. `up_is_better` says which end leads.
///
/// Groups are walked from the best value on; a tier goes on until a group differs significantly from the tier's first
/// member, that is, until their intervals no longer overlap. Groups with equal values stay together: if one of them has
/// to open a new tier, all do, led by the one with most answers. The result does not depend on the order of the input.
pub fn tiers(groups: &[Group], up_is_better: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..groups.len()).filter(|&i| groups[i].value.is_finite()).collect();
    let direction = if up_is_better { -1.0 } else { 1.0 };
    order.sort_by(|&a, &b| {
        let (a, b) = (&groups[a], &groups[b]);
        (direction * a.value).total_cmp(&(direction * b.value)).then(b.n.cmp(&a.n)).then(a.std_err.total_cmp(&b.std_err))
    });
    let mut tier = 0;
    let mut leader: Option<Interval> = None;
    let mut result = vec![0; groups.len()];
    let mut left = order.as_slice();
    while let Some(&first) = left.first() {
        // The sums behind two equal figures may differ in the last bit.
        let tie = |i: &&usize| (groups[**i].value - groups[first].value).abs() <= 1e-9 * groups[first].value.abs().max(1.0);
        let size = left.iter().take_while(tie).count().max(1);
        let (tied, rest) = left.split_at(size);
        let fits = leader.is_some_and(|l| tied.iter().all(|&i| l.overlaps(&groups[i].interval)));
        if !fits {
            tier += 1;
            // Sorting saw the last bits, so the tied groups may stand in any order: the largest is the first member.
            let weight =
                |&&a: &&usize, &&b: &&usize| groups[a].n.cmp(&groups[b].n).then(groups[b].std_err.total_cmp(&groups[a].std_err));
            leader = tied.iter().max_by(weight).map(|&i| groups[i].interval);
        }
        for &i in tied {
            result[i] = tier;
        }
        left = rest;
    }
    // A figure that is not a number belongs behind everybody.
    result.iter_mut().filter(|t| **t == 0).for_each(|t| *t = tier + 1);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_groups_share_a_tier_and_ties_stay_together() {
        let g = |value: f64, half: f64, n: u64| Group { value, std_err: half / 2.0, n, interval: Interval::around(value, half) };
        // 70 leads; 60 overlaps; the two 50s are tied, and the narrow one no longer overlaps 70.
        let groups = [g(50.0, 2.0, 900), g(70.0, 12.0, 40), g(50.0, 15.0, 20), g(60.0, 5.0, 100), g(10.0, 5.0, 50)];
        assert_eq!(tiers(&groups, true), vec![2, 1, 2, 1, 3]);
        // From the other end the wide 50 leads nobody: of tied groups the one with most answers is the first member.
        assert_eq!(tiers(&groups, false), vec![2, 3, 2, 3, 1]);
        assert!(tiers(&[], true).is_empty());
        // −20/48 and −10/24 differ in the last bit only; the larger group leads the tier, whatever the order.
        let counts = [(2, 24, 22), (2, 10, 12), (11, 21, 8)].map(|(p, s, d)| NpsCounts::new(p, s, d));
        let mut groups: Vec<Group> = counts.iter().filter_map(Group::nps).collect();
        assert_eq!(tiers(&groups, false), vec![1, 1, 2]);
        groups.reverse();
        assert_eq!(tiers(&groups, false), vec![2, 1, 1]);
    }

    #[test]
    fn three_promoters_of_three_are_not_above_the_company() {
        let counts = [NpsCounts::new(3, 0, 0), NpsCounts::new(400, 300, 300), NpsCounts::new(900, 80, 20)];
        let groups: Vec<Group> = counts.iter().filter_map(Group::nps).collect();
        let standing: Vec<Standing> = compare(&groups).iter().map(|c| c.standing).collect();
        assert_eq!(standing, vec![Standing::Like, Standing::Below, Standing::Above]);
        let all = counts.iter().fold(NpsCounts::default(), |a, b| a.merge(*b));
        assert!((overall(&groups).unwrap_or(f64::NAN) - all.value().unwrap_or(f64::NAN)).abs() < 1e-9);
    }
}
