//! A duty follows from four things: the items in force, the audience, the person's place, what the person has signed.
//!
//! One rule, [`reconcile`], serves every way in which one of the four changes: a publication, a hire, a transfer, a
//! leave, a dismissal. It compares how a person was counted with how they are to be counted now.

use uuid::Uuid;

use crate::standards::editing::rules::Audience;
use crate::standards::editing::rules::form::folded_position;

/// An item as one publication left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemState {
    pub id: Uuid,
    /// The publication that last asked for a signature.
    pub asked_in: i64,
    pub mandatory: bool,
    /// In force: published and not retired.
    pub live: bool,
}

impl ItemState {
    /// Does this item have to be known?
    #[must_use]
    pub fn binds(&self) -> bool {
        self.mandatory && self.live
    }
}

/// Whom a standard is for; a withdrawn one is for nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whom {
    pub audience: Audience,
    pub nobody: bool,
}

/// The id of a position in the figures.
#[must_use]
pub fn position_id(text: &str) -> Option<Uuid> {
    let key = folded_position(text);
    (!key.is_empty()).then(|| kit::ids::named_id("position", &key))
}

impl Whom {
    #[must_use]
    pub fn matches(&self, branch: Uuid, position: Option<&str>) -> bool {
        !self.nobody && self.audience.includes(branch, position)
    }
}

/// Where somebody is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub branch: Uuid,
    pub position: Option<Uuid>,
}

/// Somebody, as of a day.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Uuid,
    pub branch: Uuid,
    pub position: Option<String>,
    /// Hired and not yet left.
    pub works: bool,
    /// On leave.
    pub away: bool,
}

impl Person {
    /// Where a standard counts this person; `None` when it is not for them.
    #[must_use]
    pub fn place(&self, whom: &Whom) -> Option<Place> {
        let counts = self.works && whom.matches(self.branch, self.position.as_deref());
        counts.then(|| Place { branch: self.branch, position: self.position.as_deref().and_then(position_id) })
    }
}

/// What became of a duty. Overdue is pending past its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    Signed,
    Lifted,
}

impl State {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Signed => "signed",
            Self::Lifted => "lifted",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Signed, Self::Lifted].into_iter().find(|s| s.as_str() == text)
    }
}

/// How a person stands with a standard, as it was last counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The publication up to which this was counted.
    pub seen: i64,
    /// The publication that last asked something of this person; 0: none did.
    pub asked_in: i64,
    pub due: i64,
    pub state: State,
    /// Where the person is counted; `None`: the standard is not (or no longer) for them.
    pub place: Option<Place>,
    pub away: bool,
}

/// How things are now.
#[derive(Clone, Copy, Debug)]
pub struct Now<'a> {
    pub number: i64,
    pub items: &'a [ItemState],
    pub place: Option<Place>,
    pub away: bool,
    pub today: i64,
    /// Days to read and sign.
    pub days: i64,
}

/// A step of the figures: somebody more or less has to know an item, or knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub item: Uuid,
    pub place: Place,
    pub required: i64,
    pub known: i64,
}

/// What follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The duty as it is now; `None`: there never was one and there is none.
    pub duty: Option<Duty>,
    pub steps: Vec<Step>,
}

/// Has to be known, is known. Somebody on leave counts only for what they know already: nothing is asked of them.
fn stands(item: &ItemState, acknowledged: i64, away: bool) -> (bool, bool) {
    let known = item.binds() && acknowledged >= item.asked_in;
    (known || (item.binds() && !away), known)
}

/// The items that are asked of somebody.
pub fn asked<'a>(
    items: &'a [ItemState],
    acknowledged: impl Fn(Uuid) -> i64 + 'a,
    away: bool,
) -> impl Iterator<Item = &'a ItemState> {
    items.iter().filter(move |i| !away && i.binds() && acknowledged(i.id) < i.asked_in)
}

/// Compares how a person was counted (`before`, with the items as they stood then) with how they are to be counted now.
///
/// `acknowledged` says which publication of an item the person has signed; 0 for none.
pub fn reconcile(before: Option<&Duty>, old_items: &[ItemState], now: &Now, acknowledged: impl Fn(Uuid) -> i64) -> Outcome {
    let mut steps: Vec<Step> = Vec::new();
    let mut step =
        |item: Uuid, place: Place, required: i64, known: i64| match steps.iter_mut().find(|s| s.item == item && s.place == place)
        {
            Some(s) => (s.required, s.known) = (s.required + required, s.known + known),
            None => steps.push(Step { item, place, required, known }),
        };
    if let Some((duty, place)) = before.and_then(|d| Some((d, d.place?))) {
        for item in old_items {
            let (required, known) = stands(item, acknowledged(item.id), duty.away);
            step(item.id, place, -i64::from(required), -i64::from(known));
        }
    }
    let mut last_asked = 0;
    if let Some(place) = now.place {
        for item in now.items {
            let (required, known) = stands(item, acknowledged(item.id), now.away);
            step(item.id, place, i64::from(required), i64::from(known));
        }
        last_asked = asked(now.items, &acknowledged, now.away).map(|i| i.asked_in).max().unwrap_or(0);
    }
    steps.retain(|s| s.required != 0 || s.known != 0);
    let counted = |asked_in, due, state| Duty { seen: now.number, asked_in, due, state, place: now.place, away: now.away };
    let duty = match before {
        None if now.place.is_none() || !now.items.iter().any(ItemState::binds) => None,
        None if last_asked > 0 => Some(counted(last_asked, now.today + now.days, State::Pending)),
        None => {
            let last = now.items.iter().filter(|i| i.binds()).map(|i| i.asked_in).max().unwrap_or(0);
            Some(counted(last, now.today + now.days, State::Lifted))
        }
        // Something new is asked, or asked again after a leave: the time for it begins anew.
        Some(d) if last_asked > 0 => {
            let goes_on = d.state == State::Pending && last_asked <= d.asked_in;
            Some(counted(last_asked, if goes_on { d.due } else { now.today + now.days }, State::Pending))
        }
        Some(d) if d.state == State::Pending => Some(counted(d.asked_in, d.due, State::Lifted)),
        Some(d) => Some(counted(d.asked_in, d.due, d.state)),
    };
    Outcome { duty, steps }
}

/// The items whose standing differs between two publications.
#[must_use]
pub fn differing(old: &[ItemState], new: &[ItemState]) -> Vec<Uuid> {
    let same = |a: &ItemState, b: &ItemState| a.binds() == b.binds() && (!a.binds() || a.asked_in == b.asked_in);
    let mut out: Vec<Uuid> = new.iter().filter(|n| !old.iter().any(|o| o.id == n.id && same(o, n))).map(|n| n.id).collect();
    out.extend(old.iter().filter(|o| !new.iter().any(|n| n.id == o.id)).map(|o| o.id));
    out
}

/// May only the differing items be looked at? They settle everything for somebody who is counted where they were and had
/// signed all there was.
#[must_use]
pub fn only_differing(before: &Duty, now: &Now) -> bool {
    before.place == now.place && before.away == now.away && before.place.is_some() && before.state == State::Signed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_one_however_they_are_written() {
        assert_eq!(position_id("Мастёр"), position_id(" мастер"));
        assert_eq!(position_id("  "), None);
        let all = Whom::default();
        assert!(all.matches(Uuid::from_u128(1), None));
        assert!(!Whom { nobody: true, ..all }.matches(Uuid::from_u128(1), None));
    }
}
