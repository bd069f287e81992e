//! The share of links that were answered gives no small group of a guarded survey away.

use serde_json::{Value as Json, json};

use super::figures::survey;
use crate::world::World;

const WEEK: i64 = 7 * kit::time::DAY;

async fn links(w: &World, survey: &str, n: usize) {
    for _ in 0..n {
        w.anna.post(&format!("/api/v1/surveys/{survey}/invitations"), json!({})).await.is(201);
    }
}

/// The links counted in each item: `(key, n)`.
async fn rate(w: &World, query: &str) -> Vec<(String, i64)> {
    let told: Json = w.gleb.get(&format!("/api/v1/metrics/response_rate{query}")).await.is(200).json();
    let items = told["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|i| (i["key"].as_str().unwrap_or("").to_owned(), i["n"].as_i64().unwrap_or(0))).collect()
}

async fn total(w: &World, query: &str) -> i64 {
    rate(w, query).await.iter().map(|i| i.1).sum()
}

#[tokio::test]
async fn three_links_are_not_found_beside_ten_known_ones() {
    let w = World::new().await;
    let (open, code) = survey(&w, "identified").await;
    let (closed, secret) = survey(&w, "anonymous").await;
    for code in [code, secret] {
        super::figures::answer(&w, &code, json!({"nps": 9}), None, json!({})).await;
    }
    links(&w, &open, 10).await;
    links(&w, &closed, 3).await;
    w.advance(WEEK);
    assert_eq!(total(&w, &format!("?survey={open}")).await, 10);
    assert_eq!(total(&w, &format!("?survey={closed}")).await, 0);
    assert_eq!(total(&w, "").await, 10, "the three would be what is left");
    links(&w, &closed, 2).await;
    assert_eq!(total(&w, "").await, 10, "their week is not over");
    w.advance(WEEK);
    assert_eq!(total(&w, "").await, 15);
    assert_eq!(total(&w, "?by=branch").await, 0, "nobody's branch is known");
}

#[tokio::test]
async fn no_two_questions_differ_by_a_few_links() {
    let w = World::new().await;
    let (closed, secret) = survey(&w, "confidential").await;
    super::figures::answer(&w, &secret, json!({"nps": 9}), None, json!({})).await;
    // Weeks 47 to 52 of 2026.
    for n in [7, 3, 6, 1, 9, 2] {
        links(&w, &closed, n).await;
        w.advance(WEEK);
    }
    assert_eq!(total(&w, "").await, 26, "the last two wait for company");
    let weeks = rate(&w, "?by=week").await;
    assert_eq!(weeks.iter().filter(|i| i.1 > 0).map(|i| i.1).collect::<Vec<_>>(), [7], "{weeks:?}");
    let months: i64 = rate(&w, "?by=month").await.iter().map(|i| i.1).sum();
    assert!(26 - months == 0 || 26 - months >= 5, "{months}");
    // Every range of whole weeks, and every other that lies inside it.
    let mondays: Vec<String> = (0..8).map(|i| kit::time::date_of(20_773 + 7 * i).to_string()).collect();
    let mut sums = vec![(0, 8, 26)];
    for (i, from) in mondays.iter().enumerate() {
        for (j, to) in mondays.iter().enumerate().skip(i + 1) {
            sums.push((i, j, total(&w, &format!("?from={from}&to={to}")).await));
        }
    }
    for (a, b, outer) in &sums {
        for (_, _, inner) in sums.iter().filter(|(c, d, _)| a <= c && d <= b) {
            assert!(outer == inner || outer - inner >= 5, "{outer} less {inner}: {sums:?}");
        }
    }
    // In the middle of a week there is nothing to be had.
    assert_eq!(total(&w, "?from=2026-11-18&to=2026-11-20").await, 0);
    assert_eq!(total(&w, "?by=day&from=2026-11-16&to=2026-12-28").await, 0);
}
