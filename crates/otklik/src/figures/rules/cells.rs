//! Cells: facts of one place and period, added up in memory.

use std::collections::hash_map::Entry;

use kit::time::{date_of, month_number};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::super::pack::{self, Pack};
use super::{Dim, Dims, Fact};

/// Slots in one row of cells. Scales up to 0–11 fit into one row; larger ones and logarithmic buckets take several.
pub const SLOTS: usize = 12;
/// The month of facts without a date. They count in all time only.
pub const UNDATED: i64 = -1_000_000;

/// The grain of all time.
pub const ALL_TIME: i64 = 2;

/// Where a pack of cells lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackKey {
    pub dim: Dim,
    pub key: Uuid,
    /// 0 a day, 1 a month, 2 all time (stocks only, so that "now" is one row).
    pub grain: i64,
    /// Days or months since 1970; 0 for all time.
    pub period: i64,
    /// Which neighbouring series: [`pack::of`] their numbers.
    pub pack: i64,
}

/// How often each of twelve neighbouring values came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Facts, with or without a value.
    pub n: i64,
    /// The values added up.
    pub sum: i64,
    pub slots: [i64; SLOTS],
}

impl Counts {
    /// Adds a fact whose value lies in this slot, or takes it back.
    pub fn add(&mut self, value: Option<i64>, slot: usize, sign: i64) {
        self.n += sign;
        if let Some(value) = value {
            self.sum += sign * value;
            if let Some(s) = self.slots.get_mut(slot) {
                *s += sign;
            }
        }
    }

    /// Adds another of the same place.
    pub fn merge(&mut self, other: &Self) {
        self.merge_signed(other, 1);
    }

    /// Adds another of the same place (sign 1), or takes it away (−1).
    pub fn merge_signed(&mut self, other: &Self, sign: i64) {
        self.n += sign * other.n;
        self.sum += sign * other.sum;
        self.slots.iter_mut().zip(other.slots).for_each(|(a, b)| *a += sign * b);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Cells that were added up in memory.
#[derive(Clone, Debug, Default)]
pub struct Cells(pub FxHashMap<PackKey, Pack>);

impl Cells {
    /// Adds a step of a stock: so many more have to know, so many more do. `day`: also by day and month.
    pub fn step(&mut self, series: i64, dims: &Dims, day: Option<i64>, required: i64, known: i64) {
        let dated = day.map(|d| [(0, d), (1, month_number(date_of(d)))]);
        for (grain, period) in dated.into_iter().flatten().chain([(ALL_TIME, 0)]) {
            for dim in Dim::EACH {
                let Some(key) = dims.get(dim) else { continue };
                self.stock(PackKey { dim, key, grain, period, pack: pack::of(series) }, series, required, known);
            }
        }
    }

    /// The same by day and month of the whole company only.
    pub fn step_dated(&mut self, series: i64, day: i64, required: i64, known: i64) {
        for (grain, period) in [(0, day), (1, month_number(date_of(day)))] {
            let at = PackKey { dim: Dim::All, key: Uuid::nil(), grain, period, pack: pack::of(series) };
            self.stock(at, series, required, known);
        }
    }

    /// Those who know stand in the slot of the value 1, so that their sum follows from it.
    fn stock(&mut self, at: PackKey, series: i64, required: i64, known: i64) {
        let counts = self.0.entry(at).or_default().at(series, 0);
        counts.n += required;
        counts.sum += known;
        counts.slots[1] += known;
    }

    /// Adds another's; both may hold the same place.
    pub fn merge(&mut self, other: Self) {
        for (at, pack) in other.0 {
            match self.0.entry(at) {
                Entry::Occupied(mut there) => there.get_mut().merge(&pack),
                Entry::Vacant(free) => _ = free.insert(pack),
            }
        }
    }

    /// Lets go of what counts nothing.
    pub fn tidy(&mut self) {
        self.0.retain(|_, p| {
            p.tidy();
            !p.is_empty()
        });
    }

    /// Adds facts.
    pub fn fold(&mut self, facts: &[Fact]) {
        let slots = i64::try_from(SLOTS).unwrap_or(12);
        let alike = |a: &Fact, b: &Fact| a.day == b.day && a.dims == b.dims && pack::of(a.series) == pack::of(b.series);
        // The facts of one answer share their place and period: one look for all of them.
        for group in facts.chunk_by(alike) {
            let Some(first) = group.first() else { continue };
            let periods = match first.day {
                Some(day) => [Some((0, day)), Some((1, month_number(date_of(day))))],
                None => [None, Some((1, UNDATED))],
            };
            for dim in Dim::EACH {
                let Some(key) = first.dims.get(dim) else { continue };
                for (grain, period) in periods.into_iter().flatten() {
                    let at = PackKey { dim, key, grain, period, pack: pack::of(first.series) };
                    let pack = self.0.entry(at).or_insert_with(|| Pack::with_room(group.len()));
                    for f in group {
                        let value = f.value.unwrap_or(0);
                        let slot = usize::try_from(value.rem_euclid(slots)).unwrap_or(0);
                        pack.at(f.series, value.div_euclid(slots)).add(f.value, slot, f.sign);
                    }
                }
            }
        }
        // A fact that was added and taken back within one batch leaves nothing.
        if facts.iter().any(|f| f.sign < 0) {
            self.tidy();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_leaves_nothing() {
        let fact = Fact {
            series: 1,
            value: Some(9),
            day: Some(20_000),
            dims: Dims { branch: Some(Uuid::from_u128(7)), ..Dims::default() },
            sign: 1,
        };
        let mut cells = Cells::default();
        cells.fold(&[fact]);
        assert_eq!(cells.0.len(), 4);
        cells.fold(&[Fact { sign: -1, ..fact }]);
        assert!(cells.0.is_empty());
    }
}
