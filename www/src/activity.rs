//! What each worker did in the last seconds, kept so that drawing it costs the same however many tasks ran.

use std::collections::VecDeque;

/// How far back the strip reaches, in milliseconds.
pub const WINDOW: f64 = 6_000.0;

/// Runs at least this long, in milliseconds, are drawn one by one; shorter ones as the share of a slice they fill.
pub const SHORTEST_DRAWN: f64 = 8.0;

/// The length of a slice, in milliseconds.
pub const SLICE: f64 = 24.0;

const SLICES: usize = (WINDOW / SLICE) as usize + 2;

/// Whose work a run was: this decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// An evaluation of the search.
    Search,
    /// A task of the notebook.
    Other,
    /// A task of either that ended in an error.
    Erred,
}

/// A run that has ended. Times are in milliseconds since the page's time origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// When it began.
    pub start: f64,
    /// When it ended.
    pub end: f64,
    /// Whose work it was.
    pub work: Work,
}

/// What a stretch of a lane shows: from, to (milliseconds), whose work, and how much of it was work (0 to 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
    /// Whose work it was; of several, the last.
    pub work: Work,
    /// The share of the time that was work: 1 for a run drawn by itself.
    pub share: f64,
}

/// The recent past of one worker.
#[derive(Clone, Debug)]
pub struct Lane {
    long: VecDeque<Run>,
    slices: Vec<Slice>,
    busy_until: f64,
    running: Option<Running>,
}

#[derive(Clone, Copy, Debug)]
struct Slice {
    number: u64,
    busy: f64,
    work: Work,
}

/// A task that is under way: its name, whose work it is and when it was first seen.
#[derive(Clone, Debug, PartialEq)]
struct Running {
    key: String,
    work: Work,
    since: f64,
}

impl Default for Lane {
    fn default() -> Self {
        let slices = vec![
            Slice {
                number: 0,
                busy: 0.0,
                work: Work::Search
            };
            SLICES
        ];
        Lane {
            long: VecDeque::new(),
            slices,
            busy_until: 0.0,
            running: None,
        }
    }
}

impl Lane {
    /// Takes a run in that has ended.
    pub fn add(&mut self, run: Run) {
        self.busy_until = self.busy_until.max(run.end);
        if run.end - run.start >= SHORTEST_DRAWN {
            self.long.push_back(run);
            return;
        }
        let number = (run.start / SLICE) as u64;
        let slice = &mut self.slices[number as usize % SLICES];
        if slice.number < number {
            *slice = Slice {
                number,
                busy: 0.0,
                work: run.work,
            };
        }
        if slice.number == number {
            slice.busy += run.end - run.start;
            slice.work = run.work;
        }
    }

    /// Says what the worker is doing at `now`: the key of its first task and whose work it is, or nothing.
    pub fn set_running(&mut self, now: f64, running: Option<(&str, Work)>) {
        self.running = running.map(|(key, work)| match self.running.take() {
            Some(same) if same.key == key => same,
            _ => Running {
                key: key.to_owned(),
                work,
                since: now.min(self.busy_until.max(now - SLICE)),
            },
        });
    }

    /// The key of the task the worker is busy with.
    pub fn running(&self) -> Option<&str> {
        self.running.as_ref().map(|running| running.key.as_str())
    }

    /// Forgets what lies before the window.
    pub fn forget_before(&mut self, time: f64) {
        while self.long.front().is_some_and(|run| run.end < time) {
            self.long.pop_front();
        }
    }

    /// True when nothing of the window before `now` would be drawn.
    pub fn is_empty(&self, now: f64) -> bool {
        self.running.is_none() && self.busy_until < now - WINDOW
    }

    /// What to draw of the window before `now`: slices of short runs first, then long runs, then the one under way.
    /// At most a few hundred, whatever ran.
    pub fn stretches(&self, now: f64) -> Vec<Stretch> {
        let first = ((now - WINDOW).max(0.0) / SLICE) as u64;
        let mut stretches: Vec<Stretch> = Vec::new();
        for number in first..=(now / SLICE) as u64 {
            let slice = self.slices[number as usize % SLICES];
            if slice.number != number || slice.busy == 0.0 {
                continue;
            }
            // In quarters, so that neighbours are often equal and become one rectangle.
            let share = ((slice.busy / SLICE * 4.0).ceil() / 4.0).min(1.0);
            let start = number as f64 * SLICE;
            match stretches.last_mut() {
                Some(last) if last.end == start && last.share == share && last.work == slice.work => {
                    last.end = start + SLICE;
                }
                _ => stretches.push(Stretch {
                    start,
                    end: start + SLICE,
                    work: slice.work,
                    share,
                }),
            }
        }
        let long = self.long.iter().filter(|run| run.end >= now - WINDOW);
        stretches.extend(long.map(|&Run { start, end, work }| Stretch {
            start,
            end,
            work,
            share: 1.0,
        }));
        let under_way = self
            .running
            .as_ref()
            .filter(|running| now - running.since >= SHORTEST_DRAWN);
        stretches.extend(under_way.map(|run| Stretch {
            start: run.since,
            end: now,
            work: run.work,
            share: 1.0,
        }));
        stretches
    }
}
