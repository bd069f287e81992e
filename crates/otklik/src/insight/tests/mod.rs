mod figures;
mod home;
mod knowing;
mod pages;
mod recount;
mod search;
mod thread;
