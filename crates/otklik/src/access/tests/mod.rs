mod doors;
mod invitation;
mod mail;
mod places;
mod rights;
mod setup;
mod users;
