mod figures;
mod home;
mod pages;
mod knowing;
mod recount;
mod search;
mod thread;
