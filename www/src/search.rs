//! The random search: which point to try next, given what came back. It knows nothing of workers, pages or time.

use std::collections::VecDeque;

use oorandom::Rand64;

/// A place in the plane, `(x, y)`. A tuple, so that it travels to and from a task as it is.
pub type Point = (f64, f64);

/// A point and the value of the function there; lower is better.
pub type Evaluation = (Point, f64);

/// The scale at the start: how far from the best point, in each direction, the next one may lie.
pub const FIRST_SCALE: f64 = 5.0;

/// The search ends when the scale has fallen below this.
pub const LAST_SCALE: f64 = 0.001;

/// Each completed evaluation narrows the scale by this factor.
pub const NARROWING: f64 = 0.99;

/// Points drawn at random before anything is known; as many stay in flight from then on.
pub const FIRST_POINTS: usize = 10;

/// How many completed points are remembered for drawing.
pub const RECENT_POINTS: usize = 20;

/// A search under way. Feed it completed evaluations; it answers with the points to evaluate next.
#[derive(Clone, Debug)]
pub struct Search {
    random: Rand64,
    scale: f64,
    evaluations: u32,
    planned: u32,
    best: Option<Evaluation>,
    path: Vec<Point>,
    recent: VecDeque<Point>,
    in_flight: Vec<Point>,
}

impl Search {
    /// A search whose random numbers come from `seed`: the same seed and the same order of completions give the same
    /// points.
    pub fn new(seed: u64) -> Self {
        Search {
            random: Rand64::new(u128::from(seed)),
            scale: FIRST_SCALE,
            evaluations: 0,
            planned: planned_evaluations(),
            best: None,
            path: Vec::new(),
            recent: VecDeque::with_capacity(RECENT_POINTS),
            in_flight: Vec::with_capacity(FIRST_POINTS),
        }
    }

    /// The points to begin with, drawn uniformly within ±[`FIRST_SCALE`] of the origin.
    pub fn first_points(&mut self) -> Vec<Point> {
        (0..FIRST_POINTS).map(|_| self.draw_around((0.0, 0.0))).collect()
    }

    /// Takes a completed evaluation in and draws the next point, within ±scale of the best one so far (it may lie outside
    /// the picture). `None` when the points still in flight are enough to bring the scale to its end.
    pub fn complete(&mut self, (point, score): Evaluation) -> Option<Point> {
        if let Some(position) = self.in_flight.iter().position(|&other| other == point) {
            self.in_flight.remove(position);
        }
        self.evaluations += 1;
        self.remember(point);
        if self.best.is_none_or(|(_, best)| score < best) {
            self.best = Some((point, score));
            self.path.push(point);
        }
        let wanted = self.evaluations as usize + self.in_flight.len() < self.planned as usize;
        let next = wanted.then(|| self.draw_around(self.best.map_or(point, |(best, _)| best)));
        self.scale *= NARROWING;
        next
    }

    /// True once the scale has fallen below [`LAST_SCALE`].
    pub fn is_finished(&self) -> bool {
        self.evaluations >= self.planned
    }

    /// How many evaluations have completed.
    pub fn evaluations(&self) -> u32 {
        self.evaluations
    }

    /// How many evaluations the whole search takes: as many as narrow the scale from its first value to its last.
    pub fn planned(&self) -> u32 {
        self.planned
    }

    /// Half the side of the square around the best point from which the next one is drawn.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The best evaluation so far.
    pub fn best(&self) -> Option<Evaluation> {
        self.best
    }

    /// Every point that was the best when it completed, the oldest first.
    pub fn path(&self) -> &[Point] {
        &self.path
    }

    /// The points that completed last, the oldest first, at most [`RECENT_POINTS`].
    pub fn recent(&self) -> impl ExactSizeIterator<Item = Point> + '_ {
        self.recent.iter().copied()
    }

    /// The points handed out whose evaluations have not completed.
    pub fn in_flight(&self) -> &[Point] {
        &self.in_flight
    }

    fn draw_around(&mut self, (x, y): Point) -> Point {
        let point = (x + self.draw_offset(), y + self.draw_offset());
        self.in_flight.push(point);
        point
    }

    fn draw_offset(&mut self) -> f64 {
        (2.0 * self.random.rand_float() - 1.0) * self.scale
    }

    fn remember(&mut self, point: Point) {
        if self.recent.len() == RECENT_POINTS {
            self.recent.pop_front();
        }
        self.recent.push_back(point);
    }
}

/// Counts the steps rather than taking a logarithm: the count is then exactly that of the loop that multiplies.
fn planned_evaluations() -> u32 {
    let scales = std::iter::successors(Some(FIRST_SCALE), |scale| Some(scale * NARROWING));
    scales.take_while(|&scale| scale >= LAST_SCALE).count() as u32
}
