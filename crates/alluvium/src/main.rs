//! The whole streaming pipeline as one program
fn main() {}
