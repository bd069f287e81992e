mod building;
mod links;
mod publication;
mod reading;
mod templates;
