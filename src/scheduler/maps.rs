//! Maps for what few tasks have and few calls ask. Each type of a map brings a copy of its code into the download, so these
//! share one hash table of numbers and one search by name, whatever they hold. Their order never depends on hashes.

use rustc_hash::FxHashMap;

use super::coordination::RequestId;
use super::task::TaskId;

/// What names a row of a map.
pub(super) trait Id: Copy {
    /// Its number.
    fn number(self) -> u64;
}

impl Id for TaskId {
    fn number(self) -> u64 {
        u64::from(self.0)
    }
}

impl Id for RequestId {
    fn number(self) -> u64 {
        self.0
    }
}

impl Id for u64 {
    fn number(self) -> u64 {
        self
    }
}

/// Numbers by number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    table: FxHashMap<u64, u64>,
}

impl Numbers {
    /// That number's.
    #[inline(never)]
    pub(super) fn get(&self, id: u64) -> Option<u64> {
        self.table.get(&id).copied()
    }

    /// Gives that number another, instead of the one it had.
    #[inline(never)]
    pub(super) fn insert(&mut self, id: u64, number: u64) {
        self.table.insert(id, number);
    }

    /// Takes that number's away.
    #[inline(never)]
    pub(super) fn remove(&mut self, id: u64) -> Option<u64> {
        self.table.remove(&id)
    }

    /// One more of that number, which stands for none if it has none.
    pub(super) fn add(&mut self, id: u64) {
        let number = self.get(id).unwrap_or_default();
        self.insert(id, number + 1);
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        self.table.capacity() * size_of::<(u64, u64)>()
    }
}

/// Values by id, in an order that insertions and removals alone decide.
#[derive(Debug)]
pub(super) struct ById<K, V> {
    places: Numbers,
    rows: Vec<(K, V)>,
}

impl<K, V> Default for ById<K, V> {
    fn default() -> Self {
        ById {
            places: Numbers::default(),
            rows: Vec::new(),
        }
    }
}

impl<K: Id, V> ById<K, V> {
    /// The value of that id.
    pub(super) fn get(&self, id: K) -> Option<&V> {
        let place = self.places.get(id.number())?;
        Some(&self.rows[place as usize].1)
    }

    /// The value of that id.
    pub(super) fn get_mut(&mut self, id: K) -> Option<&mut V> {
        let place = self.places.get(id.number())?;
        Some(&mut self.rows[place as usize].1)
    }

    /// The value of that id: the one that is made, if there is none.
    pub(super) fn get_or_insert_with(&mut self, id: K, make: impl FnOnce() -> V) -> &mut V {
        let place = self.places.get(id.number()).unwrap_or_else(|| {
            let place = self.rows.len() as u64;
            self.rows.push((id, make()));
            self.places.insert(id.number(), place);
            place
        });
        &mut self.rows[place as usize].1
    }

    /// Takes the value of that id away; the last one takes its place.
    pub(super) fn remove(&mut self, id: K) -> Option<V> {
        let place = self.places.remove(id.number())?;
        let (_, value) = self.rows.swap_remove(place as usize);
        if let Some(&(moved, _)) = self.rows.get(place as usize) {
            self.places.insert(moved.number(), place);
        }
        Some(value)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.rows.iter().map(|(id, value)| (*id, value))
    }

    /// All values.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.rows.iter_mut().map(|(_, value)| value)
    }
}

/// Values by name, sorted by it. In boxes, so that little moves when a name comes or goes.
#[derive(Debug)]
pub(super) struct ByName<V> {
    rows: Vec<(Box<str>, Box<V>)>,
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        ByName { rows: Vec::new() }
    }
}

impl<V> ByName<V> {
    /// The value of that name.
    pub(super) fn get(&self, name: &str) -> Option<&V> {
        let place = self.place(name).ok()?;
        Some(&self.rows[place].1)
    }

    /// The value of that name.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let place = self.place(name).ok()?;
        Some(&mut self.rows[place].1)
    }

    /// The value of that name: the one that is made, if there is none.
    pub(super) fn get_or_insert_with(&mut self, name: &str, make: impl FnOnce() -> V) -> &mut V {
        let place = self.place(name).unwrap_or_else(|place| {
            self.rows.insert(place, (name.into(), Box::new(make())));
            place
        });
        &mut self.rows[place].1
    }

    /// Takes the value of that name away.
    pub(super) fn remove(&mut self, name: &str) -> Option<V> {
        let place = self.place(name).ok()?;
        Some(*self.rows.remove(place).1)
    }

    /// Takes away all values that are not to stay.
    pub(super) fn retain(&mut self, mut stays: impl FnMut(&mut V) -> bool) {
        self.rows.retain_mut(|(_, value)| stays(value));
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All of them, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.rows.iter().map(|(name, value)| (&**name, &**value))
    }

    /// All values, by name.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.rows.iter_mut().map(|(_, value)| &mut **value)
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        search(self.rows.len(), &|place| &self.rows[place].0, name)
    }
}

/// The place of a name among sorted ones, or where it belongs.
#[inline(never)]
fn search<'a>(names: usize, name_at: &dyn Fn(usize) -> &'a str, name: &str) -> Result<usize, usize> {
    let (mut first, mut end) = (0, names);
    while first < end {
        let middle = first.midpoint(end);
        match name_at(middle).cmp(name) {
            std::cmp::Ordering::Less => first = middle + 1,
            std::cmp::Ordering::Equal => return Ok(middle),
            std::cmp::Ordering::Greater => end = middle,
        }
    }
    Err(first)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{ById, ByName};

    /// A number below `below`, the same in every run.
    fn draw(state: &mut u64, below: u64) -> u64 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % below
    }

    #[test]
    fn a_map_by_id_has_what_was_put_and_not_taken() {
        let (mut map, mut model, mut state) = (ById::default(), BTreeMap::new(), 1);
        for step in 0..10_000_u64 {
            let id = draw(&mut state, 50);
            if draw(&mut state, 2) == 0 {
                *map.get_or_insert_with(id, || step) += 1;
                *model.entry(id).or_insert(step) += 1;
            } else {
                assert_eq!(map.remove(id), model.remove(&id));
            }
            assert_eq!(map.get(id), model.get(&id));
            assert_eq!(map.len(), model.len());
        }
        let mut rows: Vec<(u64, u64)> = map.iter().map(|(id, value)| (id, *value)).collect();
        rows.sort_unstable();
        assert!(!rows.is_empty() && rows.into_iter().eq(model));
    }

    #[test]
    fn a_map_by_name_is_sorted_by_it() {
        let (mut map, mut model, mut state) = (ByName::default(), BTreeMap::new(), 1);
        for step in 0..10_000_u64 {
            let name = format!("{}", draw(&mut state, 50));
            if draw(&mut state, 2) == 0 {
                *map.get_or_insert_with(&name, || step) += 1;
                *model.entry(name.clone()).or_insert(step) += 1;
            } else {
                assert_eq!(map.remove(&name), model.remove(&name));
            }
            assert_eq!(map.get(&name), model.get(&name));
        }
        map.retain(|value| *value % 3 != 0);
        model.retain(|_, value| *value % 3 != 0);
        let rows = map.iter().map(|(name, value)| (name.to_owned(), *value));
        assert!(!map.is_empty() && rows.eq(model));
    }
}
