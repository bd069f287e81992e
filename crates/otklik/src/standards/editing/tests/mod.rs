//! Acts of writing a standard, through the doors.
