//! The search on the client's workers: ten evaluations in flight, each that completes decides the next.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use futures_util::future::{AbortHandle, Abortable};
use wasm_bindgen_futures::spawn_local;
use webfutures::{Client, Error, Future, as_completed};

use crate::search::{Evaluation, Point, Search};
use crate::tasks::rosenbrock;

/// How many evaluations for each worker it takes to be sure that all have had one.
const WARM_UP: u32 = 16;

/// Where a search is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// None has been started.
    Ready,
    /// Evaluations are under way.
    Running,
    /// What is in flight may complete, but is not looked at.
    Paused,
    /// Ended before its time; what was in flight has been let go.
    Stopped,
    /// All evaluations are made.
    Finished,
    /// An evaluation failed, for this reason.
    Failed(String),
}

/// Runs one search after another.
pub(crate) struct Runner {
    client: Client,
    delay: Rc<Cell<f64>>,
    run: Rc<RefCell<Run>>,
    abort: Option<AbortHandle>,
}

/// One search and how it goes.
pub(crate) struct Run {
    pub(crate) search: Search,
    pub(crate) state: State,
    watch: Stopwatch,
    waker: Option<Waker>,
}

impl Runner {
    pub(crate) fn new(client: Client) -> Self {
        let run = Run {
            search: Search::new(0),
            state: State::Ready,
            watch: Stopwatch::default(),
            waker: None,
        };
        Runner {
            client,
            delay: Rc::default(),
            run: Rc::new(RefCell::new(run)),
            abort: None,
        }
    }

    /// Has the workers make a few evaluations far from the picture, so that each has loaded the module before it counts.
    pub(crate) async fn warm_up(client: &Client, workers: u32) -> Result<(), Error> {
        let points = (0..WARM_UP * workers).map(|number| (1_000.0 + f64::from(number), 0.0, 0.0));
        let futures = client.map(rosenbrock, points);
        client.gather(&futures).await.map(drop)
    }

    /// Begins a search with this seed; one that was under way ends. `settled` is called when it finishes or fails.
    pub(crate) fn start(&mut self, seed: u64, settled: impl Fn() + 'static) {
        self.stop();
        let (handle, registration) = AbortHandle::new_pair();
        self.abort = Some(handle);
        let watch = Stopwatch {
            before: 0.0,
            since: Some(now()),
        };
        let run = Run {
            search: Search::new(seed),
            state: State::Running,
            watch,
            waker: None,
        };
        self.run = Rc::new(RefCell::new(run));
        let run = Rc::clone(&self.run);
        let search = Abortable::new(
            search(self.client.clone(), Rc::clone(&self.delay), Rc::clone(&run)),
            registration,
        );
        spawn_local(async move {
            let Ok(result) = search.await else { return };
            run.borrow_mut()
                .end(result.map_or_else(|error| State::Failed(error.to_string()), |()| State::Finished));
            settled();
        });
    }

    /// Pauses a search that runs.
    pub(crate) fn pause(&self) {
        self.run.borrow_mut().change(State::Running, State::Paused);
    }

    /// Goes on with a search that is paused.
    pub(crate) fn resume(&self) {
        let waker = self.run.borrow_mut().change(State::Paused, State::Running);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Ends a search that is under way; its futures are dropped, so what has not begun never runs.
    pub(crate) fn stop(&mut self) {
        if let Some(abort) = self.abort.take() {
            abort.abort();
        }
        let mut run = self.run.borrow_mut();
        if matches!(run.state, State::Running | State::Paused) {
            run.end(State::Stopped);
        }
    }

    /// Sets the delay of evaluations submitted from now on, in milliseconds.
    pub(crate) fn set_delay(&self, milliseconds: f64) {
        self.delay.set(milliseconds);
    }

    /// The search under way, or the last one.
    pub(crate) fn run(&self) -> std::cell::Ref<'_, Run> {
        self.run.borrow()
    }
}

impl Run {
    /// How long it has been running, without pauses, in milliseconds.
    pub(crate) fn elapsed(&self) -> f64 {
        self.watch.elapsed()
    }

    /// Evaluations a second since the start, pauses left out.
    pub(crate) fn rate(&self) -> f64 {
        let elapsed = self.elapsed();
        if elapsed > 0.0 {
            f64::from(self.search.evaluations()) / elapsed * 1_000.0
        } else {
            0.0
        }
    }

    fn change(&mut self, from: State, to: State) -> Option<Waker> {
        if self.state != from {
            return None;
        }
        if to == State::Running {
            self.watch.start()
        } else {
            self.watch.stop()
        }
        self.state = to;
        self.waker.take()
    }

    fn end(&mut self, state: State) {
        self.watch.stop();
        self.state = state;
    }
}

/// The search itself: this loop is what the notebook has as `for future in as_completed(…)`.
async fn search(client: Client, delay: Rc<Cell<f64>>, run: Rc<RefCell<Run>>) -> Result<(), Error> {
    let evaluate = |(x, y): Point| -> Future<Evaluation> {
        let future = client.submit(rosenbrock, (x, y, delay.get()));
        // Asked for by now, the result comes with the word that it is there. Later, it would have to be fetched from a
        // worker that may be in the middle of another task.
        drop(future.result());
        future
    };
    let first = run.borrow_mut().search.first_points();
    let mut completed = as_completed(first.into_iter().map(evaluate));
    while let Some(future) = completed.next().await {
        let evaluation = future.await?;
        resumed(&run).await;
        let next = run.borrow_mut().search.complete(evaluation);
        if let Some(point) = next {
            completed.add(evaluate(point));
        }
    }
    Ok(())
}

/// Waits until the search is not paused.
async fn resumed(run: &RefCell<Run>) {
    poll_fn(|context| {
        let mut run = run.borrow_mut();
        if run.state != State::Paused {
            return Poll::Ready(());
        }
        run.waker = Some(context.waker().clone());
        Poll::Pending
    })
    .await;
}

#[derive(Default)]
struct Stopwatch {
    before: f64,
    since: Option<f64>,
}

impl Stopwatch {
    fn start(&mut self) {
        self.since.get_or_insert_with(now);
    }

    fn stop(&mut self) {
        self.before = self.elapsed();
        self.since = None;
    }

    fn elapsed(&self) -> f64 {
        self.before + self.since.map_or(0.0, |since| now() - since)
    }
}

/// Milliseconds since the page's time origin.
pub(crate) fn now() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}
