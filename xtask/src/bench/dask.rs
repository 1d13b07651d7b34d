//! Dask's own figures, from a Python environment of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, Show};
use crate::toolchain;

/// Which Dask is measured.
const VERSION: &str = "2026.8.0";

/// Runs `benches/dask_figures.py`, which writes its part of the report; fails when there is no Python or no package registry.
pub(crate) fn measure(part: &Path, rows: Option<&str>) -> Result<()> {
    let folder = toolchain::tools()?.join(format!("dask-{VERSION}"));
    let python = folder.join("bin/python");
    let there = |python: &Path| {
        python.is_file()
            && process::run(
                Command::new(python).args(["-c", "import distributed, numpy"]),
                Show::Nothing,
            )
            .is_ok_and(|ended| ended.ok)
    };
    if !there(&python) {
        if process::find("python3").is_none() {
            bail!("python3 is not on PATH");
        }
        println!("set up Dask {VERSION} in {}", folder.display());
        let mut make = Command::new("python3");
        make.args(["-m", "venv"]).arg(&folder);
        process::run(&mut make, Show::Nothing)?
            .must("make a Python environment (Debian: apt-get install python3-venv)")?;
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        install.arg(format!("dask[distributed]=={VERSION}")).arg("numpy");
        process::run(&mut install, Show::Nothing)?
            .must("install Dask")
            .context("that needs the package index of Python")?;
    }
    let mut script = Command::new(&python);
    script
        .arg("benches/dask_figures.py")
        .arg(part)
        .arg(rows.unwrap_or_default());
    process::run(&mut script, Show::Everything)?.must("run the benches of Dask")?;
    Ok(())
}
