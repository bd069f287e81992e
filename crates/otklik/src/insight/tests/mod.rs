mod figures;
mod pages;
mod recount;
