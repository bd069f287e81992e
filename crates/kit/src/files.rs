//! stub
#[derive(Debug)] pub struct Store;
