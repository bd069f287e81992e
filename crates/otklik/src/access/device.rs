//! A browser in which somebody signed in before. Whoever guesses passwords locks the account for everybody who comes from
//! elsewhere; the right person still comes in from a device of their own.
//!
//! The cookie lists up to five people (a tablet at a desk has several), each as `nonce.day.signature`. The signature covers
//! the sign-in and its password, so a new password forgets every device, and nobody's entry helps against another account.
//! It opens no door: it only says by which limit the tries are counted.

use kit::{Ground, Result};
use uuid::Uuid;

use super::entrance::login_of;
use super::rules::people::who;
use super::store::people::{self as store, LoginRow};

/// The cookie; sent to the sign-in page only.
pub const COOKIE: &str = "otklik_device";
/// So many days after the last sign-in a device is forgotten.
pub const DAYS: i64 = 180;
/// So many people one device remembers.
const PEOPLE: usize = 5;

fn day(ground: &Ground) -> i64 {
    ground.now().0.div_euclid(kit::time::DAY)
}

fn signature(ground: &Ground, login: &LoginRow, nonce: &str, day: i64) -> String {
    let password = login.password.as_deref().unwrap_or_default();
    kit::secret::keyed_hash(&ground.signing_key, &format!("device/{}/{nonce}/{day}/{password}", login.id))
}

/// The nonce of an entry that is this person's and not too old.
fn fits<'a>(ground: &Ground, login: &LoginRow, entry: &'a str) -> Option<&'a str> {
    let mut parts = entry.split('.');
    let (nonce, since, mac) = (parts.next()?, parts.next()?.parse::<i64>().ok()?, parts.next()?);
    let sound = kit::secret::looks_like_token("", nonce) && parts.next().is_none();
    let fresh = (0..DAYS).contains(&(day(ground).checked_sub(since)?));
    let right = sound && fresh && kit::secret::same(signature(ground, login, nonce, since).as_bytes(), mac.as_bytes());
    right.then_some(nonce)
}

/// The name by which a device's tries are counted, when this person signed in on it before.
///
/// # Errors
/// Those of the database.
pub async fn known(ground: &Ground, typed: &str, cookie: Option<&str>) -> Result<Option<String>> {
    let (Some(cookie), Some(who)) = (cookie, who(typed)) else { return Ok(None) };
    let Some(login) = login_of(&ground.db, &who).await?.filter(|l| l.password.is_some()) else { return Ok(None) };
    Ok(cookie.split('~').take(PEOPLE).find_map(|entry| fits(ground, &login, entry)).map(str::to_owned))
}

/// The cookie after somebody came in: this person first, then whom the device knew before.
///
/// # Errors
/// Those of the database.
pub async fn remember(ground: &Ground, login: Uuid, cookie: Option<&str>) -> Result<String> {
    let Some(login) = store::login(&ground.db, login).await?.filter(|l| l.password.is_some()) else { return Ok(String::new()) };
    let before: Vec<&str> =
        cookie.unwrap_or_default().split('~').take(PEOPLE).filter(|e| !e.is_empty() && e.len() < 200).collect();
    let own = before.iter().find_map(|entry| fits(ground, &login, entry));
    let nonce = own.map_or_else(|| kit::secret::token("", &mut |b: &mut [u8]| ground.entropy.fill(b)), str::to_owned);
    let mut entries = vec![format!("{nonce}.{}.{}", day(ground), signature(ground, &login, &nonce, day(ground)))];
    // What came from outside goes back into a header: only signs that an entry is made of.
    let plain = |e: &str| e.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    entries.extend(before.into_iter().filter(|e| fits(ground, &login, e).is_none() && plain(e)).map(str::to_owned));
    entries.truncate(PEOPLE);
    Ok(entries.join("~"))
}
