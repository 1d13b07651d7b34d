//! `cargo xtask demo`: builds the demo and serves it until it is interrupted.

use std::thread;

use anyhow::Result;

use crate::server::{self, Headers, Port, Site};
use crate::site;

/// The port of the demo unless another is asked for.
const PORT: u16 = 8080;

/// Builds and serves; ends with the program.
pub(crate) fn run(port: Option<u16>, isolated: bool) -> Result<()> {
    // First of all: nobody waits for a build to learn that the port is taken.
    let listener = server::bind(port.map_or(Port::From(PORT), Port::Exactly))?;
    let folder = site::build_demo()?;
    let headers = if isolated { Headers::Isolated } else { Headers::Plain };
    let address = server::serve_on(listener, Site { folder, headers })?;
    println!("\nthe demo is at {address}/");
    println!(
        "cross-origin isolated: {}   end with Ctrl-C",
        if isolated { "yes" } else { "no" }
    );
    loop {
        thread::park();
    }
}
