mod publication;
mod queue;
