//! Packs: the cells of sixteen neighbouring series in one row. The series of a survey are numbered one after the other,
//! so an answer touches one row for each of its places and periods, not one for each question.

use super::rules::{Counts, SLOTS};

/// How many neighbouring series share a row.
pub const SERIES: i64 = 16;

/// The pack that a series lies in.
#[must_use]
pub fn of(series: i64) -> i64 {
    series.div_euclid(SERIES)
}

/// Cells of one place and period, in the order of series and chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack(Vec<((i64, i64), Counts)>);

impl Pack {
    /// An empty one that will hold so many.
    #[must_use]
    pub fn with_room(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    /// The counts of a series' chunk, made when it is new.
    pub fn at(&mut self, series: i64, chunk: i64) -> &mut Counts {
        let key = (series, chunk);
        let i = match self.0.binary_search_by_key(&key, |e| e.0) {
            Ok(i) => i,
            Err(i) => {
                self.0.insert(i, (key, Counts::default()));
                i
            }
        };
        &mut self.0[i].1
    }

    /// Adds another of the same place.
    pub fn merge(&mut self, other: &Self) {
        for ((series, chunk), counts) in &other.0 {
            self.at(*series, *chunk).merge(counts);
        }
    }

    /// Lets go of what counts nothing.
    pub fn tidy(&mut self) {
        self.0.retain(|(_, c)| !c.is_empty());
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, c)| c.is_empty())
    }

    /// How many chunks of series differ between two packs.
    #[must_use]
    pub fn differences(&self, other: &Self) -> usize {
        let missing = |a: &Self, b: &Self| a.0.iter().filter(|e| !e.1.is_empty() && b.get(e.0) != Some(&e.1)).count();
        let changed =
            self.0.iter().filter(|e| other.get(e.0).is_some_and(|o| !e.1.is_empty() && !o.is_empty() && *o != e.1)).count();
        missing(self, other) + missing(other, self) - changed
    }

    fn get(&self, key: (i64, i64)) -> Option<&Counts> {
        self.0.binary_search_by_key(&key, |e| e.0).ok().and_then(|i| self.0.get(i)).map(|e| &e.1)
    }

    /// Series, chunk and counts.
    pub fn entries(&self) -> impl Iterator<Item = (i64, i64, &Counts)> {
        self.0.iter().map(|((s, c), counts)| (*s, *c, counts))
    }

    /// As bytes of the database. For each chunk: its series within the pack and its number, how many facts, which slots
    /// are filled and how often each; all as integers of variable length, small ones in one byte. The sum follows from the slots.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() * 12);
        for ((series, chunk), counts) in self.0.iter().filter(|e| !e.1.is_empty()) {
            put(&mut out, (zigzag(*chunk) << 4) | series.rem_euclid(SERIES).cast_unsigned());
            put(&mut out, zigzag(counts.n));
            let mask = counts.slots.iter().enumerate().fold(0_u64, |m, (i, s)| if *s == 0 { m } else { m | (1 << i) });
            put(&mut out, mask);
            for slot in counts.slots.iter().filter(|s| **s != 0) {
                put(&mut out, zigzag(*slot));
            }
        }
        out
    }

    /// The most facts that a series of it holds.
    #[must_use]
    pub fn most(&self) -> i64 {
        self.0.iter().map(|(_, c)| c.n).max().unwrap_or(0)
    }

    /// Reads what [`Pack::encode`] wrote, once or several times one behind the other; `None` when the bytes are damaged.
    #[must_use]
    pub fn decode(pack: i64, bytes: &[u8]) -> Option<Self> {
        let mut out = Self::default();
        each(pack, bytes, |series, chunk, counts| match out.0.last() {
            Some(last) if last.0 >= (series, chunk) => out.at(series, chunk).merge(counts),
            _ => out.0.push(((series, chunk), *counts)),
        })?;
        Some(out)
    }
}

/// Walks through the bytes of a pack, or of several one behind the other: what stands there adds up. `None` when they are damaged.
pub fn each(pack: i64, mut bytes: &[u8], mut see: impl FnMut(i64, i64, &Counts)) -> Option<()> {
    while !bytes.is_empty() {
        let head = take(&mut bytes)?;
        let (series, chunk) = (pack.checked_mul(SERIES)? + (head & 15).cast_signed(), unzigzag(head >> 4));
        let n = unzigzag(take(&mut bytes)?);
        let mask = take(&mut bytes)?;
        if mask >> SLOTS != 0 {
            return None;
        }
        let mut counts = Counts { n, ..Counts::default() };
        let first = chunk.checked_mul(i64::try_from(SLOTS).ok()?)?;
        let mut rest = mask;
        while rest != 0 {
            let i = rest.trailing_zeros();
            rest &= rest - 1;
            let times = unzigzag(take(&mut bytes)?);
            *counts.slots.get_mut(usize::try_from(i).ok()?)? = times;
            counts.sum = counts.sum.checked_add(times.checked_mul(first.checked_add(i64::from(i))?)?)?;
        }
        see(series, chunk, &counts);
    }
    Some(())
}

fn zigzag(v: i64) -> u64 {
    ((v << 1) ^ (v >> 63)).cast_unsigned()
}

fn unzigzag(v: u64) -> i64 {
    (v >> 1).cast_signed() ^ -((v & 1).cast_signed())
}

/// LEB128: seven bits a byte, the highest bit says that more follow.
fn put(out: &mut Vec<u8>, mut v: u64) {
    while v > 127 {
        out.push((v & 127) as u8 | 128);
        v >>= 7;
    }
    out.push((v & 127) as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut v = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        v |= u64::from(first & 127) << shift;
        if first & 128 == 0 {
            return Some(v);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(facts in prop::collection::vec((0_i64..48, -30_i64..4000, -3_i64..4), 0..80), pack in 0_i64..3) {
            let mut p = Pack::default();
            for (series, value, sign) in facts.into_iter().filter(|f| of(f.0) == pack) {
                p.at(series, value.div_euclid(12)).add(Some(value), usize::try_from(value.rem_euclid(12)).unwrap(), sign);
            }
            p.tidy();
            prop_assert_eq!(Pack::decode(pack, &p.encode()), Some(p.clone()));
            let twice = [p.encode(), p.encode()].concat();
            p.merge(&p.clone());
            prop_assert_eq!(Pack::decode(pack, &twice), Some(p));
        }

        #[test]
        fn damaged_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), pack in 0_i64..3) {
            let _ = Pack::decode(pack, &bytes);
        }
    }

    #[test]
    fn an_answer_takes_few_bytes() {
        let mut p = Pack::default();
        p.at(16, 0).add(None, 0, 1);
        for (series, value) in [(17, 9), (18, 4), (19, 7), (20, 10)] {
            p.at(series, 0).add(Some(value), usize::try_from(value).unwrap(), 1);
        }
        assert!(p.encode().len() <= 27, "{}", p.encode().len());
        assert_eq!(Pack::decode(1, &p.encode()), Some(p));
    }
}
