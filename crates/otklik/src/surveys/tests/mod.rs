mod client_page;
mod publication;
mod queue;
