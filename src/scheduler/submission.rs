//! What comes in: functions, calls, and data from the page.

use super::Scheduler;
use super::action::Action;
use super::event::{Dependency, Piece, Submission};
use super::nesting::Rank;
use super::options::OptionsId;
use super::task::{ClientId, FunctionId, SIDE_BY_SIDE, State, TaskId, WorkerId};

impl Scheduler {
    /// The next function.
    #[inline(never)]
    pub(super) fn on_function_defined(&mut self, name: &str) {
        self.functions.define(name);
    }

    /// Makes a task of every call that is not known, then sees to it that the wanted ones get under way.
    pub(super) fn submit(
        &mut self,
        client: ClientId,
        submissions: &[Submission],
        dependencies: &[Dependency],
        rank: Option<Rank>,
    ) {
        let mut batch = std::mem::take(&mut self.batch);
        let mut taken = 0;
        for (index, submission) in submissions.iter().enumerate() {
            if index.is_multiple_of(SIDE_BY_SIDE) && self.tokens.are_many() {
                let next = submissions[index..].iter().take(SIDE_BY_SIDE);
                self.tokens.touch(next.filter_map(|next| next.token));
            }
            let own = &dependencies[taken..taken + submission.dependencies as usize];
            taken += own.len();
            let equal = submission.token.and_then(|token| self.tokens.find(token));
            let task = match equal {
                Some(task) => self.share(task, client, submission, rank),
                None => self.create(client, submission, own, &batch, rank),
            };
            batch.push(task);
            let row = &self.tasks[task];
            if row.is_held() && row.state == State::Released {
                self.want(task);
            }
        }
        // An intermediate that no wanted task took in is forgotten again.
        self.doubted
            .extend(batch.drain(..).filter(|&task| !self.tasks[task].is_wanted()));
        self.batch = batch;
    }

    /// Makes a task of every piece that is new and puts it into the worker that stores least, in turn among equals.
    #[inline(never)]
    pub(super) fn on_data_scattered(
        &mut self,
        client: ClientId,
        function: FunctionId,
        options: OptionsId,
        copies: u32,
        data: &[Piece],
    ) {
        for piece in data {
            let equal = piece.token.and_then(|token| self.tokens.find(token));
            let task = match equal {
                Some(task) if matches!(self.tasks[task].state, State::Memory | State::NoWorker) => {
                    let held = Submission {
                        function,
                        token: piece.token,
                        held: true,
                        options,
                        dependencies: 0,
                    };
                    self.share(task, client, &held, None)
                }
                equal => {
                    if let Some(lost) = equal {
                        // What is here now need not be missed; whoever needs the old one is told what became of that.
                        self.tasks[lost].cancelled = true;
                        self.tokens.remove(lost);
                    }
                    self.create_data(client, function, options, piece)
                }
            };
            if copies > 1 {
                self.on_replicas_wanted(&[task], copies);
            }
        }
    }

    fn create_data(&mut self, client: ClientId, function: FunctionId, options: OptionsId, piece: &Piece) -> TaskId {
        let task = self.new_row(function);
        let row = &mut self.tasks[task];
        row.data = true;
        row.wishes = client.wish();
        row.options = options.into();
        row.priority = self.options[options.0 as usize].priority;
        (row.bytes, row.kind, row.kept) = (piece.bytes, piece.kind, piece.kept);
        if let Some(token) = piece.token {
            self.tokens.insert(token, task, &mut self.tasks[task]);
        }
        self.actions.push(Action::Accepted { task, known: false });
        self.put_somewhere(task);
        self.settle_finished(task);
        task
    }

    /// Puts data that lies nowhere into a worker, as soon as there is one.
    pub(super) fn put_somewhere(&mut self, task: TaskId) {
        match self.least_filled(task) {
            Some(worker) => self.released_to_memory(task, worker),
            None => self.released_to_no_worker(task),
        }
    }

    /// A call equal to a known task: nothing moves, unless it was kept as a mere recipe.
    fn share(&mut self, task: TaskId, client: ClientId, submission: &Submission, rank: Option<Rank>) -> TaskId {
        self.actions.push(Action::Accepted { task, known: true });
        self.raise(task, self.priority_of(submission, rank));
        let row = &mut self.tasks[task];
        let news = submission.held && !row.is_held();
        if submission.held {
            row.wishes |= client.wish();
        }
        match row.state {
            State::Memory if news => self.settle_finished(task),
            State::NoWorker if news && row.data => self.settle_finished(task),
            State::Erred if news => self.settle_erred(task),
            _ => {}
        }
        task
    }

    fn create(
        &mut self,
        client: ClientId,
        submission: &Submission,
        dependencies: &[Dependency],
        batch: &[TaskId],
        rank: Option<Rank>,
    ) -> TaskId {
        let task = self.new_row(submission.function);
        let priority = self.priority_of(submission, rank);
        if let Some(rank) = rank {
            self.tasks.nest(task, rank);
        }
        let row = &mut self.tasks[task];
        row.wishes = if submission.held { client.wish() } else { 0 };
        row.options = submission.options.into();
        if self.options[submission.options.0 as usize].actor {
            self.actors.push(task);
        }
        let row = &mut self.tasks[task];
        row.priority = priority;
        let expires = self.options[submission.options.0 as usize].deadline > 0.0;
        for dependency in dependencies {
            let input = match *dependency {
                Dependency::Known(input) => input,
                Dependency::Earlier(position) => batch[position as usize],
            };
            assert!(
                self.tasks.get(input).is_some() && input != task,
                "a call depends on task {}, which is gone",
                input.0
            );
            self.tasks.link(task, input);
        }
        if let Some(token) = submission.token {
            self.tokens.insert(token, task, &mut self.tasks[task]);
        }
        self.actions.push(Action::Accepted { task, known: false });
        if expires {
            self.start_deadline(task);
        }
        task
    }

    fn priority_of(&self, submission: &Submission, rank: Option<Rank>) -> i16 {
        let own = self.options[submission.options.0 as usize].priority;
        rank.map_or(own, |rank| own.saturating_add(rank.priority))
    }

    fn new_row(&mut self, function: FunctionId) -> TaskId {
        assert!(
            (function.0 as usize) < self.functions.len(),
            "function {} is not defined",
            function.0
        );
        let task = self.tasks.create(function);
        self.counts[State::Released as usize] += 1;
        task
    }

    /// The running worker that stores least among those where a result may lie, in turn among equals; if there are such, of those
    /// that have room for it.
    pub(super) fn least_filled(&mut self, task: TaskId) -> Option<WorkerId> {
        let running = &self.workers.running;
        let turn = (0..running.len()).map(|step| running[(self.cursor + step) % running.len()]);
        let bytes = self.tasks[task].bytes;
        let worker = turn
            .filter(|&worker| self.may_hold(task, worker))
            .min_by_key(|&worker| {
                let row = &self.workers[worker];
                (!row.has_room_for(bytes), row.bytes)
            })?;
        self.cursor = running
            .iter()
            .position(|&running| running == worker)
            .map_or(0, |index| index + 1);
        Some(worker)
    }
}
