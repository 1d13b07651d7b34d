//! Builds what is served: the demo with its pages, and the library's package for the pages of the benches and tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::node;
use crate::process::{self, Show};
use crate::root;
use crate::toolchain::{self, Tool, WASM};

/// What of www/ is no page.
const NOT_PAGES: [&str; 5] = ["src", "tests", "pkg", "target", "Cargo.toml"];

/// Set in the environment, it keeps the names of functions in wasm, for the browser's profiler.
const KEEP_NAMES: &str = "WEBFUTURES_KEEP_NAMES";

/// The package's own: what `import … from 'webfutures'`, `'webfutures/task'` and `'webfutures/worker'` find.
const MANIFEST: &str = r#"{
  "name": "webfutures",
  "version": "{version}",
  "type": "module",
  "license": "MIT OR Apache-2.0",
  "types": "./webfutures.d.ts",
  "exports": {
    ".": { "types": "./webfutures.d.ts", "default": "./webfutures.js" },
    "./task": { "types": "./task.d.ts", "default": "./task.js" },
    "./worker": { "types": "./serve.d.ts", "default": "./serve.js" },
    "./webfutures_bg.wasm": "./webfutures_bg.wasm"
  }
}
"#;

/// The types of `webfutures/worker`, for worker files of the user's own: in the package they are nowhere else.
const WORKER_TYPES: &str = include_str!("../../src/types/worker.d.ts");

/// Where everything that is served lies: one folder per site.
pub(crate) fn folder() -> Result<PathBuf> {
    Ok(toolchain::target_folder()?.join("site"))
}

/// Builds the demo, `site/demo`, in few files.
pub(crate) fn build_demo() -> Result<PathBuf> {
    node::set_up()?;
    let parts = toolchain::target_folder()?.join("demo");
    put_together(&parts, "webfutures-www", &[], "www", &NOT_PAGES)?;
    let site = folder()?.join("demo");
    begin(&site)?;
    bundle("bundle-demo.js", &parts, &site)?;
    Ok(site)
}

/// Builds the application of the page tests, `site/app`.
pub(crate) fn build_app() -> Result<PathBuf> {
    build("app", "webfutures-page-tests", &[], "tests/pages/site")
}

/// Builds the JavaScript library beside the page of the soak, `site/soak`.
pub(crate) fn build_soak() -> Result<PathBuf> {
    build("soak", "webfutures", &["--features", "javascript"], "tests/soak/site")
}

/// Builds the JavaScript library as it is released beside the pages of the benches, `site/bench`, and the bench of the scheduler
/// alone.
pub(crate) fn build_bench() -> Result<PathBuf> {
    let site = folder()?.join("bench");
    begin(&site)?;
    package_into(&site.join("pkg"))?;
    copy_pages(&root().join("benches/web"), &site, &[])?;
    // In a folder of its own: it has the library without the JavaScript API, which would be compiled anew each time otherwise.
    let apart = toolchain::target_folder()?.join("scheduler");
    bind(&compile_in(&apart, "webfutures-bench", &[])?, &site.join("scheduler"))?;
    Ok(site)
}

/// Builds the JavaScript library as a package of its own, `pkg` in the repository.
pub(crate) fn build_package() -> Result<PathBuf> {
    let package = root().join("pkg");
    package_into(&package)?;
    Ok(package)
}

/// Builds the JavaScript library as a package in an application's folder, `site/package`.
pub(crate) fn build_packaged() -> Result<PathBuf> {
    let site = folder()?.join("package");
    begin(&site)?;
    package_into(&site.join("pkg"))?;
    copy_pages(&root().join("tests/pages/site"), &site, &[])?;
    Ok(site)
}

/// Builds what is released: few files, so that a page and each worker load fast.
fn package_into(package: &Path) -> Result<()> {
    node::set_up()?;
    let wasm = compile("webfutures", &["--features", "javascript"])?;
    let parts = toolchain::target_folder()?.join("package");
    begin(&parts)?;
    bind(&wasm, &parts)?;
    begin(package)?;
    bundle("bundle-package.js", &parts, package)?;
    write_types(&parts, package)?;
    // It stands for itself: a task module imports it without the rest.
    for file in ["task.js", "task.d.ts"] {
        let from = root().join("src").join(file);
        fs::copy(&from, package.join(file)).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    let manifest = package.join("package.json");
    fs::write(&manifest, MANIFEST.replace("{version}", env!("CARGO_PKG_VERSION")))
        .with_context(|| format!("cannot write {}", manifest.display()))
}

/// Writes the types of the page's file and of the one for worker files of the user's own: wasm-bindgen made one of both.
fn write_types(parts: &Path, package: &Path) -> Result<()> {
    let from = parts.join("webfutures.d.ts");
    let all = fs::read_to_string(&from).with_context(|| format!("cannot read {}", from.display()))?;
    let (_, workers) = WORKER_TYPES.split_once("\n\n").context("worker.d.ts has no head")?;
    ensure!(all.contains(workers), "{} has no types of worker files", from.display());
    for (file, text) in [
        ("webfutures.d.ts", all.replace(workers, "").as_str()),
        ("serve.d.ts", WORKER_TYPES),
    ] {
        let path = package.join(file);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// One site: the pages of a folder of the repository, and a package of the workspace as `pkg` beside them.
fn build(site: &str, package: &str, features: &[&str], pages: &str) -> Result<PathBuf> {
    let site = folder()?.join(site);
    put_together(&site, package, features, pages, &[])?;
    Ok(site)
}

/// The same in any folder, without some of the pages.
fn put_together(folder: &Path, package: &str, features: &[&str], pages: &str, except: &[&str]) -> Result<()> {
    let wasm = compile(package, features)?;
    begin(folder)?;
    bind(&wasm, &folder.join("pkg"))?;
    copy_pages(&root().join(pages), folder, except)
}

/// Runs a script of this folder that makes few files of many.
fn bundle(script: &str, from: &Path, to: &Path) -> Result<()> {
    let mut node = Command::new("node");
    node.arg(root().join("xtask").join(script)).arg(from).arg(to);
    process::run(&mut node, Show::Nothing)?.must(&format!("run {script}"))?;
    Ok(())
}

/// Compiles a library of the workspace for browsers; returns the module.
fn compile(package: &str, features: &[&str]) -> Result<PathBuf> {
    compile_in(&toolchain::target_folder()?, package, features)
}

/// The same with a target folder of its own.
fn compile_in(target: &Path, package: &str, features: &[&str]) -> Result<PathBuf> {
    toolchain::set_up_target()?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--lib", "--target", WASM, "--package", package])
        .args(features)
        .arg("--target-dir")
        .arg(target);
    process::run(&mut cargo, Show::Everything)?.must(&format!("build {package} for browsers"))?;
    let file = format!("{}.wasm", package.replace('-', "_"));
    Ok(target.join(WASM).join("release").join(file))
}

/// Makes the module into a package that a page imports. Names of functions are a tenth of what it downloads: only those who
/// profile want them.
fn bind(wasm: &Path, package: &Path) -> Result<()> {
    let bindgen = Tool::wasm_bindgen()?.set_up()?.join("wasm-bindgen");
    let mut command = Command::new(bindgen);
    command.args(["--target", "web", "--out-dir"]).arg(package).arg(wasm);
    if std::env::var_os(KEEP_NAMES).is_none() {
        command.args(["--remove-name-section", "--remove-producers-section"]);
    }
    process::run(&mut command, Show::Nothing)?.must(&format!("run wasm-bindgen on {}", wasm.display()))?;
    Ok(())
}

/// An empty folder: what an earlier build left is not served.
fn begin(site: &Path) -> Result<()> {
    if site.exists() {
        fs::remove_dir_all(site).with_context(|| format!("cannot empty {}", site.display()))?;
    }
    fs::create_dir_all(site).with_context(|| format!("cannot make {}", site.display()))
}

fn copy_pages(from: &Path, to: &Path, except: &[&str]) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if except.iter().any(|except| name == *except) {
            continue;
        }
        if entry.path().is_dir() {
            copy_pages(&entry.path(), &to.join(&name), &[])?;
        } else {
            fs::copy(entry.path(), to.join(&name))
                .with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}
