//! The states of actors, in the instance in which they were made, and what a task gets that takes one.

use std::any::{Any, type_name};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error};

use super::name::short_type;

/// A state, unless it is in somebody's hand.
type State = Option<Box<dyn Any>>;

thread_local! {
    static LATEST: Cell<u32> = const { Cell::new(0) };
    static STATES: RefCell<BTreeMap<u32, State>> = const { RefCell::new(BTreeMap::new()) };
}

/// An actor in the worker of the task that takes it: pass an [`Actor`](crate::Actor) where a task has this parameter.
///
/// The task runs where the actor lives, so its state is at hand, without a message. Others can be called on it while the task awaits.
/// One that takes actors of several workers can run nowhere, and fails.
///
/// ```no_run
/// # async fn example(client: webfutures::Client) -> Result<(), webfutures::Error> {
/// use webfutures::task::LocalActor;
///
/// fn longer(words: LocalActor<Vec<String>>, others: Vec<String>) -> bool {
///     words.with(|words| words.len() > others.len())
/// }
///
/// let words = client.actor(|| vec!["a".to_owned()], ());
/// let others = client.submit(|| vec!["b".to_owned(), "c".to_owned()], ());
/// assert_eq!(client.submit(longer, (&words, &others)).await?, false);
/// # Ok(()) }
/// ```
pub struct LocalActor<S> {
    number: u32,
    state: PhantomData<*mut S>,
}

impl<S: 'static> LocalActor<S> {
    /// Does something with its state.
    ///
    /// # Panics
    /// Within another `with` on it, or in a method of its own; if it is gone, in a task that goes on though it was cancelled.
    pub fn with<R>(&self, action: impl FnOnce(&mut S) -> R) -> R {
        let action =
            |state: &mut dyn Any| action(state.downcast_mut().expect("its type was looked at when it was read"));
        match with_state(self.number, action) {
            Some(result) => result,
            None => panic!("{self:?} is gone, or in use"),
        }
    }
}

impl<S> Clone for LocalActor<S> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

/// `<LocalActor: Counter>`
impl<S> fmt::Debug for LocalActor<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<LocalActor: {}>", short_type(type_name::<S>()))
    }
}

/// From what stands for it in JavaScript.
impl<'de, S: 'static> Deserialize<'de> for LocalActor<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Standing::deserialize(deserializer)?.number;
        match with_state(number, |state| state.is::<S>()) {
            Some(true) => Ok(Self {
                number,
                state: PhantomData,
            }),
            _ => Err(D::Error::custom("it is an actor of another type")),
        }
    }
}

/// What stands for an actor.
#[derive(serde::Deserialize)]
struct Standing {
    number: u32,
}

/// Keeps the state of a new actor; returns its number.
pub(crate) fn keep(state: Box<dyn Any>) -> u32 {
    let number = LATEST.get() + 1;
    LATEST.set(number);
    STATES.with_borrow_mut(|states| states.insert(number, Some(state)));
    number
}

/// Does something with the state of that number, while nobody else can; nothing if there is none, or it is in another hand.
pub(crate) fn with_state<R>(number: u32, action: impl FnOnce(&mut dyn Any) -> R) -> Option<R> {
    let mut state = STATES.with_borrow_mut(|states| states.get_mut(&number).and_then(Option::take))?;
    let result = action(&mut *state);
    STATES.with_borrow_mut(|states| states.insert(number, Some(state)));
    Some(result)
}

/// Drops the state of that number.
pub(crate) fn let_go(number: u32) {
    // What its destructor does may ask for others.
    drop(STATES.with_borrow_mut(|states| states.remove(&number)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_in_one_hand_at_a_time() {
        let number = keep(Box::new(1));
        let twice = with_state(number, |_| with_state(number, |_| ()));
        assert_eq!(twice, Some(None));
        let actor = LocalActor::<i32> {
            number,
            state: PhantomData,
        };
        actor.with(|state| *state += 1);
        assert_eq!(actor.clone().with(|state| *state), 2);
        let_go(number);
        assert_eq!(with_state(number, |_| ()), None);
    }
}
