mod figures;
mod pages;
mod recount;
mod search;
mod thread;
