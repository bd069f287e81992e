//! Who does it: departments and employees.
