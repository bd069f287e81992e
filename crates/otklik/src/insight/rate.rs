//! The share of invitations that were answered.

use std::collections::{BTreeMap, HashMap};

use kit::db::Query;
use kit::time::{date_of, day_number, start_of_day};
use kit::{Result, Timestamp};
use measure::share::Share;
use uuid::Uuid;

use super::gather::{Desk, Gathered, Key, Spec};
use super::rules::{By, Sample, guard, periods};
use super::store;
use crate::figures::{Dim, Period};

impl<Q: Query> Desk<'_, Q> {
    /// Answered ÷ delivered, by whatever the question says; `sources` are surveys with whether they are guarded.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn response_rate(
        &self,
        sources: &HashMap<Uuid, bool>,
        spec: &Spec,
    ) -> Result<(Gathered, BTreeMap<Key, Option<Sample>>)> {
        let mut out = Gathered::default();
        let narrow = !spec.dims.is_empty() || spec.by == Some(By::Day);
        let surveys: Vec<Uuid> = sources.iter().filter(|(_, guarded)| !narrow || !**guarded).map(|(id, _)| *id).collect();
        out.left_out.extend(sources.iter().filter(|(_, guarded)| narrow && **guarded).map(|(id, _)| *id));
        let at = |day: Option<i64>, open: i64| day.map_or(open, |d| start_of_day(date_of(d), &self.actor.zone).0);
        let (from, to) = (at(spec.range.from, i64::MIN), at(spec.range.to, i64::MAX));
        let period = spec.by.map_or(Period::None, By::period);
        let rows = store::sent(self.q, self.actor.org, &surveys, from, to, period != Period::None).await?;
        let mut sums: BTreeMap<Key, (Share, bool)> = BTreeMap::new();
        for row in rows {
            let channel = row.channel.as_deref().map(crate::surveys::intake::channel_id);
            let place = |dim: Dim| match dim {
                Dim::Branch => row.branch,
                Dim::Employee => row.employee,
                Dim::Touchpoint => row.touchpoint,
                Dim::Channel => channel,
                Dim::All | Dim::Version | Dim::Position => None,
            };
            let inside = |(dim, keys): &(Dim, Option<Vec<Uuid>>)| {
                place(*dim).is_some_and(|k| keys.as_ref().is_none_or(|all| all.contains(&k)))
            };
            if !spec.dims.iter().all(inside) {
                continue;
            }
            let day = day_number(Timestamp(row.quarter.saturating_mul(store::QUARTER)).date(&self.actor.zone));
            let key = match spec.by {
                None => Key::Whole,
                Some(By::Survey) => Key::Id(row.survey),
                Some(By::Region) => match row.branch.and_then(|b| spec.regions.get(&b)) {
                    Some(region) => Key::Text(region.clone()),
                    None => continue,
                },
                Some(by) => match by.dim() {
                    Some(dim) => match place(dim) {
                        Some(id) => Key::Id(id),
                        None => continue,
                    },
                    None => Key::Period(periods::of(period, day)),
                },
            };
            let count = |n: i64| u64::try_from(n).unwrap_or(0);
            let share = Share { yes: count(row.answered), n: count(row.delivered) };
            let slot = sums.entry(key).or_insert((Share { yes: 0, n: 0 }, false));
            *slot = (slot.0.merge(share), slot.1 || sources.get(&row.survey).copied().unwrap_or(true));
        }
        let mut samples = BTreeMap::new();
        for (key, (share, guarded)) in sums {
            if guarded && share.n < guard::LEAST.unsigned_abs() {
                out.hidden.insert(key.clone());
                samples.insert(key, None);
            } else {
                samples.insert(key, Some(Sample::Share(share)));
            }
        }
        Ok((out, samples))
    }
}
