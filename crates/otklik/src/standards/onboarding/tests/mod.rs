mod newcomers;
mod tracks;
