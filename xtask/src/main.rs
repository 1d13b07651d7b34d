//! Set-up, build, test and bench of webfutures.
fn main() {}
