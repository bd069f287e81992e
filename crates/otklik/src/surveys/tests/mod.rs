mod client_page;
mod publication;
mod queue;
mod building;
mod links;
mod reading;
mod templates;
