//! The share of invitations that were answered.

use std::collections::{BTreeMap, HashMap};

use kit::db::Query;
use kit::time::{date_of, day_number, start_of_day};
use kit::{Result, Timestamp};
use measure::share::Share;
use uuid::Uuid;

use super::gather::{Desk, Gathered, Key, Spec, Weeks};
use super::rules::{By, Sample, guard, periods};
use super::store;
use crate::figures::week_of;
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
        strict: bool,
    ) -> Result<(Gathered, BTreeMap<Key, Option<Sample>>)> {
        let mut out = Gathered::default();
        let mut sums: BTreeMap<Key, Share> = BTreeMap::new();
        let (guarded, exact): (Vec<Uuid>, Vec<Uuid>) = sources.keys().copied().partition(|id| sources.get(id) == Some(&true));
        if spec.dims.is_empty() && self.refusal(spec, strict).is_none() {
            self.guarded_rate(&guarded, spec, &mut sums, &mut out).await?;
        } else {
            out.left_out.extend(guarded);
        }
        let at = |day: Option<i64>, open: i64| day.map_or(open, |d| start_of_day(date_of(d), &self.actor.zone).0);
        let (from, to) = (at(spec.range.from, i64::MIN), at(spec.range.to, i64::MAX));
        let period = spec.by.map_or(Period::None, By::period);
        let rows = store::sent(self.q, self.actor.org, &exact, from, to, period != Period::None).await?;
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
            put(&mut sums, key, &row);
        }
        let hidden = out.hidden.iter().map(|key| (key.clone(), None));
        let mut samples: BTreeMap<Key, Option<Sample>> = hidden.collect();
        samples.extend(sums.into_iter().map(|(key, share)| (key, Some(Sample::Share(share)))));
        Ok((out, samples))
    }

    /// Guarded surveys, each in blocks of closed weeks with at least five links: whatever two questions are subtracted from
    /// each other, what is left is nobody or at least five.
    async fn guarded_rate(
        &self,
        surveys: &[Uuid],
        spec: &Spec,
        sums: &mut BTreeMap<Key, Share>,
        out: &mut Gathered,
    ) -> Result<()> {
        let asked = Weeks::of(spec);
        let rows = store::sent(self.q, self.actor.org, surveys, i64::MIN, i64::MAX, true).await?;
        let mut links: BTreeMap<Uuid, BTreeMap<i64, Vec<store::Sent>>> = BTreeMap::new();
        for row in rows {
            let day = day_number(Timestamp(row.quarter.saturating_mul(store::QUARTER)).date(&self.actor.zone));
            links.entry(row.survey).or_default().entry(week_of(day)).or_default().push(row);
        }
        for (survey, weeks) in links {
            let counts: Vec<(i64, i64)> =
                weeks.iter().map(|(week, rows)| (*week, rows.iter().map(|r| r.delivered).sum())).collect();
            let cut = guard::blocks(&counts, week_of(self.today));
            for (week, rows) in weeks {
                let key = match (asked.period_of(week), spec.by) {
                    (Some(period), _) => Key::Period(period),
                    (None, Some(By::Survey)) => Key::Id(survey),
                    (None, _) => Key::Whole,
                };
                match asked.shows(&cut, week) {
                    Some(true) => rows.iter().for_each(|row| put(sums, key.clone(), row)),
                    Some(false) => _ = out.hidden.insert(key),
                    None => {}
                }
            }
        }
        Ok(())
    }
}

fn put(sums: &mut BTreeMap<Key, Share>, key: Key, row: &store::Sent) {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let slot = sums.entry(key).or_insert(Share { yes: 0, n: 0 });
    *slot = slot.merge(Share { yes: count(row.answered), n: count(row.delivered) });
}
