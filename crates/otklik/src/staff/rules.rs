//! What makes an employee and a department sound.

use jiff::civil::Date;
use kit::{Faults, Result};
use serde::{Deserialize, Serialize};

/// Somebody who works here, whether or not they sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmployeeForm {
    /// As people address each other, surname first or last.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// A branch's id or code.
    #[schema(min_length = 1, max_length = 64)]
    pub branch: String,
    /// A department's id or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub department: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub position: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Any spelling; comes out as E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub hired_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub left_on: Option<Date>,
    /// The company's own number of the person, unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub code: Option<String>,
}

/// # Errors
/// `Invalid` with every fault.
pub fn check_employee(form: &EmployeeForm) -> Result<EmployeeForm> {
    let trimmed = |t: &Option<String>| t.as_ref().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let mut out = EmployeeForm {
        name: form.name.trim().into(),
        branch: form.branch.trim().into(),
        department: trimmed(&form.department),
        position: trimmed(&form.position),
        email: trimmed(&form.email),
        phone: trimmed(&form.phone),
        code: trimmed(&form.code),
        ..form.clone()
    };
    let mut faults = Faults::default();
    faults.text("name", &out.name, 200);
    faults.text("branch", &out.branch, 64);
    faults.optional("department", out.department.as_deref().unwrap_or(""), 200);
    faults.optional("position", out.position.as_deref().unwrap_or(""), 200);
    faults.optional("code", out.code.as_deref().unwrap_or(""), 64);
    if let Some(email) = &mut out.email {
        match kit::mail::valid_email(email) {
            Ok(sound) => *email = sound,
            Err(_) => faults.add("email", "bad-email"),
        }
    }
    if let Some(phone) = &mut out.phone {
        match kit::mail::normalise_phone(phone, "RU") {
            Ok(sound) => *phone = sound,
            Err(_) => faults.add("phone", "bad-phone"),
        }
    }
    for (field, day) in [("hired_on", out.hired_on), ("left_on", out.left_on)] {
        if day.is_some_and(|d| !(1900..=2200).contains(&d.year())) {
            faults.add(field, "bad-day");
        }
    }
    if let (Some(hired), Some(left)) = (out.hired_on, out.left_on)
        && left < hired
    {
        faults.add("left_on", "left-before-hired");
    }
    faults.check()?;
    Ok(out)
}

/// A part of the company that is not a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartmentForm {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

/// # Errors
/// `Invalid`.
pub fn check_department(form: &DepartmentForm) -> Result<DepartmentForm> {
    let out = DepartmentForm { name: form.name.trim().into() };
    let mut faults = Faults::default();
    faults.text("name", &out.name, 200);
    faults.check()?;
    Ok(out)
}
