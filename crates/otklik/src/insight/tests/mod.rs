mod figures;
mod home;
mod knowing;
mod pages;
mod rate;
mod recount;
mod search;
mod thread;
