//! The ids, the states, the row of one task, and the table of all rows.

use std::ops::{Index, IndexMut};

use smallvec::SmallVec;

use super::maps::Numbers;
use super::nesting::{ROOTS, Rank};
use super::options::OptionSetId;

/// A task: the index of its row. Used again after the task was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub u32);

/// A worker. Never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkerId(pub u32);

/// One assignment of a task to a worker, and the name of the result it makes. Never used again, so a late word of an
/// earlier assignment cannot be mistaken for the present one. They count up from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// A function, by the order of definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

/// One of up to 64 that hold futures, each for itself: the clients of a page, and what is to be run without a future.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub u8);

impl ClientId {
    /// Its bit among the wishes for a task.
    pub(super) fn wish(self) -> u64 {
        1_u64.checked_shl(u32::from(self.0)).expect("no more than 64 clients")
    }
}

/// Where a task stands. It is *wanted* while a client holds a future of it or a dependent under way needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum State {
    /// Known and not wanted: its recipe is kept because something known depends on it.
    Released,
    /// Wanted, and some input is not in memory.
    Waiting,
    /// Wanted, its inputs are in memory, and no worker has room for it.
    Queued,
    /// Wanted, its inputs are in memory, and there is no worker at all. Scattered data waits here too.
    NoWorker,
    /// Sent to a worker, which may or may not have begun.
    Processing,
    /// Its result lies in at least one worker.
    Memory,
    /// It threw, or something it depends on did.
    Erred,
    /// Gone: its row is free.
    Forgotten,
}

impl State {
    /// Every state, in order.
    pub const ALL: [State; 8] = [
        State::Released,
        State::Waiting,
        State::Queued,
        State::NoWorker,
        State::Processing,
        State::Memory,
        State::Erred,
        State::Forgotten,
    ];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            State::Released => "released",
            State::Waiting => "waiting",
            State::Queued => "queued",
            State::NoWorker => "no-worker",
            State::Processing => "processing",
            State::Memory => "memory",
            State::Erred => "erred",
            State::Forgotten => "forgotten",
        }
    }

    /// Whether a task in this state needs its inputs.
    pub(super) fn is_under_way(self) -> bool {
        matches!(
            self,
            State::Waiting | State::Queued | State::NoWorker | State::Processing
        )
    }
}

impl RunId {
    /// No run: of a task that is neither processing nor in memory.
    pub(super) const NONE: RunId = RunId(0);
}

impl WorkerId {
    /// No worker: of a task that no worker runs and that no worker's own queue holds.
    pub(super) const NONE: WorkerId = WorkerId(u32::MAX);
}

/// Why a task erred that is itself to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It threw.
    Threw,
    /// It killed its workers.
    Killed,
    /// It lasted too long.
    TimedOut,
    /// It had not ended in time.
    Expired,
    /// Its inputs fit into no worker.
    TooLarge,
    /// It is data of which there is no copy.
    LostData,
    /// It is an actor, and its worker is gone.
    LostActor,
    /// It takes actors of different workers.
    ActorsApart,
}

/// One end of an edge between a task and one of its inputs. A call may take the same input twice: that is two edges.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// The task at the other end.
    pub(super) task: TaskId,
    /// Where the other end of this edge lies in that task's list, so that cutting an edge takes constant time.
    pub(super) back: u32,
}

/// Workers that hold a result: hardly ever more than two.
pub(super) type Holders = SmallVec<[WorkerId; 2]>;

/// The row of one task. In wasm it has 128 bytes, two lines of a cache: of a million tasks nothing is near when it is needed, and
/// each line is waited for.
#[derive(Debug)]
#[cfg_attr(target_arch = "wasm32", repr(align(64)))]
pub(super) struct Task {
    /// Where it stands.
    pub(super) state: State,
    /// The result's type.
    pub(super) kind: u8,
    /// Erred, and it is to blame: why.
    pub(super) fault: Fault,
    /// How many deaths of workers it is blamed for.
    pub(super) deaths: u8,
    /// A task submitted it: `Tasks` knows where it ranks.
    pub(super) nested: bool,
    /// Whether a token names the call.
    pub(super) pure: bool,
    /// A client gave it up: equal calls are other tasks.
    pub(super) cancelled: bool,
    /// It may have killed a worker: next time it runs with nothing beside it.
    pub(super) suspect: bool,
    /// Scratch of walks through the graph.
    pub(super) marked: bool,
    /// Scattered, and the page keeps a copy.
    pub(super) kept: bool,
    /// Scattered, and it has left the page.
    pub(super) sent: bool,
    /// Scattered: it has no recipe.
    pub(super) data: bool,
    /// The page asked for the value: a holder was told to send it, or will be when there is one.
    pub(super) asked: bool,
    /// `Scheduler::copying` says what more is wanted of the result than that it lies somewhere.
    pub(super) copying: bool,
    /// How it is to be run.
    pub(super) options: OptionSetId,
    /// That of its options, or the higher one of an equal call.
    pub(super) priority: i16,
    /// How many of its retries are used up.
    pub(super) failures: u16,
    /// Waiting: how many inputs are not in memory.
    pub(super) missing: u32,
    /// How many edges lead to dependents that are under way.
    pub(super) waiters: u32,
    /// What is called.
    pub(super) function: FunctionId,
    /// Processing: who runs it. Queued: in whose own queue, or none.
    pub(super) worker: WorkerId,
    /// Counts the times this row was queued, so that a queue's entry of an earlier time is known as such.
    pub(super) ticket: u32,
    /// Queued: estimated microseconds, as its queue counted them. Erred: the task that threw, as `blame` says.
    pub(super) cost: u32,
    /// Counts submissions and is never used again: order among equals, and identity where rows are reused.
    pub(super) serial: u64,
    /// The assignment under way, or the one that made the result.
    pub(super) run: RunId,
    /// The clients that hold a future of it, a bit each.
    pub(super) wishes: u64,
    /// Estimated size of the result. Erred because its inputs are too large: theirs.
    pub(super) bytes: u64,
    /// What it takes, in order, duplicates kept.
    pub(super) inputs: SmallVec<[Edge; 2]>,
    /// Every known task that takes it, in no order.
    pub(super) dependents: SmallVec<[Edge; 2]>,
    /// Workers in which its result lies.
    pub(super) holders: Holders,
}

#[cfg(target_arch = "wasm32")]
const _: () = assert!(size_of::<Task>() == 128);

impl Task {
    /// Whether anybody needs its result.
    pub(super) fn is_wanted(&self) -> bool {
        self.wishes != 0 || self.waiters > 0
    }

    /// Whether somebody holds a future of it.
    pub(super) fn is_held(&self) -> bool {
        self.wishes != 0
    }

    /// Erred: the task that threw.
    pub(super) fn blame(&self) -> TaskId {
        debug_assert_eq!(self.state, State::Erred, "only what has erred blames");
        TaskId(self.cost)
    }

    /// Says which task threw.
    pub(super) fn set_blame(&mut self, task: TaskId) {
        self.cost = task.0;
    }

    fn free(ticket: u32) -> Task {
        Task {
            serial: 0,
            run: RunId::NONE,
            bytes: 0,
            wishes: 0,
            inputs: SmallVec::new(),
            dependents: SmallVec::new(),
            holders: SmallVec::new(),
            function: FunctionId(0),
            worker: WorkerId::NONE,
            missing: 0,
            waiters: 0,
            ticket,
            cost: 0,
            options: OptionSetId(0),
            priority: 0,
            failures: 0,
            state: State::Forgotten,
            fault: Fault::Threw,
            deaths: 0,
            kind: 0,
            nested: false,
            pure: false,
            cancelled: false,
            suspect: false,
            marked: false,
            kept: false,
            sent: false,
            data: false,
            asked: false,
            copying: false,
        }
    }
}

/// What is read side by side, before it is needed, where little is in a cache.
pub(super) const SIDE_BY_SIDE: usize = 16;
/// Rows are kept in chunks: growing never copies them, so a big graph never makes the page stall.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 10;
/// Chunks beyond which no fast cache has all rows.
const MANY: usize = 8;
/// How far before a row those lie that are read ahead of its like: fewer than a fast cache has.
const AHEAD: u32 = 1024;

/// The rows of all tasks.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    chunks: Vec<Vec<Task>>,
    free: Vec<TaskId>,
    next_serial: u64,
    /// Of tasks that tasks submitted.
    ranks: Numbers,
    /// Down to which row they were read ahead.
    ahead: u32,
}

impl Tasks {
    /// A row in state released, of a task that nobody wants yet.
    pub(super) fn create(&mut self, function: FunctionId) -> TaskId {
        let task = self.free.pop().unwrap_or_else(|| self.grow());
        self.next_serial += 1;
        let serial = self.next_serial;
        let row = &mut self[task];
        row.serial = serial;
        row.function = function;
        row.state = State::Released;
        task
    }

    /// Frees the row of a task without edges.
    pub(super) fn remove(&mut self, task: TaskId) {
        if self[task].nested {
            self.ranks.remove(u64::from(task.0));
        }
        let row = &mut self[task];
        debug_assert!(row.inputs.is_empty() && row.dependents.is_empty() && row.holders.is_empty());
        *row = Task::free(row.ticket);
        self.free.push(task);
    }

    /// Reads rows before that of a task of a graph that was removed: its inputs are older, and are removed after it. The memory
    /// fetches what is read here side by side.
    pub(super) fn touch_before(&mut self, removed: TaskId) {
        let wanted = removed.0.saturating_sub(AHEAD);
        let far = self.ahead.abs_diff(wanted) > 4 * AHEAD;
        if far {
            self.ahead = wanted;
        } else if wanted < self.ahead {
            self.touch_together();
        }
    }

    #[inline(never)]
    fn touch_together(&mut self) {
        let first = self.ahead.saturating_sub(SIDE_BY_SIDE as u32);
        self.touch((first..self.ahead).map(TaskId));
        self.ahead = first;
    }

    /// Reads these rows, which are needed next. The memory fetches what is read here side by side.
    #[inline(always)]
    pub(super) fn touch(&self, tasks: impl Iterator<Item = TaskId>) {
        // One field of each line.
        let line = |row: &Task| row.missing + row.holders.len() as u32;
        let sum = tasks.fold(0, |sum: u32, task| sum.wrapping_add(line(&self[task])));
        std::hint::black_box(sum);
    }

    /// The row of that task, if it is known.
    pub(super) fn get(&self, task: TaskId) -> Option<&Task> {
        let row = self
            .chunks
            .get(task.0 as usize >> CHUNK_BITS)?
            .get(task.0 as usize % CHUNK)?;
        (row.state != State::Forgotten).then_some(row)
    }

    /// The task ranks with the one that submitted it.
    pub(super) fn nest(&mut self, task: TaskId, rank: Rank) {
        self[task].nested = true;
        self.ranks.insert(u64::from(task.0), rank.packed());
    }

    /// Where it ranks among tasks of its priority.
    pub(super) fn rank(&self, task: TaskId) -> Rank {
        let row = &self[task];
        if row.nested {
            let packed = self.ranks.get(u64::from(task.0));
            Rank::unpacked(packed.expect("a nested task has a rank"))
        } else {
            Rank {
                root: row.serial,
                depth: 0,
                priority: 0,
            }
        }
    }

    /// Its place among what is ready: less is first. Priority in 16 bits, the serial at the root in 40, the depth in 8.
    pub(super) fn order(&self, task: TaskId) -> u64 {
        let priority = (i32::from(i16::MAX) - i32::from(self[task].priority)) as u64;
        let Rank { root, depth, .. } = self.rank(task);
        priority << 48 | (root & ROOTS) << 8 | u64::from(u8::MAX - depth)
    }

    /// Rows ever created.
    pub(super) fn created(&self) -> u64 {
        self.next_serial
    }

    /// Known tasks.
    pub(super) fn len(&self) -> usize {
        self.rows() - self.free.len()
    }

    /// Whether they are so many that no fast cache has them all.
    pub(super) fn are_many(&self) -> bool {
        self.chunks.len() > MANY
    }

    /// Known tasks with their rows, by row.
    pub(super) fn iter(&self) -> impl Iterator<Item = (TaskId, &Task)> + Clone {
        let rows = self.chunks.iter().flatten().enumerate();
        rows.map(|(index, row)| (TaskId(index as u32), row))
            .filter(|(_, row)| row.state != State::Forgotten)
    }

    /// Makes `input` an input of `dependent`, after those it has.
    pub(super) fn link(&mut self, dependent: TaskId, input: TaskId) {
        let position = self[dependent].inputs.len() as u32;
        let back = self[input].dependents.len() as u32;
        self[dependent].inputs.push(Edge { task: input, back });
        self[input].dependents.push(Edge {
            task: dependent,
            back: position,
        });
    }

    /// Cuts the last input off `dependent` and returns it.
    pub(super) fn unlink_last(&mut self, dependent: TaskId) -> Option<TaskId> {
        let Edge { task: input, back } = self[dependent].inputs.pop()?;
        let list = &mut self[input].dependents;
        list.swap_remove(back as usize);
        if let Some(&moved) = list.get(back as usize) {
            self[moved.task].inputs[moved.back as usize].back = back;
        }
        Some(input)
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        let spilled = |row: &Task| {
            let edges = [&row.inputs, &row.dependents].map(|list| {
                if list.spilled() {
                    list.capacity() * size_of::<Edge>()
                } else {
                    0
                }
            });
            let holders = if row.holders.spilled() {
                row.holders.capacity() * size_of::<WorkerId>()
            } else {
                0
            };
            edges[0] + edges[1] + holders
        };
        self.chunks.capacity() * size_of::<Vec<Task>>()
            + self
                .chunks
                .iter()
                .map(|chunk| chunk.capacity() * size_of::<Task>())
                .sum::<usize>()
            + self.chunks.iter().flatten().map(spilled).sum::<usize>()
            + self.free.capacity() * size_of::<TaskId>()
            + self.ranks.memory_bytes()
    }

    fn rows(&self) -> usize {
        self.chunks
            .last()
            .map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    fn grow(&mut self) -> TaskId {
        let index = self.rows();
        if index.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        self.chunks[index >> CHUNK_BITS].push(Task::free(0));
        TaskId(u32::try_from(index).expect("no more than 2^32 tasks at a time"))
    }
}

impl Index<TaskId> for Tasks {
    type Output = Task;

    fn index(&self, task: TaskId) -> &Task {
        &self.chunks[task.0 as usize >> CHUNK_BITS][task.0 as usize % CHUNK]
    }
}

impl IndexMut<TaskId> for Tasks {
    fn index_mut(&mut self, task: TaskId) -> &mut Task {
        &mut self.chunks[task.0 as usize >> CHUNK_BITS][task.0 as usize % CHUNK]
    }
}
