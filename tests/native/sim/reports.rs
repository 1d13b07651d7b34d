//! What virtual workers tell the page, and what the page makes of it.

use webfutures::scheduler::{Event, Finished, RunId, TaskId, WorkerId};

use super::Sim;

/// What a worker tells the page.
#[derive(Debug, Clone, Copy)]
pub enum Report {
    Finished(Finished),
    Erred {
        task: TaskId,
        run: RunId,
        start: f64,
        duration: f64,
    },
    Missing {
        task: TaskId,
        run: RunId,
    },
    Rescheduled {
        task: TaskId,
        run: RunId,
    },
    Stopped {
        run: RunId,
    },
    Yielded {
        task: TaskId,
        run: RunId,
    },
    /// It submits calls, and awaits them.
    Nests {
        task: TaskId,
        run: RunId,
        width: u8,
        depth: u8,
    },
    Fetched {
        task: TaskId,
        run: RunId,
    },
    Value {
        task: TaskId,
        run: RunId,
        value: u64,
    },
    /// It was asked for a result that it has not got.
    DataMissing {
        task: TaskId,
        run: RunId,
    },
}

impl Sim {
    pub(super) fn on_reported(&mut self, worker: WorkerId, report: Report) {
        if self.is_terminated(worker) {
            return;
        }
        if let Report::Finished(Finished { run, .. })
        | Report::Erred { run, .. }
        | Report::Missing { run, .. }
        | Report::Rescheduled { run, .. }
        | Report::Stopped { run } = report
        {
            self.outstanding.remove(&run);
        }
        match report {
            Report::Finished(finished) => {
                let mut results = vec![finished];
                while let Some(next) = self.finished_next(worker) {
                    results.push(next);
                }
                let results = &results;
                self.handle(Event::TasksFinished { worker, results });
            }
            Report::Erred {
                task,
                run,
                start,
                duration,
            } => {
                self.handle(Event::TaskErred {
                    worker,
                    task,
                    run,
                    start,
                    duration,
                });
            }
            Report::Missing { task, run } => {
                let counts = self.scheduler.run(task) == Some(run);
                assert!(self.losses || !counts, "an input of {run:?} of {task:?} was gone");
                self.handle(Event::InputsMissing { worker, task, run });
            }
            Report::Rescheduled { task, run } => self.handle(Event::TaskRescheduled { worker, task, run }),
            Report::Stopped { run } => self.handle(Event::RunStopped { worker, run }),
            Report::Yielded { task, run } => {
                if let Some(outstanding) = self.outstanding.get_mut(&run) {
                    outstanding.yielded = true;
                }
                self.handle(Event::TaskYielded { worker, task, run });
            }
            Report::Nests {
                task,
                run,
                width,
                depth,
            } => self.on_nests(worker, task, run, width, depth),
            Report::Fetched { task, run } => self.handle(Event::DataFetched { worker, task, run }),
            Report::Value { task, run, value } => self.client.on_value(task, run, value),
            Report::DataMissing { task, run } => self.handle(Event::DataMissing { worker, task, run }),
        }
    }
}
