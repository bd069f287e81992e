mod figures;
mod home;
mod knowing;
mod labels;
mod pages;
mod recount;
mod search;
mod thread;
