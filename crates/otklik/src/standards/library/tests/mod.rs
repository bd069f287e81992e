mod pasting;
mod reading;
mod starters;
