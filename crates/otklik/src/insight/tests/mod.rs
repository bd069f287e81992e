mod figures;
mod pages;
mod knowing;
mod recount;
mod search;
mod thread;
