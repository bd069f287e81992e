mod newcomers;
mod pages;
mod tracks;
