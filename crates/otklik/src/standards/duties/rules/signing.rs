//! What makes a signature sound before anything is written.

use kit::error::FieldError;
use kit::{Faults, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::standards::editing::rules::MOST_ITEMS;

/// A signature under a version of a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureForm {
    /// The version that was read.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Exactly the items that the duty asks for.
    #[schema(min_items = 1, max_items = 2000)]
    pub items: Vec<Uuid>,
    /// What the person declares.
    #[schema(min_length = 1, max_length = 2000)]
    pub statement: String,
}

/// A sheet of acquaintance, signed by hand and entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetForm {
    /// The version that was printed.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Who signed: ids or codes.
    #[schema(min_items = 1, max_items = 500)]
    pub employees: Vec<String>,
    /// The day on the paper; it is kept in the statement. The signature itself counts from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub signed_on: Option<jiff::civil::Date>,
}

/// # Errors
/// `Invalid` for an empty or too long statement.
pub fn check_statement(form: &SignatureForm) -> Result<String> {
    let statement = form.statement.trim().to_owned();
    let mut faults = Faults::default();
    faults.text("statement", &statement, 2000);
    faults.check()?;
    Ok(statement)
}

/// Are these the asked items, all of them and no others?
///
/// # Errors
/// `Invalid` naming what is missing and what is too much.
pub fn check_items(given: &[Uuid], asked: &[Uuid]) -> Result<()> {
    let mut faults = Faults::default();
    if given.len() > MOST_ITEMS {
        faults.push(FieldError::new("items", "too-many").with("max", MOST_ITEMS));
        return faults.check();
    }
    for (n, id) in given.iter().enumerate() {
        if given[..n].contains(id) {
            faults.add(format!("items[{n}]"), "duplicate");
        } else if !asked.contains(id) {
            faults.push(FieldError::new(format!("items[{n}]"), "item-not-asked").with("item", id));
        }
    }
    for id in asked.iter().filter(|id| !given.contains(id)) {
        faults.push(FieldError::new("items", "item-missing").with("item", id));
    }
    faults.check()
}

/// # Errors
/// `Invalid` when nobody is named, too many are, or the day is not between the publication and today.
pub fn check_sheet(form: &SheetForm, published_on: jiff::civil::Date, today: jiff::civil::Date) -> Result<()> {
    let mut faults = Faults::default();
    if form.employees.is_empty() {
        faults.add("employees", "required");
    }
    if form.employees.len() > 500 {
        faults.push(FieldError::new("employees", "too-many").with("max", 500));
    }
    for (n, text) in form.employees.iter().enumerate().take(500) {
        faults.text(&format!("employees[{n}]"), text, 64);
    }
    if form.signed_on.is_some_and(|d| d > today || d < published_on) {
        faults.add("signed_on", "signed-on-range");
    }
    faults.check()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kit::Error;

    #[test]
    fn the_items_must_be_exactly_the_asked_ones() {
        let id = Uuid::from_u128;
        assert!(check_items(&[id(2), id(1)], &[id(1), id(2)]).is_ok());
        let Err(Error::Invalid(faults)) = check_items(&[id(1), id(1), id(9)], &[id(1), id(2)]) else { panic!("refused") };
        let told: Vec<(String, &str)> = faults.iter().map(|f| (f.field.clone(), f.code)).collect();
        let wanted = [("items[1]", "duplicate"), ("items[2]", "item-not-asked"), ("items", "item-missing")];
        assert_eq!(told, wanted.map(|(f, c)| (f.to_owned(), c)));
    }
}
