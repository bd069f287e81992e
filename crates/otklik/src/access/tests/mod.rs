mod doors;
mod invitation;
mod mail;
mod places;
mod replays;
mod rights;
mod setup;
mod users;
