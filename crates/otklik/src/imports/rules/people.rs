//! Rows of branches, employees and touchpoints.

use jiff::tz::TimeZone;
use kit::time::date_of;
use kit::{FieldError, Result};
use uuid::Uuid;

use super::book::{Book, Fresh};
use super::cells::unguard;
use super::dates::{Dates, moment};
use super::map::{Create, Kind, Plan, Target};
use super::table::Record;
use crate::access::intake::{NewBranch, NewEmployee, NewTouchpoint};

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Things to make, in their order.
    New(Vec<Fresh>),
    Known,
}

struct Cells<'a> {
    plan: &'a Plan,
    record: &'a Record,
    refused: Vec<FieldError>,
}

impl Cells<'_> {
    fn header(&self, target: &str) -> String {
        self.plan.column_of(target).map(|b| b.header.clone()).unwrap_or_default()
    }

    fn refuse(&mut self, target: &str, code: &'static str) {
        let header = self.header(target);
        self.refused.push(FieldError::new(header, code).with("max", 200));
    }

    /// A cell's text; `None` when it is empty or refused.
    fn text(&mut self, target: &str, max: usize) -> Option<String> {
        let bound = self.plan.bound.iter().find(|b| matches!(b.target, Target::Plain(t) if t == target))?;
        let text = unguard(self.record.get(bound.column).trim()).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > max {
            let header = bound.header.clone();
            self.refused.push(FieldError::new(header, "too-long").with("max", max));
            return None;
        }
        if text.chars().any(char::is_control) {
            self.refuse(target, "control-characters");
            return None;
        }
        Some(text)
    }

    fn need(&mut self, target: &str) -> String {
        let before = self.refused.len();
        match self.text(target, 200).filter(|text| !kit::visible::is_blank(text)) {
            Some(text) => text,
            None => {
                if self.refused.len() == before {
                    self.refuse(target, "required");
                }
                String::new()
            }
        }
    }

    fn code(&mut self, target: &str) -> Option<String> {
        let code = self.text(target, 64)?;
        if Uuid::try_parse(&code).is_ok() {
            self.refuse(target, "code-like-id");
            return None;
        }
        Some(code)
    }

    fn day(&mut self, target: &str, dates: Dates, zone: &TimeZone) -> Option<String> {
        let text = self.text(target, 60)?;
        let day = moment(&text, dates, zone);
        if day.is_none() {
            self.refuse(target, "not-a-date");
        }
        day.map(|m| date_of(m.day).to_string())
    }
}

/// Reads a row. `new_id` gives ids for what it makes.
///
/// # Errors
/// Every reason to keep it out, by column.
pub fn read(
    plan: &Plan,
    record: &Record,
    book: &Book,
    dates: Dates,
    zone: &TimeZone,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Result<Read, Vec<FieldError>> {
    let mut cells = Cells { plan, record, refused: Vec::new() };
    let read = match plan.kind {
        Kind::Branches => branch(&mut cells, book, new_id),
        Kind::Employees => employee(&mut cells, book, dates, zone, new_id),
        Kind::Touchpoints | Kind::Responses => touchpoint(&mut cells, book, new_id),
    };
    if cells.refused.is_empty() { Ok(read) } else { Err(cells.refused) }
}

fn branch(cells: &mut Cells<'_>, book: &Book, new_id: &mut dyn FnMut() -> Uuid) -> Read {
    let name = cells.need("name");
    let code = cells.code("code");
    let region = cells.text("region", 200);
    let timezone = cells.text("timezone", 64);
    if timezone.as_deref().is_some_and(|z| kit::time::zone(z).is_none()) {
        cells.refuse("timezone", "unknown-timezone");
    }
    let known = match &code {
        Some(code) => book.branches.has_code(code),
        None => book.branches.find(&name, None).is_some(),
    };
    if known {
        return Read::Known;
    }
    let code = code.unwrap_or_else(|| book.branches.free_code(&name));
    Read::New(vec![Fresh::Branch(NewBranch { id: new_id(), name, code, region, timezone })])
}

fn employee(cells: &mut Cells<'_>, book: &Book, dates: Dates, zone: &TimeZone, new_id: &mut dyn FnMut() -> Uuid) -> Read {
    let name = cells.need("name");
    let at = cells.need("branch");
    let code = cells.code("code");
    let mut made = Vec::new();
    let found = book.branches.find(&at, None);
    let branch = match found {
        Some(id) => id,
        None if at.is_empty() => Uuid::nil(),
        None if cells.plan.may_create(Create::Branches) && Uuid::try_parse(&at).is_err() => {
            let fresh = new_branch(book, &at, new_id());
            let id = fresh.id;
            made.push(Fresh::Branch(fresh));
            id
        }
        None => {
            cells.refuse("branch", "unknown");
            Uuid::nil()
        }
    };
    let position = cells.text("position", 200);
    let email = cells.text("email", 254).and_then(|e| {
        let sound = kit::mail::valid_email(&e).ok();
        if sound.is_none() {
            cells.refuse("email", "bad-email");
        }
        sound
    });
    let phone = cells.text("phone", 60).and_then(|p| {
        let sound = kit::mail::normalise_phone(&p, "RU").ok();
        if sound.is_none() {
            cells.refuse("phone", "bad-phone");
        }
        sound
    });
    let hired_on = cells.day("hired_on", dates, zone);
    let left_on = cells.day("left_on", dates, zone);
    if let (Some(hired), Some(left)) = (&hired_on, &left_on)
        && left < hired
    {
        cells.refuse("left_on", "left-before-hired");
    }
    let known = match &code {
        Some(code) => book.employees.has_code(code),
        // Without a code the same name in the same branch is the same person.
        None => {
            found.is_some_and(|b| book.employees.find(&name, Some(b)).is_some_and(|e| book.employees.branch_of(e) == Some(b)))
        }
    };
    if known {
        return Read::Known;
    }
    made.push(Fresh::Employee(NewEmployee { id: new_id(), name, code, branch, position, email, phone, hired_on, left_on }));
    Read::New(made)
}

fn touchpoint(cells: &mut Cells<'_>, book: &Book, new_id: &mut dyn FnMut() -> Uuid) -> Read {
    let name = cells.need("name");
    let key = cells.code("key");
    if key.as_ref().is_some_and(|k| !k.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')) {
        cells.refuse("key", "bad-key");
    }
    let stage = cells.text("stage", 100).unwrap_or_else(|| "service".into());
    let channel = cells.text("channel", 60);
    let known = match &key {
        Some(key) => book.touchpoints.has_code(key),
        None => book.touchpoints.find(&name, None).is_some(),
    };
    if known {
        return Read::Known;
    }
    let key = key.unwrap_or_else(|| book.touchpoints.free_code(&name));
    Read::New(vec![Fresh::Touchpoint(NewTouchpoint { id: new_id(), key, name, stage, channel })])
}

/// A branch that a row names and that is not there yet.
#[must_use]
pub fn new_branch(book: &Book, name: &str, id: Uuid) -> NewBranch {
    NewBranch { id, name: name.to_owned(), code: book.branches.free_code(name), region: None, timezone: None }
}
