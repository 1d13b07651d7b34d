//! Dask-like futures inside a web page.
pub mod scheduler;
pub mod wire;
