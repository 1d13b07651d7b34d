//! How a task asks to be placed anew.

use std::cell::Cell;
use std::fmt;

thread_local! {
    /// Whether one has been made since a piece of a task began.
    static MADE: Cell<bool> = const { Cell::new(false) };
}

/// The error of a task that wants to run elsewhere, or later: the run counts as nothing, and the task is placed anew, in another worker
/// if there is one. That uses up no retries; a task that always does it runs for ever.
///
/// A task in whose run one was made, and that ends with an `Err`, is placed anew, whatever that error has become of on its way: `?` may
/// turn it into a `Box<dyn Error>` or an error of your own. One that returns a value has succeeded all the same.
///
/// ```no_run
/// use std::error::Error;
/// use webfutures::task::{Reschedule, get_worker};
///
/// fn on_gpu(x: f64) -> Result<f64, Box<dyn Error>> {
///     if !get_worker()?.resources().contains_key("gpu") {
///         return Err(Reschedule::new().into());
///     }
///     # fn compute(x: f64) -> f64 { x }
///     Ok(compute(x))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reschedule(());

impl Reschedule {
    /// Asks for it, if the task then ends with an error. Outside of a task's own code, as in a future that it has spawned, it is an
    /// error like any other.
    #[allow(clippy::new_without_default, reason = "to make one does something")]
    pub fn new() -> Self {
        MADE.set(true);
        Self(())
    }
}

impl fmt::Display for Reschedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the task asks to be placed anew")
    }
}

impl std::error::Error for Reschedule {}

/// Runs a piece of a task, and says whether it has made one.
pub(crate) fn noticing<R>(piece: impl FnOnce() -> R) -> (R, bool) {
    let outer = MADE.replace(false);
    let result = piece();
    (result, MADE.replace(outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_made_within_a_piece_is_noticed() {
        let _before = Reschedule::new();
        let inner = || noticing(|| Reschedule::new().to_string()).1;
        assert_eq!(noticing(inner), (true, false));
        assert!(noticing(|| Reschedule::new().to_string()).1);
        assert_eq!(noticing(|| 1), (1, false));
    }
}
