//! A newcomer's first months: steps by days, and an assessment at their end.
