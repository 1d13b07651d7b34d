//! The demo of webfutures.
