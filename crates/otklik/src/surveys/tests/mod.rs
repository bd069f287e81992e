mod client_page;
mod invitations;
mod publication;
mod sending;
