//! Whoever guesses locks the account and the address; the right person comes in from a device of their own.

use kit::limits::{Limits, Steady};

use super::doors::{PASSWORD, with_password};
use crate::world::{Reply, World};

const ANNA: &str = "anna@sosny.ru";

/// The device's cookie as the browser sends it back.
fn device(reply: &Reply) -> String {
    let mut all = reply.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap());
    all.find(|c| c.starts_with("otklik_device=")).and_then(|c| c.split(';').next()).unwrap().to_owned()
}

async fn limited() -> World {
    World::with(None, Limits::new(std::sync::Arc::new(Steady::start()))).await
}

async fn enter(w: &World, ip: &str, cookies: &str, who: &str, password: &str) -> Reply {
    w.client.form_from(ip, cookies, "/login", &[("who", who), ("password", password)]).await
}

#[tokio::test]
async fn the_lock_of_an_account_and_of_an_address_lets_a_known_device_in() {
    let w = limited().await;
    with_password(&w, &w.anna).await;
    let first = enter(&w, "10.0.0.1", "", ANNA, PASSWORD).await.is(303);
    let known = device(&first);
    let set =
        first.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).find(|c| c.starts_with("otklik_device")).unwrap();
    assert!(set.contains("; HttpOnly") && set.contains("; SameSite=Lax") && set.contains("; Path=/login;"), "{set}");
    // Two hundred wrong passwords from two hundred addresses: the account is locked after five.
    let mut refused = 0;
    for n in 0..200 {
        let reply = enter(&w, &format!("10.1.{}.1", n), "", ANNA, "guess guess").await;
        refused += usize::from(reply.status == 429);
        assert!(reply.status == 429 || reply.status == 422);
    }
    assert!(refused >= 194, "{refused}");
    enter(&w, "10.2.0.1", "", ANNA, PASSWORD).await.is(429);
    enter(&w, "10.1.7.1", &known, ANNA, PASSWORD).await.is(303);
    // An address from which many accounts are tried is locked too; the neighbour behind it is not.
    for n in 0..25 {
        enter(&w, "10.3.0.1", "", &format!("nobody{n}@sosny.ru"), "guess guess").await;
    }
    enter(&w, "10.3.0.1", "", "boris@sosny.ru", PASSWORD).await.is(429);
    enter(&w, "10.3.0.1", &known, ANNA, PASSWORD).await.is(303);
    // Coming in did not wash the guessers clean.
    enter(&w, "10.2.0.2", "", ANNA, "guess guess").await.is(429);
}

#[tokio::test]
async fn a_known_device_has_a_limit_of_its_own() {
    let w = limited().await;
    with_password(&w, &w.anna).await;
    let known = device(&enter(&w, "10.0.0.1", "", ANNA, PASSWORD).await.is(303));
    let mut statuses = Vec::new();
    for n in 0..7 {
        statuses.push(enter(&w, &format!("10.0.{n}.1"), &known, ANNA, "guess guess").await.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429]);
    // It was the device that was locked, not the account.
    enter(&w, "10.9.0.1", "", ANNA, PASSWORD).await.is(303);
}

#[tokio::test]
async fn a_device_is_known_to_one_account_with_one_password_for_half_a_year() {
    let w = limited().await;
    let anna = with_password(&w, &w.anna).await;
    with_password(&w, &w.boris).await;
    let annas = device(&enter(&w, "10.0.0.1", "", ANNA, PASSWORD).await.is(303));
    let lock = async |who: &str, net: &str| {
        for n in 0..6 {
            enter(&w, &format!("10.{net}.{n}.1"), "", who, "guess guess").await;
        }
    };
    lock("boris@sosny.ru", "1").await;
    enter(&w, "10.0.0.2", &annas, "boris@sosny.ru", PASSWORD).await.is(429);
    lock(ANNA, "2").await;
    let (head, mac) = annas.rsplit_once('.').unwrap();
    let (nonce, _) = head.rsplit_once('.').unwrap();
    let flipped: String = mac.chars().map(|c| if c == '0' { '1' } else { '0' }).collect();
    for forged in [
        format!("{head}.{flipped}"),
        head.into(),
        format!("{nonce}.999999999.{mac}"),
        format!("{annas}.x"),
        "otklik_device=~~.".into(),
    ] {
        enter(&w, "10.0.0.3", &forged, ANNA, PASSWORD).await.is(429);
    }
    // Two people at one desk: the device knows both.
    w.advance(61 * kit::time::SECOND);
    let w2 = limited().await;
    with_password(&w2, &w2.anna).await;
    with_password(&w2, &w2.boris).await;
    let one = device(&enter(&w2, "10.0.0.1", "", ANNA, PASSWORD).await.is(303));
    let both = device(&enter(&w2, "10.0.0.1", &one, "boris@sosny.ru", PASSWORD).await.is(303));
    for n in 0..6 {
        enter(&w2, &format!("10.4.{n}.1"), "", ANNA, "guess guess").await;
        enter(&w2, &format!("10.5.{n}.1"), "", "boris@sosny.ru", "guess guess").await;
    }
    enter(&w2, "10.0.0.1", &both, ANNA, PASSWORD).await.is(303);
    enter(&w2, "10.0.0.1", &both, "boris@sosny.ru", PASSWORD).await.is(303);
    w2.advance(super::super::device::DAYS * kit::time::DAY);
    enter(&w2, "10.0.0.1", &both, ANNA, PASSWORD).await.is(429);
    // A new password forgets the devices of the old one, but for the one at hand.
    let changed = anna.form("/account/password", &[("present", PASSWORD), ("password", "другой пароль")]).await.is(303);
    enter(&w, "10.0.0.4", &annas, ANNA, "другой пароль").await.is(429);
    enter(&w, "10.0.0.4", &device(&changed), ANNA, "другой пароль").await.is(303);
}

#[tokio::test]
async fn rubbish_in_the_cookie_does_not_come_back_as_a_header() {
    let w = limited().await;
    with_password(&w, &w.anna).await;
    let reply = enter(&w, "10.0.0.1", "otklik_device=a.1.b~x%0d%0aSet-Cookie: a=b~\"<>~ok.2.c", ANNA, PASSWORD).await.is(303);
    let value = device(&reply);
    assert!(value.ends_with("~a.1.b~ok.2.c") && !value.contains(['%', '<', '"']), "{value}");
    // Ten thousand entries are not looked through.
    let many = format!("otklik_device={}", "a.1.b~".repeat(3000));
    assert_eq!(device(&enter(&w, "10.0.0.1", &many, ANNA, PASSWORD).await.is(303)).matches('~').count(), 4);
}
