//! Random histories of a company: whatever happens in whatever order, duties and figures are those of the definition.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const POSITIONS: [&str; 3] = ["Врач", "врач ", "Администратор"];

#[derive(Clone, Debug)]
enum Act {
    /// What happens to each item of a standard (0 nothing, 1 editorial, 2 material, 3 retired, 4 not mandatory), how many
    /// are new, and for whom it is from now on.
    Publish {
        standard: usize,
        changes: Vec<u8>,
        new: u8,
        audience: u8,
    },
    Hire {
        branch: u8,
        position: u8,
    },
    Move {
        person: usize,
        branch: u8,
        position: u8,
    },
    Away {
        person: usize,
        away: bool,
    },
    Leave {
        person: usize,
    },
    Sign {
        person: usize,
        standard: usize,
    },
    Day,
}

fn act() -> impl Strategy<Value = Act> {
    let publish = (0..2_usize, prop::collection::vec(0_u8..5, 0..6), 0_u8..3, 0_u8..4)
        .prop_map(|(standard, changes, new, audience)| Act::Publish { standard, changes, new, audience });
    prop_oneof![
        3 => publish,
        3 => (0_u8..3, 0_u8..3).prop_map(|(branch, position)| Act::Hire { branch, position }),
        2 => (0..8_usize, 0_u8..3, 0_u8..3).prop_map(|(person, branch, position)| Act::Move { person, branch, position }),
        2 => (0..8_usize, any::<bool>()).prop_map(|(person, away)| Act::Away { person, away }),
        1 => (0..8_usize).prop_map(|person| Act::Leave { person }),
        5 => (0..8_usize, 0..2_usize).prop_map(|(person, standard)| Act::Sign { person, standard }),
        2 => Just(Act::Day),
    ]
}

#[derive(Clone, Default)]
struct Standard {
    number: i64,
    items: Vec<ItemState>,
    /// The items as each publication left them.
    history: HashMap<i64, Vec<ItemState>>,
    whom: Whom,
}

/// Required and known, by item and branch.
type Counted = BTreeMap<(Uuid, Uuid), (i64, i64)>;

#[derive(Default)]
struct Company {
    today: i64,
    ids: u128,
    standards: Vec<Standard>,
    people: Vec<Person>,
    duties: BTreeMap<(usize, usize), Duty>,
    acks: HashMap<(usize, Uuid), i64>,
    ledger: Vec<(i64, Step)>,
    /// How things stood at the end of each day, counted by the definition.
    days: BTreeMap<i64, Counted>,
}

fn branch(n: u8) -> Uuid {
    Uuid::from_u128(1000 + u128::from(n))
}

fn whom(audience: u8) -> Whom {
    let (branches, positions): (Vec<Uuid>, &[&str]) = match audience {
        0 => (vec![], &[]),
        1 => (vec![branch(0), branch(1)], &[]),
        2 => (vec![], &["ВРАЧ"]),
        _ => (vec![branch(2)], &["администратор"]),
    };
    let positions = positions.iter().map(|p| (*p).to_owned()).collect();
    Whom { audience: crate::standards::editing::rules::Audience { branches, positions }, nobody: false }
}

impl Company {
    fn settle(&mut self, standard: usize, person: usize) {
        let s = &self.standards[standard];
        if s.number == 0 {
            return;
        }
        let before = self.duties.get(&(standard, person)).copied();
        let p = &self.people[person];
        let now = Now { number: s.number, items: &s.items, place: p.place(&s.whom), away: p.away, today: self.today, days: 7 };
        let none = Vec::new();
        let old = before.map_or(&none, |b| &s.history[&b.seen]);
        let acks = &self.acks;
        let whole = reconcile(before.as_ref(), old, &now, |i| acks.get(&(person, i)).copied().unwrap_or(0));
        if let Some(b) = before.filter(|b| only_differing(b, &now)) {
            // The short way must lead to the same place.
            let differ = differing(old, now.items);
            let part = |items: &[ItemState]| items.iter().filter(|i| differ.contains(&i.id)).copied().collect::<Vec<_>>();
            let short = Now { items: &part(now.items), ..now };
            let by_short = reconcile(Some(&b), &part(old), &short, |i| acks.get(&(person, i)).copied().unwrap_or(0));
            assert_eq!(by_short, whole, "the short way");
        }
        if let Some(duty) = whole.duty {
            self.duties.insert((standard, person), duty);
        }
        self.ledger.extend(whole.steps.into_iter().map(|s| (self.today, s)));
    }

    fn items_of(&self, standard: usize, person: usize) -> BTreeSet<Uuid> {
        let (s, p) = (&self.standards[standard], &self.people[person]);
        if p.place(&s.whom).is_none() {
            return BTreeSet::new();
        }
        asked(&s.items, |i| self.acks.get(&(person, i)).copied().unwrap_or(0), p.away).map(|i| i.id).collect()
    }

    fn all_items(&self) -> BTreeMap<(usize, usize), BTreeSet<Uuid>> {
        let pairs = (0..self.standards.len()).flat_map(|s| (0..self.people.len()).map(move |p| (s, p)));
        pairs.map(|(s, p)| ((s, p), self.items_of(s, p))).collect()
    }

    fn publish(&mut self, at: usize, changes: &[u8], new: u8, audience: u8) {
        let before = self.all_items();
        let old_whom = self.standards[at].whom.clone();
        let s = &mut self.standards[at];
        s.number += 1;
        s.whom = whom(audience);
        let (mut material, mut only_editorial) = (BTreeSet::new(), old_whom == s.whom && s.number > 1 && new == 0);
        for (item, change) in s.items.iter_mut().zip(changes) {
            match change {
                2 => {
                    item.asked_in = s.number;
                    material.insert(item.id);
                }
                3 => item.live = false,
                4 => item.mandatory = false,
                _ => continue,
            }
            only_editorial = false;
        }
        for _ in 0..new {
            self.ids += 1;
            let id = Uuid::from_u128(self.ids);
            s.items.push(ItemState { id, asked_in: s.number, mandatory: true, live: true });
            material.insert(id);
        }
        let same_audience = old_whom == s.whom;
        let binding: BTreeSet<Uuid> = s.items.iter().filter(|i| i.binds() && material.contains(&i.id)).map(|i| i.id).collect();
        s.history.insert(s.number, s.items.clone());
        for p in 0..self.people.len() {
            self.settle(at, p);
        }
        let after = self.all_items();
        for p in 0..self.people.len() {
            let more: BTreeSet<Uuid> = after[&(at, p)].difference(&before[&(at, p)]).copied().collect();
            let person = &self.people[p];
            if only_editorial {
                assert!(more.is_empty(), "an editorial change asks nobody");
            } else if same_audience {
                let asked_of = person.place(&self.standards[at].whom).is_some() && !person.away;
                let wanted: BTreeSet<Uuid> = if asked_of { binding.clone() } else { BTreeSet::new() };
                let got: BTreeSet<Uuid> = after[&(at, p)].intersection(&wanted).copied().collect();
                assert_eq!(got, wanted, "a material change asks exactly the audience for the changed items");
                assert!(more.is_subset(&wanted), "and for nothing else");
            }
        }
    }

    fn sign(&mut self, standard: usize, person: usize) {
        let asked = self.items_of(standard, person);
        let Some(duty) = self.duties.get_mut(&(standard, person)) else {
            assert!(asked.is_empty());
            return;
        };
        assert_eq!(duty.state == State::Pending, !asked.is_empty(), "a duty is open while something is asked");
        let Some(place) = duty.place.filter(|_| !asked.is_empty()) else { return };
        duty.state = State::Signed;
        for item in asked {
            self.acks.insert((person, item), self.standards[standard].number);
            self.ledger.push((self.today, Step { item, place, required: 0, known: 1 }));
        }
    }

    fn all_settle(&mut self, person: usize) {
        for s in 0..self.standards.len() {
            self.settle(s, person);
        }
    }

    /// How things stand, by the definition alone.
    fn by_definition(&self) -> Counted {
        let mut out = Counted::new();
        for s in &self.standards {
            for (n, p) in
                self.people.iter().enumerate().filter(|(_, p)| p.works && s.whom.matches(p.branch, p.position.as_deref()))
            {
                for item in s.items.iter().filter(|i| i.mandatory && i.live) {
                    let known = self.acks.get(&(n, item.id)).is_some_and(|a| *a >= item.asked_in);
                    if known || !p.away {
                        let slot = out.entry((item.id, p.branch)).or_default();
                        *slot = (slot.0 + 1, slot.1 + i64::from(known));
                    }
                }
            }
        }
        out
    }

    fn act(&mut self, act: &Act) {
        let people = self.people.len();
        match act {
            Act::Publish { standard, changes, new, audience } => self.publish(*standard, changes, *new, *audience),
            Act::Hire { branch: b, position } => {
                self.ids += 1;
                self.people.push(Person {
                    id: Uuid::from_u128(self.ids),
                    branch: branch(*b),
                    position: POSITIONS.get(usize::from(*position)).map(|p| (*p).to_owned()),
                    works: true,
                    away: false,
                });
                self.all_settle(people);
            }
            Act::Move { person, branch: b, position } if *person < people => {
                self.people[*person].branch = branch(*b);
                self.people[*person].position = POSITIONS.get(usize::from(*position)).map(|p| (*p).to_owned());
                self.all_settle(*person);
            }
            Act::Away { person, away } if *person < people => {
                let was_away = self.people[*person].away;
                self.people[*person].away = *away;
                self.all_settle(*person);
                for s in 0..self.standards.len() {
                    let duty = self.duties.get(&(s, *person));
                    if *away {
                        assert!(duty.is_none_or(|d| d.state != State::Pending), "a leave lifts what was open");
                    } else if was_away && !self.items_of(s, *person).is_empty() {
                        assert_eq!(duty.map(|d| (d.state, d.due)), Some((State::Pending, self.today + 7)), "a fresh date");
                    }
                }
            }
            Act::Leave { person } if *person < people => {
                self.people[*person].works = false;
                self.all_settle(*person);
                assert!((0..2).all(|s| self.duties.get(&(s, *person)).is_none_or(|d| d.state != State::Pending)));
            }
            Act::Sign { person, standard } if *person < people => self.sign(*standard, *person),
            Act::Day => {
                self.days.insert(self.today, self.by_definition());
                self.today += 1;
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_duties_and_figures_follow_from_the_definition(acts in prop::collection::vec(act(), 1..60)) {
        let mut c = Company { standards: vec![Standard::default(), Standard::default()], today: 20_000, ..Company::default() };
        for act in &acts {
            c.act(act);
            for ((s, p), duty) in &c.duties {
                let open = duty.state == State::Pending;
                prop_assert_eq!(open, !c.items_of(*s, *p).is_empty(), "a duty is open exactly while something is asked");
            }
        }
        c.act(&Act::Day);
        for (day, wanted) in &c.days {
            let mut sums = Counted::new();
            for (_, step) in c.ledger.iter().filter(|(on, _)| on <= day) {
                let slot = sums.entry((step.item, step.place.branch)).or_default();
                *slot = (slot.0 + step.required, slot.1 + step.known);
            }
            sums.retain(|_, v| *v != (0, 0));
            prop_assert_eq!(&sums, wanted, "the ledger on day {}", day);
        }
    }
}
