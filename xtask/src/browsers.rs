//! The three engines: where their browsers and drivers are, how they are installed, what they are told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, Show};
use crate::toolchain::Tool;

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// What the engines are called, in the order in which they run.
pub(crate) const ENGINES: [(Engine, &str); 3] = [
    (Engine::Chromium, "chromium"),
    (Engine::Firefox, "firefox"),
    (Engine::WebKit, "webkit"),
];

/// A browser that is there, and its driver.
pub(crate) struct Browser {
    pub(crate) engine: Engine,
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        ENGINES[self as usize].1
    }

    /// wasm-pack's flags for the browser and its driver.
    pub(crate) fn wasm_pack_flags(self) -> [&'static str; 2] {
        match self {
            Engine::Chromium => ["--chrome", "--chromedriver"],
            Engine::Firefox => ["--firefox", "--geckodriver"],
            // WebKitGTK's driver speaks as Safari's does.
            Engine::WebKit => ["--safari", "--safaridriver"],
        }
    }

    /// Finds the browser and its driver; on Debian, installs what is missing.
    pub(crate) fn set_up(self) -> Result<Browser> {
        if let Some(browser) = self.find()? {
            return Ok(browser);
        }
        self.install()?;
        self.find()?
            .with_context(|| format!("{} was installed and still is not found", self.packages().join(", ")))
    }

    /// The browser and its driver if both are there, with all they need.
    fn find(self) -> Result<Option<Browser>> {
        let (program, driver) = match self {
            Engine::Chromium => (
                first(&["chromium", "chromium-browser", "google-chrome"]),
                first(&["chromedriver"]),
            ),
            Engine::Firefox => match first(&["firefox-esr", "firefox"]) {
                // Debian has no package of the driver.
                Some(program) => (Some(program), Some(Tool::geckodriver().set_up()?.join("geckodriver"))),
                None => (None, None),
            },
            Engine::WebKit => {
                let display = first(&["xvfb-run"]).is_some() && first(&["xauth"]).is_some();
                (mini_browser().filter(|_| display), first(&["WebKitWebDriver"]))
            }
        };
        Ok(program.zip(driver).map(|(program, driver)| Browser {
            engine: self,
            program,
            driver,
        }))
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Engine::Chromium => &["chromium", "chromium-driver"],
            Engine::Firefox => &["firefox-esr"],
            Engine::WebKit => &["webkit2gtk-driver", "xvfb", "xauth"],
        }
    }

    fn install(self) -> Result<()> {
        let packages = self.packages();
        let by_hand = format!(
            "{} is missing. On Debian: apt-get install {}. Elsewhere install the browser and its driver so that {} are \
             on PATH",
            self.name(),
            packages.join(" "),
            match self {
                Engine::Chromium => "chromium and chromedriver",
                Engine::Firefox => "firefox and a C compiler (for geckodriver)",
                Engine::WebKit => "WebKitWebDriver (WebKitGTK 2.40 or later, with its MiniBrowser), xvfb-run and xauth",
            }
        );
        if !Path::new("/etc/debian_version").exists() || process::find("apt-get").is_none() {
            bail!("{by_hand}");
        }
        println!("installing {}", packages.join(", "));
        apt_get(&["update"]).with_context(|| by_hand.clone())?;
        apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat()).with_context(|| by_hand.clone())
    }
}

impl Browser {
    /// The capabilities that its driver is asked for, as the text of a `webdriver.json`.
    pub(crate) fn capabilities(&self) -> Result<String> {
        let program = self.program.display();
        Ok(match self.engine {
            Engine::Chromium => {
                let flags: Vec<String> = chromium_flags()?.iter().map(|flag| format!("\"{flag}\"")).collect();
                format!(
                    "{{\"goog:chromeOptions\": {{\"binary\": \"{program}\", \"args\": [{}]}}}}",
                    flags.join(", ")
                )
            }
            Engine::Firefox => {
                format!("{{\"moz:firefoxOptions\": {{\"binary\": \"{program}\", \"args\": [\"-headless\"]}}}}")
            }
            Engine::WebKit => {
                format!("{{\"webkitgtk:browserOptions\": {{\"binary\": \"{program}\", \"args\": [\"--automation\"]}}}}")
            }
        })
    }
}

/// What Chromium is started with: no window, no traffic of its own, and as root no sandbox, which it refuses there.
pub(crate) fn chromium_flags() -> Result<Vec<&'static str>> {
    let mut flags = vec![
        "--headless=new",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    if is_root()? {
        flags.push("--no-sandbox");
    }
    Ok(flags)
}

fn is_root() -> Result<bool> {
    let user = process::run(Command::new("id").arg("-u"), Show::Nothing)?.must("ask who runs this")?;
    Ok(user.trim() == "0")
}

fn first(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| process::find(name))
}

/// WebKitGTK's browser lies beside its library, in a folder named after the machine.
fn mini_browser() -> Option<PathBuf> {
    let machines = fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
    let folders =
        machines.flat_map(|folder| ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"].map(|k| folder.join(k)));
    folders
        .map(|folder| folder.join("MiniBrowser"))
        .find(|file| file.is_file())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = if is_root()? {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        // Asks for no password: there may be nobody to answer.
        sudo.args(["--non-interactive", "apt-get"]);
        sudo
    };
    command
        .args(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=2"])
        .args(arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    process::run(&mut command, Show::Nothing)?.must(&format!("run apt-get {}", arguments.join(" ")))?;
    Ok(())
}

#[test]
fn engines_are_listed_by_their_place() {
    for (engine, name) in ENGINES {
        assert_eq!(engine.name(), name);
    }
}
