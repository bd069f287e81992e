//! Decisions about companies and people.

pub mod device;
pub mod people;
pub mod places;

use kit::{Faults, Result};

use super::NewOrg;

/// Checks a new company; returns the owner's e-mail in its normal form.
///
/// # Errors
/// `Invalid` with every fault.
pub fn check_new_org(new: &NewOrg) -> Result<String> {
    let mut faults = Faults::default();
    faults.text("org", &new.name, 200);
    faults.text("owner_name", &new.owner_name, 200);
    if kit::time::zone(&new.timezone).is_none() {
        faults.add("timezone", "unknown-timezone");
    }
    if new.locale.parse::<kit::i18n::Lang>().is_err() {
        faults.add("locale", "unknown-locale");
    }
    let email = kit::mail::valid_email(&new.owner_email);
    if email.is_err() {
        faults.add("owner_email", "bad-email");
    }
    faults.check()?;
    email.map_err(|_| kit::Error::field("owner_email", "bad-email"))
}

/// Checks a new member and brings e-mail and phone into their normal form.
///
/// # Errors
/// `Invalid` with every fault.
pub fn check_member(new: &super::NewMember) -> Result<super::NewMember> {
    let mut faults = Faults::default();
    let mut out = new.clone();
    faults.text("name", &new.name, 200);
    new.name.trim().clone_into(&mut out.name);
    if let Some(email) = &new.email {
        match kit::mail::valid_email(email) {
            Ok(sound) => out.email = Some(sound),
            Err(_) => faults.add("email", "bad-email"),
        }
    }
    if let Some(phone) = &new.phone {
        match kit::mail::normalise_phone(phone, "RU") {
            Ok(sound) => out.phone = Some(sound),
            Err(_) => faults.add("phone", "bad-phone"),
        }
    }
    if new.email.is_none() && new.phone.is_none() {
        faults.add("email", "email-or-phone");
    }
    if new.role == kit::Role::Supervisor && new.branches.is_empty() {
        faults.add("branches", "supervisor-needs-branches");
    }
    faults.check()?;
    Ok(out)
}
