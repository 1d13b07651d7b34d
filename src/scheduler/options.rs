//! How tasks are to be run: sets of options, interned because most tasks share one, and the limits for all.

use super::Scheduler;
use super::constraints::{Constraint, ConstraintId};
use super::task::{State, TaskId};

/// A set of options, by the order of definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OptionsId(pub u32);

impl OptionsId {
    /// What a call has that says nothing: priority 0, no retries, any worker.
    pub const DEFAULT: OptionsId = OptionsId(0);
}

/// A place where workers can be, by the name that users gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceId(pub u32);

/// Something that workers have a limited amount of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

/// How a task is to be run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Higher ones are begun first, among all that are ready. Beyond ±32,767 all are equal.
    pub priority: i32,
    /// How often it is tried again after it threw or lasted too long, up to 65,535 times.
    pub retries: u32,
    /// Only workers in these places may run it; none stands for everywhere.
    pub places: &'a [PlaceId],
    /// Others may too as long as no worker is in any of `places`.
    pub allow_others: bool,
    /// What it takes of the resources of its worker while it runs.
    pub resources: &'a [(ResourceId, u64)],
    /// Nothing is prefetched behind it, nor it behind others.
    pub alone: bool,
    /// Its result is moved, not copied, to the worker that needs it, if nothing else under way does.
    pub moves: bool,
    /// Its result lives: it stays in the worker that made it, is never copied nor made again, and what takes it runs there.
    pub actor: bool,
    /// Milliseconds that one run may last from when it begins; 0 for any. Then it has failed, and what retries are left count.
    pub timeout: f64,
    /// Milliseconds that it has to finish from when it is submitted, or retried; 0 for any. Then it has failed for good.
    pub deadline: f64,
}

/// Bounds that hold for all tasks.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deaths that a task may be blamed for; one more, and it errs.
    pub allowed_failures: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { allowed_failures: 3 }
    }
}

/// The same in a task's row, which must be small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OptionSetId(pub(super) u16);

impl From<OptionsId> for OptionSetId {
    fn from(id: OptionsId) -> OptionSetId {
        OptionSetId(u16::try_from(id.0).expect("no more than 65,536 sets of options"))
    }
}

/// What the scheduler keeps of a set of options.
#[derive(Debug, Clone, Copy)]
pub(super) struct OptionSet {
    pub(super) priority: i16,
    pub(super) retries: u16,
    pub(super) alone: bool,
    pub(super) moves: bool,
    pub(super) actor: bool,
    pub(super) timeout: f64,
    pub(super) deadline: f64,
    pub(super) constraint: ConstraintId,
}

impl OptionSet {
    /// Those of id 0.
    pub(super) const DEFAULT: OptionSet = OptionSet {
        priority: 0,
        retries: 0,
        alone: false,
        moves: false,
        actor: false,
        timeout: 0.0,
        deadline: 0.0,
        constraint: ConstraintId::NONE,
    };
}

impl Scheduler {
    /// The next set of options.
    #[inline(never)]
    pub(super) fn on_options_defined(&mut self, options: Options<'_>) {
        let constraint = self
            .lanes
            .intern(Constraint::new(options.places, options.allow_others, options.resources));
        self.options.push(OptionSet {
            priority: options.priority.clamp(i16::MIN.into(), i16::MAX.into()) as i16,
            retries: options.retries.min(u16::MAX.into()) as u16,
            alone: options.alone,
            moves: options.moves,
            actor: options.actor,
            timeout: options.timeout,
            deadline: options.deadline,
            constraint,
        });
        self.review_lanes();
    }

    /// The options of a task.
    pub(super) fn options_of(&self, task: TaskId) -> &OptionSet {
        &self.options[self.tasks[task].options.0 as usize]
    }

    /// An equal call came: the higher priority of the two holds, as long as the task is not under way.
    pub(super) fn raise(&mut self, task: TaskId, priority: i16) {
        let row = &self.tasks[task];
        if row.priority >= priority || row.state == State::Processing {
            return;
        }
        let state = row.state;
        let row = &mut self.tasks[task];
        row.priority = priority;
        // Its present entry is dead from now on.
        row.ticket = row.ticket.wrapping_add(1);
        match state {
            State::Queued => {
                self.leave_queue(task);
                self.enqueue(task);
            }
            State::NoWorker => {
                self.leave_strand(task);
                self.strand(task);
            }
            _ => {}
        }
    }
}
