//! Runs other programs: shows and keeps what they say, and leaves none of them behind.

use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::{process, thread};

use anyhow::{Context, Result, bail};

/// Groups of the programs that run now, ended when the user interrupts.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Whether what a program says is shown while it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// Line by line.
    Everything,
    /// Only if it fails, by [`Ended::must`].
    Nothing,
}

/// How a program ended.
pub(crate) struct Ended {
    /// Whether its exit code was 0.
    pub(crate) ok: bool,
    /// What it wrote to both outputs, without colours.
    pub(crate) output: String,
    shown: bool,
}

impl Ended {
    /// An error that says what failed, with the last lines of what was not shown yet.
    pub(crate) fn must(self, what: &str) -> Result<String> {
        if self.ok {
            return Ok(self.output);
        }
        if self.shown {
            bail!("could not {what}; the reason is above");
        }
        bail!("could not {what}; it said:\n{}", last_lines(&self.output, 25));
    }
}

/// Runs a program in the repository to its end.
pub(crate) fn run(command: &mut Command, show: Show) -> Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    if command.get_current_dir().is_none() {
        command.current_dir(crate::root());
    }
    if io::stdout().is_terminal() && show == Show::Everything {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A group of its own, so that whatever it starts (drivers, browsers) can be ended with it.
    command.process_group(0);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {name}: is it installed and on PATH?"))?;
    let group = child.id();
    RUNNING.lock().expect("no thread panics with the lock").push(group);

    let output = Arc::new(Mutex::new(String::new()));
    let stdout = child.stdout.take().expect("stdout is piped");
    let stderr = child.stderr.take().expect("stderr is piped");
    let readers = [
        follow(stdout, show, false, &output),
        follow(stderr, show, true, &output),
    ];
    let status = child.wait().with_context(|| format!("cannot wait for {name}"))?;
    end_group(group);
    for reader in readers {
        reader.join().expect("reading a pipe does not panic");
    }
    RUNNING
        .lock()
        .expect("no thread panics with the lock")
        .retain(|running| *running != group);
    let output = std::mem::take(&mut *output.lock().expect("no thread panics with the lock"));
    Ok(Ended {
        ok: status.success(),
        output: without_colours(&output),
        shown: show == Show::Everything,
    })
}

/// Whether a program of that name is on the PATH, and where.
pub(crate) fn find(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// On Ctrl-C and on termination, ends what runs and then this program.
pub(crate) fn end_children_on_interrupt() {
    let handler = || {
        let running = RUNNING.lock().map(|groups| groups.clone()).unwrap_or_default();
        for group in &running {
            end_group(*group);
        }
        println!();
        // Interrupting a server is how one ends it; interrupting a test run is not a pass.
        process::exit(if running.is_empty() { 0 } else { 130 });
    };
    ctrlc::set_handler(handler).expect("the only handler");
}

/// The last lines of a text, for a message.
pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(count);
    lines[from..]
        .iter()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Ends the members of a group that are still there, as a rule none.
fn end_group(group: u32) {
    let mut kill = Command::new("kill");
    kill.args(["-TERM", "--", &format!("-{group}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Fails when the group is empty, which is what is wanted.
    let _ = kill.status();
}

fn follow(
    pipe: impl Read + Send + 'static,
    show: Show,
    to_stderr: bool,
    output: &Arc<Mutex<String>>,
) -> thread::JoinHandle<()> {
    let output = Arc::clone(output);
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            output
                .lock()
                .expect("no thread panics with the lock")
                .push_str(&String::from_utf8_lossy(&line));
            if show == Show::Everything {
                // A closed terminal is no reason to stop the program that is followed.
                let _ = if to_stderr {
                    io::stderr().write_all(&line)
                } else {
                    io::stdout().write_all(&line)
                };
            }
            line.clear();
        }
    })
}

/// The text without terminal escapes, so that it can be searched.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            plain.push(c);
        } else if chars.next() == Some('[') {
            for escaped in chars.by_ref() {
                if escaped.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    plain
}

#[test]
fn colours_are_taken_out() {
    assert_eq!(without_colours("\u{1b}[1m\u{1b}[32mok\u{1b}[0m. 5"), "ok. 5");
}

#[test]
fn what_a_program_says_is_kept_and_a_failure_tells_it() {
    let ended = run(
        Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]),
        Show::Nothing,
    )
    .unwrap();
    assert!(!ended.ok && ended.output.contains("one") && ended.output.contains("two"));
    let said = ended.must("try").unwrap_err().to_string();
    assert!(said.starts_with("could not try") && said.contains("two"), "{said}");
    let missing = run(&mut Command::new("no-such-program"), Show::Nothing)
        .err()
        .expect("it is not there");
    assert!(missing.to_string().contains("no-such-program"));
}

#[test]
fn a_program_leaves_nothing_behind() {
    // The child holds the pipe, so `run` returns only once it is gone.
    let ended = run(
        Command::new("sh").args(["-c", "(sleep 20; echo survived) & echo begun"]),
        Show::Nothing,
    )
    .unwrap();
    assert_eq!(ended.output, "begun\n");
}
