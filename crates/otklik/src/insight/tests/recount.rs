use std::collections::BTreeMap;

use kit::args;
use kit::db::Query;
use serde_json::{Value as Json, json};

use super::figures::survey;
use crate::world::World;

#[derive(Clone)]
struct Said {
    id: String,
    day: &'static str,
    branch: &'static str,
    channel: &'static str,
    nps: i64,
}

fn nps<'a>(all: impl Iterator<Item = &'a Said>) -> (i64, Option<f64>) {
    let scores: Vec<i64> = all.map(|s| s.nps).collect();
    let n = i64::try_from(scores.len()).expect("few");
    let points: i64 = scores
        .iter()
        .map(|s| {
            if *s >= 9 {
                1
            } else if *s <= 6 {
                -1
            } else {
                0
            }
        })
        .sum();
    (n, (n > 0).then(|| 100.0 * points as f64 / n as f64))
}

fn same(item: &Json, want: (i64, Option<f64>), what: &str) {
    assert_eq!(item["n"].as_i64(), Some(want.0), "{what}: {item}");
    match want.1 {
        Some(v) => assert!((item["value"].as_f64().expect("a value") - v).abs() < 1e-9, "{what}: {item}, not {v}"),
        None => assert!(item["value"].is_null(), "{what}: {item}"),
    }
}

const DAYS: [&str; 6] = ["2026-08-31", "2026-09-01", "2026-09-14", "2026-10-05", "2026-11-01", "2026-11-20"];

/// Whatever was answered and taken back: cells, folds and a count by hand agree.
#[tokio::test]
async fn figures_equal_a_count_by_hand_also_after_deletions() {
    let w = World::new().await;
    let (_, code) = survey(&w, "identified").await;
    let db = &w.app.ground.db;
    for (id, name) in [(1_u128, "north"), (2, "south")] {
        db.run(
            "insert into branch (org, id, name, code, region, created_at) values ($1,$2,$3,$3,'край',0)",
            args![w.olga.org, uuid::Uuid::from_u128(id), name],
        )
        .await
        .expect("a branch");
    }
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((seed >> 33) % below).expect("small")
    };
    let mut all: Vec<Said> = Vec::new();
    for round in 0..3 {
        for _ in 0..30 {
            let (day, branch, channel) = (DAYS[next(6)], ["centre", "north", "south"][next(3)], ["qr", "sms"][next(2)]);
            let score = i64::try_from(next(11)).expect("small");
            let body = json!({"answers": {"nps": score, "csat": 1 + score / 3}, "branch": branch, "channel": channel, "at": format!("{day}T10:00:00Z")});
            let id = w.anna.post(&format!("/s/{code}"), body).await.is(201).id();
            all.push(Said { id, day, branch, channel, nps: score });
        }
        for _ in 0..8 {
            let gone = all.remove(next(all.len() as u64));
            w.anna.delete(&format!("/api/v1/responses/{}", gone.id)).await.is(204);
        }
        let get = async |path: &str| {
            w.gleb.get(&format!("/api/v1/metrics/nps{path}")).await.is(200).json()["items"].as_array().cloned().expect("items")
        };
        same(&get("").await[0], nps(all.iter()), "all");
        same(
            &get("?from=2026-09-01&to=2026-11-01").await[0],
            nps(all.iter().filter(|s| ("2026-09-01".."2026-11-01").contains(&s.day))),
            "range",
        );
        for item in get("?by=branch").await {
            let code = item["code"].as_str().expect("a code").to_owned();
            same(&item, nps(all.iter().filter(|s| s.branch == code)), &code);
        }
        same(&get("?by=region").await[0], nps(all.iter().filter(|s| s.branch != "centre")), "region");
        same(
            &get("?branch=north&channel=SMS").await[0],
            nps(all.iter().filter(|s| s.branch == "north" && s.channel == "sms")),
            "two at once",
        );
        for item in get("?branch=south&by=channel&from=2026-09-01&to=2026-11-02").await {
            let channel = item["key"].as_str().expect("a key").to_owned();
            let within = |s: &&Said| s.branch == "south" && s.channel == channel && ("2026-09-01".."2026-11-02").contains(&s.day);
            same(&item, nps(all.iter().filter(within)), &channel);
        }
        let mut months: BTreeMap<String, Vec<Said>> = BTreeMap::new();
        for s in &all {
            months.entry(s.day[..7].to_owned()).or_default().push(s.clone());
        }
        for item in get("?by=month").await {
            let key = item["key"].as_str().expect("a key");
            same(&item, nps(months.get(key).into_iter().flatten()), key);
        }
        let weeks: i64 = get("?by=week&branch=north").await.iter().filter_map(|i| i["n"].as_i64()).sum();
        assert_eq!(weeks, nps(all.iter().filter(|s| s.branch == "north")).0, "round {round}");
    }
}
