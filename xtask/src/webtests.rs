//! `tests/web` by wasm-pack in one engine.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::browsers::{Browser, Engine};
use crate::counts::{self, Counts};
use crate::process::{self, Show};
use crate::toolchain::{self, Tool};

/// Tests that leave WebKit with less space than before.
const HOARDING: &str = "javascript::unreadable::";

/// What the web tests need beside a browser.
pub(crate) struct WebTests {
    path: std::ffi::OsString,
    wasm_pack: PathBuf,
    capabilities: PathBuf,
}

impl WebTests {
    /// Sets up wasm-pack and wasm-bindgen.
    pub(crate) fn set_up() -> Result<Self> {
        toolchain::set_up_target()?;
        let bindgen = Tool::wasm_bindgen()?.set_up()?;
        let pack = Tool::wasm_pack().set_up()?;
        let capabilities = toolchain::target_folder()?.join("webdriver");
        fs::create_dir_all(&capabilities).with_context(|| format!("cannot make {}", capabilities.display()))?;
        Ok(Self {
            wasm_pack: pack.join("wasm-pack"),
            path: toolchain::path_with(&[bindgen, pack])?,
            capabilities,
        })
    }

    /// Runs all tests in one browser, or those whose names have some text in them, on a page that is cross-origin isolated or not.
    pub(crate) fn run(
        &self,
        browser: &Browser,
        isolated: bool,
        filter: Option<&str>,
        counts: &mut Counts,
    ) -> Result<()> {
        let pages: &[&[&str]] = match (filter, browser.engine) {
            (Some(filter), _) => &[&[filter]],
            // These take all the space that its process has for buffers. It says that it is free again, and still refuses some later.
            (None, Engine::WebKit) => &[&["--skip", HOARDING], &[HOARDING]],
            (None, _) => &[&[]],
        };
        let mut result = Ok(());
        for page in pages {
            let mut ran = Counts::default();
            result = result.and(self.run_page(browser, isolated, page, &mut ran));
            *counts += ran;
        }
        result
    }

    /// Runs the tests that the runner's arguments select, on one page.
    fn run_page(&self, browser: &Browser, isolated: bool, selected: &[&str], counts: &mut Counts) -> Result<()> {
        let capabilities = self.capabilities.join(format!("{}.json", browser.engine.name()));
        fs::write(&capabilities, browser.capabilities()?)
            .with_context(|| format!("cannot write {}", capabilities.display()))?;

        let mut command = if browser.engine == Engine::WebKit {
            // It has no headless mode.
            let mut display = Command::new("xvfb-run");
            display.arg("--auto-servernum").arg(&self.wasm_pack);
            display
        } else {
            Command::new(&self.wasm_pack)
        };
        let [browser_flag, driver_flag] = browser.engine.wasm_pack_flags();
        command
            .args(["test", "--headless", "--mode", "no-install", browser_flag, driver_flag])
            .arg(&browser.driver);
        command.args(["--", "--test", "web", "--"]).args(selected);
        command
            .env("PATH", &self.path)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &capabilities);
        // The whole suite is one page load for the runner, which gives it 20 s unless told.
        command
            .env("WASM_BINDGEN_TEST_TIMEOUT", "600")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
        // A container has no graphics card and does not let WebKit make its sandbox.
        command
            .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        // Traces of wasm-pack's own code tell nothing of a failed test.
        command.env("RUST_BACKTRACE", "0");
        if !isolated {
            command.env("WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION", "1");
        }
        let address = free_address()?;
        command.env("WASM_BINDGEN_TEST_ADDRESS", address.to_string());
        let ended = with_busy_threads(address, || process::run(&mut command, Show::Everything))?;
        *counts = counts::of_cargo(&ended.output);
        // The runner exits with 0 when it found no tests to run, as in a file without `run_in_browser`.
        if ended.ok && counts.passed == 0 {
            bail!(
                "no test ran in {}: does tests/web/main.rs say run_in_browser?",
                browser.engine.name()
            );
        }
        ended.must(&format!("pass the web tests in {}", browser.engine.name()))?;
        Ok(())
    }
}

fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
    listener.local_addr().context("a bound port has an address")
}

/// Runs what serves at that address, and keeps the idle threads of its server busy.
///
/// The server of wasm-bindgen's runner (tiny_http 0.12) begins with four idle threads, and hands every new connection to
/// them as long as none has woken up: of the six that a browser opens at once, two would wait until others are closed,
/// which is never. With no thread idle each connection gets its own.
fn with_busy_threads<T>(address: SocketAddr, run: impl FnOnce() -> T) -> T {
    const IDLE_THREADS: usize = 4;
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut held = Vec::new();
            while !ended.load(Ordering::Relaxed) {
                if held.len() < IDLE_THREADS {
                    held.extend(TcpStream::connect(address));
                }
                thread::park_timeout(Duration::from_millis(50));
            }
        });
        let value = run();
        ended.store(true, Ordering::Relaxed);
        value
    })
}
