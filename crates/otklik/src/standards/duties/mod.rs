//! Who has to know what: audiences, duties, signatures, the printed sheet, reminders, what was lifted.

pub mod rules;
