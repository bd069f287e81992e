mod client_page;
mod publication;
