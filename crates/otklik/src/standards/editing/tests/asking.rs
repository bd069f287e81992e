//! The rule of signatures over random histories: editorial asks nobody, material exactly that item.

use std::collections::BTreeMap;

use kit::ids::Entropy;
use proptest::prelude::*;
use uuid::Uuid;

use crate::standards::editing::rules::publication::{DraftItem, asked, plan};
use crate::standards::editing::rules::{Change, ItemText};

/// What an author may do to an item between two publications.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Nothing,
    Add,
    Editorial,
    Material,
    Retire,
}

fn deeds() -> impl Strategy<Value = Vec<Vec<Deed>>> {
    let deed = prop_oneof![Just(Deed::Nothing), Just(Deed::Add), Just(Deed::Editorial), Just(Deed::Material), Just(Deed::Retire)];
    prop::collection::vec(prop::collection::vec(deed, 0..12), 1..15)
}

proptest! {
    #[test]
    fn only_what_is_new_or_changed_in_sense_is_asked(history in deeds()) {
        let entropy = Entropy::seeded(1);
        let mut items: Vec<DraftItem> = Vec::new();
        let mut told: Vec<Vec<(Uuid, Change)>> = Vec::new();
        for (round, deeds) in history.iter().enumerate() {
            let number = i64::try_from(round).expect("small") + 1;
            let mut changes = BTreeMap::new();
            let mut wanted: BTreeMap<Uuid, Change> = BTreeMap::new();
            for (i, deed) in deeds.iter().enumerate() {
                match deed {
                    Deed::Add => {
                        let id = entropy.blind_id();
                        wanted.insert(id, Change::New);
                        items.push(DraftItem { id, draft: ItemText::new("новый"), published: None, retiring: false, asked_in: 0 });
                    }
                    Deed::Editorial | Deed::Material => {
                        let Some(item) = items.get_mut(i).filter(|x| x.published.is_some() && !x.retiring) else { continue };
                        let change = if matches!(deed, Deed::Material) { Change::Material } else { Change::Editorial };
                        item.draft = ItemText::new(format!("слова {round}"));
                        changes.insert(item.id, change);
                        wanted.insert(item.id, change);
                    }
                    Deed::Retire => {
                        let Some(item) = items.get_mut(i).filter(|x| x.published.is_some()) else { continue };
                        item.retiring = true;
                        wanted.insert(item.id, Change::Retired);
                    }
                    Deed::Nothing => {}
                }
            }
            let before: BTreeMap<Uuid, i64> = items.iter().map(|i| (i.id, i.asked_in)).collect();
            let published = plan(&items, &changes, number).expect("every change is named");
            for item in &published {
                prop_assert_eq!(item.change, wanted.get(&item.id).copied());
                let asks = matches!(item.change, Some(Change::New | Change::Material));
                prop_assert_eq!(item.asked_in, if asks { number } else { before[&item.id] });
            }
            told.push(published.iter().filter_map(|i| Some((i.id, i.change?))).collect());
            items = published
                .into_iter()
                .filter(|i| !i.retired)
                .map(|i| DraftItem { id: i.id, draft: i.text.clone(), published: Some(i.text), retiring: false, asked_in: i.asked_in })
                .collect();
            let now: BTreeMap<Uuid, i64> = items.iter().map(|i| (i.id, i.asked_in)).collect();
            prop_assert_eq!(asked(&told), now);
        }
    }
}
